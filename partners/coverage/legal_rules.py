"""The legal rules for the coverage of an area: each in a sentence, with its citation.

Update them here when the law changes; ``docs/coverage-rules.md`` names the code and the test of each rule.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.checklist import MET, MISSING, PART, Check, Rule
from onestop.ui.sentences import join_words
from partners.coverage.matrix import (
    AGREEMENT,
    BUSINESS_DAYS,
    EXEMPTED,
    NOT_CARRIED_OUT,
    Coverage,
    Row,
    weekdays_in_words,
)
from partners.coverage.wagner_peyser import OPEN_HOURS, AffiliateSite
from partners.models import Center

NAMED = 4  # the most programs named in a sentence; more are counted

COVERED_OR_DECIDED = Rule(
    _(
        "Every required program has a partner or a recorded decision: it is covered by agreement with another "
        "organization, it is not carried out in the area, or the Governor exempts TANF."
    ),
    "20 CFR 678.400(b), 678.405, 678.415(a)",
)
AGREEMENT_NAMES_ITS_SIDE = Rule(
    _("An agreement that covers a required program names the organization that provides access to it."),
    "20 CFR 678.400(b)",
)
ONLY_TANF_IS_EXEMPTED = Rule(_("The Governor can exempt only TANF."), "20 CFR 678.405(b)")
EXEMPTED_MAY_TAKE_PART = Rule(_("An exempt TANF program may still choose to participate."), "20 CFR 678.405(c)")
NOT_CARRIED_OUT_NEEDS_NONE = Rule(
    _(
        "A program that is not carried out in the area needs no partner there. A program with a partner counts as "
        "carried out."
    ),
    "20 CFR 678.415(a)",
)
EACH_RECIPIENT_COUNTS = Rule(
    _("The partner is the entity that receives or administers the program's funds. Each recipient counts."),
    "20 CFR 678.415",
)
ONE_COMPREHENSIVE_CENTER = Rule(_("The area has at least one comprehensive center."), "20 CFR 678.300(c)")
ACCESS_TO_ALL = Rule(
    _("A comprehensive center provides access to every required program that is carried out in the area."),
    "20 CFR 678.305(a), (b)(4)",
)
TITLE_I_IS_PRESENT = Rule(
    _("At least one Title I staff person is physically present in the comprehensive center."), "20 CFR 678.305(a)"
)
ON_BUSINESS_DAYS = Rule(_("Access to each program is available on regular business days."), "20 CFR 678.305(c)")
OWN_STAFF = Rule(_("Program staff are physically present in the center."), "20 CFR 678.305(d)(1)")
TRAINED_STAFF = Rule(
    _("Staff of another partner in the center who are trained to give information about the program provide access."),
    "20 CFR 678.305(d)(2)",
)
DIRECT_LINKAGE = Rule(
    _(
        "A direct linkage connects people with program staff in real time, within a reasonable time. A phone number, a "
        "website or a pamphlet alone is not a direct linkage."
    ),
    "20 CFR 678.305(d)(3)",
)
ACCESS_TO_ADDITIONAL = Rule(
    _("A comprehensive center also provides access to the programs of additional partners."), "20 CFR 678.305(b)(4)"
)
OTHER_CENTERS_ARE_FREE = Rule(
    _("Affiliate and specialized centers do not have to provide access to every program."),
    "20 CFR 678.310(a), 678.320",
)
APPROVED_ADDITIONAL = Rule(
    _(
        "The board and the chief elected official approve each additional partner. Checked: each active partner "
        "without a required program has both approvals on record."
    ),
    "20 CFR 678.410(a)",
)
NO_OFFICE_OF_ITS_OWN = Rule(
    _(
        "Wagner-Peyser employment services are provided in a comprehensive or affiliate center, not in an office of "
        "their own. Checked: the address of each location of a Wagner-Peyser partner against those of the centers."
    ),
    "20 CFR 678.315(a)",
)
COMPANY_IN_AFFILIATES = Rule(
    _(
        "In an affiliate center with Wagner-Peyser services, staff of other partners are present more than half of "
        "the time. Checked: their hours on the co-location schedule, together, against a week of 40 hours. Partners "
        "of unemployment compensation and of veterans' programs do not count."
    ),
    "20 CFR 678.315(b)",
)
RULES = {name: value for name, value in list(globals().items()) if isinstance(value, Rule)}

# Who the partner is for programs whose partner the law names; for all others, the general rule.
WHO_IS_PARTNER = _(
    "The partner is the grant recipient or the entity that administers the program's funds here, not a service "
    "provider under contract. If there is no such entity, it is the State agency (20 CFR 678.415(a))."
)
PARTNER_NOTES = {
    "aefla": _(
        "The partner is the State's eligible agency. It may delegate this to local providers (20 CFR 678.415(b))."
    ),
    "vocational-rehabilitation": _("The partner is the designated State agency or unit (20 CFR 678.415(c))."),
    "native-american": _(
        "The partner is the program's grantee (20 CFR 678.415(d)). Its infrastructure contribution is agreed in the "
        "memorandum of understanding and never set by the Governor (20 CFR 678.730(c)(1))."
    ),
    "youthbuild": _("The partner is the program's grantee (20 CFR 678.415(d))."),
    "nfjp": _("The partner is the program's grantee (20 CFR 678.415(d))."),
    "job-corps": _("The partner is the Job Corps center (20 CFR 678.415(d))."),
    "perkins": _("The partners are the postsecondary recipients, or a consortium of them (20 CFR 678.415(e))."),
    "tanf": _(
        "A required partner, unless the Governor determines otherwise and notifies the Secretaries of Labor and of "
        "Health and Human Services in writing (20 CFR 678.405)."
    ),
}


def partner_note(code: str) -> str:
    """Return who the partner is for a program, with the citation."""
    return str(PARTNER_NOTES.get(code, WHO_IS_PARTNER))


def checks_of(coverage: Coverage) -> list[Check]:
    """Return how an area meets each rule that its records can show."""
    return [
        *_of_programs(coverage),
        *_of_additional_partners(coverage),
        *_of_centers(coverage),
        *_of_wagner_peyser(coverage),
    ]


def _of_programs(coverage: Coverage) -> Iterator[Check]:
    address = reverse("partners:coverage", args=[coverage.area.slug])
    law = COVERED_OR_DECIDED.law
    if coverage.gaps:
        what = gettext("No partner and no decision: %(programs)s") % {"programs": named(coverage.gaps)}
        yield Check(MISSING, what, gettext("Add a partner or record a decision."), law, f"{address}?show=gaps")
    else:
        yield Check(MET, gettext("Every required program has a partner or a decision"), "", law)
    if coverage.contradicted:
        what = gettext("A partner, but also a decision that none is needed: %(programs)s")
        yield Check(
            PART,
            what % {"programs": named(coverage.contradicted)},
            gettext("Withdraw the decision, or remove the program from the partner."),
            NOT_CARRIED_OUT_NEEDS_NONE.law,
            f"{address}?show=gaps",
        )
    if coverage.agreements_over:
        what = gettext("Covered by agreement with a partner that is no longer active: %(programs)s")
        yield Check(
            PART,
            what % {"programs": named(coverage.agreements_over)},
            gettext("Edit the decision, or add a partner."),
            AGREEMENT_NAMES_ITS_SIDE.law,
            f"{address}?show=gaps",
        )


def _of_additional_partners(coverage: Coverage) -> Iterator[Check]:
    law = APPROVED_ADDITIONAL.law
    if coverage.unapproved:
        names = shortened([partner.organization.name for partner in coverage.unapproved])
        number = len(coverage.unapproved)
        what = ngettext(
            "%(number)s additional partner without a recorded approval: %(partners)s",
            "%(number)s additional partners without a recorded approval: %(partners)s",
            number,
        ) % {"number": number, "partners": names}
        where = gettext("Record on which days the board and the chief elected official approved them.")
        url = reverse("partners:partnership_list", args=[coverage.area.slug]) + "?attention=unapproved"
        yield Check(MISSING, what, where, law, url)
    elif coverage.joined:
        what = gettext("The board and the chief elected official approved every additional partner")
        yield Check(MET, what, "", law)


def _of_wagner_peyser(coverage: Coverage) -> Iterator[Check]:
    facts, law = coverage.wagner_peyser, NO_OFFICE_OF_ITS_OWN.law
    if not facts.is_here:
        return
    for office in facts.offices:
        url = reverse("partners:location_detail", args=[office.location.pk])
        values = {"location": office.location.name, "partner": office.location.organization.name}
        if office.has_services:
            what = gettext("%(location)s (%(partner)s): Wagner-Peyser services outside a center") % values
            where = gettext("Move these services to a comprehensive or affiliate center.")
            yield Check(MISSING, what, where, law, url)
        else:
            what = gettext("%(location)s (%(partner)s): an office of a Wagner-Peyser partner outside a center") % values
            where = gettext("Check that it provides no Wagner-Peyser services. None is recorded there.")
            yield Check(PART, what, where, law, url)
    if not facts.offices:
        yield Check(MET, gettext("No Wagner-Peyser office outside a center"), "", law)
    for site in facts.affiliates:
        yield _company(site)


def _company(site: AffiliateSite) -> Check:
    values = {"center": site.center.name, "hours": f"{site.hours:.4g}", "open": OPEN_HOURS}
    if site.is_met:
        what = gettext("%(center)s: other partners are with Wagner-Peyser staff more than half of the time") % values
        return Check(MET, what, "", COMPANY_IN_AFFILIATES.law)
    what = gettext("%(center)s: other partners are on the schedule for %(hours)s of %(open)s hours a week") % values
    where = gettext("With Wagner-Peyser services there, other partners must be present more than half of the time.")
    url = reverse("partners:center_detail", args=[site.center.pk])
    return Check(PART, what, where, COMPANY_IN_AFFILIATES.law, url)


def _of_centers(coverage: Coverage) -> Iterator[Check]:
    if not coverage.comprehensive:
        what = gettext("The area has no comprehensive center")
        where = gettext("Add one, or set the kind of one of the centers to comprehensive.")
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
    values = {"center": center.name, "reached": len(owed) - len(missing), "number": len(owed)}
    if not missing:
        what = gettext("%(center)s: access to all %(number)s required programs carried out here")
        return Check(MET, what % values, "", law)
    url = reverse("partners:coverage", args=[coverage.area.slug]) + f"?center={center.pk}&show=gaps"
    what = gettext("%(center)s: access to %(reached)s of %(number)s required programs")
    where = gettext("No access to %(programs)s.") % {"programs": named(missing)}
    return Check(MISSING, what % values, where, law, url)


def _title_i(coverage: Coverage, center: Center) -> Check:
    days = coverage.title_i_days(center)
    law = TITLE_I_IS_PRESENT.law
    values = {"center": center.name}
    if days is None:
        where = gettext("No Title I staff are on its schedule or recorded as program staff there.")
        return Check(MISSING, gettext("%(center)s: no Title I staff") % values, where, law)
    if away := BUSINESS_DAYS - days:
        where = gettext("No Title I staff on the schedule: %(days)s.") % {"days": weekdays_in_words(away)}
        return Check(PART, gettext("%(center)s: Title I staff on some days only") % values, where, law)
    return Check(MET, gettext("%(center)s: Title I staff from Monday to Friday") % values, "", law)


def _business_days(coverage: Coverage, center: Center) -> Iterator[Check]:
    short = [row for row, cell in coverage.cells_at(center) if cell.days_without]
    if short:
        what = ngettext(
            "%(center)s: access to %(number)s program on some business days only",
            "%(center)s: access to %(number)s programs on some business days only",
            len(short),
        )
        where = gettext("Record access for the other days: %(programs)s.") % {"programs": named(short)}
        yield Check(PART, what % {"center": center.name, "number": len(short)}, where, ON_BUSINESS_DAYS.law)


def _additional(coverage: Coverage, center: Center) -> Iterator[Check]:
    cells = coverage.cells_at(center, coverage.additional)
    missing = [row for row, cell in cells if row.partners and not cell.holding]
    if missing:
        what = gettext("%(center)s: no recorded access to %(programs)s")
        where = gettext("Additional programs are not counted above.")
        yield Check(PART, what % {"center": center.name, "programs": named(missing)}, where, ACCESS_TO_ADDITIONAL.law)


def named(rows: list[Row], *, in_full: bool = False) -> str:
    """Return the names of programs as a list within a sentence; those beyond a few are counted."""
    return shortened([row.program.name if in_full else row.program.short_name for row in rows])


def shortened(names: list[str]) -> str:
    """Return names as a list within a sentence; those beyond a few are counted."""
    if len(names) > NAMED:
        number = len(names) - NAMED + 1
        names = [*names[: NAMED - 1], ngettext("%(number)s more", "%(number)s more", number) % {"number": number}]
    return join_words(names)


# ---------------------------------------------------------------- The summary
def answer_of(coverage: Coverage) -> str:
    """Return the coverage in one line: "17 of 19 required programs covered, 1 exempted, 1 gap"."""
    counts = {"covered": len(coverage.covered), "required": len(coverage.required)}
    parts = [gettext("%(covered)s of %(required)s required programs covered") % counts]
    if number := len(coverage.standing_so(AGREEMENT)):
        parts.append(gettext("%(number)s covered by agreement") % {"number": number})
    if number := len(coverage.standing_so(NOT_CARRIED_OUT)):
        parts.append(gettext("%(number)s not carried out in this area") % {"number": number})
    if number := len(coverage.standing_so(EXEMPTED)):
        parts.append(gettext("%(number)s exempted") % {"number": number})
    number = len(coverage.gaps)
    gaps = ngettext("%(number)s gap", "%(number)s gaps", number) if number else gettext("no gaps")
    parts.append(gaps % {"number": number})
    return ", ".join(parts)


def told(coverage: Coverage) -> list[str]:
    """Return the coverage in a few plain sentences, for people who do not know the law."""
    sentence = ngettext(
        "The law requires %(required)s programs. %(covered)s of them has a partner in %(area)s.",
        "The law requires %(required)s programs. %(covered)s of them have a partner in %(area)s.",
        len(coverage.covered),
    )
    counts = {"required": len(coverage.required), "covered": len(coverage.covered)}
    sentences = [sentence % (counts | {"area": coverage.area.name})]
    for row in coverage.standing_so(AGREEMENT):
        values = {"program": row.program.name, "organization": row.decision.organization_name if row.decision else ""}
        sentences.append(gettext("%(program)s is covered by agreement with %(organization)s.") % values)
    if rows := coverage.standing_so(NOT_CARRIED_OUT):
        names = named(rows, in_full=True)
        sentences.append(
            gettext("Not carried out in this area, so no partner is needed: %(programs)s.") % {"programs": names}
        )
    if rows := coverage.standing_so(EXEMPTED):
        names = named(rows, in_full=True)
        sentences.append(gettext("Exempted by the Governor: %(programs)s.") % {"programs": names})
    if rows := coverage.gaps:
        sentences.append(gettext("No partner yet: %(programs)s.") % {"programs": named(rows, in_full=True)})
    for center in coverage.comprehensive:
        if rows := coverage.unreached_at(center):
            values = {"center": center.name, "programs": named(rows, in_full=True)}
            sentences.append(gettext("%(center)s has no recorded access to %(programs)s.") % values)
    if len(sentences) == 1 and not coverage.needs_attention:
        sentences.append(gettext("Nothing is missing."))
    return sentences
