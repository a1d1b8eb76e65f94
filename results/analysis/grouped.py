"""Bars in groups: a group for each thing on the horizontal axis, in it a bar for each runtime.

Many groups go on in panels below.  A bar has the colour of its runtime and at its end its marker, so that
it is found without colour; what stands above it is its interval.  What is not certain is pale.  A bar that
would make the others too small to read is cut, and its value written at the cut.
"""

from dataclasses import dataclass
from math import ceil

from . import naming, style

_INCHES = 6.3  # that a panel has for bars, at two columns
_LEAST, _THIN, _MANY = 0.045, 0.036, 20  # inches of a bar, of those of so many groups
GAP = 1.2  # between groups, in bars
_PALE = 0.3
_WIDE = 11  # groups that have room for larger letters
_WIDTH_OF_LETTER = 0.0087  # inches, for each point of its size


@dataclass(frozen=True)
class Bar:
    group: int  # in its panel
    runtime: str
    value: float  # None: nothing was found
    low: float
    high: float
    certain: bool
    sign: str  # stands above it, or in its place
    row: dict  # what its words are of
    words: str


def chunks(groups, runtimes):
    """Groups in as many panels as they take, of about the same length."""
    least = _THIN if len(groups) > _MANY else _LEAST
    fitting = max(1, int(_INCHES / least / (runtimes + GAP)))
    panels = ceil(len(groups) / fitting)
    length = ceil(len(groups) / panels) if panels else 1
    return [groups[i : i + length] for i in range(0, len(groups), length)]


def place(panel, groups):
    """The middles of the groups are the whole numbers."""
    panel.set_xlim(-0.5, max(groups, 1) - 0.5)
    panel.tick_params(axis="x", length=0, pad=2)


def label(panel, names):
    """Writes what the groups are, on as many lines as they take."""
    size = 6 if len(names) <= _WIDE else 4.8
    letters = max(5, int(_INCHES / max(len(names), 1) / (size * _WIDTH_OF_LETTER)))
    panel.set_xticks(range(len(names)))
    panel.set_xticklabels(
        [naming.lines(name, letters) for name in names], fontsize=size
    )


def draw(panel, bars, looks, ceiling, floor=0):
    """The bars of a panel, from the floor on; those above the ceiling are cut there."""
    step = 1 / (len(looks) + GAP)
    for place_, (runtime, look) in enumerate(looks.items()):
        offset = (place_ - (len(looks) - 1) / 2) * step
        own = [bar for bar in bars if bar.runtime == runtime]
        for bar in own:
            _bar(panel, bar, (bar.group + offset, step), look, (floor, ceiling))
        known = [bar for bar in own if bar.value is not None and bar.value < ceiling]
        if known:
            _ends(panel, known, offset, look, step)


def _bar(panel, bar, at, look, limits):
    (x, step), (floor, ceiling) = at, limits
    who = {name: bar.row[name] for name in ("runtime", "workload", "threads")}
    if bar.value is None:
        text = panel.text(x, floor, bar.sign, ha="center", va="bottom", **style.SMALL)
        style.tell(text, bar.words, **who)
        return
    height = min(bar.value, ceiling)
    (patch,) = panel.bar(
        [x],
        [height - floor],
        step * 0.86,
        bottom=[floor],
        color=look["color"],
        alpha=None if bar.certain else _PALE,
        zorder=2,
    )
    style.tell(patch, bar.words, **who)
    above = bar.sign if bar.value < ceiling else naming.ratio(bar.value) + bar.sign
    if above:
        y = height if bar.value >= ceiling else _top(bar, floor)
        _above(panel, x, y, above, who)


def _top(bar, floor):
    return max(bar.value if bar.high is None else bar.high, floor)


def _above(panel, x, y, text, who):
    said = panel.annotate(
        text,
        (x, y),
        (0, 2.5),
        textcoords="offset points",
        rotation=90 if len(text) > 1 else 0,
        ha="center",
        va="bottom",
        fontsize=4.5,
        color=style.GREY,
    )
    style.tell(said, "", **who)


def _ends(panel, bars, offset, look, step):
    """Markers and intervals of a runtime."""
    x = [bar.group + offset for bar in bars]
    size = min(4.0, step * _INCHES / max(panel.get_xlim()[1] + 0.5, 1) * 72 * 0.6)
    dots = panel.plot(
        x,
        [bar.value for bar in bars],
        color=look["color"],
        marker=look["marker"],
        ls="",
        ms=size,
        mfc=style.PAPER,
        mew=size / 6,
        zorder=4,
    )
    style.tell(dots, "", runtime=bars[0].runtime, threads=bars[0].row["threads"])
    known = [(at, bar) for at, bar in zip(x, bars) if bar.low is not None]
    if known:
        lines = panel.vlines(
            [at for at, _ in known],
            [bar.low for _, bar in known],
            [bar.high for _, bar in known],
            color=style.INK,
            lw=0.6,
            zorder=3,
        )
        style.tell(lines, "", runtime=bars[0].runtime, threads=bars[0].row["threads"])


def ceiling(values):
    """Where bars are cut: above what most reach, at least as high as a bar of the base."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return 1.25
    most = known[-1]
    usual = known[max(0, min(ceil(0.97 * len(known)) - 1, len(known) - 2))]
    return max(most * 1.1, 1.1) if most < 2 * usual else max(usual * 1.3, 1.1)


def top(bars, ceiling_):
    """Where the axis ends: there is room for the values of bars that are cut."""
    cut = any(bar.value is not None and bar.value >= ceiling_ for bar in bars)
    return ceiling_ * (1.6 if cut else 1.08)


def height(panels, most, least, spare):
    """Inches of a panel, so that all of them fit a page if they can."""
    return min(most, max(least, (style.TALLEST - spare) / max(panels, 1)))
