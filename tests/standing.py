"""A cast and a world that all tests of a module share: building them takes as long as many a test.

They are made in a transaction around those of the tests, each of which is rolled back to them. So they are for modules
without transactional tests, whose tests need no other rows than these. A module asks for them by name::

    @pytest.fixture
    def cast(standing):
        return standing.cast
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

from onestop.accounts.models import User
from partners.models import LocalArea, Partnership, Role
from tests import factories
from tests.world import build_world

Made = TypeVar("Made")


@contextmanager
def made_once(blocker: DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """Make rows in a transaction around those of the tests that follow; roll it back after them."""
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        made = make()
    try:
        yield made
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@dataclass
class Standing:
    """The areas and partners of the tests, their users, and one object of each kind."""

    area: LocalArea
    other_area: LocalArea
    partner: Partnership
    neighbor_partner: Partnership
    cast: dict[str, User]
    world: Any


def world_of(area: LocalArea, partner: Partnership, cast: dict[str, User]) -> Any:
    """Return the objects of an area whose partner is that of the cast."""
    return build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])


def make_standing(build: Callable[[LocalArea, Partnership, dict[str, User]], Any] = world_of) -> Standing:
    """Return the cast and its world, which may be built otherwise."""
    area = make_area()
    other_area, partner, neighbor_partner = make_other_area(), make_partner(area), make_neighbor_partner(area)
    cast = seat_cast(area, other_area, partner, neighbor_partner)
    return Standing(area, other_area, partner, neighbor_partner, cast, build(area, partner, cast))


# ---------------------------------------------------------------- The cast: the users of the tests
def make_area() -> LocalArea:
    """Return Riverbend."""
    state = factories.make_state(code="RB", name="Riverland", agency_name="Riverland Department of Labor")
    return factories.make_area(state=state, name="Riverbend", slug="riverbend", board_name="Riverbend Workforce Board")


def make_other_area() -> LocalArea:
    """Return an area of another state."""
    state = factories.make_state(code="ZZ", name="Elsewhere")
    return factories.make_area(state=state, name="Tanager Valley", slug="tanager-valley")


def make_partner(area: LocalArea) -> Partnership:
    """Return the partner whose manager and representative are in the cast."""
    return factories.make_partnership(area, name="Millrace Adult Learning")


def make_neighbor_partner(area: LocalArea) -> Partnership:
    """Return another partner of the same area."""
    return factories.make_partnership(area, name="Crosswalk Legal Aid")


def seat_cast(
    area: LocalArea, other_area: LocalArea, partner: Partnership, neighbor_partner: Partnership
) -> dict[str, User]:
    """Return all users, by their role in ``area`` and ``partner``; ``stranger`` and ``outsider`` have none."""
    elsewhere = factories.make_partnership(other_area, name="Tanager Job Center")
    return factories.seats(
        {
            "staff": ("Dana Whitcomb", Role.STAFF, area),
            "manager": ("Joel Abara", Role.MANAGER, partner),
            "colleague": ("Terrence Okafor", Role.REPRESENTATIVE, partner),
            "neighbor": ("Bea Norling", Role.MANAGER, neighbor_partner),
            "board": ("Ruth Kimani", Role.BOARD, area),
            "state": ("Sana Iqbal", Role.STATE, area.state),
            "stranger": ("Art Delacroix", Role.MANAGER, elsewhere),
            "outsider": ("Odell Marsh", Role.STAFF, other_area),
            "nobody": ("Hollis Lindqvist", None, None),
        }
    )
