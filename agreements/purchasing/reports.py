"""Reports that the provider owes for an authorization: send, accept, return, excuse."""

from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from agreements.models import DueReport
from agreements.purchasing import telling
from agreements.purchasing.references import why_it_tells
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

Status = DueReport.Status


class CannotReport(Refused):
    """A report cannot be sent or decided like this; the message says why."""


def late_ones_first(rows: QuerySet[DueReport], today: object) -> QuerySet[DueReport]:
    """Order reports: late ones, those to decide, those that are expected, and the others; each by the day due."""
    late = Q(status__in=DueReport.OWED, due_on__lt=today)
    place = Case(
        When(late, then=Value(0)),
        When(status=Status.RECEIVED, then=Value(1)),
        When(status__in=DueReport.OWED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.annotate(place=place).order_by("place", F("due_on").asc(), "pk")


@recorded
def send_report(
    report: DueReport, *, text: str, file: StoredFile | None = None, by: User | None, at: datetime
) -> DueReport:
    """Send a report that is owed, as a text, a file, or both.

    :raises CannotReport: if it is not owed, has neither text nor file, or tells who the customer is.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    report = _lock(report)
    if not report.is_owed:
        raise CannotReport(_("This report was already received."))
    if not text.strip() and file is None:
        raise CannotReport(_("Write the report, or attach it as a file."), field="text")
    if words := why_it_tells(text):
        raise CannotReport(words, field="text")
    demand_usable(file, report, "file", by=by)
    report.status = Status.RECEIVED
    report.received_on = report.agreement.area.day_of(at)
    report.text, report.file, report.sent_by, report.answer = text, file, by, ""
    report.decided_by, report.decided_at = None, None
    report.save()
    return report


@recorded
def accept_report(report: DueReport, *, answer: str = "", by: User | None, at: datetime) -> DueReport:
    """Accept a received report.

    :raises CannotReport: if it is not received, or the same person sent it.
    """
    return _decide(report, Status.ACCEPTED, answer, by, at)


@recorded
def return_report(report: DueReport, *, answer: str, by: User | None, at: datetime) -> DueReport:
    """Return a received report to the provider, who then owes it again, and tell the provider why.

    :raises CannotReport: if it is not received, no reason is given, or the same person sent it.
    """
    if not answer.strip():
        raise CannotReport(_("Say what is missing."), field="answer")
    report = _decide(report, Status.RETURNED, answer, by, at)
    telling.tell_report_returned(report, at=at)
    return report


@recorded
def excuse_report(report: DueReport, *, answer: str, by: User | None, at: datetime) -> DueReport:
    """Record that a report that is owed is not needed.

    :raises CannotReport: if it is not owed, or no reason is given.
    """
    report = _lock(report)
    if not report.is_owed:
        raise CannotReport(_("This report is not owed any more."))
    if not answer.strip():
        raise CannotReport(_("Say why it is not needed."), field="answer")
    return _set(report, Status.EXCUSED, answer, by, at)


def _decide(report: DueReport, status: str, answer: str, by: User | None, at: datetime) -> DueReport:
    report = _lock(report)
    if report.status != Status.RECEIVED:
        raise CannotReport(_("Only a received report is accepted or returned."))
    if by and report.sent_by_id == by.pk:
        raise CannotReport(_("You sent this report. Somebody else decides on it."))
    return _set(report, status, answer, by, at)


def _set(report: DueReport, status: str, answer: str, by: User | None, at: datetime) -> DueReport:
    report.status, report.answer, report.decided_by, report.decided_at = status, answer, by, at
    report.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    return report


def _lock(report: DueReport) -> DueReport:
    # Lock: of two people who send or decide at once, the second sees what the first did.
    rows = DueReport.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(
        "duty", "file", "authorization__line", "agreement__area__state",
        "agreement__purchase_terms__provider__partnership__organization",
    ).get(pk=report.pk)  # fmt: skip
