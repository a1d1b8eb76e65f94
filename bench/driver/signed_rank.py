"""Paired differences: the Hodges-Lehmann estimate, and the interval of Wilcoxon's signed-rank test.

The estimate is the median of the Walsh averages (d_i + d_j) / 2, i <= j.  Of n differences that
are symmetric about their centre, the number of averages below it is distributed as the
signed-rank sum T, so the interval from the k-th lowest average to the k-th highest holds the
centre with probability 1 - 2 P(T < k): exact, and nothing is assumed of the shape; of many
differences T is normally distributed, nearly, and its tables are long.  Fewer than
6 differences have no such interval of 95 %; for them the median and the range are given, and
called so.  A single one has neither: low and high are None.

Invariant: low <= middle <= high.
Sources: Hodges and Lehmann 1963; Wilcoxon 1945; the averages are Walsh's, 1949.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist, median

from . import sums
from .rank_test import MOST_EXACT

CONFIDENCE = 0.95
INTERVAL, RANGE = "interval", "range"  # what low and high are


@dataclass(frozen=True)
class Estimate:
    middle: float
    low: float
    high: float
    bounds: str  # INTERVAL or RANGE
    count: int  # of differences


def walsh_averages(values):
    """The means of all pairs, each value with itself too, in order."""
    ascending = sorted(values)  # so that each value's own are, too: quickly sorted
    averages = []
    for place, one in enumerate(ascending):
        averages += [(one + other) / 2 for other in ascending[place:]]
    averages.sort()
    return averages


def rank_sums(count):
    """How many of the 2^count choices of signs have each signed-rank sum 0, 1, 2..."""
    ways = [1]
    for rank in range(1, count + 1):
        without, added = ways + [0] * rank, [0] * rank + ways
        ways = [a + b for a, b in zip(without, added, strict=True)]
    return ways


@lru_cache(maxsize=256)
def depth(count, confidence=CONFIDENCE):
    """The k of the interval: as large as the confidence allows, 0 if there is none."""
    if count > MOST_EXACT:
        return _normal_depth(count, confidence)
    allowed = (1 - confidence) / 2 * 2**count
    below = 0
    for k, ways in enumerate(rank_sums(count)):
        below += ways
        if below > allowed:
            return k
    return 0


def _normal_depth(count, confidence):
    middle = count * (count + 1) / 4
    return nearly(middle, middle * (2 * count + 1) / 6, confidence)


def nearly(mean, variance, confidence=CONFIDENCE):
    """The k of a sum in whole numbers that is distributed nearly normally; with a correction for continuity."""
    tail = NormalDist().inv_cdf((1 - confidence) / 2)
    return math.floor(mean + tail * math.sqrt(variance) + 0.5)


def estimate(values):
    """The centre of what the values are a sample of; None if there are none."""
    values = list(values)
    if not values:
        return None
    if len(values) == 1:
        return Estimate(values[0], None, None, None, 1)
    k = depth(len(values))
    if k == 0:
        return Estimate(median(values), min(values), max(values), RANGE, len(values))
    if len(values) > MOST_EXACT:
        return _of_many(values, k)
    averages = walsh_averages(values)
    return Estimate(
        median(averages), averages[k - 1], averages[-k], INTERVAL, len(values)
    )


def _of_many(values, k):
    """Without all averages."""
    twice = sums.walsh(values)
    low, high = twice.of_rank(k), twice.of_rank(twice.count + 1 - k)
    middle = min(max(twice.median(), low), high)
    return Estimate(middle / 2, low / 2, high / 2, INTERVAL, len(values))


def unrelated(ours, theirs):
    """Why there is no ratio of the two; None if there is one.  A block that has a 0 is not left
    out: it is what a ratio without it would hide."""
    both = ours.keys() & theirs.keys()
    if not both:
        return "no block has both"
    for name, figures in (("ours", ours), ("theirs", theirs)):
        zeros = sum(figures[block] <= 0 for block in both)
        if zeros:
            return f"{name} is 0 in {zeros} of {len(both)} blocks"
    return None


def ratio(ours, theirs):
    """Ours over theirs: both are block -> figure, and only blocks that have both count.  None if
    they are unrelated."""
    if unrelated(ours, theirs):
        return None
    return geometric(ours[block] / theirs[block] for block in ours if block in theirs)


def geometric(ratios):
    """The centre of ratios: twice as much is as far away as half.  None if there are none."""
    found = estimate(math.log(each) for each in ratios)
    if found is None:
        return None
    sides = (found.middle, found.low, found.high)
    raised = (None if side is None else math.exp(side) for side in sides)
    return Estimate(*raised, found.bounds, found.count)
