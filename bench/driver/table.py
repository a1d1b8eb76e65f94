"""A table of text: columns as wide as their widest cell, numbers to the right, text to the left."""


def lines(head, rows, left=1, texts=()):
    """The table as lines.  Text stands in the first `left` columns, in those without a head and
    in those whose head is one of `texts`."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    aligned = [
        str.ljust if i < left or not name or name in texts else str.rjust
        for i, name in enumerate(head)
    ]
    return [
        "  ".join(align(*cell) for align, *cell in zip(aligned, row, widths)).rstrip()
        for row in cells
    ]


def unrepeated(rows, columns):
    """The rows, with a cell of the first `columns` left empty where it and all before it are as
    in the row above."""
    shown, above = [], None
    for row in rows:
        same = 0
        while above and same < columns and row[same] == above[same]:
            same += 1
        shown.append([""] * same + list(row[same:]))
        above = row
    return shown
