"""What was told and has no reason any more: taken back before it is sent."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import ConfirmationRequest, Invitation, Membership, Partnership, Proposal, Service


def take_back_proposal(proposal: Proposal, *, why: str) -> None:
    """Ask nobody any more to decide on a proposal."""
    outbox.withdraw(_told("partners.proposal_made", proposal), why=why)


def take_back_questions(*rows: ConfirmationRequest, why: str) -> None:
    """Take back the mails whose links work no more, or have been answered."""
    outbox.withdraw(_told("partners.confirm_services", *rows), why=why)


def take_back_answered(services: Collection[Service], *, at: datetime) -> None:
    """Ask partners nothing any more of whom all is confirmed now. Needs each service's partnership and area."""
    by_area: dict[int, set[Partnership]] = defaultdict(set)
    for service in services:
        by_area[service.partnership.area_id].add(service.partnership)
    for partners in by_area.values():
        today = at.astimezone(next(iter(partners)).area.zone).date()
        stale = Service.objects.current().filter(partnership__in=partners).stale(today)
        open_still = set(stale.order_by().values_list("partnership_id", flat=True))
        if done := [partnership for partnership in partners if partnership.pk not in open_still]:
            outbox.withdraw(_told("partners.confirm_services", *done), why="Everything was confirmed.")


def _told(kind: str, *things: Invitation | Membership | Proposal | ConfirmationRequest | Partnership) -> NoticeQuerySet:
    return Notice.objects.filter(kind=kind).about(*things)
