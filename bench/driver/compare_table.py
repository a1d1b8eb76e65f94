"""A comparison as text, Markdown or CSV: the same cells."""

import csv
import io

from . import setting, table
from .quantity import NONE, count, rate

_FEW = 3  # controls that are told one by one
_WORDS = {"source": "source revision"}


def _head(found):
    names = ["workload", "threads", "runtime"]
    some = [any(row[name] is not None for row in found["rows"]) for name in names]
    kept = [name for name, there in zip(names, some) if there]
    return [
        *kept,
        found["a"]["side"],
        found["b"]["side"],
        "b / a",
        "95 %",
        "p",
        "verdict",
    ]


def cells(found):
    return [_cells(row, _head(found)) for row in found["rows"]]


def _cells(row, head):
    told = {**row, "workload": setting.title(row)}
    names = [
        _name(told[each]) for each in ("workload", "threads", "runtime") if each in head
    ]
    speeds = [rate(each) if each else "" for each in row["ops_per_s"]]
    return [
        *names,
        *speeds,
        _ratio(row["ratio"]),
        _interval(row),
        _p(row["p"]),
        _verdict(row),
    ]


def _name(value):
    return "" if value is None else str(value)


def _ratio(value):
    return NONE if value is None else f"{value:.3f}"


def _interval(row):
    return NONE if row["low"] is None else f"[{row['low']:.3f}-{row['high']:.3f}]"


def _p(value):
    return NONE if value is None else f"{value:.3f}" if value >= 0.001 else "<0.001"


def _verdict(row):
    if row["reason"]:
        return row["reason"]
    if row["more"] is None:
        return row["verdict"]
    return f"{row['verdict']}, about {count(row['more'])} more block{'s' * (row['more'] != 1)}"


def text(found):
    lines = [f"a: {_side(found['a'])}", f"b: {_side(found['b'])}", ""]
    lines += table.lines(_head(found), cells(found), texts=("95 %", "verdict"))
    return "\n".join([*lines, "", *(f"  {note}" for note in notes(found))])


def _side(side):
    return f"{side['side']}, of {side['run']}"


def notes(found):
    """What a reader has to know besides the table."""
    pairs = (
        "within blocks"
        if found["paired"]
        else "of two runs: what drifted between them is in it"
    )
    yield f"b / a: speed of b over that of a, {pairs}; above 1 b is faster"
    yield (
        f"same: the interval is within {found['margin']:.0%} of 1; at most {found['level']:.0%} of "
        "the verdicts faster and slower are false (Benjamini and Hochberg)"
    )
    apart = sum(row["apart"] for row in found["rows"])
    if apart:
        yield f"left out: {count(apart)} times a block in which the cores were near for one side, and far for the other"
    yield from _against_itself(found["noise_floor"])
    if found["differences"]:
        names = ", ".join(_WORDS.get(name, name) for name in found["differences"])
        yield f"the two runs differ in: {names}"
    for side, names in found["left_out"].items():
        if names:
            yield f"only {side} has: {', '.join(names)}"


def _against_itself(floors):
    """Each control; of many only those that have a verdict, and how many there are."""
    sure = [floor for floor in floors if floor["verdict"] in ("faster", "slower")]
    if len(floors) > _FEW:
        yield f"against itself: {len(sure)} of {len(floors)} faster or slower"
    for floor in sure if len(floors) > _FEW else floors:
        where = (
            f"{floor['runtime']} on {setting.title(floor)}, {floor['threads']} threads"
        )
        told = _verdict({**floor, "reason": None})
        yield f"against itself: {where}: {_ratio(floor['ratio'])} {_interval(floor)}, {told}"


def markdown(found):
    head = _head(found)
    rows = [head, ["---"] * len(head), *cells(found)]
    lines = ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(found))])


def _escaped(text):
    return str(text).replace("|", "\\|")


_COLUMNS = (
    "workload",
    "threads",
    "runtime",
    "a",
    "b",
    "ratio",
    "low",
    "high",
    "p",
    "blocks",
    "apart",
)


def csv_text(found):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, "verdict", "more", "reason"])
    for row in found["rows"]:
        writer.writerow(
            [row[name] for name in (*_COLUMNS, "verdict", "more", "reason")]
        )
    return out.getvalue().rstrip("\n")
