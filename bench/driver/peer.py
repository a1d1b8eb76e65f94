"""Our micro benchmarks over those of a peer, which ran in the same blocks.

A ratio is ours over theirs, so below 1 is faster.  A benchmark micro/call/<what>, whose
operations are called and not inlined, is compared with the peer's micro/<what> too: it pays
what a program pays that reaches objects through functions.
"""

from collections import defaultdict
from statistics import geometric_mean

from . import micro
from .cell import spread
from .program import is_peer, title

CALL = micro.PREFIX + "call/"
TYPICAL = ("alloc_free/", "list_append", "dict_")  # what the geometric mean is of


def peers(manifest):
    """Each peer of the run, and what tables call it."""
    return [
        {"name": program["name"], "title": title(program["facts"])}
        for program in manifest["runtimes"]
        if is_peer(program["facts"])
    ]


def ratios(lines, manifest):
    """One row per peer, benchmark, threads and runtime, where both have it."""
    found = [
        {**row, **spread("ratio", list(blocks.values()))}
        for row, blocks in _ratios(lines, manifest)
    ]
    return sorted(found, key=micro.position(manifest))


def means(lines, manifest):
    """Geometric means over what is typical of programs, for each peer and runtime."""
    groups = defaultdict(
        list
    )  # (peer, called, runtime) -> block -> ratio, of each benchmark
    for row, blocks in _ratios(lines, manifest):
        if _theirs(row["name"]).removeprefix(micro.PREFIX).startswith(TYPICAL):
            groups[row["peer"], row["called"], row["runtime"]].append(blocks)
    return [
        {
            "peer": peer,
            "called": called,
            "runtime": runtime,
            "benchmarks": len(of),
            **spread("ratio", _mean_of_each_block(of)),
        }
        for (peer, called, runtime), of in groups.items()
    ]


def _mean_of_each_block(of):
    """The mean in every block that has all benchmarks."""
    whole = set.intersection(*(set(blocks) for blocks in of))
    return [geometric_mean([blocks[n] for blocks in of]) for n in sorted(whole)]


def _ratios(lines, manifest):
    """(what is compared, block -> ratio)"""
    samples = micro.measured(lines, manifest["micros"])
    names = [peer["name"] for peer in peers(manifest)]
    for (runtime, name, threads), ours in samples.items():
        for peer in names:
            theirs = samples.get((peer, _theirs(name), threads), {})
            blocks = micro.over(ours, theirs)
            if runtime not in names and blocks:
                yield {
                    "peer": peer,
                    "runtime": runtime,
                    "name": name,
                    "threads": threads,
                    "called": name.startswith(CALL),
                }, blocks


def _theirs(name):
    """The peer's benchmark that ours is compared with."""
    return name.replace(CALL, micro.PREFIX, 1)
