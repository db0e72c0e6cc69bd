"""What the pages of plans and goals show of consents, strategies, proposals, and area goals that serve a state goal."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.goals.consents import ANSWERABLE, Standing, standings_of
from meetings.goals.reading import health_standing, standing_of
from meetings.goals.words import plain_value
from meetings.models import Goal, GoalUpdate, PlanAction, PlanProposal, SharedPlan, Strategy, StrategyPartner
from meetings.plans.adoption import Readiness, readiness
from onestop.ui.presentation import shortday
from partners.rules import may
from partners.seats import seats_of

Chip = tuple[str, str | Promise, str]
Status = SharedPlan.Status
PLAN_CHIPS: dict[str, Chip] = {
    Status.DRAFT: ("rest", Status.DRAFT.label, "pencil"),
    Status.OPEN: ("way", Status.OPEN.label, ""),
    Status.ADOPTED: ("good", Status.ADOPTED.label, ""),
    Status.ENDED: ("rest", Status.ENDED.label, "archive"),
}
STRATEGY_CHIPS: dict[str, Chip] = {
    Strategy.Status.NOT_STARTED: ("rest", Strategy.Status.NOT_STARTED.label, "circle"),
    Strategy.Status.ON_TRACK: ("good", Strategy.Status.ON_TRACK.label, ""),
    Strategy.Status.AT_RISK: ("soon", Strategy.Status.AT_RISK.label, "exclamation-triangle-fill"),
    Strategy.Status.DONE: ("good", Strategy.Status.DONE.label, "check2"),
    Strategy.Status.STOPPED: ("rest", Strategy.Status.STOPPED.label, "x-circle"),
}
PROPOSAL_CHIPS: dict[str, Chip] = {
    PlanProposal.Status.OPEN: ("soon", PlanProposal.Status.OPEN.label, ""),
    PlanProposal.Status.TAKEN: ("good", PlanProposal.Status.TAKEN.label, ""),
    PlanProposal.Status.DECLINED: ("rest", PlanProposal.Status.DECLINED.label, "x-circle"),
    PlanProposal.Status.WITHDRAWN: ("rest", PlanProposal.Status.WITHDRAWN.label, "arrow-counterclockwise"),
}
ACTION_CHIPS: dict[str, Chip] = {
    "open": ("way", gettext_lazy("Open"), ""),
    "done": ("good", gettext_lazy("Done"), "check2"),
    "dropped": ("rest", gettext_lazy("Dropped"), "x-circle"),
}


# ---------------------------------------------------------------- Goals of a plan
@dataclass(frozen=True)
class ShownAction:
    """A recommended action, and how it stands: as its action item does, if there is one."""

    action: PlanAction
    strategy: Strategy
    may_keep: bool

    @property
    def facts(self) -> list[str]:
        """For which strategy it is, who does it, by when, what came of it, and which need it meets."""
        action = self.action
        return [
            self.strategy.name,
            *([action.partnership.organization.name] if action.partnership else []),
            *([_("due %(day)s") % {"day": shortday(action.due_on)}] if action.due_on and self.status == "open" else []),
            *([action.outcome] if action.outcome else []),
            *([_("meets the need: %(need)s") % {"need": action.need.name}] if action.need else []),
        ]

    @property
    def status(self) -> str:
        """Its status, or that of its action item."""
        item = self.action.action_item
        return str(item.status if item else self.action.status)

    @property
    def chip(self) -> Chip:
        """The kind, word and icon of its status."""
        return ACTION_CHIPS[self.status]

    @property
    def may_assign(self) -> bool:
        """Whether it can become an action item."""
        return self.may_keep and not self.action.action_item_id and self.status == "open"


@dataclass(frozen=True)
class ShownStrategy:
    """A strategy with who does it, and its recommended actions."""

    strategy: Strategy
    who: list[str]
    actions: list[ShownAction]
    may_keep: bool

    @property
    def chip(self) -> Chip:
        """The kind, word and icon of its status."""
        return STRATEGY_CHIPS[self.strategy.status]


@dataclass(frozen=True)
class ShownGoal:
    """A goal of a plan: how it stands, who carries it and consents, what is done, and which goals serve it."""

    goal: Goal
    report: GoalUpdate | None
    standings: list[Standing]
    strategies: list[ShownStrategy]
    served_by: list[Goal] = field(default_factory=list)
    own: frozenset[int] = frozenset()

    @property
    def chip(self) -> Chip:
        """The kind, word and icon of how it stands."""
        return standing_of(self.goal)

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Baseline, last reported value and target: a label, the value, and as of when."""
        goal, report = self.goal, self.report
        rows = [
            (_("Baseline"), goal.baseline, goal.baseline_on, _("not set")),
            (_("Now"), report.value if report else None, report.as_of if report else None, _("no report yet")),
            (_("Target"), goal.target, goal.due_on, _("not set")),
        ]
        return [
            (label, plain_value(value, goal.unit) or nothing, shortday(on) if on else "")
            for label, value, on, nothing in rows
        ]

    @property
    def may_consent(self) -> bool:
        """Whether the person can answer for one of the partners that carry it and has not answered."""
        return any(each.partnership.pk in self.own and each.role and not each.consent for each in self.standings)

    @property
    def all_consent(self) -> bool:
        """Whether all partners that carry it consent to it as it is now."""
        carry = [each for each in self.standings if each.role]
        return bool(carry) and all(each.consents for each in carry)

    @property
    def actions(self) -> list[ShownAction]:
        """The recommended actions of all its strategies."""
        return [action for strategy in self.strategies for action in strategy.actions]

    @property
    def strategy_words(self) -> str:
        """How many strategies it has."""
        number = len(self.strategies)
        return ngettext("%(number)d strategy", "%(number)d strategies", number) % {"number": number}

    @property
    def consent_words(self) -> str:
        """How many of the partners that carry it consent to it as it is now."""
        carry = [each for each in self.standings if each.role]
        given = sum(each.consents for each in carry)
        return ngettext(
            "%(given)d of %(number)d partner consents.", "%(given)d of %(number)d partners consent.", len(carry)
        ) % {"given": given, "number": len(carry)}

    @property
    def roll_up(self) -> list[tuple[Chip, int]]:
        """How the area goals that serve it stand: each chip with how many."""
        counted = Counter(goal.health for goal in self.served_by)
        return [(health_standing(each), counted[each]) for each in reversed(Goal.Health.values) if counted[each]]

    @property
    def served_rows(self) -> "list[ServingGoal]":
        """The area goals that serve it."""
        return [ServingGoal(goal) for goal in self.served_by]


def show_goals(goals: Sequence[Goal], user: Any, plan: SharedPlan) -> list[ShownGoal]:
    """Return goals of one plan with everything about them; seven queries, however many."""
    keeps = may(user, "meetings.keep_plan", plan) and plan.status != Status.ENDED and not plan.is_archived
    keys = [goal.pk for goal in goals]
    for goal in goals:
        goal.plan = plan
    standings = standings_of(goals)
    reports = {
        report.goal_id: report
        for report in GoalUpdate.objects.standing()
        .filter(goal__in=keys, value__isnull=False)
        .order_by("goal", "-as_of", "-pk")
        .distinct("goal")
    }
    strategies: dict[int, list[ShownStrategy]] = defaultdict(list)
    for strategy in strategies_of(keys):
        strategies[strategy.goal_id].append(_strategy(strategy, keeps=keeps))
    served = serving_by_goal(keys, user) if plan.state_id else {}
    own = seats_of(user).managed_partnership_ids if plan.status in ANSWERABLE else frozenset()
    return [
        ShownGoal(goal, reports.get(goal.pk), standings[goal.pk], strategies[goal.pk], served.get(goal.pk, []), own)
        for goal in goals
    ]


def strategies_of(goals: Sequence[int]) -> QuerySet[Strategy]:
    """Return the current strategies of goals, with who does them, and their actions; three queries."""
    links = StrategyPartner.objects.select_related("partnership__organization")
    actions = PlanAction.objects.current().select_related("partnership__organization", "need__area", "action_item")
    return (
        Strategy.objects.current()
        .filter(goal__in=goals)
        .prefetch_related(
            Prefetch("partner_links", links.order_by("partnership__organization__name", "pk"), to_attr="links"),
            Prefetch("actions", actions.order_by("due_on", "pk"), to_attr="in_order"),
        )
        .order_by("goal", "position", "pk")
    )


def _strategy(strategy: Any, *, keeps: bool) -> ShownStrategy:
    who = [link.partnership.organization.name for link in strategy.links]
    return ShownStrategy(strategy, who, [ShownAction(each, strategy, keeps) for each in strategy.in_order], keeps)


def serving(goals: Sequence[int], user: Any) -> QuerySet[Goal]:
    """Return the area goals of adopted plans that serve goals of a state, as far as the person sees them."""
    rows = Goal.objects.visible_to(user).pursued().filter(serves__in=goals)
    return rows.select_related("plan__area").order_by("plan__area__name", "position", "pk")


def serving_by_goal(goals: Sequence[int], user: Any) -> dict[int, list[Goal]]:
    """Return the area goals that serve goals of a state, by goal; one query."""
    found: dict[int, list[Goal]] = defaultdict(list)
    for goal in serving(goals, user):
        found[goal.serves_id or 0].append(goal)
    return found


@dataclass(frozen=True)
class ServingGoal:
    """A goal that serves another one."""

    goal: Goal

    @property
    def chip(self) -> Chip:
        """The kind, word and icon of how it stands."""
        return standing_of(self.goal)


# ---------------------------------------------------------------- The page of a plan
def plan_page(plan: SharedPlan, user: Any, today: date) -> dict[str, Any]:
    """Return what the page of a plan shows: a fixed number of queries, however many goals it has."""
    goals = list(plan.goals.current().select_related("sponsor").order_by("position", "pk"))
    shown = show_goals(goals, user, plan)
    proposals = plan.proposals.select_related("goal", "partnership__organization").order_by("-at", "-pk")
    found = list(proposals)
    is_under_way = plan.status in ANSWERABLE and not plan.is_archived
    keeps = may(user, "meetings.keep_plan", plan)
    ready = readiness(goals, {each.goal.pk: each.standings for each in shown})
    over = plan.status == Status.OPEN and plan.proposals_until is not None and plan.proposals_until < today
    return {
        "goals": shown,
        "chip": PLAN_CHIPS[plan.status],
        "open_proposals": [ShownProposal(each, user, keeps) for each in found if each.status == "open"],
        "closed_proposals": [ShownProposal(each, user, keeps) for each in found if each.status != "open"],
        "readiness": ready if plan.status == Status.OPEN else Readiness(goals),
        "may_keep": keeps,
        "may_propose": is_under_way and not over and may(user, "meetings.propose_to_plan", plan),
        "may_consent": is_under_way and may(user, "meetings.consent_to_goal", plan),
        "may_work": keeps and plan.status != Status.ENDED and not plan.is_archived,
        "proposals_over": over,
    }


@dataclass(frozen=True)
class ShownProposal:
    """A proposal, and what the person may do with it."""

    proposal: PlanProposal
    user: Any
    keeps: bool

    @property
    def chip(self) -> Chip:
        """The kind, word and icon of what became of it."""
        return PROPOSAL_CHIPS[self.proposal.status]

    @property
    def may_answer(self) -> bool:
        """Whether the person can take it up or decline it."""
        return self.keeps and self.proposal.status == PlanProposal.Status.OPEN

    @property
    def may_withdraw(self) -> bool:
        """Whether the person can withdraw it."""
        is_open = self.proposal.status == PlanProposal.Status.OPEN
        return is_open and may(self.user, "meetings.withdraw_plan_proposal", self.proposal)


# ---------------------------------------------------------------- For the page of a goal
def goal_sections(goal: Goal, user: Any) -> dict[str, Any]:
    """Return what the page of a goal shows of consents, strategies and proposals. Needs its plan with its place."""
    [shown] = show_goals([goal], user, goal.plan)
    keeps = may(user, "meetings.keep_plan", goal.plan)
    proposals = goal.proposals.select_related("goal", "partnership__organization").order_by("-at", "-pk")
    is_under_way = goal.plan.status in ANSWERABLE and not goal.plan.is_archived
    may_work = keeps and goal.plan.status != Status.ENDED and not goal.plan.is_archived
    return {
        "shown": shown,
        "archived": _archived_of(goal) if may_work else [],
        "goal_proposals": [ShownProposal(each, user, keeps) for each in proposals],
        "may_keep_plan": keeps,
        "may_work": may_work,
        "may_propose": is_under_way and may(user, "meetings.propose_to_plan", goal.plan),
        "may_consent": is_under_way and may(user, "meetings.consent_to_goal", goal.plan),
    }


def _archived_of(goal: Goal) -> list[tuple[str, str]]:
    """Return the archived strategies of a goal, and archived actions of its others, with what restores them."""
    strategies = Strategy.objects.archived().filter(goal=goal).order_by("position", "pk")
    actions = PlanAction.objects.archived().filter(strategy__goal=goal, strategy__archived_at=None)
    return [(one.name, reverse("meetings:strategy_restore", args=[one.pk])) for one in strategies] + [
        (one.text, reverse("meetings:plan_action_restore", args=[one.pk])) for one in actions.order_by("pk")
    ]


def with_counts(rows: QuerySet[SharedPlan]) -> QuerySet[SharedPlan]:
    """Add how many goals plans have, and how many proposals wait for an answer."""
    goals = Q(goals__archived_at=None)
    waiting = Q(proposals__status=PlanProposal.Status.OPEN)
    return rows.annotate(
        number_of_goals=Count("goals", goals, distinct=True), number_open=Count("proposals", waiting, distinct=True)
    )
