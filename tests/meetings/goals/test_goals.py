"""Shared goals: adding and editing, who carries one, reports, status, phases and sponsors; what two do at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from meetings.goals import editing, judging, partners, reports, status
from meetings.goals.locking import CannotChangeGoal
from meetings.goals.reading import accountable_names, changes_of, linked_to, next_due
from meetings.models import Goal, GoalChange, GoalUpdate, SharedPlan
from meetings.plans import adoption
from meetings.plans import editing as plan_editing
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.network.served_things import read_served, served_choices
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, mails

FACTS: dict[str, Any] = {
    "name": "Credentials earned", "measure": "People with a credential", "unit": "percent", "baseline": Decimal(40),
    "baseline_on": date(2025, 6, 30), "target": Decimal(70), "direction": "up", "due_on": date(2028, 6, 30),
    "rhythm": "quarter",
}  # fmt: skip
AS_OF = date(2026, 6, 30)


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area)


@pytest.fixture
def goal(plan, partner) -> Goal:
    goal = factories.make_goal(plan, name="Credentials earned")
    factories.make_goal_partner(goal, partner, role="accountable")
    return goal


def report(goal: Goal, cast: Any, value: Any = 55, **more: Any) -> GoalUpdate:
    given = {"value": Decimal(value) if value is not None else None, "as_of": AS_OF, "story": "Classes began."} | more
    at = given.pop("at", NOW)
    return reports.send_report(goal, facts=given, by=cast["manager"], at=at)


# ---------------------------------------------------------------- Adding and editing
def test_goals_are_numbered_and_consistent(plan, cast):
    first = editing.add_goal(plan, facts=FACTS, by=cast["staff"], at=NOW)
    second = editing.add_goal(plan, facts=FACTS | {"baseline": None, "baseline_on": None}, by=cast["staff"], at=NOW)
    assert (first.position, second.position, first.health) == (1, 2, "unknown")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"baseline_on": None}, "baseline_on"),
        ({"target": Decimal(40)}, "target"),
        ({"direction": "down"}, "direction"),
        ({"due_on": date(2025, 6, 30)}, "due_on"),
        ({"baseline": Decimal(-1)}, "baseline"),
    ],
)
def test_a_goal_that_contradicts_itself_is_refused_at_its_field(plan, cast, wrong, field):
    with pytest.raises(CannotChangeGoal) as refused:
        editing.add_goal(plan, facts=FACTS | wrong, by=cast["staff"], at=NOW)
    assert refused.value.field == field


def test_a_goal_serves_one_of_its_own_state(area, other_area, plan, cast):
    mine = factories.make_goal(factories.make_plan(area.state))
    assert editing.add_goal(plan, facts=FACTS | {"serves": mine}, by=cast["staff"], at=NOW).serves == mine
    other = factories.make_goal(factories.make_plan(other_area.state))
    with pytest.raises(CannotChangeGoal, match="goal of the state"):
        editing.add_goal(plan, facts=FACTS | {"serves": other}, by=cast["staff"], at=NOW)


def test_only_what_partners_consent_to_asks_them_anew(goal, cast):
    _goal, is_formal = editing.update_goal(goal, facts={"why": "It opens doors."}, by=cast["staff"], at=NOW)
    assert not is_formal
    goal, is_formal = editing.update_goal(goal, facts={"target": Decimal(80)}, by=cast["staff"], at=NOW)
    assert (is_formal, goal.version) == (True, 2)
    draft = factories.make_goal(factories.make_plan(goal.plan.area, status="draft"))
    assert editing.update_goal(draft, facts={"target": Decimal(80)}, by=cast["staff"], at=NOW)[0].version == 1


def test_partners_are_told_of_what_they_must_consent_to(goal, neighbor_partner, cast):
    partners.set_partner(goal, neighbor_partner, by=cast["staff"], at=NOW)
    assert {mail.to for mail in mails()} == {cast["neighbor"].email, cast["manager"].email}
    factories.make_goal_consent(goal, neighbor_partner)
    editing.update_goal(goal, facts={"target": Decimal(80)}, by=cast["staff"], at=NOW)
    assert [mail.to for mail in mails()].count(cast["neighbor"].email) == 2


def test_who_saves_second_learns_what_the_first_has_changed(goal, cast):
    version = version_of(goal)
    editing.update_goal(goal, facts={"name": "One"}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        editing.update_goal(goal, facts={"name": "Two"}, version=version, by=cast["staff"], at=NOW)


def test_a_plan_that_has_ended_keeps_its_goals(area, cast):
    ended = factories.make_plan(area, status="ended")
    with pytest.raises(CannotChangeGoal, match="ended"):
        editing.add_goal(ended, facts=FACTS, by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeGoal, match="ended"):
        report(factories.make_goal(ended), cast)


def test_a_goal_with_reports_is_dropped_instead_of_archived(goal, cast):
    editing.archive_goal(goal, by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeGoal, match="archived"):
        report(goal, cast)
    editing.restore_goal(goal, by=cast["staff"], at=NOW)
    report(goal, cast)
    with pytest.raises(CannotChangeGoal, match="Drop it"):
        editing.archive_goal(goal, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- Who carries it
def test_one_partner_is_accountable(goal, partner, neighbor_partner, cast):
    partners.set_partner(goal, neighbor_partner, role="accountable", part="Classes", by=cast["staff"], at=NOW)
    assert accountable_names([goal]) == {goal.pk: "Crosswalk Legal Aid"}
    link = goal.partner_links.get(partnership=partner)
    assert link.role == "contributor"
    partners.remove_partner(link, by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeGoal, match="Choose another"):
        partners.remove_partner(goal.partner_links.get(), by=cast["staff"], at=NOW)


def test_a_partner_of_another_area_carries_nothing(goal, other_area, cast):
    stranger = factories.make_partnership(other_area)
    with pytest.raises(CannotChangeGoal) as refused:
        partners.set_partner(goal, stranger, by=cast["staff"], at=NOW)
    assert refused.value.field == "partnership"


@pytest.mark.django_db(transaction=True)
def test_two_who_make_a_partner_accountable_leave_one(goal, partner, neighbor_partner, cast):
    third = factories.make_partnership(goal.plan.area, name="Third")
    second_waits_for(
        lambda: partners.set_partner(goal, neighbor_partner, role="accountable", by=cast["staff"], at=NOW),
        lambda: partners.set_partner(goal, third, role="accountable", by=cast["staff"], at=NOW),
    )
    assert accountable_names([goal]) == {goal.pk: "Third"}


# ---------------------------------------------------------------- Reports and status
def test_a_report_judges_the_goal_and_writes_the_change_down(goal, cast):
    update = report(goal, cast, 55)
    goal.refresh_from_db()
    change = goal.changes.get()
    assert (goal.health, update.name) == ("on_track", cast["manager"].name)
    assert (change.by_rule, change.health) == (True, "on_track")
    report(goal, cast, 41, as_of=date(2026, 8, 31))
    goal.refresh_from_db()
    assert goal.health == "off_track"
    assert list(goal.changes.order_by("pk").values_list("health", flat=True)) == ["on_track", "off_track"]


def test_the_same_report_sent_twice_counts_once(goal, cast):
    assert report(goal, cast) == report(goal, cast)
    assert goal.updates.count() == 1


def test_a_correction_stands_in_the_place_of_a_report(goal, cast):
    wrong = report(goal, cast, 41)
    facts = {"value": Decimal(55), "as_of": AS_OF, "story": "Counted again."}
    right = reports.correct_report(wrong, facts=facts, by=cast["staff"], at=NOW)
    goal.refresh_from_db()
    assert right.partnership is None  # the staff, not the partner whose report it was
    assert (right.corrects, goal.health, list(GoalUpdate.objects.standing())) == (wrong, "on_track", [right])
    with pytest.raises(CannotChangeGoal, match="corrected already"):
        reports.correct_report(wrong, facts=facts | {"story": "Again."}, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"value": None, "story": " "}, "value"),
        ({"value": -5}, "value"),
        ({"value": 4700}, "value"),
        ({"as_of": date(2030, 1, 1)}, "as_of"),
        ({"story": "Mr. Smith found work."}, "story"),
    ],
)
def test_a_report_that_says_nothing_or_too_much_is_refused(goal, cast, facts, field):
    with pytest.raises(CannotChangeGoal) as refused:
        report(goal, cast, **facts)
    assert refused.value.field == field


def test_news_without_a_number_is_a_report(goal, cast):
    report(goal, cast, None)
    known = judging.measured_by_goal([goal])[goal.pk]
    assert (known.last, known.told_on) == (None, AS_OF)
    assert next_due(goal, known.told_on) == date(2026, 10, 15)


def test_goals_of_a_plan_that_is_not_adopted_are_not_reported(area, cast):
    opened = factories.make_goal(factories.make_plan(area, status="open"))
    with pytest.raises(CannotChangeGoal, match="not adopted"):
        report(opened, cast)
    with pytest.raises(CannotChangeGoal, match="not adopted"):
        status.set_phase(opened, phase="dropped", reason="No money", by=cast["staff"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_reports_at_once_the_second_judges_with_both(goal, cast):
    second_waits_for(
        lambda: report(goal, cast, 55),
        lambda: report(goal, cast, 41, as_of=date(2026, 8, 31)),
    )
    goal.refresh_from_db()
    assert goal.health == "off_track"


def test_a_person_sets_the_status_against_the_rules_and_takes_it_back(goal, cast):
    with pytest.raises(CannotChangeGoal) as refused:
        status.set_health(goal, health="off_track", reason=" ", by=cast["staff"], at=NOW)
    assert refused.value.field == "reason"
    status.set_health(goal, health="off_track", reason="The lab burned down.", by=cast["staff"], at=NOW)
    report(goal, cast, 69)
    goal.refresh_from_db()
    assert (goal.health, goal.health_by_rule) == ("off_track", False)
    status.follow_rule(goal, by=cast["staff"], at=NOW)
    goal.refresh_from_db()
    assert (goal.health, goal.health_reason) == ("on_track", "")
    assert goal.changes.count() == 2


def test_a_dropped_goal_has_a_reason_and_no_reports(goal, cast):
    with pytest.raises(CannotChangeGoal, match="reason"):
        status.set_phase(goal, phase="dropped", reason="", by=cast["staff"], at=NOW)
    status.set_phase(goal, phase="dropped", reason="The grant ended.", by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeGoal, match="Dropped"):
        report(goal, cast)
    status.set_phase(goal, phase="pursued", reason="A new grant.", by=cast["staff"], at=NOW)
    assert [each.reason for each in GoalChange.objects.order_by("pk")][:2] == ["The grant ended.", "A new grant."]
    assert [each.word for each in changes_of(goal)][::-1][:2] == ["Dropped", "Resumed: no report yet"]


def test_every_night_old_reports_lose_their_status_and_nothing_else_changes(goal, cast):
    report(goal, cast, 55)
    assert judging.judge_all(at=NOW) == 0
    assert judging.judge_all(at=NOW + timedelta(days=365)) == 1
    goal.refresh_from_db()
    assert goal.health == "unknown"
    assert "Two reports are missing" in goal.changes.last().reason
    assert judging.judge_all(at=NOW + timedelta(days=366)) == 0


# ---------------------------------------------------------------- Milestones, links, sponsors
def test_the_goals_of_a_plan_are_judged_when_it_is_adopted_and_when_it_goes_on(area, partner, cast):
    plan = factories.make_plan(area, status="open")
    goal = factories.make_goal(plan)
    factories.make_goal_partner(goal, partner, role="accountable")
    factories.make_goal_consent(goal, partner)
    factories.make_goal_update(goal, value=Decimal(10), as_of=AS_OF)
    group = factories.make_group(area)
    adoption.adopt_plan(plan, group=group, adopted_on=NOW.date(), by=cast["staff"], at=NOW)
    goal.refresh_from_db()
    assert (goal.health, [change.by_rule for change in goal.changes.all()]) == ("off_track", [True])
    plan_editing.end_plan(plan, by=cast["staff"], at=NOW)
    plan_editing.resume_plan(plan, by=cast["staff"], at=NOW + timedelta(days=400))
    goal.refresh_from_db()
    assert goal.health == "unknown"


def test_milestones_are_added_done_removed_and_restored(goal, cast):
    facts = {"name": "The lab opens", "due_on": date(2027, 1, 31)}
    milestone = editing.add_milestone(goal, facts=facts, by=cast["staff"], at=NOW)
    editing.update_milestone(milestone, facts={"done_on": date(2026, 9, 1)}, by=cast["manager"], at=NOW)
    editing.remove_milestone(milestone, by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeGoal, match="removed"):
        editing.update_milestone(milestone, facts={"name": "It opens"}, by=cast["staff"], at=NOW)
    editing.restore_milestone(milestone, by=cast["staff"], at=NOW)
    milestone.refresh_from_db()
    assert (milestone.done_on, milestone.archived_at) == (date(2026, 9, 1), None)


def test_agenda_and_action_items_serve_goals(area, goal, plan, cast, group_of_area):
    dict_of_kinds = dict(served_choices(area, cast["staff"]))
    assert (f"goal:{goal.pk}", goal.name) in dict_of_kinds["Shared goals"]
    action = factories.make_action(group_of_area, serves=f"goal:{goal.pk}")
    assert list(linked_to(goal, cast["staff"]).action_items) == [action]
    assert not read_served([f"goal:{goal.pk}"], cast["stranger"])
    other = factories.make_goal(plan)
    editing.add_tie(goal, thing=f"goal:{other.pk}", note="Same door", by=cast["staff"], at=NOW)
    [(tie, served)] = linked_to(goal, cast["staff"]).ties
    assert (tie.note, served.name) == ("Same door", other.name)
    editing.remove_tie(tie, by=cast["staff"], at=NOW)
    assert not goal.ties.exists()


@pytest.fixture
def group_of_area(area) -> Any:
    return factories.make_group(area)


def test_a_board_member_takes_a_goal_on_and_gives_it_back(area, other_area, goal, cast):
    at = NOW
    term = factories.make_board_term(factories.make_board_seat(area), cast["board"], from_on=date(2025, 1, 1))
    other = factories.make_board_term(factories.make_board_seat(area), name="Bo Other", from_on=date(2025, 1, 1))
    partners.take_on(goal, term, by=cast["board"], at=at)
    with pytest.raises(CannotChangeGoal, match="already"):
        partners.take_on(goal, other, by=cast["staff"], at=at)
    partners.give_back(goal, term, by=cast["board"], at=at)
    partners.set_sponsor(goal, other, by=cast["staff"], at=at)
    over = factories.make_board_term(
        factories.make_board_seat(area), name="Gone", from_on=date(2020, 1, 1), until_on=date(2021, 1, 1)
    )
    away = factories.make_board_term(factories.make_board_seat(other_area), name="Away", from_on=date(2025, 1, 1))
    for wrong in (over, away):
        with pytest.raises(CannotChangeGoal):
            partners.set_sponsor(goal, wrong, by=cast["staff"], at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_members_the_first_takes_it_on(area, goal, cast):
    one, two = (
        factories.make_board_term(factories.make_board_seat(area), name=name, from_on=date(2025, 1, 1))
        for name in ("One", "Two")
    )
    outcome = second_waits_for(
        lambda: partners.take_on(goal, one, by=cast["board"], at=NOW),
        lambda: partners.take_on(goal, two, by=cast["board"], at=NOW),
    )
    goal.refresh_from_db()
    assert isinstance(outcome, CannotChangeGoal)
    assert goal.sponsor == one
