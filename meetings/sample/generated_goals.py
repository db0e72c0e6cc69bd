"""Goals of a generated network: an adopted plan of each area with six goals, consents and two years of reports."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from meetings.goals.health import verdict_of
from meetings.goals.judging import measured
from meetings.models import Goal, GoalConsent, GoalPartner, GoalUpdate, SharedPlan, Strategy
from meetings.sample.plans import quarters_before
from onestop.local.generated import Size
from partners.models import LocalArea, Partnership
from partners.sample.generated import insert

MODELS: tuple[Any, ...] = (SharedPlan, Goal, GoalPartner, GoalConsent, GoalUpdate, Strategy)
WHAT = ("plans", "goals", "partners of goals", "consents", "reports on goals", "strategies")
NAMES = (
    "Employed after six months", "Credentials earned", "Referrals answered in a day", "Employers served again",
    "Young people reached", "Services confirmed",
)  # fmt: skip
CARRY = 3  # partners of a goal
DAY = timedelta(days=1)


def generate_for(
    size: Size, areas: Sequence[LocalArea], partners: Mapping[int, Sequence[Partnership]], today: date, now: datetime
) -> Iterator[tuple[str, int]]:
    """Write the plans of areas with their partners; yield how many rows of what were written."""
    days = quarters_before(today)
    first = date(days[0].year + 1, 1, 1)
    plans = [_plan(area, first) for area in areas]
    yield WHAT[0], len(insert(plans))
    values = {
        (plan, number): list(_values(size, plan, number, len(days)))
        for plan in plans
        for number in range(1, len(NAMES) + 1)
    }
    goals = [_goal(plan, number, found, days, today) for (plan, number), found in values.items()]
    yield WHAT[1], len(insert(goals))
    links = [link for goal in goals for link in _links(goal, partners.get(goal.plan.area_id or 0, ()))]
    yield WHAT[2], len(insert(links))
    begun = now - (today - first)
    yield WHAT[3], len(insert([_consent(link, begun) for link in links]))
    reports = [
        GoalUpdate(
            goal=goal, value=value, as_of=on, name="Report", story="",
            at=min(now, datetime.combine(on + 10 * DAY, now.timetz())),
        )
        for goal, found in zip(goals, values.values(), strict=True)
        for on, value in zip(days[1:], found[1:], strict=True)
    ]  # fmt: skip
    yield WHAT[4], len(insert(reports))
    yield WHAT[5], len(insert([Strategy(goal=goal, name="Co-enroll at intake", position=1) for goal in goals]))


def _plan(area: LocalArea, first: date) -> SharedPlan:
    return SharedPlan(
        area=area, name=f"Plan {first.year} to {first.year + 3}", vision="Good work for everybody.", first_on=first,
        last_on=date(first.year + 3, 12, 31), status=SharedPlan.Status.ADOPTED, adopted_on=first,
    )  # fmt: skip


def _values(size: Size, plan: SharedPlan, number: int, quarters: int) -> Iterator[Decimal]:
    """Yield a value for each quarter, which rises more or less."""
    dice = size.dice("goal", plan.area.slug if plan.area else "", number)
    value, speed = Decimal(dice.randrange(30, 50)), dice.choice((0, 1, 2, 3))
    for _quarter in range(quarters):
        yield value
        value += Decimal(speed + dice.choice((-1, 0, 1)))


def _goal(plan: SharedPlan, number: int, values: Sequence[Decimal], days: Sequence[date], today: date) -> Goal:
    goal = Goal(
        plan=plan, position=number, name=NAMES[number - 1], measure="Share of those who were counted",
        baseline=values[0], baseline_on=days[0], target=values[0] + 20, due_on=plan.last_on,
    )  # fmt: skip
    goal.health = verdict_of(measured(goal, list(zip(days[1:], values[1:], strict=True))), today).health
    return goal


def _links(goal: Goal, partners: Sequence[Partnership]) -> Iterator[GoalPartner]:
    for number in range(min(CARRY, len(partners))):
        role = GoalPartner.Role.CONTRIBUTOR if number else GoalPartner.Role.ACCOUNTABLE
        partner = partners[(goal.position * CARRY + number) % len(partners)]
        yield GoalPartner(goal=goal, partnership=partner, role=role, part="A class")


def _consent(link: GoalPartner, at: datetime) -> GoalConsent:
    return GoalConsent(
        goal=link.goal, partnership=link.partnership, version=1, answer=GoalConsent.Answer.CONSENTS, name="Manager",
        at=at,
    )  # fmt: skip
