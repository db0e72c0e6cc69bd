"""The trainings of the sample's consortium: topic, who teaches, who came, what they said, and whether staff use it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from meetings.models import (
    Training,
    TrainingCount,
    TrainingFeedback,
    TrainingFollowUp,
    TrainingProgram,
    TrainingTeacher,
)
from meetings.sample.actions import People
from meetings.sample.told import IN_FULL, Facts, Held, Told, keep_all
from partners.models import Partnership, Program
from partners.sample.past import Step
from partners.sample.story import dice

PLANNED = timedelta(days=40)  # before a training
FOR_WHOM = "Front-desk staff and case managers of all partners"
ASKED = 60  # days after a training
USES = ("yes", "yes", "partly", "yes", "no")
OPEN = {"uses": "", "comment": "", "answered_at": None, "answered_name": "", "answered_by_id": None, "via": ""}
COMMENTS = {"no": "Two new people have not had it yet.", "partly": "The morning shift does.", "yes": ""}


def load(told: Told, people: People) -> None:
    """Add the trainings of the consortium."""
    story = told.story
    held = [each for each in told.held[:IN_FULL] if each.items]
    known = [(each.meeting, each.items[0][1]) for each in held]
    known += [(item.meeting, facts) for item, facts in told.coming_items if item.meeting]
    trainings = [Training(meeting=meeting, **_facts(facts)) for meeting, facts in known]
    at = {id(row): row.meeting.starts_at - PLANNED for row in trainings}
    keep_all(story, [(row, min(at[id(row)], told.now)) for row in trainings])
    programs = {program.code: program for program in Program.objects.all()}
    links = [
        (TrainingProgram(training=row, program=programs[code]), min(at[id(row)], told.now))
        for row, (_meeting, facts) in zip(trainings, known, strict=True)
        for code in facts["programs"]
    ]
    keep_all(story, links)
    teachers = [
        (TrainingTeacher(training=row, partnership=partner), min(at[id(row)], told.now))
        for row, (_meeting, facts) in zip(trainings, known, strict=True)
        if (partner := people.by_name[facts["owner"]][2])
    ]
    keep_all(story, teachers)
    past = list(zip(held, trainings, strict=False))
    keep_all(story, [(row, each.after(1)) for each, training in past for row in _counts(each, training)])
    TrainingFeedback.objects.bulk_create([row for each, training in past for row in _feedback(each, training)])
    _follow_up(told, past)


def _facts(facts: Facts) -> Facts:
    return {
        "topic": facts["title"], "learning": facts["learning"], "for_whom": FOR_WHOM, "teacher_name": facts["owner"],
    }  # fmt: skip


def _partners(held: Held) -> list[Partnership]:
    return [row.partnership for row in held.roll if row.was_there and row.partnership]


def _counts(held: Held, training: Training) -> Iterator[TrainingCount]:
    for partner in _partners(held):
        if staff := dice(f"staff {partner} {held.day}", 6):
            yield TrainingCount(training=training, partnership=partner, staff=staff)


def _feedback(held: Held, training: Training) -> Iterator[TrainingFeedback]:
    if held.after(2) > held.of.now:
        return
    said = held.of.facts["feedback"]
    for number in range(dice(f"feedback {held.day}", 6) + 5):
        useful = 5 - dice(f"useful {number} {held.day}", 4) // 2
        yield TrainingFeedback(
            training=training, useful=useful, different=said[(number + held.number) % len(said)], name=""
        )


def _follow_up(told: Told, past: Sequence[tuple[Held, Training]]) -> None:
    """Ask the partners two months later; most have answered."""
    rows, steps = [], {}
    for held, training in past:
        asked_at = held.after(ASKED, 8)
        if asked_at > told.now:
            continue
        for partner in _partners(held):
            about = f"{partner} {held.day}"
            row = TrainingFollowUp(training=training, partnership=partner, asked_on=asked_at.date())
            answered_at = asked_at + timedelta(days=1 + dice(f"answers {about}", 12))
            if answered_at < told.now and dice(f"silent {about}", 8):
                row.uses = USES[dice(f"uses {about}", len(USES))]
                row.comment, row.answered_at, row.via = COMMENTS[row.uses], answered_at, TrainingFollowUp.Via.PAGE
                member = next(each for each in held.roll if each.partnership == partner)
                row.answered_name, row.answered_by = member.name, member.member.user if member.member else None
                steps[id(row)] = [Step(answered_at, row.answered_by, OPEN)]
            rows.append((row, asked_at))
    keep_all(told.story, rows, steps)
