"""Pauses as text: a table for each number of threads, the machine's own noise at its head.

A pause says little alone, so speed, garbage and memory of the same trials stand beside it.
"""

from . import capability, setting, table
from .pauses import WINDOWS
from .quantity import NONE, count, digits, percent, rate, size

NOISE = "noise floor"
_HEAD = ["workload", "runtime", "op/s", "pauses", "p50", "p99", "max"]
_HEAD += ["mmu 1ms", "10ms", "100ms", "paused", "garbage", "memory"]


def paragraphs(summary):
    rows = [row for row in summary["rows"] if not row["control"]]
    counts = list(dict.fromkeys(row["threads"] for row in sorted(rows, key=_threads)))
    found = [
        _table(summary, threads, [row for row in rows if row["threads"] == threads])
        for threads in counts
    ]
    found = [lines for lines in found if lines]
    return [*found, _legend(summary)] if found else []


def _threads(row):
    return row["threads"]


def _table(summary, threads, rows):
    paused = {setting.title(row) for row in rows if row["pause_us"]["count"]}
    if not paused:
        return []
    noise = [each for each in summary["pause_noise"] if each["threads"] == threads]
    floor = max((each["pause_us"]["max"] or 0 for each in noise), default=0)
    cells = [_noise_cells(each) for each in noise]
    marks = capability.marks(summary)
    shown = [row for row in rows if setting.title(row) in paused]
    cells += [_cells(row, floor, marks) for row in shown]
    lines = table.lines(_HEAD, table.unrepeated(cells, 1), left=2)
    return [_title(threads, rows), *lines, *_without(rows, paused)]


def _title(threads, rows):
    plural = "" if threads == 1 else "s"
    over = ", oversubscribed" if rows[0]["oversubscribed"] else ""
    return f"pauses with {threads} thread{plural}{over}: microseconds"


def _without(rows, paused):
    names = dict.fromkeys(setting.title(row) for row in rows)
    none = [name for name in names if name not in paused]
    return [f"  no pauses: {', '.join(none)}"] if none else []


def _noise_cells(noise):
    return [NOISE, NONE, NONE, *_pauses(noise), NONE, NONE]


def _cells(row, floor, marks):
    return [
        setting.title(row),
        marks.name(row["runtime"]),
        speed(row),
        *_pauses(row, floor),
        *memory(row),
    ]


def _pauses(row, floor=0):
    found = row["pause_us"]
    if not found["count"]:
        return ["0" if found["count"] == 0 else NONE, *[NONE] * 7]
    longest = digits(found["max"])
    if found["max"] is not None and found["max"] <= floor:
        longest = f"({longest})"
    return [
        count(found["count"]),
        digits(found["p50"]),
        digits(found["p99"]),
        longest,
        *(percent(row["mmu"][window]) for window in WINDOWS),
        percent(row["pause_share"]),
    ]


def memory(row):
    """The most garbage there was, and the most memory.  A workload that leaves cycles behind and does not count
    them says 0."""
    untold = not row["peak_garbage"] and row["collected"]
    garbage = NONE if untold else digits(row["peak_garbage"])
    return [garbage, size(row["peak_rss_bytes"])]


def speed(row):
    return rate(row["ops_per_s"]).removesuffix("op/s").rstrip()


def _legend(summary):
    notes = [
        "pauses: of all threads, when the collector kept one from running, by its own work or by making it wait",
        "p50, p99: medians over processes; max: the longest of all; paused: share of the threads' time",
        "mmu: minimum mutator utilisation: in the worst 1, 10 or 100 ms of any thread, the share it had for itself",
        "garbage: unreachable objects at a time, at most; - if the workload cannot count them; memory: resident, at most",
        *_about_noise(summary),
    ]
    marks = capability.marks(summary)
    return [*(f"  {note}" for note in notes), *marks.legend()]


def _about_noise(summary):
    if not summary["pause_noise"]:
        return [f"{NOISE}: not measured in this run"]
    return [
        f"{NOISE}: gaps that threads see which only watch the clock: the machine's own, without any collector",
        "(max): no longer than these gaps, so it tells nothing of the collector",
    ]
