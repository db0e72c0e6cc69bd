"""The network as rows: what each partner is tied by, in words; its ties; and the pairs that never met."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.dashboards.network.measures import Measures
from onestop.dashboards.network.ties import Network, Node, Pair, Tie
from onestop.ui.sentences import join_words
from partners.network.shared_work import SharedThing, shared_kinds

PARTNER_HEADER = (
    gettext_lazy("Partner"), gettext_lazy("Ties"), gettext_lazy("Strongest with"), gettext_lazy("Through"),
    gettext_lazy("Joins others"), gettext_lazy("Share of ways between others"), gettext_lazy("Cut off if it leaves"),
)  # fmt: skip
STRANGER_HEADER = (gettext_lazy("Partner"), gettext_lazy("Has not met"))
MOST_NAMED = 12
TIE_HEADER = (
    gettext_lazy("Partner"), gettext_lazy("Tied with"), gettext_lazy("Through"), gettext_lazy("Things"),
    gettext_lazy("Kinds"), gettext_lazy("Since"),
)  # fmt: skip


@dataclass(frozen=True)
class PartnerRow:
    """One partner in the table of the network."""

    pk: int
    name: str
    ties: int
    strongest: str
    through: str
    things: int
    joins: float
    joins_words: str | Promise
    cut_off: Sequence[str]

    @property
    def cut(self) -> int:
        """How many partners would be cut off if it left."""
        return len(self.cut_off)


def count_in_words(counts: Counter[str]) -> str:
    """Return how many things there are of each kind: "4 agreements, 11 meetings"."""
    found = []
    for kind in shared_kinds():
        if number := counts[kind.code]:
            found.append(f"{number} {kind.one if number == 1 else kind.many}")
    return ", ".join(found)


def partner_rows(measures: Measures) -> list[PartnerRow]:
    """Return the partners, the one with the most ties first, then by name."""
    network = measures.network
    rows = [_partner_row(node, measures) for node in network.nodes.values()]
    return sorted(rows, key=lambda row: (-row.ties, row.name.lower(), row.pk))


def _partner_row(node: Node, measures: Measures) -> PartnerRow:
    network = measures.network
    ties = network.ties_of[node.pk]
    things = network.things_of(node.pk)
    return PartnerRow(
        pk=node.pk,
        name=node.name,
        ties=len(ties),
        strongest=network.nodes[ties[0].other(node.pk)].name if ties else "",
        through=count_in_words(Counter(thing.kind for thing in things)),
        things=len(things),
        joins=measures.joins[node.pk],
        joins_words=measures.joins_in_words(node.pk),
        cut_off=names_of(network, measures.cut_off.get(node.pk, ())),
    )


def names_of(network: Network, pks: Iterable[int]) -> list[str]:
    """Return the names of partners, in order."""
    return sorted((network.nodes[pk].name for pk in pks), key=str.lower)


def export_partners(rows: Sequence[PartnerRow]) -> Iterator[list[Any]]:
    """Yield a row for each partner."""
    for row in rows:
        yield [
            row.name, row.ties, row.strongest, row.through, str(row.joins_words), round(row.joins, 4),
            "; ".join(row.cut_off),
        ]  # fmt: skip


def export_ties(network: Network) -> Iterator[list[Any]]:
    """Yield a row for each tie, by the names of its partners."""
    named = [(network.nodes[tie.pair[0]].name, network.nodes[tie.pair[1]].name, tie) for tie in network.ties.values()]
    for one, two, tie in sorted(named, key=lambda row: (row[0].lower(), row[1].lower(), row[2].pair)):
        yield [one, two, count_in_words(tie.counts), len(tie.things), len(tie.counts), tie.first_on]


@dataclass(frozen=True)
class NamedThing:
    """A thing that two partners share; without name and page, if the person may not see it."""

    kind: str | Promise
    name: str
    url: str
    first_on: date
    last_on: date | None


@dataclass(frozen=True)
class TieRow:
    """One tie of a partner: with whom, through what, since when, and the things themselves."""

    pk: int
    name: str
    through: str
    first_on: date
    kinds: int
    things: Sequence[NamedThing]


def tie_rows(network: Network, pk: int, visible: set[tuple[str, int]]) -> list[TieRow]:
    """Return the ties of a partner, the strongest first."""
    return [_tie_row(network, pk, tie, visible) for tie in network.ties_of.get(pk, ())]


def _tie_row(network: Network, pk: int, tie: Tie, visible: set[tuple[str, int]]) -> TieRow:
    other = network.nodes[tie.other(pk)]
    things = sorted(tie.things, key=lambda thing: (thing.first_on, thing.kind, thing.key), reverse=True)
    named = [_named(thing, (thing.kind, thing.key) in visible) for thing in things]
    return TieRow(other.pk, other.name, count_in_words(tie.counts), tie.first_on, len(tie.counts), named)


def _named(thing: SharedThing, is_visible: bool) -> NamedThing:
    kind = next(kind for kind in shared_kinds() if kind.code == thing.kind)
    label = str(kind.one).capitalize()
    if not is_visible:
        hidden = _("Only its participants see its name")
        return NamedThing(label, hidden, "", thing.first_on, thing.last_on)
    return NamedThing(label, thing.name, thing.url, thing.first_on, thing.last_on)


@dataclass(frozen=True)
class StrangerRow:
    """A partner, and the partners that it has not met."""

    node: Node
    others: Sequence[Node]

    @property
    def words(self) -> str:
        """Their names; beyond a dozen, the rest is counted."""
        names = [node.name for node in self.others[:MOST_NAMED]]
        more = len(self.others) - len(names)
        rest = [ngettext("%(number)d more", "%(number)d more", more) % {"number": more}] if more else []
        return join_words([*names, *rest])


def strangers_by_partner(network: Network, pairs: Sequence[Pair]) -> list[StrangerRow]:
    """Return pairs by partner, each pair once: with the one of the two that has more of them."""
    often = Counter(pk for pair in pairs for pk in pair)
    found: dict[int, list[Node]] = defaultdict(list)
    for one, two in pairs:
        first, second = (one, two) if (often[one], -one) >= (often[two], -two) else (two, one)
        found[first].append(network.nodes[second])
    for nodes in found.values():
        nodes.sort(key=lambda node: node.name.lower())
    return sorted(
        (StrangerRow(network.nodes[pk], nodes) for pk, nodes in found.items()),
        key=lambda row: (-len(row.others), row.node.name.lower()),
    )


def export_strangers(found: Sequence[StrangerRow]) -> Iterator[list[Any]]:
    """Yield a row for each pair."""
    for row in found:
        for other in row.others:
            yield [row.node.name, other.name]
