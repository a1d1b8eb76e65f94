"""The pauses of a process: a log-linear histogram of nanoseconds, exact to 0.8 %."""

from bisect import bisect_left
from itertools import accumulate
from math import ceil

_STEPS = 128  # equal buckets in every power of two


class Histogram:
    def __init__(self, buckets, most_ns, lost=0):
        """`buckets` are (lowest value, how many), in ascending order."""
        self.lows = [low for low, _ in buckets]
        self.upto = list(accumulate(count for _, count in buckets))
        self.most_ns = most_ns
        self.lost = lost

    @property
    def count(self):
        return self.upto[-1] if self.upto else 0

    def exceeded_by(self, share):
        """The value, in microseconds, that this share of all do not stay below: by nearest rank,
        the middle of its bucket."""
        rank = min(max(ceil(self.count * (1 - share) - 1e-9), 1), self.count)
        low = self.lows[bisect_left(self.upto, rank)]
        return min(low + _width(low) / 2, self.most_ns) / 1000


def _width(low):
    """How far the bucket's highest value is from its lowest."""
    shift = max(low.bit_length() - _STEPS.bit_length(), 0)
    return (1 << shift) - 1
