"""What a person of the partner network may have in hand when they leave (see ``turnover``)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from onestop.accounts.models import User
from partners import turnover
from partners.models import Invitation, LocalArea, Membership, Organization, Partnership, Representative, Role
from partners.turnover import Leaving, OpenThing


def register() -> None:
    """Tell ``turnover`` about the things of this app."""
    turnover.register_open_things("Runs the area", find_areas_left_alone, hand_over_seat)
    turnover.register_open_things("Speaks for a partner", find_representations, hand_over_representation)
    turnover.register_open_things("Keeps an organization's data", find_organizations_left_alone, hand_over_seat)
    turnover.register_open_things("Has invited people", find_invitations, hand_over_invitations)


def people_with(seats: Q, *, but: User) -> tuple[User, ...]:
    """Return the people who may sign in and hold such a seat, by name."""
    held = Membership.objects.current().filter(seats, user_id=OuterRef("pk"))
    people = User.objects.filter(Exists(held), is_active=True).exclude(pk=but.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def _in_area(area: LocalArea) -> Q:
    partners = Partnership.objects.current().filter(area=area).values("organization_id")
    return Q(area=area) | Q(organization__in=partners)


# ---------------------------------------------------------------- The only staff of an area
def find_areas_left_alone(leaving: Leaving) -> Iterator[OpenThing]:
    """Yield the areas that would be left without staff."""
    for seat in leaving.seats:
        if turnover.is_last_staff(seat):
            yield OpenThing(
                key=f"area-{seat.area_id}",
                title=f"One-Stop staff of {seat.area}",
                otherwise=f"{leaving.person} is the only staff of {seat.area}. Name who takes over, or invite "
                "somebody first: without staff nobody could run the area or invite anyone.",
                heirs=people_with(_in_area(seat.place), but=leaving.person),  # type: ignore[arg-type]
                is_required=True,
                subject=seat,
            )


def hand_over_seat(thing: OpenThing, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Give the heir the seat itself."""
    seat = thing.subject
    if heir is not None:
        place = {"state": seat.state, "area": seat.area, "organization": seat.organization}
        Membership.objects.get_or_create(user=heir, role=seat.role, **place, ended_at=None, defaults={"since": at})


# ---------------------------------------------------------------- The only manager of an organization
def find_organizations_left_alone(leaving: Leaving) -> Iterator[OpenThing]:
    """Yield the organizations that would be left without a manager."""
    for seat in leaving.seats:
        if seat.role != Role.MANAGER:
            continue
        colleagues = Q(organization_id=seat.organization_id)
        if people_with(colleagues & Q(role=Role.MANAGER), but=leaving.person):
            continue
        yield OpenThing(
            key=f"organization-{seat.organization_id}",
            title=f"Partner manager of {seat.organization}",
            otherwise=f"{seat.organization} has no manager then: nobody of theirs can keep its services right, "
            "until the area's staff invite somebody.",
            heirs=people_with(colleagues, but=leaving.person),
            subject=seat,
        )


# ---------------------------------------------------------------- Main, alternate, signatory
def find_representations(leaving: Leaving) -> Iterator[OpenThing]:
    """Yield the partners for whom the person speaks."""
    organizations = {seat.organization_id for seat in leaving.seats if seat.organization_id}
    spoken = Representative.objects.current().filter(user=leaving.person).select_related("partnership__organization")
    if not leaving.deactivates:
        spoken = spoken.filter(partnership__organization_id__in=organizations)
    for row in spoken.select_related("partnership__area").order_by("partnership_id", "pk"):
        partnership = row.partnership
        signs = ", may sign agreements" if row.is_signatory else ""
        yield OpenThing(
            key=f"representative-{row.pk}",
            title=f"{row.get_kind_display()} of {partnership.organization} in {partnership.area}{signs}",
            otherwise=_without(row),
            heirs=people_with(Q(organization_id=partnership.organization_id), but=leaving.person),
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


def hand_over_representation(thing: OpenThing, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Put the leaving person's part away, and let the heir speak instead, with the same right to sign."""
    row: Representative = thing.subject
    row.archived_at = at
    row.save(update_fields=["archived_at"])
    if heir is None:
        return
    spoken = Representative.objects.current().filter(partnership_id=row.partnership_id)
    known = spoken.filter(Q(user=heir) | Q(email__iexact=heir.email)).first()
    if known is None:
        Representative.objects.create(
            partnership_id=row.partnership_id,
            user=heir,
            name=heir.name,
            job_title=heir.job_title,
            email=heir.email,
            phone=heir.phone,
            kind=row.kind,
            is_signatory=row.is_signatory,
        )
        return
    known.user = heir
    if row.kind == Representative.Kind.MAIN:
        known.kind = Representative.Kind.MAIN
    known.is_signatory = known.is_signatory or row.is_signatory
    known.save(update_fields=["user", "kind", "is_signatory"])


# ---------------------------------------------------------------- Invitations they have sent
def find_invitations(leaving: Leaving) -> Iterator[OpenThing]:
    """Yield the places to which the person has invited people who have not answered."""
    sent = Invitation.objects.open().filter(invited_by=leaving.person)
    sent = sent.select_related("area", "organization", "state")
    if not leaving.deactivates:
        sent = sent.filter(_places_of(leaving))
    by_place: dict[Any, list[Invitation]] = {}
    for invitation in sent.order_by("pk"):
        by_place.setdefault(invitation.place, []).append(invitation)
    for place, invitations in by_place.items():
        number = "One invitation" if len(invitations) == 1 else f"{len(invitations)} invitations"
        yield OpenThing(
            key=f"invitations-{type(place).__name__.lower()}-{place.pk}",
            title=f"{number} to {place}, not answered yet",
            otherwise="They stay open; questions go to the area's staff.",
            heirs=people_with(_who_invites_to(place), but=leaving.person),
            subject=invitations,
        )


def _places_of(leaving: Leaving) -> Q:
    areas = [seat.area_id for seat in leaving.seats if seat.role == Role.STAFF]
    organizations = [seat.organization_id for seat in leaving.seats if seat.role == Role.MANAGER]
    partners = Partnership.objects.current().filter(area_id__in=areas).values("organization_id")
    return Q(area_id__in=areas) | Q(organization_id__in=organizations) | Q(organization__in=partners)


def _who_invites_to(place: Any) -> Q:
    if isinstance(place, LocalArea):
        return Q(role=Role.STAFF, area=place)
    if isinstance(place, Organization):
        areas = Partnership.objects.current().filter(organization=place).values("area_id")
        return Q(role=Role.MANAGER, organization=place) | Q(role=Role.STAFF, area__in=areas)
    return Q(role=Role.STATE, state=place)


def hand_over_invitations(thing: OpenThing, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Let questions about them go to the heir."""
    if heir is not None:
        pks = [invitation.pk for invitation in thing.subject]
        Invitation.objects.open().filter(pk__in=pks).update(invited_by=heir)
