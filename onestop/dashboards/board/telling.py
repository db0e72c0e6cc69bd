"""What is told of points of engagement: a member that something is offered, the staff what became of it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.dashboards.board.times import when_of
from onestop.dashboards.models import Offer, Opportunity
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from partners.seats import seats_of

OFFERED, ANSWERED = "dashboards.board_offered", "dashboards.board_answered"
Status = Offer.Status


def tell_offered(opportunity: Opportunity, offers: Iterable[Offer], *, by: User | None, at: datetime) -> None:
    """Mail members with an account what is offered to them; whoever has none is asked by the staff."""
    notify_many(
        [
            _message(
                OFFERED, offer, offer.term.user, at,
                says=_("Something for you to take on: %(title)s") % {"title": opportunity.title},
                quote=opportunity.text,
                why=_("You serve on the board of %(area)s.") % {"area": opportunity.area.name},
            )
            for offer in offers
            if offer.term.user is not None and (by is None or offer.term.user_id != by.pk)
        ],
        at=at,
    )  # fmt: skip


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
    kind: str, offer: Offer, person: User | None, at: datetime, *, says: str, why: str, quote: str = ""
) -> Message:
    assert person is not None
    opportunity = offer.opportunity
    return Message(
        kind=kind,
        key=f"{kind}:{offer.pk}:{offer.status}:{at:%Y%m%d%H%M%S}:{person.pk}",
        to=person,
        about=[opportunity, opportunity.area],
        context=context_of(
            opportunity, person, says=says, quote=quote or (opportunity.text if kind == OFFERED else "")
        ),
        why=why,
        path=opportunity.get_absolute_url(),
        zone=opportunity.area.zone,
        scope=opportunity.area,
    )


def context_of(opportunity: Opportunity, person: User, *, says: str, quote: str = "") -> dict[str, object]:
    """Return what a mail about an opportunity needs."""
    return {
        "opportunity": opportunity, "area": opportunity.area, "recipient": person, "says": says, "quote": quote,
        "when": when_of(opportunity),
    }  # fmt: skip
