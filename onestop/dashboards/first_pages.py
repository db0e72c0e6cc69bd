"""The content of each person's first page, by the seats they hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.overview import figures_of, in_short
from onestop.dashboards.own_organizations import OwnOrganization, own_organizations
from onestop.ui.sentences import join_words
from onestop.ui.small_queries import SmallQuery, read_together
from onestop.ui.todo import For, TodoPlace, by_urgency, todo_parts
from onestop.ui.written_queries import written_once
from partners.coverage.matrix import Coverage
from partners.models import Absence, Center, LocalArea, Presence
from partners.network.attention import attention_in
from partners.network.summary import invitations_into, summarize, summary_parts
from partners.schedule.closings import closed_among
from partners.schedule.holidays import closing_holidays, closings_by
from partners.schedule.weeks import OnSite, coming_absences, on_site_among
from partners.seats import Seats, seats_of
from partners.todo import network_at, services_to_confirm
from partners.todo.events import DAYS, coming_up, done_lately, latest
from partners.upkeep import cards

CARDS = 3  # services to confirm that are shown on the first page itself
ROWS = 7  # to-do items and cards before "Show all"


def home_of(user: Any, area: LocalArea, *, at: datetime, whole: bool = False) -> dict[str, Any]:
    """Return the context of the person's first page in an area; a fixed number of queries for each seat.

    The to-do list shows seven rows, or with ``whole`` all of them.
    """
    seats = seats_of(user)
    today = at.astimezone(area.zone).date()
    roles = roles_in(seats, area)
    is_staff, is_manager = For.STAFF in roles, For.MANAGER in roles
    own = own_organizations(seats, area, today)
    overview = For.BOARD in roles or not (own or is_staff)
    place = TodoPlace(at, area=area, user=user)
    network = network_at(place) if is_staff or overview else None
    items, done, standing, invited, holidays = _read(
        todo_parts(roles, place),
        done_lately(area, at) if is_staff else [],
        summary_parts(network, today=today) if network else [],
        [SmallQuery(_invited_into(area.pk, at), len)] if is_staff else [],
        [SmallQuery(closing_holidays(area.pk, today, today + timedelta(days=DAYS)), closings_by)],
    )
    waiting = [item for found in items for item in found]
    summary = summarize(network, *standing) if network else None
    attention = attention_in(network.coverage, today) if network and overview else []
    stale = services_to_confirm(user, area, today=today) if is_manager else None
    to_confirm: list[Any] = list(stale[:CARDS]) if stale is not None else []
    confirm_total = len(to_confirm) if stale is None or len(to_confirm) < CARDS else stale.count()
    rows = None if whole else ROWS - len(to_confirm)
    return {
        "title": title_of(is_staff=is_staff, own=own, things=len(waiting) + confirm_total),
        "area": area,
        "today": today,
        "is_staff": is_staff,
        "invited": sum(invited),
        "in_short": in_short(area, summary, attention) if summary and overview else [],
        "groups": by_urgency(waiting, mark_main=not to_confirm, most=rows),
        "whole": whole,
        "hidden": 0 if rows is None else max(len(waiting) - rows, 0),
        "is_long": len(waiting) > ROWS - len(to_confirm),
        "things": len(waiting) + confirm_total,
        "to_confirm": to_confirm,
        "cards": [cards.own_card(service) for service in to_confirm],
        "confirm_total": confirm_total,
        "own": own,
        "is_manager": any(organization.is_kept_by_user for organization in own),
        "standing": summary,
        "figures": figures_of(area, summary) if summary else [],
        "done_lately": latest(*done),
        **(this_week(area, network.coverage if network else None, holidays[0], at) if is_staff or own else NO_WEEK),
    }


def roles_in(seats: Seats, area: LocalArea) -> list[For]:
    """Return what a person is in an area, as far as to-do items go."""
    is_partner, is_manager = area.pk in seats.partner_area_ids, area.pk in seats.managed_area_ids
    held = {
        For.STAFF: seats.everything or area.pk in seats.staff_area_ids,
        For.OPERATOR: seats.everything,
        For.MANAGER: is_manager,
        For.REPRESENTATIVE: is_partner and not is_manager,
        For.BOARD: area.pk in seats.board_area_ids,
    }
    return [role for role, is_held in held.items() if is_held]


def _read(*lists: Sequence[Any]) -> list[list[Any]]:
    """Return the answers to several lists of queries, list by list; one query for all of them."""
    answers = iter(read_together(part for parts in lists for part in parts))
    return [list(islice(answers, len(parts))) for parts in lists]


@written_once
def _invited_into(area: int, at: datetime) -> QuerySet[Any, Any]:
    return invitations_into(area).waiting(at).values("pk")


NO_WEEK: dict[str, Any] = {"on_site": [], "closed": [], "coming_up": []}


def this_week(area: LocalArea, coverage: Coverage | None, holidays: list[Absence], at: datetime) -> dict[str, Any]:
    """Return who is on site today and still to come, which centers are closed, and what comes in the next days."""
    local = at.astimezone(area.zone)
    today = local.date()
    absences = [*coming_absences(area, today), *holidays]
    if coverage:
        centers = coverage.centers
        here = [presence for presence in coverage.presences if presence.falls_on(today)]
    else:
        centers = list(Center.objects.current().filter(area=area))
        here = list(Presence.objects.in_use().in_person().filter(center__area=area).on(today).with_places())
    here = [presence for presence in here if presence.ends_at > local.time()]
    return {
        "on_site": by_center(on_site_among(here, absences, today)),
        "closed": closed_among(centers, absences, today),
        "coming_up": coming_up(area, centers, absences, today),
    }


def title_of(*, is_staff: bool, own: list[OwnOrganization], things: int) -> str:
    """Return the headline: the to-do list and its length, or what else the page shows."""
    if is_staff:
        return _("To-do list")
    if things and own:
        text = ngettext("%(number)d item on your to-do list", "%(number)d items on your to-do list", things)
        return text % {"number": things}
    if any(organization.is_kept_by_user for organization in own):
        return _("Nothing on your to-do list")
    names = join_words(organization.partnership.organization.name for organization in own)
    return names or _("Network overview")


def by_center(here: list[OnSite]) -> list[tuple[Any, list[OnSite]]]:
    """Return who is on site by center, by name, and within one by start."""
    here = sorted(
        here, key=lambda one: (one.presence.center.name.casefold(), one.center_id, one.starts_at, one.presence.pk)
    )
    return [(center, list(group)) for center, group in groupby(here, key=lambda one: one.presence.center)]
