"""Gaps in how an area covers the required programs, as to-do items."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.sentences import join_words
from onestop.ui.todo import LATER, SOON, TodoItem
from partners.coverage.legal_rules import ACCESS_TO_ALL, APPROVED_ADDITIONAL, TITLE_I_IS_PRESENT, named
from partners.coverage.matrix import Coverage
from partners.todo.lines import NAMED, see_all


def missing_in(coverage: Coverage) -> Iterator[TodoItem]:
    """Yield the gaps in how the area covers the required programs."""
    page = reverse("partners:coverage", args=[coverage.area.slug])
    yield from _contradictions(coverage)
    for center in coverage.comprehensive:
        if missing := coverage.unreached_at(center):
            yield TodoItem(
                SOON,
                "signpost-split",
                _("%(center)s has no recorded access to %(programs)s")
                % {"center": center.name, "programs": named(missing)},
                _("A comprehensive center must give access to every required program (%(law)s).")
                % {"law": ACCESS_TO_ALL.law},
                f"{page}?center={center.pk}&show=gaps",
                _("Record access"),
            )
        if coverage.title_i_days(center) is None:
            yield TodoItem(
                SOON,
                "person-x",
                _("%(center)s has no recorded Title I staff") % {"center": center.name},
                _("A comprehensive center must have at least one Title I staff person (%(law)s).")
                % {"law": TITLE_I_IS_PRESENT.law},
                page,
                _("Review coverage"),
            )
    yield from _uncovered_programs(coverage, page)
    yield from _unapproved_partners(coverage)


def _contradictions(coverage: Coverage) -> Iterator[TodoItem]:
    for row in coverage.contradicted:
        why = ngettext(
            "%(partners)s carries it out. Correct the decision or the partner's programs.",
            "%(partners)s carry it out. Correct the decision or the partners' programs.",
            len(row.partners),
        )
        yield TodoItem(
            SOON,
            "intersect",
            _("%(program)s has a partner, but a decision says that it needs none")
            % {"program": row.program.short_name},
            why % {"partners": join_words(partner.organization.name for partner in row.partners)},
            reverse("partners:coverage_program", args=[coverage.area.slug, row.program.code]),
            _("Correct the record"),
        )


def _unapproved_partners(coverage: Coverage) -> Iterator[TodoItem]:
    partners = coverage.unapproved
    if not partners:
        return
    what = ngettext(
        "%(number)d additional partner has no recorded approval",
        "%(number)d additional partners have no recorded approval",
        len(partners),
    )
    yield TodoItem(
        LATER,
        "patch-question",
        what % {"number": len(partners)},
        _("The board and the chief elected official approve each additional partner (%(law)s).")
        % {"law": APPROVED_ADDITIONAL.law},
        reverse("partners:partnership_list", args=[coverage.area.slug]) + "?attention=unapproved",
        _("Record the approvals"),
    )


def _uncovered_programs(coverage: Coverage, page: str) -> Iterator[TodoItem]:
    area = coverage.area
    for row in coverage.gaps[:NAMED]:
        program, prospect = row.program, next(iter(row.prospects), None)
        if prospect:
            yield TodoItem(
                LATER,
                "ui-checks-grid",
                _("%(program)s has no active partner") % {"program": program.short_name},
                _("%(partner)s is prospective. Make it an active partner when it carries out the program.")
                % {"partner": prospect.organization.name},
                reverse("partners:partnership_detail", args=[prospect.pk]),
                _("Review the partner"),
            )
            continue
        yield TodoItem(
            LATER,
            "ui-checks-grid",
            _("%(program)s has no partner") % {"program": program.short_name},
            _("Required program. Record the decision on it in %(area)s, or add a partner (%(law)s).")
            % {"area": area.name, "law": program.legal_source},
            reverse("partners:coverage_program", args=[area.slug, program.code]),
            _("Record a decision"),
            reverse("partners:decision_add", args=[area.slug, program.code]),
        )
    if rest := coverage.gaps[NAMED:]:
        what = ngettext(
            "%(number)d more required program has no partner",
            "%(number)d more required programs have no partner",
            len(rest),
        ) % {"number": len(rest)}
        why = ", ".join(row.program.short_name for row in rest) + "."
        yield see_all(LATER, what, f"{page}?show=gaps", _("Review all gaps"), why)
