"""What Rehabilitation Services buys from Open Door Works: terms, authorizations in every state, and reports.

It keeps the rules of the verbs on any day on which it is loaded: an authorization lies in one fiscal year and comes
before the service, and its reports are due by the duties.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from agreements.models import (
    Authorization,
    AuthorizationChange,
    CeilingChange,
    CeilingException,
    DueReport,
    MilestoneStep,
    MoneyApprover,
    Party,
    PurchaseTerms,
    Rate,
    ReportDuty,
    ServiceLine,
)
from agreements.models.purchases import fiscal_year_of
from agreements.sample import purchase_entries as entries
from agreements.sample import purchase_story as told
from agreements.sample.purchase_story import Purchase, Told
from agreements.sample.story import YEAR, add_signed
from onestop.accounts.models import User
from partners.models import Membership, Partnership, Role
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

DAY = timedelta(days=1)
REPORT_DAYS = 14


def load(story: AreaStory) -> None:
    """Add the purchase, if both partners are there with somebody who manages them."""
    partners = {partner.organization.name: partner for partner in story.partners}
    sides = [partners.get(name) for name in (told.PURCHASER, told.PROVIDER)]
    people = [_manager_of(partner) for partner in sides if partner]
    if None in people or len(people) < 2:
        return
    begins = story.today - timedelta(days=told.BEGAN)
    agreement = add_signed(
        story, "purchase", told.TITLE, begins, begins + told.YEARS * YEAR - DAY, [side for side in sides if side],
        number=f"POS-{begins:%y}-{told.NUMBER}",
    )  # fmt: skip
    buyer, seller = (user for user in people if user)
    seats = Membership.objects.current().filter(area=story.area, role=Role.STAFF, user__name=told.APPROVER)
    seat = seats.select_related("user").first()
    purchase = Purchase(story, agreement, buyer, seller, approver=seat.user if seat else story.staff)
    periods = {each.key: _period(purchase, each) for each in told.TOLD}
    first, last = periods[told.USED_UP.key]
    purchase.raised_on = (first + (min(last, purchase.last_day) - first) / 2).replace(day=1)
    _approvers(purchase, sides[0])
    _terms(purchase)
    for each in told.TOLD:
        purchase.delivered[each.key] = entries.deliveries_of(purchase, each, *periods[each.key])
        _authorize(purchase, each, *periods[each.key])
    _amend(purchase)
    _exception(purchase)
    entries.keep(purchase)
    _reports(purchase)


def _manager_of(partner: Partnership) -> User | None:
    seats = Membership.objects.current().filter(partnership=partner, role=Role.MANAGER)
    seat = seats.select_related("user").order_by("since", "pk").first()
    return seat.user if seat else None


def _period(purchase: Purchase, each: Told) -> tuple[date, date]:
    """Return the first and last day of an authorization, within one fiscal year of the State."""
    story = purchase.story
    month = story.area.state.fiscal_year_month
    this_year, _end = fiscal_year_of(story.today, month)
    anchor = story.today
    if each is told.REISSUED:
        anchor = this_year - DAY
    elif each is told.SUCCESSOR:
        anchor = this_year
    first, last = anchor - timedelta(days=each.first), anchor - timedelta(days=each.last)
    parts = []
    while first <= last:
        end = min(fiscal_year_of(first, month)[1], last)
        parts.append((first, end))
        first = end + DAY
    return max(parts, key=lambda part: (min(part[1], story.today) - part[0]).days)


# ---------------------------------------------------------------- Terms
def _approvers(purchase: Purchase, purchaser: Partnership | None) -> None:
    """Give the right to approve money by name: to a coordinator for the area, to the buyer for the purchaser."""
    story, at = purchase.story, purchase.agreement.begun_at
    rows = [MoneyApprover(partnership=purchaser, user=purchase.buyer, given_by=story.staff, given_at=at)]
    if purchase.approver != story.staff:
        rows.append(MoneyApprover(area=story.area, user=purchase.approver, given_by=story.staff, given_at=at))
    MoneyApprover.objects.bulk_create(rows)
    for row in rows:
        story.past.add(row, at=at, by=row.given_by)


def _terms(purchase: Purchase) -> None:
    story, agreement = purchase.story, purchase.agreement
    at, begins = agreement.begun_at, agreement.effective_on or story.today
    parties = {
        party.partnership.organization.name: party
        for party in Party.objects.filter(agreement=agreement).select_related("partnership__organization")
        if party.partnership
    }
    terms = PurchaseTerms(
        agreement=agreement, purchaser=parties[told.PURCHASER], provider=parties[told.PROVIDER], ceiling=told.CEILING
    )
    story.keep([terms], at)
    lines = [
        ServiceLine(agreement=agreement, position=number, **facts) for number, facts in enumerate(told.LINES, start=1)
    ]
    ServiceLine.objects.bulk_create(lines)
    purchase.lines = {line.code: line for line in lines}
    raised = story.at(story.today - timedelta(days=told.RAISED_CEILING))
    for line in lines:
        before = [Step(raised, story.staff, {"ceiling": told.CEILING_BEFORE})] if line.code == told.COACHING else []
        story.past.add(line, at=at, by=story.staff, steps=before)
    coaching = purchase.lines[told.COACHING]
    change = CeilingChange(
        agreement=agreement, line=coaching, before=told.CEILING_BEFORE, after=coaching.ceiling,
        reason=told.WHY_RAISED, by=story.staff, at=raised,
    )  # fmt: skip
    story.keep([change], raised)
    rates = [
        Rate(agreement=agreement, line=purchase.lines[code], effective_on=begins, amount=rate, by=story.staff, at=at)
        for code, rate in told.RATES.items()
    ]
    story.keep(rates, at)
    announced = story.at(purchase.raised_on - timedelta(days=20))
    rise = Rate(
        agreement=agreement, line=coaching, effective_on=purchase.raised_on, amount=told.NEW_RATE,
        authority=told.LETTER, by=story.staff, at=announced,
    )  # fmt: skip
    story.keep([rise], announced)
    purchase.steps = [
        MilestoneStep(
            agreement=agreement, line=purchase.lines[told.PLACEMENT], position=number, name=name, percent=percent
        )
        for number, (name, percent) in enumerate(told.STEPS, start=1)
    ]
    story.keep(purchase.steps, at)
    duties = [
        ReportDuty(agreement=agreement, line=coaching, name="Monthly progress report", days=REPORT_DAYS),
        ReportDuty(
            agreement=agreement, line=purchase.lines[told.PLACEMENT], name="Placement report", when="after_end",
            days=30, holds_payment=True,
        ),
    ]  # fmt: skip
    story.keep(duties, at)


# ---------------------------------------------------------------- Authorizations
def _authorize(purchase: Purchase, each: Told, first: date, last: date) -> None:
    """Add an authorization, of as many units as are delivered and to spare; closed at its end, or canceled early."""
    story, line = purchase.story, purchase.lines[each.line]
    by_word = each is told.AMENDED  # a call before the service, written three days later
    issued = first + 3 * DAY if by_word else first - timedelta(days=9)
    units: Decimal | None = None if line.is_plan else purchase.units_of(each) + each.spare
    amount = told.TOTAL
    if units is not None:
        amount = units * (told.OLD_RATE if each is told.USED_UP else purchase.rate_on(each.line, last))
    replaced = purchase.authorizations.get(told.REISSUED.key) if each is told.SUCCESSOR else None
    if replaced:
        units, amount = purchase.left_of(told.REISSUED)
    is_over = each.status != "open"
    closed_on = (first + 10 * DAY if each is told.CANCELED else last) if is_over else None
    row = Authorization(
        agreement=purchase.agreement, line=line, number=each.key, reference=each.reference, units=units,
        amount=amount, first_on=first, last_on=last, issued_on=issued, verbal_on=first - DAY if by_word else None,
        status=each.status, closed_on=closed_on, close_reason=each.reason, replaces=replaced, by=purchase.buyer,
        at=story.at(min(issued, purchase.last_day)),
    )  # fmt: skip
    row.save(force_insert=True)
    was = {"status": "open", "closed_on": None, "close_reason": ""}
    steps = [Step(story.at(closed_on, 16), purchase.buyer, was)] if closed_on else []
    story.past.add(row, at=row.at, by=purchase.buyer, steps=steps)
    purchase.authorizations[each.key] = row
    for entry in purchase.delivered[each.key]:
        entry.authorization = row


def _amend(purchase: Purchase) -> None:
    """Record that the last authorization began smaller."""
    row = purchase.authorizations[told.AMENDED.key]
    units, amount = row.units or Decimal(0), row.amount
    more = told.MORE_DAYS * told.RATES[told.TRIAL]
    at = purchase.story.at(min(row.first_on + 5 * DAY, purchase.last_day), 15)
    change = AuthorizationChange(
        agreement=row.agreement, authorization=row, units_before=units - told.MORE_DAYS, units_after=units,
        amount_before=amount - more, amount_after=amount, last_on_before=row.last_on, last_on_after=row.last_on,
        reason=told.WHY_AMENDED, by=purchase.buyer, at=at,
    )  # fmt: skip
    change.save(force_insert=True)
    purchase.story.past.add(change, at=at, by=purchase.buyer)


def _exception(purchase: Purchase) -> None:
    """Record the exception for what the authorized hours cost more since the rate rose; not by who approves."""
    row = purchase.authorizations[told.USED_UP.key]
    more = purchase.amount_of(told.USED_UP) - row.amount
    at = purchase.story.at(purchase.raised_on + 2 * DAY, 9)
    exception = CeilingException(
        agreement=row.agreement, authorization=row, amount=more, reason=told.WHY_EXCEPTION, by=purchase.approver,
        at=at,
    )  # fmt: skip
    exception.save(force_insert=True)
    purchase.story.past.add(exception, at=at, by=purchase.approver)


# ---------------------------------------------------------------- Reports
def _reports(purchase: Purchase) -> None:
    owed: list[DueReport] = []
    duties = {duty.line_id: duty for duty in ReportDuty.objects.filter(agreement=purchase.agreement)}
    for each in told.TOLD:
        row = purchase.authorizations[each.key]
        duty = duties.get(row.line_id)
        if duty is None or each is told.CANCELED:
            continue
        months = list(_months(row)) if duty.when == ReportDuty.When.MONTHLY else [(row.first_on, row.last_on)]
        reports = [
            DueReport(
                agreement=row.agreement, authorization=row, duty=duty, covers_from=first, covers_to=last,
                due_on=_end_of(last, duty) + timedelta(days=duty.days),
            )
            for first, last in months
        ]  # fmt: skip
        past = [report for report in reports if report.due_on <= purchase.last_day]
        for report in past[: len(past) - each.late_reports]:
            report.status, report.received_on = "accepted", report.due_on - 4 * DAY
            report.text = "Six visits. Tasks are learned step by step; the supervisor is content."
            report.sent_by, report.decided_by = purchase.seller, purchase.buyer
            report.decided_at = purchase.story.at(report.due_on - DAY)
        owed += reports
    DueReport.objects.bulk_create(owed)
    for report in owed:
        row = report.authorization
        purchase.story.past.add(report, at=row.at, by=row.by, steps=_steps_of(purchase, report))


def _months(row: Authorization) -> Iterator[tuple[date, date]]:
    """Yield the months of an authorization, the first and the last one as far as it reaches."""
    first = row.first_on
    while first <= row.last_on:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - DAY, row.last_on)
        first = following


def _end_of(last: date, duty: ReportDuty) -> date:
    if duty.when != ReportDuty.When.MONTHLY:
        return last
    return (last.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY


def _steps_of(purchase: Purchase, report: DueReport) -> list[Step]:
    if not report.received_on or not report.decided_at:
        return []
    sent = {"status": "received", "decided_by_id": None, "decided_at": None}
    expected = {"status": "expected", "received_on": None, "text": "", "sent_by_id": None}
    return [
        Step(purchase.story.at(report.received_on, 11), purchase.seller, expected),
        Step(report.decided_at, purchase.buyer, sent),
    ]
