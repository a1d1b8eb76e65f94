"""A logarithmic axis of microseconds, from a decade to a decade."""

from math import ceil, floor, log10

from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from . import style


def limits(values, highest=None):
    """The decades around these; what is zero or unknown is on no such axis."""
    known = [value for value in values if value] or [1, 10]
    top = max([highest or 0, *known])
    return 10 ** floor(log10(min(known))), 10 ** ceil(log10(top * 1.01))


def set_up(axis, ends):
    """`axis` is the x or y axis of a panel."""
    axis.set_major_locator(LogLocator(10, numticks=12))
    axis.set_major_formatter(FuncFormatter(style.plain))
    axis.set_minor_formatter(NullFormatter())
    axis.axes.set(**{f"{axis.axis_name}lim": ends})
