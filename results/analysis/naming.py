"""How what was run is named in figures: short, on one line or on few, and the same everywhere."""

import re
from textwrap import wrap

from . import style

MEAN = "geometric mean"  # the driver's name for what is over all workloads
_PLACE = re.compile(r"(?<=[_ /=-])")  # where a name may be broken


def threads(count):
    if count is None:
        return "all numbers of threads"
    return f"{count} thread{'' if count == 1 else 's'}"


def workload(row):
    """With its settings, and what has to be known of it."""
    control = "(control)" if row.get("control") else ""
    return " ".join(filter(None, [row["workload"], row["settings"], control]))


def cell(row):
    return f"{row['runtime']}, {workload(row)}, {threads(row['threads'])}"


def lines(name, width, most=3):
    """A name on several lines of at most so many letters, broken behind underscores if need be."""
    name = style.short(name, width * most)
    found = [""]
    for part in filter(None, _PLACE.split(name)):
        for piece in wrap(part, width, drop_whitespace=False) or [part]:
            if len(found[-1]) + len(piece.rstrip()) > width and found[-1]:
                found.append("")
            found[-1] += piece
    return "\n".join(line.strip() for line in found)


def ratio(value):
    """0.87, 1.02, 13.4, 2 340: as many digits as say something."""
    if value < 1000:
        return f"{value:.2f}" if value < 10 else f"{value:.3g}"
    return style.plain(round(value))


def interval(row):
    """A ratio with its bounds, as far as they are known."""
    told = f"{row['ratio']:.3f}"
    known = row["low"] is not None and row["high"] is not None
    return f"{told} [{row['low']:.3f}-{row['high']:.3f}]" if known else told
