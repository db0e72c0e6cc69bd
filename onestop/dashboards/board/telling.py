"""What is told of points of engagement: a member that something is offered, the staff what became of it."""

from collections.abc import Iterable
from datetime import date, datetime

from onestop.accounts.models import User
from onestop.dashboards.board.times import when_of
from onestop.dashboards.models import Offer, Opportunity
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import BoardTerm
from partners.people import contacts
from partners.seats import seats_of

OFFERED, ANSWERED = "dashboards.board_offered", "dashboards.board_answered"
Status = Offer.Status


def account_of(term: BoardTerm) -> User | None:
    """Return the account with which a member can sign in, and so answers an offer in the portal."""
    return term.user if term.user and term.user.is_active else None


def address_of(term: BoardTerm) -> str:
    """Return the address of a member: that of the account, or the one that was recorded; "" without any."""
    account = account_of(term)
    return (account.email if account else term.email).strip().lower()


def how_reached(term: BoardTerm) -> str:
    """Return in words how a member without an account is asked; "" for those with one."""
    if account_of(term):
        return ""
    if address := address_of(term):
        return _("No account: asked by email at %(address)s") % {"address": address}
    return _("No account and no email address: ask by phone")


def what_to_know(offer: Offer, today: date) -> str:
    """Return what the staff know of a member whose answer or work is awaited: how to ask, or that the term is over."""
    if offer.status not in (Status.OFFERED, Status.TAKEN):
        return ""
    if not offer.term.is_on(today):
        return _("No longer on the board")
    return how_reached(offer.term) if offer.status == Status.OFFERED else ""


def tell_offered(opportunity: Opportunity, offers: Iterable[Offer], *, by: User | None, at: datetime) -> None:
    """Mail members what is offered to them. Whoever has no account learns whom to answer, in the same mail.

    Members without an email address get none: the staff ask them by telephone.
    """
    answer_to = whom_to_answer(opportunity, by)
    notify_many(
        [
            _message(
                OFFERED, offer, account_of(offer.term) or address_of(offer.term), at,
                says=_("Something for you to take on: %(title)s") % {"title": opportunity.title},
                quote=opportunity.text,
                why=_("You serve on the board of %(area)s.") % {"area": opportunity.area.name},
                answer_to="" if account_of(offer.term) else answer_to,
            )
            for offer in offers
            if address_of(offer.term) and (by is None or offer.term.user_id != by.pk)
        ],
        at=at,
    )  # fmt: skip


def whom_to_answer(opportunity: Opportunity, by: User | None) -> str:
    """Return who hears the answer of a member without an account: whoever offers it, else the contact of the area."""
    staff = by or contacts.contact_in(opportunity.area)
    return f"{staff.name}, {staff.email}" if staff else opportunity.area.board_name


def tell_answered(offer: Offer, *, by: User | None, at: datetime) -> None:
    """Tell whoever added it what a member has answered, or what it changed."""
    staff = offer.opportunity.created_by
    if staff is None or (by is not None and staff.pk == by.pk):
        return
    seats = seats_of(staff)
    if not (seats.everything or offer.opportunity.area_id in seats.staff_area_ids):
        return  # no longer staff here
    facts = {"person": offer.term.name, "title": offer.opportunity.title}
    says = {
        Status.TAKEN: _("%(person)s takes on “%(title)s”.") % facts,
        Status.DECLINED: _("%(person)s does not take on “%(title)s”.") % facts,
        Status.GIVEN_BACK: _("%(person)s gives back “%(title)s”.") % facts,
        Status.DONE: _("%(person)s has done “%(title)s”.") % facts,
    }[Status(offer.status)]
    why = _("You added this point of engagement.")
    notify_many([_message(ANSWERED, offer, staff, at, says=says, why=why, quote=offer.changed)], at=at)


def _message(
    kind: str,
    offer: Offer,
    person: User | str,
    at: datetime,
    *,
    says: str,
    why: str,
    quote: str = "",
    answer_to: str = "",
) -> Message:
    opportunity = offer.opportunity
    to, name = (person, offer.term.name) if isinstance(person, str) else (str(person.pk), person.name)
    return Message(
        kind=kind,
        key=f"{kind}:{offer.pk}:{offer.status}:{at:%Y%m%d%H%M%S}:{to}",
        to=person,
        about=[opportunity, opportunity.area],
        context=context_of(
            opportunity, name, says=says, quote=quote, answer_to=answer_to,
            until=opportunity.until_on if kind == OFFERED else None,
        ),
        why=why,
        path="" if answer_to else opportunity.get_absolute_url(),
        zone=opportunity.area.zone,
        scope=opportunity.area,
    )  # fmt: skip


def context_of(
    opportunity: Opportunity,
    name: str,
    *,
    says: str,
    quote: str = "",
    until: date | None = None,
    answer_to: str = "",
) -> dict[str, object]:
    """Return what a mail about an opportunity to a person of this name needs.

    ``until`` is the last day to take it on; ``answer_to`` is whom to answer, for people without an account.
    """
    return {
        "opportunity": opportunity, "area": opportunity.area, "name": name, "says": says, "quote": quote,
        "when": when_of(opportunity), "until": until, "answer_to": answer_to,
    }  # fmt: skip
