"""Ratios as text: a line for each figure and runtime, targets beside what was measured."""

from statistics import median

from . import table
from .micro import PREFIX
from .quantity import digits
from .ratios import FIGURES, UNCLEAR
from .signed_rank import INTERVAL, RANGE

_HEAD = ["figure", "runtime", "target", "measured", "", ""]
_NOTHING = "ratios: none was measured in this run; refbench ratios measures them"


def text(summary):
    """The table, what its figures are, and how far the same is from itself."""
    rows = summary["ratios"]
    if not rows:
        return _NOTHING
    lines = table.lines(_HEAD, table.unrepeated(map(_cells, rows), 1), left=2)
    paragraphs = [lines, _legend(rows), _control(summary["micro_noise"])]
    return "\n\n".join("\n".join(each) for each in paragraphs if each)


def _cells(row):
    several = row["low"] is not None
    return [
        row["figure"],
        row["runtime"],
        _target(row),
        _number(row["value"]),
        f"[{_range(row['low'], row['high'])}]" if several else "",
        row["verdict"] or "",
    ]


def _target(row):
    if row["at_most"] is not None:
        return f"<= {row['at_most']:g}"
    return "" if row["at_least"] is None else f">= {row['at_least']:g}"


def _number(value):
    """Differences may be below 0."""
    return digits(value) if value >= 0 else f"-{digits(-value)}"


def _range(low, high):
    to = "-" if low >= 0 else " to "
    return f"{_number(low)}{to}{_number(high)}"


def _legend(rows):
    shown = {row["figure"] for row in rows}
    known = [figure for figure in FIGURES if figure.name in shown]
    notes = table.lines(["", ""], [[each.name, each.summary] for each in known])[1:]
    return [*(f"  {note}" for note in notes), f"  {_spread(rows)}"]


def _spread(rows):
    """What stands in brackets."""
    found = {row["bounds"] for row in rows}
    if found == {INTERVAL}:
        return f"[intervals of 95%]; {UNCLEAR}: the target lies within"
    if RANGE in found:
        return "medians, [lowest-highest]; of 6 blocks or more intervals of 95%"
    return "one block: no spread known"


def _control(noise):
    if not noise:
        return []
    head = [f"control: {noise[0]['runtime']} against itself", "threads", "ratio", ""]
    lines = table.lines(head, [_noise(row) for row in noise])
    return [*lines, f"  off by {off(noise):.1%} in the median benchmark"]


def off(noise):
    """How far the same is from itself, in the median benchmark."""
    return median(abs(row["ratio"] - 1) for row in noise)


def _noise(row):
    several = row["low"] is not None
    return [
        row["name"].removeprefix(PREFIX),
        row["threads"],
        f"{row['ratio']:.3f}",
        f"[{row['low']:.3f}-{row['high']:.3f}]" if several else "",
    ]
