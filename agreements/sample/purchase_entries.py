"""What was delivered under the authorizations of the sample, and the invoices for it, in every state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from agreements.cost_sharing import allocate
from agreements.models import Invoice, InvoiceLine, ServiceDelivery
from agreements.sample import purchase_story as told
from agreements.sample.purchase_story import Purchase, Told
from partners.sample.past import Step

DAY, WEEK = timedelta(days=1), timedelta(days=7)
PAYS_WITHIN = 30
FIRST_NUMBER = 1001
# What changes while an invoice goes its way.
BECOME = (
    "status", "submitted_by", "submitted_at", "due_on", "decided_by", "decided_at", "reason", "paid_on", "paid_by",
    "payment_reference",
)  # fmt: skip
DECIDED, SENT = ("rejected", "approved", "paid"), ("submitted", "rejected", "approved", "paid")


# ---------------------------------------------------------------- Deliveries
def deliveries_of(purchase: Purchase, each: Told, first: date, last: date) -> list[ServiceDelivery]:
    """Return what was delivered under an authorization by yesterday, not saved, without the authorization itself."""
    last = min(last, purchase.last_day - DAY)
    if purchase.lines[each.line].is_plan:
        return _milestones(purchase, first, last)
    left = purchase.left_of(told.REISSUED) if each is told.SUCCESSOR else None
    found: list[ServiceDelivery] = []
    day = first + max(0, 7 - first.weekday()) % 7 * DAY if first.weekday() > 4 else first
    while each.weekly and day <= last:
        entry = _entry(purchase, day, Decimal(each.weekly), purchase.rate_on(each.line, day))
        if left and any(
            sum((getattr(one, name) for one in [*found, entry]), Decimal(0)) > most
            for name, most in zip(("units", "amount"), left, strict=True)
        ):
            break
        found.append(entry)
        day += WEEK
    if each is told.USED_UP:
        found.append(_correction(purchase, found[0]))
    return found


def _entry(purchase: Purchase, day: date, units: Decimal, rate: Decimal, **more: Any) -> ServiceDelivery:
    return ServiceDelivery(
        agreement=purchase.agreement, happened_on=day, units=units, rate=rate, amount=units * rate,
        **{"by": purchase.seller, "at": purchase.story.at(day + DAY, 9)} | more,
    )  # fmt: skip


def _milestones(purchase: Purchase, first: date, last: date) -> list[ServiceDelivery]:
    """Return the first two milestones of the plan."""
    amounts = allocate(told.TOTAL, {step: step.percent for step in purchase.steps})
    return [
        _entry(purchase, first + (last - first) * percent // 100, Decimal(1), amounts[step], step=step)
        for step, percent in zip(purchase.steps, told.REACHED, strict=False)
    ]


def _correction(purchase: Purchase, wrong: ServiceDelivery) -> ServiceDelivery:
    """Return the entry that takes back one hour; it was noticed after three weeks."""
    at = purchase.story.at(wrong.happened_on + 3 * WEEK)
    return _entry(purchase, wrong.happened_on, Decimal(-1), wrong.rate, corrects=wrong, note=told.WHY_CORRECTED, at=at)


# ---------------------------------------------------------------- Invoices
@dataclass
class _Sent:
    """An invoice with its deliveries, and the day on which it was made."""

    row: Invoice
    deliveries: Sequence[ServiceDelivery]
    day: date


def keep(purchase: Purchase) -> None:
    """Save all deliveries, and add the invoices for them, numbered in the order in which they were made."""
    entries = [entry for each in told.TOLD for entry in purchase.delivered[each.key]]
    for corrects in (False, True):  # a correction needs what it corrects
        ServiceDelivery.objects.bulk_create([entry for entry in entries if (entry.corrects is not None) is corrects])
    for entry in entries:
        purchase.story.past.add(entry, at=entry.at, by=entry.by)
    made = [invoice for each in told.TOLD for invoice in _invoices(purchase, each)]
    made.sort(key=lambda sent: sent.day)
    for number, sent in enumerate(made, start=FIRST_NUMBER):
        sent.row.number = f"OD-{number}"
    _keep(purchase, made)


def _invoices(purchase: Purchase, each: Told) -> Iterator[_Sent]:
    """Yield the invoices of an authorization; what was on a rejected one is on the next one, too."""
    delivered = [entry for entry in purchase.delivered[each.key] if entry.corrects is None]
    states = each.invoices[-len(delivered) :] if delivered else ()
    again: list[ServiceDelivery] = []
    for number, state in enumerate(states):
        first, end = (len(delivered) * place // len(states) for place in (number, number + 1))
        entries = [*again, *delivered[first:end]]
        again = entries if state == "rejected" else []
        yield _invoice(purchase, entries, state, entries[-1].happened_on + 3 * DAY)
    for correction in purchase.delivered[each.key]:
        if correction.corrects:
            yield _invoice(purchase, [correction], "paid", correction.at.date() + 2 * DAY)


def _invoice(purchase: Purchase, entries: Sequence[ServiceDelivery], state: str, day: date) -> _Sent:
    day = min(day, purchase.last_day)
    total = sum((entry.amount for entry in entries), Decimal(0))
    row = Invoice(
        agreement=purchase.agreement, kind="credit" if total < 0 else "invoice", total=total, status=state,
        made_by=purchase.seller, made_at=purchase.story.at(day, 9),
    )  # fmt: skip
    return _Sent(row, entries, day)


def _keep(purchase: Purchase, made: Sequence[_Sent]) -> None:
    """Save invoices as drafts with their lines, and then as what became of them."""
    past = purchase.story.past
    states = [sent.row.status for sent in made]
    for sent in made:
        sent.row.status = "draft"
    Invoice.objects.bulk_create([sent.row for sent in made])
    lines = [_lines(sent, state) for sent, state in zip(made, states, strict=True)]
    InvoiceLine.objects.bulk_create([line for several in lines for line in several])
    steps = [list(_become(purchase, sent.row, state, sent.day)) for sent, state in zip(made, states, strict=True)]
    Invoice.objects.bulk_update([sent.row for sent in made], BECOME)
    for sent, state, several, known in zip(made, states, lines, steps, strict=True):
        row = sent.row
        past.add(row, at=row.made_at, by=row.made_by, steps=known)
        freed = [Step(step.at, step.by, {"is_live": True}) for step in known[1:] if state == "rejected"]
        for line in several:
            past.add(line, at=row.made_at, by=row.made_by, steps=freed)


def _lines(sent: _Sent, state: str) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            agreement=sent.row.agreement, invoice=sent.row, delivery=entry, authorization=entry.authorization,
            line=entry.authorization.line, amount=entry.amount, is_live=state != "rejected",
        )
        for entry in sent.deliveries
    ]  # fmt: skip


def _become(purchase: Purchase, row: Invoice, state: str, day: date) -> Iterator[Step]:
    """Submit, decide and pay an invoice, as far as its state says; yield the steps of its history."""

    def by_then(days: int, hour: int) -> datetime:
        return purchase.story.at(min(day + days * DAY, purchase.last_day), hour)

    row.status = state
    if state in SENT:
        row.submitted_by, row.submitted_at, row.due_on = purchase.seller, by_then(0, 10), day + PAYS_WITHIN * DAY
        was = {"status": "draft", "submitted_by_id": None, "submitted_at": None, "due_on": None}
        yield Step(row.submitted_at, purchase.seller, was)
    if state in DECIDED:
        row.decided_by, row.decided_at = purchase.buyer, by_then(6, 14)
        row.reason = told.WHY_REJECTED if state == "rejected" else ""
        was = {"status": "submitted", "decided_by_id": None, "decided_at": None, "reason": ""}
        yield Step(row.decided_at, purchase.buyer, was)
    if state == "paid":
        paid = by_then(20, 16)
        row.paid_on, row.paid_by = paid.date(), purchase.story.staff
        row.payment_reference = f"EFT-{paid:%y%m%d}-{row.number[-2:]}"
        was = {"status": "approved", "paid_on": None, "payment_reference": "", "paid_by_id": None}
        yield Step(paid, purchase.story.staff, was)
