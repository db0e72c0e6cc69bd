"""Invented meetings and questions, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from meetings.agendas.reading import Agenda, PlannedItem
from meetings.assistance.messages import ANSWER, REVIEW, VIEW, context_of
from meetings.goals.consents import plan_mail
from meetings.models import (
    ActionItem,
    ActionUpdate,
    AgendaItem,
    AgendaPaper,
    Answer,
    Goal,
    Group,
    Meeting,
    MeetingInvitation,
    Minutes,
    MinutesCorrection,
    MinutesLink,
    Poll,
    Purpose,
    Question,
    Series,
    SharedPlan,
    Training,
    TrainingFeedbackLink,
)
from onestop.accounts.models import User
from onestop.files.models import StoredFile
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
    agenda = _agenda(planned)
    poll = Poll(pk=1, group=group, title=_("Partner team"), minutes=60, closes_at=starts - timedelta(days=7))
    url = settings.PUBLIC_URL
    minutes = Minutes(pk=1, meeting=planned, corrections_until=date(2027, 2, 2))
    correction = MinutesCorrection(
        pk=1, minutes=minutes, name=name, text=_("I came at ten."), state=MinutesCorrection.State.TAKEN,
        answer=_("Thank you."),
    )  # fmt: skip
    link = MinutesLink(pk=1, minutes=minutes, name=name, email=email, nonce="example", expires_at=now)
    return {
        "series": series, "group": group, "meeting": planned, "invitation": invitation, "schedule": series.schedule,
        "coming": [planned], "changes": [], "links": {"yes": url, "no": url, "alternate": url}, "answer": answer,
        "person": name, "poll": poll, "times": [starts, starts + timedelta(days=1)], "action_url": url,
        "agenda": agenda, "papers_url": f"{url}/", "item": agenda.items[0].item,
        "minutes": minutes, "correction": correction, "link": link, "name": name,
        "why": _("You belong to the group %(group)s.") % {"group": group.name}, **more,
    }  # fmt: skip


def _agenda(meeting: Meeting) -> Agenda:
    """Return an agenda with two items, one with a paper."""
    welcome = AgendaItem(pk=1, title=_("Welcome"), purpose=Purpose.INFORM, minutes=5, meeting=meeting)
    times = AgendaItem(
        pk=2, title=_("Referral times"), purpose=Purpose.DECIDE, minutes=25, meeting=meeting,
        owner_name="Sam Sample",  # no translation: an invented person
    )  # fmt: skip
    file = StoredFile(pk=1, name="referrals.pdf", kind=StoredFile.Kind.PDF, size=120_000, state=StoredFile.State.CLEAN)
    paper = AgendaPaper(pk=1, item=times, file=file, title=_("Referrals of last quarter"))
    start = meeting.local_start
    items = [PlannedItem(welcome, 1, start), PlannedItem(times, 2, start + timedelta(minutes=5), [paper])]
    return Agenda(meeting, items, published_at=meeting.starts_at - timedelta(days=7))


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


def question(does: str) -> Mapping[str, Any]:
    """Return the context of a mail about an invented question, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    asker = Partnership(area=area, organization=Organization(name=_("Millrace Adult Learning")))
    asked = Partnership(area=area, organization=Organization(name=_("Crosswalk Legal Aid")))
    asked_one = Question(
        pk=1, area=area, asker=asker, to_partnership=asked, subject=_("Interpreter for an intake on short notice"),
        question=_("Whom do you call if a customer needs an interpreter on the same day?"), due_on=date(2027, 2, 16),
        asked_name="Sam Sample", asked_at=timezone.now(),  # no translation: an invented person
    )  # fmt: skip
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented person
    names = {"asker": asked_one.asker_name, "asked": asked_one.recipient_name, "subject": asked_one.subject}
    says = {
        ANSWER: _("%(asker)s asks: “%(subject)s”") % names,
        REVIEW: _("%(asked)s answered your question “%(subject)s”.") % names,
        VIEW: _("%(asker)s accepted the answer to “%(subject)s”.") % names,
    }
    quote = {ANSWER: asked_one.question, REVIEW: _("We share a phone line with the hospital."), VIEW: ""}
    context = context_of(asked_one, ann, says=says[does], quote=quote[does], does=does)
    return context | {"action_url": settings.PUBLIC_URL, "why": _("You belong to a partner.")}


def plan(button: str | Promise, says: str | Promise, quote: str | Promise = "") -> Mapping[str, Any]:
    """Return the context of a mail about an invented plan, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    shown = SharedPlan(pk=1, area=area, name=_("Plan 2025 to 2028"))
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented person
    context = plan_mail(shown, ann, says=str(says), quote=str(quote), button=str(button))
    return context | {"action_url": settings.PUBLIC_URL, "why": _("You belong to a partner.")}


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


def goal_asked() -> Mapping[str, Any]:
    """Return the context of a mail in which the staff ask for a report on an invented goal, never saved."""
    return {**goal(), "asker": "Alex Example", "is_over": True}  # no translation: invented


def goal() -> Mapping[str, Any]:
    """Return the context of a mail about a report on an invented goal, never saved."""
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    plan = SharedPlan(pk=1, area=area, name=_("Plan 2025 to 2028"))
    shown = Goal(
        pk=1, plan=plan, name=_("Credentials earned through two partners at once"), due_on=date(2028, 6, 30),
        measure=_("People a quarter who earn a credential"), unit=Goal.Unit.PEOPLE, target=Decimal(70),
    )  # fmt: skip
    name, organization = "Sam Sample", "Millrace Adult Learning"  # no translation: invented
    return {
        "goal": shown, "due": date(2027, 1, 15), "days": 7, "is_over": False, "is_today": False, "person": name,
        "organization": organization, "target": _("70 people"), "report_url": settings.PUBLIC_URL,
        "action_url": settings.PUBLIC_URL,
        "why": _("You speak for %(organization)s, which answers for this goal.") % {"organization": organization},
    }  # fmt: skip
