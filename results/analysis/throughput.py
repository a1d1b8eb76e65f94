"""Throughput against threads: a panel for each workload, a line for each runtime.

The line is the median over blocks, the band reaches from the slowest block to the fastest.  What
was not measured soundly interrupts it, and the panel says why.  Beyond the number of cores threads
share them, so the reference, what one thread of the base does times the threads, ends there.
"""

from math import ceil, nan, sqrt

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from . import left_out, style
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
_PANELS_ACROSS = 3
_WIDTH, _HEIGHT = 2.35, 1.95  # inches of a panel
_BELOW_AXIS = 27  # points, for ticks and the axis's label


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
    across = min(len(workloads), _PANELS_ACROSS)
    down = ceil(len(workloads) / across)
    figure = Figure(
        figsize=(max(across * _WIDTH, 4.4), down * _HEIGHT + 0.95), layout="constrained"
    )
    axes = figure.subplots(down, across, squeeze=False).flatten()
    looks = style.looks(run.runtimes)
    for panel, workload in zip(axes, workloads):
        _panel(panel, table, workload, looks, run)
    for panel in axes[len(workloads) :]:
        panel.axis("off")
    style.frame(figure, _keys(looks, run), _caption(run))
    return figure


def _panel(panel, table, workload, looks, run):
    own = dict(zip(("workload", "settings"), workload))
    rows = table.where(**own)
    threads = sorted({row["threads"] for row in rows})
    scale, unit = _unit([row for row in rows if _sound(row)])
    for runtime, look in looks.items():
        _line(panel, table.where(**own, runtime=runtime), scale, look)
    reference = {row["threads"]: row["linear_ops_per_s"] for row in rows}
    within = [n for n in threads if n <= (run.summary["cores"] or n)]
    if len(within) > 1 and None not in reference.values():
        values = [reference[n] / scale for n in within]
        panel.plot(within, values, color=style.GREY, ls=(0, (2, 2)), lw=0.9, zorder=1)
    _axes(panel, threads, unit)
    control = "(control)" if rows[0]["control"] else ""
    panel.set_title(" ".join(filter(None, [*workload, control])), loc="left")
    _shade(panel, [row["threads"] for row in rows if row["oversubscribed"]], threads)
    left_out.say(panel, _left_out(rows), (0, 0), _BELOW_AXIS)


def _sound(row):
    return row["status"] == left_out.SOUND


def _left_out(rows):
    """(who, why) of what is not drawn: a runtime, with numbers of threads if it is not all."""
    found = {}
    for row in rows:
        if not _sound(row):
            who = (row["runtime"], left_out.why(row))
            found.setdefault(who, []).append(row["threads"])
    every = {row["threads"] for row in rows}
    return [
        (runtime if set(out) == every else f"{runtime} {_threads(out)}", reason)
        for (runtime, reason), out in found.items()
    ]


def _threads(counts):
    plural = "" if counts == [1] else "s"
    return f"({', '.join(map(str, counts))} thread{plural})"


def _line(panel, rows, scale, look):
    """The line of a runtime; there is a gap in it where a cell is not sound."""
    sound = [row for row in rows if _sound(row)]
    if not sound:
        return
    x = [row["threads"] for row in rows]

    def y(name):
        return [row[name] / scale if _sound(row) else nan for row in rows]

    panel.plot(x, y("ops_per_s"), zorder=3, **look)
    if any(row["trials"] > 1 for row in sound):
        low, high = y("ops_per_s_low"), y("ops_per_s_high")
        panel.fill_between(
            x, low, high, color=look["color"], alpha=0.22, lw=0, zorder=2
        )


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
    panel.set_xlabel("threads")
    panel.set_ylabel(unit)


def _shade(panel, over, threads):
    """Marks where there are more threads than cores."""
    if not over:
        return
    first = min(over)
    before = [n for n in threads if n < first]
    begin = sqrt(first * before[-1]) if before else threads[0] / 1.25
    panel.axvspan(begin, threads[-1] * 1.25, color=style.SHADE, lw=0, zorder=0)
    panel.text(
        0.985,
        0.98,
        "oversubscribed",
        transform=panel.transAxes,
        ha="right",
        va="top",
        fontsize=6,
        color=style.GREY,
    )


def _keys(looks, run):
    keys = [Line2D([], [], label=runtime, **look) for runtime, look in looks.items()]
    reference = f"linear in threads, from {run.summary['base']} with one"
    dashes = {"color": style.GREY, "ls": (0, (2, 2)), "lw": 0.9}
    return [*keys, Line2D([], [], label=reference, **dashes)]


def _caption(run):
    blocks = run.summary["blocks"]
    spread = (
        f"line: median of {blocks} blocks, band: slowest to fastest block"
        if blocks > 1
        else "one block: no spread is known"
    )
    cores = run.summary["cores"]
    grey = f"; grey: more threads than the {cores} cores" if cores else ""
    return f"{spread}{grey}; {run.title}"


DEFINITION = Definition("throughput", table, draw)
