"""Corrections of minutes: members send them by link or signed in, and whoever keeps the minutes answers each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from meetings.groups.groups import demand_no_personal_data
from meetings.minutes.circulation import links_of
from meetings.minutes.drafting import CannotKeepMinutes, lock_minutes, set_text
from meetings.models import Minutes, MinutesCorrection, MinutesLink
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

ANSWERED = "meetings.correction"
MOST_OF_ONE = 20  # corrections of one person that wait for an answer
State = MinutesCorrection.State


# ---------------------------------------------------------------- Sending
@recorded
def correct_by_link(link: MinutesLink, *, text: str, by: User | None, at: datetime) -> MinutesCorrection:
    """Record a correction that somebody sent by their personal link.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotKeepMinutes: if corrections are no longer taken, or too many of theirs wait.
    """
    with signed_by_link(link):
        minutes = lock_minutes(link.minutes)
        link = lock_open(link, at)
        note_answered(link, at)
        return _add(minutes, text, at=at, name=link.name, user=link.account, link=link)


@recorded
def correct(minutes: Minutes, *, text: str, by: User, at: datetime) -> MinutesCorrection:
    """Record a correction of somebody who signed in.

    :raises CannotKeepMinutes: if corrections are no longer taken, or too many of theirs wait.
    """
    minutes = lock_minutes(minutes)
    link = links_of(minutes, by).first()
    if link:
        note_answered(link, at)
    return _add(minutes, text, at=at, name=by.name, user=by, link=link)


def _add(minutes: Minutes, text: str, *, at: datetime, **who: Any) -> MinutesCorrection:
    today = at.astimezone(minutes.meeting.series.zone_info).date()
    if not minutes.takes_corrections(today):
        raise CannotKeepMinutes(_("Corrections of these minutes are no longer taken."))
    if minutes.meeting.group.is_support_team:
        demand_no_personal_data(text)
    waiting = minutes.corrections.filter(state=State.OPEN)
    own = waiting.filter(link=who["link"]) if who["link"] else waiting.filter(user=who["user"])
    if own.count() >= MOST_OF_ONE:
        raise CannotKeepMinutes(_("Wait for an answer to the corrections that you have sent."), field="text")
    return MinutesCorrection.objects.create(minutes=minutes, text=text, at=at, **who)


# ---------------------------------------------------------------- Answering
@recorded
def answer_correction(
    correction: MinutesCorrection,
    *,
    state: str,
    answer: str,
    facts: Mapping[str, Any] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> MinutesCorrection:
    """Answer a correction: the text was corrected (``facts`` has it), or is not changed, for a reason.

    Whoever sent it gets the answer by mail.

    :raises CannotKeepMinutes: if it was answered, the minutes are approved, or the reason is missing.
    :raises ChangedMeanwhile: if somebody else changed the text since ``version``.
    """
    minutes = lock_minutes(correction.minutes)
    correction = MinutesCorrection.objects.select_related("user", "link__user").get(pk=correction.pk)
    if not correction.is_open:
        raise CannotKeepMinutes(_("This correction was answered already."))
    if minutes.is_approved:
        raise CannotKeepMinutes(_("These minutes are approved. Approved minutes never change."))
    if state not in (State.TAKEN, State.DECLINED):
        raise CannotKeepMinutes(_("Choose an answer."), field="state")
    if state == State.DECLINED and not answer.strip():
        raise CannotKeepMinutes(_("Enter why the text is not changed."), field="answer")
    if state == State.TAKEN and facts:
        set_text(minutes, facts, version=version)
    correction.state, correction.answer = state, answer.strip()
    correction.answered_at, correction.answered_by = at, by
    correction.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    correction.minutes = minutes
    notify_many(_messages(correction), at=at)
    return correction


def _messages(correction: MinutesCorrection) -> list[Message]:
    """Return the mail to whoever sent a correction; nobody, if they are no longer reached."""
    minutes, link = correction.minutes, correction.link
    group = minutes.meeting.group
    if link:
        to: User | str = contacts.person_at(link.email, link.user)
        path = link.address.removeprefix(settings.PUBLIC_URL)
    elif correction.user:
        to, path = correction.user, minutes.get_absolute_url()
    else:
        return []
    return [
        Message(
            kind=ANSWERED,
            key=f"{ANSWERED}:{correction.pk}",
            to=to,
            about=[minutes.meeting, group],
            scope=group.area,
            why=_("You sent a correction of these minutes."),
            path=path,
            zone=minutes.meeting.series.zone_info,
            context={"correction": correction, "meeting": minutes.meeting, "group": group, "name": correction.name},
        )
    ]
