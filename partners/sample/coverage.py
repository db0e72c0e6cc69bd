"""Decisions on required programs, and access to programs in each center."""

from typing import Any

from onestop.ui.presentation import shortday
from partners.models import LocalArea, Partnership, Presence, Program, ProgramAccess, ProgramDecision
from partners.sample.past import Step
from partners.sample.story import Facts, Story, read


def load(story: Story) -> None:
    """Create decisions and accesses, but no access by staff who are on the co-location schedule."""
    programs = {program.code: program for program in Program.objects.all()}
    for slug, area in story.areas.items():
        facts = read(f"{story.area_facts[slug]['folder']}/coverage.toml")
        for decision in facts.get("decisions", []):
            _decide(story, area, programs[decision["program"]], decision)
        names = {partner.organization.name: partner for partner, _ in story.partners if partner.area_id == area.pk}
        in_person = Presence.objects.in_use().in_person().filter(center__area=area)
        there = set(in_person.values_list("partnership_id", "center_id"))
        told = [
            (row, access)
            for access in facts.get("accesses", [])
            for code in access["programs"]
            if not _is_on_site(row := _access(story, area, names, programs[code], access), there)
        ]
        ProgramAccess.objects.bulk_create(row for row, _ in told)
        for row, access in told:
            _tell_past(story, area, row, access)


def _decide(story: Story, area: LocalArea, program: Program, facts: Facts) -> None:
    on = story.day(facts["decided"])
    row = ProgramDecision.objects.create(
        area=area,
        program=program,
        kind=facts["kind"],
        agreement_with=facts.get("with", ""),
        decided_on=on,
        decided_by=facts["by"],
        reason=facts["reason"],
        source=facts["source"].format(day=shortday(on)),
    )
    days = facts["recorded"]
    about = f"decision {area.slug} {program.code}"
    story.past.add(row, at=story.moment(days, about, area.zone), by=story.coordinator(area, days, about))


def _is_on_site(row: ProgramAccess, there: set[tuple[int, int]]) -> bool:
    """Return whether the access is by the partner's own staff, whom the schedule shows in the center anyway."""
    return row.mode == "staff" and (row.partnership_id, row.center_id) in there


def _access(
    story: Story, area: LocalArea, names: dict[str, Partnership], program: Program, facts: Facts
) -> ProgramAccess:
    return ProgramAccess(
        program=program,
        center=story.centers[area.pk, facts["center"]],
        partnership=names[facts["partner"]],
        mode=facts["mode"],
        who=facts["who"],
        host=names[facts["host"]] if "host" in facts else None,
        trained_on=story.day(facts["trained"]) if "trained" in facts else None,
        medium=facts.get("medium", ""),
        within_minutes=facts.get("minutes"),
        note=facts.get("note", ""),
    )


def _tell_past(story: Story, area: LocalArea, row: ProgramAccess, facts: Facts) -> None:
    days, about = facts["recorded"], f"access {row.center} {row.program.code} {row.mode}"
    steps: list[Any] = [
        Step(story.moment(step["days"], f"{about} {step['days']}", area.zone), story.users[step["by"]], step["was"])
        for step in facts.get("past", [])
    ]
    by = story.coordinator(area, days, about)
    story.past.add(row, at=story.moment(days, about, area.zone), by=by, steps=steps)
