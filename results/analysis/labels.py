"""The names of lines, beside their ends: a column to the right of each panel, no name over another.

A panel has its place only when the whole figure is laid out.  So the names first stand where they
belong, which keeps room for them; then they are moved apart, each joined to the end of its line by a
thin leader, and the layout is fixed.
"""

from . import spread, style

_SIZE, _GAP = 6, 6.6  # points
_AWAY = 5  # points from the panel to the names


class Labels:
    """Of one panel."""

    def __init__(self, panel, shown=True):
        self.panel = panel
        self.shown = shown
        self.ends = []
        self.texts = []

    def add(self, text, end, colour, **told):
        """A name for the line that ends at this place in the panel's data."""
        if not self.shown:
            return
        drawn = self.panel.annotate(
            style.short(text, 22),
            (1, end[1]),
            (_AWAY, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="left",
            va="center",
            annotation_clip=False,
            fontsize=_SIZE,
            color=style.text_in(colour),
        )
        style.tell(drawn, text, **told)
        self.ends.append((end, colour, told))
        self.texts.append(drawn)

    def settle(self):
        """Moves the names apart; the panel has its place."""
        panel = self.panel
        box = panel.get_window_extent()
        point = panel.figure.dpi / 72
        low, high = box.y0 / point + 1, box.y1 / point - 1
        places = [panel.transData.transform(end) for end, _, _ in self.ends]
        wanted = [min(max(y / point, low), high) for _, y in places]
        for i, y in enumerate(spread.apart(wanted, _GAP, low, high)):
            self.texts[i].xy = (1, (y * point - box.y0) / box.height)
            self.texts[i].xycoords = "axes fraction"
            self._lead(i, (box.x1 / point + _AWAY - 1, y), point)

    def _lead(self, i, to, point):
        """A thin line from the end of the line to its name."""
        end, colour, told = self.ends[i]
        start = self.panel.transData.transform(end)
        back = self.panel.transAxes.inverted().transform
        x, y = zip(back(start), back((to[0] * point, to[1] * point)))
        (line,) = self.panel.plot(
            x,
            y,
            color=colour,
            lw=0.4,
            alpha=0.7,
            transform=self.panel.transAxes,
            clip_on=False,
            scalex=False,
            scaley=False,
            zorder=1.5,
        )
        style.tell(line, "", **told)


def settle(figure, labels):
    """Lays the figure out, once and for all, and moves the names of all panels apart."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for each in labels:
        if each.texts:
            each.settle()
