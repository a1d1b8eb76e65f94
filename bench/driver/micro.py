"""Rows of the micro benchmarks: nanoseconds of one operation on each runtime.

The cost of counting is what a pair of count operations takes over the same pair in bare C:
one on a plain word, which no thread-safe scheme can beat, and one with locked instructions,
on a word that is as private or as shared.
"""

import re
from collections import defaultdict
from statistics import median

from .cell import spread
from .program import micros_of

PREFIX = "micro/"
PAIR = PREFIX + "pair_"
RAW = PREFIX + "raw_"
RAW_PLAIN = RAW + "pair_plain"
RAW_LOCKED = RAW + "pair_locked"
_THREADS = re.compile(r"/threads:\d+$")


def rows(lines, manifest):
    """One row per benchmark, threads and runtime, in the order the programs list them."""
    samples = measured(lines, manifest["micros"])
    groups = _groups(manifest)
    found = [
        {
            "runtime": runtime,
            "group": groups.get(name, ""),
            "name": name,
            "threads": threads,
            "trials": len(blocks),
            **spread("ns", [sample["ns"] for sample in blocks.values()]),
            **_over_raw(samples, (runtime, name, threads)),
            "counters": _counters(blocks.values()),
        }
        for (runtime, name, threads), blocks in samples.items()
    ]
    return sorted(found, key=position(manifest))


def position(manifest):
    """Where a row stands: in the order in which the programs list names, and are listed."""
    known = manifest["micros"]
    names = list(dict.fromkeys(bare(name, known) for name in known))
    runtimes = [program["name"] for program in manifest["runtimes"]]
    return lambda row: (
        names.index(row["name"]),
        row["threads"],
        runtimes.index(row["runtime"]),
    )


def _groups(manifest):
    """Bare name -> the heading that the programs give it."""
    groups = {}
    for program in manifest["runtimes"]:
        for name, facts in micros_of(program["facts"]).items():
            groups.setdefault(bare(name, manifest["micros"]), facts.get("group", ""))
    return groups


def measured(lines, known, again=False):
    """(runtime, name, threads) -> block -> what was measured, of those that programs list; by the
    processes of the A/A control if `again`, else by the others."""
    names = {bare(name, known) for name in known}
    listed = _Listed(known)
    samples = defaultdict(dict)
    for line in lines:
        repeats = line["arm"] != line["parameters"]["runtime"]
        if line["kind"] == "micro" and line["status"] == "ok" and repeats == again:
            for entry in line["micros"]:
                name = listed[entry["name"]]
                key = (line["parameters"]["runtime"], name, entry["threads"])
                if name in names:
                    samples[key][line["block"]] = entry
    return samples


class _Listed(dict):
    """Name as printed -> as listed: a run prints each of a few thousands of times."""

    def __init__(self, known):
        super().__init__()
        self._known = known

    def __missing__(self, name):
        self[name] = bare(name, self._known)
        return self[name]


def bare(name, known):
    """The name as listed, without what Google Benchmark appends and without the threads."""
    fitting = [own for own in known if name == own or name.startswith(own + "/")]
    return _THREADS.sub("", max(fitting, key=len, default=name))


def _over_raw(samples, key):
    """A pair over the raw ones; null for what is no pair."""
    runtime, name, threads = key
    if not name.startswith(PAIR):
        return {"ratio_plain": None, "ratio_locked": None}
    own = (runtime, RAW + name.removeprefix(PREFIX), threads)  # as shared as this one
    locked = own if own in samples else (runtime, RAW_LOCKED, 1)
    return {
        "ratio_plain": _ratio(samples, key, (runtime, RAW_PLAIN, 1)),
        "ratio_locked": _ratio(samples, key, locked),
    }


def _ratio(samples, key, base):
    """Of the same process, median over blocks; null if there is no block with both."""
    ratios = over(samples[key], samples.get(base, {}))
    return median(ratios.values()) if ratios else None


def over(ours, theirs):
    """Block -> ratio, in blocks that have both."""
    return {
        block: sample["ns"] / theirs[block]["ns"]
        for block, sample in ours.items()
        if theirs.get(block, {}).get("ns")
    }


def _counters(blocks):
    found = defaultdict(list)
    for sample in blocks:
        for name, value in sample["counters"].items():
            if value is not None:
                found[name].append(value)
    return {name: median(values) for name, values in found.items()}
