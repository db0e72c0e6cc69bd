"""Questions between partners: who may ask, read and answer; accepted, withdrawn, passed on; bad input and races."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from meetings.assistance import answers, dates, questions
from meetings.assistance.refusals import CannotAsk
from meetings.assistance.working_days import working_day_after, working_days_between
from meetings.models import Question, QuestionEntry
from meetings.notices.questions import REMINDER
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices import planners
from onestop.notices.models import Notice
from partners.models import LocalArea, Membership, Role
from partners.network.partnerships import archive_partner
from partners.practices.drafts import find_draft
from tests import factories
from tests.at_once import second_waits_for

NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)  # a Monday
TODAY = NOW.date()
SOON = TODAY + timedelta(days=14)
TEXT = "We share a phone line with the hospital."


@pytest.fixture
def ask(area, partner, neighbor_partner, cast):
    def ask(**more: Any) -> Question:
        given = {
            "subject": "Interpreter", "question": "Whom do you call on the same day?", "asker": partner,
            "to_partnership": neighbor_partner, "due_on": SOON,
        }  # fmt: skip
        return questions.ask_question(area, facts=given | more, by=cast["manager"], at=NOW)

    return ask


@pytest.fixture
def question(ask) -> Question:
    return ask()


def reply(question: Question, by: Any, **more: Any) -> QuestionEntry:
    given: dict[str, Any] = {"text": TEXT, "at": NOW}
    return answers.answer_question(question, **given | more, by=by)


def told(kind: str = "") -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith=f"meetings.question_{kind}").order_by("pk")
    return [
        (notice.kind.removeprefix("meetings.question_"), notice.recipient.name) for notice in rows if notice.recipient
    ]


def reading(cast: Any, question: Question) -> set[str]:
    return {who for who, user in cast.items() if Question.objects.visible_to(user).filter(pk=question.pk).exists()}


# ---------------------------------------------------------------- Ask
def test_who_is_asked_gets_an_email_with_a_link_to_the_question(question, cast):
    [notice] = Notice.objects.filter(kind="meetings.question_asked")
    assert (notice.to, "Interpreter" in notice.subject) == (cast["neighbor"].email, True)
    assert question.get_absolute_url() in notice.text


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "has passed"), (366, "more than a year")], ids=["past", "too far ahead"]
)
def test_the_answer_date_is_neither_past_nor_more_than_a_year_ahead(ask, days, words):
    with pytest.raises(CannotAsk, match=words) as refused:
        ask(due_on=TODAY + timedelta(days=days))
    assert refused.value.field == "due_on"
    assert ask(due_on=TODAY + timedelta(days=365)).pk
    assert ask(due_on=TODAY).pk


def test_a_partner_asks_neither_itself_nor_one_that_has_left_nor_one_of_another_area(
    ask, partner, neighbor_partner, other_area, cast
):
    with pytest.raises(CannotAsk, match="itself"):
        ask(to_partnership=partner)
    [elsewhere] = other_area.partnerships.all()
    with pytest.raises(CannotAsk, match="any more"):
        ask(to_partnership=elsewhere)
    archive_partner(neighbor_partner, by=cast["staff"], at=NOW)
    with pytest.raises(CannotAsk, match="Crosswalk Legal Aid is not a partner") as refused:
        ask()
    assert refused.value.field == "to"


def test_a_text_that_may_identify_a_customer_is_confirmed_first(ask, area, cast, partner, neighbor_partner):
    with pytest.raises(CannotAsk, match="looks like a name with an age"):
        ask(question="Maria Lopez, 34, needs an interpreter.")
    facts = {
        "subject": "Help", "question": "Call (555) 010-0142?", "asker": partner, "to_partnership": neighbor_partner,
        "due_on": SOON,
    }  # fmt: skip
    assert questions.ask_question(area, facts=facts, vouched=True, by=cast["manager"], at=NOW).pk


def test_the_training_consortium_is_asked_through_its_members_and_the_staff_if_it_has_none(ask, area, cast):
    group = factories.make_group(area, kind="consortium", name="Training consortium")
    ask(to_partnership=None, to_group=group)
    assert told() == [("asked", "Dana Whitcomb")]
    factories.make_group_member(group, cast["outsider"])
    asked = ask(to_partnership=None, to_group=group)
    assert told()[1:] == [("asked", cast["outsider"].name)]
    assert "outsider" in reading(cast, asked)


def test_ten_working_days_leave_out_weekends_and_holidays(area):
    assert working_day_after(area, TODAY) == TODAY + timedelta(days=14)
    factories.make_holiday(area, day=TODAY + timedelta(days=2))
    assert working_day_after(area, TODAY) == TODAY + timedelta(days=15)
    assert working_days_between(TODAY, TODAY + timedelta(days=14), {TODAY + timedelta(days=2)}) == 9


def test_the_longest_names_and_subjects_fit_into_notices(ask, area, partner, cast):
    other = factories.make_partnership(area, name="N" * 200)
    factories.seat(Role.MANAGER, other, cast["outsider"])
    partner.organization.name = "M" * 200
    partner.organization.save()
    question = ask(subject="S" * 150, to_partnership=other)
    answer = reply(question, cast["outsider"], speaker=other)
    answers.accept_answer(answer, by=cast["manager"], at=NOW)
    questions.reopen_question(question, text="Again.", due_on=SOON, by=cast["manager"], at=NOW)
    move(question, cast, 7, by_asker=False)
    planners.run(REMINDER.planner(), at=NOW + timedelta(days=30))
    questions.reassign_question(question, reason="R" * 300, by=cast["staff"], at=NOW)
    assert {kind for kind, _name in told()} == {"asked", "answered", "changed", "overdue"}


# ---------------------------------------------------------------- Who reads it
def test_those_concerned_staff_and_board_read_an_open_question_and_all_partners_an_answered_one(question, cast):
    factories.seat(Role.MANAGER, factories.make_partnership(question.area), cast["outsider"])
    concerned = {"staff", "manager", "colleague", "neighbor", "board"} | {"state"} & cast.keys()
    assert reading(cast, question) == concerned
    answers.accept_answer(reply(question, cast["neighbor"]), by=cast["manager"], at=NOW)
    assert reading(cast, question) == concerned | {"outsider"}


def test_a_private_question_stays_with_those_concerned_and_the_staff(ask, cast):
    factories.seat(Role.MANAGER, factories.make_partnership(cast["staff"].memberships.get().area), cast["outsider"])
    question = ask(is_private=True)
    answers.accept_answer(reply(question, cast["neighbor"]), by=cast["manager"], at=NOW)
    assert reading(cast, question) == {"staff", "manager", "colleague", "neighbor"} | {"state"} & cast.keys()


def test_a_question_stays_with_the_organization_when_the_person_who_asked_leaves(question, cast, partner):
    Membership.objects.filter(user=cast["manager"]).update(ended_at=NOW)
    factories.seat(Role.MANAGER, partner, cast["outsider"])
    reply(question, cast["neighbor"])
    assert told("answered") == [("answered", cast["outsider"].name)]
    assert reading(cast, question) & {"manager", "outsider"} == {"outsider"}


# ---------------------------------------------------------------- Answer and accept
def test_several_answers_are_kept_and_the_asker_says_which_one_it_is(question, cast):
    first = reply(question, cast["neighbor"])
    second = reply(question, cast["staff"], known=first.pk, text="Call the county.")
    assert told("answered") == [("answered", "Joel Abara")] * 2
    answers.accept_answer(second, by=cast["manager"], at=NOW)
    question.refresh_from_db()
    assert (question.status, question.solution, question.answered_at) == ("answered", second, second.at)
    assert ("changed", "Bea Norling") in told()


def test_an_answer_is_accepted_once_and_no_other_one_after_it(question, cast):
    first = reply(question, cast["neighbor"])
    second = reply(question, cast["neighbor"], known=first.pk)
    for _ in range(2):
        answers.accept_answer(first, by=cast["manager"], at=NOW)
    assert question.entries.filter(kind="accepted").count() == 1
    with pytest.raises(CannotAsk, match="is answered"):
        answers.accept_answer(second, by=cast["manager"], at=NOW)


def test_who_did_not_read_the_last_entry_is_told_so(question, cast):
    reply(question, cast["neighbor"])
    with pytest.raises(CannotAsk, match="Bea Norling wrote meanwhile"):
        reply(question, cast["staff"])


def test_a_withdrawn_question_is_not_answered_any_more(question, cast):
    answer = reply(question, cast["neighbor"])
    questions.withdraw_question(question, reason="We found it.", by=cast["manager"], at=NOW)
    with pytest.raises(CannotAsk, match="Joel Abara withdrew this question on"):
        reply(question, cast["neighbor"], known=answer.pk)
    with pytest.raises(CannotAsk, match="withdrew"):
        answers.accept_answer(answer, by=cast["manager"], at=NOW)
    with pytest.raises(CannotAsk, match="withdrew"):
        questions.withdraw_question(question, reason="Again.", by=cast["manager"], at=NOW)


def test_asking_further_waits_for_the_next_answer(question, cast):
    with pytest.raises(CannotAsk, match="Nobody has answered"):
        answers.ask_further(question, text="And?", due_on=SOON, by=cast["manager"], at=NOW)
    answer = reply(question, cast["neighbor"])
    answers.ask_further(question, text="At night?", due_on=SOON, known=answer.pk, by=cast["manager"], at=NOW)
    question.refresh_from_db()
    assert question.status == "waiting"
    assert told("asked") == [("asked", "Bea Norling")] * 2


@pytest.mark.parametrize("how", ["answered", "withdrawn"])
def test_an_answered_or_withdrawn_question_is_reopened_and_the_staff_asked_if_the_partner_has_left(
    question, cast, neighbor_partner, how
):
    if how == "answered":
        answers.accept_answer(reply(question, cast["neighbor"]), by=cast["manager"], at=NOW)
    else:
        questions.withdraw_question(question, reason="No need.", by=cast["manager"], at=NOW)
    archive_partner(neighbor_partner, by=cast["staff"], at=NOW)
    with pytest.raises(CannotAsk, match="has passed"):
        questions.reopen_question(question, text="Again.", due_on=TODAY - timedelta(1), by=cast["manager"], at=NOW)
    questions.reopen_question(question, text="It changed.", due_on=SOON, by=cast["manager"], at=NOW)
    question.refresh_from_db()
    assert (question.status, question.solution, question.to_partnership) == ("waiting", None, None)
    assert told("asked")[-1] == ("asked", "Dana Whitcomb")
    with pytest.raises(CannotAsk, match="open already"):
        questions.reopen_question(question, text="Again.", due_on=SOON, by=cast["manager"], at=NOW)


# ---------------------------------------------------------------- Pass on, move the date, correct
def test_staff_pass_a_question_on_and_all_concerned_hear_of_it(question, cast, area):
    other = factories.make_partnership(area, name="Harbor Housing")
    factories.seat(Role.MANAGER, other, cast["outsider"])
    Notice.objects.all().delete()
    questions.reassign_question(question, to_partnership=other, reason="They know.", by=cast["staff"], at=NOW)
    assert set(told()) == {("asked", cast["outsider"].name), ("changed", "Bea Norling"), ("changed", "Joel Abara")}
    assert "neighbor" not in reading(cast, question)
    with pytest.raises(CannotAsk, match="asked already"):
        questions.reassign_question(question, to_partnership=other, by=cast["staff"], at=NOW)


def test_a_question_is_not_passed_on_to_its_asker_or_to_a_partner_that_left(question, cast, partner, area):
    with pytest.raises(CannotAsk, match="itself"):
        questions.reassign_question(question, to_partnership=partner, by=cast["staff"], at=NOW)
    gone = factories.make_partnership(area, archived_at=NOW)
    with pytest.raises(CannotAsk, match="any more"):
        questions.reassign_question(question, to_partnership=gone, by=cast["staff"], at=NOW)


def move(question: Question, cast: Any, days: int, *, by_asker: bool) -> Question:
    by, on = cast["manager" if by_asker else "neighbor"], SOON + timedelta(days=days)
    return dates.move_date(question, on=on, reason="We are away.", by_asker=by_asker, by=by, at=NOW)


@pytest.mark.parametrize(("by_asker", "days", "at_once"), [(True, 7, True), (False, -7, True), (False, 7, False)])
def test_the_answer_date_moves_at_once_only_if_that_burdens_nobody_else(question, cast, by_asker, days, at_once):
    move(question, cast, days, by_asker=by_asker)
    question.refresh_from_db()
    assert (question.due_on != SOON, question.proposed_on is None) == (at_once, at_once)


def test_a_proposed_answer_date_is_agreed_to_once_and_the_agreement_is_recorded(question, cast):
    move(question, cast, 7, by_asker=False)
    on = SOON + timedelta(days=7)
    with pytest.raises(CannotAsk, match="Another day is proposed"):
        dates.agree_to_date(question, on=SOON, by=cast["manager"], at=NOW)
    for _ in range(2):
        dates.agree_to_date(question, on=on, by=cast["manager"], at=NOW)
    question.refresh_from_db()
    [agreed] = question.entries.filter(kind="date_moved")
    assert (question.due_on, agreed.name, agreed.on) == (on, "Joel Abara", on)


def test_a_declined_answer_date_stays_as_it_was(question, cast):
    move(question, cast, 7, by_asker=False)
    on = SOON + timedelta(days=7)
    dates.decline_date(question, on=on, by=cast["manager"], at=NOW)
    question.refresh_from_db()
    assert (question.due_on, question.proposed_on) == (SOON, None)
    with pytest.raises(CannotAsk, match="No other answer date"):
        dates.agree_to_date(question, on=on, by=cast["manager"], at=NOW)


def test_a_day_that_passed_meanwhile_is_not_agreed_to(question, cast):
    move(question, cast, 7, by_asker=False)
    later = NOW + timedelta(days=30)
    with pytest.raises(CannotAsk, match="has passed"):
        dates.agree_to_date(question, on=SOON + timedelta(days=7), by=cast["manager"], at=later)


def test_who_saves_a_question_second_learns_what_the_first_has_changed(question, cast):
    version = version_of(question, questions.EDITED)
    questions.update_question(question, facts={"subject": "One"}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        questions.update_question(question, facts={"subject": "Two"}, version=version, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- A practice
def test_an_answered_question_is_the_draft_of_a_practice_unless_it_is_private(question, cast, area, neighbor_partner):
    assert find_draft(area, cast["manager"], f"question-{question.pk}") == {}
    answer = reply(question, cast["neighbor"], speaker=neighbor_partner)
    answers.accept_answer(answer, by=cast["manager"], at=NOW)
    draft = find_draft(area, cast["board"], f"question-{question.pk}")
    assert (draft["title"], draft["did"], draft["partners"]) == ("Interpreter", TEXT, [neighbor_partner.pk])
    assert draft["happened_on"] == date(2026, 9, 1)
    assert find_draft(area, cast["stranger"], f"question-{question.pk}") == {}
    questions.update_question(question, facts={"is_private": True}, by=cast["manager"], at=NOW)
    assert find_draft(area, cast["manager"], f"question-{question.pk}") == {}


def test_the_form_of_a_practice_is_filled_from_an_answer(question, cast, as_, area):
    answers.accept_answer(reply(question, cast["neighbor"]), by=cast["manager"], at=NOW)
    url = reverse("partners:practice_add", args=[area.slug]) + f"?from=question-{question.pk}"
    detail = as_("manager").get(question.get_absolute_url()).content.decode()
    assert url in detail
    assert TEXT in as_("manager").get(url).content.decode()


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_is_told_to_read_the_first(question, cast):
    outcome = second_waits_for(lambda: reply(question, cast["neighbor"]), lambda: reply(question, cast["staff"]))
    assert isinstance(outcome, CannotAsk)
    assert question.entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_waits_for_a_withdrawal_and_is_refused(question, cast):
    outcome = second_waits_for(
        lambda: questions.withdraw_question(question, reason="Found.", by=cast["manager"], at=NOW),
        lambda: reply(question, cast["neighbor"], known=10**9),
    )
    assert isinstance(outcome, CannotAsk)
    assert "withdrew" in str(outcome)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_different_answers_at_once_accept_one(question, cast):
    first = reply(question, cast["neighbor"])
    second = reply(question, cast["neighbor"], known=first.pk)
    outcome = second_waits_for(
        lambda: answers.accept_answer(first, by=cast["manager"], at=NOW),
        lambda: answers.accept_answer(second, by=cast["colleague"], at=NOW),
    )
    assert isinstance(outcome, CannotAsk)
    question.refresh_from_db()
    assert question.solution == first


@pytest.mark.django_db(transaction=True)
def test_a_question_is_not_passed_on_to_a_partner_that_leaves_at_the_same_time(question, cast, area):
    leaving = factories.make_partnership(area)
    outcome = second_waits_for(
        lambda: archive_partner(leaving, by=cast["staff"], at=NOW),
        lambda: questions.reassign_question(question, to_partnership=leaving, by=cast["staff"], at=NOW),
    )
    assert isinstance(outcome, CannotAsk)
