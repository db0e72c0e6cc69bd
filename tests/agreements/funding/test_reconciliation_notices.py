"""Reminders and to-do items of reconciliation."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from agreements.funding import answers
from agreements.notices.statements import RECONCILIATION_DUE, STATEMENT_DUE
from agreements.todo import reconciliation as todo
from onestop.notices import planners
from onestop.notices.models import Notice
from onestop.notices.reminders import Reminder
from onestop.ui.small_queries import read_together
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from tests import factories
from tests.agreements.funding.world import Year, make_approver, on


@pytest.fixture
def year(area, partner, neighbor_partner, cast) -> Year:
    return Year(area, partner, neighbor_partner, cast | {"approver": make_approver(area)}, number="IFA-26-01")


@pytest.fixture
def issued(year) -> Year:
    year.enter("3000.00")
    year.issue()
    return year


def run(reminder: Reminder, at: datetime) -> list[str]:
    """Run a reminder and return the subjects of what was written."""
    known = set(Notice.objects.values_list("pk", flat=True))
    planners.run(reminder.planner(), at=at)
    rows = Notice.objects.exclude(pk__in=known).order_by("recipient__name")
    return [f"{row.recipient}: {row.subject}" for row in rows]


def items(*parts: Any) -> list[TodoItem]:
    return [item for found in read_together(list(parts)) for item in found]


# ---------------------------------------------------------------- Reminders
def test_staff_are_reminded_until_statements_are_sent(year):
    assert run(RECONCILIATION_DUE, on(10, 29)) == []
    assert run(RECONCILIATION_DUE, on(10, 30)) == [
        "Ann Approver: Statements due: Jul to Sep 2026, IFA-26-01",
        "Dana Whitcomb: Statements due: Jul to Sep 2026, IFA-26-01",
    ]
    assert run(RECONCILIATION_DUE, on(11, 1)) == []
    assert len(run(RECONCILIATION_DUE, on(11, 14))) == 2
    assert run(RECONCILIATION_DUE, on(11, 29))[0] == "Ann Approver: Overdue: statements of Jul to Sep 2026, IFA-26-01"
    year.enter("3000.00")
    year.issue(at=on(12, 1))
    assert run(RECONCILIATION_DUE, on(12, 14)) == []


def test_partners_are_reminded_of_the_last_day(issued, cast):
    assert run(STATEMENT_DUE, on(10, 29)) == []
    answers.agree_with_statement(issued.statement(issued.small), by=cast["neighbor"], at=on(10, 29))
    issued.pay(issued.small, "1200.00")
    [mail] = run(STATEMENT_DUE, on(10, 30))
    assert mail == "Joel Abara: Statement of Jul to Sep 2026: pay or answer by Wed, Nov 4, 2026"
    assert "$1,800.00 of the statement of Jul to Sep 2026 is to be paid by" in Notice.objects.latest("pk").text
    assert len(run(STATEMENT_DUE, on(11, 4))) == 1
    assert len(run(STATEMENT_DUE, on(11, 14))) == 1
    assert "was to be paid by" in Notice.objects.latest("pk").text
    issued.pay(issued.big, "1800.00")
    assert run(STATEMENT_DUE, on(12, 4)) == []


def test_a_disputed_statement_is_not_reminded_of(issued, cast):
    answers.dispute_statement(issued.statement(issued.big), text="No", by=cast["manager"], at=on(10, 21))
    assert [mail.partition(":")[0] for mail in run(STATEMENT_DUE, on(10, 30))] == ["Bea Norling"]


def test_planning_costs_the_same_for_one_budget_and_for_many(issued, area, neighbor_partner, cast, queries_of):
    planner = [RECONCILIATION_DUE.planner(), STATEMENT_DUE.planner()]

    def plan() -> int:
        return sum(len(list(each.plan(on(10, 30, 2026)))) for each in planner)

    one = queries_of(plan)
    for _ in range(3):
        partners = [factories.make_partnership(area) for _each in range(2)]
        more = Year(area, partners[0], partners[1], cast | {"approver": issued.cast["approver"]})
        more.enter("3000.00")
        more.issue()
    assert queries_of(plan) == one


# ---------------------------------------------------------------- The mails
def test_the_mails_say_what_is_owed_and_what_to_do(issued, cast):
    sent = Notice.objects.get(kind="agreements.statement_sent", recipient=cast["manager"])
    assert sent.subject == "Statement of shared costs: Jul to Sep 2026, IFA-26-01"
    assert "Millrace Adult Learning owes $1,800.00 for Jul to Sep 2026" in " ".join(sent.text.split())
    assert "to be paid by Wed, Nov 4, 2026" in " ".join(sent.text.split())
    dispute = answers.dispute_statement(
        issued.statement(issued.big), text="One office less.", by=cast["manager"], at=on(10, 21)
    )
    told = Notice.objects.get(kind="agreements.statement_disputed", recipient=cast["staff"])
    assert "One office less." in told.text
    answers.decide_dispute(dispute, decision="declined", answer="The plan says 600.", by=cast["staff"], at=on(10, 22))
    decided = Notice.objects.get(kind="agreements.dispute_decided")
    assert "was declined" in decided.text
    assert "The plan says 600." in decided.text
    issued.pay(issued.big, "2000.00")
    issued.close()
    closed = Notice.objects.get(kind="agreements.statement_closed", recipient=cast["manager"])
    assert "$200.00 in favor of your organization is carried" in " ".join(closed.text.split())
    for mail in Notice.objects.all():
        assert "\n\n\n" not in mail.text


# ---------------------------------------------------------------- To-do items
def test_the_staff_see_periods_that_are_due_and_disputes(year, area, cast):
    assert items(*todo.of_staff(area, date(2026, 9, 30))) == []
    for today, kind in ((date(2026, 10, 1), LATER), (date(2026, 11, 1), SOON), (date(2026, 11, 15), NOW)):
        [item] = items(*todo.of_staff(area, today))
        assert (item.kind, item.due_on) == (kind, date(2026, 11, 14))
    assert item.what == "Statements of Jul to Sep 2026 are overdue"
    year.enter("3000.00")
    year.issue()
    assert items(*todo.of_staff(area, date(2026, 11, 1))) == []
    answers.dispute_statement(year.statement(year.big), text="No", by=cast["manager"], at=on(10, 21))
    [item] = items(*todo.of_staff(area, date(2026, 11, 1)))
    assert (item.what, item.kind) == ("Decide the dispute of Millrace Adult Learning", SOON)
    [item] = items(*todo.of_staff(area, date(2026, 11, 20)))
    assert item.kind == NOW


def test_who_may_approve_money_sees_what_can_be_closed(issued, area, cast):
    approver = issued.cast["approver"]
    assert items(todo.of_approver(approver, area, date(2026, 11, 4))) == []
    [item] = items(todo.of_approver(approver, area, date(2026, 11, 5)))
    assert item.what == f"Close Jul to Sep 2026 of {issued.ifa.number}"
    assert items(todo.of_approver(cast["staff"], area, date(2026, 11, 5))) == []
    issued.close()
    assert items(todo.of_approver(approver, area, date(2026, 11, 20))) == []


def test_managers_see_statements_to_answer(issued, area, cast, partner):
    mine = frozenset({partner.pk})
    [item] = items(todo.of_manager(mine, area, date(2026, 11, 4)))
    assert item.what == "Check the statement of Jul to Sep 2026"
    assert items(todo.of_manager(mine, area, date(2026, 11, 5))) == []
    answers.agree_with_statement(issued.statement(issued.big), by=cast["manager"], at=on(10, 21))
    assert items(todo.of_manager(mine, area, date(2026, 11, 4))) == []


def test_a_home_page_has_them(as_, issued, area):
    for who in ("staff", "manager"):
        assert as_(who).get(f"/areas/{area.slug}/").status_code == 200
    assert Decimal(issued.statement(issued.big).owed) == Decimal("1800.00")
