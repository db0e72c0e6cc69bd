"""The contents of the manual as plain values, for pages, PDFs, snapshots (JSON) and comparisons.

Snapshots of editions must stay readable: fields may be added here, each with a default; unknown fields of a snapshot
are ignored.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.search.said_words import Part, is_in_english, page_language, words_beside

# Kinds of answers other than plain text.
PHONE, EMAIL, WEB, LINES, SAID = "phone", "email", "web", "lines", "said"


def labeled(label: str | Promise, *, kind: str = "", of: Any = None, many: bool = False, aside: bool = False) -> Any:
    """Make a field with a label; with ``aside`` it is compared but not listed, ``kind`` is the kind of its answer."""
    default: Any = () if many or of else ""
    return field(default=default, metadata={"label": label, "kind": kind, "of": of, "aside": aside})


def parts(of: Any) -> Any:
    """Make a field that holds other entries, which are compared separately."""
    return field(default=(), metadata={"of": of})


class Answer(NamedTuple):
    """A label with its values.

    Pages make links of the kinds phone, email and web; they show the kind lines as separate lines. The kind said holds
    one part in the language of the page, which is not English.
    """

    label: str
    lines: tuple[Any, ...]
    kind: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A named item of the manual with labeled values."""

    id: int = 0
    name: str = field(default="", metadata={"label": _("Name"), "aside": True})

    @property
    def answers(self) -> list[Answer]:
        """Return the listed answers that have a value, in order."""
        return [answer for answer, aside in self.all_answers() if answer.lines and not aside]

    def all_answers(self) -> Iterator[tuple[Answer, bool]]:
        """Yield every answer, including empty ones, and whether it is aside."""
        for each in fields(self):
            if label := each.metadata.get("label"):
                kind, aside = each.metadata.get("kind", ""), each.metadata.get("aside", False)
                yield Answer(str(label), _lines(getattr(self, each.name)), kind), aside

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """Return an entry from a snapshot."""
        known = {each.name: each.metadata.get("of") for each in fields(cls)}
        return cls(**{name: _read(value, known[name]) for name, value in data.items() if name in known})


# Fields that older editions lack. Blank, they are not in the data, so that the hash of equal contents stays the same.
ADDED = {"referrals", "language", "texts", "paused"}


def _without_new_blanks(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value or name not in ADDED}


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
    """Hours of a partner at a center; ``id`` and ``name`` are the partner's."""

    center: str = ""
    day: str = ""
    time: str = ""
    who: str = ""
    desk: str = ""
    phone: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Return one line for the answers of the partner."""
        facts = (self.center, self.day, self.time, self.who, self.desk, self.phone, self.note)
        return ", ".join(filter(None, facts))

    @property
    def where_and_who(self) -> str:
        """Return the place in the building, the person, the phone and the note."""
        return "; ".join(filter(None, (", ".join(filter(None, (self.desk, self.who))), self.phone, self.note)))


@dataclass(frozen=True, kw_only=True)
class Place(Entry):
    """A location of a partner."""

    address: str = ""
    phone: str = ""
    hours: str = ""
    accessibility: tuple[str, ...] = ()
    directions: str = ""

    def __str__(self) -> str:
        """Return one line for the answers of the partner."""
        features = ", ".join(self.accessibility).lower()
        access = gettext("accessibility: %(features)s") % {"features": features} if features else ""
        return "; ".join(filter(None, (self.name, self.address, self.phone, self.hours, access, self.directions)))


@dataclass(frozen=True, kw_only=True)
class Person(Entry):
    """A representative of a partner."""

    speaks: str = ""
    job_title: str = ""
    phone: str = ""
    email: str = ""
    signs: bool = False

    def __str__(self) -> str:
        """Return one line for the answers of the partner."""
        signs = gettext("signatory") if self.signs else ""
        return ", ".join(filter(None, (self.name, self.job_title, self.speaks.lower(), signs, self.phone, self.email)))


@dataclass(frozen=True, kw_only=True)
class Center(Entry):
    """A One-Stop center."""

    kind: str = labeled(_("Kind of center"))
    address: str = labeled(_("Address"))
    phone: str = labeled(_("Phone"), kind=PHONE)
    email: str = labeled(_("Email"), kind=EMAIL)
    hours: str = labeled(_("Hours"))
    accessibility: tuple[str, ...] = labeled(_("Accessibility"), many=True)
    directions: str = labeled(_("Directions"))
    closed: tuple[str, ...] = labeled(_("Closed"), kind=LINES, many=True)
    certified_on: str = field(default="", metadata={"label": _("Certified"), "aside": True})
    visits: tuple[Visit, ...] = parts(Visit)


# ---------------------------------------------------------------- Programs
@dataclass(frozen=True, kw_only=True)
class Carrier(Entry):
    """A partner that carries out a program."""


@dataclass(frozen=True, kw_only=True)
class Program(Entry):
    """A program of the law and its partners in the area."""

    code: str = ""
    short_name: str = ""
    law: str = ""
    source: str = ""
    is_required: bool = False
    description: str = ""
    carriers: tuple[Carrier, ...] = parts(Carrier)
    carried_by: tuple[str, ...] = labeled(_("Carried out by"), many=True)
    decided: str = labeled(_("Decision"))
    ways: tuple[str, ...] = labeled(_("Access"), many=True)


# ---------------------------------------------------------------- Partners and services
@dataclass(frozen=True, kw_only=True)
class Text(Entry):
    """What a service says in another language than English; ``late`` are the parts whose English changed since."""

    language: str = ""
    description: str = ""
    audience: str = ""
    eligibility: str = ""
    documents: str = ""
    cost: str = ""
    how_to_get_in: str = ""
    hours: str = ""
    wait_time: str = ""
    late: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service(Entry):
    """A service of a partner."""

    description: str = field(default="", metadata={"label": _("Description"), "aside": True})
    paused: str = labeled(_("Temporarily closed"))
    kind: str = labeled(_("Kind of service"))
    audience: str = labeled(_("Who it serves"))
    groups: tuple[str, ...] = labeled(_("Groups served"), many=True)
    eligibility: str = labeled(_("Who qualifies"))
    documents: str = labeled(_("What to bring"))
    cost: str = labeled(_("Cost"))
    how_to_get_in: str = labeled(_("How to get in"))
    wait_time: str = labeled(_("Usual wait"))
    hours: str = labeled(_("Days and hours"))
    modes: tuple[str, ...] = labeled(_("How it is offered"), many=True)
    centers: tuple[str, ...] = labeled(_("One-Stop centers"), many=True)
    locations: tuple[str, ...] = labeled(_("Locations"), many=True)
    phone: str = labeled(_("Phone"), kind=PHONE)
    email: str = labeled(_("Email"), kind=EMAIL)
    website: str = labeled(_("Website"), kind=WEB)
    languages: tuple[str, ...] = labeled(_("Languages"), many=True)
    accommodations: tuple[str, ...] = labeled(_("Accommodations"), many=True)
    programs: tuple[str, ...] = labeled(_("Programs"), many=True)
    funding_sources: tuple[str, ...] = labeled(_("Funding sources"), many=True)
    keywords: tuple[str, ...] = field(default=(), metadata={"label": _("Keywords"), "aside": True})
    is_public: bool = True
    confirmed_on: str = ""
    is_stale: bool = False
    texts: tuple[Text, ...] = parts(Text)

    @property
    def words(self) -> dict[str, Part]:
        """Return what it says in the language of the page, and in English where it says nothing in that language."""
        text = next((text for text in self.texts if text.language == page_language()), None)
        return words_beside(self, text, text.late if text else ())

    @property
    def answers(self) -> list[Answer]:
        """Return the listed answers that have a value, in the language of the page."""
        if is_in_english():
            return super().answers
        words = self.words
        labels = {str(each.metadata["label"]): each.name for each in fields(self) if each.metadata.get("label")}
        return [
            answer._replace(lines=(words[labels[answer.label]],), kind=SAID)
            if labels[answer.label] in words
            else answer
            for answer in super().answers
        ]

    @property
    def confirmed(self) -> date | None:
        """Return the day of the last confirmation."""
        return date.fromisoformat(self.confirmed_on) if self.confirmed_on else None


@dataclass(frozen=True, kw_only=True)
class Partner(Entry):
    """A partner of the area with its services."""

    short_name: str = labeled(_("Short name"))
    description: str = field(default="", metadata={"label": _("Description"), "aside": True})
    status: str = labeled(_("Status"))
    kind: str = labeled(_("Kind of organization"))
    programs: tuple[str, ...] = labeled(_("Programs"), many=True)
    framework: str = labeled(_("How services are provided"))
    commitment: str = labeled(_("Commitment"))
    since: str = labeled(_("Partner since"))
    counties: str = labeled(_("Counties served"))
    phone: str = labeled(_("Phone"), kind=PHONE)
    email: str = labeled(_("Email"), kind=EMAIL)
    website: str = labeled(_("Website"), kind=WEB)
    people: tuple[Person, ...] = labeled(_("Representatives"), kind=LINES, of=Person)
    visits: tuple[Visit, ...] = labeled(_("On-site hours"), kind=LINES, of=Visit)
    places: tuple[Place, ...] = labeled(_("Locations"), kind=LINES, of=Place)
    referrals: tuple[str, ...] = labeled(_("Referral methods"), kind=LINES, many=True)
    notes: str = labeled(_("Notes"))
    services: tuple[Service, ...] = parts(Service)

    @property
    def anchor(self) -> str:
        """Return the HTML id of its chapter."""
        return f"partner-{self.id}"

    @property
    def stale(self) -> int:
        """Return the number of services not confirmed in the last six months."""
        return sum(service.is_stale for service in self.services)

    @property
    def counts(self) -> bool:
        """Return whether it counts as a partner: paused partners are listed with their status, and do not."""
        return not self.status


# ---------------------------------------------------------------- Glossary
@dataclass(frozen=True, kw_only=True)
class Term(Entry):
    """An approved term and its usages."""

    abbreviation: str = labeled(_("Abbreviation"))
    definition: str = labeled(_("Definition"))
    usages: tuple[str, ...] = labeled(_("Also called"), kind=LINES, many=True)
    synonyms: tuple[str, ...] = ()


# ---------------------------------------------------------------- The whole manual
@dataclass(frozen=True, kw_only=True)
class Manual(Entry):
    """The manual of an area as of a day; ``name`` is the name of the area."""

    board: str = ""
    state: str = ""
    agency: str = ""
    as_of: str = ""
    variant: str = "network"
    language: str = ""  # if its labels and days are not in that of the portal; editions always are
    centers: tuple[Center, ...] = parts(Center)
    programs: tuple[Program, ...] = parts(Program)
    partners: tuple[Partner, ...] = parts(Partner)
    terms: tuple[Term, ...] = parts(Term)

    @property
    def day(self) -> date | None:
        """Return the day of the contents."""
        return date.fromisoformat(self.as_of) if self.as_of else None

    @property
    def is_public(self) -> bool:
        """Return whether it is the public version, without names of people."""
        return self.variant == "public"

    @cached_property
    def services(self) -> list[Service]:
        """Return all services, grouped by partner."""
        return [service for partner in self.partners for service in partner.services]

    @property
    def active(self) -> list[Partner]:
        """Return what counts as partners: all but the paused ones."""
        return [partner for partner in self.partners if partner.counts]

    @property
    def paused(self) -> list[Partner]:
        """Return the paused partners, which are listed but do not count."""
        return [partner for partner in self.partners if not partner.counts]

    @property
    def counted_services(self) -> list[Service]:
        """Return what counts as services: those of the partners that count."""
        return [service for partner in self.active for service in partner.services]

    @property
    def stale(self) -> int:
        """Return the number of counted services not confirmed in the last six months."""
        return sum(service.is_stale for service in self.counted_services)

    @property
    def required(self) -> list[Program]:
        """Return the required programs in legal order (20 CFR 678.400(b))."""
        return [program for program in self.programs if program.is_required]

    @property
    def additional(self) -> list[Program]:
        """Return the additional programs with a partner (20 CFR 678.410(b))."""
        return [program for program in self.programs if not program.is_required and program.carriers]

    @property
    def covered(self) -> int:
        """Return the number of required programs with a partner."""
        return sum(bool(program.carriers) for program in self.required)

    @property
    def by_choice(self) -> list[Partner]:
        """Return the partners that carry out none of the programs."""
        return [partner for partner in self.active if not partner.programs]

    def partner(self, number: int) -> Partner | None:
        """Return a partner by id."""
        return next((partner for partner in self.partners if partner.id == number), None)

    def for_public(self) -> "Manual":
        """Return the public version: without names of people, notes, agreements, and services that are not public."""
        partners = tuple(
            replace(
                partner,
                people=(),
                notes="",
                referrals=(),
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
        """Return the contents as JSON data."""
        return asdict(self, dict_factory=_without_new_blanks)

    def digest(self) -> str:
        """Return a hash of the contents that does not depend on the day."""
        contents = self.to_json() | {"as_of": ""}
        return hashlib.sha256(json.dumps(contents, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
