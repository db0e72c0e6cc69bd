"""Compressed pages."""

import gzip

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_for_browsers_that_understand_it(as_, area):
    staff, home = as_("staff"), reverse("dashboards:home", args=[area.slug])
    staff.get(home)
    plain = staff.get(home)
    packed = [staff.get(home, headers={"accept-encoding": "gzip, br"}) for _ in range(8)]
    assert not plain.has_header("Content-Encoding")
    assert {answer["Content-Encoding"] for answer in packed} == {"gzip"}
    assert "</html>" in gzip.decompress(packed[0].content).decode()
    assert len(packed[0].content) * 3 < len(plain.content)
    assert "Accept-Encoding" in packed[0]["Vary"]
    assert int(packed[0]["Content-Length"]) == len(packed[0].content)
    # Their lengths differ at random: they tell nothing of the secrets in the page (BREACH).
    assert len({len(answer.content) for answer in packed}) > 1


def test_files_that_are_compressed_already_are_sent_as_they_are(as_, area, partner):
    factories.make_service(partner)
    services = reverse("partners:service_list", args=[area.slug])
    workbook = as_("staff").get(f"{services}?export=xlsx", headers={"accept-encoding": "gzip"})
    assert workbook.status_code == 200
    assert workbook["Content-Type"].startswith("application/vnd.openxmlformats")
    assert not workbook.has_header("Content-Encoding")
    table = as_("staff").get(f"{services}?export=csv", headers={"accept-encoding": "gzip"})
    assert table["Content-Encoding"] == "gzip"
