"""What is missing in how an area covers the required programs, as things to do."""

from collections.abc import Iterator

from django.urls import reverse

from onestop.ui.todo import LATER, SOON, TodoItem
from partners.coverage.legal_rules import ACCESS_TO_ALL, TITLE_I_IS_PRESENT, named
from partners.coverage.matrix import Coverage
from partners.models import Partnership
from partners.todo.lines import NAMED


def missing_in(coverage: Coverage) -> Iterator[TodoItem]:
    """Yield what is missing in how the area covers the required programs."""
    page = reverse("partners:coverage", args=[coverage.area.slug])
    yield from _contradictions(coverage)
    for center in coverage.comprehensive:
        if missing := coverage.unreached_at(center):
            yield TodoItem(
                SOON,
                "signpost-split",
                f"People at {center.name} do not get to {named(missing)}",
                f"No way to {'it' if len(missing) == 1 else 'them'} is on record ({ACCESS_TO_ALL.law}).",
                f"{page}?center={center.pk}&show=gaps",
                "Say how",
            )
        if coverage.title_i_days(center) is None:
            yield TodoItem(
                SOON,
                "person-x",
                f"No staff of Title I is on record at {center.name}",
                f"A comprehensive center has at least one ({TITLE_I_IS_PRESENT.law}).",
                page,
                "Look at it",
            )
    yield from _uncovered_programs(coverage, page)


def _contradictions(coverage: Coverage) -> Iterator[TodoItem]:
    for row in coverage.contradicted:
        url = reverse("partners:coverage_program", args=[coverage.area.slug, row.program.code])
        names = _named_partners(row.partners)
        yield TodoItem(
            SOON,
            "intersect",
            f"{row.program.short_name} is carried, though on record as not carried out here",
            f"{names} {'carries' if len(row.partners) == 1 else 'carry'} it. One of the two is wrong.",
            url,
            "Put it right",
        )


def _named_partners(partners: list[Partnership]) -> str:
    """Return partners as a sentence has them."""
    return " and ".join(partner.organization.name for partner in partners)


def _uncovered_programs(coverage: Coverage, page: str) -> Iterator[TodoItem]:
    area = coverage.area
    for row in coverage.gaps[:NAMED]:
        program, prospect = row.program, next(iter(row.prospects), None)
        if prospect:
            yield TodoItem(
                LATER,
                "ui-checks-grid",
                f"No partner carries {program.short_name} yet",
                f"{prospect.organization.name} is prospective. Make it an active partner when it carries the program.",
                reverse("partners:partnership_detail", args=[prospect.pk]),
                "Look at it",
            )
            continue
        yield TodoItem(
            LATER,
            "ui-checks-grid",
            f"No partner carries {program.short_name}",
            f"A required program ({program.legal_source}). Add who carries it, or record that it is not carried out in "
            f"{area.name}.",
            reverse("partners:coverage_program", args=[area.slug, program.code]),
            "Add a partner",
            reverse("partners:partnership_add", args=[area.slug]) + f"?program={program.code}",
        )
    if rest := coverage.gaps[NAMED:]:
        yield TodoItem(
            LATER,
            "ui-checks-grid",
            f"{len(rest)} more required program{' has' if len(rest) == 1 else 's have'} no partner here",
            ", ".join(row.program.short_name for row in rest) + ".",
            f"{page}?show=gaps",
            "See all",
        )
