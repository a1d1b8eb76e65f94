"""Numbers as people read them: three digits and a unit.  What was not measured is a dash."""

NONE = "-"
_DECIMAL = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_BINARY = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))


def digits(value):
    """Three significant digits, never in powers of ten."""
    if value is None:
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _scaled(value, steps):
    for step, name in steps:
        if abs(value) >= step:
            return value / step, name
    return value / steps[-1][0], steps[-1][1]


def rate(per_second):
    """Operations per second: 4.21 Mop/s."""
    if per_second is None:
        return NONE
    number, prefix = _scaled(per_second, _DECIMAL)
    return f"{digits(number)} {prefix}op/s"


def rate_range(low, high):
    """Two rates in the unit of the larger: 4.10-4.30."""
    step = next((step for step, _ in _DECIMAL if high >= step), 1.0)
    return f"{digits(low / step)}-{digits(high / step)}"


def percent(share):
    """A share of 1: 8.3%.  Nothing but all of it is 100%."""
    if share is None:
        return NONE
    if 0.9995 <= share < 1:
        return "99.9%"
    return f"{100 * share:.0f}%" if share in (0, 1) else f"{100 * share:.1f}%"


def count(value):
    """A whole number."""
    return NONE if value is None else f"{value:.0f}"


def size(count):
    """Bytes: 34.2 MiB."""
    if count is None:
        return NONE
    number, name = _scaled(count, _BINARY)
    return f"{digits(number)} {name}"


def _plain_range(low, high):
    return f"{digits(low)}-{digits(high)}"


def interval(bounds, show=_plain_range):
    """The lowest and the highest of several: [4.10-4.30]."""
    return f"[{show(*bounds)}]" if bounds else NONE
