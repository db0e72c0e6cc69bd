"""The weekly to-do list: one mail on Monday to the staff of an area.

It is due at the person's digest hour, in the time zone of the area. A late run still sends it until Tuesday evening,
and skips the week after that. An area with an empty list gets no mail.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import delivery_stats, notice_types, planners
from onestop.notices.messages import Message
from onestop.notices.models import Notice, delivery_schedule_of
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.planners import Planner
from onestop.notices.timing import DAY, at_wall
from onestop.ui import todo
from onestop.ui.sentences import retold as _
from onestop.ui.todo import For, TodoPlace, by_urgency
from partners.models import LocalArea, Membership, Partnership, Role
from partners.notices import examples, stale_services
from partners.notices.audiences import is_staff

CODE = "partners.monday"
LATEST = time(18)  # on Tuesday: a mail written in somebody's quiet hours would come on Wednesday

notice_types.declare(
    NoticeType(
        CODE,
        gettext_lazy("Weekly to-do list"),
        gettext_lazy("Your to-do list in the partner network, every Monday morning."),
        # Not a reminder: it must neither use up the weekly limit nor be held for a digest because of it.
        Reason.TRANSACTIONAL,
        template="monday",
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.monday,
    )
)


def plan(at: datetime) -> Iterator[Message]:
    """Yield, area by area, the to-do list for the staff whose Monday hour has come and who have no notice of it yet."""
    for area, staff in _due(at):
        yield from _messages(area, staff, at)


def _due(at: datetime) -> list[tuple[LocalArea, list[User]]]:
    """Return the areas where it is due, each with the staff who have no notice yet; at most three queries."""
    areas = [area for area in LocalArea.objects.current().select_related("state") if _is_window(area, at)]
    if not areas:
        return []
    seats = Membership.objects.current().filter(role=Role.STAFF, area__in=areas, user__is_active=True)
    due = {area.pk: area for area in areas}
    waiting: dict[str, tuple[LocalArea, User]] = {}
    for seat in seats.select_related("user__notice_timetable").order_by("area", "since", "pk"):
        assert seat.area_id is not None
        area = due[seat.area_id]
        if _hour_has_come(area, seat.user, at):
            waiting[_key(area, seat.user, at)] = (area, seat.user)
    written = set(Notice.objects.filter(dedupe_key__in=list(waiting)).values_list("dedupe_key", flat=True))
    found: dict[LocalArea, list[User]] = defaultdict(list)
    for key, (area, user) in waiting.items():
        if key not in written:
            found[area].append(user)
    return list(found.items())


def _is_window(area: LocalArea, at: datetime) -> bool:
    return at < at_wall(_monday(area, at) + DAY, LATEST, area.zone)


def _hour_has_come(area: LocalArea, user: User, at: datetime) -> bool:
    return at >= at_wall(_monday(area, at), delivery_schedule_of(user).digest_at, area.zone)


def _monday(area: LocalArea, at: datetime) -> datetime:
    local = at.astimezone(area.zone)
    return local - local.weekday() * DAY


def _key(area: LocalArea, user: User, at: datetime) -> str:
    year, week, _ = at.astimezone(area.zone).isocalendar()
    return f"{CODE}:{area.pk}:{year}-W{week:02}:{user.pk}"


def _messages(area: LocalArea, staff: list[User], at: datetime) -> Iterator[Message]:
    items = todo.todo_items([For.STAFF], TodoPlace(at, area=area))
    if not items:
        return
    context = {
        "area": area,
        "groups": by_urgency(items),
        "number": len(items),
        "told": delivery_stats.stats_in(area, since=delivery_stats.week_before(at)),
        "silent": silent_in(area, at),
    }
    for user in staff:
        yield Message(
            kind=CODE,
            key=_key(area, user, at),
            to=user,
            about=[area],
            scope=area,
            context=context,
            why=_("You are One-Stop staff of %(area)s.") % {"area": area.name},
            path=reverse("dashboards:home", args=[area.slug]),
            zone=area.zone,
        )


def silent_in(area: LocalArea, at: datetime) -> int:
    """Return how many partners of an area answered none of the reminders about their services."""
    known = stale_services.progress_by_partner(Partnership.objects.filter(area=area), at=at)
    return sum(progress.is_exhausted for _subject, progress in known.values())


planners.register(
    Planner(
        CODE,
        gettext_lazy("Weekly to-do list"),
        gettext_lazy("Sends the staff of each area their to-do list on Monday morning."),
        plan,
    )
)
