"""What a partner meets of a need, and from which money: the cells of the resource map."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.models import Need, NeedMet
from meetings.needs.needs import CannotKeepNeed, demand_current, demand_no_customer, lock_need
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Partnership

FACTS = ("extent", "program", "source", "service", "note")


@recorded
def add_answer(
    need: Need, partnership: Partnership, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> NeedMet:
    """Say that a partner meets a need, fully or partly, from one funding source.

    :raises CannotKeepNeed: if the need was removed, the partner has left or is of another area, no money is named, or
        the map says so already.
    """
    need = lock_need(need)
    demand_current(need)
    if not Partnership.objects.current().filter(pk=partnership.pk, area=need.area_id).exists():
        raise CannotKeepNeed(_("This organization is not a partner here any more."), field="partnership")
    met = NeedMet(need=need, partnership=partnership, **{name: facts[name] for name in FACTS if name in facts})
    _save(met)
    return met


@recorded
def update_answer(
    met: NeedMet, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> NeedMet:
    """Edit what a partner meets.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepNeed: if the need or the line was removed, no money is named, or the map says so already.
    """
    demand_current(lock_need(met.need))
    found = NeedMet.objects.filter(pk=met.pk).select_related("partnership__organization").first()
    if found is None:
        raise CannotKeepNeed(_("This line was removed from the map meanwhile."))
    demand_version(found, (), version)
    if apply_facts(found, {name: facts[name] for name in FACTS if name in facts}):
        _save(found)
    return found


@recorded
def remove_answer(met: NeedMet, *, by: User | None, at: datetime) -> None:
    """Remove that a partner meets a need; the history keeps it. Doing it twice changes nothing."""
    NeedMet.objects.filter(pk=met.pk).delete()


def _save(met: NeedMet) -> None:
    if met.program_id is None and not met.source.strip():
        raise CannotKeepNeed(_("Choose the program that pays, or enter another funding source."), field="source")
    if met.service and met.service.partnership_id != met.partnership_id:
        raise CannotKeepNeed(_("Choose a service of this partner."), field="service")
    demand_no_customer("note", met.note)
    demand_no_customer("source", met.source)
    try:
        with transaction.atomic():
            met.save()
    except IntegrityError:
        words = _("%(partner)s meets this need from this source already. Edit that line instead.")
        raise CannotKeepNeed(words % {"partner": met.partnership.organization.name}, field="source") from None
