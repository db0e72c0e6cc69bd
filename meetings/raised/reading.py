"""How a raised issue stands, what a person can do about it, and the figures of many."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import RaisedIssue
from partners.rules import may

Status = RaisedIssue.Status
Chip = tuple[str, Any, str]
LONG = 30  # days after which an issue counts as waiting for long
CHIPS: dict[str, Chip] = {
    Status.OPEN: ("rest", gettext_lazy("Raised"), "flag"),
    Status.SENT: ("way", gettext_lazy("Waiting for the state"), "hourglass-split"),
    Status.FEDERAL: ("way", gettext_lazy("At the federal level"), "arrow-up-circle"),
    Status.ANSWERED: ("good", gettext_lazy("Answered"), "check-circle-fill"),
    Status.CLOSED: ("rest", gettext_lazy("Closed"), "x-circle"),
}


def chip_of(issue: RaisedIssue) -> Chip:
    """Return the status of an issue as a chip."""
    return CHIPS[issue.status]


def age_words(issue: RaisedIssue, today: date) -> str:
    """Return the age of an issue in words: "12 days"; of an answered one, how long the answer took."""
    days = issue.age(today)
    if not days:
        return _("less than a day")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def waits_long(issue: RaisedIssue, today: date) -> bool:
    """Whether an issue waits for longer than 30 days."""
    return issue.is_waiting and issue.age(today) > LONG


@dataclass(frozen=True)
class May:
    """What a person can do about an issue as it is now."""

    edit: bool = False
    send: bool = False
    note: bool = False
    pass_on: bool = False
    answer: bool = False
    close: bool = False
    reopen: bool = False


def may_do(issue: RaisedIssue, user: Any) -> May:
    """Return what a person can do about an issue."""
    follows, answers = may(user, "meetings.follow_issue", issue), may(user, "meetings.answer_issue", issue)
    is_sent = issue.status in (Status.SENT, Status.FEDERAL)
    return May(
        edit=issue.status == Status.OPEN and issue.sent_at is None and may(user, "meetings.edit_issue", issue),
        send=issue.status == Status.OPEN and may(user, "meetings.send_issue", issue),
        note=follows and issue.status != Status.CLOSED,
        pass_on=answers and issue.status == Status.SENT,
        answer=answers and is_sent,
        close=follows and issue.status != Status.CLOSED,
        reopen=follows and issue.status in (Status.ANSWERED, Status.CLOSED),
    )
