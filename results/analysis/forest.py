"""A comparison as a forest plot: a line for each workload and number of threads, on it the ratio with its
interval, and at its end the verdict in words.

A panel for each runtime that was compared with the base; one workload alone has a line for each runtime.
The band is what is called the same, and the dotted lines are how far the base was from itself where it ran
twice in each block: what is nearer to 1 than that, noise makes too.
"""

from dataclasses import dataclass
from math import ceil, exp, log

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import beside, folder, left_out, naming, ratio_axis, style
from .figure import Definition
from .table import Table

COLUMNS = (*beside.COLUMNS, "margin", "again")
_WIDE, _TIGHT = 0.125, 0.063  # inches between two lines, at most and at least
_MANY = 36  # lines of a panel, above which they are tight
_SPARE, _AROUND = 0.55, 0.75  # inches of a panel's title and axis, and around all
_FEW_AGAIN = 3  # that are drawn one by one
_DOTS = (0, (1, 1.5))


def table(run):
    """The comparisons, and as rows that are `again` those of the base with itself."""
    found = beside.table(run)
    if not found.rows:
        return Table(COLUMNS, [])
    comparisons = run.comparisons["comparisons"]
    margin = comparisons[0]["margin"]
    rows = [{**row, "margin": margin, "again": False} for row in found.rows]
    floors = {}
    for each in comparisons:
        for row in each.get("noise_floor") or []:
            again = _again(row, margin)
            floors.setdefault(tuple(again[name] for name in COLUMNS[:4]), again)
    return Table(COLUMNS, [*rows, *floors.values()])


def _again(row, margin):
    return {
        **dict.fromkeys(COLUMNS),
        "workload": row["workload"],
        "settings": folder.variant(row),
        "threads": row["threads"],
        "runtime": row["runtime"],
        "base": row["runtime"],
        "status": left_out.SOUND,
        **{name: row[name] for name in ("ratio", "low", "high", "blocks")},
        **{name: row[name] for name in ("verdict", "more")},
        "margin": margin,
        "again": True,
    }


@dataclass(frozen=True)
class _Plan:
    """What the panels are, and what their lines, which are the same in all."""

    panels: dict  # title -> line -> row
    lines: list
    alone: bool  # one workload: a panel is a number of threads, a line a runtime

    @property
    def tight(self):
        return len(self.lines) > _MANY and len(self.panels) > 1

    @property
    def across(self):
        return min(len(self.panels), 5 if self.tight else 3)

    @property
    def down(self):
        return ceil(len(self.panels) / self.across)

    @property
    def size(self):
        high = self.down * (len(self.lines) * self.line + _SPARE)
        return style.TWO_COLUMNS, high + _AROUND

    @property
    def line(self):
        """Inches, so that all fits a page if it can."""
        panel = (style.TALLEST - _AROUND) / self.down - _SPARE
        return min(_WIDE, max(_TIGHT, panel / len(self.lines)))

    @property
    def letters(self):
        """The size of text."""
        return min(6, self.line * 72 * 0.88)


def _plan(rows):
    alone = len({folder.of(row) for row in rows}) == 1
    panels, lines = {}, {}
    for row in rows:
        line = row["runtime"] if alone else (*folder.of(row), row["threads"])
        panels.setdefault(_title(row, alone), {})[line] = row
        lines.setdefault(line)
    if not alone:  # the means last, whichever runtime has them
        lines = sorted(lines, key=lambda line: line[0] == naming.MEAN)
    return _Plan(panels, list(lines), alone)


def _title(row, alone):
    if not alone:
        return row["runtime"]
    over = ", oversubscribed" if row["oversubscribed"] else ""
    return naming.threads(row["threads"]) + over


def draw(table, run):
    rows = table.where(again=False)
    floors = table.where(again=True)
    plan = _plan(rows)
    figure = Figure(figsize=plan.size, layout="constrained")
    axes = figure.subplots(plan.down, plan.across, squeeze=False, sharex=True)
    looks = style.looks(table.values("runtime"))
    for panel in axes.flatten()[len(plan.panels) :]:
        panel.axis("off")
    for number, (title, own) in enumerate(plan.panels.items()):
        panel = axes.flatten()[number]
        _panel(panel, own, plan, looks)
        _names(panel, own, plan, number % plan.across == 0)
        _floors(panel, floors)
        panel.set_title(style.short(title), loc="left")
    _axes(axes[0][0], [*rows, *floors], plan)
    for panel in _lowest(axes, plan):
        panel.tick_params(axis="x", labelbottom=True)
        panel.set_xlabel(f"speed, {style.short(rows[0]['base'], 16)} = 1")
    style.frame(figure, _keys(rows, floors), _caption(table, run))
    return figure


def _lowest(axes, plan):
    """The last panel of each column."""
    every = axes.flatten()[: len(plan.panels)]
    return every[-plan.across :]


def _panel(panel, own, plan, looks):
    margin = next(iter(own.values()))["margin"]
    panel.axvspan(1 / (1 + margin), 1 + margin, color=style.RULE, lw=0, zorder=0)
    panel.axvline(1, color=style.INK, lw=0.6, zorder=1)
    panel.set_ylim(len(plan.lines) - 0.4, -0.6)
    for y, line in enumerate(plan.lines):
        if line in own:
            _estimate(panel, y, own[line], looks[own[line]["runtime"]], plan.letters)
            _say(panel, y, own[line], plan)
        if y and line[0] == naming.MEAN != plan.lines[y - 1][0]:
            panel.axhline(y - 0.5, color=style.GREY, lw=0.5)


def _say(panel, y, row, plan):
    """The verdict, at the end of its line."""
    panel.annotate(
        _verdict(row, plan.tight),
        (1, y),
        (3, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=plan.letters,
        annotation_clip=False,
    )


def _names(panel, own, plan, first):
    panel.set_yticks(range(len(plan.lines)))
    panel.tick_params(axis="y", length=0, pad=2)
    names = [_name(line, own, plan) for line in plan.lines]
    panel.set_yticklabels(names if first else [], fontsize=plan.letters)


def _name(line, own, plan):
    if plan.alone:
        return style.short(line, 20)
    found = own.get(line, {"control": False, "oversubscribed": False})
    row = {**found, "workload": line[0], "settings": line[1]}
    over = ", over" if row["oversubscribed"] else ""
    return f"{style.short(naming.workload(row), 24)}, {line[2]}{over}"


def _estimate(panel, y, row, look, size):
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    if not beside.sound(row):
        place = panel.get_yaxis_transform()
        sign = beside.absent(row)
        text = panel.text(0.02, y, sign, transform=place, va="center", **style.SMALL)
        style.tell(text, beside.words(row), **who)
        return
    if row["low"] is not None:
        line = panel.hlines(y, row["low"], row["high"], color=look["color"], lw=1)
        style.tell(line, beside.words(row), **who)
    sure = row["verdict"] != beside.UNCLEAR
    dot = panel.plot(
        [row["ratio"]],
        [y],
        color=look["color"],
        marker=look["marker"],
        ls="",
        ms=min(3.2, size * 0.55),
        mfc=look["color"] if sure else style.PAPER,
        mew=0.7,
        zorder=4,
    )
    style.tell(dot, beside.words(row), **who)


def _verdict(row, tight):
    """slower; unclear, 4 more; failed"""
    notes = "*" if row["contaminated"] else ""
    if not beside.sound(row):
        return "not run" if row["status"] == "missing" else row["status"]
    if tight:
        return f"{beside.SIGNS.get(row['verdict'], '')}{row['more'] or ''}{notes}"
    more = f" (+{row['more']})" if row["more"] else ""
    return f"{row['verdict']}{more}{notes}"


def _floors(panel, floors):
    """How far the base was from itself: each, or of many the farthest."""
    if len(floors) > _FEW_AGAIN:
        far = sorted(floors, key=lambda row: row["ratio"])
        floors = [far[0], far[-1]]
    for row in floors:
        line = panel.axvline(row["ratio"], color=style.INK, lw=0.8, ls=_DOTS, zorder=2)
        told = f"the base against itself, the noise floor: {naming.cell(row)}"
        style.tell(line, f"{told}: {naming.interval(row)}")


def _axes(panel, rows, plan):
    bounds = [
        row[name]
        for row in rows
        for name in ("ratio", "low", "high")
        if row[name] is not None
    ] or [1.0]
    low, high = min(*bounds, 0.9), max(*bounds, 1.1)
    room = exp(0.06 * log(high / low))
    low, high = low / room, high * room
    panel.set_xscale("log")
    panel.set_xlim(low, high)
    ratio_axis.ticks(panel.xaxis, low, high, 0.25 if plan.tight else 0.16)


def _keys(rows, floors):
    keys = [Patch(fc=style.RULE, label=f"within {rows[0]['margin']:.0%}: same")]
    if floors:
        what = "against itself" if len(floors) <= _FEW_AGAIN else "farthest from itself"
        base = style.short(floors[0]["runtime"], 16)
        label = f"{base} {what}: noise floor"
        keys.append(Line2D([], [], color=style.INK, lw=0.8, ls=_DOTS, label=label))
    if any(row["more"] for row in rows):
        ring = {"marker": "o", "ls": "", "color": style.GREY, "mfc": style.PAPER}
        keys.append(Line2D([], [], **ring, label="unclear (+ blocks needed)"))
    return keys


def _caption(table, run):
    notes = [
        beside.caption(table),
        "over: more threads than cores" if table.where(oversubscribed=True) else "",
        "*: trials contaminated" if any(r["contaminated"] for r in table.rows) else "",
        run.title,
    ]
    return "; ".join(filter(None, notes))


DEFINITION = Definition(
    "forest",
    "What the comparisons say",
    "Each mark is the speed of a runtime over that of the base with its interval of 95 %: right of 1 is"
    " faster, within the band is the same, and the verdict stands at the end of the line.",
    table,
    draw,
    style.TWO_COLUMNS,
)
