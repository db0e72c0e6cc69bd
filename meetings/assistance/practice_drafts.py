"""Answered questions as drafts of practices: a person completes the form before anything is shared."""

from collections.abc import Mapping
from typing import Any

from meetings.models import Question
from partners.models import LocalArea
from partners.practices.drafts import register_drafts

SOURCE = "question"


def register() -> None:
    """Offer answered questions as drafts."""
    register_drafts(SOURCE, find_answered)


def find_answered(area: LocalArea, user: Any, pk: int) -> Mapping[str, Any] | None:
    """Return the values of the form for an answered question that is not private, if the person may read it."""
    rows = Question.objects.visible_to(user).filter(status=Question.Status.ANSWERED, is_private=False)
    question = rows.filter(area=area, pk=pk).with_names().first()
    if question is None or question.solution is None:
        return None
    answered = question.solution.partnership_id
    return {
        "title": question.subject,
        "situation": question.question,
        "did": question.solution.text,
        "happened_on": question.solution.at.astimezone(area.zone).date().replace(day=1),
        "partners": [answered] if answered else [],
        "programs": list(question.program_links.values_list("program", flat=True)),
    }
