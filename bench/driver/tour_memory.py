"""Drawing of the tour: an address taken apart, a block that is freed, memory that comes and goes."""

from .quantity import size
from .tour_canvas import Canvas, bar

_LEFT = 4
_ARENA = 64  # columns of slots, one each
_BLOCKS = 21  # of a pool are shown


def memory(evidence, _tours):
    return [
        *_address(evidence).rows(),
        "",
        *_freed(evidence),
        "",
        *_moments(evidence["moments"]),
    ]


def _address(evidence):
    """From the arena down to the block, each enlarged below."""
    canvas = Canvas()
    place = evidence["place"]
    slots, blocks = evidence["arena_map"], evidence["pool_map"]
    columns = len(slots) + 2
    canvas.box(
        _LEFT, 0, columns, 3, f"arena {place['arena']}, {size(evidence['arena_bytes'])}"
    )
    canvas.text(_LEFT + 1, 1, slots)
    canvas.text(_LEFT + columns + 2, 0, "d data  o objects")
    canvas.text(_LEFT + columns + 2, 1, "c containers")
    canvas.text(_LEFT + columns + 2, 2, ". free  H header")
    at = _LEFT + 1 + place["pool"]
    first, shown = _window(blocks, place["block"])
    title = f"pool {place['pool']}: {size(evidence['pool_bytes'])} in blocks of {place['block_bytes']} bytes"
    _zoom(canvas, at, 2, 4)
    canvas.box(_LEFT, 4, columns, 3, title)
    canvas.text(_LEFT + 2, 5, _spread(shown, first, len(blocks)))
    canvas.text(_LEFT + columns + 2, 4, "# in use")
    canvas.text(_LEFT + columns + 2, 5, "- freed")
    canvas.text(_LEFT + columns + 2, 6, ". never used")
    within = _LEFT + 2 + len(_before(first)) + 2 * (place["block"] - first)
    _zoom(canvas, within, 6, 8)
    _block(canvas, evidence, columns)
    return canvas


def _zoom(canvas, x, y, to):
    canvas.line(("zoom", y), (x, y), (x, to))
    canvas.text(x, to - 1, "│")


def _window(blocks, number):
    """The blocks to show around one: (number of the first, the letters)"""
    first = max(0, min(number - _BLOCKS // 2, len(blocks) - _BLOCKS))
    return first, blocks[first : first + _BLOCKS]


def _before(first):
    return f"{first} before … " if first else ""


def _spread(shown, first, count):
    rest = count - first - len(shown)
    behind = f"… {rest} more" if rest else ""
    return f"{_before(first)}{' '.join(shown)} {behind}"


def _block(canvas, evidence, columns):
    place = evidence["place"]
    number, taken = place["block"], evidence["object_bytes"]
    title = f"block {number}: the list at {evidence['address']}"
    canvas.box(_LEFT, 8, columns, 3, title)
    whole = columns - 26
    used = bar(taken, place["block_bytes"], whole)
    canvas.text(_LEFT + 2, 9, used + "░" * (whole - len(used)))
    canvas.text(_LEFT + whole + 3, 9, f"{taken} of {place['block_bytes']} bytes used")
    canvas.text(_LEFT + 2, 11, _sum(evidence))


def _sum(evidence):
    """The address as where its arena, its pool and its block begin."""
    place = evidence["place"]
    pool = place["pool"] * evidence["pool_bytes"]
    header = int(place["blocks_begin"], 16) - int(place["arena"], 16) - pool
    parts = [
        place["arena"],
        f"{place['pool']} x {evidence['pool_bytes']}",
        *([f"{header} of header"] if header else []),
        f"{place['block']} x {place['block_bytes']}",
    ]
    return f"{' + '.join(parts)} = {evidence['address']}"


def _freed(evidence):
    place = evidence["place"]
    number = place["block"]
    first, _ = _window(evidence["pool_map"], number)
    rows = [
        ("12 lists made", evidence["pool_map"]),
        ("the last of them freed", evidence["pool_map_freed"]),
    ]
    if "made_until_taken" in evidence:
        made = evidence["made_until_taken"]
        what = (
            "one more made: the same block"
            if made == 1
            else f"{made} more made: it is taken"
        )
        rows.append((what, evidence["pool_map_taken"]))
    shown = [
        f"    {what:32} … {' '.join(blocks[first : first + _BLOCKS])} …"
        for what, blocks in rows
    ]
    pointer = " " * (4 + 32 + 3 + 2 * (number - first)) + f"▲ block {number}"
    return [*shown, pointer, *_kept_back(evidence)]


def _kept_back(evidence):
    if "made_until_taken" in evidence:
        return []
    return ["    (a debug build keeps it back for a while, to catch who still uses it)"]


def _moments(moments):
    most = max(each["arenas"] for each in moments)
    return [f"    {'':32} {'objects':>8} {'in use':>9} {'arenas':>7}"] + [
        f"    {each['moment']:32} {each['objects']:8} {size(each['live_bytes']):>9} "
        f"{each['arenas']:>7}  {bar(each['arenas'], most, 25)}"
        for each in moments
    ]
