"""The tables of HSDS 3.1 that the portal fills, and their columns in the order of the standard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "3.1"
PROFILE = "https://docs.openreferral.org/en/v3.1.0/hsds/"
TYPES = {"extension": "number", "amount": "number", "timezone": "number", "interval": "number", "assured_date": "date"}
ENUMS: Mapping[tuple[str, str], Sequence[str]] = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
}


@dataclass(frozen=True)
class Table:
    """A table: the name of its objects, of its file and of its list within an object, and its columns."""

    name: str
    file: str
    nested: str
    columns: tuple[str, ...]
    required: tuple[str, ...] = ("id",)
    refers_to: tuple[tuple[str, str], ...] = ()  # columns with the ids of other tables


def _table(name: str, file: str, nested: str, columns: str, required: str = "id", **refers_to: str) -> Table:
    return Table(name, file, nested, tuple(columns.split()), tuple(required.split()), tuple(refers_to.items()))


TABLES = (
    _table(
        "organization",
        "organizations.csv",
        "organization",
        "id name alternate_name description email website legal_status",
        "id name description",
    ),
    _table(
        "service",
        "services.csv",
        "services",
        "id organization_id name description url email status interpretation_services application_process"
        " fees_description wait_time eligibility_description assured_date alert last_modified",
        "id organization_id name status",
        organization_id="organization",
    ),
    _table(
        "location",
        "locations.csv",
        "location",
        "id location_type organization_id name transportation",
        "id location_type",
        organization_id="organization",
    ),
    _table(
        "service_at_location",
        "service_at_location.csv",
        "service_at_locations",
        "id service_id location_id",
        "id service_id location_id",
        service_id="service",
        location_id="location",
    ),
    _table(
        "address",
        "addresses.csv",
        "addresses",
        "id location_id address_1 city state_province postal_code country address_type",
        "id address_1 city state_province postal_code country address_type",
        location_id="location",
    ),
    _table(
        "phone",
        "phones.csv",
        "phones",
        "id location_id service_id organization_id number extension type description",
        "id number",
        location_id="location",
        service_id="service",
        organization_id="organization",
    ),
    _table(
        "schedule",
        "schedules.csv",
        "schedules",
        "id service_id location_id freq interval byday description opens_at closes_at notes",
        service_id="service",
        location_id="location",
    ),
    _table("funding", "funding.csv", "funding", "id service_id source", service_id="service"),
    _table(
        "required_document",
        "required_documents.csv",
        "required_documents",
        "id service_id document",
        service_id="service",
    ),
    _table("language", "languages.csv", "languages", "id service_id name code", service_id="service"),
    _table(
        "accessibility",
        "accessibility.csv",
        "accessibility",
        "id location_id description",
        location_id="location",
    ),
    _table(
        "cost_option",
        "cost_options.csv",
        "cost_options",
        "id service_id option currency amount",
        "id service_id",
        service_id="service",
    ),
    _table(
        "attribute",
        "attributes.csv",
        "attributes",
        "id link_id taxonomy_term_id link_type link_entity value label",
        "id link_id taxonomy_term_id link_entity",
        taxonomy_term_id="taxonomy_term",
    ),
    _table(
        "taxonomy_term",
        "taxonomy_terms.csv",
        "taxonomy_term",
        "id code name description taxonomy taxonomy_id",
        "id name description",
        taxonomy_id="taxonomy",
    ),
    _table("taxonomy", "taxonomies.csv", "taxonomy_detail", "id name description", "id name description"),
)
BY_NESTED = {table.nested: table for table in TABLES}
ONCE = ("organization", "location", "taxonomy_term", "taxonomy")  # nested in many objects, and written once


def data_package(title: str, tables: Sequence[Table] = TABLES) -> dict[str, Any]:
    """Return the descriptor of a tabular data package (specs.frictionlessdata.io) with these tables."""
    return {
        "name": "human_services_data",
        "title": title,
        "profile": "tabular-data-package",
        "version": VERSION,
        "homepage": PROFILE,
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> dict[str, Any]:
    keys = [
        {"fields": column, "reference": {"resource": other, "fields": "id"}} for column, other in table.refers_to
    ]  # fmt: skip
    schema = {"fields": [_field(table, column) for column in table.columns], "primaryKey": "id"}
    return {
        "name": table.name,
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": schema | ({"foreignKeys": keys} if keys else {}),
    }


def _field(table: Table, column: str) -> dict[str, Any]:
    rules: dict[str, Any] = {"unique": True} if column == "id" else {}
    if column in table.required:
        rules["required"] = True
    if values := ENUMS.get((table.name, column)):
        rules["enum"] = list(values)
    return {"name": column, "type": TYPES.get(column, "string")} | ({"constraints": rules} if rules else {})
