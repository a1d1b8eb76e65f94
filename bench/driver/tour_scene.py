"""A scene of the tour: names on the stack, objects on the heap, arrows for references."""

from .tour_canvas import Canvas

_NAMES = 21  # columns of the stack, and one to the right
_BOX = 20
_BOX_ROWS = 4


def draw(scene, mark=None):
    """The canvas of a scene, its code above it.  `mark` gives an object a word besides."""
    whole, code = Canvas(), scene["code"].split("\n")
    for i, line in enumerate(code):
        whole.text(0, i, f">>> {line}" if line else "")
    whole.place(0, len(code) + 1, _picture(scene["names"], scene["objects"], mark))
    return whole


def _picture(names, objects, mark):
    canvas = Canvas()
    numbers = {each["address"]: i for i, each in enumerate(objects)}
    held = {each["holds"] for each in names} & numbers.keys()
    x = _NAMES + max(len(held), 1) + 3
    canvas.text(0, 0, f"stack {names[0]['cell']}" if names else "stack")
    canvas.text(x, 0, "heap")
    _stack(canvas, names)
    _heap(canvas, objects, x, mark)
    _from_names(canvas, names, numbers, x)
    _between(canvas, objects, numbers, x + _BOX)
    return canvas


def _stack(canvas, names):
    if not names:
        canvas.text(0, 2, "(no name is left)")
        return
    canvas.box(0, 1, _NAMES - 1, 2 * len(names) + 1)
    for i, each in enumerate(names):
        y = _name_row(i)
        if i:
            canvas.line(("box", 0, 1), (0, y - 1), (_NAMES - 2, y - 1))
        canvas.text(2, y, each["name"])
        canvas.text(4, y, each["holds"])


def _name_row(number):
    return 2 + 2 * number


def _object_row(number):
    """Where arrows come in; the row where they go out is the next."""
    return 2 + _BOX_ROWS * number


def _heap(canvas, objects, x, mark):
    if not objects:
        canvas.text(x, 2, "(nothing is left)")
    for i, each in enumerate(objects):
        y = _object_row(i)
        canvas.box(x, y - 1, _BOX, _BOX_ROWS, each["address"])
        canvas.text(x + 2, y, _title(each))
        count = each["references"]
        word = mark(each) if mark else None
        canvas.text(x + 2, y + 1, word or f"references {count}")


def _title(portrait):
    if portrait["type"] == "list":
        count = len(portrait["holds"])
        return f"list, {count} item{'' if count == 1 else 's'}"
    return f"{portrait['type']} {portrait['value']}".strip()


def _from_names(canvas, names, objects, x):
    held = {objects[each["holds"]] for each in names if each["holds"] in objects}
    lanes = sorted(held, reverse=True)  # those further down leave further left
    for i, each in enumerate(names):
        target = objects.get(each["holds"])
        if target is None:
            continue
        lane = _NAMES + lanes.index(target)
        row, to = _name_row(i), _object_row(target)
        corners = (_NAMES - 2, row), (lane, row), (lane, to), (x - 2, to)
        canvas.line(("to", target), *corners)
        canvas.text(x - 1, to, "▶")


def _between(canvas, objects, numbers, x):
    """Arrows from an object to those that it holds, on the right."""
    lanes = 0
    for i, each in enumerate(objects):
        targets = {numbers[held] for held in each["holds"] if held in numbers}
        lanes += bool(targets)
        lane = x + lanes
        for target in sorted(targets):
            row, to = _object_row(i) + 1, _object_row(target)
            canvas.line(("from", i), (x - 1, row), (lane, row), (lane, to), (x, to))
            canvas.text(x, to, "◀")
