"""What the ties of a network say: how many there are, who joins others, and who would be cut off if a partner left.

``joins`` is betweenness centrality: of the shortest ways between any two other partners, the share that leads through
this one (Freeman 1977; networkx). It is said in words, whose bounds are :data:`JOINS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.network.ties import Network

# From which share of the ways on, how often a partner joins others.
JOINS: tuple[tuple[float, str | Promise], ...] = (
    (0.15, _("very often")), (0.05, _("often")), (0.01, _("sometimes")), (0.0, _("seldom")),
)  # fmt: skip
NEVER = _("never")


@dataclass(frozen=True)
class Measures:
    """The measures of a network: by partner how it joins others, and whom its leaving would cut off."""

    network: Network
    joins: Mapping[int, float]
    cut_off: Mapping[int, frozenset[int]]

    @property
    def density(self) -> int:
        """The share of possible ties that there are, in percent."""
        return round(100 * len(self.network.ties) / self.network.possible) if self.network.possible else 0

    @cached_property
    def hanging(self) -> frozenset[int]:
        """The partners that some one other partner keeps in the network."""
        return frozenset().union(*self.cut_off.values())

    @property
    def holding(self) -> list[int]:
        """The partners that keep others in the network, the one with the most first."""
        return sorted(
            self.cut_off, key=lambda pk: (-len(self.cut_off[pk]), self.network.nodes[pk].name.lower())
        )  # by name: the same order each time

    def joins_in_words(self, pk: int) -> str | Promise:
        """Return how often a partner joins others."""
        share = self.joins[pk]
        return next((words for least, words in JOINS if share > least), NEVER)


def measure(network: Network) -> Measures:
    """Return the measures of a network."""
    import networkx as nx  # 0.5 seconds, which only this page needs

    graph = nx.Graph()
    graph.add_nodes_from(sorted(network.nodes))
    graph.add_edges_from(sorted(network.ties))
    joins = nx.betweenness_centrality(graph)
    cut_off = {pk: _cut_off(graph, pk) for pk in nx.articulation_points(graph)}
    return Measures(network, joins, cut_off)


def _cut_off(graph: Any, pk: int) -> frozenset[int]:
    """Return who loses the connection to most of the others if a partner leaves.

    The largest group that stays joined is what remains of the network; of several as large, the one with the first
    partner.
    """
    import networkx as nx

    around = set(nx.node_connected_component(graph, pk)) - {pk}
    parts = sorted(nx.connected_components(graph.subgraph(around)), key=lambda part: (-len(part), min(part)))
    return frozenset().union(*parts[1:])
