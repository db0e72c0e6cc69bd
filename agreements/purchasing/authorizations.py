"""Authorize a service before it begins; amend, close, cancel and reissue an authorization (34 CFR 361.50(e))."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, AuthorizationChange, MilestoneStep, Rate, ServiceLine
from agreements.models.purchases import fiscal_year_of
from agreements.purchasing import telling
from agreements.purchasing.agreement_locks import (
    CannotPurchase,
    demand_open,
    lock_authorization,
    lock_line,
    lock_purchase,
    terms_of,
)
from agreements.purchasing.authorization_reading import with_delivered
from agreements.purchasing.duties import expect_reports, move_reports
from agreements.purchasing.rates import suggested_amount
from agreements.purchasing.references import why_it_tells, why_not_anonymous
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import money, shortday

FACTS = ("number", "reference", "units", "amount", "first_on", "last_on", "issued_on", "verbal_on", "note")
AMENDED = ("units", "amount", "last_on")
DAY = timedelta(days=1)


@recorded
def issue_authorization(line: ServiceLine, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Authorization:
    """Authorize a service for one customer, and expect the reports that it asks for.

    Without an amount it is what the units cost at most by the rates of the period.

    :raises CannotPurchase: if the agreement is not executed or does not last so long, service would begin before the
        authorization, it would cross the State's fiscal year, its number is taken, its reference may tell who the
        customer is, or the line has no rate or no milestones.
    """
    agreement = lock_purchase(line.agreement)
    line = lock_line(line)
    if agreement.status != Agreement.Status.EXECUTED:
        raise CannotPurchase(_("Services are authorized under an executed agreement only."))
    if line.is_archived:
        raise CannotPurchase(_("This service was removed. Choose another one."), field="line")
    terms_of(agreement)
    named = {"agreement": agreement, "line": line, "by": by, "at": at}
    issued = Authorization(**named, **{name: facts[name] for name in FACTS if name in facts})
    _issue(issued, at)
    telling.tell_authorization(issued, telling.ISSUED, at=at)
    return issued


def _issue(issued: Authorization, at: datetime) -> None:
    """Check a new authorization, save it, and expect its reports."""
    if words := why_not_anonymous(issued.reference):
        raise CannotPurchase(words, field="reference")
    demand_no_customer(issued.note, "note")
    _check_issue_days(issued, at)
    check_period(issued)
    _price(issued)
    try:
        with transaction.atomic():
            issued.save()
    except IntegrityError as problem:
        words = _("Another authorization of this agreement has the number %(number)s.") % {"number": issued.number}
        raise CannotPurchase(words, field="number") from problem
    expect_reports(issued)


def demand_no_customer(text: str, field: str) -> None:
    """Refuse a text that may tell who the customer is.

    :raises CannotPurchase: then.
    """
    if words := why_it_tells(text):
        raise CannotPurchase(words, field=field)


def _check_issue_days(issued: Authorization, at: datetime) -> None:
    """Service begins on the day of the authorization, in writing or by word of mouth, or later."""
    today = issued.agreement.area.day_of(at)
    for name in ("issued_on", "verbal_on"):
        day = getattr(issued, name)
        if day is not None and day > today:
            raise CannotPurchase(_("This day is still to come."), field=name)
    if issued.verbal_on is not None and issued.verbal_on > issued.issued_on:
        words = _("An authorization by word of mouth comes before the written one.")
        raise CannotPurchase(words, field="verbal_on")
    if issued.first_on < (issued.verbal_on or issued.issued_on):
        words = _(
            "Service begins before it is authorized. Choose a later first day, "
            "or enter the day on which it was authorized by word of mouth."
        )
        raise CannotPurchase(words, field="first_on")


def check_period(issued: Authorization) -> None:
    """Check that an authorization lies in the term of its agreement, and does not cross the State's fiscal year.

    :raises CannotPurchase: otherwise; the agreement comes with its terms and its state.
    """
    agreement = issued.agreement
    if issued.last_on < issued.first_on:
        raise CannotPurchase(_("The last day comes after the first."), field="last_on")
    if agreement.effective_on is None or issued.first_on < agreement.effective_on:
        words = _("The agreement takes effect on %(day)s.") % {"day": shortday(agreement.effective_on)}
        raise CannotPurchase(words, field="first_on")
    ends = last_day_of(agreement)
    if ends is not None and issued.last_on > ends:
        words = _("The agreement ends on %(day)s.") % {"day": shortday(ends)}
        raise CannotPurchase(words, field="last_on")
    if terms_of(agreement).within_fiscal_year:
        _first, last = fiscal_year_of(issued.first_on, agreement.area.state.fiscal_year_month)
        if issued.last_on > last:
            words = _(
                "The State's fiscal year ends on %(day)s. End the authorization by then, "
                "and reissue what is left for the next fiscal year."
            )
            raise CannotPurchase(words % {"day": shortday(last)}, field="last_on")


def last_day_of(agreement: Agreement) -> date | None:
    """Return the last day in force of an agreement ``with_terms``: its own, or that before its successor begins."""
    before = agreement.successor_on - DAY if agreement.successor_on else None
    return min((day for day in (agreement.ends_on, before) if day is not None), default=None)


def _price(issued: Authorization) -> None:
    """Set the amount from the units if it is not given; a milestone plan has a total and no units."""
    line = issued.line
    if line.is_plan:
        issued.units = None
        if issued.amount is None:
            raise CannotPurchase(_("Enter the negotiated total."), field="amount")
        if not MilestoneStep.objects.filter(line=line).exists():
            raise CannotPurchase(_("Record the milestones of this plan first."), field="line")
        return
    if issued.units is None:
        raise CannotPurchase(_("Enter the number of units."), field="units")
    suggested = suggestion_for(line, issued.units, issued.first_on, issued.last_on)
    if suggested is None:
        words = _("No rate is in force on %(day)s. Record the rate first.") % {"day": shortday(issued.first_on)}
        raise CannotPurchase(words, field="line")
    if issued.amount is None:
        issued.amount = suggested
    if issued.amount <= 0:
        raise CannotPurchase(_("An authorization is of more than $0.00."), field="amount")


def suggestion_for(line: ServiceLine, units: Decimal, first: date, last: date) -> Decimal | None:
    """Return what so many units of a line cost at most in a period, in dollars; ``None`` if a rate is missing."""
    return suggested_amount(Rate.objects.filter(line=line), units, first, last)


# ---------------------------------------------------------------- Amend
@recorded
def amend_authorization(
    authorization: Authorization,
    *,
    facts: Mapping[str, Any],
    reason: str,
    version: str = "",
    by: User | None,
    at: datetime,
) -> AuthorizationChange:
    """Change the units, the amount or the last day of an open authorization, with a reason.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPurchase: if it is not open, nothing would change, it would fall below what was delivered or
        approved, or its period does not fit.
    """
    authorization = lock_authorization(authorization)
    demand_open(authorization)
    demand_version(authorization, (), version)
    if not reason.strip():
        raise CannotPurchase(_("Enter the reason."), field="reason")
    demand_no_customer(reason, "reason")
    before = {name: getattr(authorization, name) for name in AMENDED}
    for name in AMENDED:
        if name in facts:
            setattr(authorization, name, facts[name])
    _price(authorization)
    after = {name: getattr(authorization, name) for name in AMENDED}
    if before == after:
        raise CannotPurchase(_("Nothing would change. Enter other units, another amount or another last day."))
    if before["last_on"] != after["last_on"]:
        check_period(authorization)
    _demand_enough(authorization, before)
    authorization.save(update_fields=list(AMENDED))
    if before["last_on"] != after["last_on"]:
        move_reports(authorization, authorization.last_on)
    values = {f"{name}_before": value for name, value in before.items()}
    values |= {f"{name}_after": value for name, value in after.items()}
    change = AuthorizationChange.objects.create(
        agreement=authorization.agreement, authorization=authorization, reason=reason.strip(), by=by, at=at, **values
    )
    telling.tell_authorization(authorization, telling.AMENDED, reason=change.reason, at=at)
    return change


def _demand_enough(authorization: Authorization, before: Mapping[str, Any]) -> None:
    """Refuse less than what was delivered or approved, and another total of a plan that has begun."""
    known: Any = with_delivered(Authorization.objects.all()).get(pk=authorization.pk)
    used = max(known.delivered_amount, known.approved_amount)
    if authorization.line.is_plan and known.delivered_amount and authorization.amount != before["amount"]:
        words = _("A milestone of this total was reached. Close the authorization, and issue one for what remains.")
        raise CannotPurchase(words, field="amount")
    if authorization.amount < used:
        words = _("Services of %(amount)s were delivered. The amount cannot be lower.") % {"amount": money(used)}
        raise CannotPurchase(words, field="amount")
    if authorization.units is not None and authorization.units < known.delivered_units:
        words = _("%(number)s units were delivered. There cannot be fewer.")
        raise CannotPurchase(words % {"number": f"{known.delivered_units.normalize():f}"}, field="units")
    if known.last_delivered_on and authorization.last_on < known.last_delivered_on:
        words = _("A service was delivered on %(day)s.") % {"day": shortday(known.last_delivered_on)}
        raise CannotPurchase(words, field="last_on")


# ---------------------------------------------------------------- Close and cancel
@recorded
def close_authorization(
    authorization: Authorization, *, on: date, reason: str, by: User | None, at: datetime
) -> Authorization:
    """Close an authorization: nothing more is delivered under it. What was delivered can still be invoiced.

    :raises CannotPurchase: if it is not open, there is no reason, the day is to come, or something was delivered later.
    """
    authorization = lock_authorization(authorization)
    demand_open(authorization)
    known: Any = with_delivered(Authorization.objects.all()).get(pk=authorization.pk)
    if on > authorization.agreement.area.day_of(at):
        raise CannotPurchase(_("This day is still to come."), field="on")
    if known.last_delivered_on and on < known.last_delivered_on:
        words = _("A service was delivered on %(day)s.") % {"day": shortday(known.last_delivered_on)}
        raise CannotPurchase(words, field="on")
    _end(authorization, Authorization.Status.CLOSED, on, reason)
    last = min(authorization.last_on, on)
    move_reports(authorization, last if last >= authorization.first_on else None)
    telling.tell_authorization(authorization, telling.CLOSED, reason=authorization.close_reason, at=at)
    return authorization


@recorded
def cancel_authorization(authorization: Authorization, *, reason: str, by: User | None, at: datetime) -> Authorization:
    """Cancel an authorization under which nothing was delivered. No report is expected any more.

    :raises CannotPurchase: if it is not open, there is no reason, or something was delivered.
    """
    authorization = lock_authorization(authorization)
    demand_open(authorization)
    if authorization.deliveries.filter(withdrawn_at=None).exists():
        raise CannotPurchase(_("Services were delivered under this authorization. Close it instead."))
    _end(authorization, Authorization.Status.CANCELED, authorization.agreement.area.day_of(at), reason)
    move_reports(authorization, None)
    telling.tell_authorization(authorization, telling.CANCELED, reason=authorization.close_reason, at=at)
    return authorization


def _end(authorization: Authorization, status: Authorization.Status, on: date, reason: str) -> None:
    if not reason.strip():
        raise CannotPurchase(_("Enter the reason."), field="reason")
    demand_no_customer(reason, "reason")
    authorization.status, authorization.closed_on, authorization.close_reason = status, on, reason.strip()
    authorization.save(update_fields=["status", "closed_on", "close_reason"])


# ---------------------------------------------------------------- Reissue
@recorded
def reissue_authorization(
    authorization: Authorization, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> Authorization:
    """Issue what is left of an authorization anew, usually for the next fiscal year, and close the earlier one.

    The new one has the same service and reference, the units that were not delivered, and the amount that is left.
    ``facts`` are its number and days, and a note.

    :raises CannotPurchase: if it was canceled or reissued before, nothing is left, or the new period does not fit.
    """
    earlier = lock_authorization(authorization)
    agreement = earlier.agreement
    if agreement.status != Agreement.Status.EXECUTED:
        raise CannotPurchase(_("Services are authorized under an executed agreement only."))
    if earlier.status == Authorization.Status.CANCELED:
        raise CannotPurchase(_("This authorization was canceled. Issue a new one."))
    if Authorization.objects.filter(replaces=earlier).exists():
        raise CannotPurchase(_("This authorization was reissued already."))
    units, amount = left_of(earlier)
    known: Any = with_delivered(Authorization.objects.all()).get(pk=earlier.pk)
    days = {name: facts[name] for name in ("number", "first_on", "last_on", "issued_on", "note") if name in facts}
    issued = Authorization(
        agreement=agreement, line=earlier.line, reference=earlier.reference, units=units, amount=amount,
        replaces=earlier, by=by, at=at, **days,
    )  # fmt: skip
    if known.last_delivered_on and issued.first_on <= known.last_delivered_on:
        words = _("A service was delivered on %(day)s. Begin after it.") % {"day": shortday(known.last_delivered_on)}
        raise CannotPurchase(words, field="first_on")
    _issue(issued, at)
    if earlier.is_open:
        today = agreement.area.day_of(at)
        reason = _("Reissued as %(number)s") % {"number": issued.number}
        _end(earlier, Authorization.Status.CLOSED, max(today, known.last_delivered_on or today), reason)
        last = min(earlier.last_on, max(today, known.last_delivered_on or today))
        move_reports(earlier, last if last >= earlier.first_on else None)
    telling.tell_authorization(issued, telling.ISSUED, at=at)
    return issued


def left_of(authorization: Authorization) -> tuple[Decimal | None, Decimal]:
    """Return the units and the amount that were not delivered; a milestone plan has no units.

    :raises CannotPurchase: if nothing is left.
    """
    known: Any = with_delivered(Authorization.objects.all()).get(pk=authorization.pk)
    units = None if authorization.units is None else authorization.units - known.delivered_units
    amount = authorization.amount - known.delivered_amount
    if amount <= 0 or (units is not None and units <= 0):
        raise CannotPurchase(_("Nothing is left of this authorization."))
    return units, amount


def next_period(authorization: Authorization, today: date) -> tuple[date, date]:
    """Return the days suggested for a reissue: from the day after it ends to the end of that fiscal year."""
    agreement = authorization.agreement
    first = max(authorization.last_on + DAY, today)
    _begin, last = fiscal_year_of(first, agreement.area.state.fiscal_year_month)
    ends = last_day_of(agreement)
    return first, min(last, ends) if ends is not None and ends >= first else last


def free_number(agreement: Agreement) -> str:
    """Return a number that is free: that of the agreement with the next of its authorizations, "POS-27-01-004"."""
    start = f"{agreement.number}-"[:30]
    taken = set(agreement.authorizations.filter(number__istartswith=start).values_list("number", flat=True))
    known = {number.upper() for number in taken}
    numbers = (f"{start}{count:03}" for count in range(1, len(known) + 2))
    return next(number for number in numbers if number.upper() not in known)
