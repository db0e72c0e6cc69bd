"""Minutes of the sample: old ones approved and public, the last ones sent for correction, one a draft."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from meetings.models import Decision, Minutes, MinutesCorrection, MinutesLink, Motion
from meetings.sample.motions import Moved
from meetings.sample.told import IN_FULL, SECOND, Facts, Held, Told, keep_all
from onestop.accounts import signed_links
from partners.sample.past import Step

Status, Audience = Minutes.Status, Minutes.Audience
State = MinutesCorrection.State
SENT = 3  # days after a meeting
LINK_DAYS = timedelta(days=60)
TO_CORRECT = timedelta(days=14)


def draft_all(groups: Sequence[Told], moved: Sequence[Moved], decisions: Sequence[Decision]) -> dict[Held, Minutes]:
    """Save the minutes of all meetings of which all was recorded, not approved yet; return them by meeting."""
    motions: dict[int, list[Motion]] = {}
    for one in moved:
        motions.setdefault(one.motion.meeting_id, []).append(one.motion)
    decided = [*decisions, *(one.decision for one in moved if one.decision)]
    made: dict[Held, Minutes] = {}
    for told in groups:
        for held in told.held[:IN_FULL]:
            if held.items and told.series.kind != "training":
                made[held] = _minutes(held, _text(held, motions.get(held.meeting.pk, ()), decided))
    Minutes.objects.bulk_create(made.values())
    return made


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


# ---------------------------------------------------------------- The text
def _text(held: Held, motions: Sequence[Motion], decisions: Sequence[Decision]) -> str:
    """Return the minutes as rich text: who was there, and each item with what was said, moved and decided."""
    lines = []
    for number, (item, facts) in enumerate(held.items, start=1):
        lines += ["", f"## {number}. {item.title}", ""]
        lines += [_opening(held), "", *_roll(held)] if number == 1 else []
        if facts.get("note"):
            lines += [facts["note"], ""]
        lines += [_motion_words(motion) for motion in motions if motion.item is item]
        lines += [f"- **Decided:** {each.text}" for each in decisions if each.item is item and each.motion is None]
        lines += [f"- **Action:** {_action_words(action)}" for action in facts.get("actions", ())]
    closed = held.record.closed_at
    text = "\n".join([*lines, "", f"The meeting ended at {_clock(held, closed)}."])
    return text.replace("\n\n\n", "\n\n").strip() + "\n"


def _opening(held: Held) -> str:
    record, present = held.record, len(held.voters)
    words = f"The meeting was opened at {_clock(held, record.opened_at)}. "
    if not record.seats_needed:
        return words + f"{len([row for row in held.roll if row.was_there])} people took part."
    filled = f"{present} of {record.voting_seats} voting seats were filled; {record.seats_needed} are a quorum."
    return words + filled + ("" if held.has_quorum else " There was no quorum, and nothing was decided.")


def _roll(held: Held) -> Iterator[str]:
    there = [row for row in held.roll if row.was_there and not row.is_guest]
    missing = [row for row in held.roll if not row.was_there and row.name != str(row.seat)]
    guests = [f"{row.name} ({row.organization_name})" for row in held.roll if row.is_guest]
    yield "- **Present:** " + ", ".join(row.name + (" (alternate)" if row.is_alternate else "") for row in there)
    if missing:
        yield "- **Not present:** " + ", ".join(row.name for row in missing)
    if guests:
        yield "- **Guests:** " + ", ".join(guests)


def _motion_words(motion: Motion) -> str:
    words = f"- **Motion:** {motion.text} Moved by {motion.mover_name}, seconded by {motion.seconder_name}. "
    if motion.state == Motion.State.TABLED:
        return words + "Tabled."
    if motion.method == Motion.Method.CONSENT:
        return words + "Carried by unanimous consent."
    return words + f"{motion.get_state_display()}, {motion.count}."


def _action_words(facts: Facts) -> str:
    return f"{facts['text']} ({facts.get('who') or facts.get('partner')})"


def _clock(held: Held, at: object) -> str:
    local = held.of.series.local(at)  # type: ignore[arg-type]
    return f"{local.hour % 12 or 12}:{local:%M %p}"


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
