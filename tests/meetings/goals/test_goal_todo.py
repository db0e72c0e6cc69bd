"""Reports on goals as to-do items."""

from datetime import date, timedelta

import pytest

from meetings.models import Goal
from meetings.todo import goals as todo
from onestop.ui.small_queries import read_together
from tests import factories

DUE = date(2026, 10, 15)  # of a report that was made as of the end of June


@pytest.fixture
def goal(area, partner) -> Goal:
    goal = factories.make_goal(factories.make_plan(area), name="Credentials earned")
    factories.make_goal_partner(goal, partner, role="accountable")
    factories.make_goal_update(goal, as_of=date(2026, 6, 30))
    return goal


def test_the_partner_that_answers_owes_a_report(area, partner, goal):
    def items(days: int) -> list[tuple[str, str]]:
        [found] = read_together([todo.to_report(frozenset([partner.pk]), area, DUE + timedelta(days=days))])
        return [(item.kind, item.what) for item in found]

    assert items(-15) == []
    assert items(-14) == [("soon", "Report on “Credentials earned”")]
    assert items(1) == [("now", "Report on “Credentials earned”")]
    for _number in range(9):
        more = factories.make_goal(goal.plan, baseline_on=date(2026, 6, 30))
        factories.make_goal_partner(more, partner, role="accountable")
    assert items(1)[-1][1].endswith("more reports on goals")


def test_staff_see_how_many_are_overdue(area, goal):
    [before] = read_together([todo.overdue(area, DUE)])
    [after] = read_together([todo.overdue(area, DUE + timedelta(days=1))])
    assert (list(before), [item.what for item in after]) == ([], ["A report on 1 shared goal is overdue"])


def test_other_partners_and_goals_that_rest_owe_nothing(area, goal, neighbor_partner):
    [found] = read_together([todo.to_report(frozenset([neighbor_partner.pk]), area, DUE)])
    assert list(found) == []
    Goal.objects.update(phase="suspended")
    [found] = read_together([todo.overdue(area, DUE + timedelta(days=30))])
    assert list(found) == []
