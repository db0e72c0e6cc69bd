"""Feedback on trainings: who is asked, once and the day after; what is said, by nobody's name; what is shown."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Training, TrainingFeedback, TrainingFeedbackLink
from meetings.trainings import feedback
from meetings.trainings.facts import CannotKeepTraining
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice
from partners.rules import may
from tests import factories, hostile
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import mails
from tests.meetings.training_world import NOW, Consortium, make_consortium

SAID = {"useful": 5, "different": "I call before I refer.", "signs": False}


@pytest.fixture
def consortium(area, partner, neighbor_partner, cast) -> Consortium:
    return make_consortium(area, partner, neighbor_partner, cast)


def came(training: Training, name: str, **fields: Any) -> None:
    factories.make_attendance(training.meeting, name=name, **fields)


def members_came(consortium: Consortium, training: Training) -> None:
    came_in = consortium.group.seats.get()
    factories.make_attendance(training.meeting, came_in, name="Joel Abara")
    factories.make_attendance(training.meeting, consortium.group.members.get(name="Ann Example"))


def asked() -> set[str]:
    return set(TrainingFeedbackLink.objects.values_list("email", flat=True))


# ---------------------------------------------------------------- Asking
def test_everyone_who_came_and_has_an_address_is_asked_the_day_after_once(consortium):
    training = consortium.training()
    members_came(consortium, training)
    came(training, "A guest whom nobody knows")
    assert feedback.ask_all(at=NOW) == 2
    assert asked() == {consortium.manager.email, "ann@chamber.example"}
    assert feedback.ask_all(at=NOW + timedelta(hours=1)) == 0
    first, second = mails("training_feedback")
    assert "/training-feedback/" in second.text
    assert {first.to, second.to} == asked()


def test_nobody_is_asked_before_the_morning_after(consortium):
    zone = consortium.area.zone
    training = consortium.training()
    members_came(consortium, training)
    day = training.meeting.local_start.date()
    assert feedback.ask_all(at=datetime.combine(day, time(22), zone)) == 0
    assert feedback.ask_all(at=datetime.combine(day + timedelta(days=1), time(7, 59), zone)) == 0
    assert feedback.ask_all(at=datetime.combine(day + timedelta(days=1), time(8), zone)) == 2


def test_guests_and_alternates_are_found_by_their_invitation(consortium):
    training = consortium.training()
    factories.make_meeting_invitation(consortium.series, name="Gus Guest", email="gus@guest.example")
    invited = factories.make_meeting_invitation(consortium.series, name="Max Member", email="max@partner.example")
    factories.make_answer(
        invited, training.meeting, answer="alternate", alternate_name="Alt Ernate", alternate_email="Alt@mill.example"
    )
    came(training, "gus  guest")
    came(training, "Alt Ernate", presence="online")
    feedback.ask_all(at=NOW)
    assert asked() == {"gus@guest.example", "alt@mill.example"}


def test_a_name_that_two_people_have_is_nobodys(consortium):
    training = consortium.training()
    for email in ("one@guest.example", "two@guest.example"):
        factories.make_meeting_invitation(consortium.series, name="Gus Guest", email=email)
    came(training, "Gus Guest")
    assert feedback.ask_all(at=NOW) == 0


def test_who_is_put_on_the_roll_later_is_asked_until_two_weeks_after(consortium):
    training = consortium.training(timedelta(days=5))
    members_came(consortium, training)
    feedback.ask_all(at=NOW)
    factories.make_meeting_invitation(consortium.series, name="Late Guest", email="late@guest.example")
    came(training, "Late Guest")
    assert feedback.ask_all(at=NOW) == 1
    old = consortium.training(timedelta(days=15))
    came(old, "Late Guest")
    assert feedback.ask_all(at=NOW) == 0


def test_nobody_is_asked_about_what_was_canceled_or_is_no_training(consortium):
    canceled = consortium.training()
    members_came(consortium, canceled)
    canceled.meeting.status, canceled.meeting.reason = "canceled", "Flu"
    canceled.meeting.save()
    usual = factories.make_meeting(
        factories.make_series(consortium.group), canceled.meeting.local_start.replace(tzinfo=None)
    )
    factories.make_attendance(usual, consortium.group.members.get(name="Ann Example"))
    assert feedback.ask_all(at=NOW) == 0
    assert feedback.ask_for_feedback(canceled.meeting, by=None, at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_ask_once(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    training = consortium.training()
    members_came(consortium, training)

    def ask() -> int:
        return feedback.ask_for_feedback(training.meeting, by=None, at=NOW)

    assert second_waits_for(ask, ask) == 0
    assert Notice.objects.filter(kind=feedback.ASKED).count() == 2


# ---------------------------------------------------------------- Answering
@pytest.fixture
def link(consortium) -> TrainingFeedbackLink:
    return factories.make_feedback_link(consortium.training(at=now()), name="Ann Example", email="ann@chamber.example")


def page_of(link: TrainingFeedbackLink) -> str:
    return reverse("meetings:feedback_by_link", args=[link.token])


def test_an_answer_has_no_name_unless_the_person_ticks(link):
    feedback.give_feedback(link, facts=SAID, by=None, at=now())
    signed = factories.make_feedback_link(link.training, name="Max Member")
    feedback.give_feedback(signed, facts=SAID | {"signs": True}, by=None, at=now())
    assert sorted(TrainingFeedback.objects.values_list("name", flat=True)) == ["", "Max Member"]
    columns = {field.name for field in TrainingFeedback._meta.concrete_fields}
    assert columns == {"id", "training", "useful", "different", "name"}  # no time, and no way to the link


def test_feedback_is_given_once_on_the_page(link):
    client = Client()
    assert client.get(page_of(link)).status_code == 200
    assert not TrainingFeedback.objects.exists()  # a program that only fetches the page says nothing
    answer = client.post(page_of(link), {"useful": "5", "different": "I call first."}, follow=True)
    assert "Thank you" in answer.content.decode()
    again = client.post(page_of(link), {"useful": "1", "different": "No."}, follow=True)
    assert "Thank you" in again.content.decode()
    assert [row.useful for row in TrainingFeedback.objects.all()] == [5]


def test_an_answer_that_is_missing_loses_nothing(link):
    answer = Client().post(page_of(link), {"different": "I call before I refer."})
    assert ("Choose an answer." in answer.content.decode(), "I call before I refer." in answer.content.decode()) == (
        True, True,
    )  # fmt: skip
    with pytest.raises(CannotKeepTraining):
        feedback.give_feedback(link, facts={"useful": 9}, by=None, at=now())
    assert not TrainingFeedback.objects.exists()


def test_an_expired_link_and_one_of_a_canceled_training_say_so(link):
    later = link.expires_at + timedelta(days=1)
    with pytest.raises(LinkIsOver):
        feedback.give_feedback(link, facts=SAID, by=None, at=later)
    TrainingFeedbackLink.objects.update(asked_at=now() - timedelta(days=40), expires_at=now() - timedelta(days=1))
    assert Client().post(page_of(link), {"useful": "5"}).status_code == 410
    TrainingFeedbackLink.objects.update(expires_at=now() + timedelta(days=1))
    meeting = link.training.meeting
    meeting.status, meeting.reason = "canceled", "Flu"
    meeting.save()
    answer = Client().get(page_of(link))
    assert (answer.status_code, "did not take place" in answer.content.decode()) == (410, True)
    assert not TrainingFeedback.objects.exists()


def test_a_forwarded_link_shows_others_whose_it_is(link, as_):
    assert as_("neighbor").get(page_of(link)).status_code == 403


def test_a_changed_link_is_unknown():
    assert Client().get(reverse("meetings:feedback_by_link", args=["nonsense"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_answers_by_one_link_at_once_are_one(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    link = factories.make_feedback_link(consortium.training(), asked_at=NOW)

    def answer() -> Any:
        return feedback.give_feedback(link, facts=SAID, by=None, at=NOW)

    assert isinstance(second_waits_for(answer, answer), LinkIsOver)
    assert TrainingFeedback.objects.count() == 1


# ---------------------------------------------------------------- What is shown
def test_few_answers_are_not_shown_in_detail(consortium):
    training = consortium.training()
    for number in range(3):
        factories.make_feedback_link(training)
        factories.make_feedback(training, useful=5 - number, different=f"Text {number}", name="")
        shown = feedback.feedback_on(training)
        if number < 2:
            assert (shown.is_hidden, shown.shares, shown.texts, shown.answered) == (True, [], [], number + 1)
    assert [number for _word, number in shown.shares] == [1, 1, 1, 0, 0]
    assert (shown.useful, [row.different for row in shown.texts]) == (2, ["Text 0", "Text 1", "Text 2"])


def test_who_gave_a_name_is_read_at_once(consortium):
    training = consortium.training()
    factories.make_feedback(training, different="I call first.", name="Ann Example")
    factories.make_feedback(training, different="I ask more.")
    assert [row.different for row in feedback.feedback_on(training).texts] == ["I call first."]


def test_only_those_who_run_the_group_read_feedback(consortium, as_):
    training = consortium.training(at=now())
    for number in range(3):
        factories.make_feedback_link(training, name=f"Secret Learner {number}")
        factories.make_feedback(training, different=f"{hostile.text()} {number}")
    address = training.meeting.get_absolute_url()
    page = as_("staff").get(address).content.decode()
    assert "3 of 3 answered" in page
    assert "Secret Learner" not in page
    assert hostile.traces(page) == []
    assert may(consortium.manager, "meetings.plan_meetings", consortium.group) is False
    assert "Feedback</h3>" not in as_("manager").get(address).content.decode()
