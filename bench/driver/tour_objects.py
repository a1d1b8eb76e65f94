"""Drawings of the tour: names, values, the layout of objects, counting."""

from . import tour_scene
from .tour_canvas import Canvas, beside

_HALF = 50  # columns, where the second scene begins
_WORD = 22  # columns of a word with its frame


def names(evidence, _tours):
    return _side_by_side(evidence["scenes"])


def values(evidence, _tours):
    tables = [scene["objects"][0]["table"] for scene in evidence["mutable"]]
    return [
        *_side_by_side(evidence["mutable"]),
        f"{'items at ' + tables[0]:>44}     {'items at ' + tables[1]:>44}",
        "",
        *_side_by_side(evidence["immutable"]),
    ]


def _side_by_side(scenes):
    first, second = map(tour_scene.draw, scenes)
    return beside(first, second, gap=_HALF - first.size()[0]).rows()


def layout(evidence, _tours):
    """Objects side by side, a word in each cell."""
    canvas = Canvas()
    words = [word for each in evidence["objects"] for word in each["words"]]
    offsets = sorted({word["offset"] for word in words})
    rows = {offset: 2 + 3 * i for i, offset in enumerate(offsets)}
    for offset, y in rows.items():
        canvas.text(0, y, f"+{offset}")
        canvas.text(0, y + 1, _part(offset, evidence))
    for i, each in enumerate(evidence["objects"]):
        _column(canvas, 8 + i * (_WORD + 1), each, rows)
        _underline(canvas, 8 + i * (_WORD + 1), rows[evidence["object_bytes"]])
    return canvas.rows()


def _part(offset, evidence):
    if offset < evidence["header_bytes"]:
        return "count"
    return "type" if offset < evidence["object_bytes"] else ""


def _underline(canvas, x, y):
    """Where the header ends, and what the type adds begins."""
    canvas.text(x, y - 1, f"╞{'═' * (_WORD - 3)}╡")


def _column(canvas, x, found, rows):
    canvas.text(x + 2, 0, found["title"])
    net = ("object", x)
    for word in found["words"]:
        y = rows[word["offset"]]
        canvas.line(net, (x, y - 1), (x, y + 2), (x + _WORD - 2, y + 2))
        canvas.line(net, (x, y - 1), (x + _WORD - 2, y - 1), (x + _WORD - 2, y + 2))
        canvas.text(x + 2, y, f"{int(word['word'], 16):016x}")
        canvas.text(x + 2, y + 1, _meaning(word, found))


def _meaning(word, found):
    if word["part"] == "count":
        return _fitting(_fields(word["offset"], found["header"]["fields"]))
    if word["part"] == "type":
        return f"address of {found['type']}"
    return word["part"]


def _fitting(texts):
    """As many of them as there is room for."""
    line = ""
    for text in texts:
        longer = f"{line}, {text}" if line else text
        line = longer if len(longer) <= _WORD - 4 else line
    return line


def _fields(offset, fields):
    """Names and values of those that begin in the word at that offset."""
    bit = 0
    for field in fields:
        if bit // 64 == offset // 8:
            yield f"{field['name']} {field['value']}"
        bit += field["bits"]


def counting(evidence, _tours):
    rows = [f"  {'':46} references   header, byte by byte"]
    rows += [
        _event(
            each,
            each["references"],
            f"{'●' * each['references']:9} {grouped(each['header']['bytes'])}",
        )
        for each in evidence["events"]
    ]
    end = evidence["end"]
    gone = "gone" if end["objects_fewer"] == 1 else "still there"
    ran = "its finalizer ran" if end["finalized"] == 1 else "no finalizer ran"
    last = {**end, "why": "the last name ends"}
    return [*rows, _event(last, 0, f"{'':9} {gone}; {ran}")]


def _event(event, references, shown):
    return f"  {event['code']:19} {event['why']:26} {references:>2} {shown}"


def grouped(text):
    """Bytes in hexadecimal, four to a group."""
    return " ".join(text[i : i + 8] for i in range(0, len(text), 8))
