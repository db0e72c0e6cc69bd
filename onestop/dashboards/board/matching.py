"""Which opportunities suit which members of the board, and what the board has taken on in a year."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.board.times import when_of
from onestop.dashboards.models import BoardInterest, Offer, Opportunity
from onestop.dashboards.models.opportunities import Kind, OpportunityQuerySet, has_sponsor
from partners.models import BoardTerm, LocalArea

YEAR = timedelta(days=365)
KIND_ICONS = {
    Kind.SPONSOR: "flag",
    Kind.EMPLOYER: "building",
    Kind.VISIT: "geo-alt",
    Kind.MENTOR: "chat-square-text",
    Kind.POLICY: "journal-text",
    Kind.OTHER: "hand-index-thumb",
}
Look = tuple[str, str, str]
OFFER_ICONS = {
    Offer.Status.OFFERED: "send",
    Offer.Status.TAKEN: "hand-index-thumb",
    Offer.Status.DECLINED: "slash-circle",
    Offer.Status.DONE: "check-lg",
    Offer.Status.GIVEN_BACK: "arrow-counterclockwise",
}
OFFER_KINDS = {Offer.Status.OFFERED: "way", Offer.Status.TAKEN: "good", Offer.Status.DONE: "good"}
OPEN, TAKEN, DONE, CLOSED = "open", "taken", "done", "closed"
STATES: tuple[tuple[str, Any], ...] = (
    (OPEN, _("Can be taken on")), (TAKEN, _("Taken on")), (DONE, _("Done")), (CLOSED, _("Closed")),
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """An opportunity for one member of the board: whether it suits what interests them, and their offer, if any."""

    opportunity: Opportunity
    suits: bool
    offer: Offer | None = None

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return KIND_ICONS[Kind(self.opportunity.kind)]

    @property
    def when(self) -> str:
        """Its day and time in words, if it has any."""
        return when_of(self.opportunity)

    @property
    def is_offered(self) -> bool:
        """Whether it waits for the member's answer."""
        return self.offer is not None and self.offer.status == Offer.Status.OFFERED


@dataclass(frozen=True)
class BoardYear:
    """What members of a board were offered, took on and did in twelve months."""

    offered: int
    taken: int
    done: int


def with_counts(rows: OpportunityQuerySet) -> OpportunityQuerySet:
    """Annotate how many members took each on (``taken``), how many did it (``done``), how many were asked.

    Each comes with its goal and that goal's sponsor.
    """
    return rows.select_related("goal__sponsor").annotate(
        taken=Count("offers", filter=Q(offers__status__in=Offer.TAKEN)),
        done=Count("offers", filter=Q(offers__status=Offer.Status.DONE)),
        asked=Count("offers"),
    )


def in_state(rows: Any, state: str, today: date) -> Any:
    """Keep those in a state; needs :func:`with_counts`."""
    can_be_taken = Q(closed_at=None, taken__lt=F("places")) & (Q(until_on=None) | Q(until_on__gte=today))
    kept = {
        OPEN: can_be_taken & ~has_sponsor(today),
        TAKEN: Q(taken__gt=F("done")) | has_sponsor(today),
        DONE: Q(done__gt=0),
        CLOSED: ~Q(closed_at=None) | Q(until_on__lt=today),
    }
    return rows.filter(kept[state])


def look_of(offer: Offer) -> Look:
    """Return how the status of an offer looks as a chip."""
    status = Offer.Status(offer.status)
    return OFFER_KINDS.get(status, "rest"), str(status.label), OFFER_ICONS[status]


def state_of(opportunity: Any, today: date) -> Look:
    """Return how an opportunity with its counts looks as a chip."""
    is_over = opportunity.until_on is not None and opportunity.until_on < today
    if opportunity.is_archived:
        return "rest", gettext("Archived"), "archive"
    if opportunity.done and opportunity.done == opportunity.taken:
        return "good", gettext("Done"), "check-lg"
    if opportunity.taken >= opportunity.places or opportunity.sponsor_on(today):
        return "good", gettext("Taken on"), "hand-index-thumb"
    if opportunity.closed_at is not None or is_over:
        return "rest", gettext("Closed"), "slash-circle"
    return "way", gettext("Can be taken on"), "hand-index-thumb"


def terms_of(user: Any, area: LocalArea | int, today: date) -> list[BoardTerm]:
    """Return the terms in which a person serves on the board of an area on a day."""
    rows = BoardTerm.objects.of(area).on(today).filter(user=user.pk).select_related("seat__area")
    return list(rows.order_by("pk"))


def members_of(area: LocalArea | int, today: date) -> list[BoardTerm]:
    """Return who serves on the board of an area on a day, by name, with their ``interests``; two queries."""
    rows = BoardTerm.objects.of(area).on(today).select_related("seat", "user").prefetch_related("interests")
    return list(rows.order_by(Lower("name"), "pk"))


def matches_for(area: LocalArea, terms: Sequence[BoardTerm], *, today: date, most: int | None = None) -> list[Match]:
    """Return what can be taken on: first what was offered to the member, then what suits their interests, then by day.

    Two queries, or three with terms. Without terms nothing suits in particular.
    """
    rows = with_counts(Opportunity.objects.filter(area=area).open_on(today)).filter(taken__lt=F("places"))
    ids = [term.pk for term in terms]
    offers = {offer.opportunity_id: offer for offer in Offer.objects.filter(term__in=ids)} if ids else {}
    interests = set(BoardInterest.objects.filter(term__in=ids).values_list("kind", flat=True)) if ids else set()
    answered = (Offer.Status.TAKEN, Offer.Status.DONE, Offer.Status.DECLINED)
    found = [
        Match(each, each.kind in interests, offers.get(each.pk))
        for each in rows.select_related("goal", "center", "partnership__organization").order_by("pk")
        if each.pk not in offers or offers[each.pk].status not in answered
    ]
    found.sort(key=lambda match: (not match.is_offered, not match.suits, _day(match.opportunity), match.opportunity.pk))
    return found[:most]


def _day(opportunity: Opportunity) -> date:
    day = timezone.localdate(opportunity.held_at) if opportunity.held_at else None
    return min((each for each in (day, opportunity.until_on) if each), default=date.max)


def year_of(area: LocalArea, *, at: datetime) -> BoardYear:
    """Return what the board of an area was offered, took on and did in twelve months; one query."""
    since = at - YEAR
    first = at.astimezone(area.zone).date() - YEAR
    asked = Q(offered_at__gte=since) | Q(taken_at__gte=since)
    counted = Offer.objects.filter(opportunity__area=area).aggregate(
        offered=Count("pk", filter=asked),
        taken=Count("pk", filter=Q(taken_at__gte=since, status__in=Offer.TAKEN)),
        done=Count("pk", filter=Q(done_on__gte=first)),
    )
    return BoardYear(**counted)


def suggested_members(opportunity: Opportunity, members: Iterable[BoardTerm]) -> list[tuple[BoardTerm, str]]:
    """Return members with what they said of their interest in this kind, those who have it first."""
    said: dict[int, list[str]] = defaultdict(list)
    for term in members:
        for interest in term.interests.all():
            if interest.kind == opportunity.kind:
                said[term.pk].append(interest.note or str(_("Interested")))
    listed = [(term, "; ".join(said[term.pk])) for term in members]
    return sorted(listed, key=lambda pair: not pair[1])


@dataclass(frozen=True)
class MemberRow:
    """A member of the board, what interests them, and their offers."""

    term: BoardTerm
    interests: Sequence[BoardInterest]
    offers: Sequence[Offer]

    @property
    def note(self) -> str:
        """What they said of it in their words."""
        return next((each.note for each in self.interests if each.note), "")

    def number(self, *statuses: str) -> int:
        """Return how many of their offers have one of these statuses."""
        return sum(offer.status in statuses for offer in self.offers)

    @property
    def taken(self) -> list[Offer]:
        """What they have taken on and not done yet."""
        return [offer for offer in self.offers if offer.status == Offer.Status.TAKEN]

    @property
    def done(self) -> int:
        """How much of it they have done."""
        return self.number(Offer.Status.DONE)

    @property
    def waiting(self) -> int:
        """How many offers wait for their answer."""
        return self.number(Offer.Status.OFFERED)


def members_with_offers(area: LocalArea, today: date) -> list[MemberRow]:
    """Return who serves on the board of an area, by name; three queries."""
    members = members_of(area, today)
    offers: dict[int, list[Offer]] = defaultdict(list)
    for offer in Offer.objects.filter(term__in=[each.pk for each in members]).select_related("opportunity"):
        offers[offer.term_id].append(offer)
    return [MemberRow(term, list(term.interests.all()), offers[term.pk]) for term in members]
