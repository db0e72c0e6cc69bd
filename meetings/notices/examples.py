"""Invented meetings, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import ActionItem, ActionUpdate, Answer, Group, Meeting, MeetingInvitation, Poll, Series
from partners.models import LocalArea


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


def action() -> Mapping[str, Any]:
    """Return the context of a mail about action items."""
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    group = Group(pk=1, area=area, name=_("Partner team"), kind=Group.Kind.WORKGROUP)
    name, url = "Sam Sample", settings.PUBLIC_URL  # no translation: an invented person
    on = date(2027, 1, 19)
    items = [
        ActionItem(pk=1, group=group, text=_("Send the referral counts of last quarter"), name=name, due_on=on),
        ActionItem(pk=2, group=group, text=_("Ask the library for a room"), name=name, due_on=on + timedelta(days=7)),
    ]
    links = {"done": url, "progress": url, "day": url}
    rows = [
        {"action": each, "organization": "", "for_all": "", "page_url": url, "links": links, "days": 15}
        for each in items
    ]
    asked = on + timedelta(days=14)
    update = ActionUpdate(
        action=items[0], kind=ActionUpdate.Kind.ASKED, text=_("Two partners still count."), name=name, due_on=on,
        asked_due_on=asked,
    )  # fmt: skip
    return {
        **rows[0], "group": group, "person": name, "rows": rows, "number": 2, "more": 0, "update": update,
        "days": 7, "is_over": False, "is_today": False, "action_url": url,
        "why": _("An action item of the group %(group)s is yours.") % {"group": group.name},
    }  # fmt: skip
