"""Lower-bound overheads as text, Markdown or CSV."""

import csv
import io

from . import overhead, setting, table
from .quantity import NONE

_MIB = 1 << 20


def _over(found):
    """+18.2 % [17.0-19.4]"""
    if found["ratio"] is None:
        return NONE
    return " ".join(filter(None, [_percent(found["ratio"]), _bounds(found)]))


def _percent(ratio):
    return f"{100 * (ratio - 1):+.1f} %"


def _bounds(found):
    if found["low"] is None:
        return ""
    return f"[{100 * (found['low'] - 1):+.1f} {100 * (found['high'] - 1):+.1f}]"


def _best(found):
    return _over(found) + (f" {found['floor']}" if found["ratio"] is not None else "")


def _memory(found):
    return NONE if found["bytes"] is None else f"{found['bytes'] / _MIB:+.1f}"


_HEAD = [
    "workload",
    "threads",
    "runtime",
    "over none",
    "over plain",
    "over the best",
    "over the ideal",
    "MiB over none",
    "over plain",
]
_TEXTS = _HEAD[3:7]


def _cells(found):
    rows = [[setting.title(row), str(row["threads"]), *_figures(row)] for row in found]
    return rows


def _figures(row):
    over = row["over"]
    return [
        row["runtime"],
        _over(over["none"]),
        _over(over["plain"]),
        _best(over["best"]),
        _over(over["ideal"]),
        *(_memory(row["memory"][name]) for name in overhead.RUNTIMES),
    ]


def _means(found):
    """Each with the number of workloads that it is of."""
    return [
        [
            overhead.MEAN + (f" in {row['heap']}" if row["heap"] else ""),
            str(row["threads"]),
            row["runtime"],
            *(_mean(row["over"][name]) for name in overhead.FLOORS),
            "",
            "",
        ]
        for row in found
        if any(each["ratio"] is not None for each in row["over"].values())
    ]


def _mean(found):
    text = _over(found)
    return text if text == NONE else f"{text} of {found['workloads']}"


def rows(found):
    return [*_cells(found["rows"]), *_means(found["means"])]


def text(found):
    cells = table.unrepeated(rows(found), 2)
    lines = [found["run"], "", *table.lines(_HEAD, cells, left=3, texts=_TEXTS), ""]
    return "\n".join([*lines, *(f"  {note}" for note in notes(found))])


def notes(found):
    """What a reader has to know besides."""
    yield (
        "over: so much more time than the floor, within blocks, and an interval of 95 %; "
        "a lower bound of what memory management costs"
    )
    yield (
        "the best: the fastest runtime of the run there, named; the ideal: the fastest with its pauses taken off "
        "(Cai et al., ISPASS 2022)"
    )
    if found["blocks"] < 6:
        yield f"{found['blocks']} of the 6 blocks that an interval takes"
    yield from (f"{NONE} {reason}" for reason in reasons(found))


def reasons(found):
    """Why a dash is one, each once, and where."""
    told = {}
    for row in found["rows"]:
        for each in (*row["over"].values(), *row["memory"].values()):
            if each["reason"]:
                told.setdefault(each["reason"], {})[row["threads"]] = None
    return [
        f"with {', '.join(map(str, threads))} threads: {reason}"
        for reason, threads in told.items()
    ]


def markdown(found):
    head = [_HEAD, ["---"] * len(_HEAD)]
    lines = ["| " + " | ".join(row) + " |" for row in [*head, *rows(found)]]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(found))])


_COLUMNS = ("workload", "settings", "heap", "threads", "runtime", "against", "floor")
_NUMBERS = ("ratio", "low", "high", "blocks", "bytes", "bytes_low", "bytes_high")


def csv_text(found):
    """A line for each runtime and floor; memory stands in those that are runtimes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *_NUMBERS, "reason"])
    for row in found["rows"]:
        heap = row["heap"] and row["heap"]["bytes"]
        subject = [row["workload"], setting.words(setting.of_line(row)), heap]
        for name, each in row["over"].items():
            who = [row["threads"], row["runtime"], name, each["floor"]]
            writer.writerow([*subject, *who, *_numbers(each, row["memory"].get(name))])
    for row in found["means"]:
        for name, each in row["over"].items():
            where = [overhead.MEAN, "", row["heap"], row["threads"], row["runtime"]]
            writer.writerow([*where, name, None, *_numbers(each, None)])
    return out.getvalue().rstrip("\n")


def _numbers(each, memory):
    memory = memory or {"bytes": None, "low": None, "high": None}
    own = [each[name] for name in ("ratio", "low", "high", "blocks")]
    more = [memory[name] for name in ("bytes", "low", "high")]
    return [*own, *more, each.get("reason")]
