"""Pauses and memory of all workloads: tables of runtimes beside workloads, one number in a cell."""

from . import overview, subject, words
from .grid import Cell, Column, Grid, Row


def pauses(chapter):
    below = "Pauses: what 99% of them stay below"
    return [
        *_grids(chapter, "longest", "Longest pause", _longest, words.time),
        *_grids(chapter, "p99", below, _p99, words.time),
    ]


def memory(chapter):
    return _grids(chapter, "memory", "Peak resident memory", _memory, words.size)


def _grids(chapter, *how):
    found = [_grid(chapter, threads, *how) for threads in chapter.threads]
    return [grid for grid in found if grid.rows]


def _longest(row):
    told = row["pause_us"] or {}
    return told["max"] if told.get("count") else None


def _p99(row):
    told = row["pause_us"] or {}
    return told["p99"] if told.get("count") else None


def _memory(row):
    return row["peak_rss_bytes"]


def _absent(row, of):
    """Nothing held a thread up, or it is not known."""
    counted = of is not _memory and row["pause_us"]
    return "none" if counted and not counted.get("count") else words.NONE


def _grid(chapter, threads, name, title, of, show):
    rows = [
        [row for row in rows if row["threads"] == threads]
        for rows in chapter.tasks.values()
    ]
    rows = [own for own in rows if any(of(row) is not None for row in own)]
    there = {r["runtime"] for own in rows for r in own if r["status"] != "missing"}
    runtimes = [name for name in chapter.runtimes if name in there]
    over = ", oversubscribed" if overview.is_over(chapter, threads) else ""
    shown = [_row(chapter, own, runtimes, (of, show)) for own in rows]
    return Grid(
        chapter.id(f"{name}-{threads}"),
        f"{title}, with {words.threads(threads)}{over}",
        [
            Column("workload", "text"),
            *(Column(chapter.marks.name(n), "number", n) for n in runtimes),
        ],
        shown,
        notes=overview.stars(shown),
    )


def _row(chapter, own, runtimes, how):
    by_name = {row["runtime"]: row for row in own}
    first = subject.of(own[0])
    cells = [Cell(first.task)]
    cells += [_cell(chapter, by_name[name], *how) for name in runtimes]
    return Row(cells, "", first.workload, first.threads)


def _cell(chapter, row, of, show):
    where = {"trials": chapter.links((subject.of(row),)), "runtime": row["runtime"]}
    if row["status"] != "ok":
        reason = chapter.clean(row["reason"] or row["status"])
        missing = row["status"] == "missing"
        kind = "absent" if missing else "bad"
        text = words.NONE if missing else row["status"]
        return Cell(text, kind=kind, said=reason, **where)
    value = of(row)
    if value is None:
        return Cell(_absent(row, of), kind="number absent", **where)
    star = "*" if row["contaminated"] else ""
    return Cell(show(value) + star, value, kind="number", **where)
