"""Minutes of the sample: old ones approved and public, the last ones sent for correction, one a draft."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from meetings.minutes.draft_text import draft_text
from meetings.minutes.records import RecordedMeeting, Topic
from meetings.models import ActionItem, Attendance, Decision, Minutes, MinutesCorrection, MinutesLink, Vote
from meetings.sample.motions import Moved
from meetings.sample.told import IN_FULL, SECOND, Held, Told, keep_all
from onestop.accounts import signed_links
from partners.sample.past import Step

Status, Audience = Minutes.Status, Minutes.Audience
State = MinutesCorrection.State
SENT = 3  # days after a meeting
LINK_DAYS = timedelta(days=60)
TO_CORRECT = timedelta(days=14)


def draft_all(groups: Sequence[Told], moved: Sequence[Moved], decided: Sequence[Decision]) -> dict[Held, Minutes]:
    """Save the minutes of all meetings of which all was recorded, not approved yet; return them by meeting."""
    found = _Found(moved, [*decided, *(one.decision for one in moved if one.decision)])
    made: dict[Held, Minutes] = {}
    for told in groups:
        for held in told.held[:IN_FULL]:
            if held.items and told.series.kind != "training":
                made[held] = _minutes(held, draft_text(found.recorded(held)))
    Minutes.objects.bulk_create(made.values())
    return made


class _Found:
    """What was recorded, by item of an agenda, from which the portal drafts minutes."""

    def __init__(self, moved: Sequence[Moved], decisions: Sequence[Decision]) -> None:
        self.motions, self.decisions = defaultdict[Any, list[Any]](list), defaultdict[Any, list[Any]](list)
        self.votes = {one.motion.pk: sorted(one.votes, key=_by_name) for one in moved}
        for one in moved:
            self.motions[one.motion.item_id].append(one.motion)
        for decision in decisions:
            self.decisions[decision.item_id].append(decision)

    def recorded(self, held: Held) -> RecordedMeeting:
        """Return what was recorded of a meeting."""
        topics = [
            Topic(
                item, number, facts.get("note", ""), self.motions[item.pk], self.decisions[item.pk],
                sorted(held.actions.get(item.pk, ()), key=_by_day),
            )
            for number, (item, facts) in enumerate(held.items, start=1)
        ]  # fmt: skip
        return RecordedMeeting(
            meeting=held.meeting, record=held.record, attendance=sorted(held.roll, key=_by_name), topics=topics,
            rest=Topic(), votes=self.votes, following=held.following, secretary=held.of.story.staff.name,
        )  # fmt: skip


def _by_name(row: Vote | Attendance) -> str:
    return row.name.lower()


def _by_day(action: ActionItem) -> date:
    return action.due_on


def _minutes(held: Held, text: str) -> Minutes:
    minutes = Minutes(
        meeting=held.meeting, text=text, drafted_at=held.meeting.ends_at + timedelta(minutes=40),
        drafted_by=held.of.story.staff,
    )  # fmt: skip
    sent_at = held.after(SENT)
    if sent_at < held.of.now and held.facts.get("minutes") != "draft":
        minutes.status, minutes.audience, minutes.circulated_at = Status.CIRCULATED, Audience.GROUP, sent_at
        minutes.corrections_until = (sent_at + TO_CORRECT).date()
    elif held.number:  # it is approved later, whenever it was sent
        minutes.status, minutes.audience = Status.CIRCULATED, Audience.GROUP
        minutes.circulated_at = held.meeting.ends_at + timedelta(hours=3)
        minutes.corrections_until = held.day + TO_CORRECT
    return minutes


# ---------------------------------------------------------------- What became of them
def settle(minutes: dict[Held, Minutes], moved: Sequence[Moved]) -> None:
    """Approve the minutes by the saved motions, publish those of the board, and tell the history of all."""
    approved = []
    for one in moved:
        if one.approves:
            row = minutes[one.approves]
            row.status, row.approved_by, row.approved_at = Status.APPROVED, one.motion, one.motion.decided_at
            if one.held.of.plan.is_open:
                row.audience, row.published_at = Audience.PUBLIC, one.held.after(1)
            elif row.approved_at:
                row.published_at = row.approved_at + SECOND
            approved.append(row)
    Minutes.objects.bulk_update(
        approved, ["status", "approved_by", "approved_at", "audience", "published_at"], batch_size=200
    )
    for held, row in minutes.items():
        story = held.of.story
        story.past.add(row, at=row.drafted_at, by=story.staff, steps=_steps(held, row))
    sent = {held: row for held, row in minutes.items() if row.status == Status.CIRCULATED}
    _ask(sent)
    _correct(sent)


def _steps(held: Held, row: Minutes) -> Iterator[Step]:
    by = held.of.story.staff
    if row.circulated_at:
        was = {"status": Status.DRAFT, "audience": Audience.KEEPERS, "circulated_at": None, "corrections_until": None}
        yield Step(row.circulated_at, by, was)
    if row.approved_at:
        yield Step(row.approved_at, by, {"status": Status.CIRCULATED, "approved_by_id": None, "approved_at": None})
    if row.published_at:
        yield Step(row.published_at, by, {"audience": Audience.GROUP, "published_at": None})


def _ask(sent: dict[Held, Minutes]) -> None:
    """Add the links of the members who were asked to correct minutes."""
    rows = []
    for held, minutes in sent.items():
        at = minutes.circulated_at
        assert at
        known = set[str]()
        for member in held.of.on(held.day):
            if member.address and not member.is_alternate and member.address not in known:
                known.add(member.address)
                link = MinutesLink(
                    minutes=minutes, member=member, user=member.user, name=member.name, email=member.address,
                    nonce=signed_links.new_nonce(), asked_by=held.of.story.staff, asked_at=at,
                    expires_at=at + LINK_DAYS,
                )  # fmt: skip
                rows.append((link, at))
    if rows:
        keep_all(next(iter(sent)).of.story, rows)


def _correct(sent: dict[Held, Minutes]) -> None:
    """Add what members wrote about the last minutes, as far as there was time; each was answered a day later."""
    for held, minutes in sent.items():
        story, rows, steps = held.of.story, [], {}
        for facts in held.of.facts.get("corrections", ()):
            at = held.after(SENT + facts["days"], 16)
            answered_at = at + timedelta(days=1)
            if answered_at > held.of.now:
                continue
            user = held.of.by_name[facts["by"]].user
            row = MinutesCorrection(minutes=minutes, name=facts["by"], user=user, text=facts["text"], at=at)
            if "state" in facts:
                row.state, row.answer = facts["state"], facts.get("answer", "")
                row.answered_at, row.answered_by = answered_at, story.staff
                was = {"state": State.OPEN, "answer": "", "answered_at": None, "answered_by_id": None}
                steps[id(row)] = [Step(answered_at, story.staff, was)]
            rows.append((row, at))
        keep_all(story, rows, steps)
