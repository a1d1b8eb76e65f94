"""What the pauses of several processes come to: of each, what its trial's line tells.

A figure is the median over processes; a maximum is the highest of all.  What no process told is
null: older programs told less.
"""

import re
from math import isfinite
from statistics import median

FIGURES = ("count", "p50", "p90", "p99", "p999", "max", "total")
PHASES = (
    "stop",
    "settle",
    "subtract",
    "mark",
    "sweep",
    "resume",
    "user",
    "again",
    "clear",
)
WINDOWS = ("1ms", "10ms", "100ms")  # those that tables have
_MMU = re.compile(r"mmu_(?P<length>\d+)(?P<unit>us|ms)")
_US = {"us": 1, "ms": 1000}


def is_whole(kept):
    """Whether a process that kept its pauses told all of them, in numbers.  One of reading.NONSENSE
    if it told something else."""
    phases = [kept["phase"][name] for name in PHASES]
    all_figures = [*kept["generation"], *phases, kept["stopped"], *kept["thread"]]
    names = [_key(name) for name in FIGURES]
    return (
        all(_are_numbers(each, names) for each in all_figures)
        and _are_numbers(kept["weighed"], ("us", "cpu_us", "switches"))
        and all(_are_numbers(each, ["share"]) for each in kept["thread"])
        and all(_are_numbers(each["mmu"], WINDOWS) for each in kept["thread"])
    )


def _are_numbers(told, names):
    return all(
        type(told[name]) in (int, float) and isfinite(told[name]) for name in names
    )


def middle(values):
    return median(values) if values else None


def highest(values):
    return max(values, default=None)


def extremes(values):
    return [min(values), max(values)] if values else None


def _of(told, name, combine=middle):
    known = [each[name] for each in told if each.get(name) is not None]
    return combine(known)


def figures(told):
    """How many, how long in microseconds: of all pauses, of a phase, of a generation."""
    found = {name: _of(told, _key(name)) for name in (*FIGURES, "lost")}
    return {**found, "max": _of(told, "max_us", highest)}


def _key(name):
    return name if name in ("count", "lost") else f"{name}_us"


def share(told):
    """Of the threads' time, what they spent in pauses."""
    return _of(told, "share")


def utilisation(told, combine=middle):
    """Window -> the least share of any such window that a thread had for its own code; of the
    thread that had least."""
    return {window: _of(told, f"mmu_{window}", combine) for window in WINDOWS}


def curve(told):
    """The same for every window that is told of, shortest first; None if none is."""
    windows = sorted({(us, name) for each in told for us, name in _windows(each)})
    if not windows:
        return None
    known = [
        [each[name] for each in told if each.get(name) is not None]
        for _, name in windows
    ]
    return {
        "windows_us": [us for us, _ in windows],
        "median": [middle(values) for values in known],
        "low": [min(values) for values in known],
        "high": [max(values) for values in known],
    }


def _windows(each):
    """(microseconds, name) of those that a process tells of."""
    for name, value in each.items():
        if (found := _MMU.fullmatch(name)) and value is not None:
            yield int(found["length"]) * _US[found["unit"]], name


def detail(told):
    """By generation, phase and thread; None if no process told."""
    told = [each for each in told if each.get("generation")]
    if not told:
        return None
    return {
        "generations": _side_by_side([each["generation"] for each in told], figures),
        "phases": {name: _phase(told, name) for name in PHASES},
        "stopped": figures([each["stopped"] for each in told]),
        **_weighed([each["weighed"] for each in told]),
        "threads": _side_by_side([each["thread"] for each in told], _thread),
    }


def _side_by_side(lists, combine):
    """The first of every process combined, then the second."""
    return [combine(each) for each in zip(*lists)]


def _phase(told, name):
    """Its figures, and its share of the time of collections."""
    own = [each["phase"][name] for each in told]
    shares = [
        phase["total_us"] / whole
        for phase, each in zip(own, told)
        if (whole := _collecting_us(each))
    ]
    return {**figures(own), "share": middle(shares)}


def _collecting_us(each):
    return sum(generation["total_us"] for generation in each["generation"])


def _weighed(told):
    """Of the time of older generations' collections, how much the processor worked for them."""
    shares = [min(1, each["cpu_us"] / each["us"]) for each in told if each["us"]]
    return {"cpu_share": middle(shares), "switches": _of(told, "switches", highest)}


def _thread(told):
    windows = [each["mmu"] for each in told]
    mmu = {window: _of(windows, window) for window in WINDOWS}
    return {**figures(told), "share": share(told), "mmu": mmu}
