"""The content of each person's first page, by the seats they hold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices.todo import todo_of_operator
from onestop.ui.sentences import join_words
from onestop.ui.todo import TodoItem, by_urgency
from partners import todo
from partners.models import LocalArea, Membership, Partnership, Program, Representative, Role, State
from partners.network.summary import AreaComparison, AreaSummary, compare_areas, invitations_into, summary_of
from partners.seats import Seats, seats_of
from partners.upkeep import cards

CARDS = 3  # services to confirm that are shown on the first page itself
NAMED = 3  # programs that are named in a sentence; more are counted


@dataclass(frozen=True)
class OwnOrganization:
    """The status of one of the person's own organizations in the area."""

    partnership: Partnership
    services: int
    fresh: int
    people: list[Representative]
    keepers: list[str]
    is_kept_by_user: bool

    @property
    def stale(self) -> int:
        """Number of services that were not confirmed in the last six months."""
        return self.services - self.fresh

    @property
    def manager_names(self) -> str:
        """Names of the managers, as a list within a sentence."""
        return join_words(self.keepers)


def home_of(user: Any, area: LocalArea, *, at: datetime) -> dict[str, Any]:
    """Return the context of the person's first page in an area; a fixed number of queries for each seat."""
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
    """Return the headline: the to-do list and its length, or what else the page shows."""
    if is_staff:
        return _("To-do list")
    if own and things:
        text = ngettext("%(number)d item on your to-do list", "%(number)d items on your to-do list", things)
        return text % {"number": things}
    if own:
        return _("Nothing on your to-do list")
    return _("Network overview")


def own_organizations(seats: Seats, area: LocalArea, today: date) -> list[OwnOrganization]:
    """Return the person's own organizations in the area, with their services and people; three queries."""
    representatives = Representative.objects.current().order_by("-kind", Lower("name"), "pk")
    partnerships: Any = (
        Partnership.objects.current()
        .filter(area=area, pk__in=seats.partnership_ids)
        .with_services(today)
        .select_related("organization")
        .prefetch_related(Prefetch("representatives", representatives, to_attr="speaking"))
        .order_by(Lower("organization__name"), "pk")
    )
    # A seat for the whole organization manages each of its partnerships.
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
    """What a board member needs to know: a label, a sentence and the address of its rows."""

    label: str
    text: str
    url: str


def in_short(area: LocalArea, standing: AreaSummary) -> list[Sentence]:
    """Return the status of the network in a few sentences, each with the address of its rows."""
    coverage = reverse("partners:coverage", args=[area.slug])
    covered = ngettext(
        "%(covered)d of %(required)d required programs has a partner.",
        "%(covered)d of %(required)d required programs have a partner.",
        standing.covered,
    ) % {"covered": standing.covered, "required": standing.required}
    sentences = [Sentence(_("Covered"), covered, coverage)]
    if standing.uncovered:
        missing = ngettext(
            "%(programs)s has no partner. Every required program needs one (20 CFR 678.400).",
            "%(programs)s have no partner. Every required program needs one (20 CFR 678.400).",
            len(standing.uncovered),
        ) % {"programs": _names_of(standing.uncovered)}
        sentences.append(Sentence(_("Missing"), missing, coverage))
    if standing.decided:
        decided = ngettext(
            "%(programs)s needs no partner. The decision is on record.",
            "%(programs)s need no partner. The decisions are on record.",
            len(standing.decided),
        ) % {"programs": _names_of([decision.program for decision in standing.decided])}
        sentences.append(Sentence(_("Decided"), decided, coverage))
    if standing.alone:
        sentences.append(_at_risk(area, standing))
    if standing.unconfirmed:
        stale = ngettext(
            "%(stale)d of %(services)d services was not confirmed in the last 6 months and may be out of date.",
            "%(stale)d of %(services)d services were not confirmed in the last 6 months and may be out of date.",
            standing.unconfirmed,
        ) % {"stale": standing.unconfirmed, "services": standing.services}
        services = reverse("partners:service_list", args=[area.slug])
        sentences.append(Sentence(_("Not confirmed"), stale, f"{services}?freshness=unconfirmed"))
    return sentences


def _at_risk(area: LocalArea, standing: AreaSummary) -> Sentence:
    """Return the sentence on single-person dependencies; its rows are functions, not partners."""
    partners = ngettext("%(number)d partner", "%(number)d partners", standing.alone) % {"number": standing.alone}
    text = ngettext(
        "%(risks)d function at %(partners)s depends on one person. If that person leaves, the work stops.",
        "%(risks)d functions at %(partners)s depend on one person. If that person leaves, the work stops.",
        standing.risks,
    ) % {"risks": standing.risks, "partners": partners}
    return Sentence(_("At risk"), text, single_persons_of(area))


def single_persons_of(area: LocalArea) -> str:
    """Return the address of the list of single-person dependencies."""
    return reverse("partners:single_person_list", args=[area.slug])


def _names_of(programs: list[Program]) -> str:
    """Return the names of programs as a list within a sentence; beyond three they are counted."""
    names = [program.short_name for program in programs]
    if len(names) > NAMED:
        more = len(names) - NAMED + 1
        names = [*names[: NAMED - 1], ngettext("%(number)d more", "%(number)d more", more) % {"number": more}]
    return join_words(names)


def figures_of(area: LocalArea, standing: AreaSummary) -> list[dict[str, Any]]:
    """Return the key figures of an area, each with the address of its list."""
    partners = reverse("partners:partnership_list", args=[area.slug])
    return [
        {
            "label": _("Partners"),
            "value": standing.partners,
            "url": f"{partners}?status=active",
            "note": _("With a required program: %(required)d. Additional partners: %(additional)d.")
            % {"required": standing.carry_required, "additional": standing.joined_by_choice},
        },
        _covered_figure(area, standing),
        _confirmed_figure(area, standing),
        {
            "label": _("Single-person dependencies"),
            "value": standing.risks,
            "url": single_persons_of(area),
            "trend": ngettext(
                "%(number)d partner depends on one person", "%(number)d partners depend on one person", standing.alone
            )
            % {"number": standing.alone},
            "trend_kind": "soon" if standing.alone else "good",
            "trend_icon": "person-exclamation" if standing.alone else "check-lg",
            "note": ngettext(
                "%(number)d representative. Counted: signing, attending, editing and getting notifications.",
                "%(number)d representatives. Counted: signing, attending, editing and getting notifications.",
                standing.people,
            )
            % {"number": standing.people},
        },
    ]


def _covered_figure(area: LocalArea, standing: AreaSummary) -> dict[str, Any]:
    decided = ngettext(
        "%(number)d not carried out or exempted in this area (decision on record).",
        "%(number)d not carried out or exempted in this area (decisions on record).",
        len(standing.decided),
    ) % {"number": len(standing.decided)}
    trend = _("No partner: %(programs)s") % {"programs": _names_of(standing.uncovered)}
    return {
        "label": _("Required programs covered"),
        "value": standing.covered,
        "rest": _("of %(total)d") % {"total": standing.required},
        "url": reverse("partners:coverage", args=[area.slug]),
        "trend": trend if standing.uncovered else _("All covered or decided"),
        "trend_kind": "soon" if standing.uncovered else "good",
        "trend_icon": "exclamation-triangle" if standing.uncovered else "check-lg",
        "note": decided if standing.decided else _("Federal law names 19 required programs (20 CFR 678.400)."),
    }


def _confirmed_figure(area: LocalArea, standing: AreaSummary) -> dict[str, Any]:
    trend = ngettext("%(number)d service to confirm", "%(number)d services to confirm", standing.unconfirmed)
    return {
        "label": _("Services confirmed"),
        "value": standing.fresh,
        "rest": _("of %(total)d") % {"total": standing.services},
        "url": reverse("partners:service_list", args=[area.slug]) + "?freshness=fresh",
        "trend": trend % {"number": standing.unconfirmed} if standing.unconfirmed else _("All confirmed"),
        "trend_kind": "soon" if standing.unconfirmed else "good",
        "trend_icon": "clock-history" if standing.unconfirmed else "check-lg",
        "note": _("Confirmed by the partner in the last 6 months."),
    }


def state_page(state: State, *, today: date) -> dict[str, Any]:
    """Return the comparison of a state's areas."""
    areas = LocalArea.objects.current().filter(state=state).order_by(Lower("name"), "pk")
    required = Program.objects.filter(is_required=True).count()
    rows: list[AreaComparison] = compare_areas(areas, required=required, today=today)
    return {
        "title": _("Local areas of %(state)s") % {"state": state.name},
        "state": state,
        "rows": rows,
        "required": required,
        "partners_total": sum(row.partners for row in rows),
    }
