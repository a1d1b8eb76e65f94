"""Throughput against threads: a panel for each workload, a line for each runtime.

The line is the median over blocks, the band reaches from the slowest block to the fastest.  What
was not measured soundly interrupts it, and the panel says why.  Beyond the number of cores threads
share them, so the reference, what one thread of the base does times the threads, ends there.
"""

from math import nan, sqrt

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from . import by_cell, left_out, panels, style
from .figure import Definition
from .folder import of
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "control",
    "oversubscribed",
    "status",
    "reason",
    "trials",
    "contaminated",
    "ops_per_s",
    "ops_per_s_low",
    "ops_per_s_high",
    "linear_ops_per_s",
)
_UNITS = ((1e9, "Gop/s"), (1e6, "Mop/s"), (1e3, "kop/s"), (1.0, "op/s"))
_LINEAR = {"color": style.GREY, "ls": (0, (2, 2)), "lw": 0.9}
_BELOW_AXIS = 26  # points, for ticks and the axis's label


def table(run):
    alone = {
        of(row): row["ops_per_s"]
        for row in run.rows
        if row["runtime"] == run.summary["base"]
        and row["threads"] == 1
        and row["status"] == left_out.SOUND
    }
    rows = [_row(row, alone.get(of(row)), run) for row in run.cells]
    return Table(COLUMNS, rows)


def _row(row, alone, run):
    low, high = row["ops_per_s_range"] or (None, None)
    usable = min(row["threads"], run.summary["cores"] or row["threads"])
    return {
        **{name: row[name] for name in COLUMNS[:11]},
        "ops_per_s_low": low,
        "ops_per_s_high": high,
        "linear_ops_per_s": alone * usable if alone else None,
    }


def draw(table, run):
    workloads = table.pairs("workload", "settings")
    grid = panels.grid(len(workloads))
    grid.below = _BELOW_AXIS
    looks = style.looks(table.values("runtime"))
    never, said = left_out.never(table)
    for place, workload in enumerate(workloads):
        rows = _panel(grid, place, table, workload, looks, run)
        grid.left_out[place] = _left_out(rows, never)
    for panel, left, bottom in grid.edges():
        if bottom or not grid.dense:
            panel.set_xlabel("threads", labelpad=1)
    caption = "; ".join([*said, _caption(table, run)])
    return grid.finish(_keys(run), by_cell.keys_of(looks), caption)


def _panel(grid, place, table, workload, looks, run):
    """Draws it; returns its rows."""
    panel = grid.panels[place]
    own = dict(zip(("workload", "settings"), workload))
    rows = table.where(**own)
    threads = sorted({row["threads"] for row in rows})
    scale, unit = _unit([row for row in rows if _sound(row)])
    for runtime, look in looks.items():
        line = table.where(**own, runtime=runtime)
        _line(panel, grid.labels[place], line, (scale, unit), look)
    _reference(panel, rows, scale, run)
    _axes(panel, threads, unit)
    control = "(control)" if rows[0]["control"] else ""
    grid.title(panel, [*workload, control])
    over = [row["threads"] for row in rows if row["oversubscribed"]]
    _shade(panel, over, threads, not grid.dense)
    return rows


def _reference(panel, rows, scale, run):
    """As far as there are cores."""
    cores = run.summary["cores"]
    values = {
        row["threads"]: row["linear_ops_per_s"]
        for row in rows
        if row["threads"] <= (cores or row["threads"])
    }
    if len(values) > 1 and None not in values.values():
        x = sorted(values)
        panel.plot(x, [values[n] / scale for n in x], zorder=1, **_LINEAR)


def _sound(row):
    return row["status"] == left_out.SOUND


def _left_out(rows, never):
    """(who, why) of what is not drawn: a runtime, with numbers of threads if it is not all.  Who ran nowhere
    with so many is told once."""
    found = {}
    for row in rows:
        if not _sound(row) and (row["runtime"], row["threads"]) not in never:
            who = (row["runtime"], left_out.why(row))
            found.setdefault(who, []).append(row["threads"])
    every = {row["threads"] for row in rows}
    return [
        (
            runtime if set(out) == every else f"{runtime} {left_out.with_threads(out)}",
            reason,
        )
        for (runtime, reason), out in found.items()
    ]


def _line(panel, labels, rows, unit, look):
    """The line of a runtime; there is a gap in it where a cell is not sound."""
    sound = [row for row in rows if _sound(row)]
    if not sound:
        return
    scale, name = unit
    x = [row["threads"] for row in rows]

    def y(column):
        return [row[column] / scale if _sound(row) else nan for row in rows]

    who = {"runtime": rows[0]["runtime"], "workload": rows[0]["workload"]}
    colour, dashes = look["color"], look["linestyle"]
    (line,) = panel.plot(x, y("ops_per_s"), zorder=3, color=colour, ls=dashes)
    style.tell(line, who["runtime"], **who)
    if any(row["trials"] > 1 for row in sound):
        low, high = y("ops_per_s_low"), y("ops_per_s_high")
        band = panel.fill_between(x, low, high, color=colour, alpha=0.15, lw=0)
        style.tell(band, "", **who)
    for row in sound:
        _point(panel, row, unit, look)
    last = sound[-1]
    labels.add(
        who["runtime"], (last["threads"], last["ops_per_s"] / scale), colour, **who
    )


def _point(panel, row, unit, look):
    scale, name = unit
    (point,) = panel.plot([row["threads"]], [row["ops_per_s"] / scale], **_bare(look))
    plural = "" if row["threads"] == 1 else "s"
    low, high = (style.rounded(row[n] / scale) for n in COLUMNS[-3:-1])
    told = (
        f"{row['runtime']}, {row['workload']}, {row['threads']} thread{plural}:"
        f" {style.rounded(row['ops_per_s'] / scale)} {name}, {low} to {high} in"
        f" {row['trials']} trials"
    )
    contaminated = row["contaminated"]
    if contaminated:
        told += f", {contaminated} contaminated to the last"
        point.set_markerfacecolor(style.PAPER)
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    style.tell(point, told, **who)


def _bare(look):
    """A marker without a line."""
    return {**look, "linestyle": "", "zorder": 4, "mew": 0.7}


def _unit(rows):
    most = max((row["ops_per_s"] or 0 for row in rows), default=0)
    return next((step for step in _UNITS if most >= step[0]), _UNITS[-1])


def _axes(panel, threads, unit):
    panel.set_xscale("log", base=2)
    panel.xaxis.set_major_locator(FixedLocator(threads))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xticklabels([str(n) for n in threads])
    panel.set_xlim(threads[0] / 1.25, threads[-1] * 1.25)
    panel.set_ylim(bottom=0)
    panel.set_ylabel(unit, labelpad=2)


def _shade(panel, over, threads, named):
    """Marks where there are more threads than cores; the caption says it, too."""
    if not over:
        return
    first = min(over)
    before = [n for n in threads if n < first]
    begin = sqrt(first * before[-1]) if before else threads[0] / 1.25
    panel.axvspan(begin, threads[-1] * 1.25, color=style.SHADE, lw=0, zorder=0)
    if named:
        where = {"transform": panel.transAxes, "ha": "right", "va": "bottom"}
        words = {"rotation": 90, "zorder": 0.5, **where, **style.SMALL}
        panel.text(0.985, 0.03, "oversubscribed", **words)


def _keys(run):
    reference = f"linear in threads, from {style.short(run.summary['base'])} with one"
    return [Line2D([], [], label=reference, **_LINEAR)]


def _caption(table, run):
    blocks = run.summary["blocks"]
    parts = [
        f"line: median of {blocks} blocks, band: slowest to fastest block"
        if blocks > 1
        else "one block: no spread is known"
    ]
    if any(row["oversubscribed"] for row in table.rows):
        parts.append(f"grey: more threads than the {run.summary['cores']} cores")
    if any(row["contaminated"] for row in table.rows if _sound(row)):
        parts.append(left_out.HOLLOW)
    return "; ".join([*parts, run.title])


DEFINITION = Definition(
    "throughput",
    "Throughput against threads",
    "Higher is better: each line is a runtime, the dashed grey line what one thread of the base does"
    " times the threads.",
    table,
    draw,
)
