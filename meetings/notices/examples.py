"""Invented meetings, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import Answer, Group, Meeting, MeetingInvitation, Poll, Series, Training, TrainingFeedbackLink
from partners.models import LocalArea, Organization, Partnership


def meeting(**more: Any) -> Mapping[str, Any]:
    """Return the context of a mail about a series or a meeting."""
    now = timezone.now()
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    group = Group(pk=1, area=area, name=_("Partner team"), kind=Group.Kind.WORKGROUP)
    first = date(2027, 1, 12)
    series = Series(
        pk=1, group=group, title=_("Partner team"), rule="FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", first_on=first,
        starts=time(9), minutes=90, zone=area.time_zone, place=_("Center Street, room 2"),
        note=_("Bring the referral counts of last month."),
    )  # fmt: skip
    starts = datetime.combine(first, time(9), area.zone)
    planned = Meeting(
        pk=1, series=series, group=group, original_on=first, original_at=time(9), starts_at=starts,
        ends_at=starts + timedelta(minutes=90), title=series.title, minutes=90, place=series.place,
    )  # fmt: skip
    name, email = "Sam Sample", "sam@millrace.example"  # no translation: an invented person
    invitation = MeetingInvitation(pk=1, series=series, name=name, email=email, nonce="example", expires_at=now)
    answer = Answer(alternate_name="Alex Instance", alternate_email="alex@millrace.example")  # no translation: invented
    poll = Poll(pk=1, group=group, title=_("Partner team"), minutes=60, closes_at=starts - timedelta(days=7))
    url = settings.PUBLIC_URL
    return {
        "series": series, "group": group, "meeting": planned, "invitation": invitation, "schedule": series.schedule,
        "coming": [planned], "changes": [], "links": {"yes": url, "no": url, "alternate": url}, "answer": answer,
        "person": name, "poll": poll, "times": [starts, starts + timedelta(days=1)], "action_url": url,
        "why": _("You belong to the group %(group)s.") % {"group": group.name}, **more,
    }  # fmt: skip


def training(**more: Any) -> Mapping[str, Any]:
    """Return the context of a mail about a training."""
    context = dict(meeting())
    planned: Meeting = context["meeting"]
    planned.title = _("How claims work")
    organization = Organization(name=_("Millrace Literacy"))
    partnership = Partnership(pk=1, area=context["group"].area, organization=organization)
    name, email = "Sam Sample", "sam@millrace.example"  # no translation: an invented person
    link = TrainingFeedbackLink(pk=1, name=name, email=email, nonce="example")
    return context | {
        "training": Training(pk=1, meeting=planned, topic=planned.title), "partnership": partnership, "link": link,
        "name": link.name, "held_on": planned.local_start.date(), "next": _("We will remind you again in two weeks."),
        **more,
    }  # fmt: skip
