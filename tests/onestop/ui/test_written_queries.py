"""Queries whose SQL is written once, and read with other values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from onestop.ui.small_queries import SmallQuery, read_together
from onestop.ui.written_queries import written_once
from partners.models import Proposal, Service
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def built():
    """Every set of values for which a queryset was built."""
    return []


@pytest.fixture
def services(partner, other_partner):
    days = {partner: ("A", date(2026, 5, 1), "B", date(2026, 11, 1)), other_partner: ("C", date(2026, 6, 1))}
    return [
        factories.make_service(one, name=name, verified_on=on)
        for one, found in days.items()
        for name, on in zip(found[::2], found[1::2], strict=True)
    ]


@pytest.fixture
def other_partner():
    return factories.make_partnership(factories.make_area(), name="Other")


def test_rows_and_objects_are_those_of_the_queryset_for_any_values(services, built):
    def build(area: int, today: date) -> QuerySet:
        built.append((area, today))
        stale = Q(verified_on__lt=today - timedelta(days=180)) | Q(verified_on=today)
        return Service.objects.filter(stale, partnership__area=area).order_by(Lower("name"), "pk")

    def named(area: int, today: date) -> QuerySet:
        return build(area, today).values("pk", "verified_on", partner=F("partnership__organization__name"))

    objects, rows = written_once(build), written_once(named)
    areas = {service.partnership.area_id for service in services}
    values = [(area, date(2026, month, 1)) for area in areas for month in (5, 10, 11, 12)]
    expected = [(list(build(*one)), list(named(*one))) for one in values]
    assert any(found for found, _named in expected)
    built.clear()
    assert [(objects(*one).objects(), rows(*one).rows()) for one in values] == expected
    assert len(built) == 4  # two for each function


def test_objects_have_their_related_objects_and_annotations(services):
    @written_once
    def with_partner(pk: int) -> QuerySet:
        rows = Service.objects.select_related("partnership__organization").annotate(number=Count("programs"))
        return rows.filter(pk=pk)

    for service in services:
        with CaptureQueriesContext(connection) as queries:
            (found,) = with_partner(service.pk).objects()
            assert (found, found.number, found.partnership.organization) == (
                service, 0, service.partnership.organization,
            )  # fmt: skip
        assert len(queries) == 1


def test_sets_of_numbers_have_a_statement_for_each_size(services, built):
    @written_once
    def among(partners: frozenset[int], name: str) -> QuerySet:
        built.append(len(partners))
        return Service.objects.filter(partnership__in=partners, name=name)

    one, other = {service.partnership_id for service in services}
    assert among(frozenset(), "A").objects() == []
    assert among(frozenset({one}), "A").objects() + among(frozenset({other}), "A").objects() == services[:1]
    assert among(frozenset({one, other}), "C").objects() == services[2:]
    assert built == [0, 0, 1, 1, 2, 2]


def test_a_set_that_is_used_twice_is_the_same_both_times(services):
    @written_once
    def among(ids: frozenset[int]) -> QuerySet:
        return Service.objects.filter(pk__in=ids).exclude(~Q(pk__in=ids)).order_by("pk")

    assert among(frozenset(service.pk for service in services[:2])).objects() == services[:2]


def test_other_arguments_shape_the_statement(services, built):
    @written_once
    def sorted_by(name: tuple[str, ...], first: bool, partner: int) -> QuerySet:
        built.append(first)
        rows = Service.objects.filter(partnership=partner).order_by(*name)
        return rows.reverse() if first else rows

    partner = services[0].partnership_id
    assert sorted_by(("name",), False, partner).objects() == services[:2]
    assert sorted_by(("name",), True, partner).objects() == services[1::-1]
    assert built == [False, False, True, True]


@pytest.mark.parametrize(
    ("build", "value", "says"),
    [
        (lambda day: Service.objects.filter(verified_on__gte=day.replace(day=1)), date(2026, 11, 28), "depends on"),
        (lambda number: Service.objects.filter(pk=number * 2), 5, "depends on"),
        (lambda number: Service.objects.all()[:number], 5, "depends on"),
        (lambda number: Service.objects.all(), 5, "not among"),
        (lambda words: Service.objects.filter(name__contains=words), "GED", "only a part"),
        (lambda at: Service.objects.filter(verified_on=at.date()), datetime(2026, 11, 28, tzinfo=UTC), "depends on"),
        (lambda thing: Service.objects.filter(partnership=thing), Service(), "no plain value"),
    ],
)
def test_what_cannot_be_written_once_is_refused(build, value, says):
    with pytest.raises(TypeError, match=says):
        written_once(build)(value)


def test_days_are_those_of_the_reader(partner, cast):
    @written_once
    def proposed_on(day: date) -> QuerySet:
        return Proposal.objects.filter(proposed_at__date=day)

    at = datetime(2026, 11, 28, 3, tzinfo=UTC)
    proposal = factories.make_proposal(factories.make_service(partner), by=cast["manager"], proposed_at=at)
    for zone, day in (("UTC", 28), ("America/New_York", 27), ("UTC", 28)):
        with timezone.override(zone):
            assert proposed_on(date(2026, 11, day)).objects() == [proposal], zone
    with timezone.override("UTC"), translation.override("es"):
        assert proposed_on(date(2026, 11, 27)).objects() == []


def test_a_test_that_changes_a_setting_gets_another_statement(services, settings):
    @written_once
    def stale(day: date) -> QuerySet:
        return Service.objects.stale(day).order_by("name")

    day = date(2026, 11, 2)
    assert stale(day).objects() == services[:1]
    settings.SERVICE_FRESH_DAYS = 0
    assert stale(day).objects() == services


def test_they_are_read_together_with_others(services):
    @written_once
    def names(partner: int) -> QuerySet:
        return Service.objects.filter(partnership=partner).order_by("name").values("name", "verified_on")

    one, other = services[0].partnership_id, services[2].partnership_id
    with CaptureQueriesContext(connection) as queries:
        found = read_together(
            [
                SmallQuery(names(one), list),
                SmallQuery(names(other), list),
                SmallQuery(Service.objects.values("pk"), len),
            ]
        )
    assert len(queries) == 1
    assert found == [list(names(one).rows()), list(names(other).rows()), 3]
