"""What a person of the partner network may have in hand when they leave (see ``turnover``)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from onestop.accounts.models import User
from partners.models import Invitation, LocalArea, Membership, Organization, Partnership, Representative, Role
from partners.models.people import ids_in_area, place_label
from partners.people import turnover
from partners.people.invitations import PLACES, PLACES_WHOLE
from partners.people.signatories import notify_signatory_named, wait_for_staff
from partners.people.turnover import Leaving, OpenItem


def register() -> None:
    """Tell ``turnover`` about the things of this app."""
    turnover.register_open_items("Runs the area", find_areas_left_alone, hand_over_seat)
    turnover.register_open_items("Speaks for a partner", find_representations, hand_over_representation)
    turnover.register_open_items("Manages a partner", find_partners_left_alone, hand_over_seat)
    turnover.register_open_items("Has invited people", find_invitations, hand_over_invitations)


def people_with(seats: Q, *, but: User) -> tuple[User, ...]:
    """Return the people who may sign in and hold such a seat, by name."""
    held = Membership.objects.current().filter(seats, user_id=OuterRef("pk"))
    people = User.objects.filter(Exists(held), is_active=True).exclude(pk=but.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def _in_area(area: LocalArea) -> Q:
    return Q(pk__in=ids_in_area(Membership, area))


def _of_partnership(partnership: Partnership) -> Q:
    return Q(partnership=partnership) | Q(organization_id=partnership.organization_id)


def _of_place(place: Any) -> Q:
    """Return who belongs to a partnership, or to a whole organization in any of its areas."""
    if isinstance(place, Partnership):
        return _of_partnership(place)
    return Q(organization=place) | Q(partnership__organization=place)


# ---------------------------------------------------------------- The only staff of an area
def find_areas_left_alone(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the areas that would be left without staff."""
    for seat in leaving.seats:
        if turnover.is_last_staff(seat):
            yield OpenItem(
                key=f"area-{seat.area_id}",
                title=f"One-Stop staff of {seat.area}",
                otherwise=f"{leaving.person} is the only staff of {seat.area}. Name who takes over, or invite "
                "somebody first: without staff nobody could run the area or invite anyone.",
                heirs=people_with(_in_area(seat.place), but=leaving.person),  # type: ignore[arg-type]
                is_required=True,
                subject=seat,
            )


def hand_over_seat(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Give the heir the seat itself."""
    seat = thing.subject
    if heir is not None:
        place = {name: getattr(seat, name) for name in PLACES}
        Membership.objects.get_or_create(user=heir, role=seat.role, **place, ended_at=None, defaults={"since": at})


# ---------------------------------------------------------------- The only manager of a partner
def find_partners_left_alone(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the partnerships, and whole organizations, that would be left without a manager."""
    for seat in leaving.seats:
        if seat.role != Role.MANAGER:
            continue
        place = seat.place
        whole = isinstance(place, Organization)
        same = Q(organization=place) if isinstance(place, Organization) else _of_place(place)
        if people_with(same & Q(role=Role.MANAGER), but=leaving.person):
            continue
        who = "the state's administrator invites" if whole else "the area's staff invite"
        what = "nobody can change what holds for all its areas" if whole else "nobody of theirs can update its services"
        yield OpenItem(
            key=f"{'organization' if whole else 'partnership'}-{place.pk}",
            title=f"Partner manager of {seat.place_label}",
            otherwise=f"{seat.place_label} has no manager then: {what}, until {who} somebody.",
            # Who has a seat for the whole organization needs no other; and an area's staff are not told who that is.
            heirs=people_with(_of_place(place) if whole else Q(partnership=seat.partnership), but=leaving.person),
            subject=seat,
        )


# ---------------------------------------------------------------- Main, alternate, signatory
def find_representations(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the partners for whom the person speaks."""
    of_seats = Q(partnership__in=[seat.partnership_id for seat in leaving.seats if seat.partnership_id])
    of_seats |= Q(
        partnership__organization__in=[seat.organization_id for seat in leaving.seats if seat.organization_id]
    )
    spoken = Representative.objects.current().filter(user=leaving.person).select_related("partnership__organization")
    if not leaving.deactivates:
        spoken = spoken.filter(of_seats)
    for row in spoken.select_related("partnership__area").order_by("partnership_id", "pk"):
        partnership = row.partnership
        signs = ", may sign agreements" if row.is_signatory else ""
        yield OpenItem(
            key=f"representative-{row.pk}",
            title=f"{row.get_kind_display()} of {partnership.organization} in {partnership.area}{signs}",
            otherwise=_without(row),
            heirs=people_with(Q(partnership=partnership), but=leaving.person),
            subject=row,
        )


def _without(row: Representative) -> str:
    others = Representative.objects.current().filter(partnership_id=row.partnership_id).exclude(pk=row.pk)
    rest = list(others.values_list("name", "kind", "is_signatory"))
    if not rest:
        return "Nobody speaks for this partner then."
    gaps = []
    if row.kind == Representative.Kind.MAIN:
        gaps.append("there is no main representative")
    if row.is_signatory and not any(signs for _, _, signs in rest):
        gaps.append("nobody can sign for them")
    names = " and ".join(name for name, _, _ in rest)
    return (
        f"{names} still {'speaks' if len(rest) == 1 else 'speak'} for them" + "".join(f"; {gap}" for gap in gaps) + "."
    )


def hand_over_representation(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Put the leaving person's part away, and let the heir speak instead, with the same right to sign."""
    row: Representative = thing.subject
    row.archived_at = at
    row.save(update_fields=["archived_at"])
    if heir is None:
        return
    spoken = Representative.objects.current().filter(partnership_id=row.partnership_id)
    spoken = spoken.select_related("partnership__area", "partnership__organization")
    known = spoken.filter(Q(user=heir) | Q(email__iexact=heir.email)).first()
    if known is None:
        known = Representative(
            partnership=row.partnership,
            name=heir.name,
            job_title=heir.job_title,
            email=heir.email,
            phone=heir.phone,
            kind=row.kind,
        )
    known.user = heir
    if row.kind == Representative.Kind.MAIN:
        known.kind = Representative.Kind.MAIN
    is_pending = False
    if row.is_signatory and not known.is_signatory:
        known.is_signatory = True
        is_pending = wait_for_staff(known, by=leaving.by, at=at)
    known.save()
    if is_pending:
        notify_signatory_named(known, by=leaving.by, at=at)


# ---------------------------------------------------------------- Invitations they have sent
def find_invitations(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the places to which the person has invited people who have not answered."""
    sent = Invitation.objects.open().filter(invited_by=leaving.person)
    sent = sent.select_related(*PLACES_WHOLE)
    if not leaving.deactivates:
        sent = sent.filter(_places_of(leaving))
    by_place: dict[Any, list[Invitation]] = {}
    for invitation in sent.order_by("pk"):
        by_place.setdefault(invitation.place, []).append(invitation)
    for place, invitations in by_place.items():
        number = "One invitation" if len(invitations) == 1 else f"{len(invitations)} invitations"
        yield OpenItem(
            key=f"invitations-{type(place).__name__.lower()}-{place.pk}",
            title=f"{number} to {place_label(place)}, not answered yet",
            otherwise="They stay open; questions go to the area's staff.",
            heirs=people_with(_who_invites_to(place), but=leaving.person),
            subject=invitations,
        )


def _places_of(leaving: Leaving) -> Q:
    areas = [seat.area_id for seat in leaving.seats if seat.role == Role.STAFF]
    partnerships = [seat.partnership_id for seat in leaving.seats if seat.role == Role.MANAGER and seat.partnership_id]
    organizations = [
        seat.organization_id for seat in leaving.seats if seat.role == Role.MANAGER and seat.organization_id
    ]
    return (
        Q(area_id__in=areas)
        | Q(partnership__area_id__in=areas)
        | Q(partnership_id__in=partnerships)
        | Q(organization_id__in=organizations)
        | Q(partnership__organization_id__in=organizations)
    )


def _who_invites_to(place: Any) -> Q:
    if isinstance(place, LocalArea):
        return Q(role=Role.STAFF, area=place)
    if isinstance(place, Partnership):
        return Q(role=Role.STAFF, area=place.area_id) | Q(role=Role.MANAGER) & _of_partnership(place)
    if isinstance(place, Organization):
        return Q(role=Role.MANAGER, organization=place) | Q(role=Role.STATE, state=place.state_id)
    return Q(role=Role.STATE, state=place)


def hand_over_invitations(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Let questions about them go to the heir."""
    if heir is not None:
        pks = [invitation.pk for invitation in thing.subject]
        Invitation.objects.open().filter(pk__in=pks).update(invited_by=heir)
