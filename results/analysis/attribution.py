"""Where the time went: the parts of refbench explain, stacked (stack.py), for each workload and runtime.

So many workloads that nobody could read them are told together (attribution_sum.py); then each has its own drawing where a
page has a place for it.
"""

from math import ceil

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from . import attribution_sum, folder, naming, stack, style
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "oversubscribed",
    "floor_runtime",
    "measured_ms",
    *map(stack.column, stack.PARTS),
    stack.column(stack.RESIDUAL),
    "sum_ms",
    "sum_low_ms",
    "sum_high_ms",
    "explained",
    "reason",
)
_MOST = 24  # panels
_BAR = 0.115  # inches of a runtime, if there is room
_LEAST = 0.066
_SPARE = 0.5  # inches of a panel's title and axis
_AROUND = 0.85


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
        **{stack.column(name): row["parts_ms"].get(name, 0.0) for name in stack.PARTS},
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


def is_summed(table):
    """Whether its drawing is of all runtimes together."""
    return len(table.pairs("workload", "settings", "threads")) > _MOST


def draw(table, run):
    return (attribution_sum.draw if is_summed(table) else _each)(table, run)


def _each(table, run):
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
        _names(axes[number], runtimes, number % across == 0)
        if number >= len(panels) - across:
            axes[number].set_xlabel("milliseconds")
    style.frame(figure, stack.keys(), _caption(table, run))
    return figure


def _across(panels):
    return min(panels, 2 if panels <= 4 and panels != 3 else 3 if panels <= 12 else 4)


def _size(down, across, runtimes):
    fitting = ((style.TALLEST - _AROUND) / down - _SPARE) / max(runtimes, 1)
    bar = min(_BAR, max(_LEAST, fitting))
    return style.TWO_COLUMNS, down * (runtimes * bar + _SPARE) + _AROUND


def _panel(panel, rows, runtimes, across):
    panel.set_ylim(len(runtimes) - 0.4, -0.6)
    most = max((stack.reach(row)[1] for row in rows), default=1) or 1
    least = min((stack.reach(row)[0] for row in rows), default=0)
    panel.set_xlim(least * 1.05, most + (most - least) * (0.16 + 0.04 * across))
    for row in rows:
        y = runtimes.index(row["runtime"])
        if row["measured_ms"] is None:
            _unexplained(panel, y, row)
        else:
            stack.draw(panel, y, row, 5.2)
    panel.axvline(0, color=style.INK, lw=0.6, zorder=3)
    panel.xaxis.set_major_locator(MaxNLocator(max(2, 7 - across)))
    panel.xaxis.set_major_formatter(style.plain)
    panel.tick_params(axis="x", labelsize=6)


def _unexplained(panel, y, row):
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    text = panel.text(
        0, y, "\N{MULTIPLICATION SIGN} not explained", va="center", **style.SMALL
    )
    style.tell(text, f"{naming.cell(row)}: {row['reason']}", **who)


def _title(panel, subject, rows, across):
    over = ", oversubscribed" if any(row["oversubscribed"] for row in rows) else ""
    name = style.short(" ".join(filter(None, subject[:2])), 34 - 2 * across)
    threads = subject[2] if across > 3 else naming.threads(subject[2])
    panel.set_title(f"{name}, {threads}{over}", loc="left", fontsize=7)
    if over:
        panel.set_facecolor(style.SHADE)


def _names(panel, runtimes, first):
    panel.set_yticks(range(len(runtimes)))
    names = [style.short(name, 16) for name in runtimes]
    panel.set_yticklabels(names if first else [], fontsize=5.6)
    panel.tick_params(axis="y", length=0, pad=2)


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
