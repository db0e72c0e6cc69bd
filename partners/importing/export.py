"""Exports of partners, services, terms and hours: every field that an import reads, under the same titles.

So an exported file can be edited and imported again; its unchanged rows change nothing.
"""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from onestop.ui.presentation import clock
from partners.importing import cells
from partners.importing.kinds import Field
from partners.importing.network_fields import PARTNER_FIELDS, PRESENCE_FIELDS, SERVICE_FIELDS, TERM_FIELDS
from partners.importing.places import MAIN_OFFICE
from partners.models import Center, Location, Partnership, Presence, Program, Representative, Service, Term, Usage

PARTNER_COLUMNS = PARTNER_FIELDS
SERVICE_COLUMNS = tuple(field for field in SERVICE_FIELDS if field.part not in ("new_partner", "hsds"))
PRESENCE_COLUMNS = tuple(field for field in PRESENCE_FIELDS if field.code != "hours")
Notes = Collection[int] | None
partner_export_header = [field.label for field in PARTNER_COLUMNS]
service_export_header = [field.label for field in SERVICE_COLUMNS]
term_export_header = [field.label for field in TERM_FIELDS]
presence_export_header = [field.label for field in PRESENCE_COLUMNS]


def partner_export_rows(queryset: QuerySet[Partnership]) -> Iterator[list[Any]]:
    """Yield a row for each partnership, in the order of the queryset, with a constant number of queries."""
    rows = queryset.select_related("organization").prefetch_related(
        Prefetch("programs", Program.objects.order_by("position")),
        Prefetch(
            "representatives", Representative.objects.current().filter(kind=Representative.Kind.MAIN), to_attr="main"
        ),
        Prefetch(
            "organization__locations",
            # Locations of the partnership before those of the whole organization; none of partnerships elsewhere.
            Location.objects.current()
            .filter(Q(partnership=None) | Q(partnership__in=queryset.order_by().values("pk")))
            .order_by(F("partnership").asc(nulls_last=True), "pk"),
            to_attr="current_locations",
        ),
    )
    partnership: Any
    for partnership in rows:
        owners = {
            "organization": partnership.organization,
            "partnership": partnership,
            "contact": next(iter(partnership.main), None),
            "place": _main_place(
                [
                    place
                    for place in partnership.organization.current_locations
                    if place.partnership_id in (None, partnership.pk)
                ]
            ),
        }
        programs = cells.join_list(program.short_name for program in partnership.programs.all())
        yield [programs if f.code == "programs" else cell(f, owners[f.part]) for f in PARTNER_COLUMNS]


def service_export_rows(queryset: QuerySet[Service], notes_of: Notes = None) -> Iterator[list[Any]]:
    """Yield a row for each service, in the order of the queryset, with a constant number of queries.

    The notes for colleagues stay blank, but for those of the partnerships ``notes_of``; ``None`` is for all.
    """
    rows = queryset.select_related("partnership__organization").prefetch_related(
        Prefetch("programs", Program.objects.order_by("position")),
        Prefetch("centers", Center.objects.order_by("pk")),
        Prefetch("locations", Location.objects.order_by("pk")),
    )
    for service in rows:
        places = list(service.locations.all())
        joined: dict[str, Any] = {
            "partner": service.partnership.organization.name,
            "number": service.pk,
            "status": "Archived" if service.is_archived else "Active",
            "programs": cells.join_list(program.short_name for program in service.programs.all()),
            "centers": cells.join_list(center.name for center in service.centers.all()),
            "places": cells.join_list(place.name for place in places),
        }
        if notes_of is not None and service.partnership_id not in notes_of:
            joined["notes"] = None
        alone = places[0] if len(places) == 1 else None
        yield [
            joined[f.code] if f.code in joined else cell(f, alone if f.part == "place" else service)
            for f in SERVICE_COLUMNS
        ]


def term_export_rows(queryset: QuerySet[Term]) -> Iterator[list[Any]]:
    """Yield a row for each usage of a term, or one for a term without usages, in the order of the queryset.

    A file holds the current text, approved or not; when imported, it is pending approval.
    """
    usages = Usage.objects.select_related("partnership__organization", "program").order_by("pk")
    for term in queryset.prefetch_related(Prefetch("usages", usages)):
        for usage in term.usages.all() or [None]:
            owners = {"term": term, "usage": usage}
            joined: dict[str, str | None] = {"system": None, "is_synonym": None, "is_search_only": None}
            if usage:
                joined = {
                    "system": usage.whose,
                    "is_synonym": _yes_no(usage.is_synonym),
                    "is_search_only": _yes_no(usage.is_search_only),
                }
            yield [joined[f.code] if f.code in joined else cell(f, owners[f.part]) for f in TERM_FIELDS]


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def presence_export_rows(queryset: QuerySet[Presence]) -> Iterator[list[Any]]:
    """Yield a row for the hours of each weekday, in the order of the queryset, with one query."""
    for presence in queryset.select_related("partnership__organization", "center"):
        joined = {
            "number": presence.pk,
            "partner": presence.partnership.organization.name,
            "center": presence.center.name,
            "weekdays": presence.get_weekday_display(),
            "starts_at": clock(presence.starts_at),
            "ends_at": clock(presence.ends_at),
        }
        yield [joined[f.code] if f.code in joined else cell(f, presence) for f in PRESENCE_COLUMNS]


def cell(field: Field, owner: Any) -> Any:
    """Return the value of a cell: dates stay dates, lists and choices become text."""
    value = getattr(owner, field.name) if owner is not None else None
    if value is None or value == "" or value == []:
        return None
    if field.choices:
        values = value if isinstance(value, list) else [value]
        return cells.join_list(field.labels[one] for one in values if one in field.labels)
    return cells.join_list(value, commas=True) if isinstance(value, list) else value


def _main_place(locations: list[Location]) -> Location | None:
    named = next((place for place in locations if place.name == MAIN_OFFICE), None)
    return named or next(iter(locations), None)
