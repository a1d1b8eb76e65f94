"""A bar of the parts that a measured time is explained by, stacked, with what is in none of them.

It starts at zero and goes right by each part that costs; what is less than on the floor goes left.  What is measured and in no
part, or in parts and not measured, is the residual, which is always drawn; so all right of zero less all left of it is the
measured time, where the tick stands.  The per cent at the end of a bar are what the parts explain.
"""

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import naming, palette, style

PARTS = {  # of refbench explain, and what they are called here
    "floor": "the work itself",
    "waiting": "its threads wait",
    "counting": "counting",
    "far": "far objects",
    "crossing": "contended counting",
    "barrier": "barriers of scans",
    "container": "containers",
    "allocation": "allocation",
    "collector": "collector",
    "lock": "waits for the lock",
}
RESIDUAL = "residual"
_LOOKS = {  # colour, hatch; no runtime has one of these colours
    "floor": (style.RULE, None),
    "waiting": (style.RULE, "....."),
    "counting": (style.hue("indigo"), None),
    "far": (style.hue("indigo"), "|||||"),
    "crossing": (style.hue("rose"), "xxxxx"),
    "barrier": (style.hue("rose"), None),
    "container": (style.hue("olive"), None),
    "allocation": (style.hue("brown"), None),
    "collector": (palette.DIVERGING[0].light, None),
    "lock": (palette.DIVERGING[-1].light, "-----"),
    RESIDUAL: (style.PAPER, "/////"),
}
_UNSEEN = 0.005  # of a panel's width


def column(part):
    """That of a table, or of a row of it, which holds a part's time."""
    return f"{part}_ms"


def pieces(row):
    """(part, from, to) from the inside out: what costs goes right of zero, what saves left."""
    ends = {True: 0.0, False: 0.0}
    found = []
    for name in (*PARTS, RESIDUAL):
        value = row[column(name)]
        begin = ends[value > 0]
        ends[value > 0] += value
        if value:  # of a floor most are exactly nothing
            found.append((name, begin, begin + value))
    return found


def reach(row):
    """How far left and right it goes; nowhere if it has nothing."""
    if row["measured_ms"] is None:
        return 0.0, 0.0
    ends = [end for _, _, end in pieces(row)]
    return min([0.0, *ends]), max([row["measured_ms"], *ends])


def draw(panel, y, row, size, unit="ms"):
    """The bar, the tick where it was measured, and what of it is explained in letters of a size.  The panel has its
    limits; a bar that goes beyond is cut there."""
    who = _who(row)
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
        value = f"{row[column(name)]:+.4g} {unit} of {row['measured_ms']:.4g} {unit}"
        style.tell(patch, f"{called} {value}", **who)
    _measured(panel, y, row, size, unit)


def _who(row):
    names = ("runtime", "workload", "threads")
    return {name: row[name] for name in names if row[name] is not None}


def _measured(panel, y, row, size, unit):
    measured = row["measured_ms"]
    tick = panel.plot([measured] * 2, [y - 0.5, y + 0.5], color=style.INK, lw=1.3)
    tick[0].set_zorder(5)
    style.tell(tick, f"{named(row)}: measured {measured:.4g} {unit}", **_who(row))
    share = row["explained"]
    room = 0.12 * (panel.get_xlim()[1] - panel.get_xlim()[0])
    text = panel.annotate(
        "\N{EN DASH}" if share is None else f"{100 * share:.0f}%",
        (min(reach(row)[1], panel.get_xlim()[1] - room), y),
        (2.5, 0),
        textcoords="offset points",
        va="center",
        fontsize=size,
        zorder=6,
    )
    style.tell(text, "", **_who(row))


def named(row):
    """What it is of: a runtime at a workload, or all of them together."""
    if row["runtime"] is not None:
        return naming.cell(row)
    return f"{naming.workload(row)}, {naming.threads(row['threads'])}, all that count"


def keys():
    found = []
    for name, (colour, hatch) in _LOOKS.items():
        edge = style.GREY if name == RESIDUAL else style.PAPER
        label = PARTS.get(name, RESIDUAL)
        found.append(Patch(fc=colour, hatch=hatch, ec=edge, lw=0.4, label=label))
    tick = {"marker": "|", "ls": "", "color": style.INK, "ms": 7, "mew": 1.3}
    return [*found, Line2D([], [], **tick, label="measured")]
