"""The record of negotiations: attempts, offers, meetings, and an impasse (20 CFR 678.510)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft
from agreements.models import Agreement, NegotiationEntry
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("kind", "happened_on", "party", "text")


@recorded
def add_entry(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> NegotiationEntry:
    """Record an attempt; it can be recorded at any time, also after the agreement is executed.

    :raises CannotDraft: if it is dated in the future, or with a party of another agreement.
    """
    agreement = Agreement.objects.select_for_update(no_key=True).select_related("area__state").get(pk=agreement.pk)
    entry = NegotiationEntry(agreement=agreement, by=by, **{name: facts[name] for name in FACTS if name in facts})
    _check(entry, at)
    entry.save()
    return entry


@recorded
def update_entry(
    entry: NegotiationEntry, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> NegotiationEntry:
    """Edit an entry.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if it is dated in the future, or with a party of another agreement.
    """
    entry = _lock(entry)
    demand_version(entry, (), version)
    names = apply_facts(entry, {name: facts[name] for name in FACTS if name in facts})
    _check(entry, at)
    if names:
        entry.save()
    return entry


@recorded
def remove_entry(entry: NegotiationEntry, *, by: User | None, at: datetime) -> None:
    """Remove an entry; it can be restored."""
    entry = _lock(entry)
    if not entry.is_archived:
        entry.archived_at = at
        entry.save(update_fields=["archived_at"])


@recorded
def restore_entry(entry: NegotiationEntry, *, by: User | None, at: datetime) -> None:
    """Restore a removed entry."""
    entry = _lock(entry)
    if entry.is_archived:
        entry.archived_at = None
        entry.save(update_fields=["archived_at"])


def _lock(entry: NegotiationEntry) -> NegotiationEntry:
    Agreement.objects.select_for_update(no_key=True).get(pk=entry.agreement_id)
    return NegotiationEntry.objects.select_related("agreement__area", "party").get(pk=entry.pk)


def _check(entry: NegotiationEntry, at: datetime) -> None:
    if entry.party and entry.party.agreement_id != entry.agreement_id:
        raise CannotDraft(_("Choose a party of this agreement."), field="party")
    if entry.happened_on > at.astimezone(entry.agreement.area.zone).date():
        raise CannotDraft(_("This day is in the future."), field="happened_on")
