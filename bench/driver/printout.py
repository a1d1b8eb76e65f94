"""A summary as text for people."""

import math
from statistics import median

from . import (
    capability,
    heap,
    journal,
    latency_table,
    micro_table,
    pause_table,
    ratios_table,
)
from . import setting, suite, table, workload_table
from .quantity import digits, interval

REAL_PROGRAMS = (5, 140)  # count operations per allocation, as published


def text(summary):
    """Everything a run says, in paragraphs."""
    paragraphs = [
        _heading(summary),
        heap.paragraph(summary),
        workload_table.paragraph(summary),
        *pause_table.paragraphs(summary),
        latency_table.paragraph(summary),
        _tally(summary),
        *micro_table.paragraphs(summary),
        _scaling(summary),
        _noise(summary) + _micro_noise(summary),
        _troubles(summary),
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _heading(summary):
    counts = sorted(summary["trials"].items())
    trials = ", ".join(f"{count} {status}" for status, count in counts) or "none"
    trials += _disturbed(summary)
    blocks = summary["blocks"]
    spread = "medians, [lowest-highest]" if blocks > 1 else "no spread known"
    lines = [summary["run"], f"{_plural(blocks, 'block')}: {spread}; trials: {trials}"]
    if summary["suite"] not in (None, suite.ALL):
        lines.append(f"workloads of suite {summary['suite']}")
    if summary["shard"]:
        which, of = summary["shard"]
        lines.append(f"shard {which} of {of}: refbench merge makes one run of them")
    lines += _machines(summary["machines"])
    if summary["pin"] not in (None, "near"):
        lines.append(f"threads pinned: {summary['pin']}")
    if summary["outcome"] != "complete":
        lines.append(f"{summary['outcome']}: not all that was planned")
    if summary["debug_builds"]:
        names = ", ".join(summary["debug_builds"])
        lines.append(f"built for finding faults, not for speed: {names}")
    return lines


def _machines(machines):
    """Of what a merged run is made."""
    if not machines:
        return []
    runs = sum(len(each["runs"]) for each in machines)
    each = ", ".join(f"{m['host']} ({_plural(m['blocks'], 'block')})" for m in machines)
    count = _plural(len(machines), "machine")
    lines = [f"merged of {_plural(runs, 'run')} on {count}: {each}"]
    if len(machines) > 1:
        lines.append("speeds are over all of them; ratios are taken within a block,")
        lines[-1] += " which is of one machine"
    return lines


def _disturbed(summary):
    repeated, contaminated = summary["repeated"], summary["contaminated"]
    if not repeated:
        return f" ({contaminated} contaminated)" if contaminated else ""
    again = f"{_plural(repeated, 'trial')} contaminated and repeated"
    return f" ({again}, {contaminated or 'none'} contaminated to the last)"


def _plural(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _tally(summary):
    """Beside real programs: a workload far outside their range stands for none of them."""
    rows = [
        [setting.title(row), digits(row["count_ops_per_allocation"])]
        for row in summary["tally"]
    ]
    if not rows:
        return []
    low, high = REAL_PROGRAMS
    head = ["count operations per allocation", "1 thread"]
    return table.lines(head, [*rows, ["real programs", f"{low}-{high}"]])


def _scaling(summary):
    """What a second thread gains; a control touches no object, so it shows the machine."""
    found = summary["scaling"]
    if not found:
        return []
    marks = capability.marks(summary)
    rows = [
        [_scaled(row), marks.name(row["runtime"]), *_gain(row, summary)]
        for row in found
    ]
    few, many = found[0]["threads"]
    head = [f"speed of {many} threads over {few}", "runtime", "gain", ""]
    return table.lines(head, table.unrepeated(rows, 1), left=2)


def _scaled(row):
    off = ", collector off" if row["collector"] == "off" else ""
    return setting.title(row) + off


def _gain(row, summary):
    spread = interval(row["gain_range"]) if summary["blocks"] > 1 else ""
    return [digits(row["gain"]), spread]


def _noise(summary):
    """The same arm twice: what differs there is no difference."""
    floors = [row for row in summary["noise_floors"] if row["ratio"]]
    if len(floors) > 1:
        return [_noises(floors)]
    if not floors:
        return []
    (floor,) = floors
    where = f"on {setting.title(floor)} with {_plural(floor['threads'], 'thread')}"
    name, found = f"noise floor: {floor['runtime']} against itself", floor["interval"]
    if summary["blocks"] == 1:
        return [f"{name} {floor['ratio']:.3f} {where}"]
    if found is None:
        said = "single blocks differ by up to"
        return [f"{name} {_spread(floor['ratio'], *floor['ratio_range'], where, said)}"]
    return [f"{name} {_spread(*found.values(), where, 'noise is up to')}"]


def _spread(ratio, low, high, where, said):
    return f"{ratio:.3f} [{low:.3f}-{high:.3f}] {where}: {said} {max(high - 1, 1 - low):.1%}"


def _noises(floors):
    """How far all of them are from 1."""
    name = floors[0]["runtime"]
    off = lambda row: math.expm1(abs(math.log(row["ratio"])))
    middle, worst = median(map(off, floors)), max(floors, key=off)
    line = f"noise floor: {name} against itself is off by {middle:.1%} in the median of"
    where = f"{setting.title(worst)} with {_plural(worst['threads'], 'thread')}"
    return f"{line} {len(floors)} arms, by {off(worst):.1%} in the worst, {where}"


def _micro_noise(summary):
    noise = summary["micro_noise"]
    if not noise:
        return []
    name, off = noise[0]["runtime"], ratios_table.off(noise)
    what = (
        f"noise floor of single operations: {name} against itself is off by {off:.1%}"
    )
    return [f"{what} in the median one"]


def _troubles(summary):
    failures = [_failure(bad) for bad in summary["failures"]]
    failures += journal.remarks(summary["damaged"])
    return failures + [_conflict(each) for each in summary["checksum_conflicts"]]


def _failure(bad):
    what = bad["key"].rpartition("/")[0]  # without its hash
    line = f"{bad['status']}: {what}: {bad['reason']}"
    return f"{line}; {bad['log']}" if bad["log"] else line


def _conflict(conflict):
    sums = [
        f"{each['checksum']} on {', '.join(each['arms'])}" for each in conflict["sums"]
    ]
    return f"checksums of {setting.title(conflict)} disagree: {'; '.join(sums)}"
