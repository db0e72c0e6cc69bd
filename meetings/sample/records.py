"""Who came to the meetings of the sample: most come, some partners drift away, and once there was no quorum."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils.crypto import get_random_string

from meetings.models import Attendance, GroupMember, GroupSeat, MeetingNote, MeetingRecord
from meetings.sample.told import Held, Told, keep_all
from onestop.accounts.models import User
from partners.models import Representative
from partners.sample.area_story import AreaStory
from partners.sample.past import Step
from partners.sample.story import dice

Presence = Attendance.Presence
STREAK = 3  # meetings in a row that somebody missed
DRIFTING = 10  # meetings since they come seldom
PUBLISHED = timedelta(days=8)  # before a meeting
MINUTE = timedelta(minutes=1)
Left = dict[int, tuple[str, date]]  # by partner: who it was, and until when
WHOLE = "Started on time. The screen for those online was tested before."


def load(groups: Sequence[Told]) -> None:
    """Add the record of each meeting that was held, and who was there."""
    story = groups[0].story
    left = _who_left(story)
    records, rows = [], []
    for told in groups:
        for held in told.held:
            held.record = _record(held)
            held.roll = list(_roll(held, left))
            _keep_quorum(held)
            records.append(held.record)
            rows += [(row, row.at) for row in held.roll]
    MeetingRecord.objects.bulk_create(records)
    for record in records:
        published_at = record.meeting.starts_at - PUBLISHED
        story.past.add(record, at=published_at, by=story.staff, steps=_steps(record, story.staff))
    keep_all(story, rows)


def _record(held: Held) -> MeetingRecord:
    voting = sum(seat.is_voting for seat in held.of.seats)
    about, meeting = f"record {held.of.plan.name} {held.day}", held.meeting
    return MeetingRecord(
        meeting=meeting, agenda_published_at=meeting.starts_at - PUBLISHED,
        opened_at=meeting.starts_at + dice(about, 6) * MINUTE,
        closed_at=meeting.ends_at - (2 + dice(f"ends {about}", 9)) * MINUTE,
        voting_seats=voting, seats_needed=held.of.series.group.seats_for_quorum(voting),
        check_in_token=get_random_string(40),
    )  # fmt: skip


def _steps(record: MeetingRecord, by: User) -> Iterator[Step]:
    if record.opened_at and record.closed_at:
        yield Step(record.opened_at, by, {"opened_at": None, "voting_seats": None, "seats_needed": None})
        yield Step(record.closed_at, by, {"closed_at": None})


# ---------------------------------------------------------------- The roll
def _who_left(story: AreaStory) -> Left:
    """Return who represented the partners that have nobody now, and until when, by partner."""
    current = Representative.objects.in_office().filter(partnership=OuterRef("partnership"))
    rows = Representative.objects.archived().filter(~Exists(current), partnership__in=story.partners)
    known = rows.order_by("archived_at").values_list("partnership", "name", "archived_at")
    return {partnership: (name, at.date()) for partnership, name, at in known if at}


def _roll(held: Held, left: Left) -> Iterator[Attendance]:
    told, day = held.of, held.day
    members = list(told.on(day))
    for seat in told.seats:
        before = left.get(seat.partnership_id or 0)
        gone = before[0] if before and day < before[1] else ""
        yield from _in_seat(held, seat, [member for member in members if member.seat_id == seat.pk], gone)
    for member in members:
        if member.seat_id is None:
            comes = dice(f"helps {member.name} {day}", 12) > 0
            yield _row(held, member.name, Presence.PRESENT if comes else Presence.EXCUSED, member=member)
    guests = told.facts["guests"]
    for number in range(dice(f"guests {told.plan.name} {day}", 3)):
        name, organization = guests[(number + dice(f"guest {told.plan.name} {day}", len(guests))) % len(guests)]
        row = _row(held, name, _there(held, name), organization_name=organization)
        if dice(f"leaves {name} {day}", 3) == 0:
            row.left_at = held.meeting.starts_at + 35 * MINUTE
        yield row


def _in_seat(held: Held, seat: GroupSeat, members: Sequence[GroupMember], gone: str) -> Iterator[Attendance]:
    """Yield who filled a seat, or who did not come; a seat that was vacant is absent under its own name.

    ``gone`` is who represented the partner of the seat then, and has left.
    """
    holder = next((member for member in members if not member.is_alternate), None)
    alternate = next((member for member in members if member.is_alternate), None)
    name = holder.name if holder else gone or _before(held, seat)
    if not name:
        yield _row(
            held, str(seat)[:150], Presence.ABSENT, seat=seat, partnership=seat.partnership, is_voting=seat.is_voting
        )  # fmt: skip
        return
    told = held.of
    manner = told.facts["drifting"].get(seat.partner_name) or told.facts["drifting"].get(name, "")
    about = f"{told.plan.name} {seat} {held.day}"
    presence: str = Presence.EXCUSED if dice(f"excused {about}", 2) else Presence.ABSENT
    if manner == "streak" and held.number < STREAK:
        presence, alternate = Presence.ABSENT, None
    elif _comes(held, manner, about):
        presence, alternate = _there(held, about, manner), None
    elif alternate and dice(f"alternate {about}", 5) < 3:
        presence, name = _there(held, about), alternate.name
    else:
        alternate = None
    yield _row(
        held, name, presence, seat=seat, member=alternate or holder, partnership=seat.partnership,
        is_voting=seat.is_voting, is_alternate=alternate is not None,
    )  # fmt: skip


def _comes(held: Held, manner: str, about: str) -> bool:
    seldom = manner == "seldom" and held.number < DRIFTING
    return dice(f"comes {about}", 100) < (35 if seldom else 88)


def _there(held: Held, about: str, manner: str = "") -> Attendance.Presence:
    how = held.of.plan.how
    online = how == "online" or manner == "online" or (how == "both" and dice(f"online {about}", 5) < 2)
    return Presence.ONLINE if online else Presence.PRESENT


def _before(held: Held, seat: GroupSeat) -> str:
    """Return who was in a seat of the board before those on record, also in its committees."""
    ago = (held.of.story.today - held.day).days
    before = held.of.before
    return next((name for part, name, until in before if part in seat.label and ago > until), "")


def _row(held: Held, name: str, presence: str, **more: object) -> Attendance:
    seen = dice(f"seen {name} {held.day}", 4) == 0 and presence in Attendance.THERE
    via = Attendance.Via.SELF if seen else Attendance.Via.STAFF
    at = held.meeting.starts_at + dice(f"recorded {name} {held.day}", 5) * MINUTE
    return Attendance(meeting=held.meeting, name=name, presence=presence, via=via, at=at, **more)


def _keep_quorum(held: Held) -> None:
    """Let enough people come; at a meeting of which it is told, too few."""
    needed = held.record.seats_needed or 0
    seats = [row for row in held.roll if row.is_voting]
    if held.facts.get("quorum") is False:
        voters = sorted(held.voters, key=lambda row: not row.is_alternate)  # alternates stay
        for row in voters[max(needed - 2, 1) :]:
            row.presence, row.via = Presence.EXCUSED, Attendance.Via.STAFF
        return
    drifting = held.of.facts["drifting"]
    filled = [row for row in seats if row.name != str(row.seat)]
    faithful = [row for row in filled if not drifting.get(row.name) and not drifting.get(_partner(row))]
    for row in [row for row in faithful if not row.was_there][: max(needed - len(held.voters), 0)]:
        row.presence = _there(held, f"{row.name} {held.day}")


def _partner(row: Attendance) -> str:
    return row.seat.partner_name if row.seat else ""


# ---------------------------------------------------------------- Notes
def load_notes(groups: Sequence[Told]) -> None:
    """Add the notes of the items, and on the meeting as a whole."""
    story = groups[0].story
    rows = []
    for told in groups:
        for held in told.held:
            notes = [(item, facts["note"]) for item, facts in held.items if facts.get("note")]
            whole = [(None, WHOLE)] if notes and held.number % 3 == 0 else []
            for number, (item, text) in enumerate([*notes, *whole], start=1):
                at = held.meeting.starts_at + 8 * number * MINUTE
                note = MeetingNote(
                    meeting=held.meeting,
                    item=item,
                    text=text,
                    version=1 + number % 3,
                    saved_at=at,
                    saved_by=story.staff,
                )
                rows.append((note, at))
    keep_all(story, rows)
