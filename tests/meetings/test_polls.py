"""Find a time: ask, answer by link, see what suits most, plan the meeting."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.models import Poll, PollAnswer, PollInvitation, Series
from meetings.polls import polls
from meetings.polls.polls import CannotPoll
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, mails, make_group

FIRST, SECOND = NOW + timedelta(days=20), NOW + timedelta(days=21)
FACTS = {"title": "Retreat", "note": "", "minutes": 120, "closes_at": NOW + timedelta(days=7)}
DETAILS = {"how": "in_person", "place": "Library", "room": None, "video_link": ""}


@pytest.fixture
def group(area, partner, cast) -> Any:
    group, _members = make_group(area, partner, cast["manager"])
    return group


@pytest.fixture
def poll(group, cast) -> Poll:
    return ask(group, cast)


def ask(group: Any, cast: Any, *starts: Any, **more: Any) -> Poll:
    times = starts or (FIRST, SECOND)
    return polls.ask_poll(group, facts=FACTS | more, starts=times, by=cast["staff"], at=NOW)


def say(poll: Poll, name: str, *suits: str, at: Any = NOW) -> None:
    invitation = PollInvitation.objects.with_recipient().get(poll=poll, name=name)
    times = poll.times.order_by("starts_at").values_list("pk", flat=True)
    polls.answer_by_link(invitation, suits=dict(zip(times, suits, strict=True)), comment="", by=None, at=at)


def test_all_members_are_asked_alternates_too(poll):
    assert sorted(poll.invitations.values_list("name", flat=True)) == ["Alt Ernate", "Ann Example", "Joel Abara"]
    assert {mail.kind for mail in mails()} == {"meetings.poll"}
    assert len(mails()) == 3


@pytest.mark.parametrize(
    ("starts", "more", "field"),
    [
        ([FIRST], {}, "times"),
        ([FIRST, FIRST], {}, "times"),
        ([NOW - timedelta(days=1), FIRST], {}, "times"),
        ([FIRST + timedelta(hours=number) for number in range(13)], {}, "times"),
        ([FIRST, SECOND], {"closes_at": NOW - timedelta(days=1)}, "closes_at"),
        ([FIRST, SECOND], {"closes_at": FIRST + timedelta(days=1)}, "closes_at"),
    ],
)
def test_a_poll_that_cannot_be_answered_is_refused_at_its_field(group, cast, starts, more, field):
    with pytest.raises(CannotPoll) as refused:
        ask(group, cast, *starts, **more)
    assert refused.value.field == field
    assert (Poll.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_group_without_addresses_cannot_be_asked(area, cast):
    with pytest.raises(CannotPoll, match="email"):
        ask(factories.make_group(area), cast)


def test_what_suits_most_comes_first_and_then_what_suits_if_need_be(poll):
    say(poll, "Ann Example", "yes", "yes")
    say(poll, "Joel Abara", "no", "if_needed")
    result = polls.result_of(poll)
    assert [(each.yes, each.if_needed, each.no, each.is_best) for each in result.times] == [
        (1, 0, 1, False), (1, 1, 0, True),
    ]  # fmt: skip
    assert result.answered == 2
    say(poll, "Ann Example", "yes", "no")
    assert [each.is_best for each in polls.result_of(poll).times] == [True, False]
    assert PollAnswer.objects.count() == 4


def test_after_its_day_and_after_it_was_withdrawn_nobody_answers(poll, cast):
    with pytest.raises(LinkIsOver):
        say(poll, "Ann Example", "yes", "yes", at=NOW + timedelta(days=8))
    polls.withdraw_poll(poll, by=cast["staff"], at=NOW)
    with pytest.raises(LinkIsOver):
        say(poll, "Ann Example", "yes", "yes")
    assert {mail.status for mail in mails()} == {Notice.Status.WITHDRAWN}
    polls.restore_poll(poll, by=cast["staff"], at=NOW)
    say(poll, "Ann Example", "yes", "yes")


def test_the_meeting_is_planned_at_the_chosen_time(poll, cast):
    time = poll.times.get(starts_at=SECOND)
    series = polls.decide_poll(poll, time, details=DETAILS, by=cast["staff"], at=NOW)
    [meeting] = series.meetings.all()
    assert (meeting.starts_at, meeting.minutes, meeting.place, series.invites) == (SECOND, 120, "Library", True)
    poll.refresh_from_db()
    assert (poll.chosen, poll.series, poll.is_decided) == (time, series, True)
    with pytest.raises(CannotPoll, match="decided"):
        say(poll, "Ann Example", "yes", "yes")
    with pytest.raises(CannotPoll, match="decided"):
        polls.withdraw_poll(poll, by=cast["staff"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_plan_one_meeting(area, partner, cast):
    group, _members = make_group(area, partner, cast["manager"])
    poll = ask(group, cast)
    first, second = poll.times.order_by("starts_at")
    outcome = second_waits_for(
        lambda: polls.decide_poll(poll, first, details=DETAILS, by=cast["staff"], at=NOW),
        lambda: polls.decide_poll(poll, second, details=DETAILS, by=cast["staff"], at=NOW),
    )
    assert isinstance(outcome, CannotPoll)
    assert Series.objects.count() == 1


# ---------------------------------------------------------------- Pages
def test_a_poll_is_asked_answered_and_decided_in_the_browser(group, cast, as_):
    day, later = localdate() + timedelta(days=20), localdate() + timedelta(days=21)
    sent = {
        "title": "Retreat", "minutes": "120", "on_1": day, "at_1": "9:00 AM", "on_2": later, "at_2": "14:00",
        "closes_on": localdate() + timedelta(days=7),
    }  # fmt: skip
    as_("staff").post(reverse("meetings:poll_add", args=[group.pk]), sent)
    poll = Poll.objects.get()
    invitation = PollInvitation.objects.with_recipient().get(name="Ann Example")
    link = reverse("meetings:poll_by_link", args=[invitation.token])
    times = [time.pk for time in poll.times.order_by("starts_at")]
    refused = Client().post(link, {f"time_{times[0]}": "yes", "comment": "Mornings"}).content.decode()
    assert "Choose an answer." in refused
    assert "Mornings" in refused
    Client().post(link, {f"time_{times[0]}": "yes", f"time_{times[1]}": "if_needed"})
    page = as_("staff").get(poll.get_absolute_url()).content.decode()
    assert "1 of 3 answered" in " ".join(page.split())
    as_("staff").post(reverse("meetings:poll_decide", args=[poll.pk, times[0]]), DETAILS | {"room": ""})
    assert Series.objects.get().meetings.get().starts_at > now()


def test_half_a_time_is_asked_for_again_and_nothing_typed_is_lost(group, as_):
    sent = {"title": "Retreat", "minutes": "120", "on_1": "2027-01-01", "at_2": "14:00", "closes_on": "2026-12-24"}
    answer = as_("staff").post(reverse("meetings:poll_add", args=[group.pk]), sent).content.decode()
    assert answer.count("Enter both the day and the start.") >= 2
    assert "2027-01-01" in answer
