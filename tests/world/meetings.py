"""Meetings: a group in which the partner has a seat that its manager fills, with a series, a meeting and a poll."""

from datetime import timedelta
from typing import Any

from django.utils.crypto import get_random_string
from django.utils.timezone import now

from tests import factories

AFTER = ("partners",)
FOR_ALL = {"answer_token", "poll_token", "feed_secret"}


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
    )
