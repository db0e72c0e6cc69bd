"""Meetings: a group in which the partner has a seat that its manager fills, with a series, a meeting and a poll."""

from datetime import timedelta
from typing import Any

from django.utils.crypto import get_random_string
from django.utils.timezone import now

from meetings.models import AgendaItem
from tests import factories

AFTER = ("partners",)
FOR_ALL = {"answer_token", "poll_token", "feed_secret", "check_in", "minutes_token", "action_token"}


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
    rows = _record(group, series, seat, member, manager)
    secret = get_random_string(40)
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
        held, text="We met and talked.", status="circulated", audience="group", circulated_at=now()
    )
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
