"""Required programs with and without a partner, and functions that depend on one person."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.sentences import join_words
from onestop.ui.small_queries import read_together
from partners.coverage.matrix import Coverage
from partners.coverage.matrix import Row as ProgramRow
from partners.models import LocalArea
from partners.network.attention import attention_in
from partners.network.summary import AreaSummary, network_of, summarize, summary_parts

LABEL = gettext_lazy("Program coverage")
HELP = gettext_lazy("Which required programs have a partner, and what the rules still ask for.")


def network_in(area: LocalArea, today: date) -> tuple[Coverage, AreaSummary]:
    """Return the coverage of an area with its counts; a fixed number of queries."""
    network = network_of(area, today=today)
    return network.coverage, summarize(network, *read_together(summary_parts(network, today=today)))


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; a fixed number of queries."""
    coverage, counts = network_in(area, today)
    facts = {"covered": counts.covered, "required": counts.required}
    sentences = [_("%(covered)d of %(required)d required programs have a partner.") % facts]
    if counts.risks:
        words = ngettext(
            "%(risks)d function depends on one person. If that person leaves, the work stops.",
            "%(risks)d functions depend on one person. If that person leaves, the work stops.",
            counts.risks,
        )
        sentences.append(words % {"risks": counts.risks})
    attention = attention_in(coverage, today)
    open_rows = [row for row in coverage.required if not row.partners]
    return Section(
        str(_("Program coverage")),
        sentences,
        [
            Table(
                _("What the rules ask for"),
                [_("What"), _("Source")],
                [Row([each.text, each.law], each.url) for each in attention],
            ),
            Table(_("Required programs without a partner"), [_("Program"), _("Decision")], list(map(_row, open_rows))),
            Table(
                _("Required programs with a partner"),
                [_("Program"), _("Partners")],
                [_partners_of(row) for row in coverage.required if row.partners],
            ),
        ],
        why=_("Federal law names the programs that customers must reach through the One-Stop (20 CFR 678.400)."),
        url=reverse("partners:coverage", args=[area.slug]),
        source=_("Program coverage"),
    )


def _row(row: ProgramRow) -> Row:
    decision = row.decision.in_words if row.decision else _("None: a partner is missing")
    return Row([row.program.name, decision], reverse("partners:program_detail", args=[row.program.code]))


def _partners_of(row: ProgramRow) -> Row:
    names = join_words(partner.organization.name for partner in row.partners)
    return Row([row.program.name, names], reverse("partners:program_detail", args=[row.program.code]))
