"""The plan of the sample with its goals: two years of reports, consents, strategies and proposals; a plan of the state.

How each goal stands, and since when, is judged by the rules that judge every goal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from meetings.goals.health import verdict_of
from meetings.goals.judging import measured
from meetings.goals.words import why_words
from meetings.models import (
    Decision,
    Goal,
    GoalChange,
    GoalConsent,
    GoalMilestone,
    GoalPartner,
    GoalTie,
    GoalUpdate,
    PlanAction,
    PlanProposal,
    SharedPlan,
    Strategy,
    StrategyPartner,
)
from meetings.sample.actions import People
from meetings.sample.told import Facts, Told, keep_all, read
from partners.models import BoardTerm, Membership, Role
from partners.sample.past import Step

QUARTERS = 8
REPORTED = 9  # days after a quarter
ASKED, ANSWERED = 40, 21  # days before the plan is adopted
Health = Goal.Health


@dataclass(eq=False)
class ToldGoal:
    """A goal that is told: its row, what the file says, its reports, and the steps by which it became what it is."""

    goal: Goal
    facts: Facts
    reports: list[GoalUpdate] = field(default_factory=list)
    changes: list[GoalChange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


class PlanOfSample:
    """The plan of the area, and that of its state."""

    def __init__(self, groups: Sequence[Told], people: People) -> None:
        self.told = next(told for told in groups if told.plan.kind == "board")
        self.story, self.people, self.facts = self.told.story, people, read("plans")
        self.days = quarters_before(self.story.today - timedelta(days=REPORTED + 5))
        words = self.facts["plan"]["decision"]
        decisions = Decision.objects.filter(meeting__group=self.told.series.group, text__contains=words)
        self.decision = decisions.select_related("meeting").order_by("at").first()
        self.adopted = self.story.today - timedelta(days=440)
        if self.decision:
            self.adopted = self.decision.meeting.original_on
        self.first_on = date(self.adopted.year - (self.adopted < date(self.adopted.year, 7, 1)), 7, 1)
        self.written_at = self.story.at(self.adopted - timedelta(days=90))
        self.opened_at = self.story.at(self.adopted - timedelta(days=ASKED))
        self.adopted_at = self.story.at(self.adopted, 12)

    def load(self) -> dict[str, Goal]:
        """Load both plans; return the goals by name."""
        of_state = self._load_state()
        plan = self._plan()
        goals = [self._goal(plan, number, facts, of_state) for number, facts in enumerate(self.facts["goals"], start=1)]
        Goal.objects.bulk_create(each.goal for each in goals)
        for each in goals:
            self._report(each)
            self._judge(each)
            self._raise_target(each)
        Goal.objects.bulk_update([each.goal for each in goals], ["health", "version"])
        for each in goals:
            self.story.past.add(each.goal, at=self.written_at, by=self.story.staff, steps=each.steps)
        keep_all(self.story, [(row, row.at) for each in goals for row in each.reports])
        keep_all(self.story, [(row, row.at) for each in goals for row in each.changes])
        self._load_partners(goals)
        self._load_strategies(goals)
        self._load_proposals(plan, {each.goal.name: each.goal for each in goals})
        return {each.goal.name: each.goal for each in goals}

    # ------------------------------------------------------------ The plans
    def _plan(self) -> SharedPlan:
        facts, first = self.facts["plan"], self.first_on
        plan = SharedPlan(
            area=self.story.area, name=f"Plan {first.year} to {first.year + 3}", vision=facts["vision"],
            principles=facts["principles"].strip(), first_on=first, last_on=date(first.year + 3, 6, 30),
            status=SharedPlan.Status.ADOPTED, proposals_until=self.adopted - timedelta(days=ANSWERED - 7),
            adopted_on=self.adopted, adopted_by=self.told.series.group, decision=self.decision,
        )  # fmt: skip
        was_open = {"status": "open", "adopted_on": None, "adopted_by_id": None, "decision_id": None}
        steps = [
            Step(self.opened_at, self.story.staff, {"status": "draft", "proposals_until": None}),
            Step(self.adopted_at, self.story.staff, was_open),
        ]
        keep_all(self.story, [(plan, self.written_at)], {id(plan): steps})
        return plan

    def _load_state(self) -> dict[str, Goal]:
        """Load the plan of the state, with one report on each goal."""
        facts, state = self.facts["state"], self.story.area.state
        year = self.first_on.year - 1
        begun = self.story.at(self.first_on - timedelta(days=300))
        plan = SharedPlan(
            state=state, name=facts["name"], vision=facts["vision"], principles=facts["principles"].strip(),
            first_on=date(year, 7, 1), last_on=date(year + 5, 6, 30), status=SharedPlan.Status.ADOPTED,
            adopted_on=begun.date(),
        )  # fmt: skip
        keep_all(self.story, [(plan, begun)])
        goals, reports = [], []
        for number, one in enumerate(facts["goals"], start=1):
            goal = Goal(
                plan=plan, position=number, name=one["name"], measure=one["measure"], unit=one["unit"],
                baseline=Decimal(one["baseline"]), baseline_on=date(year, 6, 30), target=Decimal(one["target"]),
                due_on=plan.last_on, rhythm=Goal.Rhythm.YEAR,
            )  # fmt: skip
            as_of = max(day for day in (date(year + more, 6, 30) for more in (1, 2, 3)) if day < self.days[-1])
            goals.append(goal)
            reports.append((goal, GoalUpdate(
                value=Decimal(one["value"]), as_of=as_of, name=self._administrator()[1], by=self._administrator()[0],
                at=self.story.at(as_of + timedelta(days=30)), story="Areas report twice a year.",
            )))  # fmt: skip
            known = measured(goal, [(as_of, Decimal(one["value"]))])
            goal.health = verdict_of(known, self.story.today).health
        keep_all(self.story, [(goal, begun) for goal in goals])
        for goal, report in reports:
            report.goal = goal
        keep_all(self.story, [(report, report.at) for _goal, report in reports])
        return {goal.name: goal for goal in goals}

    def _administrator(self) -> tuple[Any, str]:
        seats = Membership.objects.current().filter(role=Role.STATE, state=self.story.area.state)
        if not hasattr(self, "_known_administrator"):
            seat = seats.select_related("user").order_by("since", "pk").first()
            self._known_administrator = (seat.user, seat.user.name) if seat else (None, "State administrator")
        return self._known_administrator

    # ------------------------------------------------------------ Goals
    def _goal(self, plan: SharedPlan, number: int, facts: Facts, of_state: dict[str, Goal]) -> ToldGoal:
        term = BoardTerm.objects.current().filter(seat__area=self.story.area, name=facts.get("sponsor", ""))
        due_on = date(plan.last_on.year - 1, 12, 31) if facts.get("months_earlier") else plan.last_on
        goal = Goal(
            plan=plan, position=number, name=facts["name"], why=facts["why"],
            indicator=facts.get("indicator", Goal.Indicator.OTHER), measure=facts["measure"], unit=facts["unit"],
            baseline=Decimal(facts["values"][0]), baseline_on=self.days[0], target=Decimal(facts["target"]),
            due_on=due_on, sponsor=term.order_by("-from_on").first() if "sponsor" in facts else None,
            serves=of_state.get(facts.get("serves", "")),
        )  # fmt: skip
        return ToldGoal(goal, facts)

    def _report(self, each: ToldGoal) -> None:
        """Add a report for each quarter after the baseline; those before the goal was written came with it."""
        stories = {story["back"]: story for story in each.facts["stories"]}
        owner = next(one["by"] for one in each.facts["partners"] if one.get("role"))
        for number, (day, value) in enumerate(zip(self.days, each.facts["values"], strict=True)):
            if number == 0:
                continue
            story = stories.get(QUARTERS - 1 - number, {"by": owner, "text": ""})
            user, _address, partner = self.people.by_name[story["by"]]
            sent = self.story.at(day + timedelta(days=REPORTED + each.goal.position % 4), 15)
            each.reports.append(
                GoalUpdate(
                    goal=each.goal, value=Decimal(value), as_of=day, story=story["text"], partnership=partner,
                    name=story["by"], by=user, at=max(sent, self.written_at + timedelta(hours=number)),
                    via=GoalUpdate.Via.LINK if number % 3 else GoalUpdate.Via.PAGE,
                )
            )  # fmt: skip

    def _judge(self, each: ToldGoal) -> None:
        """Let the rules judge the goal after each report since it was adopted, and today."""
        goal, known = each.goal, [(report.as_of, report.value) for report in each.reports]
        before = [number for number, report in enumerate(each.reports, start=1) if report.at <= self.adopted_at]
        moments = [(len(before), self.adopted_at)]
        moments += [(number, report.at) for number, report in enumerate(each.reports, start=1) if number > len(before)]
        moments.append((len(known), self.told.now))
        for number, at in moments:
            so_far = measured(goal, known[:number])
            verdict = verdict_of(so_far, at.astimezone(self.story.area.zone).date())
            if verdict.health != goal.health:
                each.steps.append(Step(at, None, {"health": goal.health}))
                goal.health = verdict.health
                reason = why_words(goal, so_far, verdict)
                each.changes.append(
                    GoalChange(goal=goal, phase=goal.phase, health=goal.health, by_rule=True, reason=reason, at=at)
                )

    def _raise_target(self, each: ToldGoal) -> None:
        """Let the target of a goal have been another one: since then it has a new version."""
        if before := each.facts.get("before"):
            each.goal.version = 2
            at = self.story.at(self.story.today - timedelta(days=before["days"]), 11)
            was = {"version": 1, "target": Decimal(before["target"])}
            each.steps.append(Step(at, self.story.staff, was))

    def _load_partners(self, goals: Sequence[ToldGoal]) -> None:
        links: list[tuple[Any, datetime]] = []
        consents: list[tuple[Any, datetime]] = []
        milestones: list[tuple[Any, datetime]] = []
        ties: list[tuple[Any, datetime]] = []
        for each in goals:
            for number, one in enumerate(each.facts["partners"]):
                user, _address, partner = self.people.by_name[one["by"]]
                own = {"part": one.get("part", ""), "measure": one.get("measure", "")}
                role = one.get("role", GoalPartner.Role.CONTRIBUTOR)
                links.append((GoalPartner(goal=each.goal, partnership=partner, role=role, **own), self.written_at))
                consents += self._consents(each, one, number, user=user, partner=partner)
            milestones += [
                (GoalMilestone(goal=each.goal, name=one["name"], due_on=self._ahead(one["due"])), self.adopted_at)
                for one in each.facts.get("milestones", ())
            ]
            for one in each.facts.get("ties", ()):
                if thing := self.told.serves(one["name"]):
                    ties.append((GoalTie(goal=each.goal, thing=thing, note=one["note"]), self.adopted_at))
        for rows in (links, consents, milestones, ties):
            keep_all(self.story, rows)

    def _consents(
        self, each: ToldGoal, facts: Facts, number: int, *, user: Any, partner: Any
    ) -> Iterator[tuple[GoalConsent, datetime]]:
        """Yield what a partner said: to the goal as it was adopted, and to its new version if there is one."""
        at = self.story.at(self.adopted - timedelta(days=ANSWERED - 5 * number), 14)
        objects = facts.get("objects", "")
        given: Facts = {"goal": each.goal, "partnership": partner, "name": facts["by"], "by": user}
        if objects:
            given |= {"answer": GoalConsent.Answer.OBJECTS, "reason": objects}
        else:
            own = {"part": facts.get("part", ""), "measure": facts.get("measure", "")}
            given |= {"answer": GoalConsent.Answer.CONSENTS, **own}
        yield GoalConsent(**given, version=1, at=at), at
        if "before" in each.facts and not facts.get("lapsed"):
            days = each.facts["before"]["days"] - 6 - 4 * number
            anew = self.story.at(self.story.today - timedelta(days=days), 14)
            yield GoalConsent(**given, version=2, at=anew), anew

    def _ahead(self, days: int) -> date:
        return self.story.today + timedelta(days=days)

    # ------------------------------------------------------------ Strategies, proposals
    def _load_strategies(self, goals: Sequence[ToldGoal]) -> None:
        known = [
            (Strategy(goal=each.goal, position=number, **_only(one, "name", "text", "funding", "status")), one)
            for each in goals
            for number, one in enumerate(each.facts["strategies"], start=1)
        ]
        keep_all(self.story, [(strategy, self.written_at) for strategy, _one in known])
        links = [
            (StrategyPartner(strategy=strategy, partnership=self.people.partners[name]), self.written_at)
            for strategy, one in known
            for name in one["who"]
        ]
        keep_all(self.story, links)
        actions = [
            PlanAction(
                strategy=strategy, partnership=self.people.partners[one["partner"]],
                due_on=self._ahead(one["due"]) if "due" in one else self.adopted + timedelta(days=120),
                **_only(one, "text", "status", "outcome"),
            )
            for strategy, facts in known
            for one in facts.get("actions", ())
        ]  # fmt: skip
        keep_all(self.story, [(action, self.adopted_at) for action in actions])

    def _load_proposals(self, plan: SharedPlan, goals: dict[str, Goal]) -> None:
        rows, steps = [], {}
        for facts in self.facts["proposals"]:
            user, _address, partner = self.people.by_name[facts["by"]]
            at = self.story.at(self.story.today - timedelta(days=facts["at"]), 13)
            proposal = PlanProposal(
                plan=plan, goal=goals.get(facts.get("goal", "")), kind=facts["kind"], text=facts["text"],
                reason=facts.get("reason", ""), partnership=partner, name=facts["by"], by=user, at=at,
            )  # fmt: skip
            if "status" in facts:
                answered = self.story.at(self.story.today - timedelta(days=facts["answered"]), 10)
                proposal.status, proposal.answer = facts["status"], facts["answer"]
                proposal.answered_at, proposal.answered_by = answered, self.story.staff
                was = {"status": "open", "answer": "", "answered_at": None, "answered_by_id": None}
                steps[id(proposal)] = [Step(answered, self.story.staff, was)]
            rows.append((proposal, at))
        keep_all(self.story, rows, steps)


def _only(facts: Facts, *names: str) -> Facts:
    return {name: facts[name] for name in names if name in facts}


def quarters_before(day: date) -> list[date]:
    """Return the last days of the last eight quarters that ended before a day, the oldest first."""
    found: list[date] = []
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    while len(found) < QUARTERS:
        last = first - timedelta(days=1)
        found.append(last)
        first = date(last.year, 3 * ((last.month - 1) // 3) + 1, 1)
    return found[::-1]


def load(groups: Sequence[Told], people: People) -> dict[str, Goal]:
    """Load the plans of the area and of its state; return the goals of the area by name."""
    return PlanOfSample(groups, people).load()
