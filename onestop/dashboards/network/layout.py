"""Where each partner stands in the picture of a network: the same place each time for the same network.

Fruchterman and Reingold (1991) in plain Python: tied partners attract each other, all push each other away. Weaker ties
attract less. Then labels that touch move apart.
"""

import hashlib
import math
import random
from collections.abc import Mapping, Sequence

from django.core.cache import cache

from onestop.dashboards.network.ties import Network, Pair

Place = tuple[float, float]
SEED = 1
ROUNDS = 120
KEPT_SECONDS = 30 * 24 * 3600
VERSION = 1  # of the method: what was kept of an earlier one is of no use


def places_of(network: Network) -> dict[int, Place]:
    """Return the place of each partner, from 0 to 1 in both directions; kept, since 80 partners take half a second."""
    weights = {pair: min(len(tie.counts), 3) for pair, tie in sorted(network.ties.items())}
    nodes = sorted(network.nodes)
    text = repr((VERSION, nodes, sorted(weights.items())))
    key = f"network_layout:{hashlib.sha256(text.encode()).hexdigest()}"
    known: dict[int, Place] | None = cache.get(key)
    if known is None:
        known = arrange(nodes, weights)
        cache.set(key, known, KEPT_SECONDS)
    return known


def arrange(nodes: Sequence[int], weights: Mapping[Pair, float], *, seed: int = SEED) -> dict[int, Place]:
    """Return a place for each node, from 0 to 1 in both directions; nodes that nothing ties stand at the rim."""
    chance = random.Random(seed)  # noqa: S311 -- a picture
    ideal = 1 / math.sqrt(max(1, len(nodes)))
    at = {node: [chance.random(), chance.random()] for node in nodes}
    for step in range(ROUNDS):
        moves = {node: [0.0, 0.0] for node in nodes}
        for number, one in enumerate(nodes):
            for two in nodes[number + 1 :]:
                x, y = at[one][0] - at[two][0], at[one][1] - at[two][1]
                force = ideal * ideal / (x * x + y * y or 1e-9)
                _push(moves, one, two, x * force, y * force)
        for (one, two), weight in weights.items():
            x, y = at[one][0] - at[two][0], at[one][1] - at[two][1]
            force = math.hypot(x, y) / ideal * weight / 3
            _push(moves, two, one, x * force, y * force)
        for node in nodes:  # a slight pull to the middle, so that parts without a tie do not fly away
            moves[node][0] += (0.5 - at[node][0]) * 0.3
            moves[node][1] += (0.5 - at[node][1]) * 0.3
        heat = 0.1 * (1 - step / ROUNDS)
        for node in nodes:
            length = math.hypot(*moves[node]) or 1e-9
            for axis in (0, 1):
                at[node][axis] += moves[node][axis] / length * min(length, heat)
    return _fill(at)


def _push(moves: dict[int, list[float]], one: int, two: int, x: float, y: float) -> None:
    moves[one][0] += x
    moves[one][1] += y
    moves[two][0] -= x
    moves[two][1] -= y


def _fill(at: Mapping[int, Sequence[float]]) -> dict[int, Place]:
    """Return the places stretched so that they fill the whole picture."""
    if not at:
        return {}
    bounds = [(min(place[axis] for place in at.values()), max(place[axis] for place in at.values())) for axis in (0, 1)]

    def stretched(value: float, axis: int) -> float:
        least, most = bounds[axis]
        return round((value - least) / (most - least), 4) if most > least else 0.5

    return {node: (stretched(place[0], 0), stretched(place[1], 1)) for node, place in at.items()}
