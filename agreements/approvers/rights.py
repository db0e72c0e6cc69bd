"""Give a person the right to approve money, and withdraw it (2 CFR 200.303, internal controls)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agreements.approvers import telling
from agreements.models import MoneyApprover
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import LocalArea, Membership, Partnership, Role


class CannotGiveRight(Refused):
    """This person cannot get the right to approve money, or cannot lose it."""


def may_get_it(*places: LocalArea | Partnership) -> Q:
    """Return which users can get the right for one of these: staff of an area, or managers of a partner."""
    areas = [place.pk for place in places if isinstance(place, LocalArea)]
    partners = [place for place in places if isinstance(place, Partnership)]
    staff = Q(role=Role.STAFF, area__in=areas)
    own = Q(partnership__in=[place.pk for place in partners])
    whole = Q(organization__in=[place.organization_id for place in partners])
    held = Membership.objects.current().filter(staff | Q(role=Role.MANAGER) & (own | whole))
    return Q(pk__in=held.values("user"), is_active=True)


@recorded
def give_right(place: LocalArea | Partnership, *, user: User, by: User | None, at: datetime) -> MoneyApprover:
    """Give a person the right to approve money of an area, or of one partner, and tell them.

    :raises CannotGiveRight: if they give it to themselves, have no such seat, or have the right already.
    """
    if by is not None and by == user:
        raise CannotGiveRight(_("Nobody gives this right to themselves. Ask another person to do it."), field="user")
    if not User.objects.filter(may_get_it(place), pk=user.pk).exists():
        if isinstance(place, LocalArea):
            words = _("Only One-Stop staff of the area can approve its money.")
        else:
            words = _("Only a manager of the partner can approve its money.")
        raise CannotGiveRight(words, field="user")
    where = {"area": place} if isinstance(place, LocalArea) else {"partnership": place}
    try:
        with transaction.atomic():
            right = MoneyApprover.objects.create(user=user, given_by=by, given_at=at, **where)
    except IntegrityError as problem:
        words = _("%(person)s has this right already.") % {"person": user}
        raise CannotGiveRight(words, field="user") from problem
    telling.tell_given(right, by=by, at=at)
    return right


@recorded
def withdraw_right(right: MoneyApprover, *, by: User | None, at: datetime) -> None:
    """Withdraw a right, and tell the person; what they approved before stays approved.

    :raises CannotGiveRight: if it was withdrawn already.
    """
    # Lock: of two people who withdraw it, the second is told that it was done.
    locked = MoneyApprover.objects.select_for_update(no_key=True).get(pk=right.pk)
    if locked.ended_at is not None:
        raise CannotGiveRight(_("This right was withdrawn already."))
    locked.ended_at, locked.ended_by = at, by
    locked.save(update_fields=["ended_at", "ended_by"])
    telling.tell_withdrawn(locked, by=by, at=at)
