"""Pauses in full, as text: by generation, by phase, by thread."""

from . import capability, pause_table, setting, table
from .pauses import PHASES, WINDOWS
from .quantity import count, digits, percent

_FIGURES = ("p50", "p90", "p99", "p999", "max")
_TIMES = ("p50", "p90", "p99", "p99.9", "max")


def text(summary):
    rows = [row for row in summary["rows"] if row["pause_detail"]]
    rows = [row for row in rows if row["pause_us"]["count"]]
    if not rows:
        return "no pauses, or none that this run kept by generation, phase and thread"
    marks = capability.marks(summary)
    rows = [{**row, "runtime": marks.name(row["runtime"])} for row in rows]
    parts = (
        [summary["run"]],
        _noise(summary),
        _generations(rows),
        _phases(rows),
        _stops(rows),
        _threads(rows),
        marks.legend(),
    )
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _lines(title, names, rows, cells_of):
    """A table with a line or more for each row; none if there is no line."""
    found = [
        [setting.title(row), row["threads"], row["runtime"], *cells]
        for row in rows
        for cells in cells_of(row)
    ]
    if not found:
        return []
    head = ["workload", "threads", "runtime", *names]
    return [title, *table.lines(head, table.unrepeated(found, 3), left=3)]


def _times(figures, names=_FIGURES):
    return [digits(figures[name]) for name in names]


def _noise(summary):
    """The machine's own, that the others are read beside."""
    rows = [
        [
            each["threads"],
            count(each["pause_us"]["count"]),
            *_times(each["pause_us"]),
            *(percent(each["mmu"][window]) for window in WINDOWS),
        ]
        for each in summary["pause_noise"]
    ]
    title = "noise floor, of threads that only watch the clock: microseconds"
    head = ["threads", "gaps", *_TIMES, "mmu 1ms", *WINDOWS[1:]]
    return [title, *table.lines(head, rows, left=1)] if rows else []


def _generations(rows):
    title = "collections by generation, from the request to the end of clearing: microseconds"
    names = ("generation", "count", *_TIMES, "of all time in them")
    return _lines(title, names, rows, _generation_cells)


def _generation_cells(row):
    found = row["pause_detail"]["generations"]
    whole = sum(each["total"] for each in found)
    return [
        [
            number,
            count(each["count"]),
            *_times(each),
            percent(each["total"] / whole if whole else None),
        ]
        for number, each in enumerate(found)
        if each["count"]
    ]


def _phases(rows):
    title = "what collections spend their time on"
    return _with_notes(
        _lines(title, PHASES, rows, _phase_cells),
        "stop: from the request until every thread has stopped; settle: counts become exact; resume: letting all run",
        "subtract, mark, sweep: finding the garbage; user: callbacks and finalizers, while all run",
        "again: finding what finalizers resurrected, stopped a second time; clear: emptying the garbage, while all run",
    )


def _phase_cells(row):
    phases = row["pause_detail"]["phases"]
    return [[percent(phases[name]["share"]) for name in PHASES]]


def _stops(rows):
    title = "stopping the world: microseconds"
    names = ("op/s", "stop: p50", "p99", "max", "stopped: p50", "p99", "max")
    return _with_notes(
        _lines(
            title,
            (*names, "on cpu", "lost", "garbage", "memory"),
            rows,
            _stop_cells,
        ),
        "stop: from the request until every thread has stopped; stopped: from then until all are let run",
        "on cpu: share of the time of collections of generations 1 and 2 in which the collecting thread had a core",
        "lost: how often it lost that core to others, in the process where that was most often",
    )


def _stop_cells(row):
    found = row["pause_detail"]
    names = ("p50", "p99", "max")
    switches = found["switches"]
    return [
        [
            pause_table.speed(row),
            *_times(found["phases"]["stop"], names),
            *_times(found["stopped"], names),
            percent(found["cpu_share"]),
            count(switches),
            *pause_table.memory(row),
        ]
    ]


def _threads(rows):
    title = "pauses of each thread, its own collections and what it waited for: microseconds"
    names = ("thread", "pauses", "p50", "p99", "max", "mmu 1ms", *WINDOWS[1:], "paused")
    several = [row for row in rows if row["threads"] > 1]
    return _lines(title, names, several, _thread_cells)


def _thread_cells(row):
    return [
        [
            number,
            count(each["count"]),
            *_times(each, ("p50", "p99", "max")),
            *(percent(each["mmu"][window]) for window in WINDOWS),
            percent(each["share"]),
        ]
        for number, each in enumerate(row["pause_detail"]["threads"])
    ]


def _with_notes(lines, *notes):
    return lines and [*lines, *(f"  {note}" for note in notes)]
