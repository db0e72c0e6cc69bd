"""The table of shared goals."""

from collections.abc import Iterator, Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from meetings.goals.reading import GoalFacts, facts_of, health_standing
from meetings.plans.reading import serving_by_goal
from onestop.ui.lists import Export, Table
from onestop.ui.markup import format_html, format_html_join
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


SERVING = 5  # area goals that a row names; the page of the goal has all


def _chip(goal: Any) -> SafeString:
    return chip(health_standing(goal.health))


class StateGoalTable(GoalTable):
    """Goals of a state. Given also: ``serving``, the area goals that serve each goal, by its key."""

    caption = _("Goals of the state")
    sponsor = None
    serving = tables.Column(accessor="pk", verbose_name=_("Area goals that serve it"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("name", "standing", "now", "serving", "accountable", "next_report", "due_on")

    def render_serving(self, record: Any) -> SafeString | str:
        goals = self.given["serving"].get(record.pk, [])
        if not goals:
            return gettext("None yet")
        rows = ((each.plan.area.name, each.get_absolute_url(), each.name, _chip(each)) for each in goals[:SERVING])
        items = format_html_join("", '<li>{}: <a href="{}">{}</a> {}</li>', rows)
        if rest := len(goals) - SERVING if len(goals) > SERVING else 0:
            words = ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}
            items += format_html('<li><a href="{}#served-by">{}</a></li>', record.get_absolute_url(), words)
        return format_html('<ul class="op-plainlist">{}</ul>', items)


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


def state_export(user: Any) -> Export:
    """Return the export of the goals of a state: a row for each area goal that serves one, as far as a person sees."""

    def rows(goals: QuerySet[Any]) -> Iterator[Sequence[Any]]:
        serving = serving_by_goal([goal.pk for goal in goals], user)
        for goal, row in zip(goals, _rows(goals), strict=True):
            found: list[Any] = [*serving.get(goal.pk, [])]
            served = [(each.plan.area.name, each.name, each.get_health_display()) for each in found]
            yield from ((*row, *each) for each in served or [("", "", "")])

    return Export((*HEADER, _("Local area"), _("Area goal that serves it"), _("Status of the area goal")), rows)
