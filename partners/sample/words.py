"""The glossary and the practices of the sample."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from onestop.accounts.models import User
from partners.glossary import terms
from partners.models import (
    Adoption,
    AdoptionCheck,
    LocalArea,
    Partnership,
    Practice,
    PracticePartner,
    PracticeProgram,
    Program,
    Term,
    Usage,
)
from partners.sample.past import Step
from partners.sample.story import Facts, Story, read
from partners.search.synonyms import refresh_synonyms

TOLD = ("title", "situation", "did", "result", "would_change", "topics")


def load(story: Story) -> None:
    """Create the terms and the practices of each area."""
    programs = {program.code: program for program in Program.objects.all()}
    for slug, area in story.areas.items():
        folder = story.area_facts[slug]["folder"]
        partners = _partners(story, area)
        _make_terms(story, area, read(f"{folder}/glossary.toml")["terms"], partners, programs)
        refresh_synonyms(area)
        for facts in read(f"{folder}/practices.toml")["practices"]:
            _make_practice(story, area, facts, partners, programs)


def _partners(story: Story, area: LocalArea) -> dict[str, Partnership]:
    """Return the area's partners by name and by short name."""
    here = [partnership for partnership, _ in story.partners if partnership.area_id == area.pk]
    named = {partner.organization.name: partner for partner in here}
    return named | {partner.organization.short_name: partner for partner in here if partner.organization.short_name}


# ---------------------------------------------------------------- Terms
def _make_terms(
    story: Story, area: LocalArea, told: list[Facts], partners: dict[str, Partnership], programs: dict[str, Program]
) -> None:
    made = [_term(story, area, facts) for facts in told]
    Term.objects.bulk_create(made)
    usages = [
        (_usage(term, said, partners, programs), said, facts)
        for term, facts in zip(made, told, strict=True)
        for said in facts["usages"]
    ]
    Usage.objects.bulk_create(usage for usage, _, _ in usages)
    for usage, said, facts in usages:
        first = facts.get("first") or facts["written"]
        when, about = (facts["written"], f"changed {usage.term.name}") if "added" in said else (first, usage.term.name)
        story.past.add(usage, at=_at(story, area, when, about), by=story.users[when["by"]])
    for term, facts in zip(made, told, strict=True):
        _tell_past(story, area, term, facts)


def _usage(term: Term, said: Facts, partners: dict[str, Partnership], programs: dict[str, Program]) -> Usage:
    return Usage(
        term=term,
        partnership=partners[said["partner"]] if "partner" in said else None,
        program=programs[said["program"]] if "program" in said else None,
        system=said.get("system", ""),
        wording=said["says"],
        meaning=said.get("means", ""),
        is_synonym=said.get("synonym", True),
        is_search_only=said.get("search_only", False),
    )


def _term(story: Story, area: LocalArea, facts: Facts) -> Term:
    term = Term(
        area=area,
        name=facts["name"],
        abbreviation=facts.get("abbreviation", ""),
        definition=facts["definition"],
        written_by=story.users[facts["written"]["by"]],
        sent_back_because=facts.get("sent_back", {}).get("because", ""),
    )
    _approve(story, area, term, facts)
    return term


def _approve(story: Story, area: LocalArea, term: Term, facts: Facts) -> None:
    if "approved" not in facts:
        return
    agreed = facts.get("agreed", {})
    for name in terms.FACTS:
        setattr(term, f"agreed_{name}", agreed.get(name, getattr(term, name)))
    approved = [said for said in facts["usages"] if "added" not in said and said.get("synonym", True)]
    wordings = [(said["says"], said.get("search_only", False)) for said in approved]
    synonyms = terms.split_synonyms(term, wordings)
    term.agreed_synonyms, term.agreed_search_only = synonyms.explained, synonyms.search_only
    term.approved_by = story.users[facts["approved"]["by"]]
    term.approved_at = _at(story, area, facts["approved"], f"approved {term.name}")
    term.status = Term.Status.DRAFT if agreed else Term.Status.APPROVED


def _tell_past(story: Story, area: LocalArea, term: Term, facts: Facts) -> None:
    """Add the history of a term: written, approved, and perhaps changed or sent back."""
    since: Facts = facts.get("first") or facts["written"]
    before: dict[str, Any] = {"status": Term.Status.DRAFT, "approved_by_id": None, "approved_at": None}
    before |= {f"agreed_{name}": "" for name in terms.FACTS} | {"agreed_synonyms": [], "agreed_search_only": []}
    steps = []
    if "agreed" in facts:
        first_by = story.users[since["by"]]
        was = facts["agreed"] | {"status": Term.Status.APPROVED, "written_by_id": first_by.pk}
        steps.append(_step(story, area, facts["written"], f"changed {term.name}", was))
    if term.approved_at:
        steps.append(Step(term.approved_at, term.approved_by, before))
    if "sent_back" in facts:
        steps.append(_step(story, area, facts["sent_back"], f"back {term.name}", {"sent_back_because": ""}))
    story.past.add(term, at=_at(story, area, since, term.name), by=story.users[since["by"]], steps=steps)


def _step(story: Story, area: LocalArea, told: Facts, about: str, was: dict[str, Any]) -> Step:
    return Step(_at(story, area, told, about), story.users[told["by"]], was)


def _at(story: Story, area: LocalArea, told: Facts, about: str) -> Any:
    return story.moment(told["days"], about, area.zone)


# ---------------------------------------------------------------- Practices
def _make_practice(
    story: Story, area: LocalArea, facts: Facts, partners: dict[str, Partnership], programs: dict[str, Program]
) -> None:
    by: User = story.users[facts["written"]["by"]]
    at = _at(story, area, facts["written"], facts["title"])
    practice = Practice.objects.create(
        area=area,
        **{name: facts[name] for name in TOLD if name in facts},
        happened_on=_month(story.today, facts["months"]),
        told_by=partners[facts["told_by"]] if "told_by" in facts else None,
        written_by=by,
    )
    of_partners = [PracticePartner(practice=practice, partnership=partners[name]) for name in facts.get("partners", ())]
    of_programs = [PracticeProgram(practice=practice, program=programs[code]) for code in facts.get("programs", ())]
    PracticePartner.objects.bulk_create(of_partners)
    PracticeProgram.objects.bulk_create(of_programs)
    for row in (practice, *of_partners, *of_programs):
        story.past.add(row, at=at, by=by)
    adoptions: dict[str, Adoption] = {}
    checks = facts.get("checks", ())
    planned = {told["partner"]: told for told in checks if "next" in told}
    for told in facts.get("adopted", ()):
        check = planned.get(told["partner"])
        adoption = adoptions[told["partner"]] = Adoption.objects.create(
            practice=practice,
            partnership=partners[told["partner"]],
            adopted_on=story.day(told["days"]),
            note=told.get("note", ""),
            check_on=story.today + timedelta(days=check["next"]) if check else None,
        )
        told_at = _at(story, area, told, f"{practice.title} {told['partner']}")
        steps = [_step(story, area, check, _about(practice, check), {"check_on": None})] if check else []
        story.past.add(adoption, at=told_at, by=story.users[told["by"]], steps=steps)
    if checks:
        _make_checks(story, area, adoptions, checks)


def _about(practice: Practice, check: Facts) -> str:
    return f"check {practice.title} {check['partner']}"


def _make_checks(story: Story, area: LocalArea, adoptions: dict[str, Adoption], checks: Sequence[Facts]) -> None:
    made = []
    for told in checks:
        adoption = adoptions[told["partner"]]
        by, at = story.users[told["by"]], _at(story, area, told, _about(adoption.practice, told))
        check = AdoptionCheck(
            adoption=adoption, checked_on=story.day(told["days"]), checked_name=by.name, recorded_by=by, recorded_at=at,
            **{name: told[name] for name in ("result", "helps", "observed")},
        )  # fmt: skip
        made.append(check)
    AdoptionCheck.objects.bulk_create(made)
    for check in made:
        story.past.add(check, at=check.recorded_at, by=check.recorded_by)


def _month(today: date, ago: int) -> date:
    return (today - relativedelta(months=ago)).replace(day=1)
