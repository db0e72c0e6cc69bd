"""The seats a person holds, read once a request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Seats:
    """The roles of one person, as sets of ids of their places."""

    everything: bool = False
    state_ids: frozenset[int] = field(default_factory=frozenset)
    staff_area_ids: frozenset[int] = field(default_factory=frozenset)
    board_area_ids: frozenset[int] = field(default_factory=frozenset)
    # Partnerships, including archived ones, by a seat for one of them or for the whole organization.
    managed_partnership_ids: frozenset[int] = field(default_factory=frozenset)
    partnership_ids: frozenset[int] = field(default_factory=frozenset)
    # The areas of those partnerships that are current.
    managed_area_ids: frozenset[int] = field(default_factory=frozenset)
    partner_area_ids: frozenset[int] = field(default_factory=frozenset)
    # The current areas in which the person holds any of these seats.
    visible_area_ids: frozenset[int] = field(default_factory=frozenset)
    # Organizations: managed as a whole, belonged to as a whole, belonged to at all.
    managed_organization_ids: frozenset[int] = field(default_factory=frozenset)
    whole_organization_ids: frozenset[int] = field(default_factory=frozenset)
    organization_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def area_ids(self) -> frozenset[int]:
        """Areas in which the person is staff or a board member."""
        return self.staff_area_ids | self.board_area_ids


def seats_of(user: Any) -> Seats:
    """Return the current seats of the user; read from the database once for each user object."""
    if not getattr(user, "is_active", False):
        return Seats()
    known: Seats | None = getattr(user, "_seats", None)
    if known is None:
        known = _read_seats(user)
        user._seats = known
    return known


def needs_second_factor(user: Any) -> bool:
    """Return whether the person must use a second factor: staff and state administrators, who see the most."""
    seats = seats_of(user)
    return bool(seats.everything or seats.staff_area_ids or seats.state_ids)


def forget_seats(user: Any) -> None:
    """Discard what is known of the user's seats, and of the areas they give access to, after a change."""
    for known in ("_seats", "_areas"):
        if hasattr(user, known):
            delattr(user, known)


# Each seat with its partnership, or with all partnerships of its organization. In SQL, because every page needs it, and
# building a queryset takes longer than running it.
SEATS_OF_A_USER = """
SELECT seat.role, seat.state_id, seat.area_id, seat.organization_id, part.id, part.area_id, part.organization_id,
    part.archived_at IS NULL, place.id
FROM partners_membership seat
LEFT JOIN LATERAL (
    SELECT * FROM partners_partnership WHERE id = seat.partnership_id
    UNION ALL SELECT * FROM partners_partnership WHERE organization_id = seat.organization_id
) part ON true
LEFT JOIN partners_localarea place ON place.id = coalesce(seat.area_id, part.area_id) AND place.archived_at IS NULL
WHERE seat.user_id = %s AND seat.ended_at IS NULL
"""


@dataclass(frozen=True)
class _Row:
    role: str
    state: int | None
    area: int | None
    whole_organization: int | None
    partnership: int | None
    partnership_area: int | None
    partnership_organization: int | None
    is_current: bool
    current_area: int | None


def _read_seats(user: Any) -> Seats:
    with connection.cursor() as cursor:
        cursor.execute(SEATS_OF_A_USER, [user.pk])
        rows = [_Row(*row) for row in cursor.fetchall()]
    managing = [row for row in rows if row.role == "manager"]

    def ids(found: Iterable[int | None]) -> frozenset[int]:
        return frozenset(one for one in found if one is not None)

    return Seats(
        everything=user.is_superuser,
        state_ids=ids(row.state for row in rows if row.role == "state"),
        staff_area_ids=ids(row.area for row in rows if row.role == "staff"),
        board_area_ids=ids(row.area for row in rows if row.role == "board"),
        managed_partnership_ids=ids(row.partnership for row in managing),
        partnership_ids=ids(row.partnership for row in rows),
        managed_area_ids=ids(row.partnership_area for row in managing if row.is_current),
        partner_area_ids=ids(row.partnership_area for row in rows if row.is_current),
        visible_area_ids=ids(row.current_area for row in rows if row.is_current or row.partnership is None),
        managed_organization_ids=ids(row.whole_organization for row in managing),
        whole_organization_ids=ids(row.whole_organization for row in rows),
        organization_ids=ids(row.whole_organization or row.partnership_organization for row in rows),
    )
