"""The resource manual can be read and printed in Spanish; the frame around it and its editions stay English."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from partners.manual import editions, paper
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import ManualPrint
from tests import factories
from tests.languages.texts import Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(area, partner) -> Any:
    """An area with a center, hours and a service."""
    center = factories.make_center(area, name="Center Street")
    factories.make_presence(partner, center)
    factories.make_service(partner, name="Evening classes", is_public=True)
    return area


def pages(area: Any, partner: Any) -> list[str]:
    parts = ("centers", "programs", "words", "index")
    return [
        reverse("partners:manual", args=[area.slug]),
        reverse("partners:manual_whole", args=[area.slug]),
        reverse("partners:manual_partner", args=[partner.pk]),
        *(reverse("partners:manual_part", args=[area.slug, part]) for part in parts),
    ]


def test_the_content_of_every_page_is_spanish_and_its_frame_english(as_, full, partner):
    client = as_("manager")
    for url in pages(full, partner):
        with Missing() as missed:
            html = client.get(url, {"lang": "es", "for": "public"}).content.decode()
        assert missed.texts == set(), url
        assert '<html lang="en-US"' in html
        assert re.search(r'<div class="op-(manual|cols[^"]*)"\s+lang="es"', html), url
        assert "Sign out" in html
        plain = client.get(url, HTTP_ACCEPT_LANGUAGE="es").content.decode()
        assert 'lang="es"' not in re.sub(r'<nav class="op-langs".*?</nav>', "", plain, flags=re.DOTALL), url


def test_links_keep_the_version_and_the_language(as_, full):
    here = reverse("partners:manual", args=[full.slug])
    html = as_("manager").get(here, {"lang": "es", "for": "public"}).content.decode()
    assert f'href="{here}?lang=en&amp;for=public"' in html
    assert f"{reverse('partners:manual_whole', args=[full.slug])}?for=public&amp;lang=es" in html
    assert 'href="?lang=es"' in html  # the tab of the version for the network


def test_the_paper_is_spanish(full):
    with translation.override("es"):
        held = Manual.read(gather(full, today=timezone.localdate()).to_json() | {"language": "es"})
    with Missing() as missed:
        html = paper.html_of(held, {"asked_at": timezone.now()})
    assert missed.texts == set()
    assert '<html lang="es">' in html
    assert "Los socios y sus servicios" in html
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_a_pdf_is_made_for_each_language(as_, full):
    ask = reverse("partners:manual_print_ask", args=[full.slug])
    as_("manager").post(ask, {"for": "public", "lang": "es"})
    spanish = ManualPrint.objects.get()
    assert (spanish.snapshot or {})["language"] == "es"
    as_("staff").post(ask, {"for": "public", "lang": ""})
    english = ManualPrint.objects.exclude(pk=spanish.pk).get()
    assert "language" not in (english.snapshot or {})
    assert english.digest != spanish.digest


def test_an_edition_is_english(full, cast):
    with translation.override("es"):
        edition = editions.issue_edition(full, title="Manual", by=cast["staff"], at=timezone.now())
    assert "language" not in (edition.snapshot or {})
    assert edition.digest == gather(full, today=timezone.localdate()).digest()
