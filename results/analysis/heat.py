"""A map of the whole run: how fast each runtime is beside the base at each workload, as numbers.

The colour repeats what the number says, in steps that are as far above 1 as below it, and nothing is
told by colour alone: a sign beside the number is the verdict, and a hatched cell has no number.  The
smaller side of the map goes across, so that many workloads stand below each other.
"""

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from . import beside, naming, style
from .figure import Definition

EDGES = (0.5, 0.67, 0.8, 0.95, 1 / 0.95, 1 / 0.8, 1 / 0.67, 2)  # between shades
_ACROSS = 11  # workloads that stand beside each other
_CELL = 0.17  # inches of height
_LONGEST = 24  # letters of a workload
_LETTER = 0.052  # inches of width
_SPARE = 1.35  # inches, around all
_HATCH, _LINES = "/////", "\\\\"  # without a number, oversubscribed


@dataclass(frozen=True)
class _Grid:
    """Which way round a map is."""

    rows: list  # (name, what it is of)
    columns: list
    turned: bool  # workloads go down

    def cell(self, row, column):
        """(workload with settings, runtime)"""
        return (row, column) if self.turned else (column, row)


def draw(table, run):
    counts = sorted(table.values("threads"))
    grids = [_grid(table, threads) for threads in counts]
    turned = any(grid.turned for grid in grids)
    beside_each_other = len(counts) <= 2 if turned else _most(grids) * len(counts) <= 6
    shape = (1, len(counts)) if beside_each_other else (len(counts), 1)
    figure = Figure(figsize=_size(grids, shape), layout="constrained")
    axes = figure.subplots(*shape, squeeze=False).flatten()
    for place, (panel, grid, threads) in enumerate(zip(axes, grids, counts)):
        _panel(panel, table, grid, threads)
        if shape[1] > 1 and place and grid.rows == grids[0].rows:
            panel.set_yticklabels([])
    style.frame(figure, _keys(table), _caption(table, run))
    return figure


def _most(grids):
    return max(len(grid.columns) for grid in grids)


def _grid(table, threads):
    there, _ = beside.ran(table, threads)
    every = table.pairs("workload", "settings")
    subjects = [of for of in every if _rows(table, of, threads)]
    if not any(_rows(table, of, threads, runtime=n) for of in subjects for n in there):
        there = table.values("runtime")
    turned = len(subjects) > _ACROSS
    return _Grid(subjects if turned else there, there if turned else subjects, turned)


def _rows(table, of, threads, **more):
    return table.where(workload=of[0], settings=of[1], threads=threads, **more)


def _size(grids, shape):
    rows = [len(grid.rows) for grid in grids]
    high = max(rows) if shape[0] == 1 else sum(rows)
    return style.TWO_COLUMNS, high * _CELL + 0.72 * shape[0] + _SPARE


def _panel(panel, table, grid, threads):
    panel.set_xlim(0, len(grid.columns))
    panel.set_ylim(len(grid.rows), 0)
    width = _width(grid, panel.get_subplotspec().get_gridspec().ncols)
    for y, row in enumerate(grid.rows):
        for x, column in enumerate(grid.columns):
            of, runtime = grid.cell(row, column)
            found = _rows(table, of, threads, runtime=runtime)
            if found:
                _cell(panel, (x, y), found[0], width)
    _names(panel, table, grid, width)
    _apart(panel, grid)
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.tick_params(length=0, pad=2)
    over = any(row["oversubscribed"] for row in table.where(threads=threads))
    words = [naming.threads(threads), "oversubscribed" if over else ""]
    panel.set_title("; ".join(filter(None, words)), loc="left")


def _width(grid, panels):
    """Inches of a cell, about, in one of so many panels beside each other."""
    return (style.TWO_COLUMNS / panels - 1.1) / max(len(grid.columns), 1)


def _cell(panel, at, row, width):
    sound = beside.sound(row)
    area = Rectangle(
        at,
        1,
        1,
        fc=style.DIVERGING[_shade(row["ratio"])] if sound else style.PAPER,
        ec=style.PAPER if sound else style.RULE,
        hatch=_HATCH if not sound else _LINES if row["oversubscribed"] else None,
        lw=0.8,
    )
    panel.add_patch(area)
    who = {name: row[name] for name in ("runtime", "workload", "threads")}
    style.tell(area, beside.words(row), **who)
    text = panel.text(
        at[0] + 0.5,
        at[1] + 0.54,
        _said(row),
        ha="center",
        va="center",
        fontsize=6.3 if width > 8 * _LETTER else 5.2,
        color=style.INK if sound else style.GREY,
        fontweight="bold" if row["workload"] == naming.MEAN else "normal",
    )
    style.tell(text, beside.words(row), **who)


def _shade(ratio):
    return sum(ratio >= edge for edge in EDGES)


def _said(row):
    """The number, the sign of the verdict, and that of what disturbed it."""
    if not beside.sound(row):
        return beside.absent(row)
    star = "*" if row["contaminated"] else ""
    return f"{naming.ratio(row['ratio'])}{beside.SIGNS.get(row['verdict'], '')}{star}"


def _names(panel, table, grid, width):
    across = [_name(each, table) for each in grid.columns]
    down = [_name(each, table) for each in grid.rows]
    letters = max(5, int(width / _LETTER))
    panel.set_xticks([x + 0.5 for x in range(len(across))])
    panel.set_yticks([y + 0.5 for y in range(len(down))])
    steep = grid.turned
    panel.set_xticklabels(
        across if steep else [naming.lines(name, letters) for name in across],
        fontsize=6,
        rotation=60 if steep else 0,
        ha="right" if steep else "center",
        rotation_mode="anchor" if steep else "default",
    )
    panel.set_yticklabels(down, fontsize=6.3)


def _name(each, table):
    """Of a runtime, or of a workload with its settings."""
    if isinstance(each, str):
        return style.short(each, 17)
    row = table.where(workload=each[0], settings=each[1])[0]
    return style.short(naming.workload(row), _LONGEST)


def _apart(panel, grid):
    """Sets the means apart."""
    for place, subject in enumerate(grid.rows if grid.turned else grid.columns):
        if subject == (naming.MEAN, "") and place:
            line = panel.axhline if grid.turned else panel.axvline
            line(place, color=style.INK, lw=0.8)


def _keys(table):
    edges = ["", *(f"{edge:.2f}" for edge in EDGES), ""]
    keys = []
    for place, colour in enumerate(style.DIVERGING):
        low, high = edges[place], edges[place + 1]
        dash = "\N{EN DASH}"
        text = f"{low}{dash}{high}" if low and high else f"below {high}"
        keys.append(Patch(fc=colour, label=text if high else f"from {low}"))
    if absences := beside.absences(table.rows):
        none = {"fc": style.PAPER, "ec": style.GREY, "hatch": _HATCH, "lw": 0.5}
        keys.append(Patch(**none, label=absences))
    if any(row["oversubscribed"] for row in table.rows):
        striped = {"fc": style.DIVERGING[-1], "ec": style.PAPER, "hatch": _LINES}
        keys.append(Patch(**striped, label="striped: oversubscribed"))
    return keys


def _caption(table, run):
    signs = " ".join(f"{sign} {word}" for word, sign in beside.SIGNS.items())
    star = ", * contaminated" if any(row["contaminated"] for row in table.rows) else ""
    base = style.short(table.rows[0]["base"], 20)
    return f"speed over that of {base}; {signs}{star}; {run.title}"


DEFINITION = Definition(
    "heat",
    "Every runtime at every workload",
    "Each number is the speed of a runtime over that of the base; its sign is the verdict (faster, slower,"
    " the same, unclear), its colour repeats it, and the geometric mean comes last.",
    beside.table,
    draw,
    style.TWO_COLUMNS,
)
