"""Questions that partners of the sample ask each other, with their answers."""

from collections.abc import Sequence
from datetime import timedelta

from meetings.models import Question, QuestionEntry, QuestionProgram
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
    for facts in read("questions")["questions"]:
        at = story.at(story.today - timedelta(days=facts["asked"]), 9)
        question = Question.objects.create(
            area=story.area, subject=facts["subject"], question=facts["question"],
            asker=people.partners[facts["asker"]], asked_by=people.by_name[facts["by"]][0], asked_name=facts["by"],
            asked_at=at, to_partnership=people.partners.get(facts.get("to", "")),
            to_group=by_name.get(facts.get("to_group", "")), due_on=story.today + timedelta(days=facts["due"]),
        )  # fmt: skip
        links = [QuestionProgram(question=question, program=programs[code]) for code in facts.get("programs", ())]
        keep_all(story, [(link, at) for link in links])
        entries = [_entry(story, question, one, people) for one in facts.get("entries", ())]
        keep_all(story, [(entry, entry.at) for entry in entries])
        steps = list(_answer(question, entries, is_answered=facts.get("answered", False)))
        question.save()
        story.past.add(question, at=at, by=question.asked_by, steps=steps)


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
