"""A canvas of characters: text, boxes and arrows, as rows of at most so many columns.

A line is a chain of points, each straight below or beside the one before.  Lines of one net join
where they meet; lines of different nets cross without touching, the upright one on top.
"""

import unicodedata

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_UPRIGHT = _UP | _DOWN
_SHAPES = {
    _UP: "│",
    _DOWN: "│",
    _UPRIGHT: "│",
    _LEFT: "─",
    _RIGHT: "─",
    _LEFT | _RIGHT: "─",
    _DOWN | _RIGHT: "┌",
    _DOWN | _LEFT: "┐",
    _UP | _RIGHT: "└",
    _UP | _LEFT: "┘",
    _UPRIGHT | _RIGHT: "├",
    _UPRIGHT | _LEFT: "┤",
    _LEFT | _RIGHT | _DOWN: "┬",
    _LEFT | _RIGHT | _UP: "┴",
    _UPRIGHT | _LEFT | _RIGHT: "┼",
}
_PLAIN = str.maketrans("─│┌┐└┘├┤┬┴┼╞╡═▶◀▲●█░·…✓✗", "-|+++++++++++=><^o#:x~+!")


def plain(text):
    """The same for a terminal that has no such characters."""
    return text.translate(_PLAIN)


def width(text):
    """Columns it takes: each character one."""
    return sum(not unicodedata.combining(each) for each in text)


class Canvas:
    def __init__(self):
        self._text = {}  # (x, y) -> character
        self._lines = {}  # (x, y) -> {net: directions}

    def text(self, x, y, text):
        for i, character in enumerate(text):
            self._text[x + i, y] = character

    def line(self, net, *points):
        for (x, y), (to_x, to_y) in zip(points, points[1:]):
            if x == to_x:
                self._upright(net, x, *sorted((y, to_y)))
            else:
                self._level(net, y, *sorted((x, to_x)))

    def _upright(self, net, x, top, bottom):
        for y in range(top, bottom):
            self._add(net, x, y, _DOWN)
            self._add(net, x, y + 1, _UP)

    def _level(self, net, y, left, right):
        for x in range(left, right):
            self._add(net, x, y, _RIGHT)
            self._add(net, x + 1, y, _LEFT)

    def _add(self, net, x, y, direction):
        nets = self._lines.setdefault((x, y), {})
        nets[net] = nets.get(net, 0) | direction

    def box(self, x, y, columns, rows, title=""):
        """A frame whose corners are at x, y and columns, rows further."""
        right, bottom = x + columns - 1, y + rows - 1
        corners = (x, y), (right, y), (right, bottom), (x, bottom), (x, y)
        self.line(("box", x, y), *corners)
        if title:
            self.text(x + 2, y, f" {title} ")

    def place(self, x, y, other):
        """Puts another canvas on this one."""
        for (i, j), character in other._text.items():
            self._text[x + i, y + j] = character
        for (i, j), nets in other._lines.items():
            for net, directions in nets.items():
                self._add((x, y, net), x + i, y + j, directions)

    def size(self):
        """(columns, rows)"""
        taken = [*self._text, *self._lines]
        if not taken:
            return 0, 0
        return max(x for x, _ in taken) + 1, max(y for _, y in taken) + 1

    def rows(self):
        columns, rows = self.size()
        return [
            "".join(self._at(x, y) for x in range(columns)).rstrip()
            for y in range(rows)
        ]

    def _at(self, x, y):
        if (x, y) in self._text:
            return self._text[x, y]
        nets = self._lines.get((x, y))
        return _SHAPES[_seen(nets.values())] if nets else " "


def _seen(directions):
    """What is to be seen where several nets meet: the upright one; of others, all."""
    found = list(directions)
    upright = [each for each in found if each == _UPRIGHT]
    if upright and len(found) > 1:
        return _UPRIGHT
    together = 0
    for each in found:
        together |= each
    return together


def beside(*canvases, gap=2):
    """The canvases in a row."""
    whole, x = Canvas(), 0
    for canvas in canvases:
        whole.place(x, 0, canvas)
        x += canvas.size()[0] + gap
    return whole


def bar(value, most, columns, character="█"):
    """A bar as long as value is of `most`; something if there is anything."""
    if not value or not most:
        return ""
    return character * max(1, round(columns * value / most))
