"""An area in which every section of a paper has something to say."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from meetings.models import Group
from partners.models import LocalArea, Partnership
from tests import factories

AT = timezone.now()


def fill(area: LocalArea, partner: Partnership, rows: int = 1) -> None:
    """Add as many of everything that papers show."""
    today = timezone.localdate(timezone=area.zone)
    plan = factories.make_plan(area)
    known = Group.objects.filter(area=area, kind="board").first()
    board = known or factories.make_group(area, kind="board", name="Workforce board")
    seat = factories.make_group_seat(board, partner)
    series = factories.make_series(board)
    for number in range(rows):
        other = factories.make_partnership(area, name=f"Partner {number}")
        factories.make_service(partner, name=f"Welding {number}", how_to_get_in="Call")
        has_main = partner.representatives.filter(kind="main").exists()
        factories.make_representative(
            partner, name=f"Rita Reader {number}", email=f"rita{number}@mill.example",
            kind="alternate" if has_main else "main",
        )  # fmt: skip
        term = factories.make_term(area, approved=True, name=f"Intake {number}", definition="The first talk.")
        term.usages.create(partnership=partner, wording=f"Sign-up {number}")
        _agreements(area, partner, other, number, today)
        goal = factories.make_goal(plan, health="at_risk", health_reason="Two classes were canceled.")
        factories.make_goal_partner(goal, partner, role="accountable", part="Evening classes")
        factories.make_goal_update(goal, value=Decimal("45.5"))
        _meetings(series, seat, number, today, area)
        factories.make_action(board, partnership=partner, text=f"Send the counts {number}", due_on=today - timedelta(3))
        factories.make_question(area, to_partnership=partner, subject=f"An interpreter {number}")
        member = factories.make_board_term(factories.make_board_seat(area), name=f"Bo Member {number}")
        opportunity = factories.make_opportunity(area, title=f"Visit the lab {number}", kind="visit", contact="Dana")
        done = factories.make_opportunity(area, title=f"Open a door {number}", kind="employer")
        factories.make_offer(done, member, status="done", changed=f"Three jobs {number}")
        taken = factories.make_opportunity(area, title=f"Read the policy {number}", kind="policy")
        factories.make_offer(taken, member, status="taken")
        factories.make_project(area, partner, goal=goal)
        assert opportunity.places == 1


def _agreements(area: LocalArea, partner: Partnership, other: Partnership, number: int, today: date) -> None:
    dates = {"effective_on": today - timedelta(400), "executed_on": today - timedelta(410), "status": "executed"}
    for days, name in ((30, "soon"), (-5, "lapsed"), (900, "long")):
        agreement = factories.make_agreement(
            area, number=f"MOU-{name}-{number}", expires_on=today + timedelta(days), **dates
        )
        for each in (partner, other):
            factories.make_party(agreement, each)
    factories.make_agreement(area, number=f"MOU-draft-{number}")


def _meetings(series: Any, seat: Any, number: int, today: date, area: LocalArea) -> None:
    def local(days: int) -> datetime:
        return datetime(today.year, today.month, today.day, 9, number) + timedelta(days)  # noqa: DTZ001

    held = factories.make_meeting(series, local(-40 - number), status="held")
    factories.make_record(held, opened_at=held.starts_at, closed_at=held.ends_at)
    factories.make_attendance(held, seat, name="Ann Example")
    held.decisions.create(text=f"To open the lab {number}.", at=held.starts_at)
    coming = factories.make_meeting(series, local(20 + number))
    factories.make_record(coming, agenda_published_at=AT)
    factories.make_agenda_item(coming, title=f"Shall we fund the lab {number}", purpose="decide")
