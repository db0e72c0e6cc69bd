"""Rank services by what they say of the things that a question looks for.

A thing counts by how much it matters (``things``) and by how rare it is among the services; a service by how well its
best concept or its words answer the thing, and a little by how often it comes to speak of it. A service that speaks of
a great many things says less of each.
"""

from collections.abc import Mapping, Sequence
from math import log

from partners.search.readings import SCALE, unpacked
from partners.search.things import Keys, Thing

RARITY = 0.75  # the power of how rare a thing is
BY_WORDS = 0.75  # how much words count where no concept is known
BESIDE_CONCEPTS = 0.54  # and where one is
AS_TYPED = 0.15  # a little more for the very words
OFTEN, MOST_OFTEN = 0.25, 2.0
LENGTH, LONG = 0.15, 8  # the number of concepts by which a text is long

Kept = dict[int, tuple[int, int]]


def rank(things: Sequence[Thing], readings: Mapping[int, bytes], everything: int) -> dict[int, float]:
    """Return how well services answer, by their ids; those that answer nothing have 0.

    :param readings: by the id of a service, its packed reading
    :param everything: the number of services of which these were found
    """
    kept = {service: unpacked(reading) for service, reading in readings.items()}
    scores = dict.fromkeys(kept, 0.0)
    for thing in things:
        fits = {service: fit for service, reading in kept.items() if (fit := how_well(thing, reading))}
        rarity = log(1 + max(everything, len(kept)) / (len(fits) or 1)) ** RARITY
        for service, fit in fits.items():
            scores[service] += thing.weight * rarity * fit
    return {service: score / _length(kept[service]) if score else 0.0 for service, score in scores.items()}


def how_well(thing: Thing, reading: Kept) -> float:
    """Return how well a service answers one thing."""
    best = often = 0.0
    for concept, strength in thing.answers.items():
        if here := reading.get(concept):
            best = max(best, strength * here[0])
            often = max(often, strength * min(here[1], MOST_OFTEN * SCALE))
    words = max((_least(phrase, reading) for phrase in thing.phrases), default=0)
    best = max(best, words * (BESIDE_CONCEPTS if thing.answers else BY_WORDS))
    return (best + OFTEN * often + AS_TYPED * words) / SCALE


def _least(phrase: Sequence[Keys], reading: Kept) -> int:
    """Return how much a service says each word of a phrase: the one that it says least."""
    return min((max((reading[key][0] for key in keys if key in reading), default=0) for keys in phrase), default=0)


def _length(reading: Kept) -> float:
    concepts = sorted((best for best, total in reading.values() if total), reverse=True)
    return 1 + LENGTH * log(1 + sum(concepts[:LONG]) / SCALE)
