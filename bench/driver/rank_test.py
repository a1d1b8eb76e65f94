"""Exact tests of ranks: how often chance alone gives a sum of ranks as far from its middle.

Equal values share the mean of their ranks; the distribution is that of the very ranks at hand, so it
stays exact.  Ranks are doubled, so that a shared one is a whole number.

Whether values go up or down in the order in which they came, whatever the shape of it, is told by the
number of pairs that stand in the wrong order (Kendall's tau as a test of trend, Mann 1945).  Of all orders
of n values without ties it has the generating function (1)(1+q)...(1+q+...+q^(n-1)); with ties one divides
by those of the groups of equals.  Several series are summed, which multiplies the functions (Hirsch, Slack
and Smith 1982, of seasons).

Sources: Wilcoxon 1945; Mann and Whitney 1947; Mann 1945; Kendall 1948; on ties: Lehmann,
Nonparametrics, 1975.
"""

from bisect import bisect_right, insort
from collections import Counter
from functools import lru_cache
from math import comb, erfc, sqrt

MOST_EXACT = (
    60  # values: of more, sums of ranks and the trend are normally distributed, nearly
)


def _doubled_ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, first = [0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in range(first, last + 1):
            ranks[order[place]] = first + last + 2
        first = last + 1
    return ranks


def _as_far(ways, total, found):
    """Of all ways the share whose sum is at least as far from the middle, on either side."""
    middle = (len(ways) - 1) / 2
    far = abs(found - middle) - 1e-9
    return sum(w for s, w in enumerate(ways) if abs(s - middle) >= far) / total


def signed(differences):
    """The p of differences that are as often above 0 as below: Wilcoxon's signed ranks, two-sided.
    Differences of 0 say nothing and are left out; 1 if none is left.  Exact up to 60.
    """
    some = [d for d in differences if d != 0]
    if not some:
        return 1.0
    ranks = _doubled_ranks([abs(d) for d in some])
    if len(some) > MOST_EXACT:
        return _normal_signed(ranks, some)
    ways = [1]
    for rank in ranks:
        without, added = ways + [0] * rank, [0] * rank + ways
        ways = [a + b for a, b in zip(without, added, strict=True)]
    above = sum(rank for rank, d in zip(ranks, some, strict=True) if d > 0)
    return _as_far(ways, 2 ** len(some), above)


def _normal_signed(ranks, differences):
    """With the variance that ties leave, and a correction for continuity."""
    signs = sum(r if d > 0 else -r for r, d in zip(ranks, differences, strict=True))
    far = max(abs(signs) - 2, 0)  # the sum goes in steps of 2, of doubled ranks 4
    return erfc(far / sqrt(sum(rank * rank for rank in ranks)) / sqrt(2))


def sums_of_some(ranks, count):
    """sum -> how many choices of `count` of the ranks have it."""
    return _sums_of_some(tuple(sorted(ranks)), count)


@lru_cache(maxsize=64)
def _sums_of_some(ranks, count):
    """Kept, since all rows of a comparison without ties want the same one."""
    ways = [[1]] + [[] for _ in range(count)]
    for number, rank in enumerate(ranks):
        for chosen in range(min(count, number + 1), 0, -1):
            fewer, here = ways[chosen - 1], ways[chosen]
            here.extend([0] * (len(fewer) + rank - len(here)))
            for total, found in enumerate(fewer):
                here[total + rank] += found
    return ways[count]


def two_samples(ours, theirs):
    """The p of two samples of one distribution: the rank-sum test of Wilcoxon, Mann and Whitney,
    two-sided.  Exact up to 60."""
    ranks = _doubled_ranks([*ours, *theirs])
    found = sum(ranks[: len(ours)])
    middle = len(ours) * (len(ranks) + 1)  # of doubled ranks
    far = abs(found - middle)
    if len(ranks) > MOST_EXACT:
        return _normal_samples(ranks, len(ours), far)
    ways = sums_of_some(ranks, len(ours))
    as_far = sum(w for s, w in enumerate(ways) if abs(s - middle) >= far)
    return as_far / comb(len(ranks), len(ours))


def _normal_samples(ranks, ours, far):
    """With the variance that ties leave, and a correction for continuity, of doubled ranks."""
    size = len(ranks)
    squares = sum((rank - size - 1) ** 2 for rank in ranks)
    variance = ours * (size - ours) * squares / (size * (size - 1))
    return erfc(max(far - 1, 0) / sqrt(variance) / sqrt(2)) if variance else 1.0


def trend(series):
    """The p of series that go neither up nor down in their order, all of them together; two-sided.
    Exact up to 60 values in all."""
    series = [list(each) for each in series]
    groups = [tuple(sorted(Counter(each).values())) for each in series]
    found = sum(_inversions(each) for each in series)
    if sum(map(len, series)) > MOST_EXACT:
        return _normal_trend(groups, found)
    ways = [1]
    for each in groups:
        ways = _times(ways, _ways_of_inversions(each))
    return _as_far(ways, sum(ways), found)


def _inversions(values):
    """Pairs of which the first is greater."""
    seen, found = [], 0
    for value in values:
        found += len(seen) - bisect_right(seen, value)
        insort(seen, value)
    return found


@lru_cache(maxsize=256)
def _ways_of_inversions(groups):
    """Inversions -> how many orders of values, of which so many are equal, have as many: each further
    group is put among those before it, as a choice of places."""
    ways, known = [1], 0
    for size in groups:
        known += size
        choices = sums_of_some(range(1, known + 1), size)
        ways = _times(ways, choices[size * (size + 1) // 2 :])
    return ways


def _times(ours, theirs):
    """The product of two polynomials."""
    product = [0] * (len(ours) + len(theirs) - 1)
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            product[i + j] += a * b
    return product


def _normal_trend(groups, found):
    """With the variance that ties leave, and a correction for continuity."""
    pairs = variance = 0.0
    for each in groups:
        size = sum(each)
        pairs += (size * (size - 1) - sum(g * (g - 1) for g in each)) / 2
        variance += _spread(size) - sum(map(_spread, each))
    if variance == 0:
        return 1.0
    far = max(abs(2 * found - pairs) - 1, 0)
    return erfc(far / sqrt(variance / 18) / sqrt(2))


def _spread(size):
    return size * (size - 1) * (2 * size + 5)
