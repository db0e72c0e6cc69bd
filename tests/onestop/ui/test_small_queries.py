"""Rows of many small queries, read in one statement."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import Count, F, Value

from onestop.ui.small_queries import SmallQuery, read_together
from partners.models import Partnership, Proposal, Service
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(partner: Partnership) -> list[Service]:
    names = ("GED 50% “fast”", "Welding", "Childcare")
    return [factories.make_service(partner, name=name, verified_on=date(2026, 11, 2)) for name in names]


def everything(rows):
    return SmallQuery(rows, list)


def test_rows_are_those_of_values_with_their_order_and_types(services, cast):
    factories.make_proposal(services[0], by=cast["manager"])
    by_name = Service.objects.order_by("name").values(
        "pk", "name", "verified_on", "languages", partner=F("partnership")
    )
    proposals = Proposal.objects.values("proposed_at", "before", "service__name", "decided_at")
    counted = Service.objects.order_by("verified_on").values("verified_on").annotate(number=Count("pk"))
    queries = [
        by_name,
        by_name.filter(name__contains="%")[:1],
        proposals,
        counted,
        Service.objects.values(one=Value(1)),
    ]
    found = read_together(map(everything, queries))
    assert found == [list(query) for query in queries]
    assert isinstance(found[2][0]["proposed_at"], datetime)
    assert found[2][0]["proposed_at"].astimezone(UTC) == Proposal.objects.get().proposed_at


def test_one_query_whatever_is_asked_and_none_for_nothing(services, django_assert_num_queries):
    rows = Service.objects.order_by("pk").values("pk")
    names = Service.objects.order_by("-name").values("name")
    with django_assert_num_queries(1) as asked:
        found = read_together([SmallQuery(rows, len), "as it is", everything(names), SmallQuery(rows, bool)])
    assert found[:2] == [3, "as it is"]
    assert found[2][0] == {"name": "Welding"}
    assert found[3] is True
    assert asked.captured_queries[0]["sql"].count("json_agg") == 2, "the same rows are read once"
    with django_assert_num_queries(0):
        assert read_together([["known"]]) == [["known"]]


def test_a_query_that_cannot_find_anything_has_no_rows(services):
    nothing = Service.objects.filter(pk__in=[]).values("pk", "name")
    assert read_together([everything(nothing), everything(Service.objects.none().values("pk"))]) == [[], []]
