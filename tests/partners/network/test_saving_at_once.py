"""Concurrent edits of the same version: the second waits for the first, and is refused."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.board import offices, seats
from partners.board import terms as board_terms
from partners.coverage import decisions
from partners.glossary import terms
from partners.models import Partnership
from partners.network import areas, partnerships, places, rooms, states
from partners.people import representatives
from partners.practices import practices
from partners.schedule import holidays, presences
from partners.upkeep import services
from tests import factories

NOW = timezone.now()

# For each model: the function that updates it, the links that belong to its version, and a field to write.
VERBS: dict[str, tuple[Callable[..., Any], tuple[str, ...], str]] = {
    "partner": (partnerships.update_partner, partnerships.PARTNER_LINKS, "notes"),
    "organization": (partnerships.update_organization, (), "description"),
    "location": (places.update_location, (), "directions"),
    "center": (places.update_center, (), "directions"),
    "service": (services.update_service, services.SERVICE_LINKS, "description"),
    "representative": (representatives.update_representative, (), "job_title"),
    "area": (areas.update_area, (), "board_name"),
    "term": (terms.change_term, terms.TERM_LINKS, "definition"),
    "practice": (partial(practices.update_practice, vouched=True), practices.PRACTICE_LINKS, "result"),
    "decision": (decisions.update_decision, (), "reason"),
    "access": (decisions.update_access, (), "who"),
    "presence": (presences.update_presence, (), "who"),
    "board seat": (seats.update_seat, (), "label"),
    "board term": (board_terms.update_term, (), "position"),
    "office": (offices.update_office, (), "title"),
    "tenure": (offices.update_tenure, (), "proof"),
    "holiday": (holidays.update_holiday, (), "name"),
    "room": (rooms.update_room, (), "note"),
    "state": (states.update_state, (), "agency_name"),
}


def make(kind: str, partnership: Partnership):
    made = {
        "partner": lambda: partnership,
        "organization": lambda: partnership.organization,
        "location": lambda: factories.make_location(partnership.organization),
        "center": lambda: factories.make_center(partnership.area),
        "service": lambda: factories.make_service(partnership),
        "representative": lambda: factories.make_representative(partnership),
        "area": lambda: partnership.area,
        "term": lambda: factories.make_term(partnership.area),
        "practice": lambda: factories.make_practice(partnership.area),
        "decision": lambda: factories.make_decision(partnership.area),
        "access": lambda: factories.make_access(partnership, factories.make_program()),
        "presence": lambda: factories.make_presence(partnership),
        "board seat": lambda: factories.make_board_seat(partnership.area),
        "board term": factories.make_board_term,
        "office": lambda: factories.make_office(partnership.area),
        "tenure": factories.make_tenure,
        "holiday": lambda: factories.make_holiday(partnership.area),
        "room": factories.make_room,
        "state": lambda: partnership.area.state,
    }
    return made[kind]()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", VERBS)
def test_the_second_of_two_concurrent_edits_waits_and_is_refused(kind):
    """Without the lock the second would still find the old version, and overwrite the first."""
    update, links, fact = VERBS[kind]
    thing = make(kind, factories.make_partnership())
    version, outcome = version_of(thing, links), []

    def save_too():
        try:
            update(thing, facts={fact: "Second"}, version=version, by=None, at=NOW)
            outcome.append("saved")
        except ChangedMeanwhile:
            outcome.append("refused")
        finally:
            connection.close()

    second = threading.Thread(target=save_too)
    with transaction.atomic():
        update(thing, facts={fact: "First"}, version=version, by=None, at=NOW)
        second.start()
        second.join(0.3)
        assert second.is_alive(), "the second did not wait for the first"
    second.join()
    thing.refresh_from_db()
    assert (outcome, getattr(thing, fact)) == (["refused"], "First")
