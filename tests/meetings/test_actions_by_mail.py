"""Mails about action items, and what people report by their links: forwarded, expired, reassigned, too late."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.actions import actions, reports, telling
from meetings.actions.actions import CannotChangeAction
from meetings.models import ActionItem, ActionLink, Group
from meetings.notices.actions import ACTION_DUE, ACTION_OVERDUE, ACTIONS_STUCK
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices import planners
from onestop.notices.models import Cadence, Notice, Preference
from onestop.notices.reminders import Reminder
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, mails, make_group, words_of

DAY = timedelta(days=1)
DUE = (NOW + 30 * DAY).date()
ANN = "ann@chamber.example"
NOBODYS: dict[str, Any] = {"partnership": None, "user": None, "name": "", "email": ""}  # whose an item is


@pytest.fixture
def group(area, partner, cast) -> Group:
    return make_group(area, partner, cast["manager"])[0]


def add(group: Group, cast: Any, at: datetime = NOW, **more: Any) -> ActionItem:
    whose = {} if {"user", "partnership", "name"} & set(more) else {"name": "Ann Example", "email": ANN}
    given = {"text": "Send the counts", "due_on": DUE, **whose} | more
    return actions.add_action(group, facts=given, by=cast["staff"], at=at)


@pytest.fixture
def action(group, cast) -> ActionItem:
    action = add(group, cast)
    telling.tell_assigned(at=NOW + timedelta(minutes=11))
    Notice.objects.all().delete()
    return action


def run(reminder: Reminder, at: datetime) -> int:
    return planners.run(reminder.planner(), at=at)


def on_day(days: int) -> datetime:
    """Return noon some days after the due day."""
    return datetime.combine(DUE, datetime.min.time(), NOW.tzinfo) + days * DAY + timedelta(hours=12)


# ---------------------------------------------------------------- Assigned
def test_all_items_of_one_moment_are_one_mail(group, cast):
    add(group, cast)
    add(group, cast, NOW + timedelta(minutes=9), text="Ask the library")
    assert telling.tell_assigned(at=NOW + timedelta(minutes=5)) == 0
    assert telling.tell_assigned(at=NOW + timedelta(minutes=10)) == 1
    assert telling.tell_assigned(at=NOW + timedelta(minutes=20)) == 0
    [mail] = mails()
    assert (mail.to, mail.subject) == (ANN, "2 action items of Partner team are yours")
    assert mail.text.count("Mark as done: http") == 2


def test_nobody_is_told_of_what_they_took_on_or_what_was_removed_at_once(group, cast):
    actions.add_action(group, facts={"text": "Call", "due_on": DUE, "user": cast["staff"]}, by=cast["staff"], at=NOW)
    actions.archive_action(add(group, cast), by=cast["staff"], at=NOW)
    assert telling.tell_assigned(at=NOW + timedelta(minutes=11)) == 0


def test_the_representatives_are_told_if_an_item_names_nobody(group, partner, cast):
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    factories.make_representative(partner, user=cast["colleague"], name="Terrence", kind="alternate")
    action = add(group, cast, partnership=partner)
    assert telling.tell_assigned(at=NOW + timedelta(minutes=11)) == 2
    assert {mail.to for mail in mails()} == {"main@millrace.example", cast["colleague"].email}
    assert "For all of Millrace Adult Learning" in words_of(mails()[0])
    link = ActionLink.objects.get(action=action, email="main@millrace.example")
    reports.report_by_link(link, facts={"report": "done", "text": ""}, by=None, at=NOW)
    assert ActionItem.objects.get().status == "done"


def test_old_items_are_not_told(group, cast):
    add(group, cast)
    assert telling.tell_assigned(at=NOW + 5 * DAY) == 0
    assert not ActionItem.objects.exclude(tell_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(group, cast):
    add(group, cast)
    later = NOW + timedelta(minutes=11)
    outcome = second_waits_for(lambda: telling.tell_assigned(at=later), lambda: telling.tell_assigned(at=later))
    assert (outcome, len(mails())) == (0, 1)


def test_whoever_asks_for_another_day_hears_the_answer(group, cast, action):
    link = ActionLink.objects.get()
    later = DUE + 10 * DAY
    reports.report_by_link(link, facts={"report": "day", "due_on": later, "text": "Two are ill"}, by=None, at=NOW)
    [asked] = mails()
    assert asked.to == cast["staff"].email
    assert "Two are ill" in asked.text
    actions.move_due_day(action, due_on=later, by=cast["staff"], at=NOW)
    assert [mail.to for mail in mails()] == [cast["staff"].email, ANN]
    assert mails()[1].subject.startswith("Now due on")


# ---------------------------------------------------------------- Reminders
def test_it_is_nagged_until_it_is_done(action, cast):
    days = (-8, -7, -6, -1, 0, 1, 6, 7, 8, 14, 21, 140)
    written = [run(ACTION_DUE, on_day(day)) + run(ACTION_OVERDUE, on_day(day)) for day in days]
    assert written == [0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1]
    assert {mail.to for mail in mails()} == {ANN}
    assert mails()[-1].subject == "Overdue for 140 days: Send the counts"
    reports.mark_done(action, by=cast["staff"], at=on_day(141))
    assert run(ACTION_OVERDUE, on_day(147)) == 0


def test_a_run_twice_or_late_sends_nothing_twice(action):
    assert [run(ACTION_DUE, on_day(-5)), run(ACTION_DUE, on_day(-5)), run(ACTION_DUE, on_day(-4))] == [1, 0, 0]


def test_unsent_reminders_are_withdrawn_once_it_is_done(action, cast):
    run(ACTION_DUE, on_day(-7))
    reports.mark_done(action, by=cast["staff"], at=on_day(-7))
    run(ACTION_DUE, on_day(-7))
    assert mails()[0].status == Notice.Status.WITHDRAWN


def test_what_is_due_within_the_week_of_its_assignment_is_not_reminded_at_once(group, cast):
    add(group, cast, due_on=(NOW + 3 * DAY).date())
    assert [run(ACTION_DUE, NOW + day * DAY) for day in (0, 1, 2, 3)] == [0, 0, 0, 1]


def test_a_moved_day_starts_the_reminders_anew(action, cast):
    run(ACTION_DUE, on_day(0))
    actions.move_due_day(action, due_on=DUE + 30 * DAY, by=cast["staff"], at=on_day(0))
    assert [run(ACTION_OVERDUE, on_day(14)), run(ACTION_DUE, on_day(23)), run(ACTION_DUE, on_day(30))] == [0, 1, 1]


def test_a_long_address_does_not_break_the_key_of_a_reminder(group, cast):
    long = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example"
    assert len(long) > 240
    add(group, cast, email=long, name="Ann Example")
    assert [run(ACTION_DUE, on_day(-7)), run(ACTION_DUE, on_day(-7)), run(ACTION_DUE, on_day(0))] == [1, 0, 1]
    assert {len(mail.dedupe_key) <= 200 for mail in mails()} == {True}


def test_those_who_run_the_group_get_one_list_a_week_after_two_weeks(group, cast, action):
    factories.make_group_member(group, cast["board"], role="chair")
    add(group, cast, text="Ask the library")
    assert run(ACTIONS_STUCK, on_day(13)) == 0
    assert [run(ACTIONS_STUCK, on_day(day)) for day in (14, 15, 21)] == [2, 0, 2]
    assert {mail.to for mail in mails("actions_stuck")} == {cast["staff"].email, cast["board"].email}
    text = words_of(mails("actions_stuck")[0])
    assert "Send the counts (Ann Example, 14 days overdue)" in text
    assert "Ask the library" in text


def test_preferences_and_the_weekly_limit_hold_for_reminders(group, cast, settings):
    settings.NUDGES_A_WEEK = 2
    for number in range(4):
        add(group, cast, user=cast["manager"], text=f"Thing {number}")
    run(ACTION_DUE, on_day(0))
    statuses = sorted(mail.status for mail in mails("action_due"))
    assert statuses.count(Notice.Status.QUEUED) == 2
    assert statuses.count(Notice.Status.DIGEST_PENDING) == 2
    Preference.objects.create(user=cast["manager"], kind="meetings.action_overdue", cadence=Cadence.OFF)
    run(ACTION_OVERDUE, on_day(7))
    assert {mail.status for mail in mails("action_overdue")} == {Notice.Status.IN_APP_ONLY}


def test_planning_costs_the_same_queries_for_1_and_20_items(group, cast, partner, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(at: datetime) -> int:
        with CaptureQueriesContext(connection) as captured:
            for reminder in (ACTION_DUE, ACTION_OVERDUE, ACTIONS_STUCK):
                list(reminder.open_matters(at))
        return len(captured)

    add(group, cast, partnership=partner)
    few = queries(on_day(14))
    for _number in range(20):
        add(group, cast, partnership=partner)
    assert queries(on_day(14)) == few


def test_nobody_is_mailed_at_a_deactivated_account(group, cast):
    add(group, cast, user=cast["manager"])
    cast["manager"].is_active = False
    cast["manager"].save()
    assert run(ACTION_DUE, on_day(0)) == 0


# ---------------------------------------------------------------- Links
@pytest.fixture
def link(group, cast) -> ActionLink:
    action = add(group, cast, now(), due_on=(now() + 30 * DAY).date())
    return factories.make_action_link(action)


def url(link: ActionLink, query: str = "") -> str:
    return reverse("meetings:action_by_link", args=[link.token]) + query


def test_one_tap_and_a_field_mark_it_done_without_an_account(client, link):
    page = client.get(url(link, "?report=done")).content.decode()
    assert "Send the counts" in page
    assert "What came of it" in page
    assert ActionItem.objects.get().is_open  # a scanner that fetches the page changes nothing
    assert client.post(url(link), {"report": "done", "text": "In the folder"}).status_code == 302
    action = ActionItem.objects.get()
    update = action.updates.get()
    assert (action.status, update.name, update.via, update.by) == ("done", "Ann Example", "link", None)
    page = client.get(url(link)).content.decode()
    assert "was marked as done on" in page
    assert "In the folder" in page
    assert "Your report</h2>" not in page


def test_progress_and_another_day_are_reported_by_the_link(client, link):
    assert client.post(url(link), {"report": "progress", "text": "Half"}).status_code == 302
    later = link.action.due_on + 7 * DAY
    assert client.post(url(link), {"report": "day", "due_on": later.isoformat()}).status_code == 302
    assert ActionItem.objects.get().asked_due_on == later
    page = client.post(url(link), {"report": "progress", "text": ""})
    assert (page.status_code, "required" in page.content.decode()) == (200, True)
    assert client.get(url(link, "?report=nonsense")).status_code == 200


def test_an_old_link_to_a_done_item_says_so_and_saves_nothing(client, link, cast):
    reports.mark_done(link.action, outcome="Before", by=cast["staff"], at=now())
    page = client.post(url(link), {"report": "done", "text": "After"}).content.decode()
    assert "Somebody else closed this action item before" in page
    assert ActionItem.objects.get().outcome == "Before"


def test_a_link_to_a_dropped_item_says_that_it_is_not_needed(client, link, cast):
    actions.drop_action(link.action, reason="The state does it", by=cast["staff"], at=now())
    page = client.get(url(link)).content.decode()
    assert "no longer needed" in page
    assert "The state does it" in page


def test_a_link_to_a_reassigned_item_no_longer_works(client, link, cast):
    actions.update_action(
        link.action, facts=NOBODYS | {"name": "Bo", "email": "bo@x.example"}, by=cast["staff"], at=now()
    )
    page = client.get(url(link))
    assert page.status_code == 410
    assert "given to somebody else" in page.content.decode()
    assert client.post(url(link), {"report": "done", "text": ""}).status_code == 410
    with pytest.raises(LinkIsOver):
        reports.report_by_link(link, facts={"report": "done"}, by=None, at=now())
    # Given back to the same person, the link works again.
    actions.update_action(link.action, facts=NOBODYS | {"name": "Ann", "email": ANN}, by=cast["staff"], at=now())
    assert client.get(url(link)).status_code == 200


def test_expired_revoked_and_removed_links_each_say_why(client, link, cast):
    def answer(**fields: Any) -> str:
        ActionLink.objects.filter(pk=link.pk).update(**fields)
        page = client.get(url(link))
        assert page.status_code == 410
        return page.content.decode()

    actions.archive_action(link.action, by=cast["staff"], at=now())
    assert "was removed" in answer()
    actions.restore_action(link.action, by=cast["staff"], at=now())
    assert "was replaced by a newer one" in answer(revoked_at=now())
    assert "has expired" in answer(revoked_at=None, asked_at=now() - 9 * DAY, expires_at=now() - DAY)
    assert client.get(url(link).replace(link.token, "forged")).status_code == 404


def test_a_forwarded_link_shows_whose_it_is(client, as_, link):
    assert "for Ann Example" in " ".join(client.get(url(link)).content.decode().split())
    assert as_("neighbor").get(url(link)).status_code == 403


def test_a_representative_who_left_cannot_report_any_longer(client, group, partner, cast):
    speaker = factories.make_representative(partner, name="Main One", email="main@millrace.example")
    action = add(group, cast, now(), partnership=partner, due_on=(now() + 9 * DAY).date())
    telling.tell_assigned(at=now() + timedelta(minutes=11))
    link = ActionLink.objects.get(action=action)
    assert client.get(url(link)).status_code == 200
    speaker.archived_at = now()
    speaker.save()
    assert client.get(url(link)).status_code == 410


def test_that_a_person_opened_the_page_is_recorded(client, link):
    assert client.post(reverse("meetings:action_link_opened", args=[link.token])).status_code == 204
    assert ActionLink.objects.get().opened_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_a_link_and_a_page_at_once_one_counts(group, cast):
    action = add(group, cast)
    link = factories.make_action_link(action)
    outcome = second_waits_for(
        lambda: reports.mark_done(action, outcome="Page", by=cast["staff"], at=NOW),
        lambda: reports.report_by_link(link, facts={"report": "done", "text": "Link"}, by=None, at=NOW),
    )
    assert isinstance(outcome, CannotChangeAction)
    assert (ActionItem.objects.get().outcome, action.updates.count()) == ("Page", 1)
