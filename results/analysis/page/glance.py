"""At a glance: of each runtime, for a number of threads, speed and what it costs, in one row."""

from . import bound, overview, subject, words
from .grid import Cell, Column, Grid, Row
from .verdicts import FASTER, SAME, SLOWER, UNCLEAR

_VERDICTS = (FASTER, SLOWER, SAME, UNCLEAR)


def grids(chapter):
    found = [_grid(chapter, threads) for threads in chapter.threads]
    return [grid for grid in found if grid.rows]


def _grid(chapter, threads):
    rows = [
        row
        for row in chapter.summary["rows"]
        if row["threads"] == threads and not row.get("control")
    ]
    runtimes = list(dict.fromkeys(row["runtime"] for row in rows))
    over = ", oversubscribed" if any(row["oversubscribed"] for row in rows) else ""
    peak = f"peak RSS over that of {chapter.base}"
    grid = Grid(
        chapter.id(f"glance-{threads}"),
        f"At a glance, with {words.threads(threads)}{over}: speed beside {chapter.base} and what it costs",
        [
            Column("runtime", "text"),
            Column("speed", "number", hint="geometric mean over workloads, of ratios"),
            *(Column(verdict, "number", hint="workloads") for verdict in _VERDICTS),
            Column("longest pause", "number"),
            Column("highest p99", "number", hint="of pauses, over workloads"),
            Column("least memory", "number", hint=peak),
            Column("most memory", "number", hint=peak),
            Column("overhead", "number", hint="lower bound of all memory management"),
        ],
    )
    grid.rows = [
        _row(chapter, name, threads, [row for row in rows if row["runtime"] == name])
        for name in runtimes
    ]
    return grid


def _row(chapter, runtime, threads, rows):
    sound = [row for row in rows if row["status"] == "ok"]
    raced = [row for row in rows if row["workload"] not in chapter.no_speed]
    cells = [
        Cell(chapter.marks.name(runtime)),
        _speed(chapter, runtime, threads, raced),
        *_counts(chapter, runtime, raced),
        *_pauses(chapter, sound),
        *_memory(chapter, threads, sound),
        _overhead(chapter, runtime, threads),
    ]
    return Row(cells, runtime, "", threads)


def _links(chapter, rows, base=False):
    subjects = [subject.of(row) for row in rows]
    beside = [of.of(chapter.base) for of in subjects] if base else []
    return chapter.links([*subjects, *beside])


def _speed(chapter, runtime, threads, rows):
    if runtime == chapter.base:
        return Cell("base", 1.0, kind="number")
    row = chapter.verdicts.mean(runtime, threads)
    if row is None or row["ratio"] is None:
        return Cell(words.NONE, kind="number absent")
    return overview.coloured(row, row["ratio"], _links(chapter, rows, True))


def _counts(chapter, runtime, rows):
    if runtime == chapter.base:
        return [Cell(words.NONE, kind="number absent") for _ in _VERDICTS]
    of = [(row, chapter.verdicts.row(subject.of(row)) or {}) for row in rows]
    cells = []
    for verdict in _VERDICTS:
        own = [row for row, found in of if found.get("verdict") == verdict]
        links = _links(chapter, own, True)
        cells.append(Cell(str(len(own)), len(own), links, kind="number"))
    return cells


def _pauses(chapter, sound):
    return [_highest(chapter, sound, name) for name in ("max", "p99")]


def _highest(chapter, sound, name):
    counts = [row["pause_us"].get("count") for row in sound if row["pause_us"]]
    paused = [row for row in sound if (row["pause_us"] or {}).get("count")]
    paused = [row for row in paused if row["pause_us"][name] is not None]
    if not paused:
        none = counts and not any(counts)
        return Cell("none" if none else words.NONE, kind="number absent")
    row = max(paused, key=lambda row: row["pause_us"][name])
    of, value = subject.of(row), row["pause_us"][name]
    return Cell(words.time(value), value, chapter.links((of,)), of.task, "number")


def _memory(chapter, threads, sound):
    base = {
        subject.of(row).what: row["peak_rss_bytes"]
        for row in chapter.summary["rows"]
        if row["runtime"] == chapter.base and row["threads"] == threads
    }
    ratios = sorted(
        (row["peak_rss_bytes"] / base[subject.of(row).what], subject.of(row))
        for row in sound
        if row["peak_rss_bytes"] and base.get(subject.of(row).what)
    )
    if not ratios:
        return [Cell(words.NONE, kind="number absent")] * 2
    return [_times(chapter, *ratios[0]), _times(chapter, *ratios[-1])]


def _times(chapter, ratio, of):
    if of.runtime == chapter.base:
        return Cell("base", 1.0, kind="number")
    links = chapter.links((of, of.of(chapter.base)))
    return Cell(words.digits(ratio), ratio, links, of.task, "number")


def _overhead(chapter, runtime, threads):
    means = (chapter.run.overhead or {}).get("means") or []
    for row in means:
        if (row["runtime"], row["threads"], row["heap"]) == (runtime, threads, None):
            told = row["over"].get("ideal") or {}
            if told.get("ratio") is not None:
                small = words.bounds(told.get("low"), told.get("high"))
                of = bound.subjects(chapter.run.overhead, runtime, threads)
                links = chapter.links(of)
                text = words.digits(told["ratio"])
                return Cell(text, told["ratio"], links, small, "number")
    return Cell(words.NONE, kind="number absent")
