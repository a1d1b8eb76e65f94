"""Rows of micro benchmarks as text: a line for each benchmark, a column for each runtime."""

from . import table
from .micro import PREFIX
from .quantity import NONE, digits

COLLECTION = PREFIX + "collect_full"


def paragraphs(rows):
    """Operations in nanoseconds, pairs over raw pairs, whole collections."""
    operations = [row for row in rows if not row["name"].startswith(COLLECTION)]
    collections = [row for row in rows if row["name"].startswith(COLLECTION)]
    pairs = [row for row in rows if row["ratio_plain"] is not None]
    return [
        _table("ns per operation", operations, _ns),
        _table("times the raw pair, plain / locked", pairs, _over_raw),
        _table("collection: ms / ns per object", collections, _collection),
    ]


def _table(title, rows, show):
    if not rows:
        return []
    runtimes = list(dict.fromkeys(row["runtime"] for row in rows))
    lines = []
    for (name, threads), of in _by_benchmark(rows).items():
        cells = [show(of[runtime]) if runtime in of else NONE for runtime in runtimes]
        lines.append([name.removeprefix(PREFIX), threads, *cells])
    return table.lines([title, "threads", *runtimes], lines)


def _by_benchmark(rows):
    """(name, threads) -> runtime -> row."""
    found = {}
    for row in rows:
        found.setdefault((row["name"], row["threads"]), {})[row["runtime"]] = row
    return found


def _ns(row):
    low, high = row["ns_range"]
    spread = f" [{digits(low)}-{digits(high)}]" if row["trials"] > 1 else ""
    return digits(row["ns"]) + spread


def _over_raw(row):
    return f"{digits(row['ratio_plain'])} / {digits(row['ratio_locked'])}"


def _collection(row):
    return f"{digits(row['ns'] / 1e6)} / {digits(row['counters'].get('ns_per_object'))}"
