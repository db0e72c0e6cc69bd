"""Two months after a training: which partners are asked, by whom they answer, who is reminded, and to-do items."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Training, TrainingFollowUp, TrainingFollowUpLink
from meetings.notices.trainings import REMINDER
from meetings.tasks import ask_about_trainings
from meetings.trainings import follow_ups
from meetings.trainings.facts import CannotKeepTraining
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.notify import notify_many
from onestop.ui.todo import For, TodoPlace, todo_items
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import mails
from tests.meetings.training_world import NOW, Consortium, make_consortium

AGO = timedelta(days=61)
YES = {"uses": "yes", "comment": "The desk asks now."}


@pytest.fixture
def consortium(area, partner, neighbor_partner, cast) -> Consortium:
    found = make_consortium(area, partner, neighbor_partner, cast)
    factories.make_representative(partner, cast["manager"])
    factories.make_representative(partner, name="Alt Ernate", email="alt@mill.example", kind="alternate")
    return found


def held(consortium: Consortium, ago: timedelta = AGO, *, at: Any = NOW, staff: int = 4) -> Training:
    training = consortium.training(ago, at=at)
    factories.make_training_count(training, consortium.partner, staff)
    return training


def ask(consortium: Consortium, **more: Any) -> TrainingFollowUp:
    """Return the partner's question about a training that was held two months ago."""
    held(consortium, **more)
    follow_ups.ask_all(at=more.get("at", NOW))
    return TrainingFollowUp.objects.get()


def remind(at: Any) -> set[str]:
    before = {notice.pk for notice in mails("training_")}
    notify_many(list(REMINDER.planner().plan(at)), at=at)
    return {notice.to for notice in mails("training_") if notice.pk not in before}


# ---------------------------------------------------------------- Asking
def test_each_partner_that_took_part_is_asked_once_after_sixty_days(consortium):
    training = held(consortium, timedelta(days=59))
    assert follow_ups.ask_all(at=NOW) == 0
    assert follow_ups.ask_all(at=NOW + timedelta(days=2)) == 1
    assert follow_ups.ask_all(at=NOW + timedelta(days=3)) == 0
    factories.make_training_count(training, consortium.neighbor)  # counted late
    assert follow_ups.ask_all(at=NOW + timedelta(days=4)) == 1
    emails = set(TrainingFollowUpLink.objects.values_list("email", flat=True))
    assert emails == {consortium.manager.email, "alt@mill.example"}


@pytest.mark.parametrize("what", ["nobody came", "canceled", "long ago", "partner left"])
def test_who_is_not_asked(consortium, what):
    training = held(
        consortium, timedelta(days=130) if what == "long ago" else AGO, staff=0 if what == "nobody came" else 3
    )
    if what == "canceled":
        training.meeting.status, training.meeting.reason = "canceled", "Flu"
        training.meeting.save()
    if what == "partner left":
        consortium.partner.status = "ended"
        consortium.partner.save()
    assert follow_ups.ask_all(at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_ask_once(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    training = held(consortium)
    assert second_waits_for(
        lambda: follow_ups.ask_partners(training, by=None, at=NOW),
        lambda: follow_ups.ask_partners(training, by=None, at=NOW),
    ) == 0  # fmt: skip
    assert TrainingFollowUp.objects.count() == 1


def test_the_task_asks(consortium):
    held(consortium, at=now())
    ask_about_trainings()
    assert TrainingFollowUp.objects.count() == 1


# ---------------------------------------------------------------- Reminding
def test_representatives_are_reminded_twice_and_then_those_who_run_the_group_are_told(consortium):
    asked = ask(consortium)
    everyone = {consortium.manager.email, "alt@mill.example"}
    assert remind(NOW + timedelta(days=1)) == everyone
    assert remind(NOW + timedelta(days=2)) == set()
    assert remind(NOW + timedelta(days=16)) == everyone
    assert remind(NOW + timedelta(days=31)) == {consortium.staff.email}
    assert mails("training_unanswered")[0].text.count("has not answered") == 1
    follow_ups.answer_follow_up(asked, facts=YES, by=consortium.manager, at=NOW)
    assert remind(NOW + timedelta(days=60)) == set()


def test_a_partner_that_left_is_not_reminded(consortium):
    ask(consortium)
    consortium.partner.status = "ended"
    consortium.partner.save()
    assert remind(NOW + timedelta(days=1)) == set()


# ---------------------------------------------------------------- Answering
def page_of(link: TrainingFollowUpLink) -> str:
    return reverse("meetings:follow_up_by_link", args=[link.token])


def test_a_representative_answers_by_link_without_an_account(consortium, as_):
    asked = ask(consortium, at=now())
    link = asked.links.get(email="alt@mill.example")
    page = Client().get(page_of(link)).content.decode()
    assert "Staff of Millrace Adult Learning took part" in page
    answer = Client().post(page_of(link), {"comment": "Sometimes."})
    assert ("Choose an answer." in answer.content.decode(), "Sometimes." in answer.content.decode()) == (True, True)
    Client().post(page_of(link), {"uses": "partly", "comment": "Sometimes."})
    asked.refresh_from_db()
    assert (asked.uses, asked.answered_name, asked.via) == ("partly", "Alt Ernate", "link")
    page = as_("staff").get(asked.training.meeting.get_absolute_url()).content.decode()
    assert ("Sometimes." in page, "1 of 1 partners answered" in page) == (True, True)


def test_the_last_answer_of_a_partner_counts(consortium, as_):
    asked = ask(consortium, at=now())
    address = reverse("meetings:follow_up_answer", args=[asked.pk])
    as_("manager").post(address, YES)
    as_("colleague").post(address, {"uses": "no", "comment": "Nobody had time."})
    asked.refresh_from_db()
    assert (asked.uses, asked.comment, asked.via) == ("no", "Nobody had time.", "page")


def test_people_of_other_partners_neither_see_nor_answer_it(consortium, as_):
    asked = ask(consortium, at=now())
    assert as_("neighbor").get(asked.get_absolute_url()).status_code == 404
    assert as_("board").post(asked.get_absolute_url(), YES).status_code == 403


def test_a_partner_without_a_seat_in_the_group_answers_too(consortium, as_):
    training = consortium.training(AGO, at=now())
    factories.make_training_count(training, consortium.neighbor)
    follow_ups.ask_all(at=now())
    asked = TrainingFollowUp.objects.get()
    assert as_("neighbor").get(training.meeting.get_absolute_url()).status_code == 404
    assert as_("neighbor").post(asked.get_absolute_url(), YES).status_code == 302
    asked.refresh_from_db()
    assert asked.uses == "yes"


@pytest.mark.parametrize("what", ["expired", "partner left", "no longer speaks", "canceled"])
def test_a_link_ends_with_what_it_was_for(consortium, what):
    asked = ask(consortium, at=now())
    link = asked.links.get(email="alt@mill.example")
    if what == "expired":
        TrainingFollowUpLink.objects.update(asked_at=now() - timedelta(days=99), expires_at=now())
    elif what == "partner left":
        consortium.partner.archived_at = now()
        consortium.partner.save()
    elif what == "no longer speaks":
        link.representative.archived_at = now()
        link.representative.save()
    else:
        meeting = asked.training.meeting
        meeting.status, meeting.reason = "canceled", "Flu"
        meeting.save()
    assert Client().post(page_of(link), YES).status_code == 410
    with pytest.raises(LinkIsOver):
        follow_ups.answer_by_link(link, facts=YES, by=None, at=now())
    asked.refresh_from_db()
    assert asked.uses == ""


def test_nothing_is_answered_for_a_canceled_training_or_without_a_choice(consortium):
    asked = ask(consortium)
    with pytest.raises(CannotKeepTraining):
        follow_ups.answer_follow_up(asked, facts={"uses": "maybe"}, by=consortium.manager, at=NOW)
    meeting = asked.training.meeting
    meeting.status, meeting.reason = "canceled", "Flu"
    meeting.save()
    with pytest.raises(CannotKeepTraining, match="canceled"):
        follow_ups.answer_follow_up(asked, facts=YES, by=consortium.manager, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_of_a_partner_at_once_give_one_whole_answer(area, partner, neighbor_partner, cast):
    asked = ask(make_consortium(area, partner, neighbor_partner, cast))

    def answer(who: str, facts: dict[str, str]) -> TrainingFollowUp:
        return follow_ups.answer_follow_up(asked, facts=facts, by=cast[who], at=NOW)

    second_waits_for(
        lambda: answer("manager", YES), lambda: answer("colleague", {"uses": "no", "comment": "Nobody had time."})
    )
    asked.refresh_from_db()
    assert (asked.uses, asked.comment, asked.answered_by) == ("no", "Nobody had time.", cast["colleague"])


# ---------------------------------------------------------------- To-do items
def todo(role: For, consortium: Consortium, user: Any, after: timedelta = timedelta()) -> list[str]:
    place = TodoPlace(at=NOW + after, area=consortium.area, user=user)
    return [item.what for item in todo_items([role], place) if item.icon == "mortarboard"]


def test_the_partner_has_it_to_do_until_it_answers(consortium, cast):
    asked = ask(consortium)
    for role, who in ((For.MANAGER, "manager"), (For.REPRESENTATIVE, "colleague")):
        assert todo(role, consortium, cast[who]) == ["Do your staff use “How claims work”?"]
    assert todo(For.MANAGER, consortium, cast["neighbor"]) == []
    follow_ups.answer_follow_up(asked, facts=YES, by=cast["manager"], at=NOW)
    assert todo(For.MANAGER, consortium, cast["manager"]) == []


def test_those_who_run_the_group_have_it_when_it_is_overdue(consortium, cast):
    ask(consortium)
    late = timedelta(days=29)
    overdue = "1 partner has not said whether its staff use “How claims work”"
    assert todo(For.STAFF, consortium, cast["staff"]) == []
    assert todo(For.STAFF, consortium, cast["staff"], late) == [overdue]
    assert overdue not in todo(For.MANAGER, consortium, cast["neighbor"], late)
    factories.make_group_member(consortium.group, cast["neighbor"], role="facilitator")
    assert todo(For.MANAGER, consortium, cast["neighbor"], late) == [overdue]


def test_the_staff_are_asked_to_record_who_was_trained(consortium, cast):
    training = consortium.training(timedelta(days=3))
    assert todo(For.STAFF, consortium, cast["staff"]) == ["Record who was trained by “How claims work”"]
    training.recorded_at = NOW
    training.save()
    assert todo(For.STAFF, consortium, cast["staff"]) == []
