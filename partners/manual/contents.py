"""What stands in the manual, as plain values: they go into a page, a PDF, a snapshot (JSON), and a comparison.

A snapshot must be read for as long as its edition is kept: fields may be added here, each with a default, and what an
old snapshot does not know, or we no longer do, is left out.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self

# What an answer is, beside plain text.
PHONE, EMAIL, WEB, LINES = "phone", "email", "web", "lines"


def told(label: str, *, kind: str = "", of: Any = None, many: bool = False, aside: bool = False) -> Any:
    """Make a field that the manual tells under a label; ``aside`` is not shown but compared, ``kind`` is what it is."""
    default: Any = () if many or of else ""
    return field(default=default, metadata={"label": label, "kind": kind, "of": of, "aside": aside})


def parts(of: Any) -> Any:
    """Make a field that holds other entries; they are compared by themselves."""
    return field(default=(), metadata={"of": of})


class Answer(NamedTuple):
    """One thing that is told: under which label, what, and of which kind.

    Kinds are phone, email and web, which pages make links of, and lines, which stand below each other.
    """

    label: str
    lines: tuple[str, ...]
    kind: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something in the manual that has a name and answers questions."""

    id: int = 0
    name: str = field(default="", metadata={"label": "Name", "aside": True})

    @property
    def answers(self) -> list[Answer]:
        """What is told, in order; what nobody has said is left out."""
        return [answer for answer, aside in self.told() if answer.lines and not aside]

    def told(self) -> Iterator[tuple[Answer, bool]]:
        """Yield every answer, the empty ones too, and whether it stands aside."""
        for each in fields(self):
            if label := each.metadata.get("label"):
                kind, aside = each.metadata.get("kind", ""), each.metadata.get("aside", False)
                yield Answer(label, _lines(getattr(self, each.name)), kind), aside

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """Return an entry out of a snapshot."""
        known = {each.name: each.metadata.get("of") for each in fields(cls)}
        return cls(**{name: _read(value, known[name]) for name, value in data.items() if name in known})


def _lines(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    return (value,) if value else ()


def _read(value: Any, of: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(of.read(item) if of else item for item in value)
    return value


# ---------------------------------------------------------------- Places and people
@dataclass(frozen=True, kw_only=True)
class Visit(Entry):
    """A partner's time in a center; ``id`` is the partner's, ``name`` too."""

    center: str = ""
    day: str = ""
    time: str = ""
    who: str = ""
    desk: str = ""
    phone: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Return it as one line of the partner's answers."""
        told = (self.center, self.day, self.time, self.who, self.desk, self.phone, self.note)
        return ", ".join(filter(None, told))

    @property
    def where_and_who(self) -> str:
        """Where in the building, who, and what else is to be known."""
        return "; ".join(filter(None, (", ".join(filter(None, (self.desk, self.who))), self.phone, self.note)))


@dataclass(frozen=True, kw_only=True)
class Place(Entry):
    """A location of a partner's own."""

    address: str = ""
    phone: str = ""
    hours: str = ""
    accessibility: tuple[str, ...] = ()
    directions: str = ""

    def __str__(self) -> str:
        """Return it as one line of the partner's answers."""
        access = f"accessibility: {', '.join(self.accessibility).lower()}" if self.accessibility else ""
        return "; ".join(filter(None, (self.name, self.address, self.phone, self.hours, access, self.directions)))


@dataclass(frozen=True, kw_only=True)
class Person(Entry):
    """Somebody who speaks for a partner."""

    speaks: str = ""
    job_title: str = ""
    phone: str = ""
    email: str = ""
    signs: bool = False

    def __str__(self) -> str:
        """Return it as one line of the partner's answers."""
        signs = "may sign agreements" if self.signs else ""
        return ", ".join(filter(None, (self.name, self.job_title, self.speaks.lower(), signs, self.phone, self.email)))


@dataclass(frozen=True, kw_only=True)
class Center(Entry):
    """A One-Stop center."""

    kind: str = told("Kind of center")
    address: str = told("Address")
    phone: str = told("Phone", kind=PHONE)
    email: str = told("E-mail", kind=EMAIL)
    hours: str = told("Opening hours")
    accessibility: tuple[str, ...] = told("Accessibility", many=True)
    directions: str = told("How to get there")
    certified_on: str = field(default="", metadata={"label": "Certified", "aside": True})
    visits: tuple[Visit, ...] = parts(Visit)


# ---------------------------------------------------------------- Programs
@dataclass(frozen=True, kw_only=True)
class Carrier(Entry):
    """A partner that carries a program."""


@dataclass(frozen=True, kw_only=True)
class Program(Entry):
    """A program of the law, and who carries it here."""

    code: str = ""
    short_name: str = ""
    law: str = ""
    source: str = ""
    is_required: bool = False
    description: str = ""
    carriers: tuple[Carrier, ...] = parts(Carrier)
    carried_by: tuple[str, ...] = told("Carried by", many=True)
    decided: str = told("On record")
    ways: tuple[str, ...] = told("How people get to it", many=True)


# ---------------------------------------------------------------- Partners and services
@dataclass(frozen=True, kw_only=True)
class Service(Entry):
    """What a partner offers to whom."""

    description: str = field(default="", metadata={"label": "What it is", "aside": True})
    kind: str = told("Kind of service")
    audience: str = told("Whom it serves")
    groups: tuple[str, ...] = told("Made for", many=True)
    eligibility: str = told("Who qualifies")
    documents: str = told("What to bring")
    cost: str = told("What it costs")
    how_to_get_in: str = told("How to get in")
    wait_time: str = told("Usual wait")
    hours: str = told("Days and hours")
    modes: tuple[str, ...] = told("How it is given", many=True)
    centers: tuple[str, ...] = told("One-Stop centers", many=True)
    locations: tuple[str, ...] = told("Their locations", many=True)
    phone: str = told("Phone", kind=PHONE)
    email: str = told("E-mail", kind=EMAIL)
    website: str = told("Web", kind=WEB)
    languages: tuple[str, ...] = told("Languages", many=True)
    accommodations: tuple[str, ...] = told("Accommodations", many=True)
    programs: tuple[str, ...] = told("Programs", many=True)
    funding_sources: tuple[str, ...] = told("Funding", many=True)
    keywords: tuple[str, ...] = field(default=(), metadata={"label": "Also found under", "aside": True})
    is_public: bool = True
    confirmed_on: str = ""
    is_stale: bool = False

    @property
    def confirmed(self) -> date | None:
        """The day on which somebody last said that all of it is right."""
        return date.fromisoformat(self.confirmed_on) if self.confirmed_on else None


@dataclass(frozen=True, kw_only=True)
class Partner(Entry):
    """An organization as a partner of the area, and what it offers."""

    short_name: str = told("Short name")
    description: str = field(default="", metadata={"label": "Who they are", "aside": True})
    status: str = told("Status")
    kind: str = told("Kind of organization")
    programs: tuple[str, ...] = told("Programs carried", many=True)
    framework: str = told("How services are given")
    commitment: str = told("Commitment")
    since: str = told("Partner since")
    counties: str = told("Counties served")
    phone: str = told("Phone", kind=PHONE)
    email: str = told("E-mail", kind=EMAIL)
    website: str = told("Web", kind=WEB)
    people: tuple[Person, ...] = told("Who speaks for them", kind=LINES, of=Person)
    visits: tuple[Visit, ...] = told("On site in the centers", kind=LINES, of=Visit)
    places: tuple[Place, ...] = told("Their locations", kind=LINES, of=Place)
    notes: str = told("Notes")
    services: tuple[Service, ...] = parts(Service)

    @property
    def last_confirmed(self) -> date | None:
        """The day before which none of its services was confirmed; nothing while one never was, or there is none."""
        days = [service.confirmed for service in self.services]
        return None if None in days or not days else min(day for day in days if day)

    @property
    def stale(self) -> int:
        """How many services nobody has confirmed for six months, or ever."""
        return sum(service.is_stale for service in self.services)


# ---------------------------------------------------------------- The common language
@dataclass(frozen=True, kw_only=True)
class Term(Entry):
    """An agreed term, and how others say it."""

    abbreviation: str = told("Short form")
    definition: str = told("What it means here")
    usages: tuple[str, ...] = told("How others say it", kind=LINES, many=True)
    synonyms: tuple[str, ...] = ()


# ---------------------------------------------------------------- The whole
@dataclass(frozen=True, kw_only=True)
class Manual(Entry):
    """The manual of one area as of one day; ``name`` is the area's."""

    board: str = ""
    state: str = ""
    agency: str = ""
    as_of: str = ""
    variant: str = "network"
    centers: tuple[Center, ...] = parts(Center)
    programs: tuple[Program, ...] = parts(Program)
    partners: tuple[Partner, ...] = parts(Partner)
    terms: tuple[Term, ...] = parts(Term)

    @property
    def day(self) -> date | None:
        """The day on which it stood so."""
        return date.fromisoformat(self.as_of) if self.as_of else None

    @property
    def is_public(self) -> bool:
        """Whether it is for everybody: without names of people."""
        return self.variant == "public"

    @cached_property
    def services(self) -> list[Service]:
        """All services, partner by partner."""
        return [service for partner in self.partners for service in partner.services]

    @property
    def stale(self) -> int:
        """How many services nobody has confirmed for six months, or ever."""
        return sum(service.is_stale for service in self.services)

    @property
    def required(self) -> list[Program]:
        """The required programs, in the order of the law (20 CFR 678.400(b))."""
        return [program for program in self.programs if program.is_required]

    @property
    def additional(self) -> list[Program]:
        """The additional programs that somebody carries here (20 CFR 678.410(b))."""
        return [program for program in self.programs if not program.is_required and program.carriers]

    @property
    def covered(self) -> int:
        """How many required programs have a partner here."""
        return sum(bool(program.carriers) for program in self.required)

    @property
    def by_choice(self) -> list[Partner]:
        """Partners that carry none of the programs."""
        return [partner for partner in self.partners if not partner.programs]

    def partner(self, number: int) -> Partner | None:
        """Return a partner by its number."""
        return next((partner for partner in self.partners if partner.id == number), None)

    def for_public(self) -> "Manual":
        """Return the variant for everybody: no names of people, no notes, no service that is kept from the public."""
        partners = tuple(
            replace(
                partner,
                people=(),
                notes="",
                visits=tuple(replace(visit, who="") for visit in partner.visits),
                services=tuple(service for service in partner.services if service.is_public),
            )
            for partner in self.partners
        )
        centers = tuple(
            replace(center, visits=tuple(replace(visit, who="") for visit in center.visits)) for center in self.centers
        )
        return replace(self, variant="public", partners=partners, centers=centers)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can keep it."""
        return asdict(self)

    def digest(self) -> str:
        """Return the fingerprint of the contents; the day alone makes no difference."""
        held = self.to_json() | {"as_of": ""}
        return hashlib.sha256(json.dumps(held, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
