"""The network of an area: its partners, what they do together in a time, and the ties between them.

Two partners are tied by every thing in which both take part (``partners.network.shared_work``). What nearly everybody
takes part in, such as the umbrella MOU, ties everybody with everybody and says nothing about two of them: it is left
out, unless it is asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from partners.models import LocalArea, Partnership
from partners.models.partnerships import PartnershipProgram
from partners.network.shared_work import SharedThing, shared_in

WIDE, SHARE = 6, 3  # at least six partners, and more than a third of all
Pair = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """One active partner of the area."""

    pk: int
    name: str
    short_name: str
    is_required: bool  # it carries a required program (20 CFR 678.400)

    @property
    def label(self) -> str:
        """A name that fits into a picture."""
        return self.short_name or self.name


@dataclass(frozen=True)
class Tie:
    """What two partners do together."""

    pair: Pair
    things: Sequence[SharedThing]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many things there are of each kind."""
        return Counter(thing.kind for thing in self.things)

    @property
    def first_on(self) -> date:
        """The first day of the oldest thing."""
        return min(thing.first_on for thing in self.things)

    def other(self, pk: int) -> int:
        """Return the other partner of the two."""
        one, two = self.pair
        return two if pk == one else one


@dataclass(frozen=True)
class Network:
    """Partners, and the ties between them. ``wide`` are the things of the whole network that make no tie."""

    nodes: Mapping[int, Node]
    ties: Mapping[Pair, Tie]
    wide: Sequence[SharedThing] = ()

    @cached_property
    def ties_of(self) -> Mapping[int, Sequence[Tie]]:
        """The ties of each partner, the strongest first: by kinds, by things, by name."""
        found: dict[int, list[Tie]] = {pk: [] for pk in self.nodes}
        for tie in self.ties.values():
            for pk in tie.pair:
                found[pk].append(tie)
        for pk, ties in found.items():
            ties.sort(key=lambda tie: (-len(tie.things), -len(tie.counts), self.nodes[tie.other(pk)].name.lower()))
        return found

    @property
    def possible(self) -> int:
        """How many ties there could be."""
        return len(self.nodes) * (len(self.nodes) - 1) // 2

    @property
    def alone(self) -> list[Node]:
        """The partners without a tie, by name."""
        return [node for pk, node in self.nodes.items() if not self.ties_of[pk]]

    def things_of(self, pk: int) -> list[SharedThing]:
        """Return all things that a partner shares with somebody, each once, the newest first."""
        found = {(thing.kind, thing.key): thing for tie in self.ties_of[pk] for thing in tie.things}
        return sorted(found.values(), key=lambda thing: (thing.first_on, thing.kind, thing.key), reverse=True)

    def without(self, pk: int) -> "Network":
        """Return the network as it would be if a partner left."""
        nodes = {key: node for key, node in self.nodes.items() if key != pk}
        return Network(nodes, {pair: tie for pair, tie in self.ties.items() if pk not in pair}, self.wide)


def read_nodes(area: LocalArea) -> dict[int, Node]:
    """Return the active partners of an area by name; one query."""
    required = PartnershipProgram.objects.filter(partnership=OuterRef("pk"), program__is_required=True)
    rows = Partnership.objects.active().filter(area=area).annotate(is_required=Exists(required))
    columns = ("pk", "organization__name", "organization__short_name", "is_required")
    ordered = rows.order_by(Lower("organization__name"), "pk").values_list(*columns)
    return {row[0]: Node(*row) for row in ordered}


def read_things(area: LocalArea, nodes: Collection[int], first: date, last: date) -> list[SharedThing]:
    """Return what active partners shared in these days, of every kind; a fixed number of queries for each kind."""
    found = (_among(thing, nodes) for thing in shared_in(area, first, last))
    return [thing for thing in found if len(thing.partnerships) > 1]


def _among(thing: SharedThing, nodes: Collection[int]) -> SharedThing:
    """Return a thing with those of its partners that are active."""
    partners = thing.partnerships.intersection(nodes)
    if partners == thing.partnerships:
        return thing
    return replace(thing, partnerships=partners)


def things_within(things: Iterable[SharedThing], first: date, last: date) -> list[SharedThing]:
    """Return those of things that partners shared in fewer days, with who did."""
    return [found for thing in things if len((found := thing.within(first, last)).partnerships) > 1]


def is_wide(thing: SharedThing, partners: int) -> bool:
    """Return whether a thing is of the whole network: at least six, and more than a third of all, take part in it."""
    return len(thing.partnerships) >= WIDE and SHARE * len(thing.partnerships) > partners


def network_of(
    nodes: Mapping[int, Node], things: Iterable[SharedThing], *, kinds: Collection[str] = (), whole: bool = False
) -> Network:
    """Return the network that these things make; of some kinds only, and ``whole`` with those of the whole network."""
    shared: dict[Pair, list[SharedThing]] = defaultdict(list)
    wide = []
    for thing in things:
        if kinds and thing.kind not in kinds:
            continue
        if not whole and is_wide(thing, len(nodes)):
            wide.append(thing)
            continue
        for pair in combinations(sorted(thing.partnerships), 2):
            shared[pair].append(thing)
    return Network(nodes, {pair: Tie(pair, tuple(found)) for pair, found in shared.items()}, tuple(wide))


MEETS = frozenset({"meeting", "training", "goal", "project"})  # kinds in which partners meet or work on something


def never_met(things: Iterable[SharedThing]) -> list[Pair]:
    """Return the pairs that are parties to one agreement, but met at no meeting or training and share no goal."""
    bound: set[Pair] = set()
    met: set[Pair] = set()
    for thing in things:
        pairs = set(combinations(sorted(thing.partnerships), 2))
        if thing.kind == "agreement":
            bound |= pairs
        elif thing.kind in MEETS:
            met |= pairs
    return sorted(bound - met)
