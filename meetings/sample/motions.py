"""Motions of the sample with the votes of each seat, and what was decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from meetings.models import AgendaItem, Attendance, Decision, Minutes, Motion, Vote
from meetings.sample.told import IN_FULL, Facts, Held, Told, keep_all
from partners.sample.past import Step
from partners.sample.story import dice

State, Method, Cast = Motion.State, Motion.Method, Vote.Cast
MINUTE = timedelta(minutes=1)


@dataclass(eq=False)
class Moved:
    """A motion that is not saved yet, its votes, and the decision that it made."""

    held: Held
    motion: Motion
    votes: list[Vote] = field(default_factory=list)
    decision: Decision | None = None
    approves: Held | None = None  # the meeting whose minutes it approves


def move_all(groups: Sequence[Told]) -> list[Moved]:
    """Return all motions of the meetings of which all was recorded, not saved."""
    return [moved for told in groups for moved in _of_group(told)]


def _of_group(told: Told) -> Iterator[Moved]:
    waiting: list[Held] = []  # meetings whose minutes are not approved yet
    for held in reversed(told.held[:IN_FULL]):
        number = 0
        if not held.items or told.series.kind == "training":
            continue
        for item, facts in held.items:
            for moved in _of_item(held, item, facts, waiting):
                number += 1
                moved.motion.number = number
                yield moved
        waiting = [held] if held.has_quorum else [*waiting, held]


def _of_item(held: Held, item: AgendaItem, facts: Facts, waiting: Sequence[Held]) -> Iterator[Moved]:
    if not held.has_quorum:
        return
    if item.title.startswith("Minutes of"):
        for earlier in waiting:
            day = f"{earlier.day:%B} {earlier.day.day}, {earlier.day.year}"
            method = Method.VOICE if held.record.seats_needed else Method.CONSENT
            yield _moved(held, item, {"text": f"Approve the minutes of {day}.", "method": method}, approves=earlier)
    elif "motion" in facts:
        moved = _moved(held, item, facts["motion"])
        if moved.motion.state == State.CARRIED:
            moved.decision = _decision(held, item, facts, moved.motion)
        yield moved


def _moved(held: Held, item: AgendaItem, facts: Facts, approves: Held | None = None) -> Moved:
    voters, about = held.voters, f"moves {held.of.plan.name} {held.day} {facts['text']}"
    first = dice(about, len(voters))
    mover, seconder = voters[first], voters[first - 1]
    method, state = facts.get("method", Method.VOICE), facts.get("state", State.CARRIED)
    decided_at = held.meeting.starts_at + (9 * item.position + 3) * MINUTE
    motion = Motion(
        meeting=held.meeting, item=item, text=facts["text"], mover=mover.seat, mover_name=mover.name,
        seconder=seconder.seat, seconder_name=seconder.name, method=method, state=state, seats_present=len(voters),
        seats_needed=held.record.seats_needed, made_at=decided_at - 6 * MINUTE, decided_at=decided_at,
    )  # fmt: skip
    moved = Moved(held, motion, approves=approves)
    if state != State.TABLED:
        _vote(moved, voters, first, facts)
    return moved


def _vote(moved: Moved, voters: Sequence[Attendance], first: int, facts: Facts) -> None:
    """Let the seats vote: those farthest from the mover are against it, or abstain."""
    motion = moved.motion
    no, abstain = facts.get("no", 0), facts.get("abstain", 0)
    others = [voters[(first + step) % len(voters)] for step in range(1, len(voters) - 1)]
    most = (len(voters) - abstain) // 2
    no = max(no, most + 1) if motion.state == State.FAILED else min(no, max(most - 1, 0))
    against, undecided = others[:no], others[no : no + abstain]
    motion.no, motion.abstain = len(against), len(undecided)
    motion.yes = len(voters) - motion.no - motion.abstain
    if motion.method == Method.ROLL:
        for row in voters:
            cast = Cast.NO if row in against else Cast.ABSTAIN if row in undecided else Cast.YES
            moved.votes.append(Vote(motion=motion, seat=row.seat, name=row.name, cast=cast))


def _decision(held: Held, item: AgendaItem | None, facts: Facts, motion: Motion | None = None) -> Decision:
    at = motion.decided_at if motion and motion.decided_at else held.meeting.ends_at - 10 * MINUTE
    text = facts.get("decision") or (motion.text if motion else "")
    serves = item.serves if item else ""
    return Decision(
        meeting=held.meeting, item=item, motion=motion, text=text, serves=serves, at=at, recorded_by=held.of.story.staff
    )


# ---------------------------------------------------------------- Saving
def decide_all(groups: Sequence[Told]) -> list[Decision]:
    """Return what was decided without a motion, not saved; of old meetings nothing else is on record."""
    found = []
    for told in groups:
        for held in told.held[:IN_FULL]:
            for item, facts in held.items:
                if "decision" in facts and "motion" not in facts:
                    found.append(_decision(held, item, facts))
        for held, text in zip(told.held[IN_FULL:], told.facts["older"]["decisions"], strict=False):
            found.append(_decision(held, None, {"decision": text}))
    return found


def keep(moved: Sequence[Moved], decisions: Sequence[Decision]) -> None:
    """Save the motions with their votes, and all decisions; the history of motions follows in ``approve``."""
    story = moved[0].held.of.story
    Motion.objects.bulk_create([one.motion for one in moved])
    keep_all(story, [(vote, _decided(one.motion)) for one in moved for vote in one.votes])
    made = [one.decision for one in moved if one.decision]
    keep_all(story, [(decision, decision.at) for decision in [*made, *decisions]])


def approve(moved: Sequence[Moved], minutes: Mapping[Held, Minutes]) -> None:
    """Let the motions say which minutes they approve, and tell the history of all."""
    approving = [one.motion for one in moved if one.approves]
    for one in moved:
        one.motion.approves = minutes[one.approves] if one.approves else None
    Motion.objects.bulk_update(approving, ["approves"])
    story = moved[0].held.of.story
    for one in moved:
        steps = [Step(_decided(one.motion), story.staff, _open(one.motion))]
        story.past.add(one.motion, at=one.motion.made_at, by=story.staff, steps=steps)


def _decided(motion: Motion) -> datetime:
    assert motion.decided_at
    return motion.decided_at


def _open(motion: Motion) -> Facts:
    counts = {"yes": 0, "no": 0, "abstain": 0, "seats_present": None, "seats_needed": None}
    return counts | {"state": State.OPEN, "decided_at": None}
