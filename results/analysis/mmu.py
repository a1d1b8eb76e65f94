"""Minimum mutator utilisation: of any window of a length, the least share that a thread had for its own
code (Cheng and Blelloch, A parallel, real-time garbage collector, 2001).

A panel for each workload and number of threads, a line for each runtime: the median over processes of
the thread that had least, its band the lowest to the highest process.  Below 1 % the axis is linear, so
that a window that was wholly lost has its place at zero.
"""

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from . import by_cell, left_out, style
from .by_cell import ByCell
from .figure import Definition
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "oversubscribed",
    "status",
    "reason",
    "trials",
    "contaminated",
    "window_ms",
    "utilisation",
    "utilisation_low",
    "utilisation_high",
)
_WINDOWS = {"1ms": 1.0, "10ms": 10.0, "100ms": 100.0}  # of older runs
_LINEAR = 0.01  # below it
_SHARES = (0, 0.01, 0.03, 0.1, 0.3, 1)
_FEW_SHARES = (0, 0.01, 0.1, 1)


def table(run):
    rows = []
    paused = {_cell_of(row) for row in run.rows if _pauses(row)}
    for row in run.cells:
        if _cell_of(row) in paused:
            rows += _rows(row)
    return Table(COLUMNS, rows)


def _cell_of(row):
    return row["workload"], row["settings"], row["threads"]


def _pauses(row):
    """A panel of lines at 100 % tells nothing."""
    return row["status"] == left_out.SOUND and (row["pause_us"] or {}).get("count")


def _rows(row):
    cell = {
        **dict.fromkeys(COLUMNS),
        **{name: row[name] for name in COLUMNS[:9]},
    }
    if row["status"] != left_out.SOUND:
        return [cell]
    return [
        {
            **cell,
            "window_ms": window,
            "utilisation": share,
            "utilisation_low": low,
            "utilisation_high": high,
        }
        for window, share, low, high in _curve(row)
        if share is not None
    ]


def _curve(row):
    """(milliseconds, median, lowest, highest), shortest first."""
    if found := row.get("mmu_curve"):
        windows = [us / 1000 for us in found["windows_us"]]
        return list(zip(windows, found["median"], found["low"], found["high"]))
    ranges = row["mmu_range"] or {}
    return [
        (window, row["mmu"][name], *(ranges.get(name) or [row["mmu"][name]] * 2))
        for name, window in _WINDOWS.items()
        if row["mmu"]
    ]


def draw(table, run):
    cells = ByCell(table, run, "pauses", sharex=True, sharey=True)
    for panel, labels, own in cells.panels():
        for runtime, look in cells.looks.items():
            line = own.where(runtime=runtime, status=left_out.SOUND)
            if line:
                _line(panel, labels, line, look)
    _axes(cells.grid, table)
    return cells.finish(_caption(table, run))


def _line(panel, labels, rows, look):
    told = by_cell.tells(rows[0])
    x = [row["window_ms"] for row in rows]
    y, low, high = ([row[name] for row in rows] for name in COLUMNS[-3:])
    (line,) = panel.plot(x, y, color=look["color"], ls=look["linestyle"], lw=1.1)
    style.tell(line, by_cell.where(rows[0]), **told)
    if rows[0]["trials"] > 1:
        band = panel.fill_between(x, low, high, color=look["color"], alpha=0.13, lw=0)
        style.tell(band, "", **told)
    for row in rows:
        _mark(panel, row, look)
    labels.add(rows[0]["runtime"], (x[-1], y[-1]), look["color"], **told)


def _mark(panel, row, look):
    open_ = {"mfc": style.PAPER} if row["contaminated"] else {}
    words = {**look, "linestyle": "", "clip_on": False, "zorder": 4, "mew": 0.7}
    (point,) = panel.plot(
        [row["window_ms"]], [row["utilisation"]], **{**words, **open_}
    )
    share, low, high = (f"{100 * row[name]:.3g}" for name in COLUMNS[-3:])
    text = (
        f"{by_cell.where(row)}: of any {style.plain(row['window_ms'])} ms at least {share} %"
        f" for its own code, {low} to {high} % in {row['trials']} trials"
    )
    if row["contaminated"]:
        text += f", {row['contaminated']} contaminated to the last"
    style.tell(point, text, **by_cell.tells(row))


def _axes(grid, table):
    windows = sorted({row["window_ms"] for row in table.rows if row["window_ms"]})
    first = grid.panels[0]
    first.set_xscale("log")
    first.set_yscale("symlog", linthresh=_LINEAR, linscale=0.4)
    first.set_ylim(0, 1.08)
    shares = _FEW_SHARES if grid.narrow else _SHARES
    first.yaxis.set_major_locator(FixedLocator(shares))
    first.yaxis.set_minor_locator(NullLocator())
    first.yaxis.set_major_formatter(
        FuncFormatter(lambda share, _: f"{100 * share:g} %")
    )
    named = [ms for ms in windows if not grid.narrow or _is_decade(ms)] or windows
    first.xaxis.set_major_locator(FixedLocator(named))
    first.xaxis.set_minor_locator(FixedLocator(windows))
    first.set_xticklabels([f"{ms:g}" for ms in named])
    if windows:
        first.set_xlim(windows[0] / 1.3, windows[-1] * 1.3)
    for panel in grid.panels:
        panel.grid(axis="y", color=style.RULE, lw=0.5)
        panel.set_axisbelow(True)
        panel.tick_params(axis="x", which="minor", labelbottom=False)
    grid.label("window, ms", "minimum utilisation")


def _is_decade(ms):
    return f"{ms:.0e}".startswith("1e")


def _caption(table, run):
    sound = table.where(status=left_out.SOUND)
    parts = ["one process each: no spread is known"]
    if any(row["trials"] > 1 for row in sound):
        parts = ["line: median over processes, band: lowest to highest process"]
    parts.append("below 1 % the axis is linear")
    if any(row["contaminated"] for row in sound):
        parts.append(left_out.HOLLOW)
    return "; ".join([*parts, run.title])


DEFINITION = Definition(
    "mmu",
    "Minimum mutator utilisation",
    "Higher is better: of any window of this length, a thread had at least this share for its own code.",
    table,
    draw,
)
