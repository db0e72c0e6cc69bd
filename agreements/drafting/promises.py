"""Record what each party undertakes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft, lock_parties
from agreements.models import Agreement, Promise
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("party", "clause", "kind", "service", "center", "quantity", "text")
MOST_PROMISES = 1_000


@recorded
def add_promise(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Promise:
    """Record a promise.

    :raises CannotDraft: if the agreement was sent for signature, or the promise does not say what is promised.
    """
    agreement = lock_parties(agreement)
    if agreement.promises.current().count() >= MOST_PROMISES:
        raise CannotDraft(_("An agreement can have %(number)s promises at most.") % {"number": MOST_PROMISES})
    promise = Promise(agreement=agreement, **{name: facts[name] for name in FACTS if name in facts})
    _check(promise)
    promise.save()
    return promise


@recorded
def update_promise(
    promise: Promise, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Promise:
    """Edit a promise.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if the agreement was sent for signature, or the promise does not say what is promised.
    """
    promise = _lock(promise)
    demand_version(promise, (), version)
    names = apply_facts(promise, {name: facts[name] for name in FACTS if name in facts})
    _check(promise)
    if names:
        promise.save()
    return promise


@recorded
def remove_promise(promise: Promise, *, by: User | None, at: datetime) -> None:
    """Remove a promise; it can be restored.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    promise = _lock(promise)
    if not promise.is_archived:
        promise.archived_at = at
        promise.save(update_fields=["archived_at"])


@recorded
def restore_promise(promise: Promise, *, by: User | None, at: datetime) -> None:
    """Restore a removed promise.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    promise = _lock(promise)
    if promise.is_archived:
        promise.archived_at = None
        promise.save(update_fields=["archived_at"])


def _lock(promise: Promise) -> Promise:
    lock_parties(promise.agreement)
    return Promise.objects.select_related("agreement__area", "party", "service", "center").get(pk=promise.pk)


def _check(promise: Promise) -> None:
    """Keep only what belongs to the kind, and demand it."""
    kind, kinds = promise.kind, Promise.Kind
    if promise.party.agreement_id != promise.agreement_id or promise.party.is_archived:
        raise CannotDraft(_("Choose a party of this agreement."), field="party")
    if kind != kinds.SERVICE:
        promise.service = None
    elif promise.service is None:
        raise CannotDraft(_("Choose the service."), field="service")
    elif promise.service.partnership_id != promise.party.partnership_id:
        raise CannotDraft(_("This service is not one of this party."), field="service")
    if kind != kinds.HOURS:
        promise.center = None
    elif promise.center is None:
        raise CannotDraft(_("Choose the center."), field="center")
    if kind not in (kinds.HOURS, kinds.PERSONS):
        promise.quantity = None
    elif promise.quantity is None:
        raise CannotDraft(_("Enter the number."), field="quantity")
    if kind in (kinds.REFERRAL, kinds.OTHER) and not promise.text.strip():
        raise CannotDraft(_("Say what is promised."), field="text")
