"""The invented services that the questions are asked of.

One TOML file for each kind of agency in ``corpus/``, and the sample's Riverbend. They are written as agencies write:
names are jargon, many columns are empty, everyday words are often missing. Do not improve them to be found more easily;
that is the work of the search.

The key of a service is ``agency.service``, and stays: the questions name it.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.text import slugify

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "partners" / "sample" / "riverbend"
RIVERBEND = "riverbend"
# The columns of a service that are copied as they are.
COLUMNS = (
    "name", "kind", "description", "audience", "groups", "eligibility", "documents", "cost", "how_to_get_in", "hours",
    "wait_time", "languages", "modes", "accommodations", "keywords",
)  # fmt: skip
Facts = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A building where services are offered."""

    name: str
    city: str
    accessibility: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A service: its columns, the codes of its programs, its places, and its name and description in Spanish."""

    key: str
    columns: Facts
    programs: tuple[str, ...]
    places: tuple[Place, ...]
    spanish: Facts = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name as the agency writes it."""
        return str(self.columns["name"])


@dataclass(frozen=True)
class Agency:
    """A partner of one area, with its services."""

    key: str
    name: str
    short_name: str
    kind: str
    area: str
    website: str
    phone: str
    programs: tuple[str, ...]
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def read_corpus() -> tuple[Agency, ...]:
    """Return all agencies with their services."""
    files = sorted((HERE / "corpus").glob("*.toml"))
    return tuple(_agency(facts) for path in files for facts in _read(path)["agencies"]) + tuple(_riverbend())


@lru_cache(maxsize=1)
def read_areas() -> tuple[Facts, ...]:
    """Return the areas, Riverbend last."""
    sample = _read(SAMPLE / "area.toml")
    names = ("slug", "name", "board_name")
    return (*_read(HERE / "areas.toml")["areas"], {name: sample[name] for name in names})


def entries_by_key() -> dict[str, tuple[Agency, Entry]]:
    """Return each service with its agency, by its key."""
    return {entry.key: (agency, entry) for agency in read_corpus() for entry in agency.entries}


def _read(path: Path) -> Facts:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _agency(facts: Facts) -> Agency:
    office = Place("Main office", facts["city"])
    programs = tuple(facts.get("programs", ()))
    return Agency(
        key=facts["key"],
        name=facts["name"],
        short_name=facts.get("short_name", ""),
        kind=facts["kind"],
        area=facts["area"],
        website=facts["website"],
        phone=facts["phone"],
        programs=programs,
        entries=tuple(_entry(facts["key"], one, programs, office) for one in facts["services"]),
    )


def _entry(agency: str, facts: Facts, programs: tuple[str, ...], office: Place) -> Entry:
    place = office
    if "place" in facts:
        name, _comma, city = facts["place"].rpartition(", ")
        place = Place(name, city)
    return Entry(
        key=f"{agency}.{facts['key']}",
        columns={name: facts[name] for name in COLUMNS if name in facts},
        programs=tuple(facts.get("programs", programs)),
        places=(place,),
        spanish=facts.get("spanish", {}),
    )


# ---------------------------------------------------------------- The sample
def _riverbend() -> Iterator[Agency]:
    """Yield the active partners of the sample's Riverbend; a key is made of the file and the name of the service."""
    area = _read(SAMPLE / "area.toml")
    centers = {one["name"]: _place(one, area) for one in area["centers"]}
    for path in sorted((SAMPLE / "partners").glob("*.toml")):
        facts = _read(path)
        if facts["partnership"].get("status", "active") == "active":
            yield _sample_agency(slugify(f"{RIVERBEND} {path.stem.replace('_', ' ')}"), facts, area, centers)


def _sample_agency(key: str, facts: Facts, area: Facts, centers: dict[str, Place]) -> Agency:
    programs = tuple(facts["partnership"].get("programs", ()))
    places = centers | {one["name"]: _place(one, area) for one in facts.get("locations", ())}
    entries = [
        Entry(
            key=f"{key}.{slugify(one['name'])}",
            columns={name: one[name] for name in COLUMNS if name in one},
            programs=tuple(one.get("programs", programs)),
            places=tuple(places[name] for name in (*one.get("centers", ()), *one.get("locations", ()))),
        )
        for one in facts.get("services", ())
        if "archived" not in one
    ]
    return Agency(
        key=key,
        name=facts["name"],
        short_name=facts.get("short_name", ""),
        kind=facts["kind"],
        area=RIVERBEND,
        website=f"https://{facts['domain']}.example",
        phone=f"(555) 555-{facts['phone']}",
        programs=programs,
        entries=tuple(entries),
    )


def _place(facts: Facts, area: Facts) -> Place:
    city = str(facts.get("city") or area["city"])
    return Place(facts["name"], city, tuple(facts.get("accessibility", ())))
