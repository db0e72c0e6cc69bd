"""Where each partner stands in the picture of a network: the same place each time for the same network.

Partners stand on rings, those with the most ties in the middle, so that names stay readable however dense the network
is. A seeded force layout (Fruchterman and Reingold 1991, in plain Python) says who is near whom; then each ring is put
in the order in which its ties are short.
"""

import hashlib
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.core.cache import cache

from onestop.dashboards.network.ties import Network, Pair

Place = tuple[float, float]
SEED = 1
ROUNDS = 60  # of forces
SWEEPS = 12  # of order
KEPT_SECONDS = 30 * 24 * 3600
VERSION = 3  # of the method: what was kept of an earlier one is of no use


def places_of(network: Network) -> dict[int, Place]:
    """Return the place of each partner, from 0 to 1 in both directions; kept, since 80 partners take a while."""
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
    """Return a place for each node, from 0 to 1 in both directions."""
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for (one, two), weight in weights.items():
        near[one][two] = near[two][one] = weight
    ranked = sorted(nodes, key=lambda node: (-len(near[node]), -sum(near[node].values()), node))
    rings = _rings(ranked)
    forces = _pull_and_push(nodes, weights, seed)
    angles = {node: math.atan2(y - 0.5, x - 0.5) for node, (x, y) in forces.items()}
    at = _put(rings, angles)
    for _sweep in range(SWEEPS):
        for node in nodes:
            if near[node]:
                x = sum((at[other][0] - 0.5) * weight for other, weight in near[node].items())
                y = sum((at[other][1] - 0.5) * weight for other, weight in near[node].items())
                angles[node] = math.atan2(y, x)
        at = _put(rings, angles)
    return at


def _rings(ranked: Sequence[int]) -> list[Sequence[int]]:
    """Return the nodes from the middle outward: one, then rings of about 1, 2 and 4 parts of the rest."""
    rest = len(ranked) - 1
    if rest <= 7:
        return [ranked[:1], ranked[1:]]
    shares = (1, 2) if rest <= 30 else (1, 2, 4)
    rings: list[Sequence[int]] = [ranked[:1]]
    begin = 1
    for number, share in enumerate(shares):
        end = len(ranked) if number == len(shares) - 1 else begin + round(rest * share / sum(shares))
        rings.append(ranked[begin:end])
        begin = end
    return rings


def _put(rings: Sequence[Sequence[int]], angles: Mapping[int, float]) -> dict[int, Place]:
    """Return places on rings in the order of the angles; each ring is turned by half a step.

    On each side of a ring they are evenly spaced in height, since names need height: evenly spaced on the line, those
    at the top and the bottom would stand beside each other.
    """
    at: dict[int, Place] = {}
    for number, ring in enumerate(rings):
        radius = 0.5 * number / max(1, len(rings) - 1)
        ordered = sorted(ring, key=lambda node: (angles[node], node))
        for place, node in enumerate(ordered):
            angle = -math.pi + 2 * math.pi * (place + number / 2) / max(1, len(ordered))
            down = math.asin(math.sin(angle)) * 2 / math.pi
            right = math.copysign(math.sqrt(max(0.0, 1 - down * down)), math.cos(angle))
            at[node] = (round(0.5 + radius * right, 4), round(0.5 + radius * down, 4))
    return at


def _pull_and_push(nodes: Sequence[int], weights: Mapping[Pair, float], seed: int) -> dict[int, Place]:
    """Return where forces move the nodes: ties pull, all others push."""
    chance = random.Random(seed)  # noqa: S311 -- a picture
    ideal = 1 / math.sqrt(max(1, len(nodes)))
    number = {node: at for at, node in enumerate(nodes)}
    ties = [(number[one], number[two], weight) for (one, two), weight in weights.items()]
    xs, ys = ([chance.random() for _node in nodes] for _axis in (0, 1))
    for step in range(ROUNDS):
        heat = 0.1 * (1 - step / ROUNDS)
        right, down = [0.0] * len(nodes), [0.0] * len(nodes)
        for one in range(len(nodes)):
            for two in range(one + 1, len(nodes)):
                x, y = xs[one] - xs[two], ys[one] - ys[two]
                force = ideal * ideal / (x * x + y * y or 1e-9)
                right[one] += x * force
                down[one] += y * force
                right[two] -= x * force
                down[two] -= y * force
        for one, two, weight in ties:
            x, y = xs[one] - xs[two], ys[one] - ys[two]
            force = math.hypot(x, y) / ideal * weight / 3
            right[one] -= x * force
            down[one] -= y * force
            right[two] += x * force
            down[two] += y * force
        for one in range(len(nodes)):
            length = math.hypot(right[one], down[one]) or 1e-9
            xs[one] += right[one] / length * min(length, heat)
            ys[one] += down[one] / length * min(length, heat)
    middle = [sum(axis) / max(1, len(nodes)) for axis in (xs, ys)]
    return {node: (0.5 + xs[at] - middle[0], 0.5 + ys[at] - middle[1]) for node, at in number.items()}
