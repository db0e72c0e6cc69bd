"""Add, edit, remove and restore the parties of an agreement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft, lock_parties
from agreements.models import Agreement, CoSigner, Party
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Office

FACTS = ("kind", "partnership", "name", "office", "presence", "effective_on")
MOST_PARTIES = 200


@recorded
def add_party(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Party:
    """Add a party.

    :raises CannotDraft: if the agreement was sent for signature, or it is a party already.
    """
    agreement = lock_parties(agreement)
    if agreement.parties.current().count() >= MOST_PARTIES:
        raise CannotDraft(_("An agreement can have %(number)s parties at most.") % {"number": MOST_PARTIES})
    party = Party(agreement=agreement, **{name: facts[name] for name in FACTS if name in facts})
    _save(party)
    return party


@recorded
def update_party(party: Party, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime) -> Party:
    """Edit a party.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if the agreement was sent for signature, or another one is this party.
    """
    party = _lock(party)
    demand_version(party, (), version)
    apply_facts(party, {name: facts[name] for name in FACTS if name in facts})
    _save(party)
    return party


@recorded
def remove_party(party: Party, *, by: User | None, at: datetime) -> None:
    """Remove a party; it can be restored.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    party = _lock(party)
    if not party.is_archived:
        party.archived_at = at
        party.save(update_fields=["archived_at"])


@recorded
def restore_party(party: Party, *, by: User | None, at: datetime) -> None:
    """Restore a removed party.

    :raises CannotDraft: if the agreement was sent for signature, or it is a party again by now.
    """
    party = _lock(party)
    if party.is_archived:
        party.archived_at = None
        _save(party)


def _lock(party: Party) -> Party:
    lock_parties(party.agreement)
    return Party.objects.select_related("agreement__area", "partnership__organization").get(pk=party.pk)


def _save(party: Party) -> None:
    if party.kind == Party.Kind.PARTNER:
        party.name = ""
        if party.partnership is None:
            raise CannotDraft(_("Choose the partner."), field="partnership")
    else:
        party.partnership = None
        if not party.name.strip():
            raise CannotDraft(_("Enter the name."), field="name")
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as problem:
        field = "partnership" if party.kind == Party.Kind.PARTNER else "name"
        words = _("%(party)s is a party already.") % {"party": party}
        raise CannotDraft(words, field=field) from problem


# ---------------------------------------------------------------- Further signatories
@recorded
def add_co_signer(party: Party, *, office: Office, turn: int, by: User | None, at: datetime) -> CoSigner:
    """Let a further office sign for a party, together with the first one (turn 1) or after others.

    :raises CannotDraft: if the agreement was sent for signature, or the office signs for this party already.
    """
    party = _lock(party)
    if party.office_id == office.pk or party.co_signers.filter(office=office).exists():
        words = _("%(office)s signs for %(party)s already.") % {"office": office, "party": party}
        raise CannotDraft(words, field="office")
    return CoSigner.objects.create(agreement=party.agreement, party=party, office=office, turn=turn)


@recorded
def remove_co_signer(further: CoSigner, *, by: User | None, at: datetime) -> None:
    """Let an office no longer sign for a party.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    _lock(further.party)
    CoSigner.objects.filter(pk=further.pk).delete()


# ---------------------------------------------------------------- Joining later
def join_by_amendment(amendment: Agreement) -> list[Party]:
    """Make those who signed an amendment parties of the agreement that it amends, from its effective date on.

    Who is a party already stays one. Call it in the transaction that executes the amendment.
    """
    amended = amendment.amends
    assert amended
    # Lock: two amendments executed at once must not make the same partner a party twice.
    Agreement.objects.select_for_update(no_key=True).get(pk=amended.pk)
    known = list(amended.parties.current())
    partners = {party.partnership_id for party in known if party.partnership_id}
    names = {party.name.casefold() for party in known if party.name}
    joining = [
        Party(
            agreement=amended,
            kind=party.kind,
            partnership_id=party.partnership_id,
            name=party.name,
            office_id=party.office_id,
            presence=party.presence,
            effective_on=amendment.effective_on,
        )
        for party in amendment.parties.current()
        if (party.partnership_id not in partners if party.partnership_id else party.name.casefold() not in names)
    ]
    return Party.objects.bulk_create(joining)
