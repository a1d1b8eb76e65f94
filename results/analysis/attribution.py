"""Where the time went: the parts of refbench explain, stacked, for each workload and runtime.

A bar starts at zero and goes right by each part that costs; what is less than on the floor goes left.  What
is measured and in no part, or in parts and not measured, is the residual, which is always drawn; so all
right of zero less all left of it is the measured time, where the tick stands.  The per cent at the end of a
bar are what the parts explain of it.
"""

from math import ceil

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from . import folder, naming, palette, style
from .figure import Definition
from .table import Table

PARTS = {  # of refbench explain, and what they are called here
    "floor": "the work itself",
    "waiting": "its threads wait",
    "counting": "counting",
    "far": "far objects",
    "crossing": "contended counting",
    "container": "containers",
    "allocation": "allocation",
    "collector": "collector",
    "lock": "waits for the lock",
}
RESIDUAL = "residual"
COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "oversubscribed",
    "floor_runtime",
    "measured_ms",
    *(f"{name}_ms" for name in PARTS),
    "residual_ms",
    "sum_ms",
    "sum_low_ms",
    "sum_high_ms",
    "explained",
    "reason",
)
_LOOKS = {  # colour, hatch; no runtime has one of these colours
    "floor": (style.RULE, None),
    "waiting": (style.RULE, "....."),
    "counting": (style.hue("indigo"), None),
    "far": (style.hue("indigo"), "|||||"),
    "crossing": (style.hue("rose"), "xxxxx"),
    "container": (style.hue("olive"), None),
    "allocation": (style.hue("brown"), None),
    "collector": (palette.DIVERGING[0].light, None),
    "lock": (palette.DIVERGING[-1].light, "-----"),
    RESIDUAL: (style.PAPER, "/////"),
}
_BAR = 0.115  # inches of a runtime, if there is room
_LEAST = 0.066
_SPARE, _DENSE = 0.5, 0.38  # inches of a panel's title and axis
_AROUND = 0.85
_UNSEEN = 0.005  # of a panel's width


def table(run):
    """Of what was explained, and of what was not, with the reason."""
    found = run.explain
    if not found:
        return Table(COLUMNS, [])
    rows = [_row(row, found) for row in found["rows"]]
    rows += [_failed(run, row, found) for row in found["failed"]]
    subjects = {of: i for i, of in enumerate(dict.fromkeys(map(folder.of, run.rows)))}
    runtimes = {name: i for i, name in enumerate(run.runtimes)}
    rows.sort(
        key=lambda row: (
            subjects.get(folder.of(row), len(subjects)),
            row["threads"],
            runtimes.get(row["runtime"], len(runtimes)),
        )
    )
    return Table(COLUMNS, rows)


def _row(row, found):
    low, high = row["sum_interval_ms"]
    return {
        **{name: row[name] for name in ("workload", "threads", "runtime")},
        "settings": folder.variant(row),
        "oversubscribed": row["oversubscribed"],
        "floor_runtime": found["floor"],
        "measured_ms": row["ms"],
        **{f"{name}_ms": row["parts_ms"].get(name, 0.0) for name in PARTS},
        **{name: row[name] for name in ("residual_ms", "sum_ms", "explained")},
        "sum_low_ms": low,
        "sum_high_ms": high,
        "reason": None,
    }


def _failed(run, row, found):
    return {
        **dict.fromkeys(COLUMNS),
        **{name: row[name] for name in ("workload", "threads", "runtime")},
        "settings": folder.variant(row),
        "floor_runtime": found["floor"],
        "reason": run.without_host(row["reason"] or "not explained"),
    }


def draw(table, run):
    panels = {}
    for row in table.rows:
        panels.setdefault((*folder.of(row), row["threads"]), []).append(row)
    runtimes = [name for name in run.runtimes if name in table.values("runtime")]
    runtimes += [name for name in table.values("runtime") if name not in runtimes]
    across = _across(len(panels))
    down = ceil(len(panels) / across)
    figure = Figure(figsize=_size(down, across, len(runtimes)), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False).flatten()
    for panel in axes[len(panels) :]:
        panel.axis("off")
    for number, (subject, rows) in enumerate(panels.items()):
        _panel(axes[number], rows, runtimes, across)
        _title(axes[number], subject, rows, across)
        _names(axes[number], runtimes, across, number % across == 0)
        if number >= len(panels) - across:
            axes[number].set_xlabel("milliseconds")
    style.frame(figure, _keys(), _caption(table, run))
    return figure


def _across(panels):
    return min(
        panels, 2 if panels <= 4 else 3 if panels <= 12 else 4 if panels <= 24 else 6
    )


def _size(down, across, runtimes):
    spare = _SPARE if across < 5 else _DENSE
    fitting = ((style.TALLEST - _AROUND) / down - spare) / max(runtimes, 1)
    bar = min(_BAR, max(_LEAST, fitting))
    return style.TWO_COLUMNS, down * (runtimes * bar + spare) + _AROUND


def _panel(panel, rows, runtimes, across):
    panel.set_ylim(len(runtimes) - 0.4, -0.6)
    most = max((_reach(row)[1] for row in rows), default=1) or 1
    least = min((_reach(row)[0] for row in rows), default=0)
    panel.set_xlim(least * 1.05, most + (most - least) * (0.16 + 0.04 * across))
    for row in rows:
        y = runtimes.index(row["runtime"])
        if row["measured_ms"] is None:
            _unexplained(panel, y, row)
        else:
            _bar(panel, y, row, across)
    panel.axvline(0, color=style.INK, lw=0.6, zorder=3)
    panel.xaxis.set_major_locator(MaxNLocator(max(2, 7 - across)))
    panel.xaxis.set_major_formatter(style.plain)
    panel.tick_params(axis="x", labelsize=6 if across < 5 else 5)


def pieces(row):
    """(part, from, to) from the inside out: what costs goes right of zero, what saves left."""
    ends = {True: 0.0, False: 0.0}
    found = []
    for name in (*PARTS, RESIDUAL):
        value = row[f"{name}_ms"]
        begin = ends[value > 0]
        ends[value > 0] += value
        if value:  # of a floor most are exactly nothing
            found.append((name, begin, begin + value))
    return found


def _reach(row):
    if row["measured_ms"] is None:
        return 0.0, 0.0
    ends = [end for _, _, end in pieces(row)]
    return min([0.0, *ends]), max([row["measured_ms"], *ends])


def _bar(panel, y, row, across):
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    low, high = panel.get_xlim()
    for name, begin, end in pieces(row):
        if abs(end - begin) < _UNSEEN * (high - low) and name != RESIDUAL:
            continue
        colour, hatch = _LOOKS[name]
        edge = style.PAPER if name != RESIDUAL else style.GREY
        (patch,) = panel.barh(
            [y],
            [end - begin],
            0.78,
            left=[begin],
            color=colour,
            hatch=hatch,
            ec=edge,
            lw=0.3,
            zorder=2,
        )
        called = PARTS.get(name, RESIDUAL)
        value = f"{row[f'{name}_ms']:+.4g} ms of {row['measured_ms']:.4g} ms"
        style.tell(patch, f"{called} {value}", **who)
    _measured(panel, y, row, across)


def _measured(panel, y, row, across):
    """The tick, and what of it is explained."""
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    tick = panel.plot(
        [row["measured_ms"]] * 2, [y - 0.5, y + 0.5], color=style.INK, lw=1.3, zorder=5
    )
    style.tell(tick, f"{naming.cell(row)}: measured {row['measured_ms']:.4g} ms", **who)
    text = panel.annotate(
        f"{100 * row['explained']:.0f}%",
        (_reach(row)[1], y),
        (2.5, 0),
        textcoords="offset points",
        va="center",
        fontsize=5.2 if across < 5 else 4.2,
    )
    style.tell(text, "", **who)


def _unexplained(panel, y, row):
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    text = panel.text(
        0, y, "\N{MULTIPLICATION SIGN} not explained", va="center", **style.SMALL
    )
    style.tell(text, f"{naming.cell(row)}: {row['reason']}", **who)


def _title(panel, subject, rows, across):
    over = ", oversubscribed" if any(row["oversubscribed"] for row in rows) else ""
    name = style.short(" ".join(filter(None, subject[:2])), 34 - 2 * across)
    text = (
        f"{name}, {subject[2]}{over}"
        if across > 3
        else f"{name}, {naming.threads(subject[2])}{over}"
    )
    panel.set_title(text, loc="left", fontsize=7 if across < 5 else 5.4)
    if over:
        panel.set_facecolor(style.SHADE)


def _names(panel, runtimes, across, first):
    panel.set_yticks(range(len(runtimes)))
    names = [style.short(name, 16) for name in runtimes]
    letters = 5.6 if across < 5 else 4.3
    panel.set_yticklabels(names if first else [], fontsize=letters)
    panel.tick_params(axis="y", length=0, pad=2)


def _keys():
    keys = []
    for name, (colour, hatch) in _LOOKS.items():
        edge = style.GREY if name == RESIDUAL else style.PAPER
        label = PARTS.get(name, RESIDUAL)
        keys.append(Patch(fc=colour, hatch=hatch, ec=edge, lw=0.4, label=label))
    tick = {"marker": "|", "ls": "", "color": style.INK, "ms": 7, "mew": 1.3}
    return [*keys, Line2D([], [], **tick, label="measured")]


def _caption(table, run):
    floor = style.short(table.rows[0]["floor_runtime"], 16)
    return (
        f"parts: beyond what {floor} takes with one thread; left of zero: less than that; %: explained;"
        f" {run.title}"
    )


DEFINITION = Definition(
    "attribution",
    "Where the time goes",
    "Each bar stacks what a run's time is explained by, parts that save time left of zero; the tick is the"
    " measured time, the hatched residual what is not explained, and the per cent what is.",
    table,
    draw,
    style.TWO_COLUMNS,
)
