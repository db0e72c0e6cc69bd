"""The PDF of a frozen text: made once; when it is there, those who sign are asked."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agreements.models import Agreement, FrozenDocument, Sending
from agreements.signing import opening
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.documents import Maker, Report
from onestop.files.pdf import Pdf, make_pdf


def make(document: FrozenDocument, report: Report) -> Pdf:
    """Return the PDF of a frozen text.

    :raises CannotMakePdf: if this machine lacks a library.
    """

    def page_done(number: int) -> None:
        report(min(0.1 + 0.02 * number, 0.95), _("Laying out page %(number)s") % {"number": number})

    html = render_to_string("agreements/paper/frozen_paper.html", {"document": document})
    return make_pdf(html, pages_done=page_done)


def ask_signers(document: FrozenDocument, at: datetime) -> None:
    """Open the requests whose turn it is, in the transaction that stores the PDF, unless it was taken back."""
    # Lock: it is voided before its signers are asked, or after, so that nobody is asked to sign what is void.
    Agreement.objects.select_for_update(no_key=True).get(pk=document.sending.agreement_id)
    sending = Sending.objects.select_related("agreement__area__state", "sent_by").get(pk=document.sending_id)
    if sending.is_live:
        opening.open_requests(sending, at=at)


def freeze_again(document: FrozenDocument, *, by: User, at: datetime) -> None:
    """Request a PDF that could not be made once more, of the same text.

    :raises Refused: if it did not fail.
    """
    if document.status != FrozenDocument.Status.FAILED:
        raise Refused(_("This PDF is ready or already in progress."))
    MAKER.queue(document, by=by, at=at)


MAKER = Maker(
    FrozenDocument,
    task="agreements.tasks.make_frozen_document",  # no translation: a name
    make=make,
    stored=ask_signers,
)
