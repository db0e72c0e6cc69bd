"""HSDS 3.1 as far as tests need it: the fields of its objects, their types, and which are required.

Stated here in our own words after the specification (docs.openreferral.org, CC BY-SA 4.0), whose schemas let unknown
fields pass: these do not. With HSDS_SCHEMAS=FOLDER, a folder with the specification's own schemas, tests use them too.
"""

import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

# Name, then its fields: ! is required, a type after the colon (a text without one), [x] a list of objects x, {x} one.
OBJECTS = """
service: id!:uuid organization_id:uuid program_id:uuid name! alternate_name description url:uri additional_urls:[url]
    email:email status!:status interpretation_services application_process fees_description wait_time fees
    accreditations eligibility_description minimum_age:number maximum_age:number assured_date:date assurer_email:email
    licenses alert last_modified:datetime phones:[phone] schedules:[schedule] service_areas:[service_area]
    service_at_locations:[service_at_location] languages:[language] organization:{organization} funding:[funding]
    cost_options:[cost_option] program:{program} required_documents:[required_document] contacts:[contact]
    attributes:[attribute]
organization: id!:uuid name! alternate_name description! email:email website:uri additional_websites:[url] tax_status
    tax_id year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid funding:[funding]
    contacts:[contact] phones:[phone] locations:[location] programs:[program] attributes:[attribute]
location: id!:uuid location_type!:place url:uri organization_id:uuid name alternate_name description transportation
    latitude:number longitude:number external_identifier external_identifier_type languages:[language]
    addresses:[address] contacts:[contact] accessibility:[accessibility] phones:[phone] schedules:[schedule]
    attributes:[attribute]
service_at_location: id!:uuid service_id:uuid location_id:uuid description service_areas:[service_area]
    contacts:[contact] phones:[phone] schedules:[schedule] location:{location} attributes:[attribute]
phone: id!:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid service_at_location_id:uuid
    number! extension:number type description languages:[language]
contact: id!:uuid organization_id:uuid service_id:uuid service_at_location_id:uuid location_id:uuid name title
    department email:email phones:[phone]
address: id!:uuid location_id:uuid attention address_1! address_2 city! region state_province! postal_code! country!
    address_type!:place
schedule: id!:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from:date valid_to:date
    dtstart:date timezone:number until:date count:number wkst:weekday freq:freq interval:number byday byweekno
    bymonthday byyearday description opens_at closes_at schedule_link:uri attending_type notes
funding: id!:uuid organization_id:uuid service_id:uuid source
service_area: id!:uuid service_id:uuid service_at_location_id:uuid name description extent extent_type uri:uri
required_document: id!:uuid service_id:uuid document uri:uri
language: id!:uuid service_id:uuid location_id:uuid phone_id:uuid name code note
accessibility: id!:uuid location_id:uuid description details url:uri
attribute: id!:uuid link_id:uuid taxonomy_term_id:uuid link_type link_entity value taxonomy_term:{taxonomy_term} label
taxonomy_term: id!:uuid code name! description! parent_id:uuid taxonomy taxonomy_detail:{taxonomy} language
    taxonomy_id:uuid term_uri:uri
taxonomy: id!:uuid name! description! uri:uri version
cost_option: id!:uuid service_id:uuid valid_from:date valid_to:date option currency amount:number amount_description
url: id!:uuid label url!:uri organization_id:uuid service_id:uuid
program: id!:uuid organization_id:uuid name! alternate_name description!
"""
TYPES: dict[str, dict[str, Any]] = {
    "": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
    "status": {"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    "place": {"enum": ["physical", "postal", "virtual"]},
    "freq": {"enum": ["WEEKLY", "MONTHLY"]},
    "weekday": {"enum": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]},
}
FORMATS = FormatChecker()


@FORMATS.checks("date-time", ValueError)
def is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", ValueError)
def is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@FORMATS.checks("uri")
def is_address(value: object) -> bool:
    return not isinstance(value, str) or value.startswith(("http://", "https://", "ftp://"))


def schemas() -> dict[str, dict[str, Any]]:
    """Return a schema for each object of the standard."""
    found: dict[str, dict[str, Any]] = {}
    for name, fields in _stated():
        schema: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
        for field in fields:
            title, _, kind = field.partition(":")
            if title.endswith("!"):
                schema["required"].append(title[:-1])
            schema["properties"][title.rstrip("!")] = _type(kind)
        found[name] = schema
    return found


def _stated() -> Iterator[tuple[str, list[str]]]:
    for text in OBJECTS.replace("\n    ", " ").strip().splitlines():
        name, _, fields = text.partition(": ")
        yield name, fields.split()


def _type(kind: str) -> dict[str, Any]:
    if kind.startswith("["):
        return {"type": "array", "items": {"$ref": f"{kind[1:-1]}.json"}}
    return {"$ref": f"{kind[1:-1]}.json"} if kind.startswith("{") else TYPES[kind]


def faults(name: str, found: object) -> list[str]:
    """Return what is wrong with an object of the standard."""
    folders = [schemas()]
    if given := os.environ.get("HSDS_SCHEMAS"):
        theirs = {path.stem: json.loads(path.read_text()) for path in Path(given).glob("*.json")}
        folders += [theirs, {key: _strict(schema) for key, schema in theirs.items()}]
    return [fault for known in folders for fault in _faults(known, name, found)]


def _faults(known: dict[str, dict[str, Any]], name: str, found: object) -> Iterator[str]:
    dialect = "https://json-schema.org/draft/2020-12/schema"
    resources = [(f"{key}.json", Resource.from_contents({"$schema": dialect, **one})) for key, one in known.items()]
    registry: Any = Registry().with_resources(resources)
    validator = Draft202012Validator(
        {"$schema": dialect, **known[name]}, registry=registry, format_checker=FORMATS
    )  # fmt: skip
    for problem in validator.iter_errors(found):
        yield f"{problem.json_path}: {problem.message}"


def _strict(schema: Any) -> Any:
    if isinstance(schema, dict):
        closed = {"additionalProperties": False} if "properties" in schema else {}
        return {key: _strict(value) for key, value in schema.items()} | closed
    return [_strict(one) for one in schema] if isinstance(schema, list) else schema
