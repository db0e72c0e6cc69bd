"""The engagement score of one partner, from its acts: pure, and explained point by point.

The score is the weighted share of acts that were done: of 100 points, each act carries its weight divided by the sum of
all weights. Done by its day it counts in full, done late by half, not done not at all. Excused acts and kinds without a
weight do not count. Without any act that counts, there is no score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dateutil.relativedelta import relativedelta

from partners.network.acts import Act

MONTHS = 12  # that a score looks back
Weights = Mapping[str, int]


class Standing(StrEnum):
    """How an act stands."""

    DONE = "done"
    LATE = "late"
    MISSING = "missing"
    EXCUSED = "excused"
    WEIGHTLESS = "weightless"


CREDIT = {Standing.DONE: Fraction(1), Standing.LATE: Fraction(1, 2), Standing.MISSING: Fraction(0)}


@dataclass(frozen=True)
class Point:
    """One act with its weight, and the share of it that was earned."""

    act: Act
    weight: int

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if not self.act.counts:
            return Standing.EXCUSED
        if not self.weight:
            return Standing.WEIGHTLESS
        if self.act.done_on is None:
            return Standing.MISSING
        return Standing.DONE if self.act.done_on <= self.act.due_on else Standing.LATE

    @property
    def counts(self) -> bool:
        """Whether it counts for or against the partner."""
        return self.standing in CREDIT

    @property
    def earned(self) -> Fraction:
        """The weight that was earned."""
        return self.weight * CREDIT.get(self.standing, Fraction(0))


@dataclass(frozen=True)
class Part:
    """All acts of one kind: how many counted, and how many points of 100 they could give and gave."""

    kind: str
    weight: int
    owed: int
    done: int
    late: int
    possible: Fraction
    earned: Fraction

    @property
    def missing(self) -> int:
        """How many were not done."""
        return self.owed - self.done - self.late

    @property
    def lost(self) -> Fraction:
        """The points that are missing to the full number."""
        return self.possible - self.earned


@dataclass(frozen=True)
class Score:
    """The score of one partner with all its points, by day."""

    points: Sequence[Point]

    @cached_property
    def counting(self) -> list[Point]:
        """The points that count."""
        return [point for point in self.points if point.counts]

    @cached_property
    def weight(self) -> int:
        """The sum of the weights of what was owed."""
        return sum(point.weight for point in self.counting)

    @cached_property
    def exact(self) -> Fraction | None:
        """The score, not rounded; ``None`` if nothing was owed."""
        if not self.weight:
            return None
        return 100 * sum((point.earned for point in self.counting), Fraction(0)) / self.weight

    @property
    def value(self) -> int | None:
        """The score from 0 to 100, rounded half up; ``None`` if nothing was owed."""
        return None if self.exact is None else int(self.exact + Fraction(1, 2))

    def earned_by(self, point: Point) -> Fraction:
        """Return how many of the 100 points an act gave."""
        return 100 * point.earned / self.weight if self.weight and point.counts else Fraction(0)

    def lost_by(self, point: Point) -> Fraction:
        """Return how many of the 100 points an act cost."""
        return 100 * (point.weight - point.earned) / self.weight if self.weight and point.counts else Fraction(0)

    @cached_property
    def parts(self) -> list[Part]:
        """The sums by kind of act, those that counted, in the order of their kinds' first acts."""
        kinds: dict[str, list[Point]] = {}
        for point in self.counting:
            kinds.setdefault(point.act.kind, []).append(point)
        return [
            Part(
                kind,
                found[0].weight,
                len(found),
                sum(point.standing == Standing.DONE for point in found),
                sum(point.standing == Standing.LATE for point in found),
                Fraction(100 * sum(point.weight for point in found), self.weight),
                100 * sum((point.earned for point in found), Fraction(0)) / self.weight,
            )
            for kind, found in kinds.items()
        ]


def first_day(today: date) -> date:
    """Return the first day on which acts of a score were due."""
    return today - relativedelta(months=MONTHS)


def as_of(acts: Iterable[Act], today: date) -> list[Act]:
    """Return the acts of the twelve months before a day, as they stood on it: what was done later was not done yet.

    An act counts from the day after it was due.
    """
    first = first_day(today)
    return [
        replace(act, done_on=None) if act.done_on and act.done_on > today else act
        for act in acts
        if first <= act.due_on < today
    ]


def score_of(acts: Iterable[Act], weights: Weights, today: date) -> Score:
    """Return the score of one partner on a day."""
    return Score([Point(act, weights.get(act.kind, 0)) for act in as_of(acts, today)])
