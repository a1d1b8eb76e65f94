"""How many panels go side by side, and how high they are, so that a figure fits the page of a paper.

Few panels name their lines beside them.  Many have no room for that: they are smaller, and a legend
above them names the lines.  Only what no page would hold in either way is higher than a page.
"""

from dataclasses import dataclass
from math import ceil

from matplotlib.figure import Figure

from . import labels, left_out, style

_ROOM = 0.75  # inches for legend and caption
_ACROSS = 3
_HIGHEST, _LOWEST = 1.8, 1.4  # of panels that name their lines, inches
_DENSE = ((5, 1.1), (6, 0.93))  # across, and how low they may get
_DENSE_HIGHEST = 1.35


@dataclass
class Grid:
    figure: Figure
    panels: list
    across: int
    dense: bool  # small panels
    legend: bool  # instead of names beside the lines
    labels: list  # of each panel
    left_out: list  # of each panel: (who, why) of what it does not draw
    corner: tuple = (0, 0)  # of a panel, where it says so,
    below: float = 0  # and so many points below that

    def title(self, panel, words, threads=None, kind=""):
        """As much of these words as a panel is wide, with how many threads, and what of them."""
        most = {1: 46, 2: 46, 3: 30}.get(self.across, 90 // self.across + 4)
        end = f", {kind}" if kind else ""
        if threads:
            unit = "thr." if self.dense else "thread" + "s" * (threads != 1)
            end = f" \N{MIDDLE DOT} {threads} {unit}{end}"
        name = style.short(" ".join(filter(None, words)), max(most - len(end), 9))
        panel.set_title(name + end, loc="left", fontsize=6.2 if self.dense else 7.5)

    @property
    def narrow(self):
        """Whether ticks have little room."""
        return self.across > 2

    def edges(self):
        """(panel, whether it is leftmost, whether none is below it)."""
        count = len(self.panels)
        for i, panel in enumerate(self.panels):
            yield panel, i % self.across == 0, i + self.across >= count

    def label(self, x, y):
        """Names the axes that all panels share, at the edges."""
        for panel, left, bottom in self.edges():
            panel.tick_params(labelleft=left, labelbottom=bottom)
            if bottom:
                panel.set_xlabel(x, labelpad=1)
            if left:
                panel.set_ylabel(y, labelpad=2)

    def finish(self, keys, runtimes, caption):
        """Legend, caption and names, when everything else is drawn."""
        common, own = left_out.shared(self.left_out)
        for panel, found in zip(self.panels, own):
            left_out.say(panel, found, self.corner, self.below, self.dense)
        caption = "; ".join([*left_out.lines(common, "left out everywhere"), caption])
        named = runtimes if self.legend else []
        style.frame(self.figure, [*named, *keys], caption)
        labels.settle(self.figure, self.labels)
        return self.figure


def grid(count, across=None, width=None, legend=False, **shared):
    """A figure with so many panels; sharex and sharey as subplots() has them.  With `legend` that
    names what is drawn, however few they are."""
    across, height, dense = _shape(count, across)
    down = ceil(count / across)
    width = width or (style.ONE_COLUMN if count == 1 else style.TWO_COLUMNS)
    figure = Figure(figsize=(width, down * height + _ROOM), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False, **shared).flatten()
    for panel in axes[count:]:
        panel.axis("off")
    panels = list(axes[:count])
    legend = legend or dense
    names = [labels.Labels(panel, not legend) for panel in panels]
    return Grid(figure, panels, across, dense, legend, names, [[] for _ in panels])


def _shape(count, wanted):
    """How many across, how high each, and whether that leaves no room for names."""
    if count == 1:
        return 1, 2.1, False
    few = 2 if count == 4 else min(count, _ACROSS)
    for across in (wanted or few, few):
        height = (style.TALLEST - _ROOM) / ceil(count / across)
        if height >= _LOWEST:
            return across, min(height, _HIGHEST), False
    for across, lowest in _DENSE:
        height = (style.TALLEST - _ROOM) / ceil(count / across)
        if height >= lowest:
            break
    return across, min(max(height, lowest), _DENSE_HIGHEST), True
