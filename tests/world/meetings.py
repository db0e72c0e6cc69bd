"""Meetings: a group in which the partner has a seat that its manager fills, with a series, a meeting and a poll."""

from datetime import timedelta
from typing import Any

from django.utils.crypto import get_random_string
from django.utils.timezone import now

from meetings.models import AgendaItem, Meeting
from tests import factories

AFTER = ("partners",)
FOR_ALL = {"answer_token", "poll_token", "feed_secret", "check_in", "minutes_token", "action_token", "public_minutes"}
FOR_ALL |= {"board_meeting", "board_paper"}  # on a public page
FOR_ALL |= {"feedback_token", "follow_up_token"}


def build(world: Any) -> None:
    """Add a group with a seat, a member, a series with two meetings, answers, a reply, a poll and a feed."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    group = factories.make_group(area, name="Partner team", purpose="What the partners decide together.")
    seat = factories.make_group_seat(group, partner)
    member = factories.make_group_member(group, manager, seat=seat)
    factories.make_group_member(group, name="Fay Outside", email="", role="facilitator")
    later = (now() + timedelta(days=30)).astimezone(area.zone).replace(hour=9, minute=0, second=0, microsecond=0)
    series = factories.make_series(group, first_on=later.date(), note="Bring numbers.", sequence=1)
    meeting = factories.make_meeting(series)
    factories.make_meeting(series, (later + timedelta(days=28)).replace(tzinfo=None), status="canceled", reason="Snow")
    invited = factories.make_meeting_invitation(series, manager, member=member, told_sequence=1, told_at=now())
    factories.make_answer(invited, meeting, comment="I bring coffee.")
    reply = factories.make_meeting_reply(series, comment="May I come?", name="A Stranger")
    poll = factories.make_poll(group, note="One hour is enough.")
    asked = factories.make_poll_invitation(poll, manager, comment="Mornings are best.")
    time = poll.times.earliest("starts_at")
    poll.answers.create(invitation=asked, time=time, suits="yes")
    rows = _record(group, series, seat, member, manager) | _train(group, seat, member, partner, manager)
    rows |= _room(rows["going_on"], seat)
    secret = get_random_string(40)
    rows |= _minutes(series)
    vars(world).update(
        group=group.pk,
        group_seat=seat.pk,
        group_member=member.pk,
        series=series.pk,
        meeting=meeting.pk,
        guest=invited.pk,
        meeting_reply=reply.pk,
        poll=poll.pk,
        poll_time=time.pk,
        answer_token=invited.token,
        poll_token=asked.token,
        feed=factories.make_feed(manager, secret).pk,
        feed_secret=secret,
        **rows,
        **_agenda(rows["topic"]),
        **_board(area),
        **_questions(area, partner, manager),
    )


def _record(group: Any, series: Any, seat: Any, member: Any, manager: Any) -> dict[str, Any]:
    """Add what is planned for the next meeting, a meeting that goes on, and one that was held, with its minutes."""
    coming = series.meetings.earliest("starts_at")
    item = factories.make_agenda_item(coming, title="Referral times", detail="Read the table.", owner=member)
    paper = factories.make_paper(item, title="Referrals of last quarter")
    template = factories.make_agenda_template(group, name="Usual agenda")
    local = (now() - timedelta(minutes=20)).astimezone(series.zone_info).replace(tzinfo=None, microsecond=0)
    going_on = factories.make_meeting(series, local)
    record = factories.make_record(going_on)
    topic = factories.make_agenda_item(going_on, title="Shared intake")
    present = factories.make_attendance(going_on, seat, name=manager.name)
    motion = factories.make_motion(going_on, item=topic, mover=seat, mover_name=manager.name)
    factories.make_meeting_note(going_on, topic)
    held = factories.make_meeting(series, local - timedelta(days=30), status="held")
    factories.make_record(held, closed_at=held.ends_at)
    factories.make_attendance(held, seat, name=manager.name)
    factories.make_meeting_decision(held, text="One intake form for all partners.")
    minutes = factories.make_minutes(
        held, text="We met and talked.", status="circulated", audience="group", circulated_at=now(),
        corrections_until=(now() + timedelta(days=14)).date(),
    )  # fmt: skip
    correction = factories.make_correction(minutes, text="I came at ten.")
    action = factories.make_action(
        group, meeting=held, partnership=seat.partnership, user=manager, name=manager.name, email=manager.email.lower()
    )  # fmt: skip
    return {
        "agenda_item": item.pk,
        "suggested_item": factories.make_agenda_item(
            series, title="A suggestion", state="suggested", suggested_at=now(), suggested_by=manager
        ).pk,
        "agenda_paper": paper.pk,
        "agenda_template": template.pk,
        "going_on": going_on.pk,
        "topic": topic.pk,
        "attendance": present.pk,
        "motion": motion.pk,
        "check_in": record.check_in_token,
        "held": held.pk,
        "correction": correction.pk,
        "minutes_token": factories.make_minutes_link(minutes, manager, member=member).token,
        "action": action.pk,
        "action_token": factories.make_action_link(action).token,
    }


def _agenda(topic: int) -> dict[str, Any]:
    """Add a paper to the agenda of the meeting that goes on, which its members see, and a declined suggestion."""
    item = AgendaItem.objects.select_related("series").get(pk=topic)
    factories.make_agenda_item(
        item.series, title="A declined item", state="declined", reason="Another group decides it.", suggested_at=now()
    )
    return {"shown_paper": factories.make_paper(item, title="Shared intake form").pk}


def _minutes(series: Any) -> dict[str, Any]:
    """Add a meeting whose minutes are public as a draft, and a packet of it that could not be made."""
    local = (now() - timedelta(days=60)).astimezone(series.zone_info).replace(tzinfo=None, microsecond=0)
    held = factories.make_meeting(series, local, status="held")
    factories.make_record(held, closed_at=held.ends_at)
    public = factories.make_minutes(
        held, text="We met in **public**.", status="circulated", circulated_at=now(), audience="public",
        published_at=now(),
    )  # fmt: skip
    packet = factories.make_meeting_pdf(held, status="failed", message="Pango is missing.")
    return {"public_minutes": public.pk, "meeting_pdf": packet.pk}


def _board(area: Any) -> dict[str, Any]:
    """Add a board whose page is public, with an open meeting, its published agenda and a paper for everybody."""
    board = factories.make_group(area, kind="board", name=area.board_name, is_open_meeting=True)
    bylaws = factories.make_file(use="meetings.bylaws", name="by-laws.pdf")
    factories.make_board_page(board, about="We oversee the career centers.", bylaws=bylaws)
    later = (now() + timedelta(days=20)).astimezone(area.zone).replace(hour=8, minute=0, second=0, microsecond=0)
    series = factories.make_series(board, first_on=later.date())
    meeting = factories.make_meeting(series)
    factories.make_record(meeting, opened_at=None, agenda_published_at=now())
    paper = factories.make_paper(factories.make_agenda_item(meeting, title="The budget"), is_public=True)
    held = factories.make_meeting(series, (later - timedelta(days=60)).replace(tzinfo=None), status="held")
    factories.make_record(held, closed_at=held.ends_at)
    factories.make_carried_motion(held, text="To adopt the budget.")
    factories.make_minutes(held, status="circulated", audience="public", circulated_at=now(), published_at=now())
    return {"board_group": board.pk, "board_meeting": meeting.pk, "board_paper": paper.pk}


def _questions(area: Any, partner: Any, manager: Any) -> dict[str, Any]:
    """Add a question of the partner with an answer, one to it with a proposed day, and one that is answered."""
    question = factories.make_question(area, manager, asker=partner, status="replied")
    question.program_links.create(program=factories.make_program())
    entry = factories.make_question_entry(question)
    asked = factories.make_question(area, to_partnership=partner)
    factories.make_question_entry(asked, manager, kind="date_proposed", text="We are away.", partnership=partner)
    later = asked.due_on + timedelta(days=7)
    asked.proposed_on, asked.proposed_by, asked.proposed_by_asker = later, manager, False
    asked.save()
    answered = factories.make_answered_question(area, asker=partner)
    return {
        "help_question": question.pk,
        "question_entry": entry.pk,
        "question_asked": asked.pk,
        "question_answered": answered.pk,
    }


def _train(group: Any, seat: Any, member: Any, partner: Any, manager: Any) -> dict[str, Any]:
    """Add a series of trainings with one that was held two months ago and one to come, feedback and a follow-up."""
    local = (now() - timedelta(days=61)).astimezone(group.zone).replace(tzinfo=None, microsecond=0)
    series = factories.make_series(group, kind="training", title="Partners teach partners", first_on=local.date())
    held = factories.make_meeting(series, local, status="held")
    coming = factories.make_meeting(series, local + timedelta(days=90))
    program = factories.make_program()
    host = factories.make_partnership(group.area)
    access = factories.make_access(partner, program, mode="trained", host=host)
    training = factories.make_training(
        held, programs=[program], teachers=[partner], for_whom="Front-desk staff", teacher_name="Kim Teacher"
    )
    factories.make_training(coming, programs=[program], teachers=[partner])
    factories.make_training_count(training, host)
    factories.make_attendance(held, seat, name=manager.name)
    material = factories.make_training_material(training, title="Slides")
    factories.make_training_material(
        training, factories.make_file(use="meetings.training_material", name="handout.pdf"), title="Handout"
    )
    link = factories.make_feedback_link(training, manager)
    for different in ("I call first.", "I ask about documents.", "I refer by email."):
        factories.make_feedback(training, different=different)
    follow_up = factories.make_follow_up(training, partner, comment="The desk asks now.")
    speaker = factories.make_representative(partner, kind="alternate", email="speaker@partner.example")
    asked = factories.make_follow_up_link(follow_up, speaker, manager)
    return {
        "training": training.pk,
        "trained": held.pk,
        "trained_access": access.pk,
        "training_material": material.pk,
        "follow_up": follow_up.pk,
        "feedback_token": link.token,
        "follow_up_token": asked.token,
    }


def _room(pk: int, seat: Any) -> dict[str, Any]:
    """Add what is recorded at the meeting that goes on: an officer and a guest who came, a vote, a decision."""
    going_on = Meeting.objects.get(pk=pk)
    officer = factories.make_group_member(going_on.group, name="Otto Officer", email="", role="secretary")
    factories.make_attendance(going_on, officer)
    factories.make_attendance(going_on, name="Gus Guest", organization_name="The Press", via="self")
    factories.make_meeting_note(going_on, text="It began late.")
    carried = factories.make_carried_motion(going_on, mover=seat, mover_name="Ann Example", seconder_name="Bo Example")
    carried.votes.create(seat=seat, name="Ann Example", cast="yes")
    decided = factories.make_meeting_decision(going_on, text="Intake begins at nine.")
    return {"officer": officer.pk, "carried_motion": carried.pk, "decided": decided.pk}
