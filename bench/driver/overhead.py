"""Lower bounds of what a runtime's memory management costs: refbench.overhead/1.

Nobody can measure a runtime without memory management, so nobody knows what it costs.  But the best that was measured
is no faster than the ideal would be, so time over that of the best is a *lower bound* of the overhead:

    none     over the floor that counts nothing and frees nothing: what counting and freeing take, less what using
             memory again gives back
    plain    over the floor of whatever counts: plain words, one thread
    best     over the runtime of the run that is fastest at this workload, with so many threads, in such a heap
    ideal    over the fastest with its own pauses taken off: the bound of Cai et al., above the other three or level

The best is one runtime for all blocks: the fastest of each block would be chosen by its luck, which is no bound.  Pauses are
those of the collector; what counting costs by the way cannot be taken off, so the bound errs to the low side only.
A ratio is time over the floor's within a block, and its centre with an interval (verdict.paired).

Invariant: a floor that is missing has a reason, one that is there has none.
Source: Z. Cai, S. Blackburn, M. Bond, M. Maas, "Distilling the Real Cost of Production Garbage Collectors", ISPASS 2022.
"""

import math
from collections import defaultdict
from functools import lru_cache

from . import capability, cell, comparison, heap, signed_rank, verdict
from .refusal import NothingMatched

SCHEMA = "refbench.overhead/1"
MEAN = "geometric mean"
RUNTIMES = ("none", "plain")  # floors that are runtimes of their own
FLOORS = (*RUNTIMES, "best", "ideal")
RSS = "peak_rss_bytes"
_FIGURES = ("ratio", "low", "high", "blocks")


def build(run):
    """Of a run's folder."""
    manifest = run.manifest()
    cells = _cells(run, manifest)
    if not cells:
        raise NothingMatched(
            f"{run.id} has no workloads: overhead is of workloads, so refbench run one"
        )
    groups = _groups(cells)
    can = _capabilities(manifest)
    return {
        "schema": SCHEMA,
        "run": run.id,
        "blocks": max(len(each.speeds()) for each in cells.values()),
        "rows": [
            {
                **_row(key, each, groups, can),
                "control": key.workload in manifest["controls"],
            }
            for key, each in cells.items()
        ],
        "means": _means(manifest, cells, groups),
    }


def _capabilities(manifest):
    return {
        each["name"]: capability.of_facts(each["facts"])
        for each in manifest["runtimes"]
    }


def _cells(run, manifest):
    """Those of workloads that touch objects or are controls, in the run's order."""
    noise = manifest.get("noise", [])
    found = {
        key: each
        for key, each in cell.by_arm(run.lines()).items()
        if key.collector == "on" and not key.again and key.workload not in noise
    }
    workloads = manifest["workloads"]
    runtimes = [each["name"] for each in manifest["runtimes"]]
    place = lambda key: (
        workloads.index(key.workload),
        key.settings,
        key.threads,
        heap.rank(key.heap),
        runtimes.index(key.runtime),
    )
    return {key: found[key] for key in sorted(found, key=place)}


def _groups(cells):
    """What was measured beside each other: subject -> runtime -> cell."""
    found = defaultdict(dict)
    for key, each in cells.items():
        found[_subject(key)][key.runtime] = each
    return found


def _subject(key):
    return key._replace(runtime=None)


# --- one runtime beside the floors ---------------------------------------------------------------------------


def _row(key, own, groups, can):
    beside = groups[_subject(key)]
    return {
        "runtime": key.runtime,
        "workload": key.workload,
        "settings": dict(key.settings),
        "threads": key.threads,
        "heap": key.heap and key.heap.told,
        "status": own.status,
        RSS: own.counter(RSS),
        "over": {name: _over(name, key, own, (beside, groups, can)) for name in FLOORS},
        "memory": {
            name: _memory(own, beside.get(name), _absent(name, key, groups, can))
            for name in RUNTIMES
        },
    }


def _over(name, key, own, around):
    beside, groups, can = around
    floor, speeds = _floor(name, own, beside)
    reason = _absent(name, key, groups, can) if floor is None else None
    found = None
    if own.status != "ok":
        reason = f"{key.runtime} {own.status}: {own.reason}"
    elif floor is not None:
        reason = _unlike(floor, own, beside[floor])
        found = None if reason else _ratio(own, beside[floor], speeds)
        reason = reason if found or reason else f"no block has {floor} as near too"
    figures = {each: getattr(found, each) if found else None for each in _FIGURES}
    return {"floor": floor, **figures, "reason": reason}


def _ratio(own, other, speeds):
    """Over the blocks in which the cores were as near for both."""
    near = cell.alike(own, other)[1].keys()
    return verdict.paired(
        own.speeds(), {block: speed for block, speed in speeds.items() if block in near}
    )


def _floor(name, own, beside):
    """(the runtime that is the floor, block -> its speed); (None, None) where there is none."""
    if name in RUNTIMES:
        there = beside.get(name)
        return (name, there.speeds()) if there else (None, None)
    of = cell.Cell.speeds if name == "best" else ideal
    speeds = {
        runtime: of(each)
        for runtime, each in beside.items()
        if each.status == "ok" and each.checksum() == own.checksum()
        if min(each.speeds().values()) > 0
    }
    if not speeds:
        return None, None
    best = max(speeds, key=lambda runtime: _centre(tuple(speeds[runtime].values())))
    return best, speeds[best]


@lru_cache(maxsize=256)
def _centre(speeds):
    """Kept, since all runtimes of a subject want the same ones."""
    return signed_rank.estimate(map(math.log, speeds)).middle


def ideal(of):
    """Block -> the speed that a cell would have without its pauses.  Those that it does not tell stay in it, which
    makes the bound lower."""
    share = {line["block"]: line["pauses"].get("share") or 0 for line in of.used}
    return {
        block: speed / (1 - share[block]) if share[block] < 1 else speed
        for block, speed in of.speeds().items()
    }


def _unlike(floor, own, other):
    """Why the two cannot be compared; None if they can."""
    if other.status != "ok":
        return f"{floor} {other.status}: {other.reason}"
    if own.checksum() is None or other.checksum() != own.checksum():
        return f"its checksum and that of {floor} disagree: not the same work"
    if min(*own.speeds().values(), *other.speeds().values()) <= 0:
        return f"its speed or that of {floor} is 0"
    return None


def _absent(name, key, groups, can):
    """Why a floor was not measured beside it."""
    if name not in RUNTIMES:
        return "no runtime was measured with the same result"
    if name not in can:
        return f"{name} is not in this run"
    if key.threads > can[name].get("max_threads", math.inf):
        return f"{name} runs one thread only"
    if key.heap and not can[name].get("frees", True):
        return f"{name} frees nothing, so it has no smallest heap"
    return f"{name} was not measured there"


def _memory(own, floor, absent):
    """Bytes of peak memory over the floor's: the differences within blocks."""
    found, reason = None, absent
    if floor is not None:
        theirs = _peaks(floor)
        both = [
            (peak, theirs[block])
            for block, peak in _peaks(own).items()
            if block in theirs
        ]
        found = signed_rank.estimate(ours - least for ours, least in both)
        reason = None if found else "peak memory was not told"
    names = {"bytes": "middle", "low": "low", "high": "high"}
    certain = found and found.bounds == signed_rank.INTERVAL
    return {
        **{
            name: getattr(found, of) if found and (certain or of == "middle") else None
            for name, of in names.items()
        },
        "reason": reason,
    }


def _peaks(of):
    found = {line["block"]: line["counters"].get(RSS) for line in of.used}
    return {block: peak for block, peak in found.items() if peak is not None}


# --- all workloads --------------------------------------------------------------------------------------------


def _means(manifest, cells, groups):
    """For each runtime, number of threads and heap: over all workloads that have the floor, as comparison
    counts them."""
    found = {}
    for key in cells:
        if comparison.counts(key, manifest):
            found.setdefault(_whole(key), []).append(key)
    return [
        {
            "runtime": runtime,
            "threads": threads,
            "heap": left,
            "over": {name: _mean(name, keys, cells, groups) for name in FLOORS},
        }
        for (runtime, threads, left), keys in sorted(found.items(), key=_rank(manifest))
    ]


def _whole(key):
    """What a mean is of; a multiple of the smallest heap is another size for each workload."""
    return key.runtime, key.threads, key.heap.name if key.heap else None


def _rank(manifest):
    names = [each["name"] for each in manifest["runtimes"]]
    return lambda item: (item[0][1], item[0][2] or "", names.index(item[0][0]))


def _mean(name, keys, cells, groups):
    pairs = [_pair(name, cells[key], groups[_subject(key)]) for key in keys]
    pairs = [pair for pair in pairs if pair]
    found = verdict.paired(*map(_geometric, zip(*pairs))) if len(pairs) > 1 else None
    figures = {each: getattr(found, each) if found else None for each in _FIGURES}
    return {**figures, "workloads": len(pairs)}


def _pair(name, own, beside):
    """(block -> speed, block -> that of the floor), None if they cannot be compared."""
    floor, speeds = _floor(name, own, beside)
    if floor is None or own.status != "ok" or _unlike(floor, own, beside[floor]):
        return None
    return own.speeds(), speeds


def _geometric(all_speeds):
    """block -> geometric mean, of the blocks that have all."""
    blocks = set.intersection(*(set(each) for each in all_speeds))
    return {
        block: _middle([each[block] for each in all_speeds]) for block in sorted(blocks)
    }


def _middle(values):
    return math.exp(sum(map(math.log, values)) / len(values))
