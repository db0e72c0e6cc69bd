"""Meetings, trainings, goals and projects as what partners do together. Importing this module registers them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Attendance, Goal, Group, Meeting, Project, Series, SharedPlan, TrainingCount
from meetings.models.goals import GoalPartner
from meetings.models.projects import ProjectPartner
from meetings.models.trainings import TrainingTeacher
from partners.models import LocalArea
from partners.network.shared_work import SharedKind, SharedThing, register_shared

COLUMNS = ("pk", "title", "starts_at", "training__topic")


def _held(area: LocalArea, first: date, last: date, kind: str) -> Any:
    """Return the meetings that were held in these days and recorded, but those of support teams."""
    since, until = (datetime.combine(day, time.min, area.zone) for day in (first, last + timedelta(days=1)))
    rows = Meeting.objects.filter(series__kind=kind, status=Meeting.Status.HELD, record__closed_at__isnull=False)
    return rows.between(since, until).exclude(group__kind=Group.Kind.SUPPORT)


def _who_came(area: LocalArea, meetings: Any) -> dict[int, set[int]]:
    """Return the partners of an area that were at meetings, by meeting; one query."""
    rows = Attendance.objects.there().filter(meeting__in=meetings.values("pk"))
    rows = rows.filter(Q(partnership__area=area) | Q(partnership=None, seat__partnership__area=area))
    came: dict[int, set[int]] = defaultdict(set)
    partner = Coalesce("partnership", "seat__partnership")
    for meeting, partnership in rows.order_by().values_list("meeting", partner):
        came[meeting].add(partnership)
    return came


def _things(kind: str, meetings: Any, came: dict[int, set[int]], area: LocalArea) -> Iterator[SharedThing]:
    """Yield meetings at which several partners were; one query."""
    pks = [pk for pk, partners in came.items() if len(partners) > 1]
    for pk, title, starts_at, topic in meetings.filter(pk__in=pks).values_list(*COLUMNS):
        day = starts_at.astimezone(area.zone).date()
        yield SharedThing(
            kind, pk, topic or title, reverse("meetings:meeting_detail", args=[pk]), frozenset(came[pk]), day, day
        )


def _read_meetings(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    meetings = _held(area, first, last, Series.Kind.MEETING)
    return _things("meeting", meetings, _who_came(area, meetings), area)


def _read_trainings(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield trainings with the partners that taught, were there, or sent staff; four queries."""
    meetings = _held(area, first, last, Series.Kind.TRAINING)
    came = _who_came(area, meetings)
    for model in (TrainingTeacher, TrainingCount):
        rows: Any = model.objects.filter(training__meeting__in=meetings.values("pk"), partnership__area=area)
        if model is TrainingCount:
            rows = rows.filter(staff__gt=0)
        for meeting, partnership in rows.order_by().values_list("training__meeting", "partnership"):
            came[meeting].add(partnership)
    return _things("training", meetings, came, area)


def _read_goals(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield the goals of plans that were adopted and ran in these days, with who carries them; two queries."""
    plans = SharedPlan.objects.current().filter(
        area=area, status__in=[SharedPlan.Status.ADOPTED, SharedPlan.Status.ENDED],
        first_on__lte=last, last_on__gte=first,
    )  # fmt: skip
    rows = Goal.objects.current().filter(plan__in=plans).exclude(phase=Goal.Phase.DROPPED)
    partners = _by(GoalPartner.objects.filter(goal__in=rows.values("pk"), partnership__area=area), "goal")
    for goal in rows.select_related("plan"):
        yield SharedThing(
            "goal", goal.pk, goal.name, goal.get_absolute_url(), frozenset(partners[goal.pk]),
            goal.plan.first_on, goal.plan.last_on,
        )  # fmt: skip


def _read_projects(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield projects that ran in these days, with who leads them and takes part; two queries."""
    rows = Project.objects.current().filter(
        Q(last_on=None) | Q(last_on__gte=first), area=area, first_on__lte=last,
    ).exclude(status=Project.Status.PLANNED)  # fmt: skip
    # A commitment that ended before the first day ties no longer.
    links = ProjectPartner.objects.filter(Q(until_on=None) | Q(until_on__gte=first), project__in=rows.values("pk"))
    partners = _by(links, "project")
    for project in rows:
        who = frozenset({project.lead_id, *partners[project.pk]})
        yield SharedThing(
            "project", project.pk, project.name, project.get_absolute_url(), who, project.first_on, project.last_on
        )


def _by(rows: Any, name: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for pk, partnership in rows.order_by().values_list(name, "partnership"):
        found[pk].add(partnership)
    return found


def _visible(model: Any) -> Any:
    def visible(pks: Collection[int], user: Any) -> Iterable[int]:
        return model.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)

    return visible


register_shared(
    SharedKind(
        "meeting",
        _("Meetings"),
        _("meeting"),
        _("meetings"),
        read=_read_meetings,
        visible=_visible(Meeting),
        position=2,
    )
)
register_shared(
    SharedKind("goal", _("Goals"), _("goal"), _("goals"), read=_read_goals, visible=_visible(Goal), position=3)
)
register_shared(
    SharedKind(
        "project",
        _("Projects"),
        _("project"),
        _("projects"),
        read=_read_projects,
        visible=_visible(Project),
        position=4,
    )
)
register_shared(
    SharedKind(
        "training", _("Trainings"), _("training"), _("trainings"),
        read=_read_trainings, visible=_visible(Meeting), position=5,
    )
)  # fmt: skip
