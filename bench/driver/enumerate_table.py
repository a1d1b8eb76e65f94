"""Two ways to find containers side by side: a line for each figure, and what it is with lists over
what it is with pools."""

from . import printout, setting, table
from .micro import PREFIX
from .micro_table import COLLECTION
from .quantity import NONE, digits, size

RUNTIMES = ("gil", "gil_linked")
_HEAD = ["containers found by", "", "pools", "lists", "lists / pools"]


def text(summary):
    """What a run says, and then the comparison."""
    rows = [*_micros(summary), *_workloads(summary)]
    lines = table.lines(_HEAD, table.unrepeated(rows, 1), left=2) if rows else []
    return "\n\n".join([printout.text(summary), *(["\n".join(lines)] if lines else [])])


def _micros(summary):
    several = summary["blocks"] > 1
    for name, of in _paired(summary["micros"], lambda row: row["name"]):
        whole = name.startswith(COLLECTION)
        cells = [_scaled(row, 1e6 if whole else 1, several) for row in of]
        pools, lists = (row["ns"] for row in of)
        unit = "ms" if whole else "ns"
        yield [name.removeprefix(PREFIX), unit, *cells, digits(lists / pools)]


def _scaled(row, unit, several):
    spread = "-".join(digits(end / unit) for end in row["ns_range"])
    return digits(row["ns"] / unit) + (f" [{spread}]" if several else "")


def _workloads(summary):
    for name, of in _paired(summary["rows"], setting.title):
        times = [digits(row["ns_per_op"]) for row in of]
        speed = of[1]["ratio"]
        yield [name, "ns per operation", *times, digits(1 / speed) if speed else NONE]
        memory = [row["peak_rss_bytes"] for row in of]
        yield [name, "peak memory", *map(size, memory), _ratio(*memory)]
        pauses = [row["pause_us"]["p50"] for row in of]
        if any(pauses):
            yield [name, "pause p50, us", *map(digits, pauses), _ratio(*pauses)]


def _ratio(pools, lists):
    return digits(lists / pools) if pools and lists else NONE


def _paired(rows, title):
    """(name, [row of pools, row of lists]) of what both have measured."""
    found = {}
    for row in rows:
        found.setdefault(title(row), {})[row["runtime"]] = row
    for name, of in found.items():
        if all(runtime in of for runtime in RUNTIMES):
            yield name, [of[runtime] for runtime in RUNTIMES]
