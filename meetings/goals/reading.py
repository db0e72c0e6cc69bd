"""What pages show of goals: their status, the last report, the next one, who carries them, and what they serve."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from meetings.goals.health import Measured, Verdict, Why, verdict_of
from meetings.goals.judging import measured_by_goal
from meetings.goals.rhythm import first_day_of, report_due
from meetings.goals.words import forecast_words, plain_value, value_words, why_words
from meetings.models import (
    ActionItem,
    AgendaItem,
    Goal,
    GoalChange,
    GoalPartner,
    GoalUpdate,
    SharedPlan,
)
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, State
from partners.network.served_things import Served, read_served

Health, Phase = Goal.Health, Goal.Phase
KIND = "goal"  # as what it is served (``meetings.served``)
MOST_LINKED = 20


class Standing(NamedTuple):
    """How a goal stands, as kind, word and icon of a chip."""

    kind: str
    word: str
    icon: str = ""


def standing_of(goal: Goal, verdict: Verdict | None = None) -> Standing:
    """Return how a goal stands; the verdict tells why one has no status. Needs the plan."""
    if goal.is_archived:
        return Standing("rest", _("Archived"), "archive")
    if goal.phase == Phase.SUSPENDED:
        return Standing("rest", _("Suspended"), "pause-circle")
    if goal.phase == Phase.REACHED:
        return Standing("good", _("Reached"), "flag-fill")
    if goal.phase == Phase.DROPPED:
        return Standing("rest", _("Dropped"), "slash-circle")
    if goal.plan.status in (SharedPlan.Status.DRAFT, SharedPlan.Status.OPEN):
        return Standing("rest", _("Not adopted yet"), "pencil")
    return health_standing(goal.health, verdict)


def health_standing(health: str, verdict: Verdict | None = None) -> Standing:
    """Return a status as a chip."""
    if health == Health.UNKNOWN and verdict is not None and verdict.why == Why.STALE:
        return Standing("soon", _("No recent report"), "clock-history")
    if health == Health.UNKNOWN and verdict is not None and verdict.why == Why.NO_CURVE:
        return Standing("rest", _("Not measured"), "circle")
    looks = {
        Health.ON_TRACK: ("good", "check-circle-fill"),
        Health.AT_RISK: ("soon", "exclamation-triangle-fill"),
        Health.OFF_TRACK: ("now", "x-octagon-fill"),
        Health.UNKNOWN: ("rest", "circle"),
    }
    kind, icon = looks[Health(health)]
    return Standing(kind, str(Health(health).label), icon)


# ---------------------------------------------------------------- Which goals
def with_names(rows: QuerySet[Goal]) -> QuerySet[Goal]:
    """Fetch goals with what every page names."""
    return rows.select_related(
        "plan__area__state", "plan__state", "sponsor__seat", "serves__plan__state", "serves__plan__area"
    )


def of_area(area: LocalArea, user: Any) -> QuerySet[Goal]:
    """Return the goals of an area that a person may see, with how urgent each is (``rank``)."""
    return _ranked(Goal.objects.visible_to(user).filter(plan__area=area, plan__archived_at=None))


def of_state(state: State, user: Any) -> QuerySet[Goal]:
    """Return the goals of a state's own plans that a person may see, with how urgent each is (``rank``)."""
    return _ranked(Goal.objects.visible_to(user).filter(plan__state=state, plan__archived_at=None))


def _ranked(rows: Any) -> QuerySet[Goal]:
    pursued = Q(phase=Phase.PURSUED)
    rank = Case(
        When(pursued & Q(health=Health.OFF_TRACK), then=Value(1)),
        When(pursued & Q(health=Health.AT_RISK), then=Value(2)),
        When(pursued & Q(health=Health.UNKNOWN), then=Value(3)),
        When(pursued, then=Value(4)),
        default=Value(5),
        output_field=IntegerField(),
    )
    return with_names(rows.annotate(rank=rank)).order_by("-plan__first_on", "plan", "position", "pk")


# ---------------------------------------------------------------- What is known of them
@dataclass(frozen=True)
class GoalFacts:
    """One goal as lists show it."""

    goal: Goal
    known: Measured
    verdict: Verdict
    standing: Standing
    accountable: str
    next_due: date | None
    is_late: bool
    sponsor: str

    @property
    def now(self) -> str:
        """The last value in words."""
        return value_words(self.known.last.value, self.goal.unit) if self.known.last else ""

    @property
    def target(self) -> str:
        """The target in words."""
        return value_words(self.goal.target, self.goal.unit)

    @property
    def forecast(self) -> str:
        """The value forecast for the due day in words."""
        return forecast_words(self.known.forecast, self.goal.unit)

    @property
    def now_and_target(self) -> str:
        """Where it stands, and where it should be: "43 of 70 people"."""
        if not (self.known.last and self.target):
            return self.now
        now = plain_value(self.known.last.value, self.goal.unit)
        return _("%(now)s of %(target)s") % {"now": now, "target": self.target}

    @property
    def why(self) -> str:
        """Why it stands as it does."""
        if not self.goal.health_by_rule:
            return self.goal.health_reason
        return why_words(self.goal, self.known, self.verdict)

    @property
    def values(self) -> list[float]:
        """The values of its line: the baseline and what was reported."""
        return [float(point.value) for point in self.known.points]


def facts_of(goals: Iterable[Goal], today: date) -> dict[int, GoalFacts]:
    """Return what lists show of goals (``with_names``); two queries."""
    goals = list(goals)
    known, answers = measured_by_goal(goals), accountable_names(goals)
    found = {}
    for goal in goals:
        verdict, due = verdict_of(known[goal.pk], today), next_due(goal, known[goal.pk].told_on)
        found[goal.pk] = GoalFacts(
            goal=goal,
            known=known[goal.pk],
            verdict=verdict,
            standing=standing_of(goal, verdict),
            accountable=answers.get(goal.pk, ""),
            next_due=due,
            is_late=due is not None and due < today,
            sponsor=sponsor_name(goal, today),
        )
    return found


def accountable_names(goals: Sequence[Goal]) -> dict[int, str]:
    """Return the organization that answers for each of these goals; one query."""
    rows = GoalPartner.objects.filter(goal__in=[goal.pk for goal in goals], role=GoalPartner.Role.ACCOUNTABLE)
    return dict(rows.values_list("goal", "partnership__organization__name")) if goals else {}


def sponsor_name(goal: Goal, today: date) -> str:
    """Return the sponsor of a goal, as long as that person serves on the board."""
    return goal.sponsor.name if goal.sponsor is not None and goal.sponsor.is_on(today) else ""


def next_due(goal: Goal, told_on: date | None) -> date | None:
    """Return when the next report on a goal is due, after one as of a day; ``None`` if none is owed. Needs the plan."""
    plan = goal.plan
    if goal.is_archived or goal.phase != Phase.PURSUED or plan.status != SharedPlan.Status.ADOPTED:
        return None
    begins = first_day_of(baseline_on=goal.baseline_on, first_on=plan.first_on, adopted_on=plan.adopted_on)
    return report_due(told_on=told_on, begins=begins, rhythm=goal.rhythm, due_on=goal.due_on)


# ---------------------------------------------------------------- The board of goals
@dataclass(frozen=True)
class Column:
    """One column of the board: goals that stand alike."""

    key: str
    label: str
    icon: str
    rows: Sequence[GoalFacts]


def board_of(facts: Iterable[GoalFacts], only: str = "") -> list[Column]:
    """Return the columns of the board: off track, at risk, without a status, on track; or ``only`` one of them."""
    by_health: dict[str, list[GoalFacts]] = defaultdict(list)
    for each in facts:
        by_health[each.goal.health].append(each)
    order = (Health.OFF_TRACK, Health.AT_RISK, Health.UNKNOWN, Health.ON_TRACK)
    labels = {health: str(health.label) for health in Health} | {Health.UNKNOWN: _("No status")}
    shown = [key for key in order if only in ("", key)]
    return [Column(key, labels[key], health_standing(key).icon, by_health[key]) for key in shown]


# ---------------------------------------------------------------- The page of one
@dataclass(frozen=True)
class Told:
    """One report as the page of a goal shows it: whether it rose, and whether a later one stands in its place."""

    update: GoalUpdate
    value: str
    kind: str
    icon: str
    is_corrected: bool


def updates_of(goal: Goal) -> list[Told]:
    """Return what was reported on a goal, the newest first; one query."""
    rows = list(
        goal.updates.select_related("file", "partnership__organization", "corrected_by").order_by("as_of", "pk")
    )
    before, found = goal.baseline, []
    for update in rows:
        is_corrected = hasattr(update, "corrected_by")
        kind, icon = "", "dash-lg"
        if update.value is not None and before is not None and update.value != before and not is_corrected:
            is_up = update.value > before
            is_better = is_up == (goal.direction == Goal.Direction.UP)
            kind, icon = ("good" if is_better else "now"), ("arrow-up" if is_up else "arrow-down")
        if update.value is not None and not is_corrected:
            before = update.value
        found.append(Told(update, value_words(update.value, goal.unit), kind, icon, is_corrected))
    return found[::-1]


@dataclass(frozen=True)
class ShownChange:
    """One change of the status or the phase, and what it became in a word or two."""

    change: GoalChange
    word: str


def changes_of(goal: Goal) -> list[ShownChange]:
    """Return how the status and the phase of a goal changed, the newest first; one query."""
    before, found = str(Phase.PURSUED), []
    for change in goal.changes.select_related("by").order_by("at", "pk"):
        word = change.get_health_display() if change.phase == Phase.PURSUED else change.get_phase_display()
        if change.phase == Phase.PURSUED and before != Phase.PURSUED:
            word = _("Resumed: %(status)s") % {"status": word.lower()}
        found.append(ShownChange(change, word))
        before = change.phase
    return found[::-1]


def place_of(goal: Goal) -> tuple[int, int]:
    """Return which of the goals of its plan it is, and how many there are; one query."""
    positions = list(goal.plan.goals.filter(archived_at=None).values_list("position", "pk"))
    before = sum(each < (goal.position, goal.pk) for each in positions)
    return before + 1, max(len(positions), before + 1)


@dataclass(frozen=True)
class Linked:
    """What a goal is linked to: where it is promised, what serves it."""

    ties: Sequence[tuple[Any, Served]]
    agenda_items: Sequence[AgendaItem]
    action_items: Sequence[ActionItem]


def linked_to(goal: Goal, user: Any) -> Linked:
    """Return what a person may see of what a goal is linked to; three queries and one a kind."""
    mark = f"{KIND}:{goal.pk}"
    ties = list(goal.ties.order_by("pk"))
    served: Mapping[str, Served] = read_served([tie.thing for tie in ties], user)
    items = AgendaItem.objects.visible_to(user).filter(serves=mark, archived_at=None, meeting__isnull=False)
    actions = ActionItem.objects.visible_to(user).current().filter(serves=mark)
    return Linked(
        [(tie, served[tie.thing]) for tie in ties if tie.thing in served],
        list(items.select_related("meeting__group").order_by("-meeting__starts_at", "pk")[:MOST_LINKED]),
        list(actions.select_related("partnership__organization").order_by("due_on", "pk")[:MOST_LINKED]),
    )
