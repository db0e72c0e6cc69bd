"""What partners owe by plans, goals and values."""

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from meetings.goal_acts import due_reports
from partners.network.acts import acts_in
from partners.sample.past import unrecorded
from tests import factories

FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)


def acts(area: Any, kind: str) -> list[tuple[int, date, date | None]]:
    return [(act.partnership, act.due_on, act.done_on) for act in acts_in(area, FIRST, LAST) if act.kind == kind]


def at(day: date, area: Any) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=area.zone)


def make_accountable(goal: Any, partner: Any) -> None:
    """Let a partner answer for a goal since before anything was recorded."""
    with unrecorded():
        factories.make_goal_partner(goal, partner, role="accountable")


def test_whoever_is_accountable_reports_each_quarter(area, partner):
    goal = factories.make_goal(factories.make_plan(area, adopted_on=date(2025, 9, 30)))
    make_accountable(goal, partner)
    factories.make_goal_partner(goal, factories.make_partnership(area))
    factories.make_goal_update(goal, as_of=date(2025, 12, 30), at=at(date(2026, 1, 12), area))
    factories.make_goal_update(goal, as_of=date(2026, 3, 30), at=at(date(2026, 5, 20), area))
    assert acts(area, "reported") == [
        (partner.pk, date(2026, 1, 15), date(2026, 1, 12)),
        (partner.pk, date(2026, 4, 14), date(2026, 5, 20)),
        (partner.pk, date(2026, 7, 15), None),
        (partner.pk, date(2026, 10, 15), None),
    ]


def test_whoever_reports_every_month_owes_a_report_each_quarter():
    first = date(2025, 9, 30)
    months = [first + relativedelta(months=number) for number in range(1, 13)]
    found = list(due_reports(first, "quarter", [(day, day + timedelta(days=3)) for day in months], date(2026, 9, 30)))
    assert len(found) == 3
    assert all(done and done <= due for _about, due, done in found)


def test_a_suspended_goal_owes_no_report(area, partner):
    goal = factories.make_goal(factories.make_plan(area), phase="suspended")
    make_accountable(goal, partner)
    assert acts(area, "reported") == []


def test_the_months_in_which_a_goal_was_suspended_owe_nothing_also_later(area, partner):
    goal = factories.make_goal(factories.make_plan(area, adopted_on=date(2025, 9, 30)))
    make_accountable(goal, partner)
    for phase, day in (("suspended", date(2026, 1, 10)), ("pursued", date(2026, 6, 25)), ("dropped", date(2026, 8, 1))):
        factories.make_goal_change(goal, phase=phase, at=at(day, area))
    goal.phase = "dropped"
    goal.save()
    assert [due for _partner, due, _done in acts(area, "reported")] == [date(2026, 7, 15)]


def test_whoever_takes_a_goal_over_owes_nothing_of_before(area, partner):
    goal = factories.make_goal(factories.make_plan(area, adopted_on=date(2025, 9, 30)))
    factories.make_goal_partner(goal, partner, role="accountable")
    assert acts(area, "reported") == []


def test_a_goal_owes_a_last_report_as_of_its_day_and_none_after():
    found = list(due_reports(date(2025, 9, 30), "quarter", [], date(2027, 1, 1), until=date(2026, 2, 15)))
    assert [(about, due) for about, due, _done in found] == [
        (date(2025, 12, 31), date(2026, 1, 15)), (date(2026, 2, 15), date(2026, 3, 2)),
    ]  # fmt: skip


def test_a_partner_answers_to_the_version_of_a_goal(area, partner):
    goal = factories.make_goal(factories.make_plan(area, status="open"))
    factories.make_goal_partner(goal, partner)
    today = timezone.now().astimezone(area.zone).date()

    def found() -> list[tuple[date, date | None]]:
        last = today + timedelta(days=40)
        return [(act.due_on, act.done_on) for act in acts_in(area, today, last) if act.kind == "consented"]

    assert found() == [(today + timedelta(days=30), None)]
    factories.make_goal_consent(goal, partner, answer="objects", reason="Too far.")
    assert found() == [(today + timedelta(days=30), today)]
    goal.version = 2
    goal.save()
    assert found() == [(today + timedelta(days=30), None)]


def test_values_are_affirmed_within_sixty_days_and_each_year_again(area, partner):
    statement = factories.make_values(area, adopted_on=date(2025, 9, 15))
    assert acts(area, "affirmed") == [(partner.pk, date(2025, 11, 14), None)]
    factories.make_affirmation(statement, partner, affirmed_on=date(2025, 9, 20), lasts_until=date(2026, 9, 20))
    assert acts(area, "affirmed") == [
        (partner.pk, date(2025, 11, 14), date(2025, 9, 20)), (partner.pk, date(2026, 9, 20), None),
    ]  # fmt: skip
    factories.make_values(area, adopted_on=date(2026, 6, 1))
    assert acts(area, "affirmed") == [
        (partner.pk, date(2025, 11, 14), date(2025, 9, 20)), (partner.pk, date(2026, 7, 31), None),
    ]  # fmt: skip


def test_a_newcomer_affirms_within_sixty_days_of_joining(area):
    newcomer = factories.make_partnership(area, since=date(2026, 6, 1))
    factories.make_values(area, adopted_on=date(2025, 9, 15))
    assert acts(area, "affirmed") == [(newcomer.pk, date(2026, 7, 31), None)]
