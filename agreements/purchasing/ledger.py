"""The ledger of a purchase, which both sides see: authorized, delivered, invoiced, approved, paid, left.

Everything is summed from entries at each reading; no sum is stored. It foots: what was authorized is what was
delivered, what is left, and what was released when an authorization was closed or canceled. A service line is the sum
of its authorizations, the agreement the sum of its lines. Amounts are dollars to the cent.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from agreements.models import Agreement, Authorization, CeilingException, Invoice, ServiceDelivery, ServiceLine

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Sums:
    """What became of the money of an authorization, or of several.

    ``authorized`` includes recorded exceptions of the authorizations (``excepted``). ``invoiced`` was submitted and not
    rejected, ``approved`` includes what is paid; drafts count nowhere. Corrections and credit notes are negative.
    """

    authorized: Decimal = NOTHING
    excepted: Decimal = NOTHING
    released: Decimal = NOTHING
    delivered: Decimal = NOTHING
    invoiced: Decimal = NOTHING
    approved: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def left(self) -> Decimal:
        """What can still be delivered under open authorizations."""
        return self.authorized - self.released - self.delivered

    @property
    def uninvoiced(self) -> Decimal:
        """What was delivered and is on no submitted invoice."""
        return self.delivered - self.invoiced

    @property
    def to_approve(self) -> Decimal:
        """What is on invoices that wait for approval."""
        return self.invoiced - self.approved

    @property
    def to_pay(self) -> Decimal:
        """What was approved and is not paid."""
        return self.approved - self.paid

    @classmethod
    def total(cls, several: Iterable["Sums"]) -> "Sums":
        """Return the sum of several."""
        known = list(several)
        return cls(**{f.name: sum((getattr(one, f.name) for one in known), NOTHING) for f in fields(cls)})


@dataclass(frozen=True)
class Ceiling:
    """A ceiling with what exceptions add to it, and what is approved and delivered against it."""

    ceiling: Decimal
    excepted: Decimal
    sums: Sums

    @property
    def allowed(self) -> Decimal:
        """The most that may be paid."""
        return self.ceiling + self.excepted

    @property
    def left(self) -> Decimal:
        """What may still be delivered below the ceiling."""
        return self.allowed - self.sums.delivered

    @property
    def percent(self) -> int:
        """How much of it was delivered, in whole percent, rounded down."""
        return int(self.sums.delivered * 100 // self.allowed) if self.allowed else 100 if self.sums.delivered else 0


@dataclass(frozen=True)
class AuthorizationEntry:
    """One authorization in the ledger, with the units delivered under it."""

    authorization: Authorization
    sums: Sums
    units: Decimal = Decimal(0)

    @property
    def units_left(self) -> Decimal | None:
        """Units that can still be delivered; ``None`` without a number of units, or if it is not open."""
        if self.authorization.units is None or not self.authorization.is_open:
            return None
        return self.authorization.units - self.units

    @property
    def is_used_up(self) -> bool:
        """Whether it is open although nothing can be delivered any more."""
        return self.authorization.is_open and (self.sums.left <= 0 or self.units_left == 0)


@dataclass(frozen=True)
class LineEntry:
    """A service line in the ledger, with its authorizations."""

    line: ServiceLine
    entries: tuple[AuthorizationEntry, ...]
    sums: Sums
    ceiling: Ceiling | None


@dataclass(frozen=True)
class Ledger:
    """The ledger of one agreement: its lines, and the sum of them."""

    lines: tuple[LineEntry, ...]
    sums: Sums
    ceiling: Ceiling | None

    @property
    def entries(self) -> list[AuthorizationEntry]:
        """All authorizations, by line."""
        return [entry for line in self.lines for entry in line.entries]

    @property
    def total(self) -> Decimal:
        """What can be used up: the ceiling of the agreement with its exceptions; without one, what is authorized."""
        return self.ceiling.allowed if self.ceiling else self.sums.authorized - self.sums.released


def ledger_of(agreement: Agreement) -> Ledger:
    """Return the ledger of a purchase; six queries with its terms. Without terms it has no ceiling."""
    return ledgers_of([agreement])[agreement.pk]


def ledgers_of(agreements: Collection[Agreement]) -> dict[int, Ledger]:
    """Return the ledgers of several purchases by id; five queries, however many there are, with their terms fetched."""
    pks = [agreement.pk for agreement in agreements]
    delivered = _delivered(pks)
    invoiced = _invoiced(pks)
    excepted = _excepted(pks)
    authorizations = Authorization.objects.filter(agreement__in=pks).select_related("line", "replaces")
    by_line: dict[int, list[AuthorizationEntry]] = defaultdict(list)
    for each in authorizations.order_by("first_on", "number", "pk"):
        by_line[each.line_id].append(_entry(each, delivered, invoiced, excepted["authorization"]))
    lines: dict[int, list[LineEntry]] = defaultdict(list)
    for line in ServiceLine.objects.filter(agreement__in=pks).order_by("position", "code", "pk"):
        entries = by_line[line.pk]
        if line.archived_at is None or entries:
            sums = Sums.total(entry.sums for entry in entries)
            ceiling = _ceiling(line.ceiling, excepted["line"].get(line.pk), sums)
            lines[line.agreement_id].append(LineEntry(line, tuple(entries), sums, ceiling))
    found = {}
    for agreement in agreements:
        sums = Sums.total(line.sums for line in lines[agreement.pk])
        terms = getattr(agreement, "purchase_terms", None)
        most = _ceiling(terms.ceiling if terms else None, excepted["agreement"].get(agreement.pk), sums)
        found[agreement.pk] = Ledger(tuple(lines[agreement.pk]), sums, most)
    return found


def delivered_by_month(agreement: Agreement) -> dict[date, Decimal]:
    """Return what was delivered by the first day of each month; one query."""
    rows = ServiceDelivery.objects.filter(agreement=agreement, withdrawn_at=None).order_by()
    by_month = rows.annotate(month=TruncMonth("happened_on")).values("month").annotate(amount=Sum("amount"))
    return {row["month"]: row["amount"] for row in by_month}


def _entry(
    authorization: Authorization,
    delivered: Mapping[int, tuple[Decimal, Decimal]],
    invoiced: Mapping[int, Mapping[str, Decimal]],
    excepted: Mapping[int, Decimal],
) -> AuthorizationEntry:
    amount, units = delivered.get(authorization.pk, (NOTHING, Decimal(0)))
    on_invoices = invoiced.get(authorization.pk, {})
    more = excepted.get(authorization.pk, NOTHING)
    authorized = authorization.amount + more
    sums = Sums(
        authorized=authorized,
        excepted=more,
        released=NOTHING if authorization.is_open else authorized - amount,
        delivered=amount,
        **on_invoices,
    )
    return AuthorizationEntry(authorization, sums, units)


def _ceiling(ceiling: Decimal | None, excepted: Decimal | None, sums: Sums) -> Ceiling | None:
    return None if ceiling is None else Ceiling(ceiling, excepted or NOTHING, sums)


def _delivered(agreements: Collection[int]) -> dict[int, tuple[Decimal, Decimal]]:
    rows = ServiceDelivery.objects.filter(agreement__in=agreements, withdrawn_at=None).order_by()
    sums = rows.values("authorization").annotate(amount=Sum("amount"), of_units=Sum("units"))
    return {row["authorization"]: (row["amount"], row["of_units"]) for row in sums}


def _invoiced(agreements: Collection[int]) -> dict[int, Mapping[str, Decimal]]:
    rows = Invoice.objects.filter(agreement__in=agreements).exclude(status__in=["draft", "rejected"]).order_by()
    sums = rows.values("lines__authorization").annotate(
        invoiced=Sum("lines__amount"),
        approved=Sum("lines__amount", filter=Q(status__in=Invoice.APPROVED_OR_PAID)),
        paid=Sum("lines__amount", filter=Q(status=Invoice.Status.PAID)),
    )
    return {
        row["lines__authorization"]: {
            "invoiced": row["invoiced"] or NOTHING,
            "approved": row["approved"] or NOTHING,
            "paid": row["paid"] or NOTHING,
        }
        for row in sums
    }


def _excepted(agreements: Collection[int]) -> dict[str, dict[int, Decimal]]:
    """Return the sums of exceptions by what they are of, and by its id."""
    rows = CeilingException.objects.filter(agreement__in=agreements).order_by()
    found: dict[str, dict[int, Decimal]] = {"authorization": {}, "line": {}, "agreement": {}}
    sums = rows.values_list("authorization", "line", "agreement").annotate(more=Sum("amount"))
    for authorization, line, agreement, more in sums:
        if authorization:
            found["authorization"][authorization] = more
        elif line:
            found["line"][line] = more
        else:
            found["agreement"][agreement] = more
    return found
