"""What people answer: by a link, signed in, for all of a series, through somebody else; and when it does not count."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.invitations import answers
from meetings.invitations.answers import CannotAnswer
from meetings.models import Answer, MeetingInvitation
from meetings.scheduling import meetings, series
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, Team, events_of, mails, make_team, wall

YES, NO = {"answer": "yes"}, {"answer": "no"}


@pytest.fixture
def team(area, partner, cast) -> Team:
    team = make_team(area, partner, cast)
    team.send()
    Notice.objects.all().delete()
    team.series.refresh_from_db()
    return team


def say(team: Team, facts: dict[str, Any], number: int | None = 0, member: int = 1, at: Any = NOW) -> Answer:
    meeting = None if number is None else team.meetings[number]
    return answers.answer_by_link(team.invitation(member), meeting, facts=facts, by=None, at=at)


def heard(team: Team, number: int = 0) -> dict[str, str]:
    return {guest.invitation.name: guest.kind for guest in answers.guests_of(team.meetings[number])}


# ---------------------------------------------------------------- What counts
def test_an_answer_to_one_meeting_goes_before_one_to_all(team):
    say(team, YES, None)
    say(team, NO, 1)
    assert heard(team, 0)["Ann Example"] == "yes"
    assert heard(team, 1)["Ann Example"] == "no"
    assert heard(team, 2)["Ann Example"] == "yes"
    assert heard(team)["Joel Abara"] == ""


def test_the_last_answer_counts(team):
    say(team, YES)
    say(team, NO)
    assert (heard(team)["Ann Example"], Answer.objects.count()) == ("no", 1)


def test_a_meeting_that_was_moved_is_not_answered_any_more(team):
    say(team, YES, None)
    say(team, YES, 1)
    meetings.update_meeting(team.meetings[1], facts={"starts": wall(2026, 10, 15, 9)}, by=team.staff, at=NOW)
    [ann] = [guest for guest in answers.guests_of(team.meetings[1]) if guest.invitation.name == "Ann Example"]
    assert (ann.answer, ann.outdated is not None, ann.chip[1]) == (None, True, "Answered an earlier time")
    assert heard(team, 2)["Ann Example"] == "yes"


def test_after_the_schedule_changed_an_answer_to_all_does_not_count_for_other_times(team):
    say(team, YES, None)
    series.update_series(team.series, facts={"starts": wall(2026, 1, 1, 13).time()}, by=team.staff, at=NOW)
    assert heard(team)["Ann Example"] == ""
    say(team, YES, None)  # on our page, which shows the new times already
    assert heard(team)["Ann Example"] == "yes"


# ---------------------------------------------------------------- What is refused
@pytest.mark.parametrize(
    ("facts", "field"),
    [({"answer": ""}, "answer"), ({"answer": "perhaps"}, "answer"), ({"answer": "alternate"}, "alternate_name")],
)
def test_an_answer_that_says_nothing_is_refused_at_its_field(team, facts, field):
    with pytest.raises(CannotAnswer) as refused:
        say(team, facts)
    assert refused.value.field == field


def test_after_the_meeting_nobody_answers_it(team):
    with pytest.raises(CannotAnswer, match="over"):
        say(team, YES, at=NOW + timedelta(days=2))


def test_a_canceled_meeting_and_one_of_another_series_are_not_answered(team):
    other = factories.make_meeting(factories.make_series(team.group))
    with pytest.raises(CannotAnswer, match="not invited"):
        answers.answer_by_link(team.invitation(1), other, facts=YES, by=None, at=NOW)
    meetings.cancel_meeting(team.meetings[0], reason="Flu", by=team.staff, at=NOW)
    with pytest.raises(CannotAnswer, match="canceled"):
        say(team, YES)


def test_who_left_cannot_answer(team):
    invitation = team.invitation(1)
    MeetingInvitation.objects.filter(pk=invitation.pk).update(revoked_at=NOW)
    with pytest.raises(LinkIsOver):
        answers.answer_by_link(invitation, team.meetings[0], facts=YES, by=None, at=NOW)


# ---------------------------------------------------------------- Someone else comes
def test_who_comes_instead_gets_the_meeting_for_the_own_calendar(team):
    facts = {"answer": "alternate", "alternate_name": "Sam Stand-In", "alternate_email": "sam@chamber.example"}
    say(team, facts)
    [mail] = mails("alternate")
    [event] = events_of(mail)
    assert (mail.to, str(event["ATTENDEE"])) == ("sam@chamber.example", "mailto:sam@chamber.example")
    assert event["RECURRENCE-ID"].dt == team.meetings[0].original_start
    assert "Ann Example cannot come" in mail.text
    say(team, facts | {"comment": "He knows the numbers."})
    assert len(mails("alternate")) == 1  # the same person is not asked twice


def test_quorum_counts_seats_not_heads(team):
    team.group.quorum = "majority"
    team.group.save()
    seat = factories.make_group_seat(team.group, label="Second seat of Ann")
    factories.make_group_member(team.group, name="Ann Example", email="ann@chamber.example", seat=seat)
    factories.make_group_seat(team.group, label="Without a vote", is_voting=False)
    say(team, YES)
    turnout = answers.turnout_of(team.group, answers.guests_of(team.meetings[0]))
    assert (turnout.coming, turnout.seats, turnout.needed, turnout.has_quorum) == (1, 2, 2, True)
    say(team, NO)
    turnout = answers.turnout_of(team.group, answers.guests_of(team.meetings[0]))
    assert (turnout.seats, turnout.declined, turnout.has_quorum) == (0, 1, False)


# ---------------------------------------------------------------- Pages
@pytest.fixture
def later(area, partner, cast) -> Team:
    """A team that meets from next month on by the clock of this machine."""
    first = (localdate() + timedelta(days=40)).replace(day=1)
    team = make_team(area, partner, cast, rule="FREQ=MONTHLY;BYMONTHDAY=1", first_on=first, when_closed="keep")
    team.series.meetings.filter(starts_at__lte=now()).delete()
    team.send()
    return team


def page(team: Team, member: int = 1) -> str:
    return reverse("meetings:answer_by_link", args=[team.invitation(member).token])


def test_a_page_that_is_only_fetched_answers_nothing(later):
    meeting = later.meetings[0]
    answer = Client().get(f"{page(later)}?answer=yes&meeting={meeting.pk}")
    assert b"data-op-sends-itself" in answer.content
    assert Answer.objects.count() == 0
    assert b"data-op-sends-itself" not in Client().get(f"{page(later)}?answer=alternate").content


def test_one_tap_and_the_answer_is_there(later):
    meeting = later.meetings[1]
    sent = {"answer": "yes", "how": "online", "meeting": meeting.pk}
    answer = Client().post(f"{page(later)}?answer=yes&meeting={meeting.pk}", sent, follow=True)
    assert "Your answer is recorded" in answer.content.decode()
    [given] = Answer.objects.all()
    assert (given.meeting, given.answer, given.how, given.via) == (meeting, "yes", "online", "link")


def test_one_answer_is_given_for_all_meetings(later):
    Client().post(page(later), {"answer": "no", "meeting": later.meetings[0].pk, "all": "1"})
    assert Answer.objects.get().meeting is None


def test_a_wrong_answer_keeps_what_was_typed(later):
    sent = {"answer": "alternate", "alternate_name": "", "alternate_email": "sam@chamber.example", "comment": "Sorry"}
    answer = Client().post(page(later), sent | {"meeting": later.meetings[0].pk})
    words = answer.content.decode()
    assert "Enter who comes in your place." in words
    assert "sam@chamber.example" in words
    assert Answer.objects.count() == 0


def test_a_forwarded_link_shows_others_whose_it_is(later, as_):
    answer = as_("neighbor").get(page(later))
    assert answer.status_code == 403
    assert "Ann Example" in answer.content.decode()


def test_a_member_answers_signed_in_and_staff_for_somebody_on_the_telephone(later, as_):
    meeting = later.meetings[0]
    as_("manager").post(reverse("meetings:meeting_answer", args=[meeting.pk]), YES)
    record = reverse("meetings:answer_record", args=[meeting.pk, later.invitation(1).pk])
    as_("staff").post(record, {"answer": "no", "comment": "Called on Monday"})
    assert {each.invitation.name: (each.answer, each.via) for each in Answer.objects.all()} == {
        "Joel Abara": ("yes", "page"), "Ann Example": ("no", "staff"),
    }  # fmt: skip


def test_a_member_may_answer_before_the_invitations_are_mailed(area, partner, cast):
    team = make_team(area, partner, cast)
    given = answers.answer_own(team.meetings[0], facts=YES, by=cast["manager"], at=NOW)
    assert (given.via, given.invitation.told_sequence) == ("page", None)
    assert team.send() == 2
    with pytest.raises(CannotAnswer, match="not invited"):
        answers.answer_own(team.meetings[0], facts=YES, by=cast["neighbor"], at=NOW)


def test_who_is_not_invited_has_no_answer_to_give(later, as_):
    assert as_("colleague").get(reverse("meetings:meeting_answer", args=[later.meetings[0].pk])).status_code == 404


# ---------------------------------------------------------------- Two at once
@pytest.mark.django_db(transaction=True)
def test_an_answer_while_the_meeting_is_moved_belongs_to_the_new_time(area, partner, cast):
    team = make_team(area, partner, cast)
    team.send()
    second_waits_for(
        lambda: meetings.update_meeting(
            team.meetings[0], facts={"starts": wall(2026, 9, 10, 9)}, by=team.staff, at=NOW
        ),
        lambda: say(team, YES),
    )
    assert Answer.objects.get().for_start == team.meetings[0].starts_at


@pytest.mark.django_db(transaction=True)
def test_two_answers_of_one_person_at_once_are_one(area, partner, cast):
    team = make_team(area, partner, cast)
    team.send()
    outcome = second_waits_for(lambda: say(team, YES), lambda: say(team, NO))
    assert outcome.answer == "no"
    assert Answer.objects.count() == 1
