"""Past editions of the resource manual, with their contents of the day from the history.

Their PDFs are not made here, so that loading is quick; workers make them on request.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from onestop.editing import bulk
from partners.manual import editions
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import (
    Center,
    LocalArea,
    Location,
    ManualEdition,
    Organization,
    Partnership,
    PartnershipProgram,
    Presence,
    ProgramAccess,
    ProgramDecision,
    Representative,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceProgram,
    Term,
    Usage,
)
from partners.sample.past import Past, unrecorded
from partners.sample.story import Story

# The contents of the manual. Rows that did not exist yet are archived for the snapshot, and such links are deleted.
KEPT: tuple[type[models.Model], ...] = (
    LocalArea, Center, Organization, Location, Partnership, Representative, Presence, Service, Term, ProgramDecision,
    ProgramAccess,
)  # fmt: skip
LINKS: tuple[type[models.Model], ...] = (PartnershipProgram, ServiceProgram, ServiceCenter, ServiceLocation, Usage)


class _Back(Exception):
    """Roll back to the present state."""


def load(story: Story) -> None:
    """Issue the editions in an area's file. Needs its history."""
    past = Past()
    with unrecorded():
        for slug, area in story.areas.items():
            before: ManualEdition | None = None
            for facts in story.area_facts[slug].get("manuals", []):
                at = story.moment(facts["days"], f"{slug} manual {facts['days']}", area.zone)
                by = story.coordinator(area, facts["days"], slug)
                words = {"title": facts["title"], "note": facts["note"]}
                before = editions.keep_edition(area, manual_at(area, at), before, **words, by=by, at=at)
                past.add(before, at=at, by=by)
    past.write()


def manual_at(area: LocalArea, at: datetime) -> Manual:
    """Return the manual as of a past moment: set all rows to their values then, read them, and roll back."""
    found: list[Manual] = []
    try:
        with transaction.atomic():
            for model in KEPT:
                _put_back(model, at)
            for model in LINKS:
                gone = [pk for pk, values in _values_at(model, at).items() if values is None]
                model._default_manager.filter(pk__in=gone).delete()
            found.append(gather(area, today=at.astimezone(area.zone).date()))
            raise _Back
    except _Back:
        return found[0]


def _put_back(model: type[models.Model], at: datetime) -> None:
    then = _values_at(model, at)
    changes = {pk: {"archived_at": at} if values is None else values for pk, values in then.items()}
    rows = model._default_manager.in_bulk(changes)
    bulk.save_rows(rows.values(), bulk.apply_changes(rows, changes))


def _values_at(model: Any, at: datetime) -> dict[int, dict[str, Any] | None]:
    """Return the values at that moment of all rows that changed later; None for rows that did not exist yet."""
    event = model.pgh_event_model
    columns = [column.attname for column in event._meta.concrete_fields if not column.name.startswith("pgh_")]
    later = event.objects.filter(pgh_created_at__gt=at)
    values: dict[int, dict[str, Any] | None] = dict.fromkeys(later.values_list("pgh_obj_id", flat=True))
    known = event.objects.filter(pgh_created_at__lte=at, pgh_obj_id__in=values).order_by("pgh_created_at", "pgh_id")
    for row in known.values("pgh_obj_id", *columns):
        values[row.pop("pgh_obj_id")] = {name: row[name] for name in columns if name != model._meta.pk.attname}
    return values
