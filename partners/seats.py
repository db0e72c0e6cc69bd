"""The seats a person holds, read once a request."""

from dataclasses import dataclass, field
from typing import Any


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
    """Discard the cached seats of the user after a change."""
    vars(user).pop("_seats", None)


# A seat, its partnership, and all partnerships of its organization, in one query.
OF_A_SEAT = (
    "role", "state_id", "area_id",
    "partnership_id", "partnership__area_id", "partnership__organization_id", "partnership__archived_at",
    "organization_id", "organization__partnerships__pk", "organization__partnerships__area_id",
    "organization__partnerships__archived_at",
)  # fmt: skip


def _read_seats(user: Any) -> Seats:
    rows = list(user.memberships.filter(ended_at=None).values(*OF_A_SEAT))
    managing = [row for row in rows if row["role"] == "manager"]

    def ids(rows: list[dict[str, Any]], *columns: str) -> frozenset[int]:
        return frozenset(row[column] for row in rows for column in columns if row[column] is not None)

    def held(role: str, column: str) -> frozenset[int]:
        return ids([row for row in rows if row["role"] == role], column)

    def areas(rows: list[dict[str, Any]]) -> frozenset[int]:
        paths = ("partnership", "organization__partnerships")
        return frozenset().union(
            *(ids([row for row in rows if row[f"{path}__archived_at"] is None], f"{path}__area_id") for path in paths)
        )

    return Seats(
        everything=user.is_superuser,
        state_ids=held("state", "state_id"),
        staff_area_ids=held("staff", "area_id"),
        board_area_ids=held("board", "area_id"),
        managed_partnership_ids=ids(managing, "partnership_id", "organization__partnerships__pk"),
        partnership_ids=ids(rows, "partnership_id", "organization__partnerships__pk"),
        managed_area_ids=areas(managing),
        partner_area_ids=areas(rows),
        managed_organization_ids=ids(managing, "organization_id"),
        whole_organization_ids=ids(rows, "organization_id"),
        organization_ids=ids(rows, "organization_id", "partnership__organization_id"),
    )
