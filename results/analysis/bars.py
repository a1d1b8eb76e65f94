"""Normalised bars: how fast each runtime is beside the base, by workload, and over all of them.

A panel, or several below each other, for each number of threads; the geometric mean of all workloads
but controls stands at the end.  A pale bar is one of which the verdict is not known yet.
"""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import beside, grouped, left_out, naming, style
from .figure import Definition

_MOST, _LEAST, _SPARE = 1.75, 0.85, 0.9  # inches of a panel, and of what is around all


def draw(table, run):
    names = table.values("runtime")
    looks = style.looks(names)
    panels = _panels(table, len(names))
    tall = grouped.height(len(panels), _MOST, _LEAST, _SPARE)
    size = (style.TWO_COLUMNS, len(panels) * tall + _SPARE)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False).flatten()
    before = None
    for panel, (title, groups) in zip(axes, panels):
        _panel(panel, table, groups, looks)
        words = [title, "continued"] if title == before else _title(table, groups)
        panel.set_title(style.short("; ".join(words), 110), loc="left")
        before = title
    style.frame(figure, _keys(looks, table), _caption(table, run))
    return figure


def _panels(table, runtimes):
    """(what all groups of a panel have in common, the groups: workload, settings, threads): a panel
    for each number of threads, or one of all of them if there is one workload."""
    every = table.pairs("workload", "settings", "threads")
    alone = len(table.pairs("workload", "settings")) == 1
    common = (lambda of: of[:2]) if alone else (lambda of: of[2])
    found = {}
    for of in sorted(every, key=lambda of: of[2]):
        found.setdefault(common(of), []).append(of)
    return [
        (" ".join(filter(None, key)) if alone else naming.threads(key), groups)
        for key, all_groups in found.items()
        for groups in grouped.chunks(all_groups, runtimes)
    ]


def _reached(row):
    return row["ratio"] if row["high"] is None else row["high"]


def _panel(panel, table, groups, looks):
    rows = [row for row in table.rows if _of(row) in groups]
    there = {row["runtime"] for row in rows if row["status"] != "missing"} or looks
    chosen = {name: look for name, look in looks.items() if name in there}
    alone = len({of[:2] for of in groups}) == 1
    top = grouped.ceiling(_reached(row) for row in _beside(table, rows, alone))
    grouped.place(panel, len(groups))
    bars = [_bar(row, groups.index(_of(row))) for row in rows]
    grouped.draw(panel, bars, chosen, top)
    grouped.label(panel, [_label(table, of, alone) for of in groups])
    panel.axhline(1, color=style.INK, lw=0.7, zorder=2.5)
    panel.grid(axis="y", color=style.RULE, lw=0.5)
    panel.set_axisbelow(True)
    panel.set_ylim(0, grouped.top(bars, top))
    panel.set_ylabel(f"speed, {style.short(table.rows[0]['base'], 16)} = 1")
    _apart(panel, groups)
    if all(row["oversubscribed"] for row in rows):
        panel.set_facecolor(style.SHADE)
    left_out.say(panel, _failed(rows), (0.01, 0.99))


def _of(row):
    return row["workload"], row["settings"], row["threads"]


def _beside(table, rows, alone):
    """What the panel is on one scale with."""
    counts = {row["threads"] for row in rows}
    return rows if alone else [r for r in table.rows if r["threads"] in counts]


def _label(table, of, alone):
    row = table.where(workload=of[0], settings=of[1], threads=of[2])[0]
    if not alone:
        return naming.workload(row)
    over = " (oversubscribed)" if row["oversubscribed"] else ""
    return naming.threads(of[2]) + over


def _failed(rows):
    """(who, why) of the signs in a panel."""
    return [
        (f"{row['runtime']} ({naming.workload(row)})", left_out.why(row))
        for row in _failed_rows(rows)
    ]


def _failed_rows(rows):
    return [r for r in rows if not beside.sound(r) and r["status"] != left_out.MISSING]


def _bar(row, number):
    sound = beside.sound(row)
    return grouped.Bar(
        group=number,
        runtime=row["runtime"],
        value=row["ratio"],
        low=row["low"],
        high=row["high"],
        certain=row["verdict"] != beside.UNCLEAR,
        sign=("*" if row["contaminated"] else "") if sound else beside.absent(row),
        row=row,
        words=beside.words(row),
    )


def _apart(panel, groups):
    """Sets the mean apart."""
    for number, (workload, _, _) in enumerate(groups):
        if workload == naming.MEAN and number:
            panel.axvline(number - 0.5, color=style.GREY, lw=0.6, ls=(0, (2, 2)))


def _title(table, groups):
    rows = [row for row in table.rows if _of(row) in groups]
    counts = {row["threads"] for row in rows}
    if len({of[:2] for of in groups}) == 1 and len(table.values("workload")) == 1:
        words = [naming.workload(rows[0])]
    else:
        words = [naming.threads(min(counts))]
        if any(row["oversubscribed"] for row in rows):
            words.append("oversubscribed: more than there are cores")
    absent = [
        f"not run: {', '.join(beside.ran(table, n)[1])} with {naming.threads(n)}"
        for n in sorted(counts)
        if beside.ran(table, n)[1]
    ]
    return [*words, *absent]


def _keys(looks, table):
    keys = [Line2D([], [], **{**look, "ls": ""}, label=n) for n, look in looks.items()]
    if table.where(verdict=beside.UNCLEAR):
        keys.append(Patch(color=style.GREY, alpha=0.3, label="pale: unclear"))
    if absences := beside.absences(_failed_rows(table.rows)):
        keys.append(_sign(absences))
    if any(row["contaminated"] for row in table.rows):
        keys.append(_sign("* trials contaminated"))
    return keys


def _sign(label):
    return Line2D([], [], ls="", label=label)


def _caption(table, run):
    return f"{beside.caption(table)}; {run.title}"


DEFINITION = Definition(
    "bars",
    "Speed beside the base",
    "Each bar is the speed of a runtime over that of the base at one workload, above 1 is faster; the thin"
    " line is its interval of 95 %, a pale bar is not decided yet, and the geometric mean is at the end.",
    beside.table,
    draw,
    style.TWO_COLUMNS,
)
