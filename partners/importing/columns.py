"""The fields of imports, their titles in files, and the mapping of columns to fields."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import TextChoices

from partners.importing import cells
from partners.models import (
    AccessibilityFeature,
    ColumnMapping,
    LocalArea,
    Organization,
    Partnership,
    Presence,
    Rhythm,
    Service,
)


@dataclass(frozen=True)
class Field:
    """A field that a column can hold."""

    code: str
    label: str
    reader: str = "line"
    longest: int = 0
    part: str = ""  # what the field belongs to: organization, partnership, contact, place, service, new_partner, link
    attribute: str = ""  # its attribute name, if it differs from the code
    required: bool = False
    choices: type[TextChoices] | None = None
    words: tuple[str, ...] = ()  # other column titles for it
    more: tuple[tuple[str, str], ...] = ()  # other words for its choices
    hint: str = ""

    @property
    def name(self) -> str:
        """Return the attribute that the field fills."""
        return self.attribute or self.code

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the labels of its choices."""
        return {value: str(label) for value, label in self.choices.choices} if self.choices else {}

    @property
    def joiner(self) -> str:
        """Return the separator if several columns hold this field."""
        if self.reader in ("choices", "list", "programs", "centers", "places", "phone"):
            return "; "
        return "\n" if self.reader == "long" else ", " if self.code == "street" else " "


PUBLIC_KINDS = (
    ("government", "local"), ("county", "local"), ("city", "local"), ("state", "state"), ("non profit", "nonprofit"),
    ("501c3", "nonprofit"), ("cbo", "nonprofit"), ("community based organization", "nonprofit"),
    ("college", "education"), ("school", "education"), ("university", "education"), ("church", "faith"),
    ("tribe", "tribal"), ("union", "labor"), ("employer", "business"), ("company", "business"),
)  # fmt: skip
STATUS_WORDS = (
    ("current", "active"),
    ("signed", "active"),
    ("inactive", "ended"),
    ("former", "ended"),
    ("on hold", "paused"),
)
FRAMEWORK_WORDS = (
    ("one stop", "one_stop"),
    ("hosted", "hosted"),
    ("external", "external"),
    ("by one stop staff", "one_stop"),
    ("hosted by the partner within the one stop", "hosted"),
    ("external at the provider", "external"),
)
COMMITMENT_WORDS = (
    ("co located", "colocated"), ("colocation", "colocated"), ("on site", "colocated"), ("referrals", "referral"),
    ("presence", "presence"), ("itinerant", "presence"), ("part time", "presence"), ("technology", "linkage"),
)  # fmt: skip
ACCESS_WORDS = (
    ("wheelchair", "step_free"), ("wheelchair accessible", "step_free"), ("disabled parking", "parking"),
    ("handicap parking", "parking"), ("disabled_parking", "parking"), ("lift", "elevator"),
    ("tape_braille", "braille"), ("accessible toilet", "restroom"), ("bus", "transit"),
)  # fmt: skip
MODE_WORDS = (
    ("telephone", "phone"), ("virtual", "video"), ("zoom", "video"), ("web", "online"), ("website", "online"),
    ("onsite", "in_person"), ("walk in", "in_person"), ("home visit", "home"), ("workshop", "group"), ("class", "group"),
)  # fmt: skip
AID_WORDS = (
    ("interpreter", "asl"), ("sign language", "asl"), ("deaf_interpreter", "asl"), ("captions", "captioning"),
    ("cart", "captioning"), ("transportation", "transport"), ("day care", "childcare"), ("evening hours", "flexible"),
)  # fmt: skip
GROUP_WORDS = (
    ("anyone", "everyone"), ("anybody", "everyone"), ("everybody", "everyone"), ("all", "everyone"),
    ("general public", "everyone"), ("job seekers", "everyone"), ("adult", "adults"), ("young people", "youth"),
    ("young adults", "youth"), ("teens", "youth"), ("students", "youth"), ("out of school youth", "youth"),
    ("people with disabilities", "disability"), ("persons with disabilities", "disability"), ("disabled", "disability"),
    ("disabilities", "disability"), ("individuals with disabilities", "disability"), ("veteran", "veterans"),
    ("military", "veterans"), ("military families", "veterans"), ("seniors", "older"), ("older adults", "older"),
    ("older workers", "older"), ("55+", "older"), ("dislocated workers", "laid_off"), ("laid off workers", "laid_off"),
    ("unemployed", "laid_off"), ("reentry", "returning"), ("ex offenders", "returning"), ("formerly incarcerated", "returning"),
    ("justice involved", "returning"), ("returning citizens", "returning"), ("low income", "low_income"),
    ("low income families", "low_income"), ("tanf recipients", "low_income"), ("families", "low_income"),
    ("english learners", "english"), ("english language learners", "english"), ("immigrants", "english"),
    ("refugees", "english"), ("migrant workers", "farmworkers"), ("migrant and seasonal farmworkers", "farmworkers"),
    ("native americans", "native"), ("tribal members", "native"), ("businesses", "employers"), ("business", "employers"),
)  # fmt: skip

PLACE_FIELDS = (
    Field("street", "Street address", "line", 200, "place",
          words=("address", "address 1", "address 2", "street", "street 1", "mailing address", "physical address", "full address")),
    Field("city", "City", "line", 100, "place", words=("town", "municipality")),
    Field("state_code", "State", "state", 2, "place", words=("state code", "st", "state province", "province")),
    Field("postal_code", "ZIP code", "zip", 10, "place", words=("zip", "postal code", "zipcode", "zip 4")),
)  # fmt: skip

PARTNER_FIELDS = (
    Field("name", "Partner", "line", 200, "organization", required=True,
          words=("organization", "organisation", "organization name", "agency", "agency name", "partner name",
                 "partner agency", "partner organization", "name", "company", "entity", "provider", "party")),
    Field("short_name", "Short name", "line", 60, "organization",
          words=("acronym", "abbreviation", "known as", "alternate name")),
    Field("kind", "Kind of organization", "choice", 20, "organization", choices=Organization.Kind, more=PUBLIC_KINDS,
          words=("type", "organization type", "agency type", "kind", "sector", "legal status")),
    Field("description", "What they do", "long", 0, "organization",
          words=("description", "about", "mission", "purpose", "services offered")),
    Field("website", "Website", "website", 300, "organization", words=("web", "url", "web site", "homepage", "web address", "site")),
    Field("phone", "Phone", "phone", 40, "organization",
          words=("telephone", "main phone", "office phone", "phone number", "tel", "agency phone")),
    Field("email", "Email", "email", 254, "organization",
          words=("email", "general email", "office email", "agency email", "organization email", "email address")),
    Field("programs", "Programs", "programs", 0, "partnership",
          words=("program", "required program", "programs carried", "wioa program", "partner program", "funding stream",
                 "program 1", "program 2", "program 3", "required partner program", "title")),
    Field("status", "Status", "choice", 20, "partnership", choices=Partnership.Status, more=STATUS_WORDS,
          words=("partner status", "partnership status")),
    Field("since", "Partner since", "date", 0, "partnership", words=("since", "start date", "joined", "date joined", "partnership start")),
    Field("ended_on", "Ended on", "date", 0, "partnership", words=("end date", "ended", "left on")),
    Field("framework", "Framework", "choice", 20, "partnership", choices=Partnership.Framework, more=FRAMEWORK_WORDS,
          words=("implementation framework", "delivery", "how services are provided")),
    Field("commitment", "Commitment", "choice", 20, "partnership", choices=Partnership.Commitment, more=COMMITMENT_WORDS,
          words=("level of commitment", "commitment level", "access", "presence")),
    Field("board_approved_on", "Approved by the board on", "date", 0, "partnership",
          words=("board approval", "board approved", "wdb approval date")),
    Field("official_approved_on", "Approved by the chief elected official on", "date", 0, "partnership",
          words=("ceo approval", "ceo approved", "leo approval date")),
    Field("official", "Chief elected official", "line", 150, "partnership", words=("ceo", "local elected official", "leo")),
    Field("approval_source", "Source of the approval", "line", 300, "partnership", words=("approval minutes",)),
    Field("counties_served", "Counties served", "line", 300, "partnership",
          words=("counties", "county", "area served", "service area", "coverage", "region")),
    Field("notes", "Notes", "long", 0, "partnership", words=("note", "comments", "comment", "remarks")),
    Field("contact_name", "Main representative", "line", 150, "contact", "name",
          words=("contact", "contact name", "contact person", "representative", "primary contact", "main contact", "first name",
                 "last name", "point of contact", "poc", "signatory", "director", "manager")),
    Field("contact_title", "Representative's title", "line", 150, "contact", "job_title",
          words=("job title", "contact title", "position", "role")),
    Field("contact_email", "Representative's email", "email", 254, "contact", "email",
          words=("contact email", "representative email", "primary email", "contact e mail address")),
    Field("contact_phone", "Representative's phone", "phone", 40, "contact", "phone",
          words=("contact phone", "representative phone", "direct phone", "cell", "mobile", "cell phone")),
    Field("contact_signs", "Representative may sign", "yesno", 0, "contact", "is_signatory",
          words=("may sign agreements", "may sign", "is signatory")),
    Field("place_name", "Location", "line", 150, "place", "name",
          words=("location name", "site name", "office", "branch", "building")),
    *PLACE_FIELDS,
)  # fmt: skip

SERVICE_FIELDS = (
    Field("partner", "Partner", "line", 200, "link", required=True,
          words=("organization", "organization name", "agency", "agency name", "partner name", "provider", "provider name",
                 "partner organization", "offered by", "partner agency", "company")),
    Field("name", "Service", "line", 200, "service", required=True,
          words=("service name", "name", "name of service", "title", "program name", "activity")),
    Field("number", "Portal number", "number", 0, "link", words=("our number", "our id"),
          hint="Identifies an exported service, even under a new name."),
    Field("source_key", "Key", "line", 120, "service", words=("id", "source key", "service id", "external id", "record id"),
          hint="The number of the service in your own system. Later imports find the service by it."),
    Field("description", "Description", "long", 0, "service", words=("what it is", "description", "about", "details", "summary", "service description")),
    Field("kind", "Kind of service", "choice", 20, "service", choices=Service.Kind,
          more=(("career", "basic"), ("basic career services", "basic"), ("individualized", "individualized"),
                ("follow up services", "follow_up"), ("training services", "training"), ("supportive services", "supportive"),
                ("support", "supportive"), ("youth services", "youth"), ("business services", "business"), ("employer", "business")),
          words=("type", "kind", "service type", "category", "type of service")),
    Field("audience", "Who it serves", "long", 0, "service",
          words=("whom it serves", "audience", "population", "target population", "population served", "who it serves", "customers")),
    Field("groups", "Groups served", "choices", 0, "service", choices=Service.Group, more=GROUP_WORDS,
          words=("made for", "groups", "group", "target groups", "target group", "populations")),
    Field("eligibility", "Who qualifies", "long", 0, "service", words=("eligibility", "requirements", "eligibility criteria", "qualifications")),
    Field("documents", "What to bring", "long", 0, "service",
          words=("documents", "required documents", "documents required", "documentation", "bring")),
    Field("cost", "Cost", "line", 300, "service", words=("fees", "fee", "price", "costs", "charge")),
    Field("how_to_get_in", "How to get in", "long", 0, "service",
          words=("application process", "how to apply", "intake", "intake procedure", "access", "referral process", "how to access")),
    Field("hours", "Days and hours", "line", 300, "service", words=("hours", "schedule", "days", "times", "opening hours", "when")),
    Field("wait_time", "Usual wait", "line", 120, "service", words=("wait time", "wait", "waiting list", "waitlist")),
    Field("languages", "Languages", "list", 60, "service", words=("language", "languages spoken")),
    Field("modes", "How it is offered", "choices", 0, "service", choices=Service.Mode, more=MODE_WORDS,
          words=("how it is given", "mode", "modes", "delivery", "delivery method", "format", "modality")),
    Field("accommodations", "Accommodations", "choices", 0, "service", choices=Service.Accommodation, more=AID_WORDS,
          words=("accommodation", "accommodations for people with disabilities")),
    Field("programs", "Programs", "programs", 0, "service", words=("program", "wioa program", "required program", "funded by program")),
    Field("funding_sources", "Funding sources", "list", 120, "service", words=("funding", "funding source", "funder", "funders")),
    Field("keywords", "Keywords", "list", 120, "service", words=("tags", "keyword", "topics", "taxonomy", "taxonomy terms")),
    Field("phone", "Phone", "phone", 120, "service", words=("telephone", "phone number", "tel", "contact phone", "service phone")),
    Field("email", "Email", "email", 254, "service", words=("email", "contact email", "email address", "service email")),
    Field("website", "Website", "website", 300, "service", words=("web", "url", "link", "web site", "web address")),
    Field("is_public", "In the public directory", "yesno", 0, "service",
          words=("public", "show in the public directory", "is public", "published", "visible")),
    Field("status", "Service status", "status", 0, "link", words=("state of the service", "status", "active")),
    Field("centers", "Centers", "centers", 0, "link", words=("center", "one stop center", "job center", "american job center", "career center")),
    Field("places", "Locations", "places", 150, "link", words=("location", "location name", "site", "site name", "office", "place", "where")),
    *PLACE_FIELDS,
    Field("place_phone", "Phone of the location", "phone", 40, "place", "phone", words=("location phone", "site phone")),
    Field("place_hours", "Hours of the location", "line", 200, "place", "hours", words=("location hours", "office hours")),
    Field("accessibility", "Accessibility", "choices", 0, "place", choices=AccessibilityFeature, more=ACCESS_WORDS,
          words=("accessible", "ada", "accessibility features", "disability access")),
    Field("directions", "Directions", "long", 0, "place", words=("how to get there", "transportation", "transit", "parking")),
    Field("partner_description", "New partner: what they do", "long", 0, "new_partner", "description"),
    Field("partner_website", "New partner: website", "website", 300, "new_partner", "website", words=("organization website", "agency website")),
    Field("partner_email", "New partner: email", "email", 254, "new_partner", "email", words=("organization email", "agency email")),
    Field("partner_phone", "New partner: phone", "phone", 40, "new_partner", "phone", words=("organization phone", "agency phone")),
)  # fmt: skip

TERM_FIELDS = (
    Field("name", "Term", "line", 120, "term", required=True,
          words=("concept", "word", "agreed wording", "wording for all", "common term", "term name", "name")),
    Field("abbreviation", "Abbreviation", "line", 30, "term", words=("short form", "acronym", "short name")),
    Field("definition", "Definition", "long", 0, "term",
          words=("what it means", "what it means here", "agreed definition", "common definition", "description")),
    Field("system", "Used by", "line", 200, "usage",
          words=("who says it", "system", "partner", "agency", "organization", "program", "said by", "who says so", "whose", "source")),
    Field("wording", "Their wording", "line", 120, "usage",
          words=("how they say it", "wording", "their term", "their word", "local term", "also called")),
    Field("meaning", "Their meaning", "long", 0, "usage", words=("what they mean by it", "meaning", "their definition")),
    Field("is_synonym", "Search synonym", "yesno", 0, "usage", words=("people may look for it by this word", "synonym", "is synonym", "findable")),
    Field("is_search_only", "Search only", "yesno", 0, "usage", words=("is search only", "only for searches", "not explained", "do not explain")),
)  # fmt: skip

RHYTHM_WORDS = (
    ("weekly", "weekly"), ("every", "weekly"), ("1st", "first"), ("2nd", "second"), ("3rd", "third"), ("4th", "fourth"),
    ("first", "first"), ("second", "second"), ("third", "third"), ("fourth", "fourth"), ("last", "last"),
)  # fmt: skip
WAY_WORDS = (
    ("on site", "in_person"), ("onsite", "in_person"), ("physically present", "in_person"), ("video", "linkage"),
    ("direct linkage", "linkage"), ("phone", "linkage"), ("by video", "linkage"), ("by phone", "linkage"),
    ("virtual", "linkage"), ("remote", "linkage"),
)  # fmt: skip

PRESENCE_FIELDS = (
    Field("number", "Portal number", "number", 0, "link", words=("our number", "our id"),
          hint="Identifies exported hours, even at another time."),
    Field("partner", "Partner", "line", 200, "link", required=True,
          words=("organization", "organization name", "agency", "agency name", "partner name", "partner agency", "program", "name")),
    Field("center", "Center", "line", 150, "link", required=True,
          words=("one stop center", "job center", "american job center", "career center", "location", "site", "office", "where")),
    Field("weekdays", "Weekdays", "line", 120, "link", required=True,
          words=("weekday", "day", "days", "days of the week", "day of the week", "when", "day of week"),
          hint="Mon, Wed; Mon-Fri; 1st & 3rd Tue."),
    Field("starts_at", "From", "line", 40, "link", words=("start", "start time", "starts", "begin", "time in", "in", "opens")),
    Field("ends_at", "Until", "line", 40, "link", words=("end", "end time", "ends", "to", "time out", "out", "till", "closes")),
    Field("hours", "Hours", "line", 80, "link", words=("time", "times", "schedule", "hours on site"), hint="9-12; 8:30am to 4pm."),
    Field("rhythm", "In which weeks", "choice", 10, "presence", choices=Rhythm, more=RHYTHM_WORDS,
          words=("rhythm", "weeks", "frequency", "how often", "recurrence")),
    Field("way", "How", "choice", 10, "presence", choices=Presence.Way, more=WAY_WORDS,
          words=("mode", "access", "in person or by video", "method", "how they are there")),
    Field("who", "Who is there", "line", 150, "presence", words=("who", "staff", "person", "contact", "staff member", "staff name")),
    Field("desk", "Where in the building", "line", 150, "presence", words=("desk", "room", "cubicle", "office number", "space")),
    Field("phone", "Phone on site", "phone", 40, "presence", words=("phone there", "phone", "telephone", "extension", "desk phone")),
    Field("begins_on", "First day", "date", 0, "presence", words=("start date", "begins", "effective", "from date", "since")),
    Field("ends_on", "Last day", "date", 0, "presence", words=("end date", "through", "to date", "until date")),
    Field("note", "Note", "line", 300, "presence", words=("notes", "comment", "comments", "remarks")),
)  # fmt: skip

FIELDS = {"partners": PARTNER_FIELDS, "services": SERVICE_FIELDS, "terms": TERM_FIELDS, "presence": PRESENCE_FIELDS}


def fields_by_code(kind: str) -> dict[str, Field]:
    """Return the fields of a kind of file by code."""
    return {field.code: field for field in FIELDS[kind]}


def template_header(kind: str) -> list[str]:
    """Return the header of a template file."""
    left_out = {"services": ("number", "source_key", "status"), "presence": ("number", "hours")}.get(kind, ())
    return [field.label for field in FIELDS[kind] if field.code not in left_out and field.part != "new_partner"]


# ---------------------------------------------------------------- Guessing
def guess_mapping(kind: str, header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[str]:
    """Return the code of the most likely field of each column, or an empty string."""
    mapping = [""] * len(header)
    taken: set[str] = set()
    titles = [cells.key(re.sub(r" \(\d+\)$", "", title)) for title in header]
    for rank in (_own_titles(kind), _other_titles(kind)):
        for column, title in enumerate(titles):
            code = rank.get(title, "")
            several = code in ("programs", "street", "contact_name") and kind == "partners"
            if code and not mapping[column] and (code not in taken or several):
                mapping[column] = code
                taken.add(code)
    for column, values in enumerate(samples):
        if not mapping[column]:
            code = _guess_from_values(kind, values)
            if code in fields_by_code(kind) and code not in taken:
                mapping[column] = code
                taken.add(code)
    return mapping


def _own_titles(kind: str) -> dict[str, str]:
    return {cells.key(title): field.code for field in FIELDS[kind] for title in (field.label, field.code)}


def _other_titles(kind: str) -> dict[str, str]:
    titles: dict[str, str] = {}
    for field in FIELDS[kind]:
        for word in field.words:
            titles.setdefault(cells.key(word), field.code)
    return titles


SHAPES = (
    (r"[^@\s]+@[^@\s]+\.[a-z]{2,}", "email"),
    (r"(https?://)?(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.(org|com|gov|edu|net|us)(/\S*)?", "website"),
    (r"\(?\d{3}\)?[-. ]+\d{3}[-. ]+\d{4}.*", "phone"),
    (r"\d{5}(-\d{4})?", "postal_code"),
)


def _guess_from_values(kind: str, values: Sequence[str]) -> str:
    if not values or kind == "terms":  # the values of a glossary have no typical format
        return ""
    for shape, code in SHAPES:
        if all(re.fullmatch(shape, value.strip(), re.IGNORECASE) for value in values):
            return "contact_email" if code == "email" and kind == "partners" else code
    return ""


def missing_fields(kind: str, mapping: Sequence[str]) -> list[Field]:
    """Return the required fields that no column holds."""
    return [field for field in FIELDS[kind] if field.required and field.code not in mapping]


# ---------------------------------------------------------------- Remembering
def header_key(header: Sequence[str]) -> str:
    """Return a hash of a header, regardless of the order of its columns."""
    return hashlib.sha256("\n".join(sorted(cells.fold(title) for title in header)).encode()).hexdigest()


def remember_mapping(
    area: LocalArea, kind: str, header: Sequence[str], mapping: Sequence[str], *, at: datetime
) -> None:
    """Save the mapping of a header in this area."""
    ColumnMapping.objects.update_or_create(
        area=area,
        kind=kind,
        header_key=header_key(header),
        defaults={"mapping": {cells.fold(t): code for t, code in zip(header, mapping, strict=True)}, "used_at": at},
    )


def remembered_mapping(area: LocalArea, kind: str, header: Sequence[str]) -> list[str] | None:
    """Return the saved mapping of a header, or None."""
    kept = ColumnMapping.objects.filter(area=area, kind=kind, header_key=header_key(header)).first()
    if kept is None:
        return None
    known = fields_by_code(kind)
    codes = [kept.mapping.get(cells.fold(title), "") for title in header]
    return [code if code in known else "" for code in codes]
