"""Lists with any query string."""

import pytest
from django.urls import reverse

from tests import factories


@pytest.fixture
def names(area, as_):
    for number in range(60):
        factories.make_partnership(area, name=f"Agency {number:02}")
    url = reverse("partners:partnership_list", args=[area.slug])

    def names(query: str) -> list[str]:
        answer = as_("staff").get(f"{url}?{query}")
        assert answer.status_code == 200, query
        return [row.record.organization.name for row in answer.context["table"].page.object_list]

    return names


@pytest.mark.parametrize("query", ["page=²", "page=-1", "page=nonsense", "page=99999", "per_page=²", "per_page=7"])
def test_an_invalid_number_is_ignored(names, query):
    assert names(query)


@pytest.mark.parametrize("query", ["sort=nothing", "sort=-", "status=odd", "program=odd", "archived=odd"])
def test_an_unknown_filter_or_order_breaks_nothing(names, query):
    names(query)


def test_every_row_is_on_exactly_one_page(names):
    # All have the same status: only the last key of the order distinguishes them.
    seen = [name for page in (1, 2, 3) for name in names(f"sort=status&page={page}")]
    assert len(seen) == len(set(seen)) == 62


def test_an_export_has_the_matching_rows_of_all_pages(as_, area, names):
    url = reverse("partners:partnership_list", args=[area.slug])
    everything = b"".join(as_("staff").get(f"{url}?export=csv"))
    some = b"".join(as_("staff").get(f"{url}?export=csv&q=Agency+1"))
    assert everything.count(b"Agency ") >= 60
    assert some.count(b"\n") == 11
    assert as_("staff").get(f"{url}?export=pdf").status_code == 200
    assert b"".join(as_("staff").get(f"{url}?export=csv&pick=²&pick={'9' * 40}&q=Agency+1")).count(b"\n") in (1, 11)
