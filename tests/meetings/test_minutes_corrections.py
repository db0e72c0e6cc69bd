"""Minutes sent for correction: links without an account, corrections and their answers, reminder, to-do items."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetings.minutes import circulation, corrections, drafting
from meetings.minutes.drafting import CannotKeepMinutes
from meetings.models import GroupMember, Meeting, Minutes, MinutesCorrection, MinutesLink
from meetings.notices.minutes_reminders import MINUTES_SOON
from meetings.todo import minutes as todo
from onestop.accounts.emailed_links import LinkIsOver
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices import planners
from onestop.ui.small_queries import read_together
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import mails, words_of
from tests.meetings.minutes_world import AT, UNTIL, HeldMeeting, hold, record, words

DAY = timedelta(days=1)


def at(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def held(area, partner, cast) -> HeldMeeting:
    held = hold(area, partner, cast)
    record(held)
    return held


@pytest.fixture
def minutes(held) -> Minutes:
    minutes = held.draft()
    send(minutes)
    minutes.refresh_from_db()
    return minutes


@pytest.fixture
def now_is(monkeypatch) -> Any:
    def set_time(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment.astimezone(UTC))

    set_time(AT)
    return set_time


def send(minutes: Minutes, until: Any = UNTIL, when: datetime = AT) -> list[MinutesLink]:
    return circulation.send_for_correction(minutes, until=until, by=None, at=when)


def link_of(minutes: Minutes, name: str = "Ann Example") -> MinutesLink:
    return MinutesLink.objects.with_recipient().get(minutes=minutes, name=name, revoked_at=None)


def correct(minutes: Minutes, text: str = "I came at ten.", name: str = "Ann Example") -> MinutesCorrection:
    return corrections.correct_by_link(link_of(minutes, name), text=text, by=None, at=AT)


# ---------------------------------------------------------------- Sending
def test_each_member_gets_one_mail_with_a_link_of_their_own(held, minutes):
    sent = mails("minutes")
    assert sorted(mail.to for mail in sent) == sorted(member.address for member in held.members)
    assert "Wed, Oct 28, 2026" in words_of(sent[0])
    assert len({mail.url for mail in sent}) == 3
    assert all(link_of(minutes, member.name).token in "".join(mail.url for mail in sent) for member in held.members)
    assert (minutes.status, minutes.audience) == ("circulated", "group")


def test_sent_again_it_changes_the_day_and_asks_only_newcomers(held, minutes):
    factories.make_group_member(held.group, name="New Comer", email="new@mill.example")
    later = UNTIL + 7 * DAY
    assert [link.name for link in send(minutes, later)] == ["New Comer"]
    minutes.refresh_from_db()
    assert minutes.corrections_until == later
    assert MinutesLink.objects.values("expires_at").distinct().count() == 1
    assert len(mails("minutes")) == 4


@pytest.mark.parametrize("until", [AT.date() - DAY, AT.date() + 200 * DAY])
def test_a_day_that_has_passed_or_is_far_is_refused_at_its_field(held, until):
    with pytest.raises(CannotKeepMinutes) as refused:
        send(held.draft(), until)
    assert refused.value.field == "until"
    assert not mails("minutes")


def test_a_group_without_addresses_is_not_asked(held):
    GroupMember.objects.update(email="", user=None)
    with pytest.raises(CannotKeepMinutes, match="email address"):
        send(held.draft())


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_each_gets_one_mail(held):
    minutes = held.draft()
    second_waits_for(lambda: send(minutes), lambda: send(minutes))
    assert len(mails("minutes")) == 3


# ---------------------------------------------------------------- By link
def test_a_member_without_an_account_reads_and_corrects_by_link(now_is, minutes):
    link = link_of(minutes)
    page = words(Client().get(f"/correct/{link.token}/"))
    assert "One form for all." in page
    assert "For Ann Example. This link is yours alone." in page
    assert MinutesLink.objects.get(pk=link.pk).opened_at is None
    answer = Client().post(f"/correct/{link.token}/", {"text": "I came at ten <b>sharp</b>."}, follow=True)
    assert "Your correction is sent." in words(answer)
    assert "I came at ten &lt;b&gt;sharp&lt;/b&gt;." in words(answer)
    correction = MinutesCorrection.objects.get()
    assert (correction.name, correction.user, correction.link_id) == ("Ann Example", None, link.pk)
    assert "I came at ten" not in words(Client().get(f"/correct/{link_of(minutes, 'Alt Ernate').token}/"))


def test_a_person_says_that_they_have_no_corrections(now_is, minutes):
    link = link_of(minutes)
    Client().post(f"/correct/{link.token}/opened/")
    Client().post(f"/correct/{link.token}/agree/")
    link.refresh_from_db()
    assert link.opened_at == link.answered_at
    assert "I have no corrections" not in words(Client().get(f"/correct/{link.token}/"))


def test_a_forwarded_link_shows_whose_it_is_and_a_strangers_account_is_refused(as_, now_is, minutes):
    token = link_of(minutes).token
    assert as_("colleague").get(f"/correct/{token}/").status_code == 403
    assert as_("manager").get(f"/correct/{link_of(minutes, 'Joel Abara').token}/").status_code == 200
    assert Client().get(f"/correct/{token[:-3]}abc/").status_code == 404


def test_a_link_ends_when_it_is_withdrawn_or_expires_or_the_member_is_removed(now_is, minutes):
    link = link_of(minutes)
    url = f"/correct/{link.token}/"
    GroupMember.objects.filter(name="Ann Example").update(archived_at=AT)
    assert "You are no longer a member" in words(Client().get(url))
    GroupMember.objects.update(archived_at=None)
    now_is(AT + 200 * DAY)
    assert "This link has expired" in words(Client().get(url))
    now_is(AT)
    MinutesLink.objects.update(revoked_at=AT)
    answer = Client().post(url, {"text": "Too late"})
    assert answer.status_code == 410
    with pytest.raises(LinkIsOver):
        corrections.correct_by_link(link, text="Too late", by=None, at=AT)
    assert not MinutesCorrection.objects.exists()


def test_after_the_day_the_link_shows_the_text_and_takes_nothing(now_is, minutes):
    link = link_of(minutes)
    last = datetime(2026, 10, 28, 23, 0, tzinfo=AT.tzinfo)
    corrections.correct_by_link(link, text="In time", by=None, at=last)
    with pytest.raises(CannotKeepMinutes, match="no longer taken"):
        corrections.correct_by_link(link, text="Late", by=None, at=last + 2 * timedelta(hours=1))
    now_is(last + DAY)
    page = words(Client().get(f"/correct/{link.token}/"))
    assert "One form for all." in page
    assert "Corrections are no longer taken." in page
    assert "<textarea" not in page
    page = words(Client().post(f"/correct/{link.token}/", {"text": "Late again"}))
    assert MinutesCorrection.objects.count() == 1


def test_one_person_does_not_flood_the_secretary(minutes):
    for number in range(corrections.MOST_OF_ONE):
        correct(minutes, f"Correction {number}")
    with pytest.raises(CannotKeepMinutes, match="Wait for an answer"):
        correct(minutes)
    assert correct(minutes, name="Alt Ernate")


# ---------------------------------------------------------------- Signed in
def test_a_member_with_an_account_corrects_on_the_page_and_sees_only_their_own(as_, now_is, held, minutes):
    correct(minutes, "Ann was online.")
    url = at("correction_add", held.meeting.pk)
    as_("manager").post(url, {"text": "Joel was there."})
    page = words(as_("manager").get(minutes.get_absolute_url()))
    assert "Joel was there." in page
    assert "Ann was online." not in page
    page = words(as_("staff").get(minutes.get_absolute_url()))
    assert "2 corrections have no answer" in page
    assert "Ann was online." in page
    assert MinutesCorrection.objects.get(user__isnull=False).link == link_of(minutes, "Joel Abara")
    assert as_("stranger").post(url, {"text": "Hello"}).status_code == 404


def test_a_member_agrees_on_the_page(as_, now_is, held, minutes):
    assert "I have no corrections" in words(as_("manager").get(minutes.get_absolute_url()))
    as_("manager").post(at("minutes_agree", held.meeting.pk))
    assert link_of(minutes, "Joel Abara").answered_at == AT
    assert "I have no corrections" not in words(as_("manager").get(minutes.get_absolute_url()))


# ---------------------------------------------------------------- Answers
def test_a_correction_is_taken_and_whoever_sent_it_is_told(as_, now_is, minutes):
    correction = correct(minutes)
    url = at("correction_answer", correction.pk)
    page = words(as_("staff").get(url))
    assert "I came at ten." in page
    typed = {"version": version_of(minutes), "initial-text": minutes.text, "initial-state": "", "initial-answer": ""}
    typed |= {"state": "taken", "answer": "Thank you.", "text": f"{minutes.text}\n\nAnn came at ten."}
    assert as_("staff").post(url, typed)["Location"] == minutes.get_absolute_url()
    minutes.refresh_from_db()
    assert minutes.text.endswith("Ann came at ten.")
    [mail] = mails("correction")
    assert mail.to == "ann@chamber.example"
    assert "The minutes are corrected." in words_of(mail)
    assert "Thank you." in words_of(mail)
    page = words(Client().get(f"/correct/{link_of(minutes).token}/"))
    assert "Corrected" in page
    assert "Thank you." in page


def test_a_correction_that_is_not_taken_needs_a_reason(as_, now_is, minutes):
    correction = correct(minutes)
    typed = {"state": "declined", "answer": "", "text": "Something else"}
    page = words(as_("staff").post(at("correction_answer", correction.pk), typed))
    assert "Enter why the text is not changed." in page
    assert "Something else</textarea>" in page
    as_("staff").post(at("correction_answer", correction.pk), typed | {"answer": "The roll says nine."})
    minutes.refresh_from_db()
    assert "Something else" not in minutes.text
    assert "The roll says nine." in words_of(mails("correction")[0])


def test_an_answer_from_an_older_text_shows_the_other_change_and_saves_nothing(as_, now_is, minutes):
    correction = correct(minutes)
    typed = {"version": version_of(minutes), "initial-text": minutes.text, "initial-state": "", "initial-answer": ""}
    drafting.update_minutes(minutes, facts={"text": "Theirs."}, by=None, at=AT)
    typed |= {"state": "taken", "answer": "Thanks", "text": "Mine."}
    page = words(as_("staff").post(at("correction_answer", correction.pk), typed))
    assert "Theirs." in page
    assert "Mine.</textarea>" in page
    correction.refresh_from_db()
    assert correction.is_open
    facts = {"text": "Mine."}
    with pytest.raises(ChangedMeanwhile):
        corrections.answer_correction(correction, state="taken", answer="", facts=facts, version="old", by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_send_one_answer(held):
    minutes = held.draft()
    send(minutes)
    correction = correct(minutes)

    def answer(state: str) -> MinutesCorrection:
        return corrections.answer_correction(correction, state=state, answer="So.", by=None, at=AT)

    outcome = second_waits_for(lambda: answer("taken"), lambda: answer("declined"))
    assert isinstance(outcome, CannotKeepMinutes)
    assert len(mails("correction")) == 1


def test_only_those_who_run_the_group_answer(as_, now_is, minutes):
    correction = correct(minutes)
    assert as_("manager").get(at("correction_answer", correction.pk)).status_code == 403
    assert as_("stranger").get(at("correction_answer", correction.pk)).status_code == 404


# ---------------------------------------------------------------- Reminder and to-do items
def remind(when: datetime) -> list[str]:
    planners.run(MINUTES_SOON.planner(), at=when)
    return sorted(mail.to for mail in mails("minutes_soon"))


def test_who_has_not_answered_is_reminded_once_two_days_before(minutes):
    correct(minutes)
    assert remind(AT + 10 * DAY) == []
    assert remind(AT + 12 * DAY + timedelta(hours=12)) == ["alt@mill.example", link_of(minutes, "Joel Abara").email]
    assert len(remind(AT + 13 * DAY)) == 2


def test_nobody_is_reminded_of_approved_minutes_or_just_after_the_mail(held):
    minutes = held.draft()
    send(minutes, AT.date() + DAY)
    assert remind(AT + timedelta(hours=2)) == []
    send(minutes)
    motion = factories.make_carried_motion(held.following)
    Minutes.objects.update(status="approved", approved_by=motion, approved_at=AT)
    assert remind(AT + 12 * DAY + timedelta(hours=12)) == []


def whats(*parts: Any) -> list[str]:
    return [item.what for items in read_together(parts) for item in items]


def test_those_who_run_the_group_have_what_is_next_on_their_list(held, area, cast):
    factories.make_group_member(held.group, cast["colleague"], role="chair")

    def staff(when: datetime = AT) -> list[str]:
        items = whats(*todo.of_area(area, when))
        assert whats(*todo.of_officer(cast["colleague"], area, when)) == items
        assert whats(*todo.of_officer(cast["manager"], area, when)) == []
        return items

    assert staff() == ["Draft the minutes: Partner team"]
    minutes = held.draft()
    assert staff() == ["Send the minutes for correction: Partner team"]
    send(minutes)
    assert staff() == []
    correction = correct(minutes)
    assert staff() == ["1 correction needs an answer: Partner team"]
    corrections.answer_correction(correction, state="taken", answer="", by=None, at=AT)
    assert staff(AT + 14 * DAY) == ["Have the minutes approved: Partner team, Tue, Oct 13, 2026"]
    Meeting.objects.filter(pk=held.meeting.pk).update(status="canceled", reason="x")


def test_a_member_has_minutes_to_read_until_they_answer(area, cast, minutes):
    def items(when: datetime = AT) -> list[str]:
        return whats(todo.to_read(cast["manager"], area, when))

    assert items() == ["Are these minutes correct? Partner team"]
    assert items(AT + 20 * DAY) == []
    circulation.agree(minutes, by=cast["manager"], at=AT)
    assert items() == []
