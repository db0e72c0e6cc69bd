"""The table of responsibilities: what each party owes, and whether it is kept."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.responsibilities.drift import Judgment, State
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of, label_of


class ResponsibilityTable(Table):
    """Promises of agreements in force. Needs their names, with_evidence and ``state``; see ``judged_table``."""

    row_header = "promise"
    judgments: Mapping[int, Judgment] = {}
    caption = gettext_lazy("Responsibilities")

    promise = tables.Column(accessor="kind", verbose_name=gettext_lazy("Promise"))
    party = tables.Column(accessor="party__name", verbose_name=gettext_lazy("Party"), empty_values=())
    agreement = tables.Column(
        accessor="agreement__number", verbose_name=gettext_lazy("Agreement"), attrs={"td": {"class": "op-nowrap"}}
    )
    state = tables.Column(verbose_name=gettext_lazy("State"))
    evidence = tables.Column(accessor="evidence_number", verbose_name=gettext_lazy("Evidence"))

    class Meta(Table.Meta):
        sequence = ("promise", "party", "agreement", "state", "evidence")

    def judgment_of(self, record: Any) -> Judgment:
        """Return whether a promise is kept."""
        return self.judgments.get(record.pk, Judgment(State.UNCHECKED))

    def render_promise(self, record: Any) -> SafeString:
        url = address_of("agreements:promise_detail", record.pk)
        kind = format_html('<span class="op-table__sub">{}</span>', label_of(record, "kind"))
        return format_html('<a href="{}">{}</a>{}', url, str(record), kind)

    def value_promise(self, record: Any) -> str:
        return str(record)

    def render_party(self, record: Any) -> SafeString | str:
        if record.party.partnership_id is None:
            return str(record.party)
        url = address_of("partners:partnership_detail", record.party.partnership_id)
        return format_html('<a href="{}">{}</a>', url, str(record.party))

    def value_party(self, record: Any) -> str:
        return str(record.party)

    def render_agreement(self, record: Any) -> SafeString:
        url = address_of("agreements:agreement_detail", record.agreement_id)
        return format_html('<a href="{}">{}</a>', url, record.agreement.number)

    def value_agreement(self, record: Any) -> str:
        return str(record.agreement.number)

    def render_state(self, record: Any) -> SafeString:
        judgment = self.judgment_of(record)
        if not judgment.words:
            return chip(judgment)
        return format_html('{}<span class="op-table__sub">{}</span>', chip(judgment), judgment.words)

    def value_state(self, record: Any) -> str:
        judgment = self.judgment_of(record)
        return f"{judgment.word}: {judgment.words}" if judgment.words else judgment.word

    def render_evidence(self, record: Any) -> SafeString | str:
        number = record.evidence_number
        if not number:
            return _("None yet")
        words = ngettext("%(number)d piece", "%(number)d pieces", number) % {"number": number}
        last = _("Last: %(day)s") % {"day": shortday(record.evidence_on)}
        return format_html('{}<span class="op-table__sub">{}</span>', words, last)

    def value_evidence(self, record: Any) -> int:
        return int(record.evidence_number)

    def order_party(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower(Coalesce("party__partnership__organization__name", "party__name"))
        return queryset.order_by(name.desc() if is_descending else name.asc(), "agreement", "pk"), True

    def order_state(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        # As words they sort as broken, kept, unchecked: what is not kept comes first.
        return queryset.order_by("-state" if is_descending else "state", "party", "pk"), True


def judged_table(known: Mapping[int, Judgment]) -> type[ResponsibilityTable]:
    """Return the table of promises with these judgments, for its page and its export."""

    class Judged(ResponsibilityTable):
        judgments = known

    return Judged
