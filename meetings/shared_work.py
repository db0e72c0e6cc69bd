"""Meetings, trainings, goals and projects as what partners do together. Importing this module registers them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Attendance, Goal, Group, Meeting, Project, Series, SharedPlan, TrainingCount
from meetings.models.goals import GoalPartner
from meetings.models.projects import ProjectPartner
from meetings.models.trainings import TrainingTeacher
from partners.models import LocalArea, Partnership
from partners.network.shared_work import SharedKind, SharedThing, Stay, register_shared


@dataclass(frozen=True)
class HeldMeetings:
    """The meetings of a kind that were held in some days and recorded, but those of support teams."""

    area: LocalArea
    first: date
    last: date
    kind: str

    @cached_property
    def partners(self) -> list[int]:
        """The ids of all partners of the area."""
        return list(Partnership.objects.filter(area=self.area).values_list("pk", flat=True))

    def condition(self, path: str) -> dict[str, Any]:
        """Return the condition that what a path leads to is one of them, or of a support team."""
        since, until = (
            datetime.combine(day, time.min, self.area.zone) for day in (self.first, self.last + timedelta(days=1))
        )
        return {
            f"{path}starts_at__gte": since, f"{path}starts_at__lt": until, f"{path}series__kind": self.kind,
            f"{path}status": Meeting.Status.HELD, f"{path}record__closed_at__isnull": False,
        }  # fmt: skip

    def of_partners(self, model: Any, path: str) -> Any:
        """Return the rows of a model that partners of the area have at them: from the partners, who are few."""
        rows = model.objects.filter(partnership__in=self.partners, **self.condition(path))
        return rows.exclude(**{f"{path}group__kind": Group.Kind.SUPPORT}).order_by()


def _who_came(held: HeldMeetings) -> dict[int, set[int]]:
    """Return the partners of an area that were at meetings, by meeting; two queries."""
    came: dict[int, set[int]] = defaultdict(set)
    rows = held.of_partners(Attendance, "meeting__").filter(presence__in=Attendance.THERE)
    for meeting, partnership in rows.values_list("meeting", "partnership"):
        came[meeting].add(partnership)
    return came


def _things(held: HeldMeetings, came: dict[int, set[int]]) -> Iterator[SharedThing]:
    """Yield meetings at which several partners were; one query."""
    pks = [pk for pk, partners in came.items() if len(partners) > 1]
    rows = Meeting.objects.filter(pk__in=pks).order_by("starts_at", "pk")
    for pk, title, starts_at, topic in rows.values_list("pk", "title", "starts_at", "training__topic"):
        day = starts_at.astimezone(held.area.zone).date()
        url = reverse("meetings:meeting_detail", args=[pk])
        yield SharedThing(str(held.kind), pk, topic or title, url, frozenset(came[pk]), day, day)


def _read_meetings(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    held = HeldMeetings(area, first, last, Series.Kind.MEETING)
    return _things(held, _who_came(held))


def _read_trainings(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield trainings with the partners that taught, were there, or sent staff; five queries."""
    held = HeldMeetings(area, first, last, Series.Kind.TRAINING)
    came = _who_came(held)
    for model in (TrainingTeacher, TrainingCount):
        rows = held.of_partners(model, "training__meeting__")
        if model is TrainingCount:
            rows = rows.filter(staff__gt=0)
        for meeting, partnership in rows.values_list("training__meeting", "partnership"):
            came[meeting].add(partnership)
    return _things(held, came)


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
    stays: dict[int, dict[int, list[Stay]]] = defaultdict(lambda: defaultdict(list))
    for pk, partnership, until_on in links.order_by().values_list("project", "partnership", "until_on"):
        stays[pk][partnership].append((None, until_on))
    for project in rows:
        stays[project.pk][project.lead_id] = [(None, None)]
        yield SharedThing(
            "project", project.pk, project.name, project.get_absolute_url(), frozenset(stays[project.pk]),
            project.first_on, project.last_on, stays[project.pk],
        )  # fmt: skip


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
