"""Reports that a provider owes for each authorization: the duties, and the days on which reports are due.

Purchase agreements tie payment to reports: monthly ones, and others at 30, 60 and 90 days.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, DueReport, ReportDuty
from agreements.purchasing.agreement_locks import CannotPurchase, lock_terms
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("name", "line", "when", "days", "holds_payment")
MOST_DUTIES = 50
DAY = timedelta(days=1)


@recorded
def add_duty(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> ReportDuty:
    """Add a report duty. It applies to authorizations that are issued from now on.

    :raises CannotPurchase: if the agreement was sent for signature in the portal, or the line is not one of it.
    """
    agreement = lock_terms(agreement)
    if agreement.report_duties.current().count() >= MOST_DUTIES:
        raise CannotPurchase(_("An agreement can have %(number)s report duties at most.") % {"number": MOST_DUTIES})
    duty = ReportDuty(agreement=agreement, **{name: facts[name] for name in FACTS if name in facts})
    _check(duty)
    duty.save()
    return duty


@recorded
def update_duty(
    duty: ReportDuty, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ReportDuty:
    """Edit a report duty. Reports that are expected already keep their days.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPurchase: if the agreement was sent for signature in the portal, or the line is not one of it.
    """
    duty = _lock(duty)
    demand_version(duty, (), version)
    changed = apply_facts(duty, {name: facts[name] for name in FACTS if name in facts})
    _check(duty)
    if changed:
        duty.save()
    return duty


@recorded
def remove_duty(duty: ReportDuty, *, by: User | None, at: datetime) -> None:
    """Remove a report duty; it can be restored. Reports that are expected already stay expected.

    :raises CannotPurchase: if the agreement was sent for signature in the portal.
    """
    duty = _lock(duty)
    if not duty.is_archived:
        duty.archived_at = at
        duty.save(update_fields=["archived_at"])


@recorded
def restore_duty(duty: ReportDuty, *, by: User | None, at: datetime) -> None:
    """Restore a removed report duty.

    :raises CannotPurchase: if the agreement was sent for signature in the portal.
    """
    duty = _lock(duty)
    if duty.is_archived:
        duty.archived_at = None
        duty.save(update_fields=["archived_at"])


def _lock(duty: ReportDuty) -> ReportDuty:
    lock_terms(duty.agreement)
    return ReportDuty.objects.select_related("agreement__area", "line").get(pk=duty.pk)


def _check(duty: ReportDuty) -> None:
    if not duty.name.strip():
        raise CannotPurchase(_("Enter the name of the report."), field="name")
    if duty.line is not None and duty.line.agreement_id != duty.agreement_id:
        raise CannotPurchase(_("Choose a service of this agreement."), field="line")


# ---------------------------------------------------------------- Reports that are due
@dataclass(frozen=True)
class Due:
    """One report by a duty: the days that it covers, and the day on which it is due."""

    covers_from: date
    covers_to: date
    due_on: date


def due_by(duty: ReportDuty, first: date, last: date) -> Iterator[Due]:
    """Yield the reports that a duty asks for an authorization from one day to another, in order."""
    days = timedelta(days=duty.days)
    if duty.when == ReportDuty.When.AFTER_START:
        yield Due(first, max(first, min(last, first + days)), first + days)
    elif duty.when == ReportDuty.When.AFTER_END:
        yield Due(first, last, last + days)
    else:
        begins = first
        while begins <= last:
            month_ends = _last_of_month(begins)
            yield Due(begins, min(month_ends, last), month_ends + days)
            begins = month_ends + DAY


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def expect_reports(authorization: Authorization) -> None:
    """Expect the reports of a new authorization, by the duties of its agreement and line."""
    duties = ReportDuty.objects.current().filter(
        Q(line=None) | Q(line=authorization.line_id), agreement=authorization.agreement_id
    )
    DueReport.objects.bulk_create(_reports(authorization, duties, authorization.last_on))


def _reports(authorization: Authorization, duties: Iterable[ReportDuty], last: date) -> list[DueReport]:
    named = {"agreement_id": authorization.agreement_id, "authorization": authorization}
    return [
        DueReport(duty=duty, covers_from=due.covers_from, covers_to=due.covers_to, due_on=due.due_on, **named)
        for duty in duties
        for due in due_by(duty, authorization.first_on, last)
    ]


def move_reports(authorization: Authorization, last: date | None) -> None:
    """Expect the reports up to another last day, by the same duties; none if there is no day any more.

    Reports that were received, accepted, returned or excused stay as they are.
    """
    # Lock: a report that is sent at the same moment is not deleted as one that is only expected.
    rows = authorization.reports.select_for_update(no_key=True).order_by("pk")
    known = {(row.duty_id, row.covers_from): row for row in rows}
    duties = ReportDuty.objects.filter(pk__in={duty for duty, _day in known})
    wanted = {(row.duty_id, row.covers_from): row for row in _reports(authorization, duties, last)} if last else {}
    expected = {key: row for key, row in known.items() if row.status == DueReport.Status.EXPECTED}
    DueReport.objects.filter(pk__in=[row.pk for key, row in expected.items() if key not in wanted]).delete()
    moved = []
    for key, row in expected.items():
        if key in wanted and (row.covers_to, row.due_on) != (wanted[key].covers_to, wanted[key].due_on):
            row.covers_to, row.due_on = wanted[key].covers_to, wanted[key].due_on
            moved.append(row)
    DueReport.objects.bulk_update(moved, ["covers_to", "due_on"])
    DueReport.objects.bulk_create([row for key, row in wanted.items() if key not in known])
