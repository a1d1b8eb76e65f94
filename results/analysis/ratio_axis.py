"""An axis of ratios: logarithmic, since half is as far from 1 as twice is, and 1 among its ticks."""

from math import log

from matplotlib.ticker import FixedLocator, NullLocator

from . import style

_WANTED = (
    1,
    0.5,
    2,
    0.2,
    5,
    0.1,
    10,
    0.05,
    20,
    0.01,
    100,
    0.001,
    1000,
)  # first to last
_WANTED = (*_WANTED, 0.8, 1.25, 0.7, 1.5, 0.9, 1.1, 0.95, 1.05)


def ticks(axis, low, high, apart):
    """Sets those of an axis from low to high, each so far from the next, as a share of its length."""
    axis.set_major_locator(FixedLocator(fitting(low, high, apart)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(style.plain)


def fitting(low, high, apart):
    least, found = log(high / low) * apart, []
    for each in _WANTED:
        if low <= each <= high and all(abs(log(each / x)) >= least for x in found):
            found.append(each)
    return sorted(found)
