"""People of the network whose email bounces, and marking an address as working.

Only the address is stored: as soon as a person's address is corrected, the person is no longer listed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices import bounces, outbox
from onestop.notices.models import Bounce, Notice
from partners.models import Invitation, LocalArea, Membership, Partnership, Representative
from partners.people.invitations import PLACES_WHOLE, area_of, words_for

CAME_BACK = "partners.bounced"


@dataclass(frozen=True)
class Unreachable:
    """A person of an area whose email bounces: their role, and where to correct the address."""

    name: str
    address: str
    what: str
    area_id: int
    thing: Model
    url: str
    do: str
    advice: str


def unreachable_in(area: LocalArea) -> list[tuple[Bounce, Unreachable]]:
    """Return the people of an area whose email bounces, longest first, each address once; at most four queries."""
    return people_behind(list(bounces_in(area)), area)


def bounces_in(area: LocalArea | int) -> QuerySet[Bounce]:
    """Return the bounced addresses of the people of an area."""
    partners = Partnership.objects.current().filter(area=area)
    seats = Membership.objects.current().in_area(area)
    invited = Invitation.objects.open().in_area(area)
    speakers = Representative.objects.in_office().filter(partnership__in=partners)
    rows = Bounce.objects.filter(cleared_at=None).alias(lower=Lower("address"))
    return rows.filter(
        Q(lower__in=speakers.order_by().values_list(Lower("email")))
        | Q(lower__in=seats.order_by().values("user__email"))
        | Q(lower__in=invited.order_by().values("email"))
    )


def unreachable_since(moment: datetime) -> list[tuple[Bounce, Unreachable]]:
    """Return the people whose email has bounced since then, each address once per area; at most four queries."""
    return people_behind(list(Bounce.objects.filter(cleared_at=None, at__gte=moment)), None)


def people_behind(rows: Collection[Bounce], area: LocalArea | None) -> list[tuple[Bounce, Unreachable]]:
    """Return the people of an area, or of all, to whom bounced addresses belong; three queries, without rows none."""
    by_address = {bounce.address.lower(): bounce for bounce in rows}
    if not by_address:
        return []
    once: dict[tuple[int, str], Unreachable] = {}
    for person in _people(list(by_address), area):
        once.setdefault((person.area_id, person.address), person)
    pairs = [(by_address[person.address], person) for person in once.values()]
    return sorted(pairs, key=lambda pair: (pair[0].at, pair[0].pk, pair[1].area_id))


# ---------------------------------------------------------------- The people of an address
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
    # Seats for whole organizations are in no area: the organization takes care of those people.
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
        _("%(kind)s of %(partner)s")
        % {"kind": person.get_kind_display(), "partner": person.partnership.organization.name},
        person.partnership.area_id,
        person,
        reverse("partners:representative_edit", args=[person.pk]),
        _("Correct the address"),
        _("Call and ask for an address that works."),
    )


def _account(seat: Membership, area_id: int) -> Unreachable:
    return Unreachable(
        seat.user.name,
        seat.user.email,
        str(seat),
        area_id,
        seat.user,
        reverse("partners:person_detail", args=[seat.user_id]),
        _("View account"),
        _("Only they can change the address of their account. Call them."),
    )


def _invited(invitation: Invitation, area_id: int, slug: str) -> Unreachable:
    return Unreachable(
        invitation.name or invitation.email,
        invitation.email,
        _("Invited as %(role)s") % {"role": words_for(invitation.role)},
        area_id,
        invitation,
        reverse("partners:invitation_list", args=[slug]),
        _("View invitation"),
        _("Withdraw the invitation and invite them at an address that works."),
    )


# ---------------------------------------------------------------- Addresses that work
@recorded
def trust_addresses(
    area: LocalArea, bounce_ids: Collection[int], *, by: User | None, at: datetime
) -> list[Unreachable]:
    """Mark bounced addresses of an area's people as working; return those people. Other addresses are ignored."""
    known = [(bounce, person) for bounce, person in unreachable_in(area) if bounce.pk in set(bounce_ids)]
    rows = Bounce.objects.filter(pk__in=[bounce.pk for bounce, _person in known])
    if bounces.clear_bounces(rows, by=by, at=at):
        notices = Notice.objects.about(*(bounce for bounce, _person in known)).filter(kind=CAME_BACK)
        outbox.withdraw(notices, why=_("The address works."))
    return [person for _bounce, person in known]
