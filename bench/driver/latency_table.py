"""Latencies of requests as text: of each runtime both ways of taking them, beside its speed, garbage and memory."""

from . import capability, pause_table, setting, table
from .latency import KINDS
from .quantity import NONE, digits

_TIMES = ("p50", "p99", "p999", "max")
_NAMES = ("p50", "p99", "p99.9", "max")
_HEAD = ["workload", "threads", "runtime", "op/s"]
_HEAD += [f"simple {_NAMES[0]}", *_NAMES[1:], f"metered {_NAMES[0]}", *_NAMES[1:]]
_HEAD += ["garbage", "memory"]


def paragraph(summary):
    rows = [row for row in summary["rows"] if row["latency_us"]]
    if not rows:
        return []
    marks = capability.marks(summary)
    cells = table.unrepeated([_cells(row, marks) for row in rows], 2)
    lines = table.lines(_HEAD, cells, left=3)
    return ["latencies of requests: microseconds", *lines, *_legend(), *marks.legend()]


def _cells(row, marks):
    over = "*" if row["oversubscribed"] else " "
    return [
        setting.title(row),
        f"{row['threads']}{over}",
        marks.name(row["runtime"]),
        pause_table.speed(row),
        *(
            digits(row[kind][name]) if row[kind] else NONE
            for kind in KINDS
            for name in _TIMES
        ),
        *pause_table.memory(row),
    ]


def _legend():
    return [
        "  simple: from when a request was begun, or was due, to its end",
        "  metered: from when it would have come, had requests come evenly; so a stop delays all that come meanwhile",
        "  p50, p99, p99.9: medians over processes; max: the longest of all",
    ]
