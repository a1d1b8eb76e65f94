"""Pauses by percentile: a panel for each workload and number of threads, a line for each runtime.

The axis is logarithmic in 1/(1-q), so that the rare long pauses take as much room as the many
short ones.  A line is the median over processes of each percentile, its band the lowest to the
highest process; it ends where a process has one pause left, and the ring behind it is the longest
pause of all.  The base runtime runs one cell twice: what these two differ by is noise.  A cell that
was not measured soundly has one row without figures and no line; the panel says why.
"""

from math import log10
from statistics import median

from matplotlib.lines import Line2D

from . import by_cell, left_out, percentile_axis, style, time_axis
from .by_cell import ByCell
from .figure import Definition
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
PER_DECADE = 8  # points of a line, besides that of half of the pauses
_HALF = 0.5
_UNIT = "\N{MICRO SIGN}s"
_RING = {"mfc": style.PAPER, "mew": 0.8}
_AGAIN = (0, (1.2, 1.2))


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
    shares = {10 ** (-step / PER_DECADE) for step in range(last + 1)}
    return sorted(shares | ({_HALF} if count > 1 else set()), reverse=True)


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
    cells = ByCell(table, run, "pauses", sharex=True, sharey=True)
    for panel, labels, own in cells.panels():
        panel.set_yscale("log")
        for runtime, look in cells.looks.items():
            for again in (False, True):
                line = own.where(runtime=runtime, again=again)
                if line and line[0]["status"] == left_out.SOUND:
                    _line(panel, labels, line, look)
    _axes(cells.grid, table)
    keys = _keys(table, cells.looks)
    return cells.finish(_caption(cells.grid, table, run), keys, **_RING)


def _line(panel, labels, rows, look):
    first, last = rows[0], rows[-1]
    points = [row for row in rows if row["exceeding"] > 0]
    x = [1 / row["exceeding"] for row in points]
    low, high = ([row[name] for row in points] for name in ("us_low", "us_high"))
    colour = look["color"]
    dashes = _AGAIN if first["again"] else look["linestyle"]
    told = by_cell.tells(first)
    y = [row["us"] for row in points]
    (line,) = panel.plot(x, y, color=colour, ls=dashes, lw=1.1)
    style.tell(line, _told(rows), **told)
    if first["processes"] > 1:
        band = panel.fill_between(x, low, high, color=colour, alpha=0.13, lw=0)
        style.tell(band, "", **told)
    end = x[-1], y[-1]
    if not first["again"]:
        end = first["pauses"], last["us"]
        ring = {**look, **_RING, "clip_on": False, "linestyle": "", "zorder": 4}
        (drawn,) = panel.plot(*([value] for value in end), **ring)
        style.tell(drawn, _told(rows), **told)
    labels.add(f"{by_cell.who(first)} {first['pauses']}", end, colour, **told)


def _told(rows):
    """What a line tells: its runtime, how many pauses, the median and the longest."""
    first = rows[0]
    half = [row for row in rows if row["exceeding"] == _HALF]
    parts = [f"{first['pauses']} pauses a process, {first['processes']} processes"]
    parts += [f"half of them up to {style.rounded(r['us'])} {_UNIT}" for r in half]
    parts.append(f"the longest {style.rounded(rows[-1]['us'])} {_UNIT}")
    return f"{by_cell.where(first)}: {', '.join(parts)}"


def _axes(grid, table):
    sound = table.where(status=left_out.SOUND)
    most = max((row["pauses"] for row in sound), default=10)
    highest = max((row["us_high"] for row in sound), default=None)
    percentile_axis.set_up(grid.panels[0], most * 1.5, grid.narrow)
    ends = time_axis.limits([row["us"] for row in sound], highest)
    time_axis.set_up(grid.panels[0].yaxis, ends)
    for panel in grid.panels:
        panel.grid(axis="y", color=style.RULE, lw=0.5)
        panel.set_axisbelow(True)
    grid.label("percentile", "pause, \N{MICRO SIGN}s")


def _keys(table, looks):
    return [
        Line2D([], [], color=look["color"], ls=_AGAIN, label=f"{name} again: noise")
        for name, look in looks.items()
        if table.where(runtime=name, again=True, status=left_out.SOUND)
    ]


def _caption(grid, table, run):
    several = any(row["processes"] and row["processes"] > 1 for row in table.rows)
    spread = (
        "line: median over processes, band: lowest to highest process"
        if several
        else "one process each: no spread is known"
    )
    numbers = "" if grid.dense else "numbers: pauses of a process; "
    return f"{spread}; ring: the longest; {numbers}{run.title}"


DEFINITION = Definition(
    "pauses",
    "How long threads were held up",
    "Lower is better: each line says how long a pause is that this percentile of pauses do not"
    " exceed; the ring at its end is the longest.",
    table,
    draw,
)
