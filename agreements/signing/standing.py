"""How far the signatures of a sending are, and what changed in the offices since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.models import Agreement, Delegation, Sending, Signature, SignatureRequest, SigningLink
from agreements.models.signers import Signer, holders_on, signers_of
from agreements.signing import opening
from onestop.ui.presentation import shortday

Status = SignatureRequest.Status


@dataclass(frozen=True)
class Row:
    """One signature that is needed: who is to give it, whoever gave it, and the email that asked for it."""

    request: SignatureRequest
    signer: Signer | None = None
    holder: Signer | None = None  # of the office, today
    link: SigningLink | None = None
    signature: Signature | None = None
    delegation: Delegation | None = None

    @property
    def chip(self) -> tuple[str, str, str]:
        """How far it is, as kind, word and icon of a chip."""
        status = self.request.status
        if status == Status.SIGNED:
            return "good", _("Signed"), "pen"
        if status == Status.DECLINED:
            return "now", _("Declined"), "x-circle"
        if status == Status.VOID:
            return "rest", _("Voided"), "slash-circle"
        if status == Status.WAITING:
            return "rest", _("Not asked yet"), "hourglass"
        if not self.can_be_asked or not self.link:
            return "now", _("Nobody asked"), "person-dash"
        if self.link.opened_at:
            return "way", _("Opened %(day)s") % {"day": shortday(self.link.opened_at)}, "envelope-open"
        return "way", _("Asked %(day)s") % {"day": shortday(self.link.asked_at)}, "envelope"

    @property
    def can_be_asked(self) -> bool:
        """Whether somebody holds the office who has an address."""
        return self.signer is not None and self.signer.can_be_asked

    @property
    def is_stuck(self) -> bool:
        """Whether the staff must do something: ask somebody else, talk, or confirm."""
        status = self.request.status
        waits = self.delegation is not None and self.delegation.status == Delegation.Status.ASKED
        return status == Status.DECLINED or (status == Status.OPEN and (waits or bool(self.change) or not self.link))

    @property
    def change(self) -> str:
        """What changed in the office since somebody was asked, or has signed; "" if nothing did."""
        if self.request.status == Status.SIGNED and self.signature:
            return self._change_since_signed(self.signature)
        if self.request.status != Status.OPEN:
            return ""
        if self.signer is None:
            return _("Nobody holds this office now.")
        if not self.signer.can_be_asked:
            return _("%(name)s holds this office, without an email address.") % {"name": self.signer.name}
        if self.link and self.link.email != self.signer.email:
            names = {"before": self.link.name, "now": self.signer.name}
            return _("%(before)s was asked. %(now)s holds this office now.") % names
        return ""

    def _change_since_signed(self, signature: Signature) -> str:
        signed_as = signature.holder or signature.name
        if signature.delegated_by:
            signed_as = signature.delegated_by
        if self.holder is None:
            return _("Nobody holds this office now.")
        if self.holder.name.casefold() == signed_as.casefold():
            return ""
        return _("%(now)s holds this office now. The signature stays valid.") % {"now": self.holder.name}


@dataclass(frozen=True)
class Standing:
    """The signatures of a sending."""

    sending: Sending
    rows: Sequence[Row]

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(row.request.status == Status.SIGNED for row in self.rows)

    @property
    def stuck(self) -> list[Row]:
        """Those that the staff must look at."""
        return [row for row in self.rows if row.is_stuck]


def last_sending(agreement: Agreement) -> Sending | None:
    """Return the last sending of an agreement, voided or not, with its documents but without the text."""
    rows = agreement.sendings.select_related("document", "sealed", "sent_by", "voided_by")
    sending = rows.defer("document__body", "sealed__evidence").order_by("-number").first()
    if sending:
        sending.agreement = agreement
    return sending


def standing_of(sending: Sending, *, at: datetime) -> Standing:
    """Return how far the signatures are; a constant number of queries."""
    requests = opening.requests_of(sending)
    pks = [request.pk for request in requests]
    signers = signers_of(requests, at=at)
    today = at.astimezone(sending.agreement.area.zone).date()
    holders = holders_on(today, {request.office_id for request in requests})
    links = {link.request_id: link for link in SigningLink.objects.unrevoked().filter(request__in=pks)}
    signatures = Signature.objects.filter(request__in=pks).select_related("scan", "vouched_by")
    given = {signature.request_id: signature for signature in signatures}
    delegated = Delegation.objects.filter(request__in=pks).exclude(status=Delegation.Status.REFUSED)
    delegations = {delegation.request_id: delegation for delegation in delegated}
    rows = [
        Row(
            request,
            signers.get(request.pk),
            holders.get(request.office_id),
            links.get(request.pk),
            given.get(request.pk),
            delegations.get(request.pk),
        )
        for request in requests
    ]
    return Standing(sending, rows)
