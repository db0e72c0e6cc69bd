"""Pages of shared goals: the list, the board, the page of one, reports with evidence, and reports by link."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.models import Goal, GoalUpdate, SharedPlan
from meetings.rules import PERMISSIONS
from onestop.files.models import StoredFile
from partners.rules import may
from tests import factories
from tests.factories.files import upload

AS_OF = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area)


@pytest.fixture
def goal(plan, partner) -> Goal:
    return make(plan, partner)


def make(plan: SharedPlan, partner: Any, **more: Any) -> Goal:
    """Return a goal with two partners, three reports, a milestone, a change, a strategy and a link."""
    assert plan.area
    goal = factories.make_goal(plan, health="at_risk", **more)
    factories.make_goal_partner(goal, partner, role="accountable", part="Classes")
    other = factories.make_partnership(plan.area)
    factories.make_goal_partner(goal, other)
    factories.make_goal_consent(goal, partner)
    for month, value in ((3, 44), (4, 46), (6, 47)):
        factories.make_goal_update(goal, as_of=date(2026, month, 28), value=Decimal(value), partnership=partner)
    factories.make_goal_milestone(goal)
    factories.make_goal_change(goal)
    factories.make_strategy(goal, partner, other)
    factories.make_goal_tie(goal, f"agreement:{factories.make_agreement(plan.area).pk}")
    return goal


# ---------------------------------------------------------------- The list, the board and the search
@pytest.mark.parametrize("status", [SharedPlan.Status.ADOPTED, SharedPlan.Status.DRAFT])
def test_the_search_finds_goals_of_plans_that_one_sees(as_, area, goal, plan, status):
    Goal.objects.filter(pk=goal.pk).update(name="Fewer weeks of waiting", why="Nobody waits for welding.")
    is_seen = status == SharedPlan.Status.ADOPTED
    if not is_seen:
        SharedPlan.objects.filter(pk=plan.pk).update(status=status, adopted_on=None, adopted_by=None)
    address = reverse("partners:search", args=[area.slug])
    for words in ("weeks of waiting", "welding"):
        assert "Fewer weeks" in as_("staff").get(address, {"q": words}).content.decode()
        assert (goal.get_absolute_url() in as_("board").get(address, {"q": words}).content.decode()) == is_seen


def test_the_list_shows_how_each_goal_stands(as_, area, goal, partner):
    page = as_("board").get(reverse("meetings:goal_list", args=[area.slug])).content.decode()
    assert goal.name in page
    assert "At risk" in page
    assert "47% of 70%" in page
    assert partner.organization.name in page
    assert "op-spark" in page


def test_the_list_filters_and_exports(as_, area, goal, plan, cast):
    factories.make_goal(plan, name="Off the road", health="off_track", phase="dropped")
    factories.make_goal(plan, name="New one")
    url, client = reverse("meetings:goal_list", args=[area.slug]), as_("manager")

    def names(query: str) -> str:
        return " ".join(row.record.name for row in client.get(f"{url}?{query}").context["table"].rows)

    assert names("") == f"{goal.name} New one"
    assert names("health=at_risk") == goal.name
    assert names("health=off_track") == ""
    assert names("phase=dropped") == "Off the road"
    assert names("whose=mine") == goal.name
    assert names("report=never") == "New one"
    assert names("q=Off&phase=any") == "Off the road"
    assert names(f"plan={plan.pk}&whose=none") == f"{goal.name} New one"
    rows = client.get(f"{url}?export=csv").getvalue().decode().splitlines()
    assert len(rows) == 3
    assert "At risk" in rows[1]


def test_a_report_that_is_overdue_is_found(as_, area, plan):
    late = factories.make_goal(plan, baseline_on=localdate() - timedelta(days=300), rhythm="month")
    page = as_("staff").get(reverse("meetings:goal_list", args=[area.slug]) + "?report=late")
    assert [row.record for row in page.context["table"].rows] == [late]
    assert b"op-late" in page.content


@pytest.mark.parametrize("view", ["goal_list", "goal_board"])
def test_ten_goals_cost_the_queries_of_one(as_, area, plan, partner, queries_of, view):
    url, client = reverse(f"meetings:{view}", args=[area.slug]), as_("staff")
    make(plan, partner)
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _number in range(9):
        make(plan, partner)
    assert queries_of(lambda: client.get(url)) == one


def test_drafts_are_only_for_who_keeps_them(as_, area):
    draft = factories.make_goal(factories.make_plan(area, status="draft"), name="Secret")
    url = reverse("meetings:goal_list", args=[area.slug])
    assert b"Secret" in as_("staff").get(url).content
    assert b"Secret" not in as_("manager").get(url).content
    assert as_("manager").get(draft.get_absolute_url()).status_code == 404


def test_the_board_has_a_column_for_each_status(as_, area, goal):
    page = as_("board").get(reverse("meetings:goal_board", args=[area.slug]))
    assert [(column.key, len(column.rows)) for column in page.context["columns"]] == [
        ("off_track", 0), ("at_risk", 1), ("unknown", 0), ("on_track", 0),
    ]  # fmt: skip


def test_the_board_can_show_one_status(as_, area, goal, plan):
    factories.make_goal(plan, health="off_track", name="Far away")
    page = as_("board").get(reverse("meetings:goal_board", args=[area.slug]) + "?health=off_track")
    [column] = page.context["columns"]
    assert [row.goal.name for row in column.rows] == ["Far away"]


# ---------------------------------------------------------------- The goals of a state
def test_the_goals_of_a_state_show_which_area_goals_serve_them(as_, area, goal, plan):
    of_state = factories.make_plan(area.state)
    served = factories.make_goal(of_state, name="Sixty percent")
    factories.make_goal(of_state, name="Nobody serves me")
    Goal.objects.filter(pk=goal.pk).update(serves=served)
    draft = factories.make_goal(factories.make_plan(area, status="draft"), name="Secret", serves=served)
    url = reverse("meetings:state_goal_list", args=[area.state.code])
    for who in ("state", "manager", "board"):
        page = as_(who).get(url).content.decode()
        assert "Sixty percent" in page, who
        assert f"{area.name}: <a" in page
        assert goal.name in page
        assert draft.name not in page
    rows = as_("state").get(f"{url}?served=unserved").context["table"].rows
    assert [row.record.name for row in rows] == ["Nobody serves me"]
    sheet = as_("state").get(f"{url}?export=csv").getvalue().decode()
    assert f"{area.name},{goal.name},At risk" in sheet
    assert as_("stranger").get(url).status_code == 404


def test_ten_goals_of_a_state_cost_the_queries_of_one(as_, area, goal, plan, queries_of):
    of_state = factories.make_plan(area.state)
    Goal.objects.filter(pk=goal.pk).update(serves=factories.make_goal(of_state))
    url, client = reverse("meetings:state_goal_list", args=[area.state.code]), as_("state")
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _number in range(9):
        served = factories.make_goal(of_state)
        for _twice in range(2):
            factories.make_goal(plan, serves=served)
    assert queries_of(lambda: client.get(url)) == one


# ---------------------------------------------------------------- The page of one
def test_the_page_shows_the_curve_its_table_and_its_method(as_, goal):
    page = as_("staff").get(goal.get_absolute_url()).content.decode()
    for words in (
        "Turn the curve", "23% short of the target of 70%", "How the forecast is made", "Show as table", "Q2 26",
        "The story behind it", "What we do about it", "Not answered", "Consents", "Evening lab opens",
        "How its status changed", "Promised in", "Report progress",
    ):  # fmt: skip
        assert words in page, words


def test_a_page_of_many_reports_costs_no_more_queries(as_, goal, partner, queries_of):
    client, url = as_("staff"), goal.get_absolute_url()
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for month in range(1, 9):
        factories.make_goal_update(goal, as_of=date(2026, month, 1), value=Decimal(month), partnership=partner)
        factories.make_goal_milestone(goal)
        factories.make_goal_change(goal)
        factories.make_strategy(goal, partner)
        factories.make_goal_partner(goal, factories.make_partnership(goal.plan.area))
        factories.make_goal_tie(goal, f"agreement:{factories.make_agreement(goal.plan.area).pk}")
        factories.make_goal_link(goal, partner)
    assert queries_of(lambda: client.get(url)) == one


def test_a_goal_of_the_state_shows_which_goals_serve_it(as_, area, goal):
    of_state = factories.make_goal(factories.make_plan(area.state), name="Sixty percent")
    Goal.objects.filter(pk=goal.pk).update(serves=of_state)
    assert b"Sixty percent" in as_("manager").get(goal.get_absolute_url()).content
    assert goal.name.encode() in as_("manager").get(of_state.get_absolute_url()).content


def test_the_last_report_can_be_corrected_once_none_is_due_any_longer(as_, goal, partner):
    update = factories.make_goal_update(goal, as_of=goal.due_on, value=Decimal(71), partnership=partner)
    page = as_("manager").get(goal.get_absolute_url()).content.decode()
    assert reverse("meetings:goal_report_correct", args=[update.pk]) in page


def test_a_goal_without_a_measure_yet_says_so(as_, plan):
    goal = factories.make_goal(plan, baseline=None, baseline_on=None, target=None)
    assert b"no baseline or no target yet" in as_("manager").get(goal.get_absolute_url()).content


# ---------------------------------------------------------------- Changing it
def test_who_may_what(area, goal, cast):
    assert {"meetings.keep_goals", "meetings.report_goal", "meetings.sponsor_goal"} <= PERMISSIONS.keys()
    able = {
        who: (
            may(cast[who], "meetings.keep_goals", goal.plan),
            may(cast[who], "meetings.report_goal", goal),
            may(cast[who], "meetings.sponsor_goal", goal),
        )
        for who in ("staff", "manager", "colleague", "neighbor", "board", "state", "stranger")
    }
    assert able == {
        "staff": (True, True, False), "manager": (False, True, False), "colleague": (False, True, False),
        "neighbor": (False, False, False), "board": (False, False, True), "state": (False, False, False),
        "stranger": (False, False, False),
    }  # fmt: skip
    assert may(cast["state"], "meetings.keep_goals", factories.make_plan(area.state))


def test_a_formal_change_says_that_partners_are_asked_anew(as_, goal):
    url = reverse("meetings:goal_edit", args=[goal.pk])
    page = as_("staff").get(url)
    form = page.context["form"]
    sent = {"version": form.version}
    for name in form.fields:
        value = form[name].value()
        sent[name] = "" if value is None else value
        sent[f"initial-{name}"] = sent[name]
    page = as_("staff").post(url, sent | {"target": "80"}, follow=True)
    assert b"must consent to it anew" in page.content
    goal.refresh_from_db()
    assert (goal.target, goal.version) == (80, 2)


def test_a_report_with_evidence_is_on_the_page(as_, goal, cast, partner):
    url = reverse("meetings:goal_report", args=[goal.pk])
    as_("manager").get(url)
    sent = {
        "value": "49",
        "as_of": "2026-09-30",
        "story": "Two classes began.",
        "file-upload": upload(name="counts.pdf"),
    }
    hidden = as_("manager").get(url).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    answer = as_("manager").post(url, sent | {"idempotency_key": hidden})
    assert answer.status_code == 302, answer.context["form"].errors
    update = GoalUpdate.objects.order_by("-pk").first()
    assert update is not None
    assert (update.partnership, update.value) == (partner, Decimal(49))
    assert update.file is not None
    StoredFile.objects.update(state=StoredFile.State.CLEAN)
    assert b"Evidence" in as_("board").get(goal.get_absolute_url()).content


def test_a_mail_of_a_goal_that_rests_leads_to_its_page(as_, goal):
    Goal.objects.filter(pk=goal.pk).update(phase="suspended")
    page = as_("manager").get(reverse("meetings:goal_report", args=[goal.pk]), follow=True)
    assert page.redirect_chain[-1][0] == goal.get_absolute_url()
    assert b"This goal is not pursued now: Suspended." in page.content


def test_a_member_of_the_board_takes_it_on(as_, area, goal, cast):
    assert as_("board").post(reverse("meetings:goal_take_on", args=[goal.pk])).status_code == 403  # no term
    factories.make_board_term(factories.make_board_seat(area), cast["board"])
    assert b"Take it on" in as_("board").get(goal.get_absolute_url()).content
    as_("board").post(reverse("meetings:goal_take_on", args=[goal.pk]))
    page = as_("board").get(goal.get_absolute_url()).content
    assert b"Give it back" in page
    assert cast["board"].name.encode() in page


def test_the_conflict_and_forms_of_status_work_in_a_browser_without_script(as_, goal):
    for view, sent in (
        ("goal_health", {"health": "on_track", "reason": "We know more."}),
        ("goal_phase", {"phase": "suspended", "reason": "The lab is closed."}),
    ):
        assert as_("staff").post(reverse(f"meetings:{view}", args=[goal.pk]), sent).status_code == 302
    page = as_("staff").get(goal.get_absolute_url()).content
    assert b"Suspended" in page
    assert b"The lab is closed." in page


# ---------------------------------------------------------------- By link
def test_a_report_by_link_is_under_the_name_of_its_holder(client, goal, partner):
    link = factories.make_goal_link(goal, partner)
    url = reverse("meetings:goal_by_link", args=[link.token])
    page = client.get(url)
    assert goal.name in page.content.decode()
    answer = client.post(url, {"value": "50", "as_of": "2026-09-30", "story": "A second class."})
    assert answer.status_code == 302
    update = GoalUpdate.objects.get(value=50)
    assert (update.name, update.via, update.partnership, update.by) == (link.name, "link", partner, None)
    client.post(url, {"value": "50", "as_of": "2026-09-30", "story": "A second class."})
    assert GoalUpdate.objects.filter(value=50).count() == 1


def test_a_link_of_a_goal_that_is_no_longer_pursued_explains_itself(client, goal, partner):
    link = factories.make_goal_link(goal, partner)
    Goal.objects.filter(pk=goal.pk).update(phase="dropped")
    page = client.get(reverse("meetings:goal_by_link", args=[link.token]))
    assert page.status_code == 410
    assert b"No report is needed any longer" in page.content
    expired = factories.make_goal_link(goal, partner, asked_at=now() - timedelta(days=90))
    assert client.get(reverse("meetings:goal_by_link", args=[expired.token])).status_code == 410
