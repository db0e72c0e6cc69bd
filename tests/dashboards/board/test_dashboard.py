"""The dashboard of the board: figures, sentences, goals, clocks, and how many queries it takes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

from onestop.dashboards.board.charts import sparkline
from onestop.dashboards.board.figures import percent
from onestop.dashboards.board.reading import read_board
from partners.coverage.programs import load_programs
from partners.models import Program
from tests import factories

pytestmark = pytest.mark.django_db


def held(group):
    """Return a meeting of the last weeks whose record is closed."""
    starts = now().replace(tzinfo=None) - timedelta(days=20)
    meeting = factories.make_meeting(factories.make_series(group), starts, status="held")
    factories.make_record(meeting, closed_at=now())
    return meeting


def page(area):
    return reverse("dashboards:board_dashboard", args=[area.slug])


def figures(response):
    return {figure.code: figure for figure in response.context["figures"]}


def test_who_sees_it(as_, area, cast):
    for who, status in (
        ("staff", 200), ("board", 200), ("state", 200), ("manager", 403), ("colleague", 403), ("stranger", 404),
    ):  # fmt: skip
        assert as_(who).get(page(area)).status_code == status, who


def test_an_empty_area_says_so_and_nothing_rosy(as_, area, cast):
    found = figures(as_("board").get(page(area)))
    assert [found[code].value for code in ("paid_percent", "attendance", "engagement")] == ["None yet"] * 3
    assert found["in_force"].trend_kind == "now"
    assert (found["covered"].trend, found["covered"].trend_kind) == ("No program is recorded", "")
    assert found["goals_on_track"].trend == "No plan is adopted"


def sentences(response):
    return [" ".join((sentence.text, sentence.detail)).strip() for sentence in response.context["in_short"]]


def test_the_sentences_of_an_empty_area_praise_nothing(as_, area, cast):
    response = as_("board").get(page(area))
    works, needs, risk = sentences(response)
    assert works == "No required program has a partner in these records yet."
    assert needs.endswith("No meeting of the board is planned.")
    assert risk.startswith("No agreement is in force; money spent on shared work can be disallowed.")
    words = response.content.decode()
    assert "No agreement is in force." in words
    assert "No adopted plan has goals that partners work on." in words
    assert "No meeting of the board is planned." in words


def test_few_covered_programs_are_no_success(as_, area, partner):
    load_programs()
    partner.program_links.create(program=Program.objects.required().first())
    factories.make_service(partner)
    works, _needs, _risk = sentences(as_("board").get(page(area)))
    assert works.startswith("Little yet: 1 of ")


def test_without_goals_no_goal_is_on_track(as_, area):
    today = area.day_of(now())
    factories.make_agreement(
        area, status="executed", executed_on=today, effective_on=today, expires_on=today + timedelta(days=900)
    )
    response = as_("board").get(page(area))
    risk = sentences(response)[2]
    assert risk == "No agreement has expired or ends within 270 days, and no clock is late. No goals are adopted."


def test_what_ends_next_and_who_drifts_are_named(as_, area, monkeypatch):
    today = area.day_of(now())
    for days in (250, 80, -70, 20):
        factories.make_agreement(
            area, title=f"MOU that ends in {days}", status="executed", executed_on=today - timedelta(days=800),
            effective_on=today - timedelta(days=800), expires_on=today + timedelta(days=days), review_on=today,
        )  # fmt: skip
    partners = [
        factories.make_partnership(area, name=name)
        for name in ("Millrace Adult School", "Weir Youth Center", "Aspen Works")
    ]
    scores = dict(zip((each.pk for each in partners), (12, 40, 90), strict=True))
    monkeypatch.setattr("onestop.dashboards.board.reading.scores_of", lambda area, day: scores)
    response = as_("board").get(page(area))
    assert figures(response)["in_force"].trend == "1 expired, 3 end soon, the first in 20 days"
    ending = [agreement.title for agreement, _standing, _words in response.context["ending"]]
    assert ending == ["MOU that ends in -70", "MOU that ends in 20", "MOU that ends in 80"]
    assert response.context["ending_hidden"] == 1
    assert figures(response)["engagement"].note.endswith(
        "Below 50 is a reason to call: Millrace Adult School and Weir Youth Center."
    )


def test_goals_without_a_report_are_a_risk(as_, area):
    today = area.day_of(now())
    factories.make_agreement(
        area, status="executed", executed_on=today, effective_on=today, expires_on=today + timedelta(days=900)
    )
    plan = factories.make_plan(area)
    factories.make_goal(plan, name="Credentials earned", health="unknown")
    factories.make_goal(plan, name="Youth reached", health="at_risk")
    response = as_("board").get(page(area))
    risk = response.context["in_short"][2]
    assert (risk.text, risk.detail) == ("“Youth reached” is at risk.", "1 other risk is shown below.")
    listed = as_("board").get(risk.url).context["table"].page
    assert [row.record.name for row in listed] == ["Youth reached"]


def test_goals_are_counted_by_status_and_want_a_sponsor(as_, area, cast):
    plan = factories.make_plan(area)
    term = factories.make_board_term(factories.make_board_seat(area), user=cast["board"])
    on_track = factories.make_goal(plan, health="on_track", sponsor=term)
    off = factories.make_goal(plan, health="off_track", health_reason="Short")
    factories.make_goal(plan, phase="suspended", health="off_track")
    for number, value in enumerate((41, 43)):
        factories.make_goal_update(on_track, value=Decimal(value), as_of=date(2025, 3 + number, 28))
    wanted = factories.make_opportunity(area, kind="sponsor", goal=off)
    response = as_("board").get(page(area))
    figure = figures(response)["goals_on_track"]
    assert (figure.value, figure.rest, figure.trend, figure.trend_kind) == ("1", "of 2", "1 off track", "now")
    rows = response.context["goals"]
    assert [(row.now, row.target, bool(row.curve)) for row in rows] == [("43%", "70%", True), ("", "70%", False)]
    words = response.content.decode()
    assert f'href="{reverse("dashboards:opportunity_take", args=[wanted.pk])}"' in words
    assert "From 41% on" in words


def test_corrected_reports_are_not_drawn(as_, area):
    goal = factories.make_goal(factories.make_plan(area))
    wrong = factories.make_goal_update(goal, value=Decimal(99), as_of=date(2025, 3, 31))
    factories.make_goal_update(goal, value=Decimal(44), as_of=date(2025, 3, 31), corrects=wrong)
    [row] = as_("staff").get(page(area)).context["goals"]
    assert row.now == "44%"


def test_expired_agreements_are_the_gravest_risk(as_, area):
    today = now().astimezone(area.zone).date()
    factories.make_agreement(
        area, title="MOU with Title V", status="executed", executed_on=today - timedelta(days=800),
        effective_on=today - timedelta(days=800), expires_on=today - timedelta(days=70),
    )  # fmt: skip
    response = as_("board").get(page(area))
    assert figures(response)["in_force"].trend == "1 expired"
    assert "MOU with Title V expired 70 days ago without a successor" in response.content.decode()


def test_attendance_counts_seats_of_partners_only(as_, area, partner):
    group = factories.make_group(area)
    seat = factories.make_group_seat(group, partner)
    other = factories.make_group_seat(group)
    for presence in ("present", "absent"):
        meeting = held(group)
        factories.make_attendance(meeting, seat, presence=presence)
        factories.make_attendance(meeting, other, presence="absent")
    figure = figures(as_("board").get(page(area)))["attendance"]
    assert (figure.value, figure.rest) == ("50%", "2 meetings in 12 months")


def test_decisions_are_those_of_the_published_agenda(as_, area):
    group = factories.make_group(area, kind="board")
    series = factories.make_series(group)
    meeting = factories.make_meeting(series, now().replace(tzinfo=None) + timedelta(days=20))
    factories.make_agenda_item(meeting, title="Adopt the IFA", purpose="decide")
    assert "is not published yet" in as_("board").get(page(area)).content.decode()
    factories.make_record(meeting, opened_at=None, agenda_published_at=now())
    assert "Adopt the IFA" in as_("board").get(page(area)).content.decode()


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, None), (0, 9, 0), (1, 1000, 1), (999, 1000, 99), (9, 9, 100), (1, 3, 33)]
)
def test_shares_are_never_rounded_to_all_or_nothing(part, whole, share):
    assert percent(part, whole) == share


def test_a_flat_curve_is_in_the_middle():
    assert 'points="4.0,13.0 106.0,13.0"' in sparkline([5, 5])


def fill(area, number):
    """Add goals, agreements, opportunities, groups and partners."""
    plan = factories.make_plan(area)
    term = factories.make_board_term(factories.make_board_seat(area), name="Priya Raman")
    today = timezone.localdate()
    for _each in range(number):
        goal = factories.make_goal(plan, health="on_track", sponsor=term)
        for month in (1, 2, 3):
            factories.make_goal_update(goal, as_of=date(2025, month, 28))
        factories.make_opportunity(area, kind="sponsor", goal=factories.make_goal(plan))
        factories.make_partnership(area)
        factories.make_agreement(
            area, status="executed", executed_on=today, effective_on=today, expires_on=today + timedelta(days=50)
        )


def test_it_costs_the_same_for_one_and_for_ten(as_, area, cast):
    counts = []
    for number in (1, 9):
        fill(area, number)
        as_("board").get(page(area))
        with CaptureQueriesContext(connection) as seen:
            as_("board").get(page(area))
        counts.append(len(seen))
    assert counts[0] == counts[1] < 60


def test_the_figures_of_a_day_are_read_as_of_that_day(area):
    goal = factories.make_goal(factories.make_plan(area))
    factories.make_goal_update(goal, value=Decimal(44), as_of=date(2025, 3, 31))
    factories.make_goal_update(goal, value=Decimal(50), as_of=date(2025, 6, 30))
    data = read_board(area, day=date(2025, 4, 30), at=now())
    assert [report.value for report in vars(data.goals[0])["reports"]] == [44]
