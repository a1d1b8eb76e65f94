"""Verdicts: is one faster than the other, slower, the same, or can it not be said yet?

The unit is a process, and what is compared are logarithms of speeds.  Arms of one run are compared by
their differences within blocks, which ran under the same conditions (signed ranks); arms of two runs
as two samples (rank sums), which says no more than the two runs do: what drifted between them is in it.

    same      all of the interval is nearer to 1 than the margin
    faster    else, if chance alone explains it too rarely: Benjamini and Hochberg's procedure keeps
    slower      the share of false verdicts among all that were asked for at 5 %
    unclear   else; so many more blocks would about decide it

A verdict takes 6 blocks, of each run if there are two: fewer have no interval of 95 %.
Sources: Hodges and Lehmann 1963; Benjamini and Hochberg 1995; measured on drifting machines, paired
differences keep the level that t-tests of pooled trials miss by far (Kalibera and Jones 2013).
"""

import math
from dataclasses import dataclass, replace

from . import rank_test, signed_rank, sums

SAME, FASTER, SLOWER, UNCLEAR = "same", "faster", "slower", "unclear"
MARGIN = 0.02
LEVEL = 0.05
LEAST_BLOCKS = 6
MOST_BLOCKS = 1000  # more than that nobody will run


@dataclass(frozen=True)
class Finding:
    ratio: float  # of speeds, the second over the first
    low: float  # of an interval of 95 %, or None where there is none
    high: float
    p: float
    blocks: int  # of the side that has fewer
    verdict: str = UNCLEAR
    more: int = None  # blocks that would about decide it


def paired(first, second):
    """Of two arms of one run, block -> speed; None if no block has both, or a speed is 0."""
    both = [block for block in first if block in second]
    if not both or _has_zero(first) or _has_zero(second):
        return None
    differences = [math.log(second[block] / first[block]) for block in both]
    found = signed_rank.estimate(differences)
    certain = found.bounds == signed_rank.INTERVAL
    return _finding(
        found.middle,
        (found.low, found.high) if certain else None,
        rank_test.signed(differences),
        len(both),
    )


def interval(first, second):
    """The ratio of two arms of one run, with its bounds; None where it has none."""
    found = paired(first, second)
    names = ("ratio", "low", "high")
    certain = found is not None and found.low is not None
    return {name: getattr(found, name) for name in names} if certain else None


def unpaired(first, second):
    """Of arms of two runs; None if one has nothing, or a speed is 0."""
    if not first or not second or _has_zero(first) or _has_zero(second):
        return None
    ours = sorted(map(math.log, first.values()))
    theirs = sorted(map(math.log, second.values()))
    shifts = sums.shifts(ours, theirs)
    k = _depth(len(ours), len(theirs))
    few = min(len(ours), len(theirs))
    bounds = None
    if k and few >= LEAST_BLOCKS:
        bounds = shifts.of_rank(k), shifts.of_rank(shifts.count + 1 - k)
    middle = shifts.median()
    return _finding(middle, bounds, rank_test.two_samples(theirs, ours), few)


def _has_zero(speeds):
    return any(speed <= 0 for speed in speeds.values())


def _finding(middle, bounds, p, blocks):
    low, high = map(math.exp, bounds) if bounds else (None, None)
    return Finding(math.exp(middle), low, high, p, blocks)


def _depth(ours, theirs):
    """The k of the interval from the k-th lowest shift to the k-th highest; 0 if there is none."""
    if ours + theirs > rank_test.MOST_EXACT:
        pairs = ours * theirs
        return signed_rank.nearly(pairs / 2, pairs * (ours + theirs + 1) / 12)
    ways = rank_test.sums_of_some(range(1, ours + theirs + 1), ours)
    least = ours * (ours + 1) // 2
    allowed = (1 - signed_rank.CONFIDENCE) / 2 * math.comb(ours + theirs, ours)
    below = 0
    for k, number in enumerate(ways[least:]):
        below += number
        if below > allowed:
            return k
    return 0


def decide(findings, margin=MARGIN):
    """The same findings with verdicts: all that were asked for together."""
    known = [each for each in findings if each is not None]
    limit = significant([each.p for each in known])
    return [
        None if each is None else _decided(each, limit, margin) for each in findings
    ]


def significant(ps, level=LEVEL):
    """The highest p that is not put down to chance; less than any if there is none."""
    found = [p for rank, p in enumerate(sorted(ps), 1) if p <= level * rank / len(ps)]
    return max(found, default=-1.0)


def _decided(finding, limit, margin):
    if finding.low is None:
        return replace(finding, more=LEAST_BLOCKS - finding.blocks or 1)
    edge = math.log(1 + margin)
    low, high = math.log(finding.low), math.log(finding.high)
    if -edge < low and high < edge:
        return replace(finding, verdict=SAME)
    if finding.p <= limit and (low > 0 or high < 0):
        return replace(finding, verdict=FASTER if low > 0 else SLOWER)
    return replace(finding, more=_more(finding, low, high, edge))


def _more(finding, low, high, edge):
    """An interval narrows with the root of the blocks; it decides when it leaves out 1, or lies within the
    margin, whichever is nearer."""
    middle, half = abs(low + high) / 2, (high - low) / 2
    goal = max(middle, edge - middle)
    needed = finding.blocks * (half / goal) ** 2 if goal > 0 else math.inf
    more = math.ceil(min(needed, 2 * MOST_BLOCKS)) - finding.blocks
    return min(max(more, 1), MOST_BLOCKS)
