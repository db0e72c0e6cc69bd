"""Notices to the people of the sample in every state: read, snoozed, queued, of unknown delivery, bounced, withdrawn.

The functions of the portal write them, in chronological order. No mail is sent.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.db.models import F, Q

from onestop.notices import bounces, digests, inbox
from onestop.notices.models import DeliverySchedule, Notice, Preference
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import ConfirmationRequest, Invitation, Membership, Proposal, Role, Service
from partners.people import accounts, invitations
from partners.sample.story import EASTERN, Story, dice
from partners.upkeep import confirmation_requests, proposals, proposed_changes

Status = Notice.Status
Act = tuple[datetime, Callable[[], object]]
WEEKLY = "Marisol Vega"  # gets proposals in a weekly digest, and has snoozed one
QUIET = "Silas Underhill"  # gets no mail about decisions on his proposals
UNKNOWN = "Cass Whitlow"  # the delivery of her confirmation request is unknown
BOUNCED = "Hollis Lindqvist"
READ_AFTER = timedelta(days=5)


def load(story: Story) -> None:
    """Write the notices of the past months, and mark them as read."""
    before = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    told = Notice.objects.filter(pk__gt=before)
    midnight = datetime.combine(story.today, time(0), EASTERN)
    _choose(story)
    acts = [*_invitations(story), *_seats(story), *_proposals(story), *_questions(story)]
    for at, act in sorted(acts, key=lambda each: each[0]):
        _pass_time(told, at)
        act()
    _pass_time(told, midnight)
    _lose(told)
    _read(told, midnight)


def _choose(story: Story) -> None:
    """Set the preferences of two people: in the portal only, and a weekly digest that is due tomorrow."""
    Preference.objects.create(user=story.users[QUIET], kind="partners.proposal_decided", cadence="off")
    person, tomorrow = story.users[WEEKLY], story.today + timedelta(days=1)
    Preference.objects.create(user=person, kind="partners.proposal_made", cadence="weekly")
    DeliverySchedule.objects.create(user=person, weekly_on=tomorrow.isoweekday())


# ---------------------------------------------------------------- Notices
def _invitations(story: Story) -> Iterator[Act]:
    partnerships = [partnership for partnership, _ in story.partners]
    rows = Invitation.objects.filter(Q(area__in=story.areas.values()) | Q(partnership__in=partnerships))
    for row in rows.select_related(*invitations.PLACES_WHOLE, "invited_by").order_by("pk"):
        yield row.invited_at, partial(invitations.tell_invited, row, at=row.invited_at)


def _seats(story: Story) -> Iterator[Act]:
    """Yield notices of new board seats to people who already had another seat."""
    seats = Membership.objects.current().filter(area__in=story.areas.values(), role=Role.BOARD)
    also = seats.filter(user__memberships__partnership__isnull=False).select_related("user", "area")
    for seat in also.order_by("pk"):
        assert seat.area
        by = story.coordinator(seat.area, (story.today - seat.since.date()).days, seat.user.name)
        yield seat.since, partial(accounts.tell_seated, seat, by=by, at=seat.since)


def _proposals(story: Story) -> Iterator[Act]:
    rows = Proposal.objects.filter(service__partnership__area__in=story.areas.values()).select_related(
        "service__partnership__area", "service__partnership__organization", "proposed_by", "decided_by", "request"
    )
    for row in rows.order_by("pk"):
        yield row.proposed_at, partial(proposals.tell_who_decides, row, at=row.proposed_at)
        if row.decided_at:
            why = f"{row.decided_by} decided on the proposal."
            yield row.decided_at, partial(proposed_changes.withdraw_requests, proposals.KIND, row, why=why)
            yield row.decided_at, partial(proposals.tell_proposer, row, at=row.decided_at)


def _questions(story: Story) -> Iterator[Act]:
    rows = ConfirmationRequest.objects.with_recipient().exclude(asked_by=None)
    for row in rows.filter(partnership__area__in=story.areas.values()).order_by("pk"):
        yield row.asked_at, partial(confirmation_requests.tell_asked, row, _asked_then(row), at=row.asked_at)


def _asked_then(row: ConfirmationRequest) -> list[Service]:
    """Return the services of a request: those confirmed by it, or those that are still stale."""
    said = [each.service for each in row.confirmations.select_related("service").order_by("pk")]
    return said or list(confirmation_requests.services_to_ask(row.partnership, row.asked_at))


# ---------------------------------------------------------------- Delivery
def _pass_time(told: NoticeQuerySet, at: datetime) -> None:
    """Mark notices that were due by then as sent, digests on their mornings."""
    held = told.filter(status=Status.DIGEST_PENDING, due_at__lte=at)
    for morning in sorted(set(held.values_list("due_at", flat=True))):
        digests.send_digests(at=morning)
    told.filter(status=Status.QUEUED, due_at__lte=at).update(status=Status.SENT, sent_at=F("due_at"), attempts=1)


def _lose(told: NoticeQuerySet) -> None:
    """Let one mail bounce, and one server stop responding during delivery."""
    unknown = told.filter(kind="partners.confirm_services", recipient__name=UNKNOWN)
    said = "TimeoutError: the server did not answer after it received the mail"
    unknown.update(status=Status.UNCERTAIN, sent_at=None, last_error=said)
    lost = told.get(kind="partners.invitation", text__contains=BOUNCED)
    said = f"550 5.1.1 <{lost.to}>: no such mailbox"
    bounces.take_report(bounces.Report(lost.to, said, lost.message_id), at=lost.due_at + timedelta(minutes=3))


def _read(told: NoticeQuerySet, midnight: datetime) -> None:
    """Mark notices older than a few days as read; snooze one until next week."""
    for notice in told.filter(in_inbox=True, due_at__lt=midnight - READ_AFTER).exclude(status=Status.WITHDRAWN):
        assert notice.recipient
        read_at = notice.due_at + timedelta(minutes=10 + dice(notice.dedupe_key, 1800))
        inbox.mark_read(notice.recipient, [notice.pk], at=read_at)
    later = told.filter(recipient__name=WEEKLY, kind="partners.proposal_made", status=Status.DIGESTED).latest(
        "written_at"
    )
    inbox.put_off(later.recipient, [later.pk], until=midnight + timedelta(days=6, hours=8))
