"""The content of each person's first page, by the seats they hold."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.overview import figures_of, in_short
from onestop.dashboards.own_organizations import OwnOrganization, own_organizations
from onestop.notices.todo import todo_of_operator
from onestop.ui.sentences import join_words
from onestop.ui.todo import TodoItem, by_urgency
from partners import todo
from partners.coverage.matrix import coverage_of
from partners.models import LocalArea
from partners.network.attention import attention_in
from partners.network.summary import invitations_into, summary_of
from partners.schedule.closings import closed_on
from partners.schedule.weeks import OnSite, on_site_today
from partners.seats import seats_of
from partners.todo.events import coming_up, done_lately
from partners.upkeep import cards

CARDS = 3  # services to confirm that are shown on the first page itself
ROWS = 7  # to-do items and cards before "Show all"


def home_of(user: Any, area: LocalArea, *, at: datetime, whole: bool = False) -> dict[str, Any]:
    """Return the context of the person's first page in an area; a fixed number of queries for each seat.

    The to-do list shows seven rows, or with ``whole`` all of them.
    """
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
    overview = is_board or not (own or is_staff)
    standing = summary_of(area, today=today) if is_staff or overview else None
    attention = attention_in(coverage_of(area, today=today), today) if overview else []
    rows = None if whole else ROWS - len(to_confirm)
    return {
        "title": title_of(is_staff=is_staff, own=own, things=len(waiting) + confirm_total),
        "area": area,
        "today": today,
        "is_staff": is_staff,
        "invited": invitations_into(area).waiting(at).count() if is_staff else 0,
        "in_short": in_short(area, standing, attention) if standing and overview else [],
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
        "standing": standing,
        "figures": figures_of(area, standing) if standing else [],
        "on_site": on_site_by_center(area, at) if is_staff or own else [],
        "closed": closed_on(area, today) if is_staff or own else [],
        "coming_up": coming_up(area, today) if is_staff or own else [],
        "done_lately": done_lately(area, at) if is_staff else [],
    }


def title_of(*, is_staff: bool, own: list[OwnOrganization], things: int) -> str:
    """Return the headline: the to-do list and its length, or what else the page shows."""
    if is_staff:
        return _("To-do list")
    if things:
        text = ngettext("%(number)d item on your to-do list", "%(number)d items on your to-do list", things)
        return text % {"number": things}
    if any(organization.is_kept_by_user for organization in own):
        return _("Nothing on your to-do list")
    names = join_words(organization.partnership.organization.name for organization in own)
    return names or _("Network overview")


def on_site_by_center(area: LocalArea, at: datetime) -> list[tuple[Any, list[OnSite]]]:
    """Return the partners who are in the centers of an area today or still to come, by center; two queries."""
    local = at.astimezone(area.zone)
    here = on_site_today(area, local.date(), local.time())
    here.sort(key=lambda one: (one.presence.center.name.casefold(), one.center_id, one.starts_at))
    by_center = groupby(here, key=lambda one: one.presence.center)
    return [(center, list(group)) for center, group in by_center]
