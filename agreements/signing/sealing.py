"""Make the executed file of an agreement: certificate, evidence and seal; a job that can be repeated."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import SealedDocument, Sending
from agreements.signing import evidence, pades, telling
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.documents import Maker, Report
from onestop.files.pdf import CannotMakePdf, Pdf, make_pdf
from onestop.local import seal_keys


def queue(sending: Sending, *, at: datetime) -> SealedDocument:
    """Request the executed file, with the evidence as it is now, in the transaction of the last signature."""
    found = evidence.evidence_of(sending)
    document = SealedDocument(sending=sending, evidence=found, timestamp_url=settings.SEAL.timestamp_url)
    return MAKER.queue(document, by=sending.sent_by, at=at)


def seal_again(sealed: SealedDocument, *, by: User, at: datetime) -> None:
    """Request an executed file that could not be made once more, of the same text and the same evidence.

    :raises Refused: if it did not fail.
    """
    if sealed.status != SealedDocument.Status.FAILED:
        raise Refused(_("This PDF is ready or already in progress."))
    sealed.timestamp_url = settings.SEAL.timestamp_url
    MAKER.queue(sealed, by=by, at=at)


def make(document: SealedDocument, report: Report) -> Pdf:
    """Return the executed file.

    :raises CannotMakePdf: if this machine lacks a library, or the seal cannot be used.
    """
    sending = document.sending
    with sending.document.file.open("rb") as file:
        frozen = file.read()
    report(0.1, _("Listing the signatures"))
    certificate = make_pdf(certificate_html(document))
    report(0.7, _("Sealing the file"))
    try:
        sealed = pades.seal(
            frozen,
            certificate.data,
            document.evidence.encode(),
            seal_of_settings(document.timestamp_url, at=document.asked_at),
            reason=_("Executed agreement %(number)s") % {"number": sending.agreement.number},
            at=document.asked_at,
        )
    except (OSError, ValueError) as problem:
        raise CannotMakePdf(_("The file could not be sealed: %(reason)s") % {"reason": problem}) from problem
    return Pdf(sealed, (sending.document.pages or 0) + certificate.pages)


def certificate_html(document: SealedDocument, *, standalone: bool = False) -> str:
    """Return the certificate of signatures as a page; ``standalone`` if it needs no other file."""
    sending = document.sending
    context = {
        "agreement": sending.agreement,
        "frozen": sending.document,
        "signatures": evidence.signatures_of(sending),
        "standalone": standalone,
        "is_own_key": settings.SEAL.is_generated,
        "verify_url": settings.PUBLIC_URL + reverse("agreements:verify"),
        "zone": sending.agreement.area.zone,
    }
    return render_to_string("agreements/paper/certificate_paper.html", context)


def seal_of_settings(timestamp_url: str, *, at: datetime) -> pades.Seal:
    """Return the seal that the settings name; the portal makes one, unless it is in production.

    :raises OSError: if its file cannot be read.
    """
    seal = settings.SEAL
    if seal.is_generated:
        seal_keys.keep_seal(seal.pkcs12, seal.name, seal.password, at=at)
    return pades.Seal(Path(seal.pkcs12).read_bytes(), seal.password.encode(), seal.name, timestamp_url)


def tell_executed(document: SealedDocument, at: datetime) -> None:
    """Tell all who signed, in the transaction that stores the file."""
    telling.tell_executed(document.sending, at=at)


MAKER = Maker(
    SealedDocument,
    task="agreements.tasks.seal_agreement",  # no translation: a name
    make=make,
    stored=tell_executed,
)
