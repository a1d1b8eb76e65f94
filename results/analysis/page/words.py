"""Numbers and lists as people read them: three digits and a unit.  What is not known is a dash."""

NONE = "\N{EN DASH}"
_DECIMAL = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_BINARY = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))
_TIMES = ((1e6, "s"), (1e3, "ms"), (1.0, "\N{MICRO SIGN}s"))
_MOST = 6  # names in a sentence
_DASH = "\N{EN DASH}"


def digits(value):
    """Three significant digits, never in powers of ten."""
    if value is None:
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"


def _scaled(value, steps):
    for step, name in steps:
        if abs(value) >= step:
            return f"{digits(value / step)} {name}"
    return f"{digits(value / steps[-1][0])} {steps[-1][1]}"


def rate(per_second):
    """4.21 Mop/s"""
    return NONE if per_second is None else _scaled(per_second, _with_op())


def _with_op():
    return [(step, f"{prefix}op/s") for step, prefix in _DECIMAL]


def rates(low, high, of):
    """[4.10-4.30], in the unit that rate() has of the number that it stands below."""
    if low is None or high is None:
        return ""
    step = next((step for step, _ in _DECIMAL if of >= step), 1.0)
    return bounds(low / step, high / step)


def size(count):
    """34.2 MiB"""
    return NONE if count is None else _scaled(count, _BINARY)


def time(us):
    """6.02 ms, of microseconds"""
    if us == 0:
        return "0"
    return NONE if us is None else _scaled(us, _TIMES)


def percent(share):
    """A share of 1.  Nothing but all of it is 100 %."""
    if share is None:
        return NONE
    if 0.9995 <= share < 1:
        return "99.9%"
    return f"{100 * share:.0f}%" if share in (0, 1) else f"{100 * share:.1f}%"


def bounds(low, high, show=digits):
    """[1.10-1.20]; nothing where there are none."""
    return "" if low is None or high is None else f"[{show(low)}{_DASH}{show(high)}]"


def plural(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def threads(count):
    return plural(count, "thread")


def listed(names, last="and", most=_MOST):
    """a, b and c; of many the first, and how many more there are."""
    names = list(names)
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} {last} {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
