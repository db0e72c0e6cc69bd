"""Replies of calendar programs by mail: counted only from and about an address that was invited."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from meetings.invitations import answers
from meetings.models import Answer, Reply
from meetings.notices import inbox  # noqa: F401 -- registers the plus-address
from meetings.scheduling import meetings, series
from onestop.notices.inbound import address_of_inbox, take_mail
from onestop.notices.models import InboundMail, Notice
from tests.meetings.meeting_world import NOW, TEN, Team, make_team, wall

ANN = "ann@chamber.example"


@pytest.fixture
def team(area, partner, cast) -> Team:
    team = make_team(area, partner, cast)
    team.send()
    Notice.objects.all().delete()
    team.series.refresh_from_db()
    return team


def reply(team: Team, **given: Any) -> bytes:
    """Return a mail as Exchange writes it, without an ORGANIZER."""
    facts = {
        "uid": team.series.uid, "who": ANN, "sender": ANN, "status": "ACCEPTED", "sequence": 1, "on": "",
        "method": "REPLY", "comment": "", "starts": "20261013T130000Z",
    } | given  # fmt: skip
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:Exchange", f"METHOD:{facts['method']}", "BEGIN:VEVENT"]
    lines += [f"UID:{facts['uid']}", f"SEQUENCE:{facts['sequence']}", "DTSTAMP:20260908T120000Z"]
    lines += [f"ATTENDEE;PARTSTAT={facts['status']};CN=Ann:mailto:{facts['who']}", f"DTSTART:{facts['starts']}"]
    lines += [str(facts["on"])] if facts["on"] else []
    lines += [f"COMMENT:{facts['comment']}"] if facts["comment"] else []
    ics = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Ann <{facts['sender']}>", address_of_inbox("meet", team.series.token)
    mail["Subject"], mail["Message-ID"] = "Accepted", f"<{hash(ics)}.{facts['sender']}@mail.example>"
    mail.set_content("Accepted")
    mail.add_alternative(
        ics.encode(), maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"}
    )
    return mail.as_bytes()


def take(team: Team, at: datetime = NOW + timedelta(hours=1), **given: Any) -> InboundMail:
    return take_mail(reply(team, **given), at=at)


def outcome() -> str:
    return Reply.objects.get().outcome


def test_an_answer_to_all_counts(team):
    assert take(team).taken_by == "meet"
    [given] = Answer.objects.all()
    assert (given.answer, given.via, given.meeting, outcome()) == ("yes", "mail", None, "counted")
    assert [guest.kind for guest in answers.guests_of(team.meetings[3])] == ["yes", ""]


def test_an_answer_to_one_meeting_counts_for_it(team):
    take(team, on="RECURRENCE-ID:20261013T130000Z", status="DECLINED", comment="On leave")
    given = Answer.objects.get()
    assert (given.answer, given.meeting, given.comment) == ("no", team.meetings[1], "On leave")


def test_a_program_that_names_only_the_day_is_understood(team):
    take(team, on="RECURRENCE-ID;VALUE=DATE:20261013", status="TENTATIVE")
    assert (Answer.objects.get().answer, Answer.objects.get().meeting) == ("maybe", team.meetings[1])


def test_a_moved_meeting_is_answered_under_its_first_time(team):
    meetings.update_meeting(team.meetings[1], facts={"starts": wall(2026, 10, 15, 9)}, by=team.staff, at=NOW)
    team.send()
    take(team, on="RECURRENCE-ID:20261013T130000Z", sequence=2)
    assert Answer.objects.get().counts_for(team.meetings[1])


@pytest.mark.parametrize(
    "given",
    [
        {"who": "stranger@elsewhere.example", "sender": "stranger@elsewhere.example"},
        {"sender": "colleague@chamber.example"},  # somebody answers for Ann: a forwarded invitation
        {"who": "colleague@chamber.example"},
        {"uid": "guessed@meetings"},
    ],
)
def test_a_strangers_answer_is_kept_for_the_staff_and_never_counted(team, given):
    assert take(team, **given).taken_by == "meet"
    assert (outcome(), Answer.objects.count()) == ("stranger", 0)
    assert Reply.objects.unread().count() == 1


def test_an_answer_to_an_earlier_version_says_so_and_does_not_count(team):
    series.update_series(team.series, facts={"starts": wall(2026, 1, 1, 13).time()}, by=team.staff, at=NOW)
    team.send()
    take(team, sequence=1)
    assert (outcome(), Answer.objects.count()) == ("earlier", 0)


def test_an_answer_to_an_earlier_version_counts_if_only_the_place_has_changed(team):
    series.update_series(team.series, facts={"place": "Library"}, by=team.staff, at=NOW)
    team.send()
    take(team, sequence=1)
    assert (outcome(), Answer.objects.count()) == ("counted", 1)


def test_another_time_is_proposed_to_the_staff(team):
    take(team, on="RECURRENCE-ID:20261013T130000Z", method="COUNTER", starts="20261014T130000Z", status="TENTATIVE")
    kept = Reply.objects.get()
    assert kept.outcome == "proposes"
    assert str(kept.proposed_at) == "2026-10-14 13:00:00+00:00"
    assert Answer.objects.get().answer == "maybe"


def test_a_date_that_is_no_meeting_is_kept_for_the_staff(team):
    take(team, on="RECURRENCE-ID:20261020T130000Z")
    assert (outcome(), Answer.objects.count()) == ("unknown", 0)


def test_after_the_meeting_an_answer_is_too_late(team):
    take(team, at=NOW + timedelta(days=60), on="RECURRENCE-ID:20261013T130000Z")
    assert (outcome(), Answer.objects.count()) == ("over", 0)


def test_who_left_is_a_stranger(team):
    team.members[1].archived_at = NOW
    team.members[1].save()
    team.group.roster_due_at = NOW
    team.group.save()
    team.send(after=2 * TEN)
    take(team)
    assert outcome() == "stranger"


def test_words_instead_of_an_answer_are_left_to_the_staff(team):
    mail = EmailMessage()
    mail["From"], mail["To"] = ANN, address_of_inbox("meet", team.series.token)
    mail["Subject"] = "Parking"
    mail.set_content("Where do I park?")
    assert take_mail(mail.as_bytes(), at=NOW).state == InboundMail.State.OPEN
    assert Reply.objects.count() == 0


def test_an_address_nobody_was_given_takes_nothing(team):
    team.series.token = "guessed"
    assert take(team).state == InboundMail.State.OPEN


def test_staff_mark_a_reply_as_read(team, as_):
    take(team, uid="guessed@meetings")
    kept = Reply.objects.get()
    as_("manager").post(f"/meetings/replies/{kept.pk}/done/")
    assert Reply.objects.unread().count() == 1
    as_("staff").post(f"/meetings/replies/{kept.pk}/done/")
    assert Reply.objects.unread().count() == 0
