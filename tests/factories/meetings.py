"""Rows of meetings."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.crypto import get_random_string
from django.utils.timezone import localdate, now

from meetings.feeds.feeds import hash_of
from meetings.models import (
    ActionItem,
    ActionLink,
    AgendaItem,
    AgendaPaper,
    AgendaTemplate,
    AgendaTemplateItem,
    Answer,
    Attendance,
    BoardPage,
    CalendarFeed,
    Decision,
    Group,
    GroupMember,
    GroupSeat,
    Meeting,
    MeetingInvitation,
    MeetingNote,
    MeetingPdf,
    MeetingRecord,
    Minutes,
    MinutesCorrection,
    MinutesLink,
    Motion,
    Poll,
    PollInvitation,
    PollTime,
    Question,
    QuestionEntry,
    Reply,
    Series,
    Training,
    TrainingCount,
    TrainingFeedback,
    TrainingFeedbackLink,
    TrainingFollowUp,
    TrainingFollowUpLink,
    TrainingMaterial,
)
from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.files.models import StoredFile
from partners.models import LocalArea, Partnership, Program, Representative, State
from tests.factories.files import make_file
from tests.factories.numbers import next_number


def make_group(place: LocalArea | State, **fields: Any) -> Group:
    """Return a partner workgroup that meets every other month."""
    owner = {"area": place} if isinstance(place, LocalArea) else {"state": place}
    given = {"kind": "workgroup", "name": f"Partner team {next_number()}", "cadence": "bimonthly"}
    return Group.objects.create(**owner | given | fields)


def make_group_seat(group: Group, partnership: Partnership | None = None, **fields: Any) -> GroupSeat:
    """Return a voting seat of a partner, or by name."""
    who = {"partnership": partnership} if partnership else {"label": f"Seat {next_number()}"}
    return GroupSeat.objects.create(group=group, **who | fields)


def make_group_member(group: Group, user: User | None = None, **fields: Any) -> GroupMember:
    """Return a member since last year, with an account or by name and email."""
    number = next_number()
    who = {"name": user.name, "email": user.email} if user else {
        "name": f"Member {number}", "email": f"member{number}@partner.example",
    }  # fmt: skip
    return GroupMember.objects.create(group=group, user=user, **{"from_on": date(2025, 7, 1)} | who | fields)


def make_series(group: Group, **fields: Any) -> Series:
    """Return a series on every second Tuesday at 9:00, of which no meeting was made yet."""
    given = {
        "title": group.name, "rule": "FREQ=MONTHLY;BYDAY=2TU", "first_on": date(2027, 1, 12), "starts": time(9),
        "minutes": 90, "zone": group.zone.key, "uid": f"{get_random_string(20)}@meetings",
        "token": get_random_string(20, "abcdefghjkmnpqrstuvwxyz23456789"), "place": "Center Street, room 2",
    }  # fmt: skip
    return Series.objects.create(group=group, **given | fields)


def make_meeting(series: Series, starts: datetime | None = None, **fields: Any) -> Meeting:
    """Return a planned meeting of a series, at its first day or another wall-clock time."""
    local = starts or series.start
    minutes = fields.pop("minutes", series.minutes)
    starts_at = local.replace(tzinfo=series.zone_info)
    given = {
        "title": series.title, "original_on": local.date(), "original_at": local.time(), "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes), "minutes": minutes, "place": series.place,
    }  # fmt: skip
    return Meeting.objects.create(series=series, group=series.group, **given | fields)


def make_meeting_invitation(series: Series, user: User | None = None, **fields: Any) -> MeetingInvitation:
    """Return an invitation of a person with an account, or by email."""
    number, at = next_number(), fields.pop("asked_at", now())
    who = {"name": user.name, "email": user.email.lower(), "user": user} if user else {
        "name": f"Guest {number}", "email": f"guest{number}@partner.example",
    }  # fmt: skip
    given = {"nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=400)}
    return MeetingInvitation.objects.create(series=series, **given | who | fields)


def make_answer(invitation: MeetingInvitation, meeting: Meeting | None = None, **fields: Any) -> Answer:
    """Return a yes to one meeting, or to all."""
    given = {"answer": "yes", "via": "link", "at": now(), "for_start": meeting.starts_at if meeting else None}
    return Answer.objects.create(invitation=invitation, series=invitation.series, meeting=meeting, **given | fields)


def make_meeting_reply(series: Series, **fields: Any) -> Reply:
    """Return a reply by mail from an address that was not invited."""
    given = {"address": "stranger@elsewhere.example", "answer": "yes", "outcome": "stranger", "received_at": now()}
    return Reply.objects.create(series=series, **given | fields)


def make_poll(group: Group, **fields: Any) -> Poll:
    """Return a poll over two times, open for ten days."""
    at = now()
    given = {
        "title": group.name, "minutes": 60, "zone": group.zone.key, "asked_at": at,
        "closes_at": at + timedelta(days=10),
    }  # fmt: skip
    poll = Poll.objects.create(group=group, **given | fields)
    for days in (20, 21):
        PollTime.objects.create(poll=poll, starts_at=at + timedelta(days=days))
    return poll


def make_poll_invitation(poll: Poll, user: User | None = None, **fields: Any) -> PollInvitation:
    """Return a person asked by a poll."""
    number = next_number()
    who = {"name": user.name, "email": user.email.lower(), "user": user} if user else {
        "name": f"Asked {number}", "email": f"asked{number}@partner.example",
    }  # fmt: skip
    given = {"nonce": signed_links.new_nonce(), "asked_at": poll.asked_at, "expires_at": poll.closes_at}
    return PollInvitation.objects.create(poll=poll, **given | who | fields)


def make_feed(owner: User, secret: str = "", **fields: Any) -> CalendarFeed:
    """Return a feed of somebody's own meetings, with this secret."""
    given = {"kind": "person", "secret_hash": hash_of(secret or get_random_string(40)), "made_at": now()}
    return CalendarFeed.objects.create(owner=owner, **given | fields)


def make_agenda_item(meeting: Meeting | Series, **fields: Any) -> AgendaItem:
    """Return an item of the agenda of a meeting, or of the backlog of a series."""
    number = next_number()
    place = {"meeting": meeting, "series": meeting.series} if isinstance(meeting, Meeting) else {"series": meeting}
    return AgendaItem.objects.create(**place | {"title": f"Item {number}", "position": number, "minutes": 10} | fields)


def make_paper(item: AgendaItem, file: StoredFile | None = None, **fields: Any) -> AgendaPaper:
    """Return a paper of an item."""
    number = next_number()
    given = {"title": f"Paper {number}", "position": number, "file": file or make_file(use="meetings.paper")}
    return AgendaPaper.objects.create(item=item, **given | fields)


def make_agenda_template(group: Group, *titles: str, **fields: Any) -> AgendaTemplate:
    """Return a template with one item for each title."""
    template = AgendaTemplate.objects.create(group=group, **{"name": f"Template {next_number()}"} | fields)
    for position, title in enumerate(titles or ("Welcome", "Next steps"), 1):
        AgendaTemplateItem.objects.create(template=template, title=title, position=position, minutes=5)
    return template


def make_record(meeting: Meeting, **fields: Any) -> MeetingRecord:
    """Return the record of a meeting that was opened at its start; pass ``closed_at`` for one that is over."""
    given = {
        "opened_at": meeting.starts_at, "voting_seats": 3, "seats_needed": 2, "check_in_token": get_random_string(30),
    }  # fmt: skip
    return MeetingRecord.objects.create(meeting=meeting, **given | fields)


def make_attendance(meeting: Meeting, who: GroupSeat | GroupMember | None = None, **fields: Any) -> Attendance:
    """Return that a seat, a member or a guest was at a meeting."""
    place: dict[str, Any] = {}
    if isinstance(who, GroupSeat):
        place = {"seat": who, "partnership": who.partnership, "is_voting": who.is_voting}
    elif who:
        place = {"member": who, "name": who.name}
    given = {"name": f"Person {next_number()}", "presence": "present", "at": meeting.starts_at}
    return Attendance.objects.create(meeting=meeting, **given | place | fields)


def make_meeting_note(meeting: Meeting, item: AgendaItem | None = None, **fields: Any) -> MeetingNote:
    """Return the notes on an item, or on the meeting."""
    given = {"text": "What was said.", "saved_at": meeting.starts_at}
    return MeetingNote.objects.create(meeting=meeting, item=item, **given | fields)


def make_motion(meeting: Meeting, **fields: Any) -> Motion:
    """Return an open motion, moved by somebody by name."""
    number = meeting.motions.count() + 1
    given = {"text": "To adopt the plan.", "mover_name": "Ann Example", "number": number, "made_at": meeting.starts_at}
    return Motion.objects.create(meeting=meeting, **given | fields)


def make_carried_motion(meeting: Meeting, **fields: Any) -> Motion:
    """Return a motion that was carried 3:0:0."""
    return make_motion(meeting, **{"state": "carried", "decided_at": meeting.starts_at, "yes": 3} | fields)


def make_meeting_decision(meeting: Meeting, **fields: Any) -> Decision:
    """Return a decision of a meeting."""
    return Decision.objects.create(meeting=meeting, **{"text": "We meet monthly.", "at": meeting.starts_at} | fields)


def make_minutes(meeting: Meeting, **fields: Any) -> Minutes:
    """Return a draft of the minutes of a meeting."""
    return Minutes.objects.create(meeting=meeting, **{"text": "We met.", "drafted_at": meeting.ends_at} | fields)


def make_minutes_link(minutes: Minutes, user: User | None = None, **fields: Any) -> MinutesLink:
    """Return a person asked to correct minutes."""
    number, at = next_number(), fields.pop("asked_at", now())
    who = {"name": user.name, "email": user.email.lower(), "user": user} if user else {
        "name": f"Reader {number}", "email": f"reader{number}@partner.example",
    }  # fmt: skip
    given = {"nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=60)}
    return MinutesLink.objects.create(minutes=minutes, **given | who | fields)


def make_meeting_pdf(meeting: Meeting, **fields: Any) -> MeetingPdf:
    """Return a packet of a meeting that was requested."""
    given = {"kind": "packet", "digest": get_random_string(64), "html": "<p>Packet</p>", "asked_at": now()}
    return MeetingPdf.objects.create(meeting=meeting, **given | fields)


def make_correction(minutes: Minutes, **fields: Any) -> MinutesCorrection:
    """Return a correction that waits for an answer."""
    given = {"name": "Ann Example", "text": "I was there.", "at": now()}
    return MinutesCorrection.objects.create(minutes=minutes, **given | fields)


def make_action(group: Group, **fields: Any) -> ActionItem:
    """Return an open action item of a person by name, due in two weeks."""
    number, at = next_number(), fields.pop("created_at", now())
    given = {
        "text": f"Do thing {number}", "due_on": localdate(at) + timedelta(days=14), "created_at": at,
        "name": f"Doer {number}", "email": f"doer{number}@partner.example",
    }  # fmt: skip
    return ActionItem.objects.create(group=group, **given | fields)


def make_action_link(action: ActionItem, **fields: Any) -> ActionLink:
    """Return the link of the person of an action item."""
    at = fields.pop("asked_at", now())
    given = {
        "nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=120),
        "name": action.name, "email": action.email, "user": action.user,
    }  # fmt: skip
    return ActionLink.objects.create(action=action, **given | fields)


def make_board_page(group: Group, **fields: Any) -> BoardPage:
    """Return the public page of a board."""
    given = {"is_published": True, "accommodation_email": "access@riverbend.example"}
    return BoardPage.objects.create(group=group, **given | fields)


def make_question(area: LocalArea, by: User | None = None, **fields: Any) -> Question:
    """Return a question of the staff to the staff that waits for an answer for two weeks."""
    at = fields.pop("asked_at", now())
    given = {
        "subject": f"Question {next_number()}", "question": "Whom do you call for an interpreter?", "asked_at": at,
        "asked_by": by, "asked_name": by.name if by else "Ann Example", "due_on": localdate(at) + timedelta(days=14),
    }  # fmt: skip
    return Question.objects.create(area=area, **given | fields)


def make_question_entry(question: Question, by: User | None = None, **fields: Any) -> QuestionEntry:
    """Return an answer to a question, which has not been accepted."""
    given = {
        "kind": "answer", "text": "We share a phone line with the hospital.", "by": by,
        "name": by.name if by else "Bo Example", "at": now(),
    }  # fmt: skip
    return QuestionEntry.objects.create(question=question, **given | fields)


def make_answered_question(area: LocalArea, **fields: Any) -> Question:
    """Return a question whose only answer was accepted."""
    question = make_question(area, **fields)
    answer = make_question_entry(question)
    question.status, question.solution, question.answered_at = "answered", answer, answer.at
    question.save()
    return question


# ---------------------------------------------------------------- Trainings
def make_training(
    meeting: Meeting, *, programs: Iterable[Program] = (), teachers: Iterable[Partnership] = (), **fields: Any
) -> Training:
    """Return what a meeting, which must be of a training series, is about."""
    given = {"topic": f"Training {next_number()}", "learning": "When to refer, and to whom."}
    training = Training.objects.create(meeting=meeting, **given | fields)
    for program in programs:
        training.program_links.create(program=program)
    for partner in teachers:
        training.teacher_links.create(partnership=partner)
    return training


def make_training_count(training: Training, partnership: Partnership, staff: int = 3) -> TrainingCount:
    """Return that some staff of a partner took part."""
    return TrainingCount.objects.create(training=training, partnership=partnership, staff=staff)


def make_training_material(training: Training, file: StoredFile | None = None, **fields: Any) -> TrainingMaterial:
    """Return material for a training: a file, or a link."""
    what: dict[str, Any] = {"file": file} if file else {"link": "https://learn.example/claims"}
    return TrainingMaterial.objects.create(training=training, **{"title": "Slides"} | what | fields)


def make_feedback_link(training: Training, user: User | None = None, **fields: Any) -> TrainingFeedbackLink:
    """Return somebody who is asked for feedback."""
    number, at = next_number(), fields.pop("asked_at", now())
    who = {"name": user.name, "email": user.email.lower(), "user": user} if user else {
        "name": f"Learner {number}", "email": f"learner{number}@partner.example",
    }  # fmt: skip
    given = {"nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=30)}
    return TrainingFeedbackLink.objects.create(training=training, **given | who | fields)


def make_feedback(training: Training, **fields: Any) -> TrainingFeedback:
    """Return what somebody said of a training."""
    return TrainingFeedback.objects.create(training=training, **{"useful": 4, "different": "I call first."} | fields)


def make_follow_up(training: Training, partnership: Partnership, **fields: Any) -> TrainingFollowUp:
    """Return a partner that is asked whether its staff use what they learned."""
    given = {"asked_on": localdate()}
    return TrainingFollowUp.objects.create(training=training, partnership=partnership, **given | fields)


def make_follow_up_link(
    follow_up: TrainingFollowUp, representative: Representative, user: User | None = None, **fields: Any
) -> TrainingFollowUpLink:
    """Return the link of a representative of the partner."""
    at = fields.pop("asked_at", now())
    email = (user.email if user else representative.email).lower()
    given = {
        "nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=90), "user": user,
        "name": representative.name, "email": email,
    }  # fmt: skip
    return TrainingFollowUpLink.objects.create(follow_up=follow_up, representative=representative, **given | fields)
