"""What the page of a purchase shows to both sides: the ledger, its forecast, waiting invoices, and warnings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from agreements.models import Agreement, DueReport, Invoice, Rate, ServiceLine
from agreements.purchasing.ageing import Bucket, age_of, ageing
from agreements.purchasing.burn_down import BurnDown, burn_down
from agreements.purchasing.ledger import Ceiling, Ledger, delivered_by_month, ledger_of
from agreements.purchasing.states import ENDS, OVER, USED_UP, AuthorizationState, state_of
from onestop.ui.presentation import money, shortday
from onestop.ui.sentences import join_words

NEAR = 80  # percent of a ceiling
NAMED = 4  # authorizations named in a warning; the rest is counted
WAITING = (Invoice.Status.SUBMITTED, Invoice.Status.APPROVED)


LINKS: dict[str, str | Promise] = {
    "reports": gettext_lazy("View late reports"),
    "invoices": gettext_lazy("View invoices"),
    "ledger": gettext_lazy("View the ledger"),
    "burn-down": gettext_lazy("View the forecast"),
}


@dataclass(frozen=True)
class PurchaseWarning:
    """Something that needs attention: how urgent it is (soon, now), in words, and where it is on the page."""

    kind: str
    words: str
    anchor: str

    @property
    def link(self) -> str | Promise:
        """What the link to it says."""
        return LINKS[self.anchor]


@dataclass(frozen=True)
class WaitingInvoice:
    """An invoice that waits for approval or payment, since it was submitted."""

    invoice: Invoice
    age: int
    days_overdue: int

    @property
    def is_overdue(self) -> bool:
        """Whether it should be paid by now; a credit note is not paid."""
        return self.days_overdue > 0 and not self.invoice.is_credit


@dataclass(frozen=True)
class Overview:
    """Everything on the page of a purchase on one day."""

    ledger: Ledger
    states: dict[int, AuthorizationState]
    burn_down: BurnDown | None
    invoices: Sequence[WaitingInvoice]
    to_approve: tuple[Bucket, ...]
    to_pay: tuple[Bucket, ...]
    late_reports: Sequence[DueReport]
    without_rate: Sequence[ServiceLine]
    today: date

    @property
    def warnings(self) -> list[PurchaseWarning]:
        """What needs attention, the most urgent first."""
        return sorted(_warnings(self), key=lambda warning: warning.kind != "now")


def overview_of(agreement: Agreement, *, today: date) -> Overview:
    """Return the overview of a purchase; nine queries with its terms fetched, however many rows there are."""
    ledger = ledger_of(agreement)
    reissued = {entry.authorization.replaces_id for entry in ledger.entries}
    states = {
        entry.authorization.pk: state_of(entry, today, is_reissued=entry.authorization.pk in reissued)
        for entry in ledger.entries
    }
    rows = Invoice.objects.filter(agreement=agreement, status__in=WAITING).order_by("submitted_at", "pk")
    invoices = [_waiting(invoice, today) for invoice in rows]
    reports = DueReport.objects.filter(agreement=agreement, status__in=DueReport.OWED, due_on__lt=today)
    return Overview(
        ledger=ledger,
        states=states,
        burn_down=_burn_down(agreement, ledger, today),
        invoices=invoices,
        to_approve=_ages(invoices, Invoice.Status.SUBMITTED, today),
        to_pay=_ages(invoices, Invoice.Status.APPROVED, today),
        late_reports=list(reports.select_related("duty", "authorization").order_by("due_on", "pk")),
        without_rate=list(lines_without_rate(agreement, today)),
        today=today,
    )


def lines_without_rate(agreement: Agreement, today: date) -> QuerySet[ServiceLine]:
    """Return the services paid by unit that have no rate today, or on the first day of an agreement to come."""
    day = max(today, agreement.effective_on or today)
    rates = Rate.objects.filter(line=OuterRef("pk"), effective_on__lte=day)
    lines = ServiceLine.objects.filter(agreement=agreement, archived_at=None).exclude(unit=ServiceLine.Unit.PLAN)
    return lines.filter(~Exists(rates)).order_by("position", "code")


def term_of(agreement: Agreement, ledger: Ledger) -> tuple[date, date] | None:
    """Return the first and the last day of a purchase; without dates, of its authorizations. Needs with_terms."""
    authorizations = [entry.authorization for entry in ledger.entries]
    ends_on = getattr(agreement, "ends_on", None) or agreement.expires_on
    first = agreement.effective_on or min((each.first_on for each in authorizations), default=None)
    last = ends_on or max((each.last_on for each in authorizations), default=None)
    return (first, last) if first and last and first <= last else None


def _burn_down(agreement: Agreement, ledger: Ledger, today: date) -> BurnDown | None:
    term = term_of(agreement, ledger)
    if term is None or not ledger.total:
        return None
    return burn_down(ledger.total, delivered_by_month(agreement), first=term[0], last=term[1], today=today)


def _waiting(invoice: Invoice, today: date) -> WaitingInvoice:
    since = timezone.localdate(invoice.submitted_at)
    overdue = max((today - invoice.due_on).days, 0) if invoice.due_on else 0
    return WaitingInvoice(invoice, age_of(since, today), overdue)


def _ages(invoices: Sequence[WaitingInvoice], status: str, today: date) -> tuple[Bucket, ...]:
    return ageing(
        [
            (timezone.localdate(each.invoice.submitted_at), each.invoice.total)
            for each in invoices
            if each.invoice.status == status
        ],
        today=today,
    )


# ---------------------------------------------------------------- Warnings
def _warnings(overview: Overview) -> Iterator[PurchaseWarning]:
    yield from _of_ceilings(overview.ledger)
    yield from _of_forecast(overview)
    yield from _of_authorizations(overview)
    if lines := overview.without_rate:
        words = ngettext(
            "No rate is in force for %(lines)s. Nothing can be delivered until one is added.",
            "No rates are in force for %(lines)s. Nothing can be delivered until they are added.",
            len(lines),
        )
        yield PurchaseWarning("now", words % {"lines": join_words([str(line) for line in lines])}, "ledger")
    if number := len(overview.late_reports):
        words = ngettext("%(number)d report is late.", "%(number)d reports are late.", number)
        yield PurchaseWarning("now", words % {"number": number}, "reports")
    if number := sum(each.is_overdue for each in overview.invoices):
        words = ngettext(
            "%(number)d invoice is past the day by which it should be paid.",
            "%(number)d invoices are past the day by which they should be paid.",
            number,
        )
        yield PurchaseWarning("now", words % {"number": number}, "invoices")


def _of_ceilings(ledger: Ledger) -> Iterator[PurchaseWarning]:
    known: list[tuple[str, Ceiling | None]] = [(_("the agreement"), ledger.ceiling)]
    known += [(str(line.line), line.ceiling) for line in ledger.lines]
    for name, ceiling in known:
        if ceiling and ceiling.percent >= NEAR:
            words = _("%(percent)d%% of the ceiling of %(name)s is delivered: %(left)s is left.")
            if ceiling.left <= 0:
                words = _("The ceiling of %(name)s is reached. More needs a higher ceiling or an exception.")
            facts = {"percent": ceiling.percent, "name": name, "left": money(max(ceiling.left, Decimal(0)))}
            yield PurchaseWarning("now" if ceiling.left <= 0 else "soon", words % facts, "ledger")


def _of_forecast(overview: Overview) -> Iterator[PurchaseWarning]:
    known = overview.burn_down
    if known and known.left > 0 and known.exhausted_on and not known.is_enough:
        words = _("At the recent pace the money is used up around %(day)s, before the term ends on %(last)s.")
        yield PurchaseWarning(
            "soon", words % {"day": shortday(known.exhausted_on), "last": shortday(known.last)}, "burn-down"
        )


# Placed here, so that translators find them.
OF_STATES = {
    USED_UP: ngettext_lazy("%(numbers)s is used up.", "%(numbers)s are used up.", "count"),
    ENDS: ngettext_lazy("%(numbers)s ends within 30 days.", "%(numbers)s end within 30 days.", "count"),
    OVER: ngettext_lazy(
        "%(numbers)s has ended and is still open. Close or reissue it.",
        "%(numbers)s have ended and are still open. Close or reissue them.",
        "count",
    ),
}


def _of_authorizations(overview: Overview) -> Iterator[PurchaseWarning]:
    for state, words in OF_STATES.items():
        entries = [entry for entry in overview.ledger.entries if overview.states[entry.authorization.pk] == state]
        if entries:
            named = [entry.authorization.number for entry in entries[:NAMED]]
            if rest := len(entries) - NAMED if len(entries) > NAMED else 0:
                named.append(ngettext("%(number)d more", "%(number)d more", rest) % {"number": rest})
            yield PurchaseWarning("soon", words % {"numbers": join_words(named), "count": len(entries)}, "ledger")
