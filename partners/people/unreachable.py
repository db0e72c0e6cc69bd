"""People of the network at whose e-mail address nobody is reached, and saying that an address works after all.

Nothing of it is stored beside the address: when somebody's address is put right, it is over by itself.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.urls import reverse

from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices import bounces, outbox
from onestop.notices.models import Bounce, Notice
from partners.models import Invitation, LocalArea, Membership, Partnership, Representative
from partners.people.invitations import PLACES_WHOLE, area_of

CAME_BACK = "partners.bounced"


@dataclass(frozen=True)
class Unreachable:
    """One person of an area who is not reached: who they are to it, and where their address is put right."""

    name: str
    address: str
    what: str
    area_id: int
    thing: Model
    url: str
    do: str
    advice: str


def unreachable_in(area: LocalArea) -> list[tuple[Bounce, Unreachable]]:
    """Return who of an area is not reached, longest first, each address once; at most five queries."""
    partners = Partnership.objects.current().filter(area=area)
    seats = Membership.objects.current().in_area(area)
    invited = Invitation.objects.open().in_area(area)
    speakers = Representative.objects.in_office().filter(partnership__in=partners)
    rows = Bounce.objects.filter(cleared_at=None).annotate(lower=Lower("address"))
    known = rows.filter(
        Q(lower__in=speakers.order_by().values_list(Lower("email")))
        | Q(lower__in=seats.order_by().values("user__email"))
        | Q(lower__in=invited.order_by().values("email"))
    )
    return _who(list(known), area)


def unreachable_since(moment: datetime) -> list[tuple[Bounce, Unreachable]]:
    """Return who of all areas came to be not reached since then, each address once in an area; at most five queries."""
    return _who(list(Bounce.objects.filter(cleared_at=None, at__gte=moment)), None)


def _who(rows: Collection[Bounce], area: LocalArea | None) -> list[tuple[Bounce, Unreachable]]:
    by_address = {bounce.address.lower(): bounce for bounce in rows}
    if not by_address:
        return []
    once: dict[tuple[int, str], Unreachable] = {}
    for person in _people(list(by_address), area):
        once.setdefault((person.area_id, person.address), person)
    pairs = [(by_address[person.address], person) for person in once.values()]
    return sorted(pairs, key=lambda pair: (pair[0].at, pair[0].pk, pair[1].area_id))


# ---------------------------------------------------------------- Whose address it is
def _people(addresses: Collection[str], area: LocalArea | None) -> Iterator[Unreachable]:
    speakers = Representative.objects.in_office().filter(partnership__archived_at=None)
    if area:
        speakers = speakers.filter(partnership__area=area)
    for person in (
        speakers.annotate(lower=Lower("email"))
        .filter(lower__in=addresses)
        .select_related("partnership__organization")
        .order_by("pk")
    ):
        yield _representative(person)
    # Seats for whole organizations are in no area: those people are the organization's own to reach.
    seats = Membership.objects.current().filter(user__email__in=addresses, user__is_active=True)
    for seat in seats.select_related("user", *PLACES_WHOLE).order_by("pk"):
        if (there := area_of(seat.place)) and _is_in(there, area):
            yield _account(seat, there.pk)
    invited = Invitation.objects.open().filter(email__in=addresses).select_related(*PLACES_WHOLE)
    for invitation in invited.order_by("pk"):
        if (there := area_of(invitation.place)) and _is_in(there, area):
            yield _invited(invitation, there.pk, there.slug)


def _is_in(there: LocalArea, area: LocalArea | None) -> bool:
    return area is None or there == area


def _representative(person: Representative) -> Unreachable:
    return Unreachable(
        person.name,
        person.email.lower(),
        f"{person.get_kind_display().lower()} of {person.partnership.organization.name}",
        person.partnership.area_id,
        person,
        reverse("partners:representative_edit", args=[person.pk]),
        "Correct the address",
        "Call, and write down the address that works.",
    )


def _account(seat: Membership, area_id: int) -> Unreachable:
    return Unreachable(
        seat.user.name,
        seat.user.email,
        str(seat),
        area_id,
        seat.user,
        reverse("partners:person_detail", args=[seat.user_id]),
        "See their account",
        "Only they can change the address of their account: call them.",
    )


def _invited(invitation: Invitation, area_id: int, slug: str) -> Unreachable:
    return Unreachable(
        invitation.name or invitation.email,
        invitation.email,
        f"invited as {invitation.get_role_display()}",
        area_id,
        invitation,
        reverse("partners:invitation_list", args=[slug]),
        "See the invitation",
        "Withdraw the invitation, and invite them at the address that works.",
    )


# ---------------------------------------------------------------- It works after all
@recorded
def trust_addresses(
    area: LocalArea, bounce_ids: Collection[int], *, by: User | None, at: datetime
) -> list[Unreachable]:
    """Trust addresses of an area's people again, because somebody knows better; return whose. Others are left alone."""
    known = [(bounce, person) for bounce, person in unreachable_in(area) if bounce.pk in set(bounce_ids)]
    rows = Bounce.objects.filter(pk__in=[bounce.pk for bounce, _ in known])
    if bounces.clear_bounces(rows, by=by, at=at):
        told = Notice.objects.about(*(bounce for bounce, _ in known)).filter(kind=CAME_BACK)
        outbox.withdraw(told, why="The address works.")
    return [person for _, person in known]
