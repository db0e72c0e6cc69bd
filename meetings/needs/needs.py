"""Keep the needs of the resource map: add, edit, remove and restore them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.models import Need
from onestop.accounts.models import User
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea

FACTS = ("kind", "name", "groups_served", "note")
LINKS = ("answers",)


class CannotKeepNeed(Refused):
    """A need, or what a partner meets of it, cannot be saved like this."""


def lock_need(need: Need) -> Need:
    """Lock a need and return it as it is now, in the running transaction."""
    # Lock: of two who edit at once, the second sees what the first has saved.
    rows = Need.objects.select_for_update(of=("self",), no_key=True).select_related("area__state")
    return rows.get(pk=need.pk)


def demand_current(need: Need) -> None:
    """Refuse a need that was removed.

    :raises CannotKeepNeed: then.
    """
    if need.is_archived:
        raise CannotKeepNeed(_("This need was removed from the map. Restore it first."))


@recorded
def add_need(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Need:
    """Add a need to the map.

    :raises CannotKeepNeed: if it has no name, is listed already, or may identify a customer.
    """
    need = Need(area=area, **{name: facts[name] for name in FACTS if name in facts})
    _save(need)
    return need


@recorded
def update_need(need: Need, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime) -> Need:
    """Edit a need.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepNeed: if it was removed, has no name, is listed already, or may identify a customer.
    """
    need = lock_need(need)
    demand_version(need, (), version)
    demand_current(need)
    if apply_facts(need, {name: facts[name] for name in FACTS if name in facts}):
        _save(need)
    return need


@recorded
def remove_need(need: Need, *, by: User | None, at: datetime) -> None:
    """Remove a need from the map; it can be restored. Doing it twice changes nothing."""
    Need.objects.current().filter(pk=need.pk).update(archived_at=at)


@recorded
def restore_need(need: Need, *, by: User | None, at: datetime) -> Need:
    """Restore a removed need.

    :raises CannotKeepNeed: if another one has its name by now.
    """
    need = lock_need(need)
    if need.is_archived:
        need.archived_at = None
        _save(need)
    return need


def demand_no_customer(field: str, *texts: str) -> None:
    """Refuse texts that may identify a customer: the map is about groups of people.

    :raises CannotKeepNeed: then.
    """
    if found := find_personal_data(texts):
        words = _("%(finding)s. The map never names a customer. Remove it.")
        raise CannotKeepNeed(words % {"finding": found[0]}, field=field)


def _save(need: Need) -> None:
    if not need.name.strip():
        raise CannotKeepNeed(_("Enter the need."), field="name")
    demand_no_customer("name", need.name)
    demand_no_customer("note", need.note)
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError:
        words = _("“%(name)s” is on the map already. Edit that line instead.")
        raise CannotKeepNeed(words % {"name": need.name}, field="name") from None
