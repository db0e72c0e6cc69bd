"""Questions that partners of the sample ask each other, with their answers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from meetings.models import Group, Question, QuestionEntry, QuestionProgram
from meetings.sample.actions import People
from meetings.sample.told import Facts, Told, keep_all, read
from partners.models import Program
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

Status, Kind = Question.Status, QuestionEntry.Kind


def load(groups: Sequence[Told], people: People) -> None:
    """Add the questions with what was written about each."""
    story = groups[0].story
    by_name = {told.plan.name: told.series.group for told in groups}
    programs = {program.code: program for program in Program.objects.all()}
    told = read("questions")["questions"]
    rows = [_question(story, facts, people, by_name) for facts in told]
    Question.objects.bulk_create(rows)
    known = list(zip(rows, told, strict=True))
    links = [
        (QuestionProgram(question=row, program=programs[code]), row.asked_at)
        for row, facts in known
        for code in facts.get("programs", ())
    ]
    keep_all(story, links)
    entries = {row.pk: [_entry(story, row, one, people) for one in facts.get("entries", ())] for row, facts in known}
    keep_all(story, [(entry, entry.at) for some in entries.values() for entry in some])
    for row, facts in known:
        steps = _answer(row, entries[row.pk], is_answered=facts.get("answered", False))
        story.past.add(row, at=row.asked_at, by=row.asked_by, steps=steps)
    Question.objects.bulk_update(rows, ["status", "solution", "answered_at"])


def _question(story: AreaStory, facts: Facts, people: People, groups: Mapping[str, Group]) -> Question:
    return Question(
        area=story.area, subject=facts["subject"], question=facts["question"],
        asker=people.partners[facts["asker"]], asked_by=people.by_name[facts["by"]][0], asked_name=facts["by"],
        asked_at=story.at(story.today - timedelta(days=facts["asked"]), 9),
        to_partnership=people.partners.get(facts.get("to", "")), to_group=groups.get(facts.get("to_group", "")),
        due_on=story.today + timedelta(days=facts["due"]),
    )  # fmt: skip


def _entry(story: AreaStory, question: Question, facts: Facts, people: People) -> QuestionEntry:
    user, _address, partner = people.by_name[facts["by"]]
    at = story.at(story.today - timedelta(days=facts["at"]), 14)
    return QuestionEntry(
        question=question, kind=facts["kind"], text=facts.get("text", ""), partnership=partner, by=user,
        name=facts["by"], at=at,
    )  # fmt: skip


def _answer(question: Question, entries: Sequence[QuestionEntry], *, is_answered: bool) -> Sequence[Step]:
    """Set what became of a question; return the step by which it did."""
    answers = [entry for entry in entries if entry.is_answer]
    if is_answered:
        last = entries[-1]
        question.status, question.solution, question.answered_at = Status.ANSWERED, answers[-1], last.at
        was = {"status": Status.REPLIED, "solution_id": None, "answered_at": None}
        first = Step(answers[-1].at, answers[-1].by, {"status": Status.WAITING})
        return [first, Step(last.at, last.by, was)]
    if answers:
        question.status = Status.REPLIED
        return [Step(answers[-1].at, answers[-1].by, {"status": Status.WAITING})]
    return []
