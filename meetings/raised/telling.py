"""Who hears of a raised issue, and what they are told: who raised it, the staff of the area, and the state."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy

from meetings.models import RaisedEntry, RaisedIssue
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Role, State
from partners.notices.audiences import people_of_partners, seated_in, together

RAISED = "meetings.issue_raised"
SENT = "meetings.issue_sent"
CHANGED = "meetings.issue_changed"
Kind = RaisedEntry.Kind
SAYS = {
    Kind.NOTE: gettext_lazy("%(name)s added a note to the issue “%(issue)s”."),
    Kind.SENT: gettext_lazy("%(name)s sent the issue “%(issue)s” of %(area)s to the state."),
    Kind.FEDERAL: gettext_lazy("%(name)s passed the issue “%(issue)s” on to the federal level."),
    Kind.ANSWER: gettext_lazy("%(name)s answered the issue “%(issue)s”."),
    Kind.CLOSED: gettext_lazy("%(name)s closed the issue “%(issue)s”."),
    Kind.REOPENED: gettext_lazy("%(name)s reopened the issue “%(issue)s”."),
}
BUTTON = gettext_lazy("View the issue")


def administrators_of(state: State | int) -> list[User]:
    """Return the administrators of a state; one query."""
    seats = Membership.objects.current().filter(role=Role.STATE, state=state, user__is_active=True)
    return together([seat.user for seat in seats.select_related("user").order_by("since", "pk")])


def raisers_of(issue: RaisedIssue) -> list[User]:
    """Return who raised an issue, if still here, and the managers of the partner for which it was raised."""
    person = issue.raised_by
    here = Q(role=Role.STAFF, area=issue.area_id)
    if issue.partnership:
        here |= Q(partnership=issue.partnership) | Q(organization=issue.partnership.organization_id)
    still = []
    if person and person.is_active and Membership.objects.current().filter(here, user=person).exists():
        still.append(person)
    managers = people_of_partners([issue.partnership])[issue.partnership.pk] if issue.partnership else []
    return together(still, managers)


def staff_of(issue: RaisedIssue) -> list[User]:
    """Return the staff of the area of an issue."""
    return seated_in(Role.STAFF, [issue.area_id]).get(issue.area_id, [])


def tell_staff(issue: RaisedIssue, *, by: User, at: datetime) -> None:
    """Tell the staff of the area that an issue was raised."""
    says = _("%(name)s raised an issue for %(partner)s: “%(issue)s”. Send it to the state, or close it with an answer.")
    names = {"name": by.name, "partner": issue.raiser_name, "issue": issue.title}
    _tell(RAISED, issue, staff_of(issue), key=f"{issue.pk}", says=says % names, quote=issue.text, by=by, at=at)


def tell_about(issue: RaisedIssue, entry: RaisedEntry, *, by: User, at: datetime) -> None:
    """Tell all whom an issue concerns what somebody did; the state, once it was sent there."""
    names = {"name": entry.name, "issue": issue.title, "area": issue.area.name}
    says = SAYS[Kind(entry.kind)] % names
    state = administrators_of(issue.area.state_id) if issue.sent_at else []
    concerned = together(raisers_of(issue), staff_of(issue))
    key, quote = str(entry.pk), entry.text
    if entry.kind == Kind.SENT:
        _tell(SENT, issue, state, key=key, says=says, quote=quote or issue.text, by=by, at=at)
        told = {person.pk for person in state}
        concerned = [person for person in concerned if person.pk not in told]
    else:
        concerned = together(concerned, state)
    _tell(CHANGED, issue, concerned, key=key, says=says, quote=quote, by=by, at=at)


def context_of(issue: RaisedIssue, person: User, *, says: str, quote: str = "") -> dict[str, object]:
    """Return what a mail about an issue needs."""
    return {"issue": issue, "area": issue.area, "recipient": person, "says": says, "quote": quote, "button": BUTTON}


def why_of(kind: str, issue: RaisedIssue) -> str:
    """Return why somebody hears of an issue."""
    if kind == SENT:
        return _("You administer the state of %(area)s.") % {"area": issue.area.name}
    if kind == RAISED:
        return _("You are One-Stop staff of %(area)s.") % {"area": issue.area.name}
    return _("You or your organization raised this issue, or you answer for it.")


def _tell(
    kind: str, issue: RaisedIssue, people: list[User], *, key: str, says: str, quote: str, by: User, at: datetime
) -> None:
    notify_many(
        [
            Message(
                kind=kind,
                key=f"{kind}:{key}:{person.pk}",
                to=person,
                about=[issue, issue.area],
                context=context_of(issue, person, says=says, quote=quote),
                why=why_of(kind, issue),
                path=issue.get_absolute_url(),
                zone=issue.area.zone,
                scope=issue.area,
            )
            for person in people
            if person.pk != by.pk
        ],
        at=at,
    )
