"""Who reports on goals for partners, and the personal links by which they do it from their mail."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.actions.recipients import Recipient, speakers_of
from meetings.models import Goal, GoalLink, GoalPartner
from onestop.accounts import signed_links
from partners.models import Membership, Partnership, Role
from partners.seats import seats_of

LINK_DAYS = timedelta(days=120)  # a link lives this long after the last mail that has it


@dataclass(frozen=True)
class Accountable:
    """The partner that answers for a goal, and who of it reports."""

    partnership: Partnership
    recipients: list[Recipient]


def accountable_for(goals: Iterable[Goal]) -> dict[int, Accountable]:
    """Return who reports on each goal: the representatives of its partner, else its managers; three queries."""
    rows = GoalPartner.objects.filter(goal__in=[goal.pk for goal in goals], role=GoalPartner.Role.ACCOUNTABLE)
    links = list(rows.filter(partnership__archived_at=None).select_related("partnership__organization"))
    partnerships = {link.partnership_id for link in links}
    speakers = speakers_of(partnerships)
    managers = _managers_of(partnerships - speakers.keys())
    return {
        link.goal_id: Accountable(
            link.partnership, speakers.get(link.partnership_id) or managers.get(link.partnership_id, [])
        )
        for link in links
    }


def _managers_of(partnerships: Collection[int]) -> dict[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = {}
    seats = Membership.objects.current().filter(role=Role.MANAGER, partnership__in=partnerships, user__is_active=True)
    for seat in seats.select_related("user").order_by("since", "pk") if partnerships else ():
        found.setdefault(seat.partnership_id or 0, []).append(Recipient(seat.user.name, seat.user))
    return found


def partnership_of(goal: Goal, user: Any) -> Partnership | None:
    """Return the partner of a goal for which somebody reports: the accountable one first; one query."""
    own = seats_of(user).partnership_ids
    links = goal.partner_links.filter(partnership__in=own).select_related("partnership__organization")
    link = links.order_by("role", "pk").first() if own else None
    return link.partnership if link else None


def link_for(goal: Goal, partnership: Partnership, recipient: Recipient, *, at: datetime) -> GoalLink:
    """Return the link of a person to a goal, new or prolonged; in the running transaction."""
    given = {
        "name": recipient.name or recipient.address, "user": recipient.user, "partnership": partnership,
        "representative": recipient.representative, "expires_at": at + LINK_DAYS,
    }  # fmt: skip
    link, _made = GoalLink.objects.update_or_create(
        goal=goal,
        email=recipient.address,
        revoked_at=None,
        defaults=given,
        create_defaults={**given, "nonce": signed_links.new_nonce(), "asked_at": at},
    )
    link.goal = goal
    return link


def path_of(link: GoalLink) -> str:
    """Return where its holder reports: signed in, or by the link."""
    if link.user:
        return reverse("meetings:goal_report", args=[link.goal_id])
    return link.address.removeprefix(settings.PUBLIC_URL)


def why_of(partnership: Partnership) -> str:
    """Return why somebody gets mail about a goal."""
    return _("You speak for %(organization)s, which answers for this goal.") % {
        "organization": partnership.organization.name
    }
