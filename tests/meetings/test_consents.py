"""Consent to goals: what has changed since it was given, reminders of those that are missing, and who acts at once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.goals import consents, editing, partners, status
from meetings.goals.changes import changes_since
from meetings.goals.missing import missing_consents
from meetings.models import Goal, GoalConsent, GoalPartner, Group, SharedPlan
from meetings.notices.consents import MISSING, REMINDER
from meetings.plans import adoption
from meetings.plans import editing as plans
from meetings.plans.locking import CannotChangePlan
from onestop.notices import planners
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db
YESTERDAY = localdate() - timedelta(days=1)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def plan(area) -> SharedPlan:
    return factories.make_plan(area, status="open", last_on=localdate() + timedelta(days=700))


@pytest.fixture
def goal(plan, partner) -> Goal:
    goal = factories.make_goal(plan, name="Credentials", due_on=localdate() + timedelta(days=600))
    factories.make_goal_partner(goal, partner, role="accountable")
    return goal


def answer(goal: Goal, partnership: Any, by: Any, **more: Any) -> GoalConsent:
    given: dict[str, Any] = {"answer": "consents"} | more
    made: GoalConsent = consents.answer_goal(goal, partnership=partnership, by=by, at=now(), **given)
    return made


def change(goal: Goal, by: Any, **facts: Any) -> Goal:
    changed, _is_formal = editing.update_goal(goal, facts=facts, by=by, at=now())
    return changed


# ---------------------------------------------------------------- What has changed
def test_a_partner_reads_what_has_changed_since_its_last_answer(as_, goal, partner, cast):
    answer(goal, partner, cast["manager"])
    change(goal, cast["staff"], target=Decimal(80))
    change(goal, cast["staff"], why="It matters.", target=Decimal(85), measure="People with a credential")
    url = reverse("meetings:consent_give", args=[goal.pk])
    [(_standing, changes)] = as_("manager").get(url).context["mine"]
    assert [(each.label, each.before, each.now) for each in changes] == [
        ("What is measured", "People who earn a credential", "People with a credential"),
        ("Target", "70%", "85%"),
    ]
    page = text_of(as_("manager").get(url))
    assert "What has changed since the answer of" in page
    answer(goal, partner, cast["manager"])
    assert "What has changed since" not in text_of(as_("manager").get(url))


def test_changes_are_in_words_and_a_fact_that_was_not_set_says_so(goal, cast):
    before, due = goal.due_on, date(2031, 6, 30)
    factories.make_goal_consent(goal, factories.make_partnership(goal.plan.area))
    facts = {"baseline": None, "baseline_on": None, "target": Decimal(10), "unit": "days", "direction": "down"}
    goal = change(goal, cast["staff"], **facts, due_on=due)
    [lines] = changes_since([goal], [(goal.pk, 1)]).values()
    assert list(map(str, lines)) == [
        "Unit: Days (before: Percent)",
        "Baseline: not set (before: 40%)",
        "Target: 10 days (before: 70%)",
        "Direction: Less is better (before: More is better)",
        f"Due: Jun 30, 2031 (before: {before:%b} {before.day}, {before.year})",
    ]
    assert changes_since([goal], [(goal.pk, 7)]) == {}


def test_who_answered_what_has_changed_meanwhile_reads_it_anew_and_can_answer_then(as_, goal, partner, cast):
    url = reverse("meetings:consent_give", args=[goal.pk])
    change(goal, cast["staff"], target=Decimal(80))
    late = as_("manager").post(url, {"answer": "consents", "part": "Classes", "version": "1"})
    assert "changed meanwhile" in text_of(late)
    assert '<input type="hidden" name="version" value="2"' in text_of(late)
    assert as_("manager").post(url, {"answer": "consents", "part": "Classes", "version": "2"}).status_code == 302
    assert GoalConsent.objects.get().version == 2


def test_a_goal_that_was_changed_back_says_so(as_, goal, partner, cast):
    answer(goal, partner, cast["manager"])
    change(goal, cast["staff"], target=Decimal(80))
    change(goal, cast["staff"], target=Decimal(70))
    assert "reads now as it did then" in text_of(as_("manager").get(reverse("meetings:consent_give", args=[goal.pk])))


def test_the_mail_about_a_changed_goal_says_what_has_changed(goal, partner, cast):
    answer(goal, partner, cast["manager"])
    change(goal, cast["staff"], target=Decimal(80))
    assert "Target: 80% (before: 70%)" in Notice.objects.get(kind=consents.ASKED).text


def test_a_goal_that_changes_while_an_open_plan_is_a_draft_again_needs_consent_anew(plan, goal, partner, cast):
    answer(goal, partner, cast["manager"])
    plans.close_plan(plan, by=cast["staff"], at=now())
    change(goal, cast["staff"], target=Decimal(80))
    plans.open_plan(plan, proposals_until=None, by=cast["staff"], at=now())
    board = factories.make_group(plan.area, kind="board")
    with pytest.raises(CannotChangePlan, match="has not consented"):
        adoption.adopt_plan(plan, group=board, adopted_on=YESTERDAY, by=cast["staff"], at=now())
    assert Notice.objects.filter(kind=consents.ASKED, to=cast["manager"].email).count() == 1


def test_representatives_of_a_partner_without_a_manager_are_led_to_the_plan(as_, goal, neighbor_partner, partner, cast):
    partner.memberships.filter(role="manager").delete()
    consents.ask_anew(goal, by=cast["staff"], at=now())
    notice = Notice.objects.get(kind=consents.ASKED)
    assert notice.recipient == cast["colleague"]
    assert f"{goal.plan.get_absolute_url()}#goal-{goal.pk}" in notice.text
    assert reverse("meetings:consent_give", args=[goal.pk]) not in notice.text


def test_who_adopts_the_plan_reads_also_the_objections_of_those_that_only_contribute(
    as_, plan, goal, partner, neighbor_partner, cast
):
    factories.make_goal_partner(goal, neighbor_partner)
    answer(goal, partner, cast["manager"])
    answer(goal, neighbor_partner, cast["neighbor"], answer="objects", reason="Visits need a car.")
    page = text_of(as_("staff").get(reverse("meetings:plan_adopt", args=[plan.pk])))
    assert "which does not answer for it, objects" in page
    assert "Visits need a car." in page
    assert adoption.readiness_of(plan).is_ready


@pytest.mark.parametrize("name", ["plan_proposal_add", "consent_give", "objection_record"])
def test_what_may_identify_a_customer_is_confirmed_first(as_, plan, goal, partner, name):
    facts = {
        "plan_proposal_add": {"kind": "goal", "text": "Call 555-123-4567, SSN 123-45-6789."},
        "consent_give": {"answer": "objects", "reason": "SSN 123-45-6789.", "version": "1"},
        "objection_record": {"partnership": partner.pk, "name": "Ann Bell", "reason": "SSN 123-45-6789."},
    }[name]
    url = reverse(f"meetings:{name}", args=[plan.pk if name == "plan_proposal_add" else goal.pk])
    client = as_("staff" if name == "objection_record" else "manager")
    assert "None of this identifies a customer" in text_of(client.post(url, facts))
    assert client.post(url, facts | {"fine": "on"}).status_code == 302


# ---------------------------------------------------------------- Reminders
def run(days: int) -> list[str]:
    before = set(Notice.objects.values_list("pk", flat=True))
    planners.run(REMINDER.planner(), at=now() + timedelta(days=days))
    new = Notice.objects.exclude(pk__in=before).order_by("pk")
    return [notice.recipient.name for notice in new if notice.recipient]


def test_managers_are_reminded_after_two_and_four_weeks_then_the_staff(plan, goal, partner, cast):
    assert (run(13), run(15)) == ([], ["Joel Abara"])
    first = Notice.objects.get(kind=MISSING)
    assert reverse("meetings:consent_give", args=[goal.pk]) in first.text
    assert "Credentials" in first.text
    assert "remind you again" in first.text
    assert (run(16), run(30), run(45), run(90)) == ([], ["Joel Abara"], ["Dana Whitcomb"], [])
    last = Notice.objects.filter(kind=MISSING).latest("pk")
    assert plan.get_absolute_url() in last.text
    assert f"{partner.organization.name} was asked on" in last.text


@pytest.mark.parametrize("how", ["consents", "objects", "suspended", "dropped", "draft", "ended", "archived", "over"])
def test_a_reminder_stops_when_it_is_answered_or_the_plan_ends(plan, goal, partner, cast, how):
    assert run(15) == ["Joel Abara"]
    if how in ("consents", "objects"):
        answer(goal, partner, cast["manager"], answer=how, reason="No room.")
    elif how in ("suspended", "dropped"):
        SharedPlan.objects.filter(pk=plan.pk).update(status="adopted", adopted_on=YESTERDAY)
        status.set_phase(goal, phase=how, reason="The lab is closed.", by=cast["staff"], at=now())
    elif how == "draft":
        plans.close_plan(plan, by=cast["staff"], at=now())
    elif how == "archived":
        plans.archive_plan(plan, by=cast["staff"], at=now())
    elif how == "ended":
        SharedPlan.objects.filter(pk=plan.pk).update(status="ended", adopted_on=YESTERDAY)
    else:
        SharedPlan.objects.filter(pk=plan.pk).update(last_on=localdate() + timedelta(days=20))
    assert (run(30), run(60)) == ([], [])
    assert Notice.objects.get(kind=MISSING).status == Notice.Status.WITHDRAWN


def test_goals_asked_for_together_are_in_one_mail_and_a_changed_one_begins_anew(plan, goal, partner, cast):
    second = factories.make_goal(plan, name="Wages")
    factories.make_goal_partner(second, partner)
    assert run(15) == ["Joel Abara"]
    mail = Notice.objects.get(kind=MISSING)
    assert "consents to 2 goals" in mail.text
    answer(second, partner, cast["manager"])
    assert run(30) == ["Joel Abara"]
    assert "consents to 1 goal " in Notice.objects.filter(kind=MISSING).latest("pk").text


def test_a_partner_without_people_is_told_to_the_staff_and_a_goal_of_the_state_to_its_administrators(area, cast):
    alone = factories.make_partnership(area, name="Alone")
    of_state = factories.make_plan(area.state, status="open", last_on=localdate() + timedelta(days=700))
    factories.make_goal_partner(factories.make_goal(of_state), alone, role="accountable")
    assert (run(30), run(43)) == ([], ["Sana Iqbal"])


def test_the_reminders_cost_the_same_for_one_goal_and_for_ten(plan, goal, partner, neighbor_partner, queries_of):
    def read() -> Any:
        return list(REMINDER.open_matters(now() + timedelta(days=20)))

    one = queries_of(read)
    for number in range(9):
        more = factories.make_goal(factories.make_plan(plan.area, status="open"), name=f"Goal {number}")
        SharedPlan.objects.filter(pk=more.plan_id).update(last_on=localdate() + timedelta(days=700))
        factories.make_goal_partner(more, neighbor_partner)
    assert len(read()) == 10
    assert queries_of(read) == one


def test_a_partner_is_asked_since_the_last_of_opening_carrying_and_changing(plan, goal, partner, cast):
    def asked() -> datetime:
        [missing] = missing_consents(now())
        return missing.asked_at

    link: Any = GoalPartner.pgh_event_model  # type: ignore[attr-defined]
    begun: Any = SharedPlan.pgh_event_model  # type: ignore[attr-defined]
    stated: Any = Goal.pgh_event_model  # type: ignore[attr-defined]
    days = [now() - timedelta(days=number) for number in (30, 20, 10)]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        for events, number in zip((link, begun, stated), order, strict=True):
            rewrite(events, days[number])
        assert asked() == days[2]


def rewrite(events: Any, at: datetime) -> None:
    """Let the history have happened at another time."""
    with pgtrigger.ignore(f"{events._meta.label}:append_only"):
        events.objects.update(pgh_created_at=at)


# ---------------------------------------------------------------- At once
def adopt(plan: SharedPlan, by: Any) -> SharedPlan:
    board = Group.objects.get(area=plan.area, kind="board")
    adopted: SharedPlan = adoption.adopt_plan(plan, group=board, adopted_on=YESTERDAY, by=by, at=now())
    return adopted


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["changes", "objects"])
def test_a_plan_is_not_adopted_while_a_goal_changes_or_a_partner_objects(plan, goal, partner, cast, how):
    factories.make_group(plan.area, kind="board")
    answer(goal, partner, cast["manager"])

    def first() -> None:
        if how == "changes":
            change(goal, cast["staff"], target=Decimal(80))
        else:
            answer(goal, partner, cast["manager"], answer="objects", reason="No room.")

    refused = second_waits_for(first, lambda: adopt(plan, cast["staff"]))
    assert isinstance(refused, CannotChangePlan)
    plan.refresh_from_db()
    assert plan.status == "open"


@pytest.mark.django_db(transaction=True)
def test_a_goal_that_changes_while_its_plan_is_adopted_waits_and_asks_anew(plan, goal, partner, cast):
    factories.make_group(plan.area, kind="board")
    answer(goal, partner, cast["manager"])
    changed = second_waits_for(
        lambda: adopt(plan, cast["staff"]), lambda: change(goal, cast["staff"], target=Decimal(80))
    )
    assert (changed.version, changed.plan.status) == (2, "adopted")


@pytest.mark.django_db(transaction=True)
def test_the_partner_that_answers_is_not_taken_away_while_the_plan_is_adopted(plan, goal, partner, cast):
    factories.make_group(plan.area, kind="board")
    answer(goal, partner, cast["manager"])
    link = goal.partner_links.get()
    refused = second_waits_for(
        lambda: adopt(plan, cast["staff"]), lambda: partners.remove_partner(link, by=cast["staff"], at=now())
    )
    assert "needs a partner that answers" in str(refused)
