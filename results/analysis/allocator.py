"""The allocator's memory at its peak: every arena a row, every pool a cell.

A cell's colour and mark say what its blocks are for, its depth how many of them are in use, its number, where
there is room, their size in bytes.  A pool without a block in use is an empty frame; one that waits for readers is striped, and one whose
blocks were given back by another thread and not yet taken in is crossed.  It is the map of refbench alloc
--map, with the same meaning of colours; the numbers are a line of refbench.alloc_snapshot/1.
"""

from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from . import optional, style
from .figure import Definition
from .table import Table

SCHEMA = "refbench.alloc_snapshot/1"
KINDS = ("data", "object", "container")
STATES = ("full", "partial", "empty", "waiting")
BLOCKS = ("live", "free", "remote", "absent", "uncarved")
_POOL = ("arena", "slot", "bytes", "kind", "state", *BLOCKS, "heap")
_SIZES = ("arena_bytes", "pool_bytes", "header_bytes")
_HELD = ("live_bytes", "committed_bytes", "resident_bytes")
COLUMNS = ("runtime", "workload", "threads", *_POOL, *_SIZES, *_HELD)
HUES = {"data": "blue", "object": "ochre", "container": "green"}
_LEAST_DEPTH = 0.12  # of the colour of a pool with one block in use
_STEPS = 8  # of depth
_STRIPES, _CROSSES = "//////", "xxxxxx"
_ROW, _THIN = 0.17, 0.05  # inches of an arena, at most and at least
_AROUND = 1.25
_LABELLED = 800  # pools; more of them have no numbers
_WIDTH = 5.6  # inches that the slots of an arena have
_LEAST_LETTER = 3.6  # points
_MARKS = {"data": ".", "container": "_"}  # in its cells


def table(run):
    """The pools of a snapshot; no rows if there is none, or it makes no sense."""
    shown = (run.memory or {}).get("map")
    if not optional.is_of(shown, SCHEMA) or not _makes_sense(shown):
        return Table(COLUMNS, [])
    named = str(shown.get("trial", "")).split("/")
    common = {
        "runtime": shown["runtime"],
        "workload": named[1] if len(named) > 1 else named[0],
        "threads": shown["threads"],
        **{name: shown[name] for name in (*_SIZES, *_HELD)},
    }
    return Table(COLUMNS, [{**common, **_pool(row)} for row in shown["pools"]])


def _makes_sense(shown):
    numbers = [shown.get(name) for name in ("threads", *_SIZES, *_HELD)]
    rows = shown.get("pools")
    return (
        isinstance(shown.get("runtime"), str)
        and all(_is_count(each) for each in numbers)
        and 0 < shown["pool_bytes"] <= shown["arena_bytes"]
        and isinstance(rows, list)
        and all(_is_pool(row, _slots(shown)) for row in rows)
    )


def _is_count(value):
    return type(value) is int and 0 <= value < 1 << 63


def _slots(shown):
    return min(4096, shown["arena_bytes"] // shown["pool_bytes"])


def _is_pool(row, slots):
    return (
        isinstance(row, list)
        and len(row) == len(_POOL)
        and all(map(_is_count, row))
        and row[1] < slots
        and row[3] < len(KINDS)
        and row[4] < len(STATES)
    )


def _pool(row):
    found = dict(zip(_POOL, row))
    return {**found, "kind": KINDS[found["kind"]], "state": STATES[found["state"]]}


def fullness(pool):
    """The share of its blocks that a caller has."""
    capacity = sum(pool[name] for name in BLOCKS)
    return pool["live"] / capacity if capacity else 0.0


def look(pool):
    """(kind, "waiting", "remote", "empty", or the step of its depth)"""
    if pool["state"] == "waiting":
        return pool["kind"], "waiting"
    if pool["live"] == 0:
        return pool["kind"], "remote" if pool["remote"] else "empty"
    return pool["kind"], min(_STEPS, int(fullness(pool) * _STEPS) + 1)


def draw(table, run):
    first = table.rows[0]
    arenas = sorted(table.values("arena"))
    slots = _slots(first)
    row = min(_ROW, max(_THIN, (style.TALLEST - _AROUND) / len(arenas)))
    size = (style.TWO_COLUMNS, len(arenas) * row + _AROUND)
    figure = Figure(figsize=size, layout="constrained")
    panel = figure.subplots()
    panel.set_xlim(0, slots)
    panel.set_ylim(len(arenas), 0)
    _ground(panel, first, len(arenas), slots)
    places = {arena: y for y, arena in enumerate(arenas)}
    looks = {}
    for pool in table.rows:
        looks.setdefault(look(pool), []).append(pool)
    for which, pools in looks.items():
        _cells(panel, which, pools, places)
    for kind, mark in _MARKS.items():
        _marks(panel, table.where(kind=kind), places, mark)
    numbered = _letter(table, row) >= _LEAST_LETTER
    if numbered:
        _numbers(panel, table.rows, places, _letter(table, row))
    _axes(panel, arenas, first)
    numbers = "numbers: bytes of a block; " if numbered else ""
    style.frame(figure, _keys(table), f"{numbers}{_held(first)}; {run.title}")
    return figure


def _area(pool, places):
    """Behind the arena's header, if that ends in its slot."""
    header = min(
        max(pool["slot"], pool["header_bytes"] / pool["pool_bytes"]), pool["slot"] + 1
    )
    return Rectangle(
        (header, places[pool["arena"]] + 0.04), pool["slot"] + 1 - header, 0.92
    )


def _ground(panel, first, arenas, slots):
    """The rows without their pools: free slots, and the headers."""
    header = min(first["header_bytes"] / first["pool_bytes"], slots)
    rows = [Rectangle((0, y + 0.04), slots, 0.92) for y in range(arenas)]
    heads = [Rectangle((0, y + 0.04), header, 0.92) for y in range(arenas)]
    panel.add_collection(PatchCollection(rows, fc=style.PAPER, ec=style.RULE, lw=0.5))
    panel.add_collection(PatchCollection(heads, fc=style.GREY, ec="none"))


def _cells(panel, which, pools, places):
    """Those that look alike."""
    kind, state = which
    colour = style.hue(HUES[kind])
    plain = isinstance(state, int)
    depth = _LEAST_DEPTH + (1 - _LEAST_DEPTH) * state / _STEPS if plain else None
    cells = PatchCollection(
        [_area(pool, places) for pool in pools],
        fc=colour if plain else style.PAPER,
        ec=style.PAPER if plain else colour,
        alpha=depth,
        hatch={"waiting": _STRIPES, "remote": _CROSSES}.get(state),
        lw=0.5,
    )
    panel.add_collection(cells)
    what = {"waiting": "waiting for readers", "remote": "given back, not taken in"}
    told = (
        f"at most {state}/{_STEPS} in use"
        if plain
        else what.get(state, "no block in use")
    )
    style.tell(cells, f"{len(pools)} pools of {kind} blocks, {told}")


def _marks(panel, pools, places, mark):
    """Tells the kind to who sees no colours."""
    x = [pool["slot"] + 0.5 for pool in pools]
    y = [places[pool["arena"]] + 0.82 for pool in pools]
    panel.plot(x, y, ls="", marker=mark, ms=2.4, mew=0.6, color=style.INK, zorder=3)


def _letter(table, row):
    """The size of numbers that fit all cells; 0 if there are too many."""
    if len(table.rows) > _LABELLED:
        return 0
    longest = max(len(str(pool["bytes"])) for pool in table.rows)
    width = _WIDTH / _slots(table.rows[0]) * 72
    return min(5, row * 72 * 0.5, width / longest * 1.5)


def _numbers(panel, pools, places, letter):
    for pool in pools:
        dark = isinstance(look(pool)[1], int) and fullness(pool) > 0.6
        panel.text(
            pool["slot"] + 0.5,
            places[pool["arena"]] + 0.4,
            str(pool["bytes"]),
            ha="center",
            va="center",
            fontsize=letter,
            color=style.PAPER if dark else style.INK,
        )


def _axes(panel, arenas, first):
    step = max(1, len(arenas) // 30)
    panel.set_yticks([y + 0.5 for y in range(0, len(arenas), step)])
    panel.set_yticklabels([f"arena {arena}" for arena in arenas[::step]], fontsize=5.5)
    panel.tick_params(axis="y", length=0, pad=2)
    kib = first["pool_bytes"] / 1024
    panel.set_xlabel(
        f"pools of {style.plain(kib)} KiB, in the order of their addresses"
    )
    for spine in panel.spines.values():
        spine.set_visible(False)
    what = f"{style.short(first['workload'])}, {style.short(first['runtime'])}"
    plural = "" if first["threads"] == 1 else "s"
    panel.set_title(f"{what}, {first['threads']} thread{plural}", loc="left")


def _keys(table):
    kinds = table.values("kind")
    keys = [_key(kind) for kind in KINDS if kind in kinds]
    edge = {"fc": style.PAPER, "ec": style.GREY, "lw": 0.6}
    looks = {look(row)[1] for row in table.rows}
    for state, hatch, label in (
        ("empty", None, "no block in use"),
        ("waiting", _STRIPES, "waits for readers"),
        ("remote", _CROSSES, "given back by others"),
    ):
        if state in looks:
            keys.append(Patch(**edge, hatch=hatch, label=label))
    keys.append(Patch(fc=style.GREY, label="header"))
    return keys


def _key(kind):
    square = {"marker": "s", "ms": 7, "ls": "", "color": style.hue(HUES[kind])}
    mark = {".": " (dot)", "_": " (dash)"}.get(_MARKS.get(kind), "")
    return Line2D([], [], **square, label=f"{kind}{mark}")


def _held(first):
    mib = {name: f"{first[name] / (1 << 20):.3g}" for name in _HELD}
    return (
        f"the deeper, the fuller; {mib['live_bytes']} MiB in use, {mib['committed_bytes']} committed,"
        f" {mib['resident_bytes']} resident"
    )


DEFINITION = Definition(
    "allocator",
    "Arenas and pools",
    "Each row is an arena, each cell a pool: its colour and mark say what its blocks are for, its depth how many"
    " of them are in use.",
    table,
    draw,
    style.TWO_COLUMNS,
)
