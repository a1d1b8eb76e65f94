"""What every runtime must do, case by case: passed, failed, skipped, by sign and by colour.

Cases are grouped as the driver groups them and go on in a second or third column, so that all of them fit
a page.  A runtime skips what it does not promise; which that is stands in the table.
"""

from math import ceil

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .figure import Definition
from .table import Table

COLUMNS = (
    "group",
    "case",
    "runtime",
    "status",
    "says",
    "message",
    "expected",
    "seen",
)
PASS, FAIL, SKIP = "pass", "fail", "skip"
_LOOKS = {
    PASS: {"marker": "o", "color": style.hue("green"), "ms": 3.2},
    FAIL: {
        "marker": "X",
        "color": style.hue("vermillion"),
        "ms": 5.0,
        "mec": style.INK,
        "mew": 0.5,
    },
    SKIP: {"marker": "_", "color": style.GREY, "ms": 3.6, "mew": 0.9},
}
_OTHER = {"marker": "D", "color": style.hue("purple"), "ms": 3.2}
_SAID = {PASS: "passed", FAIL: "failed", SKIP: "skipped: not promised"}
_LINE, _FEW = 0.125, 24  # inches of a case; how many need no second column
_HEAD = 0.95  # inches of the runtimes' names
_AROUND = 0.6
_LETTER = 0.047  # inches


def table(run):
    cases = (run.check or {}).get("cases", [])
    rows = [
        {
            **{name: row.get(name) for name in COLUMNS},
            **{name: run.without_host(row.get(name)) for name in COLUMNS[5:]},
        }
        for row in cases
    ]
    return Table(COLUMNS, rows)


def draw(table, run):
    blocks = _blocks(table)
    runtimes = table.values("runtime")
    tall = max(len(lines) for lines in blocks)
    line = min(_LINE, (style.TALLEST - _HEAD - _AROUND) / tall)
    size = (style.TWO_COLUMNS, tall * line + _HEAD + _AROUND)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(1, len(blocks), squeeze=False)[0]
    found = {}
    for row in table.rows:
        found.setdefault((row["group"], row["case"]), {})[row["runtime"]] = row
    for panel, lines in zip(axes, blocks):
        panel.set_ylim(tall - 0.5, -0.5)
        _panel(panel, lines, found, runtimes)
        _names(panel, lines, runtimes, len(blocks), line)
    style.frame(figure, _keys(table), _caption(table, run))
    return figure


def _blocks(table):
    """The lines of each column: (group, None) above its cases, (group, case)."""
    lines = []
    for group, case in table.pairs("group", "case"):
        if (group, None) not in lines:
            lines.append((group, None))
        lines.append((group, case))
    columns = min(3, ceil(len(lines) / _FEW)) if len(lines) > _FEW else 1
    columns = min(columns, 2 if len(table.values("runtime")) > 6 else 3)
    length = ceil(len(lines) / columns)
    blocks = [lines[i : i + length] for i in range(0, len(lines), length)]
    return [_headed(block) for block in blocks]


def _headed(lines):
    """A group that goes on has its name above it again."""
    group, case = lines[0]
    return lines if case is None else [(group, None), *lines]


def _panel(panel, lines, found, runtimes):
    panel.set_xlim(-0.7, len(runtimes) - 0.3)
    for x, runtime in enumerate(runtimes):
        by_status = {}
        for y, line in enumerate(lines):
            row = found.get(line, {}).get(runtime)
            if row is not None:
                by_status.setdefault(row["status"], []).append((y, row))
        for status, places in by_status.items():
            _marks(panel, x, status, places)
    for y, (_, case) in enumerate(lines):
        if case is None and y:
            panel.axhline(y - 0.45, color=style.RULE, lw=0.5)
    for spine in panel.spines.values():
        spine.set_visible(False)


def _marks(panel, x, status, places):
    """Those of a runtime that ended alike; each failure tells what it saw."""
    look = {**_LOOKS.get(status, _OTHER), "ls": ""}
    runtime = places[0][1]["runtime"]
    if status in (PASS, SKIP):
        marks = panel.plot([x] * len(places), [y for y, _ in places], **look)
        told = f"{runtime}: {len(places)} {_SAID[status]} in this column"
        style.tell(marks, told, runtime=runtime)
        return
    for y, row in places:
        mark = panel.plot([x], [y], **look)
        style.tell(mark, _words(row), runtime=runtime)


def _words(row):
    told = f"{row['case']} on {row['runtime']}: {row['status']}"
    if row["expected"] or row["seen"]:
        told += f": expected {row['expected']}, seen {row['seen']}"
    return f"{told}; {row['says'] or ''}"


def _names(panel, lines, runtimes, columns, line):
    letters = int((style.TWO_COLUMNS / columns - 0.155 * len(runtimes) - 0.2) / _LETTER)
    size = min(5.8, line * 72 * 0.85)
    panel.set_yticks(range(len(lines)))
    names = [group if case is None else case for group, case in lines]
    panel.set_yticklabels(
        [style.short(name, max(12, letters)) for name in names], fontsize=size
    )
    for text, (_, case) in zip(panel.get_yticklabels(), lines):
        if case is None:
            text.set_fontweight("bold")
    panel.xaxis.tick_top()
    panel.set_xticks(range(len(runtimes)))
    panel.set_xticklabels(
        [style.short(name, 18) for name in runtimes],
        rotation=60,
        ha="left",
        rotation_mode="anchor",
        fontsize=5.8,
    )
    panel.tick_params(length=0, pad=2)


def _keys(table):
    there = table.values("status")
    keys = []
    for status, look in _LOOKS.items():
        if status in there:
            count = len(table.where(status=status))
            label = f"{count} {_SAID[status]}"
            keys.append(Line2D([], [], **look, ls="", label=label))
    others = [row for row in table.rows if row["status"] not in _LOOKS]
    if others:
        label = f"{len(others)} ended otherwise"
        keys.append(Line2D([], [], **_OTHER, ls="", label=label))
    return keys


def _caption(table, run):
    cases = len(table.pairs("group", "case"))
    runtimes = len(table.values("runtime"))
    return f"{cases} cases, {runtimes} runtimes; no sign: a runtime has no such case; {run.title}"


DEFINITION = Definition(
    "conformance",
    "What every runtime must do",
    "Each line is a case, each column a runtime: a dot has passed, a cross has failed, and a dash is skipped"
    " because the runtime does not promise it.",
    table,
    draw,
    style.TWO_COLUMNS,
)
