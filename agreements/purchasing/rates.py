"""Rates of service lines by effective date: the rate in force on the day of service counts (34 CFR 361.50(c))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.cost_sharing import to_the_cent
from agreements.models import Authorization, Rate, ServiceDelivery, ServiceLine
from agreements.purchasing.agreement_locks import CannotPurchase, lock_line, lock_purchase, terms_are_open
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday


def rate_on(rates: Iterable[Rate], day: date) -> Rate | None:
    """Return the rate in force on a day, from the rates of one line in any order."""
    begun = [rate for rate in rates if rate.effective_on <= day]
    return max(begun, key=lambda rate: rate.effective_on, default=None)


def highest_rate(rates: Iterable[Rate], first: date, last: date) -> Decimal | None:
    """Return the highest rate in force on any day of a period; ``None`` if there is none on its first day."""
    known = list(rates)
    at_first = rate_on(known, first)
    if at_first is None:
        return None
    return max([at_first.amount, *(rate.amount for rate in known if first < rate.effective_on <= last)])


def suggested_amount(rates: Iterable[Rate], units: Decimal, first: date, last: date) -> Decimal | None:
    """Return what so many units cost at most in a period, in dollars; ``None`` without a rate on its first day.

    If a new rate takes effect within the period, the higher one counts, so that all units can be paid.
    """
    rate = highest_rate(rates, first, last)
    return None if rate is None else to_the_cent(units * rate)


# ---------------------------------------------------------------- Verbs
@recorded
def add_rate(
    line: ServiceLine, *, effective_on: date, amount: Decimal, authority: str = "", by: User | None, at: datetime
) -> Rate:
    """Record the rate of a service from a day on. It does not change what was delivered before.

    After an agreement was sent for signature a rate needs the letter or amendment that decided it.

    :raises CannotPurchase: if the line is a milestone plan, has a rate from this day on, lies before the agreement, or
        deliveries from this day on were recorded at another rate.
    """
    agreement = lock_purchase(line.agreement)
    line = lock_line(line)
    if line.is_plan:
        raise CannotPurchase(_("This service is paid by percents of a negotiated total. It has no rate."))
    if line.is_archived:
        raise CannotPurchase(_("This service was removed. Restore it first."))
    if not authority.strip() and not terms_are_open(agreement):
        words = _("The agreement was sent for signature. Enter the rate letter or amendment that decided the rate.")
        raise CannotPurchase(words, field="authority")
    if agreement.ends_on is not None and effective_on > agreement.ends_on:
        words = _("The agreement ends on %(day)s.") % {"day": shortday(agreement.ends_on)}
        raise CannotPurchase(words, field="effective_on")
    _demand_nothing_delivered(line, effective_on)
    try:
        with transaction.atomic():
            return Rate.objects.create(
                agreement=agreement, line=line, effective_on=effective_on, amount=amount, authority=authority.strip(),
                by=by, at=at,
            )  # fmt: skip
    except IntegrityError as problem:
        words = _("A rate from %(day)s on is recorded already.") % {"day": shortday(effective_on)}
        raise CannotPurchase(words, field="effective_on") from problem


@recorded
def remove_rate(rate: Rate, *, by: User | None, at: datetime) -> None:
    """Remove a rate that was recorded by mistake, before anything was delivered at it.

    :raises CannotPurchase: if something was delivered from its day on, or it is the only rate of an authorized line.
    """
    lock_purchase(rate.agreement)
    line = lock_line(rate.line)
    found = Rate.objects.filter(pk=rate.pk).first()
    if found is None:
        return
    _demand_nothing_delivered(line, found.effective_on)
    earlier = Rate.objects.filter(line=line, effective_on__lt=found.effective_on)
    if not earlier.exists() and Authorization.objects.filter(line=line, status=Authorization.Status.OPEN).exists():
        raise CannotPurchase(_("Open authorizations rest on this rate. Record another one first."))
    found.delete()


def _demand_nothing_delivered(line: ServiceLine, day: date) -> None:
    """Refuse what would change the rate of a day on which something was delivered."""
    nexts = Rate.objects.filter(line=line, effective_on__gt=day).order_by("effective_on")
    upcoming = nexts.values_list("effective_on", flat=True).first()
    found = ServiceDelivery.objects.filter(authorization__line=line, withdrawn_at=None, happened_on__gte=day)
    if upcoming is not None:
        found = found.filter(happened_on__lt=upcoming)
    number = found.count()
    if number:
        last = found.aggregate(last=Max("happened_on"))["last"]
        words = ngettext(
            "%(number)s delivery is recorded at the rate of before, the last of %(day)s. Choose a later day.",
            "%(number)s deliveries are recorded at the rate of before, the last of %(day)s. Choose a later day.",
            number,
        )
        raise CannotPurchase(words % {"number": number, "day": shortday(last)}, field="effective_on")


# ---------------------------------------------------------------- Authorizations that a new rate reaches
@dataclass(frozen=True)
class Reached:
    """An open authorization whose units may be delivered at a new rate: what all its units would cost at most."""

    authorization: Authorization
    units_left: Decimal
    needed: Decimal

    @property
    def falls_short(self) -> bool:
        """Whether its amount does not pay all its units at the new rate."""
        return self.needed > self.authorization.amount


def reached_by(rate: Rate, authorizations: "QuerySet[Authorization]") -> list[Reached]:
    """Return the open authorizations of the line that last past the day of a rate, from rows ``with_delivered``."""
    rows = authorizations.filter(line=rate.line_id, status=Authorization.Status.OPEN, last_on__gte=rate.effective_on)
    return [_reached(each, rate) for each in rows.order_by("last_on", "pk")]


def _reached(authorization: Authorization, rate: Rate) -> Reached:
    delivered: Decimal = authorization.delivered_units  # type: ignore[attr-defined]
    paid: Decimal = authorization.delivered_amount  # type: ignore[attr-defined]
    left = (authorization.units or Decimal(0)) - delivered
    return Reached(authorization, left, paid + to_the_cent(left * rate.amount))
