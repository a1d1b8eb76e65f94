"""Where the time of all runtimes went that count, together: a panel for each number of threads, a bar for each workload.

Many workloads would make panels that nobody can read, so the times of the runtimes are added up, part by part, and a bar is
drawn of shares of what was measured.  The floor and what frees nothing are left out: there is nothing above the one, and the
other's time says nothing of counting.  The per cent at the end are of the time above the floor, where there is any.
"""

from matplotlib.figure import Figure

from . import naming, stack, style
from .folder import of

_BAR, _AROUND = 0.125, 1.35  # inches of a workload, and around all
_ROOM = 1.25  # of a panel's width, for what stands at the ends of bars
_CUT = -75, 200  # per cent of what was measured
_LEAST = (
    0.02  # of what was measured: less time above the floor is not told apart from none
)


def draw(table, run):
    rows = _summed(table, run)
    workloads = list(dict.fromkeys(map(of, rows)))
    counts = sorted({row["threads"] for row in rows})
    size = (style.TWO_COLUMNS, len(workloads) * _BAR + _AROUND)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(1, max(len(counts), 1), squeeze=False).flatten()
    for place, (panel, threads) in enumerate(zip(axes, counts)):
        own = [row for row in rows if row["threads"] == threads]
        _panel(panel, own, workloads)
        panel.set_yticks(range(len(workloads)))
        names = [style.short(" ".join(filter(None, each)), 20) for each in workloads]
        panel.set_yticklabels(names if place == 0 else [], fontsize=5.6)
    style.frame(figure, stack.keys(), _caption(table, run, rows))
    return figure


def _summed(table, run):
    """A row for each workload and number of threads, in per cent of what was measured."""
    found = {}
    for row in table.rows:
        if row["measured_ms"] is not None and _counts(row, run):
            found.setdefault((*of(row), row["threads"]), []).append(row)
    return [_together(rows) for rows in found.values()]


def _counts(row, run):
    can = (run.summary.get("capabilities") or {}).get(row["runtime"]) or {}
    return row["runtime"] != row["floor_runtime"] and can.get("frees", True)


def _together(rows):
    whole = sum(row["measured_ms"] for row in rows)
    names = [stack.column(name) for name in (*stack.PARTS, stack.RESIDUAL)]
    shares = {name: 100 * sum(row[name] for row in rows) / whole for name in names}
    residual = shares[stack.column(stack.RESIDUAL)]
    above = 100 - shares[stack.column("floor")]
    some = abs(above) >= 100 * _LEAST
    return {
        **{name: rows[0][name] for name in ("workload", "settings", "threads")},
        **shares,
        "runtime": None,
        "oversubscribed": any(row["oversubscribed"] for row in rows),
        "measured_ms": 100.0,
        "explained": 1 - residual / above if some else None,
    }


def _panel(panel, rows, workloads):
    panel.set_ylim(len(workloads) - 0.4, -0.6)
    ends = [stack.reach(row) for row in rows]
    low = max(min(end for end, _ in ends), _CUT[0])
    high = min(max(end for _, end in ends), _CUT[1])
    panel.set_xlim(low * 1.05, low + (high - low) * _ROOM)
    for row in rows:
        stack.draw(panel, workloads.index(of(row)), row, 4.8, "%")
    panel.axvline(0, color=style.INK, lw=0.6, zorder=3)
    panel.tick_params(axis="y", length=0, pad=2)
    over = "; oversubscribed" if any(row["oversubscribed"] for row in rows) else ""
    if over:
        panel.set_facecolor(style.SHADE)
    panel.set_title(f"{naming.threads(rows[0]['threads'])}{over}", loc="left")
    panel.set_xlabel("% of what was measured")


def _caption(table, run, rows):
    floor = style.short(table.rows[0]["floor_runtime"], 16)
    ends = [end for row in rows for end in stack.reach(row)]
    cut = [f"cut at {_CUT[1]} %"] if max(ends, default=0) > _CUT[1] else []
    lacking = sum(row["measured_ms"] is None for row in table.rows)
    parts = [
        f"all runtimes that count, together; parts: beyond what {floor} takes with one thread; left of zero: less than that",
        "%: explained of the time above that",
        *cut,
        *([f"{lacking} not explained and left out"] if lacking else []),
        run.title,
    ]
    return "; ".join(parts)
