"""The character of a workload: what it makes, how long that lives, who counts it, who shares it.

A program that looks at every object's life (refbench-profile) does the workload's whole work once, with
threads; one that only does it, on one thread, says how long that takes.  All but the rate
comes from the first, and is a property of the workload, not of the machine.
"""

import math
import statistics

from . import ending, reading

# What tells workloads apart: axis -> (of a row, the width that counts as one).  Rates, sizes and
# lifetimes go by doublings, shares as they are.
AXES = {
    "made_per_s": ("doublings", 3.0),
    "size_p50": ("doublings", 1.0),
    "lifetime_p50": ("doublings", 5.0),
    "lifetime_p90": ("doublings", 5.0),
    "operations_per_object": ("doublings", 2.0),
    "owner": ("share", 0.3),
    "foreign": ("share", 0.3),
    "immortal": ("share", 0.3),
    "borrowed": ("share", 0.3),
    "shared": ("share", 0.3),
    "old_writes_per_1000": ("doublings", 3.0),
    "cyclic": ("share", 0.3),
}
ALIKE = 0.5  # so near, in widths over all axes, are workloads that stand for each other


def counters(program, workload, threads, folder, timeout):
    """(what the program counted in one trial, None), or (None, why there is nothing)."""
    command = [
        str(program.path),
        f"--benchmark_filter=^workload/{workload}/threads:{threads}(/|$)",
        "--benchmark_format=json",
        f"--threads={threads}",
    ]
    output, log = folder / "out", folder / "err"
    ended, errors = ending.start(command, output, log, timeout)
    if ended is None or ended.timed_out:
        return None, ending.outcome(ended, errors, timeout)[1]
    try:
        found = reading.parse(reading.of_file(output))
    except reading.Unreadable as error:
        return None, ending.complaint(ended, errors) or str(error)
    if not found or found[0].error or ended.exit:
        said = found[0].error if found else "measured nothing"
        return None, said or ending.complaint(ended, errors)
    return {**found[0].counters, "seconds": found[0].ns * 1e-9}, None


def row(facts, threads, seen, seconds):
    """One workload: `seen` are a profile's counters, `seconds` what its work takes on one thread."""
    made, died = seen["profile_made"], seen["profile_died"]
    operations = sum(
        seen[f"profile_{kind}"] for kind in ("owner", "foreign", "immortal")
    )
    lent = max(0, seen["profile_taken"] - seen["profile_kept"])
    return {
        "workload": facts["name"],
        "tags": facts["tags"],
        "threads": threads,
        "seconds": seconds,
        "made": made,
        "made_per_s": made / seconds,
        "mib_per_s": seen["profile_bytes"] / seconds / (1 << 20),
        "size_p50": seen["profile_size_p50"] if made else None,
        "size_p90": seen["profile_size_p90"] if made else None,
        "lifetime_p50": seen["profile_lifetime_p50"] if died else None,
        "lifetime_p90": seen["profile_lifetime_p90"] if died else None,
        "operations": operations,
        "operations_per_object": _share(operations, made),
        "owner": _share(seen["profile_owner"], operations),
        "foreign": _share(seen["profile_foreign"], operations),
        "immortal": _share(seen["profile_immortal"], operations),
        "borrowed": _share(2 * lent, operations),
        "shared": _share(seen["profile_shared"], seen["profile_seen"]),
        "writes": seen["profile_writes"],
        "old_writes_per_1000": _share(1000 * seen["profile_old_writes"], operations),
        "cyclic": _share(seen["collected"], died),
    }


def _share(part, whole):
    return part / whole if whole else None


def nearest(rows):
    """workload -> (the one most like it, how far off), by all axes that both have."""
    found = {}
    for each in rows:
        others = [
            (_distance(each, other), other["workload"])
            for other in rows
            if other is not each
        ]
        others = [other for other in others if other[0] is not None]
        if others:
            off, name = min(others)
            found[each["workload"]] = {"workload": name, "distance": off}
    return found


def _distance(a, b):
    """Root mean square over the axes, in their widths; None if they have none in common."""
    squares = [
        ((_place(a[axis], kind) - _place(b[axis], kind)) / width) ** 2
        for axis, (kind, width) in AXES.items()
        if a[axis] is not None and b[axis] is not None
    ]
    return math.sqrt(statistics.fmean(squares)) if squares else None


def _place(value, kind):
    return value if kind == "share" else math.log2(1 + value)
