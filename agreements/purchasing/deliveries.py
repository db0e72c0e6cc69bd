"""Record what was delivered under an authorization, withdraw it, and correct it.

The rate in force on the day of service counts. Nothing is delivered before it was authorized (34 CFR 361.50(e)),
outside the term of the agreement, or beyond the units and the amount of the authorization.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from agreements.cost_sharing import to_the_cent
from agreements.models import (
    Agreement,
    Authorization,
    CeilingException,
    Invoice,
    InvoiceLine,
    MilestoneStep,
    Rate,
    ServiceDelivery,
    ServiceLine,
)
from agreements.purchasing.agreement_locks import lock_authorization
from agreements.purchasing.milestones import amounts_of_steps, steps_of
from agreements.purchasing.rates import rate_on
from agreements.purchasing.references import why_it_tells
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import money, shortday

MOST_UNITS = Decimal("9999.99")  # on one day
MOST_ENTRIES = 31  # that one form records
SIGNED = (Agreement.Status.EXECUTED, Agreement.Status.TERMINATED, Agreement.Status.SUPERSEDED)


class CannotDeliver(Refused):
    """A delivery cannot be recorded, withdrawn or corrected like this; the message says why."""


@dataclass(frozen=True)
class Entry:
    """Units of one day, with a note. ``field`` is the field of a form that a refusal is shown at."""

    on: date
    units: Decimal
    note: str = ""
    field: str = "units"


@dataclass(frozen=True)
class Left:
    """What may still be delivered under an authorization. ``units`` is ``None`` if it is not counted in units."""

    units: Decimal | None
    amount: Decimal


# ---------------------------------------------------------------- Reading
def delivered_of(authorization: Authorization) -> tuple[Decimal, Decimal]:
    """Return the units and dollars delivered so far, less corrections; one query."""
    rows = authorization.deliveries.filter(withdrawn_at=None)
    found = rows.aggregate(units=Sum("units"), amount=Sum("amount"))
    return found["units"] or Decimal(0), found["amount"] or Decimal(0)


def left_of(authorization: Authorization) -> Left:
    """Return what may still be delivered, recorded exceptions included; two queries."""
    units, amount = delivered_of(authorization)
    excepted = CeilingException.objects.filter(authorization=authorization).aggregate(sum=Sum("amount"))["sum"]
    most = authorization.amount + (excepted or 0)
    return Left(None if authorization.units is None else authorization.units - units, most - amount)


def first_and_last(authorization: Authorization) -> tuple[date, date]:
    """Return the days between which service counts: of the authorization, within the term of its agreement.

    Its agreement comes with ``with_terms``.
    """
    agreement: Any = authorization.agreement
    starts = [authorization.valid_from, *([agreement.effective_on] if agreement.effective_on else [])]
    ends = [authorization.last_on, *([agreement.ends_on] if agreement.ends_on else [])]
    return max(starts), min(ends)


def steps_left(authorization: Authorization) -> list[tuple[MilestoneStep, Decimal]]:
    """Return the milestones that were not reached, each with what it pays; two queries, more if it was reissued.

    The negotiated total is split by the percents; milestones reached before a reissue have no part in it. If the total
    was amended after some milestones were reached, what is left of it is split over the others.
    """
    steps = steps_of(authorization)
    reached = _paid_by_step(authorization)
    planned = amounts_of_steps(authorization.amount, steps)
    missing = [step for step in steps if step.pk not in reached]
    if missing and any(planned.get(pk) != amount for pk, amount in reached.items()):
        left = max(authorization.amount - sum(reached.values(), Decimal(0)), Decimal(0))
        planned = amounts_of_steps(left, missing)
    return [(step, planned[step.pk]) for step in missing]


def _paid_by_step(authorization: Authorization) -> dict[int, Decimal]:
    """Return the amount of each milestone that was reached, and not taken back by a correction; one query."""
    rows = authorization.deliveries.filter(withdrawn_at=None, step__isnull=False).order_by()
    sums = rows.values("step").annotate(number=Sum("units"), sum=Sum("amount")).filter(number__gt=0)
    return {row["step"]: row["sum"] for row in sums}


# ---------------------------------------------------------------- Recording
@recorded
def record_deliveries(
    authorization: Authorization, entries: Sequence[Entry], *, by: User | None, at: datetime
) -> list[ServiceDelivery]:
    """Record units delivered on some days, each at the rate in force on its day; all of them or none.

    :raises CannotDeliver: if a day is outside the authorization or the agreement, or more is delivered than authorized.
    """
    authorization = _lock(authorization)
    if authorization.line.is_plan:
        raise CannotDeliver(_("This service is paid by milestones. Record the milestone that was reached."))
    if not entries:
        raise CannotDeliver(_("Enter the units of at least one day."))
    if len(entries) > MOST_ENTRIES:
        raise CannotDeliver(_("Record %(number)s days at most at once.") % {"number": MOST_ENTRIES})
    rates = list(Rate.objects.filter(line=authorization.line))
    left = left_of(authorization)
    units, amount = left.units, left.amount
    made = []
    for entry in entries:
        _check_day(authorization, entry.on, at, entry.field)
        delivery = _priced(authorization, entry, rates, by, at)
        units = None if units is None else units - delivery.units
        amount -= delivery.amount
        if units is not None and units < 0:
            raise CannotDeliver(_beyond_units(left), field=entry.field)
        if amount < 0:
            raise CannotDeliver(_beyond_amount(left), field=entry.field)
        made.append(delivery)
    return ServiceDelivery.objects.bulk_create(made)


def _demand_no_customer(note: str) -> None:
    if words := why_it_tells(note):
        raise CannotDeliver(words, field="note")


def _priced(
    authorization: Authorization,
    entry: Entry,
    rates: Sequence[Rate],
    by: User | None,
    at: datetime,
) -> ServiceDelivery:
    line = authorization.line
    _demand_no_customer(entry.note)
    if not 0 < entry.units <= MOST_UNITS:
        words = _("Enter units above zero, up to %(most)s.") % {"most": MOST_UNITS}
        raise CannotDeliver(words, field=entry.field)
    if line.unit == ServiceLine.Unit.MILESTONE and entry.units % 1:
        raise CannotDeliver(_("Enter a whole number of milestones."), field=entry.field)
    rate = rate_on(rates, entry.on)
    if rate is None:
        words = _("%(service)s has no rate on %(day)s. The purchaser records one under Terms.")
        raise CannotDeliver(words % {"service": line, "day": shortday(entry.on)}, field=entry.field)
    return ServiceDelivery(
        agreement_id=authorization.agreement_id,
        authorization=authorization,
        happened_on=entry.on,
        units=entry.units,
        rate=rate.amount,
        amount=to_the_cent(entry.units * rate.amount),
        note=entry.note,
        by=by,
        at=at,
    )


@recorded
def reach_step(
    authorization: Authorization, step: MilestoneStep, *, on: date, note: str = "", by: User | None, at: datetime
) -> ServiceDelivery:
    """Record that a milestone of a plan was reached: its part of the negotiated total.

    :raises CannotDeliver: if it was reached before, or the day is outside the authorization or the agreement.
    """
    authorization = _lock(authorization)
    amounts = {each.pk: amount for each, amount in steps_left(authorization)}
    if step.line_id != authorization.line_id:
        raise CannotDeliver(_("Choose a milestone of this authorization."), field="step")
    if step.pk not in amounts:
        raise CannotDeliver(_("This milestone was already reached."), field="step")
    _check_day(authorization, on, at, "on")
    _demand_no_customer(note)
    amount = amounts[step.pk]
    if amount > (left := left_of(authorization)).amount:
        raise CannotDeliver(_beyond_amount(left), field="step")
    return ServiceDelivery.objects.create(
        agreement_id=authorization.agreement_id,
        authorization=authorization,
        step=step,
        happened_on=on,
        units=1,
        rate=amount,
        amount=amount,
        note=note,
        by=by,
        at=at,
    )


def _check_day(authorization: Authorization, day: date, at: datetime, field: str) -> None:
    agreement: Any = authorization.agreement
    days = {"first": shortday(authorization.valid_from), "last": shortday(authorization.last_on)}
    if day > agreement.area.day_of(at):
        raise CannotDeliver(_("This day is in the future."), field=field)
    if day < authorization.valid_from:
        words = _("Service was not authorized before %(first)s (34 CFR 361.50(e)).")
        raise CannotDeliver(words % days, field=field)
    if day > authorization.last_on:
        words = _("The authorization ended on %(last)s. The purchaser can amend it.")
        raise CannotDeliver(words % days, field=field)
    first, last = first_and_last(authorization)
    if not first <= day <= last:
        raise CannotDeliver(_("The agreement was not in force on this day."), field=field)


def _beyond_units(left: Left) -> str:
    words = _("This is more than the authorization allows: %(units)s units are left. The purchaser can amend it.")
    return words % {"units": in_units(max(left.units or Decimal(0), Decimal(0)))}


def _beyond_amount(left: Left) -> str:
    words = _("This is more than the authorization allows: %(amount)s is left. The purchaser can amend it.")
    return words % {"amount": money(max(left.amount, Decimal(0)))}


def in_units(number: Decimal) -> str:
    """Return units without zeros at their end: "7.5", "120"."""
    return f"{number.normalize():f}"


# ---------------------------------------------------------------- Taking back
@recorded
def withdraw_delivery(delivery: ServiceDelivery, *, by: User | None, at: datetime) -> None:
    """Withdraw a delivery that is on no invoice. It stays on record, and counts no more.

    :raises CannotDeliver: if it is on an invoice or was corrected; or if it is a correction, and what that freed was
        delivered or authorized again.
    """
    delivery = _lock_delivery(delivery)
    if delivery.withdrawn_at:
        return
    if number := _invoice_of(delivery):
        words = _("It is on invoice %(number)s. Delete the draft, or correct the delivery once it is approved.")
        raise CannotDeliver(words % {"number": number})
    if delivery.corrections.filter(withdrawn_at=None).exists():
        raise CannotDeliver(_("It was corrected. Withdraw the correction first."))
    if delivery.corrects_id:
        _demand_unused(delivery)
    delivery.withdrawn_at = at
    delivery.save(update_fields=["withdrawn_at"])


@recorded
def correct_delivery(
    delivery: ServiceDelivery, *, units: Decimal, note: str, by: User | None, at: datetime
) -> ServiceDelivery:
    """Take back units of a delivery on an approved invoice: an entry of its own, which goes on a credit note.

    Units are taken back at the rate that was charged. A milestone is taken back as a whole.

    :raises CannotDeliver: if it is not approved, more is taken back than was charged, or no reason is given.
    """
    delivery = _lock_delivery(delivery)
    if delivery.corrects_id:
        raise CannotDeliver(_("This is a correction. Correct the delivery itself."))
    approved = InvoiceLine.objects.filter(delivery=delivery, invoice__status__in=Invoice.APPROVED_OR_PAID)
    if not approved.exists():
        raise CannotDeliver(_("Only deliveries on an approved invoice are corrected. Withdraw it instead."))
    if not note.strip():
        raise CannotDeliver(_("Say why it is corrected."), field="note")
    _demand_no_customer(note)
    before = delivery.corrections.filter(withdrawn_at=None).aggregate(units=Sum("units"), amount=Sum("amount"))
    units_left = delivery.units + (before["units"] or 0)
    amount_left = delivery.amount + (before["amount"] or 0)
    if not 0 < units <= units_left:
        words = _("Enter units above zero, up to %(most)s.") % {"most": in_units(units_left)}
        raise CannotDeliver(words, field="units")
    if delivery.step_id and units != units_left:
        raise CannotDeliver(_("A milestone is taken back as a whole."), field="units")
    amount = to_the_cent(units * delivery.rate)
    taken = amount_left if units == units_left else min(amount, amount_left)
    return ServiceDelivery.objects.create(
        agreement_id=delivery.agreement_id,
        authorization_id=delivery.authorization_id,
        step_id=delivery.step_id,
        corrects=delivery,
        happened_on=delivery.happened_on,
        units=-units,
        rate=delivery.rate,
        amount=-taken,
        note=note,
        by=by,
        at=at,
    )


def _demand_unused(correction: ServiceDelivery) -> None:
    """Refuse if the units, the amount or the milestone that a correction freed are delivered or authorized again."""
    if number := Authorization.objects.filter(replaces=correction.authorization_id).values_list("number").first():
        words = _("What this correction freed was authorized again: %(number)s is the reissue of what was left.")
        raise CannotDeliver(words % {"number": number[0]})
    left = left_of(correction.authorization)
    is_reached = correction.step_id and correction.step_id in _paid_by_step(correction.authorization)
    is_short = left.amount + correction.amount < 0 or (left.units is not None and left.units + correction.units < 0)
    if is_reached or is_short:
        raise CannotDeliver(_("What this correction freed was delivered again since. Withdraw that first."))


def _invoice_of(delivery: ServiceDelivery) -> str:
    """Return the number of the invoice that a delivery is on, unless that was rejected; one query."""
    rows = InvoiceLine.objects.filter(delivery=delivery, is_live=True)
    return rows.values_list("invoice__number", flat=True).first() or ""


# ---------------------------------------------------------------- Locks
def _lock(authorization: Authorization) -> Authorization:
    """Lock an authorization under which service may be recorded.

    :raises CannotDeliver: if it is closed or canceled, or the agreement was not executed.
    """
    locked = lock_authorization(authorization, refusal=CannotDeliver)
    if locked.agreement.status not in SIGNED:
        raise CannotDeliver(_("Deliveries are recorded once the agreement is executed."))
    if not locked.is_open:
        raise CannotDeliver(_("This authorization is closed. Nothing more can be recorded under it."))
    return locked


def _lock_delivery(delivery: ServiceDelivery) -> ServiceDelivery:
    """Lock the authorization of a delivery, and return the delivery with it."""
    authorization = lock_authorization(delivery.authorization, refusal=CannotDeliver)
    locked = ServiceDelivery.objects.get(pk=delivery.pk)
    locked.authorization = authorization
    return locked
