"""PDFs of agreements: which one is requested, and how it is made (see ``onestop.files.documents``)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementPdf, FundingBudget, Party
from agreements.papers import exhibits, texts
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.document_notices import tell_of_document
from onestop.files.documents import Maker, Report
from onestop.files.pdf import Pdf, make_pdf

KEPT = timedelta(days=30)  # what can be made again; reports stay
Kind, Status = AgreementPdf.Kind, AgreementPdf.Status


class CannotReport(Refused):
    """A report of an impasse cannot be made like this."""


# ---------------------------------------------------------------- Requests
@transaction.atomic
def ask_for_text(agreement: Agreement, *, by: User, at: datetime) -> AgreementPdf:
    """Request a PDF of the text, unless it is ready or in progress.

    It is the text as it is now; once that was sent for signature, the frozen one, with the budget as it was then.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    today = at.astimezone(agreement.area.zone).date()
    html = texts.sent_html(agreement) or texts.agreement_html(agreement, today=today)
    return ask_for(agreement, Kind.TEXT, html, by=by, at=at)


@transaction.atomic
def ask_for_report(
    agreement: Agreement, *, parties: Sequence[Party], about: str, issues: str, request: str, by: User, at: datetime
) -> AgreementPdf:
    """Request the report of an impasse to the Governor, the State board and the State agencies (20 CFR 678.510(c)).

    :raises CannotReport: if no attempt is on record, or a party belongs to another agreement.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    if not agreement.negotiation_entries.current().exists():
        words = _("Record at least one negotiation first: the report documents what was tried (20 CFR 678.510).")
        raise CannotReport(words)
    if any(party.agreement_id != agreement.pk for party in parties):
        raise CannotReport(_("Choose parties of this agreement."), field="parties")
    today = at.astimezone(agreement.area.zone).date()
    html = texts.impasse_html(
        agreement, parties=parties, about=about, issues=issues, request=request, today=today
    )  # fmt: skip
    return ask_for(agreement, Kind.IMPASSE, html, by=by, at=at)


@transaction.atomic
def ask_for_exhibit(budget: FundingBudget, *, by: User, at: datetime) -> AgreementPdf:
    """Request a PDF of a budget as it is now, unless it is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    today = at.astimezone(budget.agreement.area.zone).date()
    return ask_for(budget.agreement, Kind.EXHIBIT, exhibits.exhibit_html(budget, today=today), by=by, at=at)


@transaction.atomic
def try_again(failed: AgreementPdf, *, by: User, at: datetime) -> None:
    """Request a failed PDF again.

    :raises Refused: if it did not fail.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(failed.agreement_id, by)
    asked = AgreementPdf.objects.get(pk=failed.pk)
    if asked.status != Status.FAILED:
        raise Refused(_("This PDF is ready or already in progress."))
    _queue(asked, by=by, at=at)


def ask_for(agreement: Agreement, kind: str, html: str, *, about: str = "", by: User, at: datetime) -> AgreementPdf:
    """Request a PDF of some contents in the running transaction, unless the same is ready or in progress.

    ``about`` is its title if the kind alone does not tell what it is.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(agreement.pk, by)
    same = {"agreement": agreement, "kind": kind, "digest": hashlib.sha256(html.encode()).hexdigest()}
    there = AgreementPdf.objects.filter(**same).first()
    return there or _queue(AgreementPdf(**same, about=about, html=html), by=by, at=at)


def _one_asks_at_a_time(agreement_id: int, by: User) -> None:
    # Lock: of two requests by one person, or for one agreement, the second must find the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement_id)


def _queue(asked: AgreementPdf, *, by: User, at: datetime) -> AgreementPdf:
    MAKER.demand_free(by)
    return MAKER.queue(asked, by=by, at=at)


# ---------------------------------------------------------------- Work
def make(asked: AgreementPdf, report: Report) -> Pdf:
    """Return the requested PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """

    def page_done(number: int) -> None:
        report(min(0.1 + 0.04 * number, 0.95), _("Laying out page %(number)s") % {"number": number})

    return make_pdf(asked.html, pages_done=page_done)


def tell(asked: AgreementPdf, at: datetime) -> None:
    """Tell the person who asked that a PDF is ready, or could not be made."""
    title = f"{asked}, {asked.agreement.number}"
    tell_of_document(asked, title=title, scope=asked.agreement.area, at=at)


MAKER = Maker(
    AgreementPdf,
    task="agreements.tasks.make_agreement_pdf",  # no translation: a name
    make=make,
    emptied={"html": ""},
    tell=tell,
)


def clean_up(*, at: datetime) -> int:
    """Delete old PDFs, but never reports of an impasse; return how many were deleted."""
    return MAKER.delete_all(AgreementPdf.objects.exclude(kind=Kind.IMPASSE).filter(asked_at__lt=at - KEPT), at=at)
