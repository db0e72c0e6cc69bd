"""The table of shared goals."""

from collections.abc import Iterator, Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.goals.reading import GoalFacts, facts_of
from onestop.ui.lists import Export, Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of
from onestop.ui.sparklines import sparkline


class GoalTable(Table):
    """Goals of an area. Given: ``facts``, what is known of each goal, by its key."""

    row_header = "name"
    caption = _("Shared goals")

    name = tables.Column(verbose_name=_("Goal"))
    standing = tables.Column(accessor="health", verbose_name=_("Status"), order_by="rank")
    now = tables.Column(accessor="pk", verbose_name=_("Now and target"), orderable=False)
    accountable = tables.Column(accessor="pk", verbose_name=_("Accountable"), orderable=False)
    sponsor = tables.Column(accessor="pk", verbose_name=_("Sponsor"), order_by="sponsor__name")
    next_report = tables.Column(accessor="pk", verbose_name=_("Next report"), orderable=False)
    due_on = tables.Column(verbose_name=_("Due"), attrs={"td": {"class": "op-nowrap"}})

    class Meta(Table.Meta):
        sequence = ("name", "standing", "now", "accountable", "sponsor", "next_report", "due_on")

    def _facts(self, record: Any) -> GoalFacts:
        facts: GoalFacts = self.given["facts"][record.pk]
        return facts

    def render_name(self, record: Any) -> SafeString:
        address = address_of("meetings:goal_detail", record.pk)
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>', address, record.name, record.measure
        )

    def render_standing(self, record: Any) -> SafeString:
        return chip(self._facts(record).standing)

    def render_now(self, record: Any) -> SafeString:
        facts = self._facts(record)
        target = float(record.target) if record.target is not None else None
        said, line = facts.now_and_target or "-", sparkline(facts.values, target)
        return format_html('<span class="op-nowrap">{}</span> {}', said, line)

    def render_accountable(self, record: Any) -> str:
        return self._facts(record).accountable or gettext("Nobody yet")

    def render_sponsor(self, record: Any) -> str:
        return self._facts(record).sponsor or gettext("Nobody yet")

    def render_next_report(self, record: Any) -> SafeString | str:
        facts = self._facts(record)
        if facts.next_due is None:
            return "-"
        if facts.is_late:
            return format_html('<span class="op-late op-nowrap">{}</span>', shortday(facts.next_due))
        return format_html('<span class="op-nowrap">{}</span>', shortday(facts.next_due))

    def render_due_on(self, value: Any) -> str:
        return shortday(value)


HEADER = (
    _("Plan"), _("Number"), _("Goal"), _("What is measured"), _("Unit"), _("Status"), _("Why"), _("Baseline"),
    _("Baseline as of"), _("Now"), _("As of"), _("Target"), _("Forecast"), _("Due"), _("Accountable"), _("Sponsor"),
    _("Next report"),
)  # fmt: skip


def _rows(goals: QuerySet[Any]) -> Iterator[Sequence[Any]]:
    found = list(goals)
    facts = facts_of(found, timezone.localdate())
    for goal in found:
        known = facts[goal.pk]
        last = known.known.last
        yield (
            goal.plan.name, goal.position, goal.name, goal.measure, goal.get_unit_display(), known.standing.word,
            known.why, goal.baseline, goal.baseline_on, last.value if last else None, last.on if last else None,
            goal.target, known.known.forecast, goal.due_on, known.accountable, known.sponsor, known.next_due,
        )  # fmt: skip


EXPORT = Export(HEADER, _rows)
