"""The overview: runtimes beside workloads, a table for each number of threads.

A cell is the speed over the base's, with its interval where there is one and the sign of its verdict.
Only a verdict of faster or slower colours it fully; what is unclear is hatched.
"""

from dataclasses import replace
from math import floor, log2

from . import subject, words
from .grid import Cell, Column, Grid, Row
from .verdicts import FASTER, SIGNS, SLOWER, UNCLEAR

_STEPS = 4  # of colour to either side
_STAR = (
    "* trials of it, or of the base beside it, stayed contaminated to the last; such a trial is used only where"
    " there is no other."
)
_SHADE = 0.25  # of a doubling: how much one step is


def grids(chapter):
    if len(chapter.runtimes) < 2:
        return []
    return [_grid(chapter, threads) for threads in chapter.threads]


def _grid(chapter, threads):
    others = [name for name in chapter.runtimes if name != chapter.base]
    others = [n for n in others if _is_there(chapter, n, threads)]
    over = ", oversubscribed" if is_over(chapter, threads) else ""
    rows = list(_rows(chapter, threads, others))
    return Grid(
        chapter.id(f"heat-{threads}"),
        f"Speed over that of {chapter.base}, with {words.threads(threads)}{over}",
        [
            Column("workload", "text"),
            *(Column(chapter.marks.name(n), "number", n) for n in others),
        ],
        rows,
        _mean(chapter, threads, others),
        notes=stars(rows),
    )


def _is_there(chapter, runtime, threads):
    return any(
        row["runtime"] == runtime and row["threads"] == threads
        for row in chapter.summary["rows"]
    )


def is_over(chapter, threads):
    return any(
        row["oversubscribed"]
        for row in chapter.summary["rows"]
        if row["threads"] == threads
    )


def _rows(chapter, threads, others):
    for rows in chapter.tasks.values():
        own = {row["runtime"]: row for row in rows if row["threads"] == threads}
        if own:
            first = next(iter(own.values()))
            of = subject.of(first)
            name = of.task + (" (control)" if first["control"] else "")
            cells = [ratio(chapter, own[n], n) for n in others if n in own]
            yield Row([Cell(name), *cells], "", of.workload, threads)


def ratio(chapter, row, runtime=""):
    """The cell of a ratio; where there is none, why."""
    of = subject.of(row)
    found = chapter.verdicts.row(of)
    if row["status"] != "ok":
        reason = chapter.clean(row["reason"] or row["status"])
        missing = row["status"] == "missing"
        return Cell(
            words.NONE if missing else row["status"],
            small="" if missing else reason,
            said=reason,
            kind="absent" if missing else "bad",
            trials=chapter.links((of,)),
            runtime=runtime,
        )
    value = found["ratio"] if found else row.get("ratio")
    if value is None:
        why = (found or {}).get("reason") or "no block has both"
        return Cell(words.NONE, said=chapter.clean(why), kind="absent", runtime=runtime)
    both = (of, of.of(chapter.base))
    spoilt = sum(chapter.contaminated.get(each, 0) for each in both)
    told = _remark(row, spoilt)
    shown = coloured(found or {}, value, chapter.links(both), runtime, told)
    return replace(shown, text=shown.text + "*") if spoilt else shown


def _remark(row, spoilt):
    found = []
    if row["oversubscribed"]:
        found.append("oversubscribed")
    if spoilt:
        found.append(f"{words.plural(spoilt, 'trial')} contaminated to the last")
    return ", ".join(found)


def stars(rows):
    """What a star behind a number is, where there is one."""
    if any(cell.text.endswith("*") for row in rows for cell in row.cells):
        return [_STAR]
    return []


def coloured(found, value, links, runtime="", remark=""):
    verdict = found.get("verdict", UNCLEAR)
    interval = words.bounds(found.get("low"), found.get("high"))
    sure = verdict in (FASTER, SLOWER)
    kind = f"ratio d{_step(value) if sure else _STEPS} {verdict}"
    return Cell(
        f"{SIGNS[verdict]} {words.digits(value)}",
        value,
        links,
        interval,
        kind,
        ", ".join(filter(None, (verdict, remark))),
        runtime,
    )


def _step(value):
    """0 for much slower, 4 for alike, 8 for much faster."""
    if value <= 0:
        return 0
    away = floor(abs(log2(value)) / _SHADE) + 1
    return _STEPS + (min(away, _STEPS) if value > 1 else -min(away, _STEPS))


def _mean(chapter, threads, others):
    """The row that stays below; none if the driver told no means of this."""
    cells = []
    for runtime in others:
        row = chapter.verdicts.mean(runtime, threads)
        if row is None or row["ratio"] is None:
            cells.append(Cell(words.NONE, runtime=runtime, kind="absent"))
            continue
        subjects = [
            each
            for of, _ in chapter.verdicts.of_threads(threads)
            if of.runtime == runtime and of.workload not in chapter.no_speed
            for each in (of, of.of(chapter.base))
        ]
        cells.append(coloured(row, row["ratio"], chapter.links(subjects), runtime))
    if all(cell.text == words.NONE for cell in cells):
        return []
    return [Row([Cell(subject.MEAN), *cells], "", "", threads)]
