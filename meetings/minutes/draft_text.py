"""The text of a draft of minutes, from what was recorded. What people typed stays text, whatever signs it has."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from meetings.minutes.records import RecordedMeeting, Topic
from meetings.models import ActionItem, Attendance, Motion, Vote
from meetings.models.minutes import LONGEST_MINUTES
from onestop.ui.presentation import clock, day
from onestop.ui.rich_text_writing import as_line, as_text

SPARE = 2_000  # characters that stay free for what the secretary adds


def draft_text(recorded: RecordedMeeting) -> str:
    """Return the text of a draft; if the notes are longer than minutes can be, the end of long notes is left out."""
    longest = LONGEST_MINUTES
    while True:
        text = "\n\n".join(part for part in _parts(recorded, longest) if part)
        if len(text) <= LONGEST_MINUTES - SPARE or longest < 100:
            return text[:LONGEST_MINUTES]
        longest //= 2


def _parts(recorded: RecordedMeeting, longest: int) -> Iterator[str]:
    yield _head(recorded)
    yield f"# {_('Attendance')}"
    yield from _roll(recorded.attendance)
    yield _quorum(recorded)
    for topic in recorded.topics:
        title = as_line(topic.item.title) if topic.item else ""
        yield f"# {topic.number}\\. {title}"
        yield from _topic(topic, recorded, longest)
    if not recorded.rest.is_empty:
        yield f"# {_('Other business') if recorded.topics else _('Business')}"
        yield from _topic(recorded.rest, recorded, longest)
    yield from _end(recorded)


def _head(recorded: RecordedMeeting) -> str:
    meeting, record = recorded.meeting, recorded.record
    local = meeting.local_start
    lines = [
        _fact(_("Group"), meeting.group.name),
        _fact(_("Meeting"), meeting.title) if meeting.title != meeting.group.name else "",
        _fact(_("Date"), day(local.date(), "plain")),
        _fact(_("Place"), meeting.where),
    ]
    if record and record.opened_at:
        lines.append(_fact(_("Called to order"), clock(meeting.series.local(record.opened_at).time())))
    else:
        lines.append(_fact(_("Time"), f"{clock(local.time())} – {clock(meeting.local_end.time())}"))  # noqa: RUF001
    if record and record.closed_at:
        lines.append(_fact(_("Adjourned"), clock(meeting.series.local(record.closed_at).time())))
    return "\n".join(line for line in lines if line)


def _fact(label: str, value: str) -> str:
    return f"**{label}:** {as_line(value)}"


# ---------------------------------------------------------------- The roll
def _roll(attendance: Sequence[Attendance]) -> Iterator[str]:
    kinds = Attendance.Presence
    if not attendance:
        yield _("Nobody was recorded on the roll.")
        return
    members = [each for each in attendance if not each.is_guest]
    for label, rows in (
        (_("Present"), [each for each in members if each.presence == kinds.PRESENT]),
        (_("Present online"), [each for each in members if each.presence == kinds.ONLINE]),
        (_("Guests"), [each for each in attendance if each.is_guest]),
        (_("Excused"), [each for each in members if each.presence == kinds.EXCUSED]),
        (_("Absent"), [each for each in members if each.presence == kinds.ABSENT]),
    ):
        if rows:
            yield f"**{label} ({len(rows)})**"
            yield _bullets(_person(each) for each in rows)


def _person(each: Attendance) -> str:
    if each.is_vacant:
        return as_line(_("%(seat)s (vacant)") % {"seat": each.name})
    remarks = [
        _("alternate") if each.is_alternate else "",
        _("online") if each.is_guest and each.presence == Attendance.Presence.ONLINE else "",
        _("left early") if each.left_at else "",
    ]
    words = ", ".join(part for part in (each.name, _organization(each)) if part)
    said = ", ".join(remark for remark in remarks if remark)
    return as_line(f"{words} ({said})" if said else words)


def _organization(each: Attendance) -> str:
    if each.partnership:
        return each.partnership.organization.name
    return each.organization_name or (str(each.seat) if each.seat else "")


def _quorum(recorded: RecordedMeeting) -> str:
    record = recorded.record
    if record is None or not record.seats_needed:
        return ""
    facts = {"filled": recorded.seats_filled, "all": record.voting_seats, "needed": record.seats_needed}
    if recorded.seats_filled >= record.seats_needed:
        words = _("%(filled)d of %(all)d voting seats were filled; %(needed)d are needed. There was a quorum.") % facts
    else:
        words = _("%(filled)d of %(all)d voting seats were filled; %(needed)d are needed. There was no quorum.") % facts
    return f"**{_('Quorum')}:** {words}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


# ---------------------------------------------------------------- What was discussed
def _topic(topic: Topic, recorded: RecordedMeeting, longest: int) -> Iterator[str]:
    notes = topic.notes.strip()
    if len(notes) > longest:
        notes = _("%(text)s (The notes go on; see the record of the meeting.)") % {"text": notes[:longest].rstrip()}
    yield as_text(notes)
    for motion in topic.motions:
        yield _motion(motion, recorded.votes.get(motion.pk, ()))
    for decision in topic.decisions:
        yield f"**{_('Decision')}:** {as_line(decision.text)}"
    for action in topic.actions:
        yield _action(action)
    if topic.item and topic.item.outcome == topic.item.Outcome.CARRIED:
        yield _("Carried over to a later meeting.")


def _motion(motion: Motion, votes: Iterable[Vote]) -> str:
    label = _("Motion %(number)d") % {"number": motion.number}
    lines = [f"**{label}:** {as_line(motion.text)}", as_line(_who_moved(motion)), _result(motion)]
    casts: dict[str, list[str]] = {}
    for vote in votes:
        casts.setdefault(vote.cast, []).append(as_line(vote.name))
    lines += [f"{label}: {', '.join(casts[cast])}" for cast, label in Vote.Cast.choices if cast in casts]
    return "\n".join(lines)


def _who_moved(motion: Motion) -> str:
    facts = {"mover": motion.mover_name, "seconder": motion.seconder_name}
    if motion.seconder_name:
        return _("Moved by %(mover)s, seconded by %(seconder)s.") % facts
    return _("Moved by %(mover)s.") % facts


def _result(motion: Motion) -> str:
    state = f"**{motion.get_state_display()}**"
    method = motion.get_method_display()
    if motion.yes or motion.no or motion.abstain:
        return f"{state}, {motion.count} ({_('yes:no:abstain')}), {method.lower()}."
    return f"{state}." if motion.is_open or motion.state == Motion.State.WITHDRAWN else f"{state}, {method.lower()}."


def _action(action: ActionItem) -> str:
    organization = action.partnership.organization.name if action.partnership else ""
    who = f"{organization} ({action.name})" if organization and action.name else organization or action.name
    facts = {"who": as_line(who), "day": day(action.due_on, "plain")}
    said = as_line(action.text).rstrip(".")
    return f"**{_('Action item')}:** {said}. {_('%(who)s, due %(day)s.') % facts}"


def _end(recorded: RecordedMeeting) -> Iterator[str]:
    if following := recorded.following:
        local = following.local_start
        yield f"# {_('Next meeting')}"
        yield as_line(f"{day(local.date(), 'plain')}, {clock(local.time())}, {following.where}")
    if recorded.secretary:
        yield _fact(_("Recorded by"), recorded.secretary)
