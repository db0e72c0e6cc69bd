"""Questions between the partners of the sample: most are answered, one is overdue, one has an answer to review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from meetings.assistance.working_days import working_day_after
from meetings.models import Group, Question, QuestionEntry
from meetings.sample.groups import Plan
from onestop.accounts.models import User
from partners.models import Partnership
from partners.notices.audiences import people_of_partners
from partners.sample.area_story import AreaStory

STAFF, CONSORTIUM = "staff", "consortium"


@dataclass(frozen=True)
class Told:
    """One question: who asks (a partner by its number, or the staff), who is asked, and what became of it."""

    asker: int | str
    to: int | str
    days_ago: int
    subject: str
    question: str
    answer: str = ""
    answered_after: int = 0  # days
    accepted: bool = True


TOLD = (
    Told(
        0, 1, 212, "Interpreter for an intake on short notice",
        "A customer who speaks only Tigrinya came without an appointment. Whom do you call on the same day?",
        "We share the phone line of the county hospital: any partner may use our account. The card with the number and "
        "the code is at the front desk. A call costs about 70 cents a minute, and we pay it.", 3,
    ),
    Told(
        2, STAFF, 171, "Who pays for tests of high school equivalency?",
        "Two of our students could take the test this month, and our fund is used up. Is there another one?",
        "Youth and adult funds both pay for it as a supportive service, if it is in the plan of the customer. Send the "
        "referral with “test fee” in the subject, and we answer on the next day.", 6,
    ),
    Told(
        3, CONSORTIUM, 128, "A short training on screen readers",
        "Our new front-desk staff has never helped somebody with a screen reader. Who can show them the basics?",
        "The vocational rehabilitation staff teach it twice a year, 45 minutes at the center. The next date is on the "
        "list of trainings, and two places are free.", 8,
    ),
    Told(
        4, 0, 96, "Release of information: yours or ours?",
        "We were told that one release is enough for all partners. Which version do you accept?",
        "The joint one of the umbrella agreement. We keep it for a year. Older ones of your agency only count for you.",
        12,
    ),
    Told(
        1, 5, 61, "Proof of income for people without a bank account",
        "What do you accept from customers who are paid in cash?",
        "A signed statement of the employer, or our form for self-attestation with two witnesses.", 5,
    ),
    Told(
        5, STAFF, 33, "Room for a hiring event in the evening",
        "Can we have the large room until 8 PM, and who locks up?",
        "Yes, with a week of notice. The security service locks up: tell us the hours, and we order it.", 2,
    ),
    Told(
        6, 2, 21, "Referrals that come back without a reason",
        "Three of our referrals were closed as “not eligible”. What do we miss?",
    ),
    Told(
        0, 3, 9, "Bus passes between counties",
        "Can your bus passes be used to come to our classes across the county line?",
        "Those with the green stripe, yes. Ask for them by the name “regional”.", 5, accepted=False,
    ),
    Told(
        STAFF, 4, 4, "Hours of your staff over the holidays",
        "Who is on site between December 24 and January 2? We print the plan on Friday.",
    ),
    Told(
        7, CONSORTIUM, 2, "Training on trauma-informed interviews",
        "We would like to host one in spring. Who has taught it, and how many staff would come?",
    ),
)  # fmt: skip


def load(story: AreaStory, made: Sequence[tuple[Plan, Group]]) -> None:
    """Add the questions with their answers."""
    groups = [group for _plan, group in made if group.kind == Group.Kind.CONSORTIUM]
    people = people_of_partners(story.partners)
    for told in TOLD:
        numbers = [each for each in (told.asker, told.to) if isinstance(each, int)]
        if max(numbers) < len(story.partners) and (groups or told.to != CONSORTIUM):
            _load(story, told, groups[0] if groups else None, people)


def _load(story: AreaStory, told: Told, group: Group | None, people: dict[int, list[User]]) -> None:
    asker, to = (story.partners[each] if isinstance(each, int) else None for each in (told.asker, told.to))
    asked_on = story.today - timedelta(days=told.days_ago)
    person = _person(story, asker, people)
    question = Question(
        area=story.area, subject=told.subject, question=told.question, asker=asker, to_partnership=to,
        to_group=group if told.to == CONSORTIUM else None, asked_by=person, asked_name=person.name,
        asked_at=story.at(asked_on), due_on=working_day_after(story.area, asked_on),
        status=Question.Status.REPLIED if told.answer else Question.Status.WAITING,
    )  # fmt: skip
    story.keep([question], question.asked_at)
    if not told.answer:
        return
    at = story.at(asked_on + timedelta(days=told.answered_after), 15)
    who = _person(story, to, people)
    answer = QuestionEntry(
        question=question, kind=QuestionEntry.Kind.ANSWER, text=told.answer, partnership=to, by=who, name=who.name,
        at=at,
    )  # fmt: skip
    story.keep([answer], at)
    if told.accepted:
        _accept(story, question, answer, person)


def _accept(story: AreaStory, question: Question, answer: QuestionEntry, person: User) -> None:
    at = answer.at + timedelta(hours=18)
    question.status, question.solution, question.answered_at = Question.Status.ANSWERED, answer, answer.at
    question.save(update_fields=["status", "solution", "answered_at"])
    story.past.add_last(question, at=at, by=person)
    accepted = QuestionEntry(
        question=question, kind=QuestionEntry.Kind.ACCEPTED, partnership=question.asker, by=person, name=person.name,
        at=at,
    )  # fmt: skip
    story.keep([accepted], at)


def _person(story: AreaStory, partner: Partnership | None, people: dict[int, list[User]]) -> User:
    found = people.get(partner.pk, []) if partner else []
    return found[0] if found else story.staff
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
