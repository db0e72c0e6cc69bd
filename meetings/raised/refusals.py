"""When an issue cannot be raised, sent, answered or closed, in words."""

from django.utils.translation import gettext as _

from meetings.models import RaisedIssue
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused


class CannotRaise(Refused):
    """An issue cannot be raised or go on like this."""


def lock_issue(issue: RaisedIssue) -> RaisedIssue:
    """Lock an issue and return it as it is now, in the running transaction."""
    # Lock: of two who act at once, the second sees what the first has done.
    rows = RaisedIssue.objects.select_for_update(of=("self",), no_key=True).with_names()
    return rows.get(pk=issue.pk)


def demand_status(issue: RaisedIssue, *allowed: str) -> None:
    """Refuse unless an issue has one of some statuses.

    :raises CannotRaise: then; it says how the issue stands.
    """
    if issue.status not in allowed:
        words = _("This is not possible any more. The issue is: %(status)s.")
        raise CannotRaise(words % {"status": issue.get_status_display()})


def demand_no_customer(texts: dict[str, str], *, vouched: bool) -> None:
    """Refuse texts, by their fields, that may identify a customer, unless somebody confirmed that they do not.

    :raises CannotRaise: then.
    """
    for field, text in texts.items() if not vouched else ():
        if found := find_personal_data([text]):
            words = _("%(finding)s. Others read this, so it must not identify a customer. Remove it, or confirm it.")
            raise CannotRaise(words % {"finding": found[0]}, field=field)
