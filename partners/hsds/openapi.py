"""The description of the read API for programs (OpenAPI 3.1): served by it, and checked against it in tests."""

from typing import Any

from django.conf import settings

from partners.hsds.standard import ENUMS, PROFILE, TABLES, TYPES, VERSION

LISTS = {
    "service": (
        "phones", "schedules", "languages", "funding", "cost_options", "required_documents", "service_at_locations",
        "attributes",
    ),
    "organization": ("phones", "locations"),
    "location": ("addresses", "phones", "schedules", "accessibility", "attributes"),
}  # fmt: skip
ONE = {
    "service": {"organization": "organization"},
    "service_at_location": {"location": "location"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
}
FORMATS = {"url": "uri", "website": "uri", "email": "email", "last_modified": "date-time", "assured_date": "date"}
NAMED = {table.nested: table.name for table in TABLES} | {"locations": "location"}
LARGEST_PAGE, MOST_PER_PAGE, PER_PAGE = 1_000_000, 100, 50
Kind = dict[str, Any]
Parameters = dict[str, tuple[Kind, str]]
UUID: Kind = {"type": "string", "format": "uuid"}
TIME: Kind = {"type": "string", "format": "date-time"}
YES_NO: Kind = {"type": "boolean", "default": False}
PAGING: Parameters = {
    "page": ({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 1}, "Number of the page."),
    "per_page": (
        {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
        "Rows on a page.",
    ),
}
AREA: tuple[Kind, str] = ({"type": "string"}, "Only of this local workforce area, by its name in web addresses.")
ORGANIZATION: tuple[Kind, str] = (UUID, "Only of this organization.")
SEARCH: tuple[Kind, str] = ({"type": "string"}, "Only those whose name contains it.")
OF_SERVICES: Parameters = {
    "area": AREA,
    "search": ({"type": "string"}, "Words, as in the search of the public directory: the best first."),
    "organization_id": ORGANIZATION,
    "modified_after": (TIME, "Only services that were changed after this time."),
    "taxonomy_id": (UUID, "Only services with some term of this taxonomy."),
    "taxonomy_term_id": (UUID, "Only services with this term; for keywords use search."),
    "full": (YES_NO, "Nest everything in each service, as at its own address."),
    "minimal": (YES_NO, "Only the id of each service and when it was last changed."),
}
LIST_PARAMETERS: dict[str, Parameters] = {
    "services": {**OF_SERVICES, **PAGING},
    "organizations": {"area": AREA, "search": SEARCH, **PAGING},
    "locations": {"area": AREA, "search": SEARCH, "organization_id": ORGANIZATION, **PAGING},
    "service_at_locations": {"area": AREA, "organization_id": ORGANIZATION, **PAGING},
}
OBJECTS = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "service_at_locations": "service_at_location",
}


def document() -> dict[str, Any]:
    """Return the description."""
    paths: dict[str, Any] = {
        "/": _get("about", "What this API is", {"$ref": "#/components/schemas/about"}, {}),
        "/openapi.json": _get("openapi", "This description", {"type": "object"}, {}),
    }
    for name, parameters in LIST_PARAMETERS.items():
        each = {"$ref": f"#/components/schemas/{OBJECTS[name]}"}
        row = {"anyOf": [each, {"$ref": "#/components/schemas/minimal"}]} if name == "services" else each
        paths[f"/{name}"] = _get(name, f"List {name}", _page_of(row), parameters)
        paths[f"/{name}/{{id}}"] = _get(OBJECTS[name], f"One of {name}", each, {}, by_id=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.SITE_NAME}: public directory (HSDS {VERSION})",
            "version": VERSION,
            "description": "What the public directory shows, without an account. Data of persons are not in it.",
        },
        "servers": [{"url": f"{settings.PUBLIC_URL}/api/hsds"}],
        "externalDocs": {"url": PROFILE},
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _get(
    name: str, summary: str, schema: dict[str, Any], parameters: Parameters, *, by_id: bool = False
) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        {"name": title, "in": "query", "required": False, "schema": kind, "description": about}
        for title, (kind, about) in parameters.items()
    ]
    if by_id:
        found.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    refused = {
        "400": "The request cannot be read.",
        "404": "Nothing here.",
        "429": "Too many requests. Retry-After says in how many seconds to ask again.",
    }
    answers: dict[str, Any] = {
        "200": {"description": "Found.", "content": {"application/json": {"schema": schema}}},
        "304": {"description": "Unchanged since the ETag in If-None-Match."},
    }
    answers |= {status: {"description": words, "content": problem} for status, words in refused.items()}
    return {"get": {"operationId": name, "summary": summary, "parameters": found, "responses": answers}}


def _page_of(row: dict[str, Any]) -> dict[str, Any]:
    numbers = ("total_items", "total_pages", "page_number", "size")
    fields: dict[str, Any] = {name: {"type": "integer", "minimum": 0} for name in numbers}
    fields |= {name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")}
    fields["contents"] = {"type": "array", "items": row}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = {
        "problem": _object(
            {"type": "", "title": "", "status": "integer", "detail": "", "instance": ""}, "title status"
        ),
        "about": _object({"version": "", "profile": "", "openapi_url": "", "description": ""}, "version openapi_url"),
        "minimal": _object({"id": "", "last_modified": ""}, "id last_modified"),
    }
    for table in TABLES:
        fields = {column: _type(table.name, column) for column in table.columns}
        for name in LISTS.get(table.name, ()):
            fields[name] = {"type": "array", "items": {"$ref": f"#/components/schemas/{NAMED[name]}"}}
        for name, other in ONE.get(table.name, {}).items():
            fields[name] = {"$ref": f"#/components/schemas/{other}"}
        found[table.name] = {"type": "object", "properties": fields, "required": list(table.required)}
    return found


def _object(fields: dict[str, str], required: str) -> dict[str, Any]:
    types = {name: {"type": kind or "string"} for name, kind in fields.items()}
    return {"type": "object", "properties": types, "required": required.split()}


def _type(table: str, column: str) -> dict[str, Any]:
    if values := ENUMS.get((table, column)):
        return {"type": "string", "enum": list(values)}
    if TYPES.get(column) == "number":
        return {"type": "number"}
    form = "uuid" if column == "id" or column.endswith("_id") else FORMATS.get(column, "")
    return {"type": "string"} | ({"format": form} if form else {})
