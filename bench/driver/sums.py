"""Order statistics of all sums of two, without making all of them: of n values there are n^2.

A sum is a base value plus an offset; each offset has the base values from a place of its own on.  How many sums are at
most t is told by a search of the sorted base for each offset; a bracket of t that so few are in that they can be sorted
holds the one of a rank.  A bracket begins where a sample of the base would have it, and is narrowed by interpolation and by
halves in turn, so values that are far from all others cost a few steps, not a search of all.  Where it does not get narrower,
many sums are the same: then the next one above is looked at, which may be as many as are asked for.

Invariant: of the sums `below` are at most `low`, `within` at most `high`, and below < rank <= within.
"""

import math
from bisect import bisect_right
from functools import cached_property
from itertools import repeat

_ENOUGH = 1000  # sums that are sorted
_STEPS = 4  # that numbers without ties take, about
_SAMPLE = 40  # values of the base that a first guess is made of
_SLACK = 0.01  # of ranks, on both sides of it


class Sums:
    """Offset `i` has the base values from `first[i]` on."""

    def __init__(self, base, offsets, first):
        self.base = base
        self.offsets = offsets
        self.first = first
        self.before = sum(first)
        self.count = len(base) * len(offsets) - self.before

    def at_most(self, t):
        """How many are."""
        rest = [t - offset for offset in self.offsets]
        found = map(bisect_right, repeat(self.base), rest, self.first)
        return sum(found) - self.before

    def of_rank(self, rank):
        """The sum of that rank, from 1."""
        low, high, below, within = self._bracket(rank)
        steps = 0
        while within - below > _ENOUGH:
            steps += 1
            share = 0.5 if steps % 2 == 0 else (rank - below) / (within - below)
            t = low + share * (high - low)
            if not low < t < high:
                if low + (high - low) / 2 in (low, high):
                    return high  # all of them are one number
                continue
            count = self.at_most(t)
            if count >= rank:
                high, within = t, count
                continue
            low, below = t, count
            if steps > _STEPS:
                above = self._next(t)
                low, below = above + self._room, self.at_most(above + self._room)
                if below >= rank:
                    return above
        return sorted(self._between(low, high))[rank - below - 1]

    def _next(self, t):
        """The least that is above t, as there is one."""
        base = self.base
        return min(
            base[place] + offset
            for offset, first in zip(self.offsets, self.first)
            if (place := bisect_right(base, t - offset, first)) < len(base)
        )

    def median(self):
        half, odd = divmod(self.count, 2)
        if odd:
            return self.of_rank(half + 1)
        return (self.of_rank(half) + self.of_rank(half + 1)) / 2

    def _bracket(self, rank):
        """(low, high, how many are at most low, at most high)"""
        low, high = self._ends
        below, within = 0, self.count
        for t in self._guesses(rank / self.count) if within > _ENOUGH else ():
            if low < t < high:
                count = self.at_most(t)
                if count < rank:
                    low, below = t, count
                else:
                    high, within = t, count
        return low, high, below, within

    @cached_property
    def _ends(self):
        """A little below and above all sums: by more than rounding may move them."""
        lowest = self.base[0] + min(self.offsets)
        return lowest - self._room, self.base[-1] + max(self.offsets) + self._room

    @cached_property
    def _room(self):
        most = max(map(abs, (self.base[0], self.base[-1])))
        return (most + max(map(abs, self.offsets))) * 1e-12 or 1.0

    def _guesses(self, share):
        """A little below and above where the sums of a sample have it."""
        last = len(self._some) - 1
        for near in (share - _SLACK, share + _SLACK):
            yield self._some[min(max(math.floor(near * last), 0), last)]

    @cached_property
    def _some(self):
        """The sums of a sample, in order."""
        every = len(self.offsets) // _SAMPLE + 1
        step = len(self.base) // _SAMPLE + 1
        rows = zip(self.offsets[::every], self.first[::every])
        return sorted(
            value + offset for offset, first in rows for value in self.base[first::step]
        )

    def _between(self, low, high):
        """Those above low and at most high, by the same search."""
        base = self.base
        for offset, first in zip(self.offsets, self.first):
            begin = bisect_right(base, low - offset, first)
            end = bisect_right(base, high - offset, begin)
            for i in range(begin, end):
                yield base[i] + offset


def walsh(values):
    """Twice the means of all pairs, each value with itself too."""
    base = sorted(values)
    return Sums(base, base, range(len(base)))


def shifts(ours, theirs):
    """Theirs less ours, of all pairs."""
    offsets = sorted(-value for value in ours)
    return Sums(sorted(theirs), offsets, [0] * len(offsets))
