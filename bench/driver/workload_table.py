"""Speeds of workloads as text: a line for each workload, number of threads and runtime."""

from . import capability, look, setting, table
from .quantity import digits, interval, rate, rate_range, size


def paragraph(summary):
    rows = summary["rows"]
    if not rows:
        return []
    several = summary["blocks"] > 1
    head = ["workload", "threads", "runtime", "speed", f"vs {summary['base']}"]
    head += ["[speed]", "[ratio]"] if several else []
    head += ["peak memory", ""]
    marks = capability.marks(summary)
    cells = [_cells(row, several, marks) for row in rows]
    lines = table.lines(head, table.unrepeated(cells, 2), left=3)
    return [*lines, *_legend(summary), *marks.legend()]


def _cells(row, several, marks):
    over = "*" if row["oversubscribed"] else " "
    cells = [setting.title(row), f"{row['threads']}{over}", marks.name(row["runtime"])]
    cells += [rate(row["ops_per_s"]), digits(row["ratio"])]
    if several:
        cells.append(interval(row["ops_per_s_range"], rate_range))
        cells.append(interval(row["ratio_range"]))
    return [
        *cells,
        size(row["peak_rss_bytes"]),
        _remark(row),
    ]


def _remark(row):
    if row["status"] == "ok":
        return f"~{row['contaminated']}" if row["contaminated"] else ""
    return f"{row['status']}: {row['reason']}" if row["reason"] else row["status"]


def _legend(summary):
    base, rows, cores = summary["base"], summary["rows"], summary["cores"]
    how = (
        ", median over blocks of the ratio within a block"
        if summary["blocks"] > 1
        else ""
    )
    notes = [f"vs {base}: speed over that of {base}{how}; above 1 is faster"]
    if any(row["oversubscribed"] for row in rows):
        notes.append(f"* oversubscribed: more threads than the {cores} cores")
    if any(row["contaminated"] for row in rows):
        notes.append(
            "~n: n trials were contaminated to the last, and used only if there is no other"
        )
    notes += _drifting(rows) + _short(summary["lengths"])
    return [f"  {note}" for note in notes]


def _short(lengths):
    """Workloads whose trials are shorter than they should be."""
    found = [_length(row) for row in look.short(lengths)]
    if not found:
        return []
    return [f"trials shorter than {look.LEAST_NS / 1e6:.0f} ms: {', '.join(found)}"]


def _length(row):
    often = row["repetitions"]
    repeated = f", {often} in each process" if often > 1 else ""
    return f"{setting.title(row)} ({digits(row['ns'] / 1e6)} ms{repeated})"


def _drifting(rows):
    """Those whose speed is of no one moment."""
    names = [
        f"{setting.title(row)}/{row['threads']} {row['runtime']}"
        for row in rows
        if row["steady"] is False
    ]
    if not names:
        return []
    return [
        f"not steady, the speed goes up or down over the blocks: {', '.join(names)}"
    ]
