"""What takes part in the round trip of an export and its import, and how the tests take it there."""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils.timezone import now

from partners.hsds.export import public_services, write_json, write_zip
from partners.importing import runs
from partners.importing.dry_run import make_plan
from partners.importing.planning import Options, Plan
from partners.models import LocalArea
from partners.models.service_texts import WORDS
from tests.partners.hsds.network import DAY

SERVICE_COLUMNS = (
    "name", "description", "kind", "audience", "groups", "eligibility", "documents", "cost", "how_to_get_in", "hours",
    "wait_time", "languages", "modes", "accommodations", "funding_sources", "keywords", "phone", "email", "website",
    "is_public", "is_paused", "paused_note",
)  # fmt: skip
ORGANIZATION_COLUMNS = ("name", "short_name", "kind", "description", "website", "phone", "email")
PLACE_COLUMNS = (
    "name", "street", "city", "state_code", "postal_code", "phone", "hours", "accessibility", "directions"
)  # fmt: skip


def exported(area: LocalArea, how: str) -> bytes:
    if how == "json":
        return b"".join(write_json(public_services(area), day=DAY))
    return write_zip(public_services(area), title="Services", day=DAY).read()


def planned(area: LocalArea, data: bytes, name: str) -> Plan:
    run = runs.start_import(area, "services", ContentFile(data, name=name), by=None, at=now())
    table = runs.open_upload(io.BytesIO(data), "services")
    return make_plan(area, "services", table, run.mapping, Options(add_missing_partners=True))


def facts(thing: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {column: getattr(thing, column) for column in columns}


def spanish_of(service: Any) -> dict[str, str]:
    """Return the Spanish text of a service, without the parts that are behind its English, which do not leave."""
    return {
        name: getattr(text, name)
        for text in service.texts.all()
        for name in WORDS
        if getattr(text, name) and name not in text.parts_behind(service)
    }


def everything(area: LocalArea) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service in public_services(area):
        organization = service.partnership.organization
        places = [*service.locations.all(), *service.centers.all()]
        found[f"{organization.name}: {service.name}"] = (
            facts(service, SERVICE_COLUMNS),
            sorted(program.code for program in service.programs.all()),
            facts(organization, ORGANIZATION_COLUMNS),
            spanish_of(service),
            sorted((facts(place, PLACE_COLUMNS) for place in places), key=lambda one: str(one["name"])),
        )
    return found
