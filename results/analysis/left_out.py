"""What a panel does not draw, and why: cells that were not measured soundly, as small text."""

import re
from textwrap import wrap

from . import style

SOUND = "ok"
_WIDTH, _LINES = 42, 5  # of the text
_BENCHMARK = re.compile(r"^workload/\S+: ")  # the panel tells it already


def why(row):
    return _BENCHMARK.sub("", row["reason"] or row["status"])


def say(panel, found, corner, below=0):
    """Says of each (who, why) that it is left out; who shares a reason shares a line.  The upper
    left corner of the text is a place in the panel, or so many points below it."""
    by_reason = {}
    for who, reason in found:
        by_reason.setdefault(reason, []).append(who)
    lines = []
    for reason, names in by_reason.items():
        lines += wrap(f"left out: {', '.join(names)}: {reason}", _WIDTH)
    if not lines:
        return
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], "\N{HORIZONTAL ELLIPSIS}"]
    panel.annotate(
        "\n".join(lines),
        corner,
        (0, -below),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="top",
        parse_math=False,
        **style.SMALL,
    )
