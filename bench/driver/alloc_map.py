"""refbench alloc --map: a picture of arenas and pools, and of how memory grew, as SVG.

Every arena is a row, every pool a cell: its colour says the kind, its depth how full it is, its
label the size of its blocks.  The colours are those of Okabe and Ito (Color Universal Design,
2008), which people of every colour vision tell apart; a state is never told by colour alone.
"""

from . import alloc_option, alloc_source, place, record
from .alloc_snapshot import KINDS, in_arenas, peak, pools, title
from .quantity import digits, size
from .svg import Svg, mixed

SCHEMA = "refbench.alloc_map/1"
COLOURS = {"data": "#0072b2", "object": "#e69f00", "container": "#009e73"}
HEAPS = ("#000000", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")  # in turn
HEADER, BORDER, INK, FAINT = "#595959", "#c8c8c8", "#202020", "#707070"
WIDTH, LEFT, RIGHT, TOP = 1120, 84, 24, 62
STRIP, LEGEND = 150, 84  # heights
_TALLEST, _LOWEST, _ROWS = 16.0, 2.0, 900  # of a row; of all of them
_LEAST_DEPTH = 0.12  # of the colour of a pool with one block in use
_MARK = 2.5  # height of the mark of a heap


def add_arguments(parser):
    what = "draw arenas and pools at the peak, and how memory grew, as SVG"
    parser.add_argument("--map", action="store_true", help=what)
    where = "folder for the picture (default: that of the snapshots)"
    parser.add_argument("--out", metavar="DIR", help=where)


def go(asked):
    for path in draw(alloc_source.obtain(asked), asked.out):
        print(place.shown(path))
    return 0


def draw(source, out=None):
    """Writes the picture and the same as JSON; returns their paths."""
    folder = alloc_option.folder(out or source.folder)
    shown = peak(source.trial)
    picture = folder / f"{source.path.stem}-map.svg"
    picture.write_text(svg(source.trial), encoding="utf-8")
    data = picture.with_suffix(".json")
    facts = {"schema": SCHEMA, "title": title(shown), "peak": shown}
    record.write(data, {**facts, "over_time": _over_time(source.trial)})
    return [picture, data]


_MOMENT = ("at_ns", "live_bytes", "committed_bytes", "resident_bytes", "waiting_bytes")


def _over_time(trial):
    return [
        {
            **{name: each[name] for name in _MOMENT},
            **{f"arena_{name}": count for name, count in in_arenas(each).items()},
        }
        for each in trial
    ]


def svg(trial):
    """The picture of a trial, as text."""
    return Map(trial).drawn()


class Map:
    """One picture, from top to bottom: heading, legend, arenas, strip of time."""

    def __init__(self, trial):
        self.trial = trial
        self.shown = peak(trial)
        found = pools(self.shown)
        self.heaps = sorted({pool.heap for pool in found} - {0})
        self.rows = {}
        for pool in found:
            self.rows.setdefault(pool.arena, []).append(pool)
        self.slots = max(
            1, self.shown["arena_bytes"] // max(1, self.shown["pool_bytes"])
        )
        self.cell = (WIDTH - LEFT - RIGHT) / self.slots
        fitting = _ROWS / max(1, len(self.rows))
        self.row = max(_LOWEST, min(_TALLEST, fitting))
        self.top = TOP + LEGEND
        self.bottom = self.top + self.row * len(self.rows)
        self.svg = Svg(WIDTH, self.bottom + STRIP + 70)

    def drawn(self):
        self._heading()
        self._legend()
        for number, (arena, found) in enumerate(sorted(self.rows.items())):
            self._arena(self.top + number * self.row, arena, found)
        if not self.rows:
            self.svg.text(LEFT, self.top + 12, "no pool is in use", 11, FAINT)
        Strip(self.svg, self.trial, self.shown, self.bottom + 48).draw()
        return self.svg.text_of()

    # --- heading and legend ------------------------------------------------------------------

    def _heading(self):
        shown = self.shown
        arenas, held, large = shown["arenas"], in_arenas(shown), shown["large"]
        self.svg.text(
            LEFT, 26, f"Arenas and pools: {title(shown)}", 17, INK, weight="bold"
        )
        facts = (
            f"at the peak, {_ms(shown, self.trial)} ms after the first of "
            f"{len(self.trial)} snapshots: {size(held['live_bytes'])} in use of "
            f"{size(held['committed_bytes'])} committed in {arenas['mapped']} arenas "
            f"({arenas['spare']} spare) of {size(shown['arena_bytes'])}, pools of "
            f"{size(shown['pool_bytes'])}; besides, large blocks of {size(large['bytes'])}"
        )
        self.svg.text(LEFT, 46, facts, 11, INK)

    def _legend(self):
        for number, kind in enumerate(KINDS):
            self._ramp(LEFT + number * 190, TOP + 8, kind)
        self._states(LEFT + 590, TOP + 8)
        self._heap_key(LEFT, TOP + 52)

    def _ramp(self, x, y, kind):
        """From one block in use to all."""
        for step in range(10):
            fill = _depth(kind, (step + 1) / 10)
            self.svg.rect(x + step * 9, y, 9, 12, fill)
        self.svg.text(x + 95, y + 10, f"{kind}: low to full", 10, INK)

    def _states(self, x, y):
        keys = (
            ("header", HEADER, None),
            ("free slot", "#ffffff", None),
            ("no block in use", "#ffffff", INK),
            ("waits for readers", "url(#waits)", INK),
            ("given back, not taken in", "url(#remote)", INK),
        )
        for number, (name, fill, stroke) in enumerate(keys):
            left, down = x + (number % 3) * 125, y + (number // 3) * 18
            self.svg.rect(left, down, 14, 12, fill, stroke or BORDER)
            self.svg.text(left + 19, down + 10, name, 10, INK)

    def _heap_key(self, x, y):
        said = "a row is an arena, a cell a pool, its number the bytes of a block"
        self.svg.text(x, y + 4, said, 10, INK)
        if len(self.heaps) < 2:
            return
        self.svg.text(x + 590, y + 4, "below a cell, its heap:", 10, INK)
        for number, heap in enumerate(self.heaps[:12]):
            left = x + 725 + (number % 6) * 28
            down = y - 2 + (number // 6) * 10
            self.svg.rect(left, down, 10, 4, _heap_colour(heap))
            self.svg.text(left + 13, down + 5, str(heap), 8, INK)

    # --- arenas ------------------------------------------------------------------------------

    def _arena(self, y, arena, found):
        self._slots(y)
        for pool in found:
            self._pool(y, pool)
        if self.row >= 8 or arena % 10 == 0:
            height = min(9, max(5, self.row))
            place_ = y + self.row / 2 + height * 0.35
            self.svg.text(
                LEFT - 8, place_, f"arena {arena}", height, FAINT, anchor="end"
            )

    def _slots(self, y):
        """The row without its pools."""
        width = self.cell * self.slots
        self.svg.rect(LEFT, y, width, self.row - 0.6, "#ffffff", BORDER)
        header = self.shown["header_bytes"] / max(1, self.shown["arena_bytes"]) * width
        self.svg.rect(LEFT, y, min(header, width), self.row - 0.6, HEADER)

    def _begin(self, pool):
        """Where its blocks begin: behind the header, if that ends in its slot."""
        header = self.shown["header_bytes"] / max(1, self.shown["pool_bytes"])
        return LEFT + self.cell * min(max(pool.slot, header), pool.slot + 1)

    def _pool(self, y, pool):
        x = self._begin(pool)
        width = LEFT + self.cell * (pool.slot + 1) - x
        height = self.row - 0.6
        fill, stroke = _look(pool)
        about = _about(pool)
        self.svg.rect(x, y, width, height, fill, stroke, about=about)
        if pool.heap and len(self.heaps) > 1 and self.row > 2 * _MARK:
            self.svg.rect(x, y + height - _MARK, width, _MARK, _heap_colour(pool.heap))
        label = str(pool.bytes)
        letter = min(7.5, width / len(label) * 1.55, height - _MARK)
        if letter >= 5:
            ink = "#ffffff" if pool.fullness > 0.75 and pool.kind != "object" else INK
            self.svg.text(
                x + width / 2, y + letter + 1.5, label, letter, ink, anchor="middle"
            )


def _look(pool):
    """(fill, stroke)"""
    if pool.state == "waiting":
        return "url(#waits)", COLOURS[pool.kind]
    if pool.blocks["live"] == 0 and pool.blocks["remote"] > 0:
        return "url(#remote)", COLOURS[pool.kind]
    if pool.blocks["live"] == 0:
        return "#ffffff", COLOURS[pool.kind]
    return _depth(pool.kind, pool.fullness), "#ffffff"


def _depth(kind, fullness):
    return mixed(COLOURS[kind], _LEAST_DEPTH + (1 - _LEAST_DEPTH) * fullness)


def _heap_colour(heap):
    return HEAPS[(heap - 1) % len(HEAPS)]


def _about(pool):
    blocks = ", ".join(
        f"{count} {name}" for name, count in pool.blocks.items() if count
    )
    whose = f"heap {pool.heap}" if pool.heap else "no heap"
    return (
        f"arena {pool.arena}, slot {pool.slot}: {pool.kind} of {pool.bytes} bytes, "
        f"{pool.state}: {blocks} of {pool.capacity}; {whose}"
    )


def _ms(snapshot, trial):
    return digits((snapshot["at_ns"] - trial[0]["at_ns"]) / 1e6)


class Strip:
    """Committed, resident and live bytes of the arenas over time: what is resident is known of
    them alone, so large blocks are left out of all three."""

    LINES = (
        ("committed", "#595959", None),
        ("resident", "#56b4e9", "5 3"),
        ("live", "#000000", None),
    )

    def __init__(self, svg_, trial, shown, top):
        self.svg, self.trial, self.shown, self.top = svg_, trial, shown, top
        self.height = STRIP - 50
        self.first = trial[0]["at_ns"]
        self.span = max(1, trial[-1]["at_ns"] - self.first)
        self.held = [in_arenas(each) for each in trial]
        self.most = max(1, *(count for each in self.held for count in each.values()))

    def draw(self):
        self.svg.text(
            LEFT,
            self.top - 10,
            "Memory of the arenas over time",
            12,
            INK,
            weight="bold",
        )
        self._axes()
        for number, (name, colour, dashes) in enumerate(self.LINES):
            self._line(name, colour, dashes)
            self._key(LEFT + 240 + number * 110, name, colour, dashes)
        x = self._x(self.shown)
        self.svg.line(x, self.top, x, self.top + self.height, "#d55e00", "2 2")
        side = "end" if x > WIDTH / 2 else "start"
        self.svg.text(
            x + (-4 if side == "end" else 4),
            self.top + self.height - 5,
            "peak, drawn above",
            9,
            "#a04000",
            anchor=side,
        )

    def _axes(self):
        bottom, right = self.top + self.height, WIDTH - RIGHT
        for share in (0, 0.5, 1):
            y = bottom - share * self.height
            self.svg.line(LEFT, y, right, y, BORDER)
            said = size(round(self.most * share))
            self.svg.text(LEFT - 8, y + 3, said, 9, FAINT, anchor="end")
        for share in (0, 0.25, 0.5, 0.75, 1):
            x = LEFT + share * (right - LEFT)
            said = f"{digits(self.span * share / 1e6)} ms"
            self.svg.text(x, bottom + 14, said, 9, FAINT, anchor="middle")

    def _x(self, snapshot):
        share = (snapshot["at_ns"] - self.first) / self.span
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _line(self, name, colour, dashes):
        points = [
            (self._x(each), self._y(held[f"{name}_bytes"]))
            for each, held in zip(self.trial, self.held, strict=True)
        ]
        if len(points) == 1:  # a level, since there is no course
            points.append((WIDTH - RIGHT, points[0][1]))
        self.svg.polyline(points, colour, dashes)

    def _y(self, count):
        return self.top + self.height * (1 - count / self.most)

    def _key(self, x, name, colour, dashes):
        y = self.top - 14
        self.svg.line(x, y, x + 22, y, colour, dashes, 2)
        self.svg.text(x + 27, y + 3, name, 10, INK)
