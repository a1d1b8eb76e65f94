"""The summary of an allocator run as text for people."""

from collections import Counter
from statistics import median

from . import alloc_target, allocator, journal, signed_rank, table
from .alloc_summary import ABSENT, UNSUPPORTED
from .quantity import NONE, digits, interval, size


def text(summary):
    """Everything a run says, in paragraphs."""
    paragraphs = [
        _heading(summary),
        _figures(summary),
        _overheads(summary),
        _gains(summary),
        _ratios(summary),
        _memory(summary),
        _targets(summary),
        _noise(summary),
        _absent(summary),
        _troubles(summary),
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _heading(summary):
    counts = sorted(summary["trials"].items())
    trials = ", ".join(f"{count} {status}" for status, count in counts) or "none"
    blocks = summary["blocks"]
    lines = [
        summary["run"],
        f"{blocks} block{'s' * (blocks != 1)}: medians; ratios {_bounds(summary)}; trials: "
        f"{trials} ({summary['contaminated']} contaminated)",
    ]
    if summary["outcome"] != "complete":
        lines.append(f"{summary['outcome']}: not all that was planned")
    if summary["debug_builds"]:
        names = ", ".join(summary["debug_builds"])
        lines.append(f"built for finding faults, not for speed: {names}")
    return lines


def _bounds(summary):
    """What stands in brackets."""
    if summary["blocks"] == 1:
        return "without a spread"
    kinds = {row["bounds"] for row in summary["ratios"]}
    names = {
        signed_rank.INTERVAL: f"{summary['confidence']:.0%} interval",
        signed_rank.RANGE: "lowest-highest: too few blocks for an interval",
    }
    shown = " or ".join(name for kind, name in names.items() if kind in kinds)
    return f"[{shown}]" if shown else "none"


def _columns(summary):
    """(key, title) of allocators, ours in its two forms first."""
    for each in summary["allocators"]:
        title = "called" if each["prefix"] else each["title"]
        yield (each["name"], each["prefix"]), title


def _grid(summary, tests, show):
    """A line for each test, a cell for each allocator: `show` of its row."""
    rows = {(row["test"], row["allocator"]): row for row in summary["rows"]}
    columns = dict(_columns(summary))
    cells = [
        [name, *(show(rows[prefix + name, each]) for each, prefix in columns)]
        for name in tests
    ]
    return list(columns.values()), cells


def _names(summary, figure):
    return [each["name"] for each in summary["tests"] if each["figure"] == figure]


def _figures(summary):
    tests = _names(summary, "ns")
    if not tests:
        return []
    head, cells = _grid(summary, tests, _nanoseconds)
    return [*table.lines(["ns per operation", *head], cells), *_LEGEND]


_LEGEND = (
    "an operation is one block made and dropped (enumerate: one found); with 2 threads ns is "
    "wall time over the operations of both",
    "refbench: inlined; called: the same through general_alloc and general_free",
)
_OVERHEAD = 0.1  # of the ns, from which on it is told


def _overheads(summary):
    """What of the ns is the loop around the allocator, where that is much."""
    much = {row["test"] for row in summary["rows"] if _overhead(row) != NONE}
    tests = [
        name for name in _names(summary, "ns") if much & {name, allocator.CALL + name}
    ]
    if not tests:
        return []
    head, cells = _grid(summary, tests, _overhead)
    return [
        *table.lines(["ns of the loop alone", *head], cells),
        f"where it is more than {_OVERHEAD:.0%} of the ns above, which include it, as ratios do",
    ]


def _overhead(row):
    overhead, ns = row["overhead_ns"], row["ns"]
    much = ns and overhead is not None and overhead > _OVERHEAD * ns
    return digits(overhead) if much else NONE


def _gains(summary):
    """Of tests that are run with one thread too."""
    found = {row["test"] for row in summary["rows"] if row["gain"] is not None}
    tests = [each["name"] for each in summary["tests"] if each["name"] in found]
    if not tests:
        return []
    head, cells = _grid(summary, tests, lambda row: _marked(row, digits(row["gain"])))
    return [
        *table.lines(["gain of two threads", *head], cells),
        "over what two threads gain in arithmetic, the control: 1 is all there is to gain",
    ]


def _nanoseconds(row):
    return _marked(row, digits(row["ns"]))


def _marked(row, shown):
    """What was not measured is a dash if there is nothing to measure, else says why."""
    measurable = row["status"] not in (ABSENT, UNSUPPORTED)
    return row["status"] if measurable and shown == NONE else shown


def _memory(summary):
    """Resident over requested, or over what it was at its peak; and the peak."""
    tests = _names(summary, "share")
    if not tests:
        return []
    abouts = [
        f"{each['name']}: {each.get('summary', '')}"
        for each in summary["tests"]
        if each["figure"] == "share"
    ]
    head, shares = _grid(summary, tests, _share)
    _, peaks = _grid(summary, tests, lambda row: size(row["rss_bytes"]))
    return [
        *table.lines(["share that is resident", *head], shares),
        "",
        *table.lines(["resident at the peak", *head], peaks),
        *abouts,
    ]


def _share(row):
    return _marked(row, NONE if row["share"] is None else f"{row['share']:.3f}")


def _ratios(summary):
    """Ours over theirs, a column for each peer that was measured."""
    found = {(row["test"], row["peer"]): row for row in summary["ratios"]}
    titles = {each["name"]: each["title"] for each in summary["allocators"]}
    peers = [name for name in titles if any(peer == name for _, peer in found)]
    peers = [*(name for name in peers if name != allocator.OURS), allocator.OURS]
    tests = dict.fromkeys(test for test, _ in found)
    if not tests:
        return []
    titles[allocator.OURS] = "itself"
    cells = [
        [test, *(_ratio(found.get((test, peer))) for peer in peers)] for test in tests
    ]
    head = ["ours / theirs", *(titles[peer] for peer in peers)]
    reasons = [
        f"no ratio of {row['test']} to {titles[row['peer']]}: {row['reason']}"
        for row in summary["ratios"]
        if row["reason"]
    ]
    return [
        *table.lines(head, cells),
        "ours / theirs: below 1 is faster, or takes less memory; call/: ours is called, not "
        "inlined; the loop is part of both",
        *reasons,
    ]


def _ratio(row):
    if row is None or row["ratio"] is None:
        return NONE
    return f"{digits(row['ratio'])}{_within(row)}"


def _within(row):
    """The bounds of an estimate, if it has more than one block."""
    if row["low"] is None or row["low"] == row["high"]:
        return ""
    return " " + interval([row["low"], row["high"]])


def _targets(summary):
    found = summary["targets"]
    if not found:
        return []
    titles = {each["name"]: each["title"] for each in summary["allocators"]}
    texts = ("verdict", "worst test, or why not judged")
    head = ["figures to reach", "against", "target", "measured", *texts]
    rows = [
        [row["what"], titles.get(row["peer"], row["peer"] or ""), *_judged(row)]
        for row in found
    ]
    counts = Counter(row["verdict"] for row in found)
    last = ", ".join(f"{each} {counts[each]}" for each in alloc_target.VERDICTS)
    shown = table.lines(head, table.unrepeated(rows, 1), left=2, texts=texts)
    return [*shown, last]


def _judged(row):
    limit = f"{'>=' if row['least'] else '<='} {row['limit']:.2f}"
    verdict = row["verdict"]
    if row["measured"] is None:
        return [limit, NONE, verdict, row["reason"]]
    if row["clear"] is False:
        verdict += ", not clearly"
    worst = f"worst of {row['tests']}: {row['test']}" if row["tests"] > 1 else ""
    measured = f"{row['measured']:.3f}{_within(row)}"
    return [limit, measured, verdict, row["reason"] or worst]


def _noise(summary):
    """Ours against itself: what differs there is no difference."""
    found = [row for row in summary["ratios"] if row["control"] and row["ratio"]]
    if not found:
        return []
    off = {row["test"]: max(row["ratio"], 1 / row["ratio"]) - 1 for row in found}
    worst = max(off, key=off.get)
    line = (
        f"noise floor: ours against itself is off by {median(off.values()):.1%} in the median "
        f"test, by {off[worst]:.1%} in the worst ({worst})"
    )
    outside = [
        row["test"]
        for row in found
        if row["low"] is not None and not row["low"] <= 1 <= row["high"]
    ]
    if not outside:
        return [line]
    return [f"{line}; its bounds leave out 1 in {', '.join(outside)}"]


def _absent(summary):
    return [
        f"absent: {each['title']}: {each['absent']}"
        for each in summary["allocators"]
        if each["absent"]
    ]


def _troubles(summary):
    failures = [
        f"{bad['status']}: {bad['key'].rpartition('/')[0]}: {bad['reason']}"
        for bad in summary["failures"]
    ]
    failures += journal.remarks(summary["damaged"])
    return failures + [_conflict(each) for each in summary["checksum_conflicts"]]


def _conflict(conflict):
    sums = [
        f"{each['checksum']} of {', '.join(each['allocators'])}"
        for each in conflict["sums"]
    ]
    return f"checksums of {conflict['test']} disagree: {'; '.join(sums)}"
