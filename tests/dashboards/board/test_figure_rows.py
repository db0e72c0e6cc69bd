"""The rows behind each figure of the board's dashboard: those that it counts, for whoever reads it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from onestop.dashboards.board.reading import read_board
from tests import factories
from tests.dashboards.board.test_dashboard import held

pytestmark = pytest.mark.django_db
READERS = ("board", "staff", "state")


def page(area, code):
    return reverse("dashboards:board_rows", args=[area.slug, code])


def figures(client, area):
    response = client.get(reverse("dashboards:board_dashboard", args=[area.slug]))
    return {figure.code: figure for figure in response.context["figures"]}


def tables(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return [[row.cells for row in table.rows] for table in response.context["section"].tables]


def executed(area, title, *, ends, **more):
    today = area.day_of(now())
    begins = today - timedelta(days=400)
    given = {"status": "executed", "executed_on": begins, "effective_on": begins}
    return factories.make_agreement(
        area, title=title, expires_on=today + timedelta(days=ends), **given | more
    )  # fmt: skip


@pytest.mark.parametrize("who", READERS)
def test_agreements(as_, area, who):
    elsewhere = factories.make_area(state=area.state, name="Aspen", slug="aspen")
    mou = executed(area, "Umbrella MOU", ends=900)
    executed(area, "IFA", ends=80, kind="ifa")
    executed(area, "MOU with Title V", ends=-70, kind="single")
    executed(area, "Amendment", ends=900, kind="amendment", amends=mou)
    regional = executed(elsewhere, "Regional MOU", ends=700)
    regional.further_areas.create(area=area)
    factories.make_agreement(area, title="In review", status="review")
    factories.make_agreement(area, title="Draft", status="draft")
    client = as_(who)
    figure = figures(client, area)["in_force"]
    assert (figure.value, figure.rest) == ("3", "of 5")
    found = [[cells[0] for cells in rows] for rows in tables(client, figure.url)]
    assert found == [["MOU with Title V"], ["IFA", "Regional MOU", "Umbrella MOU"], ["In review"]]


@pytest.mark.parametrize("who", READERS)
def test_cost_shares(as_, area, partner, who):
    today = area.day_of(now())
    budget = factories.make_budget(factories.make_agreement(area, kind="ifa", status="executed", effective_on=today,
                                                            executed_on=today))  # fmt: skip
    payer = factories.make_payer(budget, partner)
    made = {}
    for number, days in enumerate((0, 1, 365, 366)):
        due = today - timedelta(days=days)
        months = {"first_on": date(2020 + number, 7, 1), "last_on": date(2020 + number, 9, 30)}
        made[days] = factories.make_funding_invoice(
            payer, amount=Decimal(100), due_on=due, issued_on=due - timedelta(days=30), **months
        )
    period = budget.periods.earliest("pk")
    factories.make_contribution(
        payer, period, invoice=made[1], amount=Decimal(130), status="accepted", decided_at=now()
    )
    client = as_(who)
    figure = figures(client, area)["paid_percent"]
    # What is due today can be paid until tonight; what was due more than a year ago no longer counts. The 30 dollars
    # too much do not pay for the other invoice.
    assert (figure.value, figure.rest) == ("50%", "of $200 due")
    left, paid = tables(client, figure.url)
    assert [cells[2:] for cells in left] == [["$100.00", "$0.00", "$100.00"]]
    assert [cells[2:] for cells in paid] == [["$100.00", "$130.00", "$0.00"]]


@pytest.mark.parametrize("who", READERS)
def test_meetings(as_, area, partner, who):
    group, team = factories.make_group(area), factories.make_group(area, kind="support", name="Team for one customer")
    for each, presences in ((group, ("present", "absent")), (team, ("absent",))):
        seat = factories.make_group_seat(each, partner)
        for presence in presences:
            factories.make_attendance(held(each), seat, presence=presence)
    client = as_(who)
    figure = figures(client, area)["attendance"]
    assert (figure.value, figure.rest) == ("50%", "2 meetings in 12 months")
    [rows] = tables(client, figure.url)
    assert [cells[2:] for cells in rows] == [["1", "1"], ["1", "0"]] or [cells[2:] for cells in rows] == [
        ["1", "0"], ["1", "1"],
    ]  # fmt: skip
    assert "Team for one customer" not in client.get(figure.url).content.decode()


@pytest.mark.parametrize("who", READERS)
def test_goals_are_those_of_adopted_plans(as_, area, who):
    for status in ("adopted", "open", "draft", "ended"):
        factories.make_goal(factories.make_plan(area, status=status), name=f"Goal of a plan that is {status}")
    client = as_(who)
    figure = figures(client, area)["goals_on_track"]
    assert figure.rest == "of 1"
    listed = client.get(figure.url).context["table"].page
    assert [row.record.name for row in listed] == ["Goal of a plan that is adopted"]


@pytest.mark.parametrize("who", READERS)
def test_late_clocks(as_, area, who):
    for number in range(9):
        factories.make_center(area, name=f"Center {number}")
    client = as_(who)
    dashboard = client.get(reverse("dashboards:board_dashboard", args=[area.slug]))
    data = read_board(area, day=area.day_of(now()), at=now())
    [rows] = tables(client, page(area, "late"))
    assert len(rows) == data.late
    assert len(dashboard.context["late"]) + dashboard.context["late_hidden"] == data.late
    assert dashboard.context["late_url"] == page(area, "late")


def test_every_link_of_the_dashboard_works(as_, area, partner, cast):
    goal = factories.make_goal(factories.make_plan(area), health="off_track")
    factories.make_opportunity(area, kind="sponsor", goal=goal)
    executed(area, "MOU with Title V", ends=-70)
    executed(area, "IFA", ends=80, kind="ifa")
    factories.make_center(area)
    factories.make_board_term(factories.make_board_seat(area), user=cast["board"], name="Ruth Kimani")
    for who in READERS:
        client = as_(who)
        context = client.get(reverse("dashboards:board_dashboard", args=[area.slug])).context
        urls = [figure.url for figure in context["figures"]] + [sentence.url for sentence in context["in_short"]]
        urls += [row.url for row in context["goals"]] + [late.url for late in context["late"]]
        urls += [context[name] for name in ("goals_url", "late_url", "ending_url")]
        urls += [agreement.get_absolute_url() for agreement, _standing, _words in context["ending"]]
        for url in urls:
            assert client.get(url).status_code == 200, (who, url)


def test_empty_pages_say_so(as_, area):
    for code, words in (
        ("agreements", "No agreement is recorded."), ("shares", "No invoice was due in the last 12 months."),
        ("meetings", "No meeting of the last 12 months is recorded."),
    ):  # fmt: skip
        assert words in as_("board").get(page(area, code)).content.decode()


def test_there_is_no_page_of_other_figures(as_, area):
    assert as_("board").get(page(area, "nothing")).status_code == 404


def test_it_costs_the_same_for_one_and_for_ten(as_, area, partner):
    group = factories.make_group(area)
    seat = factories.make_group_seat(group, partner)
    client, counts = as_("board"), []
    for number in (1, 9):
        for each in range(number):
            executed(area, f"Agreement {number} {each}", ends=each)
            factories.make_attendance(held(group), seat)
            factories.make_center(area)
        found = []
        for code in ("agreements", "shares", "meetings", "late"):
            client.get(page(area, code))
            with CaptureQueriesContext(connection) as seen:
                client.get(page(area, code))
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]
