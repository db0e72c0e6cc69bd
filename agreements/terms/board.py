"""The agreements of an area by state, as columns with a few cards each; one query, whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementQuerySet, Party
from agreements.terms.standings import EXPIRING, LAPSED, LASTING, Standing, condition_of, standing_of

MOST = 8  # cards of a column


@dataclass(frozen=True)
class _State:
    """One column: the standing that its list is filtered by, and its label."""

    code: str
    label: str | Promise


STATES = (
    _State("draft", _("Draft")),
    _State("review", _("In review")),
    _State("signing", _("Out for signature")),
    _State(LASTING, _("In force")),
    _State(EXPIRING, _("Expiring")),
    _State(LAPSED, _("Expired")),
)


@dataclass(frozen=True)
class Card:
    """One agreement on the board."""

    agreement: Any
    standing: Standing


@dataclass(frozen=True)
class Column:
    """The agreements in one state: the first of them, and how many there are."""

    state: _State
    cards: Sequence[Card]
    total: int

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.total - len(self.cards)


def board_of(rows: AgreementQuerySet, today: date) -> list[Column]:
    """Return the columns; of each, those that end first."""
    columns = (When(condition_of(state.code, today), then=Value(state.code)) for state in STATES)
    column = Case(*columns, output_field=CharField())
    last = Coalesce("ends_on", "expires_on").asc(nulls_last=True)
    number = Window(RowNumber(), partition_by=F("column"), order_by=[last, F("pk").asc()])
    bound = Party.objects.current().filter(agreement=OuterRef("pk"), left_on=None).order_by().values("agreement")
    parties = Coalesce(Subquery(bound.annotate(number=Count("pk")).values("number")), 0)
    counted: Any = rows.with_terms().annotate(number_of_parties=parties, column=column).filter(column__isnull=False)
    placed = counted.annotate(place=number, total=Window(Count("pk"), partition_by=F("column")))
    found: dict[str, list[Any]] = defaultdict(list)
    for each in placed.filter(place__lte=MOST).order_by("place"):
        found[each.column].append(each)
    return [
        Column(state, [Card(each, standing_of(each, today)) for each in cards], cards[0].total if cards else 0)
        for state in STATES
        for cards in [found[state.code]]
    ]
