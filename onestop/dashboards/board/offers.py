"""What becomes of an opportunity for one member of the board: offered, taken on, declined, done, given back.

Who takes on a goal becomes its sponsor in the same step, and stops being it by giving it back.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.goals import partners
from meetings.models import Goal, Meeting
from onestop.accounts.models import User
from onestop.dashboards.board.opportunities import lock_opportunity
from onestop.dashboards.board.telling import tell_answered, tell_offered
from onestop.dashboards.models import BoardInterest, Offer, Opportunity
from onestop.dashboards.models.opportunities import Kind
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import BoardTerm

Status = Offer.Status
OPEN = (Status.OFFERED, Status.DECLINED, Status.GIVEN_BACK)  # what can still be taken on


class CannotTakeOn(Refused):
    """An offer cannot become this."""


@recorded
def offer_to(opportunity: Opportunity, terms: Iterable[BoardTerm], *, by: User | None, at: datetime) -> list[Offer]:
    """Offer something to members of the board; who declined it or gave it back is asked again. Return the offers.

    :raises CannotTakeOn: if it is closed, or somebody does not serve on the board.
    """
    opportunity = lock_opportunity(opportunity)
    _demand_open(opportunity, at)
    known = {offer.term_id: offer for offer in opportunity.offers.all()}
    made = []
    for term in terms:
        _demand_member(opportunity, term, at)
        offer = known.get(term.pk) or Offer(opportunity=opportunity, term=term)
        if offer.status in Offer.TAKEN or (offer.pk and offer.status == Status.OFFERED):
            continue
        offer.status, offer.offered_at, offer.by = Status.OFFERED, at, by
        offer.taken_at = offer.done_on = None
        offer.save()
        made.append(offer)
    tell_offered(opportunity, made, by=by, at=at)
    return made


@recorded
def take_on(opportunity: Opportunity, term: BoardTerm, *, by: User | None, at: datetime) -> Offer:
    """Take something on, whether or not it was offered. Whoever takes on a goal becomes its sponsor.

    :raises CannotTakeOn: if it is closed, its places are taken, or the person does not serve on the board.
    :raises CannotChangeGoal: if the goal has another sponsor who serves on the board, or its plan has ended.
    """
    opportunity = lock_opportunity(opportunity)
    offer = opportunity.offers.filter(term=term).first() or Offer(opportunity=opportunity, term=term)
    if offer.pk and offer.status in Offer.TAKEN:
        return offer  # sent twice
    _demand_open(opportunity, at)
    _demand_member(opportunity, term, at)
    if opportunity.kind == Kind.SPONSOR:
        assert opportunity.goal is not None
        partners.take_on(opportunity.goal, term, by=by, at=at)
    elif opportunity.offers.taken().count() >= opportunity.places:
        text = ngettext(
            "Another member has taken it on.", "%(number)d members have taken it on already.", opportunity.places
        )
        raise CannotTakeOn(text % {"number": opportunity.places})
    offer.status, offer.taken_at, offer.by, offer.done_on = Status.TAKEN, at, by, None
    offer.save()
    tell_answered(offer, by=by, at=at)
    return offer


@recorded
def decline(offer: Offer, *, by: User | None, at: datetime) -> Offer:
    """Decline an offer; it can still be taken on later.

    :raises CannotTakeOn: if it was taken on: then it can be given back.
    """
    offer = _lock(offer)
    if offer.status in Offer.TAKEN:
        raise CannotTakeOn(_("It was taken on. Give it back instead."))
    return _become(offer, Status.DECLINED, by, at)


@recorded
def give_back(offer: Offer, *, by: User | None, at: datetime) -> Offer:
    """Give something back that was taken on; the sponsor of a goal stops being it.

    :raises CannotTakeOn: if it was not taken on, or is done.
    """
    offer = _lock(offer)
    if offer.status == Status.GIVEN_BACK:
        return offer  # sent twice
    if offer.status != Status.TAKEN:
        raise CannotTakeOn(_("Only what was taken on, and is not done, can be given back."))
    goal = offer.opportunity.goal
    if offer.opportunity.kind == Kind.SPONSOR and goal is not None:
        partners.give_back(goal, offer.term, by=by, at=at)
    return _become(offer, Status.GIVEN_BACK, by, at)


@recorded
def finish(
    offer: Offer, *, done_on: date, changed: str, meeting: Meeting | None = None, by: User | None, at: datetime
) -> Offer:
    """Say that something is done, and what it changed; said again, the last words count.

    :raises CannotTakeOn: if it was not taken on, the day is in the future, or nothing is said of what it changed.
    """
    offer = _lock(offer)
    if offer.status not in Offer.TAKEN:
        raise CannotTakeOn(_("Nobody has taken this on yet."))
    if done_on > at.astimezone(offer.opportunity.area.zone).date():
        raise CannotTakeOn(_("Enter today or an earlier day."), field="done_on")
    if not changed.strip():
        raise CannotTakeOn(_("Say what it changed, also if that is little."), field="changed")
    offer.done_on, offer.changed, offer.meeting = done_on, changed.strip(), meeting
    return _become(offer, Status.DONE, by, at)


@recorded
def set_interests(term: BoardTerm, *, kinds: Iterable[str], note: str = "", by: User | None, at: datetime) -> None:
    """Set what a member of the board is interested in; the note is kept with each."""
    BoardTerm.objects.select_for_update(no_key=True).get(pk=term.pk)
    wanted = set(kinds)
    for interest in term.interests.all():
        if interest.kind not in wanted:
            interest.delete()
        elif interest.note != note:
            interest.note = note
            interest.save(update_fields=["note"])
        wanted.discard(interest.kind)
    for kind in sorted(wanted):
        BoardInterest.objects.create(term=term, kind=kind, note=note)


def _lock(offer: Offer) -> Offer:
    """Lock an offer's opportunity, and return the offer as it is now."""
    opportunity = lock_opportunity(offer.opportunity)
    offer = Offer.objects.select_related("term__user").get(pk=offer.pk)
    offer.opportunity = opportunity
    return offer


def _become(offer: Offer, status: str, by: User | None, at: datetime) -> Offer:
    offer.status, offer.by = status, by
    offer.save()
    tell_answered(offer, by=by, at=at)
    return offer


def _demand_open(opportunity: Opportunity, at: datetime) -> None:
    today = at.astimezone(opportunity.area.zone).date()
    if opportunity.is_archived or opportunity.closed_at is not None:
        raise CannotTakeOn(_("It is closed."))
    if opportunity.until_on is not None and opportunity.until_on < today:
        raise CannotTakeOn(_("The day until which it could be taken on is over."))


def _demand_member(opportunity: Opportunity, term: BoardTerm, at: datetime) -> None:
    today = at.astimezone(opportunity.area.zone).date()
    if not BoardTerm.objects.of(opportunity.area).on(today).filter(pk=term.pk).exists():
        raise CannotTakeOn(_("%(person)s does not serve on the board today.") % {"person": term.name}, field="term")


def give_back_sponsorship(goal: Goal, term: BoardTerm, by: User | None) -> None:
    """Record that a member who no longer sponsors a goal has given it back, if it was taken on as an opportunity."""
    taken = Offer.objects.filter(opportunity__kind=Kind.SPONSOR, opportunity__goal=goal, term=term)
    for offer in taken.filter(status=Status.TAKEN):
        offer.status, offer.by = Status.GIVEN_BACK, by
        offer.save(update_fields=["status", "by"])


partners.when_sponsor_ends(give_back_sponsorship)
