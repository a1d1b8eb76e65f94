"""What a panel does not draw, and why: cells that were not measured soundly, as small text."""

import re
from textwrap import wrap

from . import style

SOUND, MISSING = "ok", "missing"
HOLLOW = (  # of a mark, in captions
    "hollow: others disturbed trials of it, which are used only where there is no other"
)
_WIDTH, _LINES = 42, 4  # of the text
_DENSE = 28, 3
_BENCHMARK = re.compile(r"^workload/\S+: ")  # the panel tells it already


def why(row):
    return _BENCHMARK.sub("", row["reason"] or row["status"])


def shared(panels):
    """(what all of these panels leave out alike, for each the rest); of one panel nothing is shared."""
    if len(panels) < 2:
        return [], panels
    common = [who for who in panels[0] if all(who in other for other in panels)]
    return common, [[who for who in own if who not in common] for own in panels]


def never(table):
    """Who was run nowhere with so many threads, as {(runtime, threads)}, and a line that says so."""
    found = {}
    for row in table.rows:
        key = row["runtime"], row["threads"]
        found[key] = found.get(key, True) and row["status"] == MISSING
    never = {key for key, missing in found.items() if missing}
    counts = {}
    for name, threads in sorted(never):
        counts.setdefault(style.short(name), []).append(threads)
    who = [f"{name} {with_threads(n)}" for name, n in counts.items()]
    return never, [f"not run: {', '.join(who)}"] if who else []


def everywhere(table):
    """A line for each reason why cells of a table are not drawn, for a figure of one panel."""
    _, said = never(table)
    cells = {}
    for row in table.rows:
        if row["status"] not in (SOUND, MISSING):
            what = " ".join(filter(None, (row["workload"], row["settings"])))
            cells[f"{row['runtime']} {what} {with_threads([row['threads']])}"] = why(
                row
            )
    return [*said, *lines(cells.items())]


def with_threads(counts):
    plural = "" if counts == [1] else "s"
    return f"({', '.join(map(str, counts))} thread{plural})"


def lines(found, words="left out"):
    """A line for each reason, with who shares it."""
    by_reason = {}
    for who, reason in found:
        by_reason.setdefault(reason, []).append(style.short(who, 40))
    return [f"{words}: {', '.join(who)}: {why}" for why, who in by_reason.items()]


def say(panel, found, corner, below=0, dense=False):
    """Says of each (who, why) that it is left out.  The upper left corner of the text is a place in
    the panel, or so many points below it."""
    width, most = _DENSE if dense else (_WIDTH, _LINES)
    text = [part for line in lines(found) for part in wrap(line, width)]
    if not text:
        return
    if len(text) > most:
        text = [*text[: most - 1], "\N{HORIZONTAL ELLIPSIS}"]
    panel.annotate(
        "\n".join(text),
        corner,
        (0, -below),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="top",
        **style.SMALL,
    )
