"""Single operations: nanoseconds of each, on every runtime and beside peers."""

from . import words
from .grid import Cell, Column, Grid, Row

_LONG = 1000  # ns: from there on with a unit


def grids(chapter):
    return [grid for grid in (_operations(chapter), _means(chapter)) if grid.rows]


def _operations(chapter):
    rows = chapter.summary["micros"]
    runtimes = list(dict.fromkeys(row["runtime"] for row in rows))
    cells = {}
    for row in rows:
        what = (row["group"], row["name"], row["threads"])
        cells.setdefault(what, {})[row["runtime"]] = row
    return Grid(
        chapter.id("operations"),
        "Time of an operation, in nanoseconds if no unit is told: median over blocks, lowest to highest",
        [
            Column("group", "text"),
            Column("operation", "text"),
            Column("threads", "number"),
            *(Column(chapter.marks.name(n), "number", n) for n in runtimes),
        ],
        [_row(chapter, what, of, runtimes) for what, of in cells.items()],
        heads=2,
        notes=_notes(chapter),
    )


def _row(chapter, what, of, runtimes):
    group, name, threads = what
    shown = name.removeprefix("micro/").removesuffix(f"/threads:{threads}")
    cells = [Cell(group), Cell(shown), Cell(str(threads), threads, kind="number")]
    cells += [_cell(chapter, of.get(runtime), runtime) for runtime in runtimes]
    return Row(cells, "", "", threads)


def _cell(chapter, row, runtime):
    if row is None or row["ns"] is None:
        return Cell(words.NONE, kind="absent", runtime=runtime)
    links = chapter.trials.alone(chapter.number, "micro", runtime)
    low, high = row.get("ns_range") or (None, None)
    small = _bounds(low, high) if row["trials"] > 1 else ""
    return Cell(_told(row["ns"]), row["ns"], links, small, "number", "", runtime)


def _told(ns):
    return words.digits(ns) if ns < _LONG else words.time(ns / 1000)


def _bounds(low, high):
    return words.bounds(low, high, _told)


def _notes(chapter):
    noise = chapter.summary.get("micro_noise") or []
    offs = sorted(abs(row["ratio"] - 1) for row in noise if row.get("ratio"))
    if not offs:
        return ["No operation was measured against itself: the noise is not known."]
    middle = offs[len(offs) // 2]
    name = noise[0]["runtime"]
    return [
        f"Noise floor: {name} against itself is off by {middle:.1%} in the median one."
    ]


def _means(chapter):
    """Beside each peer, over the operations that both have."""
    rows = chapter.summary.get("peer_means") or []
    return Grid(
        chapter.id("peers"),
        "Time of single operations over a peer's: geometric mean, lowest to highest block",
        [
            Column("runtime", "text"),
            Column("peer", "text"),
            Column("operations", "text"),
            Column("how many", "number"),
            Column("ratio", "number"),
        ],
        [_peer(chapter, row) for row in rows],
    )


def _peer(chapter, row):
    low, high = row.get("ratio_range") or (None, None)
    links = [
        chapter.trials.alone(chapter.number, "micro", row[who])
        for who in ("runtime", "peer")
    ]
    how = "by calls, as the peer's" if row["called"] else "inlined"
    cells = [
        Cell(chapter.marks.name(row["runtime"])),
        Cell(row["peer"]),
        Cell(how),
        Cell(str(row["benchmarks"]), row["benchmarks"], kind="number"),
        Cell(
            words.digits(row["ratio"]),
            row["ratio"],
            tuple(place for of in links for place in of),
            words.bounds(low, high),
            "number",
        ),
    ]
    return Row(cells, row["runtime"])
