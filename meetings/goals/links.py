"""Personal links to report on a goal that staff send at once: who got one, sent again, and withdrawn.

Reminders create the same links (``meetings.notices.goals``): a person has one link to a goal.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max, Q

from meetings.goals.locking import CannotChangeGoal, demand_reportable, lock_goal, today_in, zone_of
from meetings.goals.reading import next_due
from meetings.goals.recipients import Reporter, link_for, path_of, reporters_of, why_of
from meetings.goals.words import value_words
from meetings.models import Goal, GoalLink
from onestop.accounts.emailed_links import standing_of
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Partnership

ASKED, DUE, OVERDUE = "meetings.goal_asked", "meetings.goal_due", "meetings.goal_overdue"
WITH_A_LINK = (ASKED, DUE, OVERDUE)  # notices that lead to a link


# ---------------------------------------------------------------- Who got one
@dataclass(frozen=True)
class ShownLink:
    """A link as the page of a goal shows it, with how far it has come."""

    link: GoalLink
    chip: tuple[str, str, str]


def links_of(goal: Goal, *, at: datetime) -> list[ShownLink]:
    """Return the links of a goal that nobody has withdrawn or replaced, the newest first; one query."""
    rows = list(goal.links.unrevoked().with_recipient().order_by("-asked_at", "-pk"))
    return [ShownLink(link, _chip(link, at)) for link in rows]


def _chip(link: GoalLink, at: datetime) -> tuple[str, str, str]:
    if link.user is not None:
        return "rest", _("Reports signed in"), "person"  # the mail leads to the page, which nobody opens by the link
    return standing_of(link, at)


def without_link(goal: Goal, *, at: datetime) -> list[Reporter]:
    """Return who can be sent a link, and has none that works."""
    known = _known(goal, at)
    return [each for each in reporters_of(goal) if each.address not in known]


def _known(goal: Goal, at: datetime) -> set[str]:
    """Return the addresses of those whose link works."""
    return {link.email for link in goal.links.unrevoked().with_recipient() if not link.why_over(at)}


# ---------------------------------------------------------------- Sending
@recorded
def send_links(goal: Goal, addresses: Collection[str], *, by: User | None, at: datetime) -> list[GoalLink]:
    """Mail personal links to people of the partners that carry a goal; who has one that works gets none.

    Return the new links.

    :raises CannotChangeGoal: if partners do not pursue the goal, or nobody is chosen who reports on it.
    """
    goal = lock_goal(goal)
    demand_reportable(goal)
    chosen = [each for each in reporters_of(goal) if each.address in addresses]
    if not chosen:
        raise CannotChangeGoal(_("Choose at least one person."), field="people")
    known = _known(goal, at)
    return _mail(goal, [each for each in chosen if each.address not in known], by=by, at=at)


@recorded
def resend_link(link: GoalLink, *, by: User | None, at: datetime) -> GoalLink:
    """Mail somebody a new link; the former one no longer works. Return the new link.

    :raises CannotChangeGoal: if the link was withdrawn, partners do not pursue the goal, or the person no longer speaks
        for a partner that carries it.
    """
    goal, link = _lock(link)
    demand_reportable(goal)
    reporter = next((each for each in reporters_of(goal) if each.address == link.email), None)
    if link.revoked_at or reporter is None:
        raise CannotChangeGoal(_("%(name)s no longer reports on this goal.") % {"name": link.name})
    [new] = _mail(goal, [reporter], by=by, at=at)
    return new


@recorded
def withdraw_link(link: GoalLink, *, by: User | None, at: datetime) -> None:
    """Let a link no longer work; a mail with it that was not sent yet is not sent."""
    _goal, link = _lock(link)
    if not link.revoked_at:
        _end([link], at=at)


def end_links(goal: Goal, partnership: Partnership, *, at: datetime) -> None:
    """End the links of the people of a partner that no longer carries a locked goal, in the running transaction."""
    _end(goal.links.unrevoked().filter(partnership=partnership), at=at)


def _lock(link: GoalLink) -> tuple[Goal, GoalLink]:
    """Lock a goal; return it, and its link as it is now: of two who send again, the second finds it withdrawn."""
    goal = lock_goal(link.goal)
    return goal, GoalLink.objects.with_recipient().get(pk=link.pk)


def _end(links: Iterable[GoalLink], *, at: datetime) -> None:
    for link in links:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        mails = Notice.objects.filter(kind__in=WITH_A_LINK, to__iexact=link.email).about(link.goal)
        outbox.withdraw(mails, why=_("The link was withdrawn."))


def _mail(goal: Goal, reporters: Collection[Reporter], *, by: User | None, at: datetime) -> list[GoalLink]:
    """Mail new links to people; the former ones, also those that have expired, end."""
    _end(goal.links.unrevoked().filter(email__in=[each.address for each in reporters]), at=at)
    told_on = goal.updates.aggregate(last=Max("as_of", filter=Q(corrected_by=None)))["last"]
    due = next_due(goal, told_on)
    links = [link_for(goal, each.partner.partnership, each.recipient, by=by, at=at) for each in reporters]
    pairs = zip(reporters, links, strict=True)
    notify_many([_message(goal, each, link, due=due, by=by, at=at) for each, link in pairs], at=at)
    return links


def _message(
    goal: Goal, reporter: Reporter, link: GoalLink, *, due: date | None, by: User | None, at: datetime
) -> Message:
    plan, partnership = goal.plan, reporter.partner.partnership
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{link.pk}",
        to=reporter.recipient.to,
        about=[goal, link],
        scope=plan.area,
        why=why_of(partnership, reporter.partner.role),
        path=goal.get_absolute_url() if link.user else "",
        zone=zone_of(plan),
        context={
            "goal": goal, "due": due, "is_over": due is not None and due < today_in(plan, at),
            "target": value_words(goal.target, goal.unit), "person": reporter.name, "asker": by.name if by else "",
            "organization": partnership.organization.name, "report_url": settings.PUBLIC_URL + path_of(link),
        },
    )  # fmt: skip
