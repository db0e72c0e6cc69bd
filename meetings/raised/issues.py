"""Raise an issue, and correct it until it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import Goal, RaisedIssue
from meetings.raised.refusals import CannotRaise, demand_no_customer, demand_status, lock_issue
from meetings.raised.telling import tell_staff
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Partnership

FACTS = ("title", "text", "goal")


@recorded
def raise_issue(
    area: LocalArea,
    *,
    facts: Mapping[str, Any],
    partnership: Partnership | None = None,
    vouched: bool = False,
    by: User,
    at: datetime,
) -> RaisedIssue:
    """Raise an issue for a partner, or for the staff, and tell the staff.

    ``vouched`` confirms that what looks like personal data does not identify a customer.

    :raises CannotRaise: if the partner has left, the goal is of another place, or the text may identify a customer.
    """
    if partnership and not Partnership.objects.current().filter(pk=partnership.pk, area=area).exists():
        raise CannotRaise(_("This organization is not a partner here any more."), field="partnership")
    issue = RaisedIssue(
        area=area, partnership=partnership, raised_name=by.name, raised_by=by, raised_at=at,
        **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    _check(issue, vouched=vouched)
    issue.save()
    if partnership:
        tell_staff(issue, by=by, at=at)
    return issue


@recorded
def update_issue(
    issue: RaisedIssue,
    *,
    facts: Mapping[str, Any],
    vouched: bool = False,
    version: str = "",
    by: User,
    at: datetime,
) -> RaisedIssue:
    """Correct an issue that was not sent yet.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotRaise: if it was sent or closed, the goal is of another place, or the text may identify a customer.
    """
    issue = lock_issue(issue)
    demand_version(issue, (), version)
    demand_status(issue, RaisedIssue.Status.OPEN)
    if issue.sent_at:
        raise CannotRaise(_("The state has read this issue. Add a note instead."))
    changed = apply_facts(issue, {name: facts[name] for name in FACTS if name in facts})
    _check(issue, vouched=vouched)
    if changed:
        issue.save(update_fields=changed)
    return issue


def _check(issue: RaisedIssue, *, vouched: bool) -> None:
    for field in ("title", "text"):
        if not getattr(issue, field).strip():
            raise CannotRaise(_("Say what is in the way."), field=field)
    demand_no_customer({"title": issue.title, "text": issue.text}, vouched=vouched)
    if issue.goal_id and not goals_of(issue.area).filter(pk=issue.goal_id).exists():
        raise CannotRaise(_("Choose a goal of this area or its state."), field="goal")


def goals_of(area: LocalArea) -> Any:
    """Return the goals to which an issue of an area may belong: its own, and those of its state."""
    current = Goal.objects.current().filter(plan__archived_at=None)
    return current.filter(plan__area=area) | current.filter(plan__state=area.state_id)
