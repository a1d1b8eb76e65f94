"""Lower bounds of what memory management costs: so much more time than the best that was measured.

Where a run left its workloads heaps of several sizes, a panel for each workload and number of threads has
a line for each runtime against the size of the heap, over the ideal: the fastest there, its pauses taken
off.  Else there are bars for each workload, over each floor by itself, on an axis of ratios.  A bound is at the least what
memory management costs; where it goes below the line, the floor was slower.
"""

from math import ceil, inf, log10

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from . import folder, grouped, left_out, naming, ratio_axis, style
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "heap_multiple",
    "heap_bytes",
    "threads",
    "runtime",
    "control",
    "oversubscribed",
    "over",
    "floor",
    "status",
    "ratio",
    "low",
    "high",
    "blocks",
    "reason",
)
FLOORS = ("none", "plain", "best")  # those that bars are drawn over
IDEAL = "ideal"  # what lines are drawn over
_OUT = "\N{MULTIPLICATION SIGN}"
_ACROSS, _PANEL = 3, 1.75  # panels of lines, inches
_MOST, _ALONE, _LEAST, _SPARE = (
    1.45,
    1.0,
    0.8,
    0.9,
)  # inches of a panel of bars, and around all


def table(run):
    """Every bound that the driver told, and the means over workloads."""
    found = run.overhead or {"rows": [], "means": []}
    rows = [each for row in found["rows"] for each in _bounds(run, row)]
    for row in found["means"]:
        mean = {
            **row,
            "workload": naming.MEAN,
            "settings": {},
            "status": left_out.SOUND,
        }
        heap = row["heap"]
        mean["heap"] = None
        rows += _bounds(run, mean) if heap is None else []
    return Table(COLUMNS, rows)


def _bounds(run, row):
    cores = run.summary["cores"]
    heap = row["heap"] or {"multiple": None, "bytes": None}
    common = {
        "workload": row["workload"],
        "settings": folder.variant({"settings": row["settings"]}),
        "heap_multiple": heap["multiple"],
        "heap_bytes": heap["bytes"],
        "threads": row["threads"],
        "runtime": row["runtime"],
        "control": bool(row.get("control")),
        "oversubscribed": bool(cores and row["threads"] > cores),
    }
    return [
        {
            **common,
            "over": name,
            "floor": each.get("floor"),
            "status": row["status"],
            **{key: each[key] for key in ("ratio", "low", "high", "blocks")},
            "reason": run.without_host(each.get("reason")),
        }
        for name, each in row["over"].items()
    ]


def draw(table, run):
    heaps = any(row["heap_bytes"] for row in table.rows)
    return _lines(table, run) if heaps else _bars(table, run)


def percent(ratio):
    """So much more time, in per cent."""
    return None if ratio is None else 100 * (ratio - 1)


def _words(row):
    over = row["floor"] or row["over"]
    if row["ratio"] is None:
        return (
            f"{naming.cell(row)}: no bound over {over}: {row['reason'] or 'not told'}"
        )
    low, high = percent(row["low"]), percent(row["high"])
    known = "" if low is None else f" [{low:+.1f} {high:+.1f}]"
    return f"{naming.cell(row)}: {percent(row['ratio']):+.1f} %{known} more time than {over}"


# --- without heaps: bars --------------------------------------------------------------------------------------


def _bars(table, run):
    shown = Table(table.columns, [row for row in table.rows if row["over"] in FLOORS])
    looks = style.looks(table.values("runtime"))
    panels = _panels(shown, len(looks))
    alone = all(len(groups) == 1 for _, _, groups in panels)
    tall = grouped.height(len(panels), _ALONE if alone else _MOST, _LEAST, _SPARE)
    size = (style.TWO_COLUMNS, len(panels) * tall + _SPARE)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(max(len(panels), 1), 1, squeeze=False).flatten()
    for panel, (over, threads, groups) in zip(axes, panels):
        _bar_panel(panel, shown, (over, threads, groups), looks)
    style.frame(figure, _keys(looks, shown.rows), _caption(shown, run))
    return figure


def _panels(table, runtimes):
    """(over what, threads, the groups), where there is any bound."""
    found = []
    for over in FLOORS:
        for threads in sorted(table.values("threads")):
            rows = table.where(over=over, threads=threads)
            if any(row["ratio"] is not None for row in rows):
                groups = list(dict.fromkeys(map(folder.of, rows)))
                chunks = grouped.chunks(groups, runtimes)
                found += [(over, threads, chunk) for chunk in chunks]
    return found


def _bar_panel(panel, table, place, looks):
    over, threads, groups = place
    rows = table.where(over=over, threads=threads)
    there = {row["runtime"] for row in rows if row["ratio"] is not None}
    chosen = {name: look for name, look in looks.items() if name in there}
    own = [row for row in rows if folder.of(row) in groups and row["runtime"] in chosen]
    bars = [_bar(row, groups.index(folder.of(row))) for row in own]
    grouped.place(panel, len(groups))
    grouped.draw(panel, bars, chosen, inf, 1)
    names = [
        naming.workload(next(r for r in rows if folder.of(r) == of)) for of in groups
    ]
    grouped.label(panel, names)
    _axis(panel, rows)
    over_cores = "; oversubscribed" if any(r["oversubscribed"] for r in rows) else ""
    if over_cores:
        panel.set_facecolor(style.SHADE)
    what = f"over {over}" if over != "best" else "over the best there"
    panel.set_title(f"{what}, {naming.threads(threads)}{over_cores}", loc="left")


def _axis(panel, rows):
    """The same for all panels over a floor with so many threads."""
    known = [row for row in rows if row["ratio"] is not None]
    lows = [row["ratio"] if row["low"] is None else row["low"] for row in known]
    highs = [row["ratio"] if row["high"] is None else row["high"] for row in known]
    low, high = min(0.95, *lows) / 1.1, max(1.05, *highs) * 1.2
    panel.set_yscale("log")
    panel.set_ylim(low, high)
    ratio_axis.ticks(panel.yaxis, low, high, 0.18)
    panel.axhline(1, color=style.INK, lw=0.7, zorder=2.5)
    panel.grid(axis="y", color=style.RULE, lw=0.5)
    panel.set_axisbelow(True)
    panel.set_ylabel("time, floor = 1")


def _bar(row, number):
    return grouped.Bar(
        group=number,
        runtime=row["runtime"],
        value=row["ratio"],
        low=row["low"],
        high=row["high"],
        certain=row["low"] is not None,
        sign="" if row["ratio"] is not None else _OUT,
        row=row,
        words=_words(row),
    )


# --- in heaps: lines ------------------------------------------------------------------------------------------


def _lines(table, run):
    rows = [r for r in table.where(over=IDEAL) if r["heap_bytes"]]
    panels = {}
    for row in rows:
        panels.setdefault((*_of(row), row["threads"]), []).append(row)
    looks = style.looks(dict.fromkeys(row["runtime"] for row in rows))
    across = min(len(panels), _ACROSS)
    down = ceil(len(panels) / across)
    size = (style.TWO_COLUMNS, down * _PANEL + _SPARE)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(down, across, squeeze=False).flatten()
    for panel in axes[len(panels) :]:
        panel.axis("off")
    for number, (subject, own) in enumerate(panels.items()):
        panel = axes[number]
        _line_panel(panel, own, looks)
        over = "; oversubscribed" if own[0]["oversubscribed"] else ""
        if over:
            panel.set_facecolor(style.SHADE)
        name = style.short(" ".join(filter(None, subject[:2])), 26)
        panel.set_title(f"{name}, {naming.threads(subject[2])}{over}", loc="left")
        if number % across == 0:
            panel.set_ylabel("more time than the ideal, %")
        if number >= len(panels) - across:
            panel.set_xlabel("heap, multiples of the smallest")
    style.frame(figure, _keys(looks, rows), _caption(table, run))
    return figure


def _of(row):
    return row["workload"], row["settings"]


def size_of(row, rows):
    """How many times the smallest heap."""
    if row["heap_multiple"]:
        return row["heap_multiple"]
    return row["heap_bytes"] / min(each["heap_bytes"] for each in rows)


def _line_panel(panel, rows, looks):
    xs = sorted({size_of(row, rows) for row in rows})
    top = grouped.ceiling(percent(row["high"] or row["ratio"]) for row in rows)
    panel.set_xscale("log")
    panel.set_xlim(xs[0] / 1.1, xs[-1] * 1.1)
    panel.xaxis.set_major_locator(FixedLocator(_ticks(xs)))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    lows = [percent(row["low"] or row["ratio"]) for row in rows if row["ratio"]]
    panel.set_ylim(min([0.0, *lows]) * 1.1 - 0.06 * top, top * 1.05)
    panel.axhline(0, color=style.INK, lw=0.6)
    panel.grid(axis="y", color=style.RULE, lw=0.5)
    panel.set_axisbelow(True)
    for runtime, look in looks.items():
        own = [row for row in rows if row["runtime"] == runtime]
        own.sort(key=lambda row: size_of(row, rows))
        _line(panel, own, [size_of(row, rows) for row in own], look)
    _absent(panel, rows)


def _ticks(xs):
    """Those that are far enough apart to be written."""
    found = []
    room = 0.11 * max(log10(xs[-1] / xs[0]), 0.1)
    for x in xs:
        if not found or log10(x / found[-1]) >= room:
            found.append(x)
    return found


def _line(panel, own, xs, look):
    """It has a gap where a heap was too small or a trial failed."""
    y = [percent(row["ratio"]) for row in own]
    values = [float("nan") if value is None else value for value in y]
    if any(value is not None for value in y):
        who = {name: own[0][name] for name in ("runtime", "workload", "threads")}
        line = panel.plot(xs, values, **look, mfc=style.PAPER, mew=0.7, zorder=3)
        style.tell(line, "; ".join(_words(row) for row in own), **who)
        known = [(x, row) for x, row in zip(xs, own) if row["low"] is not None]
        _intervals(panel, known, look, who)


def _intervals(panel, known, look, who):
    if known:
        bars = panel.vlines(
            [x for x, _ in known],
            [percent(row["low"]) for _, row in known],
            [percent(row["high"]) for _, row in known],
            color=look["color"],
            lw=0.8,
        )
        style.tell(bars, "", **who)


def _absent(panel, rows):
    """Who did not run in which heap, as text: what a gap is."""
    found = {}
    for row in rows:
        if row["ratio"] is None:
            key = (
                row["runtime"],
                "too small" if row["status"] == "oom" else row["status"],
            )
            found.setdefault(key, []).append(f"{size_of(row, rows):g}x")
    said = [(f"{who} ({', '.join(at)})", why) for (who, why), at in found.items()]
    left_out.say(panel, said, (0.02, 0.98))


# --- both -----------------------------------------------------------------------------------------------------


def _keys(looks, rows):
    keys = [
        Line2D([], [], label=name, **look, mfc=style.PAPER, mew=0.7)
        for name, look in looks.items()
    ]
    if any(row["ratio"] is not None and row["low"] is None for row in rows):
        keys.append(Patch(color=style.GREY, alpha=0.3, label="pale: no interval"))
    if any(row["ratio"] is None for row in rows):
        keys.append(Line2D([], [], ls="", label=f"{_OUT} or a gap: no bound"))
    return keys


def _caption(table, run):
    blocks = max((row["blocks"] or 0 for row in table.rows), default=0)
    told = (
        "intervals of 95 %"
        if blocks >= 6
        else f"{blocks} of the 6 blocks that an interval takes"
    )
    return f"lower bounds of what memory management costs; {told}; {run.title}"


DEFINITION = Definition(
    "overhead",
    "What memory management costs at least",
    "Each value is the time that a runtime takes beside that of the best that was measured: at least so much is"
    " the cost of its memory management; below the line the floor was slower.",
    table,
    draw,
    style.TWO_COLUMNS,
)
