"""The questions between partners in the sample."""

from datetime import date

from meetings.assistance.reading import figures_of
from meetings.models import Question, QuestionEntry
from onestop.history.reading import changes_of
from tests.partners.sample.contents.conftest import TODAY


def test_most_questions_are_answered_and_one_is_overdue(riverbend):
    rows = Question.objects.filter(area=riverbend)
    noon = next(iter(rows.order_by("-asked_at"))).asked_at
    figures = figures_of(rows, riverbend, noon.replace(year=TODAY.year, month=TODAY.month, day=TODAY.day))
    assert (figures.open, figures.overdue, figures.answered) == (3, 1, 3)
    assert figures.median_days
    assert figures.median_days < 10


def test_questions_and_answers_were_written_in_working_hours_with_a_history(riverbend):
    for entry in QuestionEntry.objects.filter(question__area=riverbend).select_related("question"):
        assert entry.question.asked_at < entry.at
    answered = Question.objects.filter(area=riverbend, status="answered").earliest("asked_at")
    assert changes_of(answered).version
    assert answered.asked_at.date() > date(2025, 1, 1)
