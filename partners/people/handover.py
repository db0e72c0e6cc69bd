"""The open items that a person of the partner network hands over when leaving (see ``turnover``)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.accounts.models import User
from onestop.ui.sentences import join_words
from partners.models import Invitation, LocalArea, Membership, Organization, Partnership, Representative, Role
from partners.models.people import ids_in_area, place_label
from partners.people import turnover
from partners.people.invitations import PLACES, PLACES_WHOLE
from partners.people.signatories import notify_signatory_named, wait_for_staff
from partners.people.turnover import Leaving, OpenItem


def register() -> None:
    """Register the open items of this app with ``turnover``."""
    turnover.register_open_items("area_staff", find_areas_left_alone, hand_over_seat)
    turnover.register_open_items("representative", find_representations, hand_over_representation)
    turnover.register_open_items("manager", find_partners_left_alone, hand_over_seat)
    turnover.register_open_items("invitations", find_invitations, hand_over_invitations)


def people_with(seats: Q, *, but: User) -> tuple[User, ...]:
    """Return the people who can sign in and hold such a seat, ordered by name."""
    held = Membership.objects.current().filter(seats, user_id=OuterRef("pk"))
    people = User.objects.filter(Exists(held), is_active=True).exclude(pk=but.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def _in_area(area: LocalArea) -> Q:
    return Q(pk__in=ids_in_area(Membership, area))


def _of_partnership(partnership: Partnership) -> Q:
    return Q(partnership=partnership) | Q(organization_id=partnership.organization_id)


def _of_place(place: Any) -> Q:
    """Return the condition for seats of a partnership, or of a whole organization in any of its areas."""
    if isinstance(place, Partnership):
        return _of_partnership(place)
    return Q(organization=place) | Q(partnership__organization=place)


# ---------------------------------------------------------------- The only staff of an area
def find_areas_left_alone(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the areas that would have no staff."""
    for seat in leaving.seats:
        if turnover.is_last_staff(seat):
            yield OpenItem(
                key=f"area-{seat.area_id}",
                title=_("One-Stop staff of %(area)s") % {"area": seat.area},
                otherwise=_(
                    "%(person)s is the only staff member of %(area)s. Choose who takes over, or invite another "
                    "staff member first. Without staff, no one can manage the area or invite people."
                )
                % {"person": leaving.person, "area": seat.area},
                heirs=people_with(_in_area(seat.place), but=leaving.person),  # type: ignore[arg-type]
                is_required=True,
                subject=seat,
            )


def hand_over_seat(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Give the seat to the heir."""
    seat = thing.subject
    if heir is not None:
        place = {name: getattr(seat, name) for name in PLACES}
        Membership.objects.get_or_create(user=heir, role=seat.role, **place, ended_at=None, defaults={"since": at})


# ---------------------------------------------------------------- The only manager of a partner
def find_partners_left_alone(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the partnerships and whole organizations that would have no manager."""
    for seat in leaving.seats:
        if seat.role != Role.MANAGER:
            continue
        place = seat.place
        whole = isinstance(place, Organization)
        same = Q(organization=place) if isinstance(place, Organization) else _of_place(place)
        if people_with(same & Q(role=Role.MANAGER), but=leaving.person):
            continue
        otherwise = _(
            "%(place)s will have no manager. No one there can update its services until area staff invite a manager."
        )
        if whole:
            otherwise = _(
                "%(place)s will have no manager. No one there can edit what its areas share until the state "
                "administrator invites a manager."
            )
        names = {"place": seat.place_label}
        yield OpenItem(
            key=f"{'organization' if whole else 'partnership'}-{place.pk}",
            title=_("Partner manager of %(place)s") % names,
            otherwise=otherwise % names,
            # Holders of a seat for the whole organization need no other, and area staff do not see who they are.
            heirs=people_with(_of_place(place) if whole else Q(partnership=seat.partnership), but=leaving.person),
            subject=seat,
        )


# ---------------------------------------------------------------- Main, alternate, signatory
def find_representations(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the partners that the person represents."""
    of_seats = Q(partnership__in=[seat.partnership_id for seat in leaving.seats if seat.partnership_id])
    of_seats |= Q(
        partnership__organization__in=[seat.organization_id for seat in leaving.seats if seat.organization_id]
    )
    spoken = Representative.objects.current().filter(user=leaving.person).select_related("partnership__organization")
    if not leaving.deactivates:
        spoken = spoken.filter(of_seats)
    for row in spoken.select_related("partnership__area").order_by("partnership_id", "pk"):
        partnership = row.partnership
        title = _("%(kind)s of %(partner)s in %(area)s")
        if row.is_signatory:
            title = _("%(kind)s and signatory of %(partner)s in %(area)s")
        names = {
            "kind": row.get_kind_display(),
            "partner": partnership.organization,
            "area": partnership.area,
        }
        yield OpenItem(
            key=f"representative-{row.pk}",
            title=title % names,
            otherwise=_without(row),
            heirs=people_with(Q(partnership=partnership), but=leaving.person),
            subject=row,
        )


def _without(row: Representative) -> str:
    others = Representative.objects.current().filter(partnership_id=row.partnership_id).exclude(pk=row.pk)
    rest = list(others.order_by(Lower("name"), "pk"))
    if not rest:
        return _("This partner will have no representative.")
    names = join_words(other.name for other in rest)
    sentences = [
        ngettext("%(names)s still represents this partner.", "%(names)s still represent this partner.", len(rest))
        % {"names": names}
    ]
    if row.kind == Representative.Kind.MAIN:
        sentences.append(_("It will have no main representative."))
    if row.is_signatory and not any(other.is_signatory for other in rest):
        sentences.append(_("It will have no signatory."))
    return " ".join(sentences)


def hand_over_representation(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Archive the representative, and make the heir a representative with the same right to sign."""
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
    """Yield the places to which the person has sent invitations that are still open."""
    sent = Invitation.objects.open().filter(invited_by=leaving.person)
    sent = sent.select_related(*PLACES_WHOLE)
    if not leaving.deactivates:
        sent = sent.filter(_places_of(leaving))
    by_place: dict[Any, list[Invitation]] = {}
    for invitation in sent.order_by("pk"):
        by_place.setdefault(invitation.place, []).append(invitation)
    for place, invitations in by_place.items():
        title = ngettext(
            "%(number)d open invitation to %(place)s", "%(number)d open invitations to %(place)s", len(invitations)
        )
        yield OpenItem(
            key=f"invitations-{type(place).__name__.lower()}-{place.pk}",
            title=title % {"number": len(invitations), "place": place_label(place)},
            otherwise=_("They stay open. Questions go to the area's staff."),
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
    """Make the heir the contact person of these invitations."""
    if heir is not None:
        pks = [invitation.pk for invitation in thing.subject]
        Invitation.objects.open().filter(pk__in=pks).update(invited_by=heir)
