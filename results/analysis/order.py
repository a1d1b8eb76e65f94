"""The run in its order: the speed of each trial over the median of those like it.

Where all is well the points lie around one from the first trial to the last, in every block.  A slope
is drift: of the machine's temperature, of what else it does.  The dark steps are the medians of blocks.
Of a long run only some trials are drawn, evenly; the table says which.
"""

from collections import defaultdict
from datetime import datetime
from statistics import median

from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from . import by_cell, left_out, panels, style
from .figure import Definition
from .folder import variant
from .table import Table

COLUMNS = (
    "order",
    "started_s",
    "block",
    "workload",
    "settings",
    "threads",
    "runtime",
    "again",
    "status",
    "reason",
    "contaminated",
    "ops_per_s",
    "relative",
    "block_median",
    "drawn",
)
_MOST = 1500  # points that a page shows without delay
_SPEEDS = (
    (0.001, 0.01, 0.1, 1, 10, 100, 1000),
    (0.25, 0.5, 1, 2, 4),
    (0.5, 0.7, 1, 1.4, 2),
    (0.8, 0.9, 1, 1.1, 1.25),
    (0.96, 0.98, 1, 1.02, 1.04),
    (0.98, 0.99, 1, 1.01, 1.02),
    (0.998, 0.999, 1, 1.001, 1.002),
)


def table(run):
    trials = [trial for trial in run.trials if _counts(trial)]
    trials.sort(key=lambda trial: trial["started"])
    begin = datetime.fromisoformat(run.trials[0]["started"]) if trials else None
    rows = [_row(run, trial, place, begin) for place, trial in enumerate(trials)]
    _compare(rows)
    if not any(row["relative"] not in (None, 1) for row in rows):
        return Table(COLUMNS, [])
    _thin(rows)
    return Table(COLUMNS, rows)


def _counts(trial):
    asked = trial["parameters"]
    return trial["kind"] == "workload" and asked.get("collector") == "on"


def _row(run, trial, place, begin):
    asked = trial["parameters"]
    started = datetime.fromisoformat(trial["started"]) - begin
    return {
        **dict.fromkeys(COLUMNS),
        **{name: asked[name] for name in ("workload", "threads", "runtime")},
        "settings": variant(asked),
        "order": place,
        "started_s": started.total_seconds(),
        "block": trial["block"],
        "again": trial["arm"] != asked["runtime"],
        "status": trial["status"],
        "reason": run.without_host(trial["reason"]),
        "contaminated": bool(trial["contaminated"]),
        "ops_per_s": trial.get("ops_per_s"),
    }


def _compare(rows):
    """Sets what each is of the median of its like, and the median of that over its block."""
    like, of_block = defaultdict(list), defaultdict(list)
    names = ("workload", "settings", "threads", "runtime", "again")
    for row in rows:
        if row["status"] == left_out.SOUND and row["ops_per_s"]:
            like[tuple(row[name] for name in names)].append(row)
    for own in like.values():
        middle = median(row["ops_per_s"] for row in own)
        for row in own:
            row["relative"] = row["ops_per_s"] / middle
            of_block[row["block"]].append(row)
    for own in of_block.values():
        middle = median(row["relative"] for row in own)
        for row in own:
            row["block_median"] = middle


def _thin(rows):
    """Says which are drawn: what is out of order always, of the others one in so many."""
    step = -(-len(rows) // _MOST)
    for row in rows:
        row["drawn"] = row["order"] % step == 0 or row["status"] != left_out.SOUND


def draw(table, run):
    grid = panels.grid(1, width=style.TWO_COLUMNS, legend=True)
    (panel,) = grid.panels
    there = set(table.values("runtime"))
    looks = style.looks([name for name in run.runtimes if name in there])
    drawn = [row for row in table.rows if row["drawn"]]
    sound = [row for row in drawn if row["relative"]]
    panel.set_yscale("log")
    panel.axhline(1, color=style.GREY, lw=0.6, zorder=1)
    for row in sound:
        _mark(panel, row, looks[row["runtime"]])
    _axes(panel, table, sound)
    _blocks(panel, table)
    for row in drawn:
        if not row["relative"]:
            _failed(panel, row)
    return grid.finish([], by_cell.keys_of(looks, linestyle=""), _caption(table, run))


def _mark(panel, row, look):
    words = {**look, "linestyle": "", "ms": 2.6, "mew": 0.6, "zorder": 3}
    if row["contaminated"]:
        words["mfc"] = style.PAPER
    (point,) = panel.plot([row["order"]], [row["relative"]], **words)
    disturbed = ", contaminated" if row["contaminated"] else ""
    text = (
        f"{by_cell.where(row)}, block {row['block']}, after {row['started_s']:.0f} s:"
        f" {row['relative']:.3f} of its median{disturbed}"
    )
    style.tell(point, text, **by_cell.tells(row))


def _failed(panel, row):
    """At the lower edge."""
    (point,) = panel.plot(
        [row["order"]],
        [0.015],
        marker="x",
        color=style.hue("rose"),
        ms=3.5,
        transform=panel.get_xaxis_transform(),
        zorder=4,
    )
    text = (
        f"{by_cell.where(row)}, block {row['block']}: {row['reason'] or row['status']}"
    )
    style.tell(point, text, **by_cell.tells(row))


def _blocks(panel, table):
    """Where each begins, and its median."""
    spans = {}
    for row in table.rows:
        first, _, _ = spans.get(row["block"], (row["order"], 0, None))
        middle = row["block_median"] or spans.get(row["block"], (0, 0, None))[2]
        spans[row["block"]] = first, row["order"], middle
    some = -(-len(spans) // 24)
    for place, (block, (first, last, middle)) in enumerate(spans.items()):
        if len(spans) <= 60:
            panel.axvline(first - 0.5, color=style.RULE, lw=0.6, zorder=0)
        if middle:
            x = (first - 0.5, last + 0.5)
            panel.plot(x, (middle, middle), color=style.INK, lw=1.4, zorder=5)
        if place % some == 0:
            text = f"block {block}" if len(spans) <= 12 else f"{block}"
            where = {"transform": panel.get_xaxis_transform(), "va": "bottom"}
            panel.text(first, 1.01, text, ha="left", **where, **style.SMALL)


def _axes(panel, table, sound):
    values = [row["relative"] for row in sound] or [1]
    reach = max(max(values), 1 / min(values), 1.002) ** 1.12
    panel.set_ylim(1 / reach, reach)
    within = [[s for s in each if 1 / reach <= s <= reach] for each in _SPEEDS]
    near = next((each for each in within if len(each) > 2), within[-1])
    panel.yaxis.set_major_locator(FixedLocator(near))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.yaxis.set_major_formatter(FuncFormatter(lambda s, _: f"{s:g}"))
    orders = table.values("order")
    panel.set_xlim(min(orders) - 1, max(orders) + 1)
    panel.set_xlabel("trial, in the order of the run")
    panel.set_ylabel("speed over the median\nof its like")


def _caption(table, run):
    drawn = [row for row in table.rows if row["drawn"]]
    parts = ["dark: median of each block"]
    if any(row["contaminated"] for row in drawn):
        parts.append("hollow: disturbed by others")
    failed = sum(row["status"] != left_out.SOUND for row in table.rows)
    if failed:
        parts.append(f"crosses: {failed} trial{'s' * (failed != 1)} that failed")
    if len(drawn) < len(table.rows):
        parts.append(f"{len(drawn)} of {len(table.rows)} trials are drawn")
    return "; ".join([*parts, run.title])


DEFINITION = Definition(
    "order",
    "The trials in the order of the run",
    "Points around one from the first trial to the last are a steady machine; a slope is drift, a step a"
    " disturbance.",
    table,
    draw,
)
