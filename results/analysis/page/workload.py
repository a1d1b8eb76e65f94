"""A chapter of each workload: what it is, and all that was measured of it in a table."""

from dataclasses import dataclass, field

from . import overview, subject, words
from .grid import Cell, Column, Grid, Row

_COLUMNS = (
    Column("runtime", "text"),
    Column("threads", "number"),
    Column("speed", "number", hint="median over blocks, lowest to highest"),
    Column("ratio", "number", hint="to the speed of the base"),
    Column("verdict", "text"),
    Column("trials", "number"),
    Column("pause p50", "number"),
    Column("p99", "number"),
    Column("longest", "number"),
    Column("MMU 10 ms", "number", hint="minimum mutator utilisation"),
)
_LATENCY = (
    Column("latency p50", "number"),
    Column("p99", "number"),
    Column("longest", "number"),
)
_REST = (
    Column("peak RSS", "number"),
    Column("garbage", "number", hint="unreachable objects at a time, at most"),
    Column("checksum", "text"),
    Column("remarks"),
)


@dataclass
class Page:
    """What is shown of one workload as it was set."""

    id: str
    title: str
    workload: str
    key: tuple  # (workload, settings as figures' tables have them)
    facts: dict
    control: bool
    grid: Grid
    figures: list = field(default_factory=list)


def pages(chapter):
    return [
        _page(chapter, number, rows)
        for number, rows in enumerate(chapter.tasks.values())
    ]


def _page(chapter, number, rows):
    of = subject.of(rows[0])
    facts = chapter.workloads.get(of.workload, {})
    told = {
        name: chapter.clean(facts.get(name) or "")
        for name in ("summary", "reason", "source")
    }
    told["tags"] = facts.get("tags") or []
    name = chapter.id(f"workload-{number}")
    return Page(
        name,
        of.task,
        of.workload,
        chapter.figure_keys[of.what],
        told,
        bool(rows[0]["control"]),
        _grid(chapter, f"{name}-table", of, rows),
    )


def _grid(chapter, name, of, rows):
    late = any(row["latency_us"] for row in rows)
    columns = [*_COLUMNS, *(_LATENCY if late else ()), *_REST]
    grid = Grid(name, f"All that was measured of {of.task}", columns, heads=2)
    conflict = any(
        each["workload"] == of.workload
        and subject.settings(each["settings"]) == of.settings
        for each in chapter.summary.get("checksum_conflicts") or []
    )
    grid.rows = [_row(chapter, row, late, conflict) for row in rows]
    grid.notes = overview.stars(grid.rows)
    return grid


def _row(chapter, row, late, conflict):
    of = subject.of(row)
    links = chapter.links((of,))
    cells = [
        Cell(chapter.marks.name(of.runtime)),
        Cell(str(of.threads), of.threads),
        _speed(row, links),
        *_compared(chapter, row, of),
        Cell(_used(row), row["trials"], links, kind="number"),
        *_pauses(row, links),
        *(_latency(row, links) if late else ()),
        _number(words.size, row["peak_rss_bytes"], links),
        _number(words.digits, _garbage(row), links),
        Cell(_checksum(row, conflict), kind="bad" if conflict else ""),
        Cell(_remarks(chapter, row), kind="remark"),
    ]
    return Row(cells, of.runtime, of.workload, of.threads)


def _number(show, value, links):
    if value is None:
        return Cell(words.NONE, kind="number absent")
    return Cell(show(value), value, links, kind="number")


def _speed(row, links):
    if row["ops_per_s"] is None:
        return Cell(words.NONE, kind="number absent", trials=links)
    low, high = row["ops_per_s_range"] or (None, None)
    small = words.rates(low, high, row["ops_per_s"]) if row["trials"] > 1 else ""
    return Cell(words.rate(row["ops_per_s"]), row["ops_per_s"], links, small, "number")


def _compared(chapter, row, of):
    if of.runtime == chapter.base:
        return [Cell("base", 1.0, kind="number"), Cell(words.NONE, kind="absent")]
    found = chapter.verdicts.row(of) or {}
    more = found.get("more")
    small = f"{more} more blocks" if more and more < 1000 else ""
    small = "1000 or more blocks" if more and more >= 1000 else small
    small = small or chapter.clean(found.get("reason") or "")
    verdict = found.get("verdict") or words.NONE
    return [overview.ratio(chapter, row), Cell(verdict, small=small)]


def _used(row):
    return words.NONE if row["trials"] is None else str(row["trials"])


def _pauses(row, links):
    told = row["pause_us"] or {}
    if not told.get("count"):
        text = "none" if told.get("count") == 0 else words.NONE
        return [Cell(text, kind="number absent")] + [
            Cell(words.NONE, kind="number absent") for _ in range(3)
        ]
    return [
        *(_number(words.time, told[name], links) for name in ("p50", "p99", "max")),
        _number(words.percent, (row["mmu"] or {}).get("10ms"), links),
    ]


def _latency(row, links):
    told = row["latency_us"] or {}
    return [_number(words.time, told.get(n), links) for n in ("p50", "p99", "max")]


def _garbage(row):
    """A workload that leaves cycles behind and does not count them says 0: it is not known."""
    untold = not row["peak_garbage"] and row["collected"]
    return None if untold else row["peak_garbage"]


def _checksum(row, conflict):
    if conflict:
        return "disagrees"
    return "agrees" if row["checksum"] is not None else words.NONE


def _remarks(chapter, row):
    found = []
    if row["status"] != "ok":
        found.append(
            f"{row['status']}: {chapter.clean(row['reason'] or '')}".rstrip(": ")
        )
    if row["oversubscribed"]:
        found.append("oversubscribed")
    if row["contaminated"]:
        found.append(f"{row['contaminated']} contaminated to the last")
    if row["steady"] is False:
        found.append("not steady")
    if row["checksum"] is None and row["status"] == "ok":
        found.append("its trials have different checksums")
    return "; ".join(found)
