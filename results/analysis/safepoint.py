"""Time to safepoint against pause: how much of a pause is waiting until every thread has stopped.

A point for each runtime, workload and number of threads: on the left what half of the pauses stay
below, the median over trials; on the right the longest of all.  On the first diagonal all of a pause
would be waiting, on the others a tenth and a hundredth of it.  The longest wait need not be a part of
the longest pause, so on the right they only bound each other.
"""

from statistics import median

from . import by_cell, left_out, panels, style, time_axis
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "oversubscribed",
    "status",
    "reason",
    "trials",
    "contaminated",
    "figure",
    "safepoint_us",
    "pause_us",
)
_FIGURES = {"median": ("p50_us", median), "longest": ("max_us", max)}
_SHARES = ((1, "all of it"), (0.1, "a tenth"), (0.01, "a hundredth"))


def table(run):
    rows = [row for cell in run.cells for row in _rows(run, cell)]
    return Table(COLUMNS, rows if any(row["pause_us"] for row in rows) else [])


def _rows(run, row):
    """Two of a cell; one without figures if it is not sound, none if nobody pauses in it."""
    cell = {**dict.fromkeys(COLUMNS), **{name: row[name] for name in COLUMNS[:9]}}
    if row["status"] != left_out.SOUND:
        return [cell]
    told = [trial["pauses"] for trial in run.used(row) if trial.get("pauses")]
    told = [each for each in told if each.get("count")]
    if not told or any(each.get("safepoint_p50_us") is None for each in told):
        return []
    return [
        {
            **cell,
            "figure": figure,
            "safepoint_us": combine([each[f"safepoint_{name}"] for each in told]),
            "pause_us": combine([each[name] for each in told]),
        }
        for figure, (name, combine) in _FIGURES.items()
    ]


def draw(table, run):
    grid = panels.grid(len(_FIGURES), legend=True, sharex=True, sharey=True)
    looks = style.looks(table.values("runtime"))
    rows = [row for row in table.rows if row["pause_us"] and row["safepoint_us"]]
    ends = time_axis.limits([row["safepoint_us"] for row in rows])
    wide = time_axis.limits([row["pause_us"] for row in rows])
    for panel, figure in zip(grid.panels, _FIGURES):
        panel.set(xscale="log", yscale="log")
        panel.set_title(f"{figure} pause", loc="left")
        for row in rows:
            if row["figure"] == figure:
                _mark(panel, row, looks[row["runtime"]])
    for panel in grid.panels:
        time_axis.set_up(panel.xaxis, wide)
        time_axis.set_up(panel.yaxis, ends)
        _diagonals(panel, wide, ends)
    grid.label("pause, \N{MICRO SIGN}s", "time to safepoint, \N{MICRO SIGN}s")
    used = {row["runtime"]: looks[row["runtime"]] for row in rows}
    return grid.finish([], by_cell.keys_of(used, linestyle=""), _caption(table, run))


def _mark(panel, row, look):
    words = {**look, "linestyle": "", "zorder": 3, "mew": 0.7}
    if row["contaminated"]:
        words["mfc"] = style.PAPER
    if row["oversubscribed"]:
        words["alpha"] = 0.4
    (point,) = panel.plot([row["pause_us"]], [row["safepoint_us"]], **words)
    text = (
        f"{by_cell.where(row)}: {row['figure']} pause {style.rounded(row['pause_us'])}"
        f" \N{MICRO SIGN}s, {row['figure']} time to safepoint"
        f" {style.rounded(row['safepoint_us'])} \N{MICRO SIGN}s"
    )
    style.tell(point, text, **by_cell.tells(row))


def _diagonals(panel, wide, ends):
    for share, name in _SHARES:
        low, high = max(wide[0], ends[0] / share), min(wide[1], ends[1] / share)
        if low >= high:
            continue
        x = (low, high)
        line = {"color": style.GREY, "lw": 0.6, "ls": (0, (2, 2)), "zorder": 1}
        panel.plot(x, [share * each for each in x], **line)
        right = high == wide[1]
        panel.annotate(
            name,
            (high, share * high),
            (3, 0) if right else (0, 3),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center" if right else "bottom",
            annotation_clip=False,
            **style.SMALL,
        )


def _caption(table, run):
    rows = [row for row in table.rows if row["figure"]]
    parts = left_out.everywhere(table)
    parts.append(
        "a point: one workload with so many threads, on the left the median of its trials, on the right the"
        " longest of all"
    )
    if any(row["contaminated"] for row in rows):
        parts.append(left_out.HOLLOW)
    if any(row["oversubscribed"] for row in rows):
        parts.append("pale: more threads than cores")
    return "; ".join([*parts, run.title])


DEFINITION = Definition(
    "safepoint",
    "Time to safepoint against pause",
    "The nearer to the upper diagonal, the more of a pause is waiting until every thread has stopped.",
    table,
    draw,
)
