"""Questions of an import, "is it this one?", and the answers that an area has given so far."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.planning import Options, Outcome, PlannedRow, ReadRow
from partners.importing.similar_names import Similar
from partners.models import ImportAnswer, LocalArea

LONGEST_KEY = 300


@dataclass(frozen=True)
class Question:
    """A name of a file, the saved things that it may mean, and the answer so far."""

    key: str
    name: str
    similar: tuple[Similar, ...]
    is_answered: bool = False
    target: int | None = None  # the thing that it means; ``None`` for a new one

    def as_json(self) -> dict[str, Any]:
        """Return the values to store with the row."""
        candidates = [{"pk": one.pk, "name": one.name, "why": one.why} for one in self.similar]
        answer = (self.target or 0) if self.is_answered else None
        return {"key": self.key, "name": self.name, "candidates": candidates, "answer": answer}


def key_of(what: str, name: str) -> str:
    """Return the key of a name: the same for its other spellings."""
    return f"{what}:{cells.key(name)}"[:LONGEST_KEY]


class Answers:
    """The answers of an area, and the questions that rows of this file ask."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read the answers with one query."""
        self._targets = dict(ImportAnswer.objects.filter(area=area).values_list("key", "target_id"))
        self._options = options
        self._lines: dict[str, int] = {}  # the row that asks, by key

    def ask(self, key: str, name: str, similar: Iterable[Similar], known: Container[int]) -> Question | None:
        """Return the question about a name, perhaps answered; ``None`` if it means nothing that is saved.

        :param known: the ids that an answer may have; one that is gone is asked again.
        """
        similar = tuple(similar)
        if key in self._targets and (self._targets[key] is None or self._targets[key] in known):
            return Question(key, name, similar, True, self._targets[key])
        if not similar:
            return None
        return Question(key, name, similar, is_answered=self._options.similar_are_new)

    def hold(self, question: Question, row: ReadRow, title: str) -> PlannedRow:
        """Return the plan of a row that waits for an answer; each question is asked once in a file."""
        line = self._lines.setdefault(question.key, row.line)
        names = join_words(f"“{one.name}”" for one in question.similar)
        if line == row.line:
            reason = _("Is “%(name)s” the same as %(names)s? Answer to import this row.")
        else:
            reason = _("It waits for the answer to the question of row %(row)s about “%(name)s”.")
        said = reason % {"name": question.name, "names": names, "row": line}
        planned = PlannedRow(row.line, title[:250], Outcome.SKIP, reasons=[said])
        planned.question = question.as_json() if line == row.line else {}
        return planned

    def keep(self, question: Question | None, planned: PlannedRow) -> PlannedRow:
        """Show an answered question with the first row that it was about, so that the answer can be changed."""
        if question and question.similar and self._lines.setdefault(question.key, planned.line) == planned.line:
            planned.question = question.as_json()
        return planned


@transaction.atomic
def save_answers(area: LocalArea, answers: Mapping[str, tuple[str, int | None]], *, by: Any, at: datetime) -> None:
    """Remember what names mean, by their keys: the name and the id of the thing, or ``None`` for a new one."""
    rows = [
        ImportAnswer(area=area, key=key, name=name[:250], target_id=target, by=by, at=at)
        for key, (name, target) in answers.items()
    ]
    updated = ["name", "target_id", "by", "at"]
    ImportAnswer.objects.bulk_create(rows, update_conflicts=True, unique_fields=["area", "key"], update_fields=updated)
