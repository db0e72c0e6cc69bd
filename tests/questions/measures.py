"""How good the first ten answers are.

nDCG at 10 is that of Järvelin and Kekäläinen with exponential gains: an answer of grade g at place i adds
(2^g - 1) / log2(i + 1); the sum over the first ten is divided by that of the best possible order of all graded answers.
Services without a grade add nothing.

Recall at 10 is the share of good answers (grade 2 or 3) among the first ten, of as many as fit there: of 24 shelters,
ten are all that ten places can hold.

A question has no sensible answer if none of the first ten is a good one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

FIRST = 10
GOOD = 2  # the least grade of a good answer


@dataclass(frozen=True)
class Score:
    """The measures of one question, or the means of several."""

    ndcg: float
    recall: float
    is_senseless: float  # 1 if there is no sensible answer; the share of such questions, of several


def score(found: Sequence[str], answers: Mapping[str, int]) -> Score:
    """Return the measures of what was found for a question, the best first."""
    first = found[:FIRST]
    best = _gain(sorted(answers.values(), reverse=True)[:FIRST])
    good = {key for key, grade in answers.items() if grade >= GOOD}
    met = len(good.intersection(first))
    return Score(
        ndcg=_gain(answers.get(key, 0) for key in first) / best,
        recall=met / min(len(good), FIRST),
        is_senseless=float(not met),
    )


def mean(scores: Collection[Score]) -> Score:
    """Return the means of the measures of several questions."""
    return Score(*(fmean(getattr(one, name) for one in scores) for name in ("ndcg", "recall", "is_senseless")))


def _gain(grades: Iterable[int]) -> float:
    """Return the discounted cumulative gain of grades in order."""
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))
