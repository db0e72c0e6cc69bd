"""The time zones in which people of the network get their notices."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.notices.zones import zone_for
from partners.models import Membership, Role
from partners.notices.zones import zones_of
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
EAST, CENTRAL, MOUNTAIN = (ZoneInfo(f"America/{city}") for city in ("New_York", "Chicago", "Denver"))


@pytest.fixture
def areas():
    """Three areas of one state in three zones; the first by name is in Central Time."""
    state = factories.make_state()
    named = {"Ash": "America/Chicago", "Birch": "America/Denver", "Cedar": "America/New_York"}
    return [factories.make_area(state=state, name=name, time_zone=zone) for name, zone in named.items()]


def test_zone_of_staff_and_board_is_that_of_their_area(areas):
    assert zone_for(factories.seat(Role.STAFF, areas[1])) == MOUNTAIN
    assert zone_for(factories.seat(Role.BOARD, areas[2])) == EAST


def test_zone_of_an_organization_seat_is_that_of_its_oldest_partnership(areas):
    organization = factories.make_organization(state=areas[0].state)
    since = {areas[0]: None, areas[1]: date(2019, 7, 1), areas[2]: date(2022, 7, 1)}
    rows = {area: factories.make_partnership(area, organization=organization, since=day) for area, day in since.items()}
    person = factories.seat(Role.REPRESENTATIVE, organization)
    assert zones_of([person]) == {person.pk: MOUNTAIN}
    rows[areas[1]].archived_at = NOON
    rows[areas[1]].save()
    assert zones_of([person]) == {person.pk: EAST}


def test_zone_of_a_state_seat_is_that_of_its_first_area(areas):
    assert zone_for(factories.seat(Role.STATE, areas[0].state)) == CENTRAL


def test_an_area_seat_counts_before_an_organization_seat(areas):
    person = factories.seat(Role.MANAGER, factories.make_partnership(areas[2]).organization)
    factories.seat(Role.BOARD, areas[1], person)
    assert zones_of([person]) == {person.pk: MOUNTAIN}
    Membership.objects.filter(user=person, role=Role.BOARD).update(ended_at=NOON)
    assert zones_of([person]) == {person.pk: EAST}


def test_zone_without_a_seat_is_the_default_zone(areas):
    person = factories.make_user()
    assert zones_of([person]) == {}
    assert zone_for(person) == timezone.get_default_timezone()


def test_query_count_is_the_same_for_three_people_and_for_three_hundred(areas, queries_of):
    partner = factories.make_partnership(areas[1])

    def crowd(number: int) -> list[Message]:
        places = [(Role.STAFF, areas[0]), (Role.MANAGER, partner), (Role.STATE, areas[0].state)]
        people = [factories.seat(*places[each % 3]) for each in range(number)]
        context = {"person": people[0], "deactivated": True, "titles": ["One-Stop staff"], "by": people[0]}
        return [
            Message(
                kind="partners.taken_over", key=f"{number}:{person.pk}", to=person, context=context | {"heir": person}
            )
            for person in people
        ]

    few, many = crowd(3), crowd(300)
    assert queries_of(lambda: notify_many(few, at=NOON)) == queries_of(lambda: notify_many(many, at=NOON))
