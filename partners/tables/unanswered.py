"""The tables of words that people look for and do not find."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import shortday, since
from onestop.ui.row_values import address_of
from onestop.ui.sparklines import sparkline
from partners.models import SearchAnswer, UnansweredQuestion
from partners.search.unanswered_weeks import trend_in_words

HEADER = (_("Words"), _("Times asked"), _("Last asked"), _("What was found"), _("Language"), _("Answer"))
STATE_HEADER = (_("Words"), _("Times asked"), _("Last asked"), _("Areas"))
SHOWN_AREAS = 3


class UnansweredTable(Table):
    """Words of an area. Needs ``one_for_words``, ``with_answers``, and ``weeks``: the weeks of the words, by words."""

    row_header = "words"
    caption = _("Words that people look for and do not find")

    words = tables.Column(verbose_name=_("Words"))
    times = tables.Column(verbose_name=_("Times asked"), attrs={"td": {"class": "is-num"}})
    last_day = tables.Column(verbose_name=_("Last asked"))
    trend = tables.Column(accessor="pk", verbose_name=_("Last 12 weeks"), orderable=False)
    kind = tables.Column(verbose_name=_("What was found"), orderable=False)
    answer = tables.Column(accessor="pk", verbose_name=_("Answer"), orderable=False)

    class Meta(Table.Meta):
        sequence: tuple[str, ...] = ("words", "times", "last_day", "trend", "kind", "answer")

    def render_words(self, record: Any) -> SafeString:
        url = address_of("partners:unanswered_detail", record.pk)
        return format_html('<a class="op-breaks" href="{}">{}</a>', url, record.words)

    def render_last_day(self, value: Any) -> SafeString:
        return format_html('{}<span class="op-table__sub">{}</span>', shortday(value), since(value))

    def render_trend(self, record: Any) -> SafeString:
        weeks = self.given.get("weeks", {}).get(record.words, [])
        return format_html('{}<span class="op-table__sub">{}</span>', sparkline(weeks), trend_in_words(weeks))

    def render_answer(self, record: Any) -> SafeString | str:
        if record.answer_kind:
            return answer_in_words(record.answer_kind)
        url = address_of("partners:unanswered_detail", record.pk)
        return format_html(
            '<a href="{}">{}<span class="visually-hidden">: {}</span></a>', url, gettext("Answer it"), record.words
        )


class UnansweredTableToRead(UnansweredTable):
    """The same for readers who may not answer."""

    def render_answer(self, record: Any) -> str:
        return answer_in_words(record.answer_kind) if record.answer_kind else gettext("None yet")


class StateUnansweredTable(Table):
    """Words of a state. Needs ``one_for_words``, ``weeks``, and ``areas``: the names of areas by words."""

    row_header = "words"
    caption = _("Words that people look for and do not find")

    words = tables.Column(verbose_name=_("Words"))
    times = tables.Column(verbose_name=_("Times asked"), attrs={"td": {"class": "is-num"}})
    last_day = tables.Column(verbose_name=_("Last asked"))
    areas = tables.Column(accessor="pk", verbose_name=_("Areas"), orderable=False)
    trend = tables.Column(accessor="pk", verbose_name=_("Last 12 weeks"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("words", "times", "last_day", "areas", "trend")

    render_last_day = UnansweredTable.render_last_day
    render_trend = UnansweredTable.render_trend

    def render_words(self, record: Any) -> SafeString:
        return format_html('<span class="op-breaks">{}</span>', record.words)

    def render_areas(self, record: Any) -> str:
        names = self.given.get("areas", {}).get(record.words, [])
        rest = len(names) - SHOWN_AREAS
        if rest > 0:
            return gettext("%(areas)s and %(number)d more") % {"areas": ", ".join(names[:SHOWN_AREAS]), "number": rest}
        return ", ".join(names)


def answer_in_words(kind: str) -> str:
    """Return the label of a kind of answer."""
    return str(SearchAnswer.Kind(kind).label)


def rows_of(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the cells of words of an area for the export."""
    for row in rows:
        answer = answer_in_words(row.answer_kind) if row.answer_kind else ""
        kind = UnansweredQuestion.Kind(row.kind).label
        yield [row.words, row.times, row.last_day, str(kind), row.language, answer]
