"""Micro benchmarks as text: a line for each benchmark under the heading of its group, a column
for each runtime."""

from . import capability, table
from .micro import PREFIX
from .quantity import NONE, digits

COLLECTION = PREFIX + "collect_full"
_INDENT = "  "
_MEAN = "geometric mean"


def paragraphs(summary):
    """Operations in nanoseconds, over peers, pairs over raw pairs, whole collections."""
    rows = summary["micros"]
    marks = capability.marks(summary)
    titles = {row["runtime"]: marks.name(row["runtime"]) for row in rows}
    titles |= {peer["name"]: peer["title"] for peer in summary["peers"]}
    operations = [row for row in rows if not row["name"].startswith(COLLECTION)]
    collections = [row for row in rows if row["name"].startswith(COLLECTION)]
    pairs = [row for row in rows if row["ratio_plain"] is not None]
    return [
        _noted(_grouped("ns per operation", operations, _ns, titles), marks),
        *(_over_peer(summary, peer, titles) for peer in summary["peers"]),
        _plain("times the raw pair, plain / locked", pairs, _over_raw, titles),
        _plain("collection: ms / ns per object", collections, _collection, titles),
    ]


def _noted(lines, marks):
    return [*lines, *marks.legend()] if lines else []


def _plain(title, rows, show, titles):
    if not rows:
        return []
    runtimes = _runtimes(rows)
    lines = [
        [name.removeprefix(PREFIX), threads, *_cells(of, runtimes, show)]
        for (name, threads), of in _by_benchmark(rows).items()
    ]
    return _table(title, runtimes, lines, titles)


def _grouped(title, rows, show, titles):
    """The same with a heading over each group that has one."""
    if not rows:
        return []
    runtimes, lines, group = _runtimes(rows), [], ""
    for (name, threads), of in _by_benchmark(rows).items():
        first = next(iter(of.values()))
        if first["group"] != group:
            group = first["group"]
            lines.append([group, "", *("" for _ in runtimes)])
        bare = name.removeprefix(PREFIX)
        lines.append([_INDENT + bare, threads, *_cells(of, runtimes, show)])
    return _table(title, runtimes, lines, titles)


def _over_peer(summary, peer, titles):
    """Ours over the peer's: inlined and then called, each with its mean."""
    rows = [row for row in summary["peer_ratios"] if row["peer"] == peer["name"]]
    if not rows:
        return []
    runtimes, lines = _runtimes(rows), []
    several = summary["blocks"] > 1
    for called in (False, True):
        chosen = [row for row in rows if row["called"] == called]
        for (name, threads), of in _by_benchmark(chosen).items():
            shown = _cells(of, runtimes, lambda row: _ratio(row, several))
            lines.append([name.removeprefix(PREFIX), threads, *shown])
        lines += _mean(summary, peer, called, runtimes)
    return _table(f"times {peer['title']}", runtimes, lines, titles)


def _mean(summary, peer, called, runtimes):
    """The line of the mean; none if nothing typical was measured."""
    of = {
        row["runtime"]: row
        for row in summary["peer_means"]
        if row["peer"] == peer["name"] and row["called"] == called
    }
    if not of:
        return []
    several = summary["blocks"] > 1
    shown = _cells(of, runtimes, lambda row: _ratio(row, several))
    most = max(row["benchmarks"] for row in of.values())
    what = (
        "call/alloc_free, list_append, dict"
        if called
        else "alloc_free, list_append, dict"
    )
    return [[f"{_MEAN} of {most}: {what}", "", *shown]]


def _table(title, runtimes, lines, titles):
    shown = [titles.get(runtime, runtime) for runtime in runtimes]
    return table.lines([title, "threads", *shown], lines)


def _runtimes(rows):
    """Those in the rows; one that only the later rows know stands where the first ones leave it."""
    return list(dict.fromkeys(row["runtime"] for row in rows))


def _cells(of, runtimes, show):
    return [show(of[runtime]) if runtime in of else NONE for runtime in runtimes]


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


def _ratio(row, several):
    if row["ratio"] is None:
        return NONE
    low, high = row["ratio_range"]
    spread = f" [{digits(low)}-{digits(high)}]" if several else ""
    return digits(row["ratio"]) + spread


def _over_raw(row):
    return f"{digits(row['ratio_plain'])} / {digits(row['ratio_locked'])}"


def _collection(row):
    return f"{digits(row['ns'] / 1e6)} / {digits(row['counters'].get('ns_per_object'))}"
