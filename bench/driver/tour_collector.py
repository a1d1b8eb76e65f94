"""Drawings of the tour: cycles, generations, bytes."""

from . import tour_scene
from .quantity import digits, size
from .tour_canvas import Canvas, bar, beside

_NAMES = "abc"
_HALF = 52  # columns, where the second scene begins


def cycles(evidence, _tours):
    before, after, _ = evidence["scenes"]
    inner = _inner(after["objects"])

    def sum_(portrait):
        count, inside = portrait["references"], inner[portrait["address"]]
        return f"{count} - {inside} inside = {count - inside}"

    parts = before["code"].split("; ")
    code = f"{'; '.join(parts[:3])}\n{'; '.join(parts[3:])}"
    first = tour_scene.draw({**before, "code": code})
    second = tour_scene.draw({**after, "code": f"{after['code']}\n"}, sum_)
    return [
        *beside(first, second, gap=_HALF - first.size()[0]).rows(),
        *_found(after["objects"], inner),
        "",
        *_many(evidence["many"], evidence["full"]),
    ]


def _inner(objects):
    """Address -> references from among these objects."""
    held = [address for each in objects for address in each["holds"]]
    return {each["address"]: held.count(each["address"]) for each in objects}


def _found(objects, inner):
    zero = [
        name
        for name, each in zip(_NAMES, objects)
        if each["references"] == inner[each["address"]]
    ]
    return [
        f"{'':{_HALF}}{'references minus those from inside':>46}",
        f">>> gc.collect()   finds {len(zero)}: no reference comes from outside, nor from one that is "
        "held from there",
    ]


def _many(many, full):
    return [
        f"{many['made']} lists made in cycles and dropped: {many['collections']} collections by "
        f"themselves; never more than {many['most']} lists",
        f"pauses of these: median {_us(many['median_ns'])}, longest {_us(many['longest_ns'])}; of one "
        f"with {full['living']} living lists: {_us(full['ns'])}",
    ]


def _us(ns):
    return f"{digits(ns / 1000)} us"


def generations(evidence, _tours):
    return [
        *_ages(evidence),
        "",
        *_counts(evidence),
        "",
        *_rhythm(evidence),
        "",
        *_choices(evidence),
    ]


def _ages(evidence):
    """Three boxes, and how the list that was looked at went through them."""
    canvas, wide = Canvas(), 19
    for i, (age, threshold) in enumerate(zip(evidence["ages"], evidence["thresholds"])):
        x = 9 + i * (wide + 11)
        canvas.text(x - 9, 1, "a list" if i == 0 else "survives")
        canvas.line(("arrow", i), (x - 9, 2), (x - 2, 2))
        canvas.text(x - 2, 2, "▶")
        canvas.box(x, 0, wide, 4)
        canvas.text(x + 2, 1, f"generation {age}")
        canvas.text(x + 2, 2, f"threshold {threshold}")
    canvas.text(
        0, 4, f"and after one more collection it is in generation {evidence['ages'][3]}"
    )
    return [f"  {row}" for row in canvas.rows()]


def _counts(evidence):
    codes = [each["code"] for each in evidence["counts"]]
    counts = [f"({each['counts']})" for each in evidence["counts"]]
    wide = [max(len(a), len(b)) for a, b in zip(codes, counts)]
    return [
        "  after     " + "   ".join(f"{a:{n}}" for a, n in zip(codes, wide)),
        "  counters  " + "   ".join(f"{a:{n}}" for a, n in zip(counts, wide)),
    ]


def _rhythm(evidence):
    """A row for each collection of an older generation."""
    rows, row = [], ""
    for generation in evidence["rhythm"]:
        row += f" {generation}"
        if generation != "0":
            rows.append(row)
            row = ""
    rows += [row] if row else []
    head = f"  lists made and kept; a collection at every {evidence['every']}st, of generation"
    _, middle, high = evidence["thresholds"]
    tail = (
        f"  more than {middle} of generation 0, and 1 is next; more than {high} of generation 1, and 2 is "
        "next"
    )
    return [head, *_columns(rows), tail]


def _columns(rows):
    """Rows, three to a line."""
    return [
        "    " + "   ".join(f"{row:26}" for row in rows[i : i + 3])
        for i in range(0, len(rows), 3)
    ]


def _choices(evidence):
    oldest, quarter = evidence["oldest"], evidence["quarter"]
    return [
        "  all three over, and one more list is made:      counters      collected    counters then",
        f"    few objects are old                        ({oldest['before']})   generation "
        f"{oldest['generation']}    ({oldest['after']})",
        f"    {evidence['old']} are old, less than a quarter is new   ({quarter['before']})   generation "
        f"{quarter['generation']}    ({quarter['after']})",
    ]


def bytes_(evidence, _tours):
    budgets = "   ".join(
        f"generation {i}: {size(budget)}"
        for i, budget in enumerate(evidence["budgets"])
    )
    most = max(each["made"] for each in evidence["kinds"])
    rows = [
        f"    {each['type']:8} {each['block_bytes']:4} bytes each  {bar(each['made'], most, 40):40} "
        f"{each['made']:5} made: {each['bytes']} bytes"
        for each in evidence["kinds"]
    ]
    return [
        f"  policies: {', '.join(evidence['policies'])}",
        f"  budgets:  {budgets}",
        "",
        "  instances made until generation 0 is collected, by bytes (by counts it would be 701 of "
        "either)",
        *rows,
        "",
        f"  a list with room for three items counts {evidence['list_of_3']} bytes: its block and its "
        "table's",
    ]
