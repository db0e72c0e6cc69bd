"""Who reports on goals for partners, and the personal links by which they do it from their mail."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from meetings.actions.recipients import Recipient, speakers_of
from meetings.models import Goal, GoalLink, GoalPartner
from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.ui.sentences import retold as _
from partners.models import Partnership
from partners.notices.audiences import people_of_partners
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
    people = _people_of([link.partnership for link in links])
    return {link.goal_id: Accountable(link.partnership, people[link.partnership_id]) for link in links}


def _people_of(partnerships: Collection[Partnership]) -> dict[int, list[Recipient]]:
    """Return the representatives of each partner, else its managers, also those of its whole organization."""
    speakers = speakers_of({each.pk for each in partnerships})
    silent = {each.pk: each for each in partnerships if each.pk not in speakers}
    managers = people_of_partners(list(silent.values())) if silent else {}
    found: dict[int, list[Recipient]] = dict(speakers)
    return found | {pk: [Recipient(user.name, user) for user in users] for pk, users in managers.items()}


@dataclass(frozen=True)
class Reporter:
    """Somebody who can be asked for a report: of the partner that answers for a goal, or of one that contributes."""

    partner: GoalPartner
    recipient: Recipient

    @property
    def address(self) -> str:
        """The address in small letters."""
        return self.recipient.address

    @property
    def name(self) -> str:
        """The name, or the address of somebody without one."""
        return self.recipient.name or self.recipient.address


def reporters_of(goal: Goal) -> list[Reporter]:
    """Return who can be asked for a report, those of the accountable partner first; each address once."""
    rows = goal.partner_links.filter(partnership__archived_at=None).select_related("partnership__organization")
    links = list(rows.order_by("role", "partnership__organization__name", "pk"))
    people = _people_of([link.partnership for link in links])
    found: dict[str, Reporter] = {}
    for link in links:
        for recipient in people[link.partnership_id]:
            found.setdefault(recipient.address, Reporter(link, recipient))
    return list(found.values())


def partnership_of(goal: Goal, user: Any) -> Partnership | None:
    """Return the partner of a goal for which somebody reports: the accountable one first; one query."""
    own = seats_of(user).partnership_ids
    links = goal.partner_links.filter(partnership__in=own).select_related("partnership__organization")
    link = links.order_by("role", "pk").first() if own else None
    return link.partnership if link else None


def link_for(
    goal: Goal, partnership: Partnership, recipient: Recipient, *, by: User | None = None, at: datetime
) -> GoalLink:
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
        create_defaults={**given, "nonce": signed_links.new_nonce(), "asked_by": by, "asked_at": at},
    )
    link.goal = goal
    return link


def path_of(link: GoalLink) -> str:
    """Return where its holder reports: signed in, or by the link."""
    if link.user:
        return reverse("meetings:goal_report", args=[link.goal_id])
    return link.address.removeprefix(settings.PUBLIC_URL)


def why_of(partnership: Partnership, role: str = GoalPartner.Role.ACCOUNTABLE) -> str:
    """Return why somebody gets mail about a goal."""
    words = _("You speak for %(organization)s, which answers for this goal.")
    if role != GoalPartner.Role.ACCOUNTABLE:
        words = _("You speak for %(organization)s, which contributes to this goal.")
    return words % {"organization": partnership.organization.name}
