"""Send an agreement for signature: freeze its text, ask those who sign; void it with a reason."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.drafting import merge_fields
from agreements.drafting.completeness import Completeness, completeness_of
from agreements.drafting.locking import lock_draft
from agreements.drafting.surroundings import parties_of, surroundings_of
from agreements.models import Agreement, FrozenDocument, Party, Sending, SignatureRequest
from agreements.models.signers import Signer, holders_on
from agreements.papers import texts
from agreements.signing import freezing, opening, telling
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.sentences import join_words
from partners.models import Office

Status = SignatureRequest.Status


class CannotSend(Refused):
    """An agreement cannot be sent for signature, or not like this; the message says why."""


@dataclass(frozen=True)
class Signatory:
    """An office that signs for a party, whoever holds it today, and when its turn is."""

    party: Party
    office: Office | None
    person: Signer | None
    turn: int = 1

    @property
    def can_be_asked(self) -> bool:
        """Whether somebody holds the office who has an email address."""
        return self.person is not None and self.person.can_be_asked


@dataclass(frozen=True)
class Readiness:
    """Whether an agreement can be sent, and who would sign it."""

    completeness: Completeness
    signatories: Sequence[Signatory]

    @property
    def absent(self) -> list[Signatory]:
        """Those whose office nobody holds, or whose holder has no email address."""
        return [each for each in self.signatories if not each.can_be_asked]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.completeness.open and not self.absent and self.number_of_parties >= 2

    @property
    def number_of_parties(self) -> int:
        """How many parties sign."""
        return len({each.party.pk for each in self.signatories})


def readiness_of(agreement: Agreement, *, today: date) -> Readiness:
    """Return whether an agreement can be sent; a constant number of queries."""
    parties = parties_of(agreement)
    found = completeness_of(
        agreement,
        list(agreement.clauses.current().in_order()),
        agreement.element_records.select_related("by"),
        surroundings_of(agreement, parties, today=today),
        fields=merge_fields.values_of(agreement, parties),
    )
    return Readiness(found, signatories_of(agreement, parties, today=today))


def signatories_of(agreement: Agreement, parties: Sequence[Party], *, today: date) -> list[Signatory]:
    """Return who signs: the office of each party, and its further signatories; two queries."""
    further = list(agreement.co_signers.select_related("office").order_by("turn", "pk"))
    offices = {party.office_id for party in parties if party.office_id} | {each.office_id for each in further}
    holders = holders_on(today, offices)
    found = []
    for party in parties:
        found.append(Signatory(party, party.office, holders.get(party.office_id or 0)))
        for each in further:
            if each.party_id == party.pk and each.office_id != party.office_id:
                found.append(Signatory(party, each.office, holders.get(each.office_id), each.turn))
    return found


# ---------------------------------------------------------------- Sending
@recorded
def send_for_signature(
    agreement: Agreement, *, message: str = "", sign_by: date | None = None, by: User | None, at: datetime
) -> Sending:
    """Freeze the text of an agreement; those who sign are asked once its PDF is made.

    :raises CannotDraft: if it was sent already, or withdrawn.
    :raises CannotSend: if an element is missing, nobody can sign for a party, or the deadline is past.
    """
    agreement = lock_draft(agreement)
    today = at.astimezone(agreement.area.zone).date()
    ready = readiness_of(agreement, today=today)
    _demand_ready(ready, sign_by, today)
    number = (agreement.sendings.aggregate(last=Max("number"))["last"] or 0) + 1
    sending = Sending.objects.create(
        agreement=agreement, number=number, message=message, sign_by=sign_by, sent_at=at, sent_by=by
    )
    SignatureRequest.objects.bulk_create(
        SignatureRequest(
            agreement=agreement,
            sending=sending,
            party=each.party,
            office=each.office,
            title=each.office.title if each.office else "",
            turn=each.turn,
        )
        for each in ready.signatories
    )
    html = texts.frozen_html(agreement)
    document = FrozenDocument(
        sending=sending,
        title=f"{agreement.title}, {agreement.number}",
        body=html,
        html_sha256=hashlib.sha256(html.encode()).hexdigest(),
    )
    freezing.MAKER.queue(document, by=by, at=at)
    agreement.status = Agreement.Status.SIGNING
    agreement.save(update_fields=["status"])
    return sending


def _demand_ready(ready: Readiness, sign_by: date | None, today: date) -> None:
    if ready.completeness.open:
        names = join_words([str(each.element.title) for each in ready.completeness.open])
        raise CannotSend(_("Not complete yet: %(names)s.") % {"names": names})
    if ready.number_of_parties < 2:
        raise CannotSend(_("An agreement has at least two parties."))
    if ready.absent:
        names = join_words([str(each.office or each.party) for each in ready.absent])
        raise CannotSend(_("Nobody with an email address holds this office today: %(names)s.") % {"names": names})
    if sign_by and sign_by < today:
        raise CannotSend(_("This day is in the past."), field="sign_by")


# ---------------------------------------------------------------- Voiding
@recorded
def void_sending(sending: Sending, *, reason: str, by: User | None, at: datetime) -> None:
    """Void what is out for signature. Signatures stay on record; the agreement is in review again.

    :raises CannotSend: if all have signed, it was voided already, or no reason is given.
    """
    # Lock: it is voided before the last signature, or executed by it, never both.
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("area__state")
    agreement = rows.get(pk=sending.agreement_id)
    sending = Sending.objects.get(pk=sending.pk)
    sending.agreement = agreement
    if agreement.status != Agreement.Status.SIGNING or not sending.is_live:
        raise CannotSend(_("This agreement is not out for signature any more."))
    if not reason.strip():
        raise CannotSend(_("Enter why it is taken back."), field="reason")
    sending.voided_at, sending.voided_by, sending.void_reason = at, by, reason.strip()
    sending.save()
    telling.tell_voided(sending, at=at)
    opening.close_all(sending, at=at)
    agreement.status = Agreement.Status.REVIEW
    agreement.save(update_fields=["status"])
