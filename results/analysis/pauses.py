"""Pauses by percentile: a panel for each workload and number of threads, a line for each runtime.

The axis is logarithmic in 1/(1-q), so that the rare long pauses take as much room as the many
short ones.  A line is the median over processes of each percentile, its band the lowest to the
highest process; it ends where a process has one pause left, and the ring behind it is the longest
pause of all.  The base runtime runs one cell twice: what these two differ by is noise.  A cell that
was not measured soundly has one row without figures and no line; the panel says why.
"""

from math import ceil, floor, log10
from statistics import median

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    NullFormatter,
    NullLocator,
)

from . import left_out, style
from .figure import Definition
from .folder import of
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "again",
    "oversubscribed",
    "status",
    "reason",
    "processes",
    "pauses",
    "lost",
    "percentile",
    "exceeding",
    "us",
    "us_low",
    "us_high",
)
PER_DECADE = 8  # points of a line
_TICKS = (
    ("0", 1),
    ("50", 2),
    ("90", 10),
    ("99", 100),
    ("99.9", 1e3),
    ("99.99", 1e4),
    ("99.999", 1e5),
)
_WIDTH, _HEIGHT = 2.35, 1.85  # inches of a panel
_LINES = 4  # of text, one above the other


def table(run):
    rows = []
    if any(run.pauses(trial) for trial in run.trials):
        for row in run.cells:
            for again in (False, True):
                rows += _cell(run, row, again)
    return Table(COLUMNS, rows)


def _cell(run, row, again):
    """The rows of one line; none if the cell has no pauses, or did not keep them."""
    verdict = run.verdict(row, again)
    if verdict is None:
        return []
    status, reason = verdict
    cell = {
        **{name: row[name] for name in COLUMNS[:4]},
        "again": again,
        "oversubscribed": row["oversubscribed"],
        "status": status,
        "reason": reason,
    }
    if status != left_out.SOUND:
        return [{**dict.fromkeys(COLUMNS), **cell}]
    found = [run.pauses(trial) for trial in run.used(row, again)]
    found = [each for each in found if each is not None and each.count]
    if not found:
        return []
    cell = {
        **cell,
        "processes": len(found),
        "pauses": int(median(each.count for each in found)),
        "lost": sum(each.lost for each in found),
    }
    fewest = min(each.count for each in found)
    points = [_point(cell, found, share) for share in _shares(fewest)]
    return [*points, _longest(cell, found)]


def _shares(count):
    """1-q from one downwards, as far as so many pauses reach."""
    last = int(log10(count) * PER_DECADE + 1e-9)
    return [10 ** (-step / PER_DECADE) for step in range(last + 1)]


def _point(cell, found, share):
    values = [each.exceeded_by(share) for each in found]
    return {
        **cell,
        "percentile": 100 * (1 - share),
        "exceeding": share,
        **_spread(median(values), values),
    }


def _longest(cell, found):
    values = [each.most_ns / 1000 for each in found]
    return {
        **cell,
        "percentile": 100.0,
        "exceeding": 0.0,
        **_spread(max(values), values),
    }


def _spread(value, values):
    return {"us": value, "us_low": min(values), "us_high": max(values)}


def draw(table, run):
    workloads = table.pairs("workload", "settings")
    counts = sorted(table.values("threads"))
    size = (max(len(counts) * _WIDTH, 4.4) + 0.2, len(workloads) * _HEIGHT + 0.95)
    figure = Figure(figsize=size, layout="constrained")
    shape = (len(workloads), len(counts))
    axes = figure.subplots(*shape, squeeze=False, sharex=True, sharey=True)
    looks = style.looks(run.runtimes)
    ran = {(of(row), row["threads"]) for row in run.rows}
    for across, workload in zip(axes, workloads):
        for panel, threads in zip(across, counts):
            if (workload, threads) in ran:
                _panel(panel, table, (workload, threads), looks)
            else:
                panel.axis("off")
    _axes(axes, table)
    style.frame(figure, _keys(table, looks), _caption(run))
    return figure


def _panel(panel, table, cell, looks):
    workload, threads = cell
    named = dict(zip(("workload", "settings"), workload))
    rows = table.where(**named, threads=threads)
    out = [row for row in rows if row["status"] != left_out.SOUND]
    plural = "" if threads == 1 else "s"
    title = " ".join(filter(None, workload))
    panel.set_title(f"{title}, {threads} thread{plural}", loc="left")
    if not rows:
        _say(panel, [("no pauses", style.GREY)])
        return
    said = []
    for runtime, look in looks.items():
        for again in (False, True):
            own = [r for r in rows if r["runtime"] == runtime and r["again"] == again]
            if own and own[0] not in out:
                _line(panel, own, look, again)
                said.append((f"{_name(own[0])} {own[0]['pauses']}", look["color"]))
    _say(panel, said)
    if rows[0]["oversubscribed"]:
        panel.set_facecolor(style.SHADE)
        where = {"transform": panel.transAxes, "ha": "left", "va": "top"}
        panel.text(0.03, 0.97, "oversubscribed", **where, **style.SMALL)
    found = [(_name(row), left_out.why(row)) for row in out]
    left_out.say(panel, found, (0.03, 0.87))


def _name(row):
    return row["runtime"] + (" again" if row["again"] else "")


def _line(panel, rows, look, again):
    points = [row for row in rows if row["exceeding"] > 0]
    x = [1 / row["exceeding"] for row in points]
    low, high = ([row[name] for row in points] for name in ("us_low", "us_high"))
    dashes = (0, (1.2, 1.2)) if again else "-"
    panel.plot(x, [row["us"] for row in points], color=look["color"], ls=dashes, lw=1.2)
    if rows[0]["processes"] > 1:
        panel.fill_between(x, low, high, color=look["color"], alpha=0.18, lw=0)
    if not again:
        ring = {"mfc": "white", "mew": 0.9, "clip_on": False, "ls": ""}
        panel.plot([rows[0]["pauses"]], [rows[-1]["us"]], zorder=4, **look, **ring)


def _say(panel, texts):
    """Small text in the corner that lines do not reach, in columns of about the same height."""
    if not texts:
        return
    columns = ceil(len(texts) / _LINES)
    height = ceil(len(texts) / columns)
    where = {"transform": panel.transAxes, "ha": "right", "va": "bottom", "fontsize": 6}
    for place, (text, colour) in enumerate(reversed(texts)):
        column, line = divmod(place, height)
        x, y = 0.985 - 0.4 * column, 0.02 + 0.085 * line
        panel.text(x, y, text, color=colour, **where)


def _plain(us, _):
    """A number without powers of ten, in groups of three digits."""
    return f"{us:,.7g}".replace(",", "\N{THIN SPACE}")


def _axes(axes, table):
    sound = table.where(status=left_out.SOUND)
    most = max((row["pauses"] for row in sound), default=10)
    last = axes[0][0]
    last.set_xscale("log")
    last.set_yscale("log")
    last.set_xlim(1, most * 1.5)
    times = [row[name] for row in sound for name in ("us_low", "us_high")] or [1, 10]
    last.set_ylim(10 ** floor(log10(min(times))), 10 ** ceil(log10(max(times) * 1.01)))
    ticks = [(name, x) for name, x in _TICKS if x <= most * 1.5]
    last.xaxis.set_major_locator(FixedLocator([x for _, x in ticks]))
    last.xaxis.set_minor_locator(NullLocator())
    last.set_xticklabels([name for name, _ in ticks])
    last.yaxis.set_major_locator(LogLocator(10, numticks=12))
    last.yaxis.set_major_formatter(FuncFormatter(_plain))
    last.yaxis.set_minor_formatter(NullFormatter())
    for panel in axes.flatten():
        panel.grid(axis="y", color=style.RULE, lw=0.5)
        panel.set_axisbelow(True)
    for panel in axes[-1]:
        panel.set_xlabel("percentile")
    for across in axes:
        across[0].set_ylabel("pause, microseconds")


def _keys(table, looks):
    keys = []
    for runtime, look in looks.items():
        keys.append(Line2D([], [], label=runtime, **look, mfc="white", mew=0.9))
        if table.where(runtime=runtime, again=True, status=left_out.SOUND):
            label = f"{runtime} again: the noise floor"
            keys.append(
                Line2D([], [], color=look["color"], ls=(0, (1.2, 1.2)), label=label)
            )
    return keys


def _caption(run):
    blocks = run.summary["blocks"]
    spread = (
        "line: median over processes, band: lowest to highest process"
        if blocks > 1
        else "one process each: no spread is known"
    )
    return f"{spread}; ring: the longest; numbers: pauses of a process; {run.title}"


DEFINITION = Definition("pauses", table, draw)
