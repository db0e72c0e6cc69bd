"""The rules of the law by which the coverage of an area is judged: each in a sentence, with where it stands.

When the law changes, it is corrected here; ``docs/coverage-rules.md`` names for each rule the code and the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from partners.coverage.matrix import BUSINESS_DAYS, EXEMPTED, NOT_CARRIED_OUT, Coverage, Row, weekdays_in_words
from partners.models import Center

MET, PART, MISSING = "met", "part", "missing"
NAMED = 4  # so many programs are named; more are counted


@dataclass(frozen=True)
class Rule:
    """One rule, in words for people, and its citation."""

    sentence: str
    law: str


COVERED_OR_DECIDED = Rule(
    "Each required program has a partner, unless it is not carried out in the area or the Governor exempts TANF.",
    "20 CFR 678.400(b), 678.405, 678.415(a)",
)
ONLY_TANF_IS_EXEMPTED = Rule("The Governor can exempt TANF, and no other program.", "20 CFR 678.405(b)")
EXEMPTED_MAY_TAKE_PART = Rule("An exempted TANF program may still take part by choice.", "20 CFR 678.405(c)")
NOT_CARRIED_OUT_NEEDS_NONE = Rule(
    "A program that is not carried out in the area needs no partner there; if a partner carries it, it is.",
    "20 CFR 678.415(a)",
)
EACH_RECIPIENT_COUNTS = Rule(
    "The partner is who receives or administers the program's funds; each recipient counts.", "20 CFR 678.415"
)
ONE_COMPREHENSIVE_CENTER = Rule("The area has at least one comprehensive center.", "20 CFR 678.300(c)")
ACCESS_TO_ALL = Rule(
    "In a comprehensive center people get to each required program that is carried out in the area.",
    "20 CFR 678.305(a), (b)(4)",
)
TITLE_I_IS_PRESENT = Rule("At least one staff person of Title I is in the comprehensive center.", "20 CFR 678.305(a)")
ON_BUSINESS_DAYS = Rule("People get to each program on regular business days.", "20 CFR 678.305(c)")
OWN_STAFF = Rule("Own staff are people of the program who are in the center.", "20 CFR 678.305(d)(1)")
TRAINED_STAFF = Rule(
    "Staff of another partner who are in the center and are trained to inform about the program also give access.",
    "20 CFR 678.305(d)(2)",
)
DIRECT_LINKAGE = Rule(
    "A direct linkage reaches a person of the program in real time, within a reasonable time; a number, a website or "
    "a leaflet alone is none.",
    "20 CFR 678.305(d)(3)",
)
ACCESS_TO_ADDITIONAL = Rule(
    "In a comprehensive center people get to the programs of additional partners too.", "20 CFR 678.305(b)(4)"
)
OTHER_CENTERS_ARE_FREE = Rule(
    "Affiliate and specialized centers need not give access to every program.", "20 CFR 678.310(a), 678.320"
)
RULES = {name: value for name, value in list(globals().items()) if isinstance(value, Rule)}

# Who the partner is for programs of which the law says so by name; for all others the first sentence holds.
WHO_IS_PARTNER = (
    "The partner is the grant recipient or the body that administers the program's funds here, not a provider under "
    "contract. Where there is no such body, it is the State agency (20 CFR 678.415(a))."
)
PARTNER_NOTES = {
    "aefla": "The partner is the State's eligible agency; it may delegate this to local providers (20 CFR 678.415(b)).",
    "vocational-rehabilitation": "The partner is the designated State agency or unit (20 CFR 678.415(c)).",
    "native-american": "The partner is the program's grantee (20 CFR 678.415(d)). What it pays toward infrastructure "
    "is agreed in the memorandum of understanding, never set by the Governor (20 CFR 678.730(c)(1)).",
    "youthbuild": "The partner is the program's grantee (20 CFR 678.415(d)).",
    "nfjp": "The partner is the program's grantee (20 CFR 678.415(d)).",
    "job-corps": "The partner is the Job Corps center (20 CFR 678.415(d)).",
    "perkins": "The partners are the postsecondary recipients, or a consortium of them (20 CFR 678.415(e)).",
    "tanf": "A required partner, unless the Governor determines otherwise and tells the Secretaries of Labor and of "
    "Health and Human Services in writing (20 CFR 678.405).",
}


def partner_note(code: str) -> str:
    """Return who the partner is for a program, in words, with the law."""
    return PARTNER_NOTES.get(code, WHO_IS_PARTNER)


@dataclass(frozen=True)
class Check:
    """How an area stands with one rule: met, partly met (part) or missing."""

    state: str
    what: str
    where: str
    law: str
    url: str = ""


def checks_of(coverage: Coverage) -> list[Check]:
    """Return how an area stands with each rule that can be seen in its records."""
    return [*_of_programs(coverage), *_of_centers(coverage)]


def _of_programs(coverage: Coverage) -> Iterator[Check]:
    address = reverse("partners:coverage", args=[coverage.area.slug])
    law = COVERED_OR_DECIDED.law
    if coverage.gaps:
        what = f"No partner for {named(coverage.gaps)}, and no decision says why"
        yield Check(MISSING, what, "Add who carries it, or record the decision.", law, f"{address}?show=gaps")
    else:
        yield Check(MET, "Each required program has a partner, or a decision says why not", "", law)
    if coverage.contradicted:
        what = f"{named(coverage.contradicted)}: carried here, though decided not to be"
        yield Check(PART, what, "Withdraw the decision.", NOT_CARRIED_OUT_NEEDS_NONE.law, f"{address}?show=gaps")


def _of_centers(coverage: Coverage) -> Iterator[Check]:
    if not coverage.comprehensive:
        what, where = "The area has no comprehensive center", "Add it, or say which of the centers it is."
        url = reverse("partners:center_list", args=[coverage.area.slug])
        yield Check(MISSING, what, where, ONE_COMPREHENSIVE_CENTER.law, url)
    for center in coverage.comprehensive:
        yield _access_to_all(coverage, center)
        yield _title_i(coverage, center)
        yield from _business_days(coverage, center)
        yield from _additional(coverage, center)


def _access_to_all(coverage: Coverage, center: Center) -> Check:
    owed = [row for row, cell in coverage.cells_at(center) if cell.is_owed]
    missing = coverage.unreached_at(center)
    law = ACCESS_TO_ALL.law
    if not missing:
        return Check(MET, f"{center.name}: people get to all {len(owed)} required programs carried out here", "", law)
    url = reverse("partners:coverage", args=[coverage.area.slug]) + f"?center={center.pk}&show=gaps"
    what = f"{center.name}: people get to {len(owed) - len(missing)} of {len(owed)} required programs"
    return Check(MISSING, what, f"No access to {named(missing)}.", law, url)


def _title_i(coverage: Coverage, center: Center) -> Check:
    days = coverage.title_i_days(center)
    law = TITLE_I_IS_PRESENT.law
    if days is None:
        where = "Nobody of a Title I program is on its schedule or on record as own staff there."
        return Check(MISSING, f"{center.name}: no Title I staff", where, law)
    if away := BUSINESS_DAYS - days:
        where = f"On {weekdays_in_words(away)} nobody of Title I is on the schedule."
        return Check(PART, f"{center.name}: Title I staff on some days only", where, law)
    return Check(MET, f"{center.name}: Title I staff are there from Monday to Friday", "", law)


def _business_days(coverage: Coverage, center: Center) -> Iterator[Check]:
    short = [row for row, cell in coverage.cells_at(center) if cell.days_without]
    if short:
        number = "1 program" if len(short) == 1 else f"{len(short)} programs"
        what = f"{center.name}: {number} open to people on some business days only"
        where = f"{named(short)}. Say how people get to them on the other days."
        yield Check(PART, what, where, ON_BUSINESS_DAYS.law)


def _additional(coverage: Coverage, center: Center) -> Iterator[Check]:
    cells = coverage.cells_at(center, coverage.additional)
    missing = [row for row, cell in cells if row.partners and not cell.holding]
    if missing:
        what = f"{center.name}: no access on record to {named(missing)}"
        yield Check(PART, what, "Additional, so it is not counted above.", ACCESS_TO_ADDITIONAL.law)


def named(rows: list[Row], *, in_full: bool = False) -> str:
    """Return programs as a sentence has them; what is beyond a few is counted."""
    names = [row.program.name if in_full else row.program.short_name for row in rows]
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


# ---------------------------------------------------------------- The answer in words
def answer_of(coverage: Coverage) -> str:
    """Return the coverage in one line: "17 of 19 covered, 1 not carried out here, 1 gap"."""
    said = [f"{len(coverage.covered)} of {len(coverage.required)} covered"]
    if number := len(coverage.standing_so(NOT_CARRIED_OUT)):
        said.append(f"{number} not carried out here")
    if number := len(coverage.standing_so(EXEMPTED)):
        said.append(f"{number} exempted")
    number = len(coverage.gaps)
    said.append("no gap" if not number else "1 gap" if number == 1 else f"{number} gaps")
    return ", ".join(said)


def told(coverage: Coverage) -> list[str]:
    """Tell the coverage in a few plain sentences, for people who do not know the law."""
    area = coverage.area.name
    covered, required = len(coverage.covered), len(coverage.required)
    have = "has" if covered == 1 else "have"
    said = [f"The law brings {required} programs together. {covered} of them {have} a partner in {area}."]
    if rows := coverage.standing_so(NOT_CARRIED_OUT):
        said.append(f"Not carried out here, and so not missing: {named(rows, in_full=True)}.")
    if rows := coverage.standing_so(EXEMPTED):
        said.append(f"Exempted by the Governor: {named(rows, in_full=True)}.")
    if rows := coverage.gaps:
        said.append(f"Nobody has joined yet for {named(rows, in_full=True)}.")
    for center in coverage.comprehensive:
        if rows := coverage.unreached_at(center):
            said.append(f"What people at {center.name} cannot get to yet: {named(rows, in_full=True)}.")
    if len(said) == 1 and not coverage.needs_attention:
        said.append("Nothing is missing.")
    return said
