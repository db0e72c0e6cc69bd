"""What stands on each person's first page, by the seats they hold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower
from django.urls import reverse

from onestop.notices.todo import todo_of_operator
from onestop.ui.todo import TodoItem, by_urgency
from partners import todo
from partners.models import LocalArea, Membership, Partnership, Program, Representative, Role, State
from partners.network.summary import AreaComparison, AreaSummary, compare_areas, invitations_into, summary_of
from partners.seats import Seats, seats_of
from partners.upkeep import cards

CARDS = 3  # services to confirm that stand on the first page itself


@dataclass(frozen=True)
class OwnOrganization:
    """One of the person's own organizations, and how it stands in the area."""

    partnership: Partnership
    services: int
    fresh: int
    people: list[Representative]
    keepers: list[str]
    is_kept_by_user: bool

    @property
    def stale(self) -> int:
        """Services that nobody has confirmed for six months."""
        return self.services - self.fresh


def home_of(user: Any, area: LocalArea, *, at: datetime) -> dict[str, Any]:
    """Return everything on the person's first page in an area; a fixed number of queries for each seat."""
    seats = seats_of(user)
    today = at.astimezone(area.zone).date()
    is_staff = seats.everything or area.pk in seats.staff_area_ids
    waiting: list[TodoItem] = list(todo.todo_of_staff(area, at=at)) if is_staff else []
    waiting += todo_of_operator(at=at) if seats.everything else []
    to_confirm: list[Any] = []
    confirm_total = 0
    if area.pk in seats.managed_area_ids:
        waiting += todo.todo_of_partner(user, area)
        stale = todo.services_to_confirm(user, area, today=today)
        to_confirm = list(stale[:CARDS])
        confirm_total = len(to_confirm) if len(to_confirm) < CARDS else stale.count()
    own = own_organizations(seats, area, today)
    is_board = area.pk in seats.board_area_ids
    standing = summary_of(area, today=today) if is_staff or is_board or not own else None
    return {
        "title": title_of(is_staff=is_staff, own=own, things=len(waiting) + confirm_total),
        "area": area,
        "today": today,
        "is_staff": is_staff,
        "invited": invitations_into(area).waiting(at).count() if is_staff else 0,
        "in_short": in_short(area, standing) if standing and not is_staff else [],
        "groups": by_urgency(waiting, mark_main=not to_confirm),
        "things": len(waiting) + confirm_total,
        "to_confirm": to_confirm,
        "cards": [cards.own_card(service) for service in to_confirm],
        "confirm_total": confirm_total,
        "own": own,
        "is_manager": any(organization.is_kept_by_user for organization in own),
        "standing": standing,
        "figures": figures_of(area, standing) if standing else [],
    }


def title_of(*, is_staff: bool, own: list[OwnOrganization], things: int) -> str:
    """Return the headline: what needs you, in a number where it is small."""
    if is_staff:
        return "What needs you now"
    if own and things:
        return "One thing for you" if things == 1 else f"{things} things for you"
    if own:
        return "Nothing needs you now"
    return "How the network stands"


def own_organizations(seats: Seats, area: LocalArea, today: date) -> list[OwnOrganization]:
    """Return the person's own organizations in the area, each with its services and people; three queries."""
    speaking = Representative.objects.current().order_by("-kind", Lower("name"), "pk")
    partnerships: Any = (
        Partnership.objects.current()
        .filter(area=area, pk__in=seats.partnership_ids)
        .with_services(today)
        .select_related("organization")
        .prefetch_related(Prefetch("representatives", speaking, to_attr="speaking"))
        .order_by(Lower("organization__name"), "pk")
    )
    # A seat for the whole organization keeps each of its partnerships.
    of_one: dict[int, list[str]] = defaultdict(list)
    of_all: dict[int, list[str]] = defaultdict(list)
    managers = Membership.objects.current().filter(
        Q(partnership__in=seats.partnership_ids) | Q(organization__in=seats.organization_ids), role=Role.MANAGER
    )
    for seat in managers.select_related("user").order_by(Lower("user__name")):
        keepers = of_one[seat.partnership_id] if seat.partnership_id else of_all[seat.organization_id or 0]
        keepers.append(seat.user.name)
    return [
        OwnOrganization(
            partnership,
            partnership.services_total,
            partnership.services_fresh,
            partnership.speaking,
            [*of_one[partnership.pk], *of_all[partnership.organization_id]],
            partnership.pk in seats.managed_partnership_ids,
        )
        for partnership in partnerships
    ]


@dataclass(frozen=True)
class Sentence:
    """What a board member needs to know: a word, the phrase that opens its rows, and the rest."""

    word: str
    phrase: str
    rest: str
    url: str


def in_short(area: LocalArea, standing: AreaSummary) -> list[Sentence]:
    """Return how the network stands in a few sentences, each with where its rows are."""
    coverage = reverse("partners:coverage", args=[area.slug])
    services = reverse("partners:service_list", args=[area.slug])
    have = "has" if standing.covered == 1 else "have"
    works = f"{standing.covered} of {standing.required} required programs"
    told = [Sentence("Works", works, f"{have} a partner.", coverage)]
    if standing.uncovered:
        names = _named([program.short_name for program in standing.uncovered])
        told.append(Sentence("Missing", f"No partner carries {names};", "the law wants each within reach.", coverage))
    if standing.decided:
        names = _named([decision.program.short_name for decision in standing.decided])
        told.append(Sentence("Decided", f"No partner is needed for {names};", "the record says why.", coverage))
    if standing.alone:
        told.append(_at_risk(area, standing))
    if standing.unconfirmed:
        stale = f"{standing.unconfirmed} of {standing.services} services"
        why = "may be out of date: nobody has confirmed them for six months."
        told.append(Sentence("Stale", stale, why, f"{services}?freshness=unconfirmed"))
    return told


def _at_risk(area: LocalArea, standing: AreaSummary) -> Sentence:
    """Return the sentence on what one person alone does; its rows are functions, not partners."""
    rests = "1 function rests" if standing.risks == 1 else f"{standing.risks} functions rest"
    at = "1 partner" if standing.alone == 1 else f"{standing.alone} partners"
    rest = f"at {at}: if that person leaves, things stop."
    return Sentence("At risk", f"{rests} on one person alone", rest, single_persons_of(area))


def single_persons_of(area: LocalArea) -> str:
    """Return where what rests on one person is listed."""
    return reverse("partners:single_person_list", args=[area.slug])


def _named(names: list[str]) -> str:
    """Return names as a sentence has them; what is beyond three is counted."""
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def figures_of(area: LocalArea, standing: AreaSummary) -> list[dict[str, Any]]:
    """Return the key figures of an area, each with the list that makes it."""
    partners = reverse("partners:partnership_list", args=[area.slug])
    services = reverse("partners:service_list", args=[area.slug])
    alone = "1 partner" if standing.alone == 1 else f"{standing.alone} partners"
    missing = ", ".join(program.short_name for program in standing.uncovered[:2])
    if len(standing.uncovered) > 2:
        missing += f" and {len(standing.uncovered) - 2} more"
    return [
        {
            "label": "Partners",
            "value": standing.partners,
            "url": f"{partners}?status=active",
            "note": f"{standing.carry_required} carry required programs; {standing.joined_by_choice} joined by choice.",
        },
        {
            "label": "Required programs covered",
            "value": standing.covered,
            "rest": f"of {standing.required}",
            "url": reverse("partners:coverage", args=[area.slug]),
            "trend": f"{missing}: no partner" if missing else "Nothing is missing",
            "trend_kind": "soon" if missing else "good",
            "trend_icon": "exclamation-triangle" if missing else "check-lg",
            "note": f"{len(standing.decided)} more need{'s' if len(standing.decided) == 1 else ''} none: so decided."
            if standing.decided
            else "The law names 19 programs that meet in a One-Stop center.",
        },
        {
            "label": "Services confirmed",
            "value": standing.fresh,
            "rest": f"of {standing.services}",
            "url": f"{services}?freshness=fresh",
            "trend": f"{standing.unconfirmed} to confirm" if standing.unconfirmed else "All are fresh",
            "trend_kind": "soon" if standing.unconfirmed else "good",
            "trend_icon": "clock-history" if standing.unconfirmed else "check-lg",
            "note": "A partner said “still right” in the last six months.",
        },
        {
            "label": "Functions resting on one person",
            "value": standing.risks,
            "url": single_persons_of(area),
            "trend": f"At {alone}" if standing.alone else "Nobody is alone",
            "trend_kind": "soon" if standing.alone else "good",
            "trend_icon": "person-exclamation" if standing.alone else "check-lg",
            "note": f"{standing.people} people speak for the partners; some sign, attend, edit or get notices alone.",
        },
    ]


def state_page(state: State, *, today: date) -> dict[str, Any]:
    """Return the comparison of a state's areas."""
    areas = LocalArea.objects.current().filter(state=state).order_by(Lower("name"), "pk")
    required = Program.objects.filter(is_required=True).count()
    rows: list[AreaComparison] = compare_areas(areas, required=required, today=today)
    return {
        "title": f"Local areas of {state.name}",
        "state": state,
        "rows": rows,
        "required": required,
        "partners_total": sum(row.partners for row in rows),
    }
