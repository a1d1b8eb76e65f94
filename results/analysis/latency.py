"""How long requests took, by percentile: a panel for each workload, number of threads and kind.

A process keeps five figures of its requests, so there is a point for each of them and straight lines
between: nothing is known of what lies there.  A percentile that less than one request exceeds would be
the longest again, and is left out.  `simple` is from the start of a request to its end;
`metered` from when it was due, so that one that waited for the pause of another tells of it (Blackburn
and others, Rethinking Java performance analysis, 2025).  A point is the median over processes, its band
the lowest to the highest process; the ring is the longest of all.
"""

from statistics import median

from . import by_cell, left_out, percentile_axis, style, time_axis
from .by_cell import ByCell
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "kind",
    "oversubscribed",
    "status",
    "reason",
    "processes",
    "contaminated",
    "requests",
    "percentile",
    "exceeding",
    "us",
    "us_low",
    "us_high",
)
KINDS = {"latency": "simple", "metered": "metered"}  # counters begin so
_KEPT = (("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("p999", 99.9))


def table(run):
    rows = []
    asked = {(row["workload"], row["settings"]) for row in run.rows if _tells(row)}
    for row in run.cells:
        if (row["workload"], row["settings"]) in asked:
            for prefix, kind in KINDS.items():
                rows += _cell(run, row, prefix, kind)
    order = {name: place for place, name in enumerate(KINDS.values())}
    rows.sort(key=lambda row: order[row["kind"]])
    return Table(COLUMNS, _side_by_side(rows))


def _tells(row):
    return row.get("latency_us") or row.get("metered_us")


def _side_by_side(rows):
    """The kinds of a workload with so many threads next to each other, workloads as they come."""
    names = ("workload", "settings", "threads")
    first = {}
    for row in rows:
        first.setdefault(tuple(row[name] for name in names[:2]), len(first))
    return sorted(
        rows,
        key=lambda row: (first[row["workload"], row["settings"]], row["threads"]),
    )


def _cell(run, row, prefix, kind):
    cell = {
        **dict.fromkeys(COLUMNS),
        **{name: row[name] for name in COLUMNS[:4]},
        **{name: row[name] for name in ("oversubscribed", "status", "reason")},
        "kind": kind,
    }
    if row["status"] != left_out.SOUND:
        return [cell]
    used = run.used(row)
    told = [trial["counters"] for trial in used if trial.get("counters")]
    counts = [each[f"{prefix}_count"] for each in told if each.get(f"{prefix}_count")]
    if not counts:
        return []
    cell.update(
        processes=len(counts),
        contaminated=sum(bool(trial["contaminated"]) for trial in used),
        requests=int(median(counts)),
    )
    points = [
        _point(cell, told, f"{prefix}_{name}_us", at)
        for name, at in _KEPT
        if min(counts) * (1 - at / 100) >= 1 - 1e-9
    ]
    longest = _point(cell, told, f"{prefix}_max_us", 100.0, max)
    return [point for point in (*points, longest) if point]


def _point(cell, told, key, percentile, combine=median):
    values = [each[key] for each in told if each.get(key) is not None]
    if not values:
        return None
    return {
        **cell,
        "percentile": percentile,
        "exceeding": round(1 - percentile / 100, 9),
        "us": combine(values),
        "us_low": min(values),
        "us_high": max(values),
    }


def draw(table, run):
    cells = ByCell(table, run, None, "kind", across=2, sharex=True, sharey=True)
    for panel, labels, own in cells.panels():
        panel.set_yscale("log")
        for runtime, look in cells.looks.items():
            line = own.where(runtime=runtime, status=left_out.SOUND)
            if line:
                _line(panel, labels, line, look)
    _axes(cells.grid, table)
    return cells.finish(_caption(table, run))


def _line(panel, labels, rows, look):
    kept = [row for row in rows if row["exceeding"] > 0]
    longest = [row for row in rows if not row["exceeding"]]
    x = [1 / row["exceeding"] for row in kept]
    told = by_cell.tells(rows[0])
    colour = look["color"]
    y = [row["us"] for row in kept]
    (line,) = panel.plot(x, y, color=colour, ls=look["linestyle"], lw=1.1)
    style.tell(line, by_cell.where(rows[0]), **told)
    if rows[0]["processes"] > 1:
        low, high = ([row[name] for row in kept] for name in ("us_low", "us_high"))
        band = panel.fill_between(x, low, high, color=colour, alpha=0.13, lw=0)
        style.tell(band, "", **told)
    for row in rows:
        _mark(panel, row, look)
    last = (longest or kept)[-1]
    labels.add(rows[0]["runtime"], (_x(last), last["us"]), colour, **told)


def _x(row):
    """The longest of n stands where one in n is exceeded."""
    return 1 / row["exceeding"] if row["exceeding"] else row["requests"]


def _mark(panel, row, look):
    longest = not row["exceeding"]
    open_ = {"mfc": style.PAPER} if longest or row["contaminated"] else {}
    words = {**look, "linestyle": "", "clip_on": False, "zorder": 4, "mew": 0.7}
    (point,) = panel.plot([_x(row)], [row["us"]], **{**words, **open_})
    which = "longest" if longest else f"percentile {row['percentile']:g}"
    text = (
        f"{by_cell.where(row)}, {row['kind']}: {which} {style.rounded(row['us'])}"
        f" \N{MICRO SIGN}s of {row['requests']} requests a process, {row['processes']} processes"
    )
    if row["contaminated"]:
        text += f", {row['contaminated']} contaminated"
    style.tell(point, text, **by_cell.tells(row))


def _axes(grid, table):
    sound = table.where(status=left_out.SOUND)
    most = max((row["requests"] for row in sound), default=1000)
    percentile_axis.set_up(grid.panels[0], most * 1.5, grid.narrow)
    highest = max((row["us_high"] for row in sound), default=None)
    ends = time_axis.limits([row["us"] for row in sound], highest)
    time_axis.set_up(grid.panels[0].yaxis, ends)
    for panel in grid.panels:
        panel.grid(axis="y", color=style.RULE, lw=0.5)
        panel.set_axisbelow(True)
    grid.label("percentile", "latency, \N{MICRO SIGN}s")


def _caption(table, run):
    sound = table.where(status=left_out.SOUND)
    parts = ["p50, p90, p99 and p99.9 are kept and joined by straight lines"]
    if any(row["processes"] > 1 for row in sound):
        parts.append("median over processes, band: lowest to highest process")
    else:
        parts.append("one process each: no spread is known")
    parts.append("open mark on the right: the longest of all")
    if any(row["contaminated"] for row in sound):
        parts.append("other open marks: of processes that others disturbed")
    return "; ".join([*parts, run.title])


DEFINITION = Definition(
    "latency",
    "How long requests took",
    "Lower is better: each point says how long this percentile of requests took at most; metered counts"
    " from when a request was due, so that waiting shows.",
    table,
    draw,
)
