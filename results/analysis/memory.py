"""Memory over time: what the process holds, what of it is live, and when the oldest generation was collected.

For each workload two panels side by side: the resident memory of the process, and the live heap.  A line
is one process of a runtime.  Below the second panel a row of ticks for each runtime says when its oldest
generation had been collected; the table has the younger ones, too.
"""

from math import ceil

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from . import naming, style
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "oversubscribed",
    "t_ms",
    "rss_bytes",
    "live_bytes",
    "committed_bytes",
    "collections_0",
    "collections_1",
    "collections_2",
)
_KINDS = (("rss_bytes", "resident, MiB"), ("live_bytes", "live heap, MiB"))
_OLDEST = "collections_2"
_FEW = 5  # workloads in one column
_TALL, _SHORT, _LEAST, _SPARE = 1.6, 1.25, 0.9, 0.9  # inches
_RUG = 0.045  # of a panel's height, for the ticks of one runtime
_MIB = 1 << 20


def table(run):
    cores = run.summary["cores"]
    rows = []
    for series in (run.memory or {}).get("series", []):
        who = {name: series[name] for name in COLUMNS[:4]}
        over = bool(cores and series["threads"] > cores)
        rows += [
            {**who, "oversubscribed": over, **_sample(s)} for s in series["samples"]
        ]
    return Table(COLUMNS, sorted(rows, key=_place(run)))


def _place(run):
    """The run's order; each process in that of time."""
    workloads = {name: i for i, name in enumerate(row["workload"] for row in run.rows)}
    runtimes = {name: i for i, name in enumerate(run.runtimes)}
    return lambda row: (
        workloads.get(row["workload"], len(run.rows)),
        row["settings"],
        row["threads"],
        runtimes.get(row["runtime"], len(runtimes)),
        row["t_ms"],
    )


def _sample(found):
    """What a line tells; what it does not is not known."""
    told = found.get("collections")
    counts = [*told, None, None, None][:3] if isinstance(told, list) else [None] * 3
    values = {name: _number(found.get(name)) for name in COLUMNS[6:9]}
    every = {f"collections_{i}": _number(count) for i, count in enumerate(counts)}
    return {"t_ms": _number(found["t_ms"]) or 0.0, **values, **every}


def _number(value):
    known = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if known and value == value and abs(value) < 1e18 else None


def draw(table, run):
    subjects = {}
    for row in table.rows:
        key = row["workload"], row["settings"], row["threads"]
        subjects.setdefault(key, []).append(row)
    beside = 1 if len(subjects) <= _FEW else 2
    down = ceil(len(subjects) / beside)
    tall = _TALL if beside == 1 else _SHORT
    tall = min(tall, max(_LEAST, (style.TALLEST - _SPARE) / down))
    size = (style.TWO_COLUMNS, down * tall + _SPARE)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(down, 2 * beside, squeeze=False).flatten()
    for panel in axes[2 * len(subjects) :]:
        panel.axis("off")
    looks = style.looks(table.values("runtime"))
    for number, (subject, rows) in enumerate(subjects.items()):
        pair = axes[2 * number : 2 * number + 2]
        _subject(pair, subject, rows, looks)
        if number >= len(subjects) - beside:
            for panel in pair:
                panel.set_xlabel("milliseconds")
    style.frame(figure, _keys(looks), _caption(run))
    return figure


def _subject(pair, subject, rows, looks):
    by_runtime = {}
    for row in rows:
        by_runtime.setdefault(row["runtime"], []).append(row)
    for panel, (kind, label) in zip(pair, _KINDS):
        for runtime, own in by_runtime.items():
            _line(panel, own, kind, looks[runtime])
        panel.set_ylabel(label)
        panel.set_ylim(bottom=0)
        panel.set_xlim(left=0)
        panel.grid(axis="y", color=style.RULE, lw=0.5)
        panel.set_axisbelow(True)
        panel.xaxis.set_major_locator(MaxNLocator(5))
        panel.xaxis.set_major_formatter(style.plain)
        if rows[0]["oversubscribed"]:
            panel.set_facecolor(style.SHADE)
    _rug(pair[1], by_runtime, looks)
    over = ", oversubscribed" if rows[0]["oversubscribed"] else ""
    name = style.short(" ".join(filter(None, subject[:2])), 26)
    pair[0].set_title(f"{name}, {naming.threads(subject[2])}{over}", loc="left")


def _line(panel, own, kind, look):
    """Straight from sample to sample, though nothing is known between two; a few of them have a mark."""
    known = [row for row in own if row[kind] is not None]
    if not known:
        return
    values = [row[kind] / _MIB for row in known]
    look = {name: look[name] for name in ("color", "linestyle", "marker")}
    line = panel.plot(
        [row["t_ms"] for row in known],
        values,
        **look,
        lw=0.9,
        ms=2.6,
        mfc=style.PAPER,
        mew=0.6,
        markevery=max(1, len(known) // 6),
    )
    row = known[0]
    told = f"{naming.cell(row)}: at most {max(values):.4g} MiB, {values[-1]:.4g} at the end"
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    style.tell(line, told, **who)


def collected(own):
    """(when, how often the oldest generation had been collected): where that grew."""
    found, before = [], 0
    for row in own:
        count = row[_OLDEST]
        if count is not None and count > before:
            found.append((row["t_ms"], count))
            before = count
    return found


def _rug(panel, by_runtime, looks):
    low, high = panel.get_ylim()
    step = (high - low) * _RUG
    panel.set_ylim(low - step * (len(by_runtime) + 1), high)
    panel.axhline(0, color=style.RULE, lw=0.5)
    panel.set_yticks([y for y in panel.get_yticks() if 0 <= y <= high])
    for place, (runtime, own) in enumerate(by_runtime.items()):
        times = [when for when, _ in collected(own)]
        y = -step * (place + 1)
        who = {name: own[0][name] for name in ("runtime", "workload", "threads")}
        if times:
            ticks = panel.plot(
                times,
                [y] * len(times),
                ls="",
                marker="|",
                ms=3.2,
                mew=0.9,
                color=looks[runtime]["color"],
            )
            style.tell(ticks, f"{naming.cell(own[0])}: {_counts(own[-1])}", **who)


def _counts(row):
    """How many of each generation, youngest first."""
    told = [row[f"collections_{i}"] for i in range(3)]
    shown = ", ".join("?" if count is None else str(count) for count in told)
    return f"collections, youngest generation first: {shown}"


def _keys(looks):
    keys = [
        Line2D([], [], label=name, **look, mfc=style.PAPER, mew=0.6)
        for name, look in looks.items()
    ]
    tick = {"marker": "|", "ls": "", "color": style.GREY}
    return [*keys, Line2D([], [], **tick, label="oldest generation collected")]


def _caption(run):
    return (
        f"one process each, observed: other trials than the measured ones; {run.title}"
    )


DEFINITION = Definition(
    "memory",
    "Memory over time",
    "Each line is a process: on the left what it holds of the machine's memory, on the right what of its heap"
    " is live; the ticks below are collections of the oldest generation.",
    table,
    draw,
    style.TWO_COLUMNS,
)
