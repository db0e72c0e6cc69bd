"""An agreement that can be sent: a partner whose director signs in, and a mayor who signs by a link."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, FrozenDocument, SealedDocument, Sending, SignatureRequest, SigningLink
from agreements.signing import freezing, sealing, sending, signatures
from onestop.accounts.models import User
from onestop.files.pdf import Pdf
from onestop.notices.models import Notice
from partners.models import LocalArea, Office, Partnership
from tests import factories

TEXT = "The partner lends the center **two desks** and a screen reader. {{parties}} agree to it by their signatures."
MAYOR = "mayor@millpond.example"
NOW = timezone.now()
TRACE = signatures.Trace("127.0.0.1", "A browser")
SIGNED = {"name": "Joel Abara", "consent": "on"}  # what the director types


@dataclass
class Signing:
    """The agreement, and who is involved."""

    agreement: Agreement
    staff: User
    director: User
    now: datetime

    def send(self, *, real_pdf: bool = False, **more: Any) -> Sending:
        """Send it, and store the PDF of its text: without ``real_pdf``, a few bytes, in no time."""
        given: dict[str, Any] = {"by": self.staff, "at": self.now}
        sent = sending.send_for_signature(self.agreement, **given | more)
        if real_pdf:
            freezing.MAKER.work_on(sent.document.pk, at=self.now)
        else:
            FrozenDocument.objects.filter(pk=sent.document.pk).update(status="making")
            freezing.MAKER.hand_in(sent.document, Pdf(b"%PDF-1.7 text", 2), at=self.now)
        self.agreement.refresh_from_db()
        return Sending.objects.get(pk=sent.pk)

    def request_of(self, title: str) -> SignatureRequest:
        """Return the request to the office with a title."""
        return SignatureRequest.objects.get(sending__voided_at=None, title=title)

    def office_of(self, title: str) -> Office:
        """Return the office with a title."""
        return Office.objects.get(title=title)

    def link_of(self, title: str) -> SigningLink:
        """Return the link that works for the office with a title."""
        return SigningLink.objects.with_recipient().get(request=self.request_of(title), revoked_at=None)

    def sign_all(self) -> None:
        """Let both sign."""
        by: dict[str, Any] = {
            "trace": TRACE,
            "at": self.now + timedelta(minutes=5),
        }
        signatures.sign_signed_in(self.request_of("Director"), name="Joel Abara", by=self.director, **by)
        signatures.sign_by_link(self.link_of("Mayor of Millpond"), name="Sam Sample", by=None, **by)
        self.agreement.refresh_from_db()

    def sign_both(self, *, real_pdf: bool = False) -> Sending:
        """Let both sign, and store the executed file: without ``real_pdf``, a few bytes, in no time."""
        self.sign_all()
        sealed = Sending.objects.get(agreement=self.agreement, voided_at=None).sealed
        later = self.now + timedelta(minutes=6)
        if real_pdf:
            sealing.MAKER.work_on(sealed.pk, at=later)
        else:
            SealedDocument.objects.filter(pk=sealed.pk).update(status="making")
            sealing.MAKER.hand_in(sealed, Pdf(b"%PDF-1.7 executed", 3), at=later)
        return Sending.objects.get(pk=sealed.sending_id)


def make_signing(area: LocalArea, partner: Partnership, staff: User, director: User, now: datetime) -> Signing:
    """Return an agreement that is complete, in review."""
    agreement = factories.make_agreement(
        area, status="review", kind="other", number="AGR-27-01", title="Desks and a screen reader", begun_at=now
    )
    factories.make_clause(agreement, title="What is agreed", text=TEXT, elements=["agreed"])
    head = factories.make_office(partner.organization, kind="agency_head", title="Director")
    mayor = factories.make_office(area, title="Mayor of Millpond")
    factories.make_tenure(head, director)
    factories.make_tenure(mayor, name="Sam Sample", email=MAYOR)
    factories.make_party(agreement, partner, office=head, presence="comprehensive")
    factories.make_party(agreement, kind="official", name="Mayor of Millpond", office=mayor)
    return Signing(agreement, staff, director, now)


def at(name: str, *args: object) -> str:
    """Return the address of a page of agreements."""
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    """Return the page that was answered, in one line."""
    return " ".join(answer.content.decode().split())


def code_of(link: SigningLink) -> str:
    """Return the code that was mailed last to who signs by a link."""
    notice = Notice.objects.filter(kind="notices.code", to=link.email).order_by("-pk").first()
    assert notice
    found = re.search(r"\b\d{6}\b", notice.text)
    assert found
    return found.group()


def page_of(link: SigningLink, name: str = "sign_by_link") -> str:
    """Return the address of a page by a link."""
    return at(name, link.token)


def scan_of(sent: Signing, **fields: Any) -> Any:
    """Return the stored scan of a signed page."""
    return factories.make_file(use="agreements.scan", name="page.pdf", by=sent.staff, **fields)
