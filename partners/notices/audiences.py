"""The recipients of notices: the staff and the board of areas, and the people of partners, for many at once."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from onestop.accounts.models import User
from partners.models import Membership, Partnership, Representative, Role
from partners.seats import seats_of


def seated_in(role: Role, area_ids: Collection[int]) -> dict[int, list[User]]:
    """Return the active users with a role in each area, by area, earliest seat first; one query."""
    seats = Membership.objects.current().filter(role=role, area__in=area_ids, user__is_active=True)
    found: dict[int, list[User]] = defaultdict(list)
    for seat in seats.select_related("user").order_by("since", "pk"):
        assert seat.area_id is not None
        found[seat.area_id].append(seat.user)
    return found


def people_of_partners(partnerships: Collection[Partnership]) -> dict[int, list[User]]:
    """Return the managers of each partner, or else its representatives with an account, by its id; one query."""
    of_organization: dict[int, list[int]] = defaultdict(list)
    for one in partnerships:
        of_organization[one.organization_id].append(one.pk)
    here = Q(partnership__in=[one.pk for one in partnerships]) | Q(organization__in=of_organization)
    seats = Membership.objects.current().filter(here, user__is_active=True)
    found: dict[str, dict[int, list[User]]] = {Role.MANAGER: defaultdict(list), Role.REPRESENTATIVE: defaultdict(list)}
    for seat in seats.filter(role__in=found).select_related("user").order_by("since", "pk"):
        places = [seat.partnership_id] if seat.partnership_id else of_organization[seat.organization_id or 0]
        for place in places:
            if seat.user not in found[seat.role][place]:
                found[seat.role][place].append(seat.user)
    return {one.pk: found[Role.MANAGER][one.pk] or found[Role.REPRESENTATIVE][one.pk] for one in partnerships}


def together(*groups: Collection[User]) -> list[User]:
    """Return the users of several groups, without duplicates."""
    return list({person.pk: person for group in groups for person in group}.values())


def is_staff(user: Any) -> bool:
    """Whether a person is staff of any area."""
    return bool(seats_of(user).staff_area_ids)


def is_staff_or_board(user: Any) -> bool:
    """Whether a person is staff or a board member of any area."""
    return bool(seats_of(user).area_ids)


def speaks_or_keeps(user: Any) -> bool:
    """Whether a person manages the services of any partner, or represents one."""
    if seats_of(user).managed_partnership_ids:
        return True
    return Representative.objects.current().filter(user=user.pk).exists()
