"""Two classic claims, settled by one run: refbench.claims/1.

    nearly   "Counting is nearly as fast as managing memory by hand": the speed of each runtime over that of a program which
             does the same work on the same objects and frees them by hand.
    lock     "Counts keep the global lock in place": whoever takes the lock away has to make every count safe.  What each way of
             doing so costs one thread (its speed over that of gil, and of plain), and what it has of two (over gil with two).

Each is settled workload by workload, by intervals of paired differences (verdict.py), never by a mean alone:

    nearly   holds if all of the interval is within NEARLY below 1 or above it, does not if none of it is
    lock     does not hold if a way is no slower than gil with one thread, but for the margin, and faster with two; holds if
             each way is slower with one thread, or not faster with two; both on this workload
    open     else: more blocks would tell

Invariant: whatever is settled rests on an interval; a run of fewer blocks than one takes settles nothing.
Source of the claims: the folklore of reference counting, as in P. Wilson, "Uniprocessor Garbage Collection Techniques", IWMM
1992, and in the discussion of CPython's lock, up to PEP 703; answered for other languages by R. Shahriyar, S. Blackburn, D. Frampton, "Down
for the Count?", ISMM 2012.
"""

import math
from itertools import product

from . import cell, comparison, verdict
from .program import MANUAL
from .refusal import Refusal

SCHEMA = "refbench.claims/1"
WORKLOADS = ("binary_trees", "richards", "lru_cache")
LOCKED, FLOOR = "gil", "plain"
WAYS = ("atomic", "biased", "biased_deferred")  # of taking the lock away
RUNTIMES = ("none", FLOOR, LOCKED, *WAYS, *MANUAL)
COUNTING = (FLOOR, LOCKED, *WAYS)
FEW, MANY = THREADS = (1, 2)
NEARLY = 0.10
HOLDS, FAILS, OPEN = "holds", "does not hold", "open"
MEAN = "geometric mean"
_FIGURES = ("ratio", "low", "high", "p", "blocks", "verdict")


def build(run, nearly=NEARLY, margin=verdict.MARGIN):
    """Of a run that has some of RUNTIMES on some of WORKLOADS.  Refused if it has nothing to tell."""
    cells = cell.by_arm(run.lines())
    manifest = run.manifest()
    names = [name for name in WORKLOADS if name in manifest["workloads"]]
    asked = [*_by_hand(cells, names), *_unlocked(cells, names)]
    if not any(finding for _, finding in asked):
        raise Refusal(
            f"{run.id} settles no claim, having neither {' nor '.join((*MANUAL, *WAYS))} beside "
            f"{LOCKED} on {', '.join(WORKLOADS)}: refbench claims measures"
        )
    decided = verdict.decide([finding for _, finding in asked], margin)
    rows = [{**row, **_figures(each)} for (row, _), each in zip(asked, decided)]
    return {
        "schema": SCHEMA,
        "run": run.id,
        "nearly": nearly,
        "margin": margin,
        "level": verdict.LEVEL,
        "blocks": max((row["blocks"] or 0 for row in rows), default=0),
        "by_hand": [_judged(row, nearly) for row in rows if row["claim"] == "nearly"],
        "lock": [row for row in rows if row["claim"] == "lock"],
        "settled": [_settled(rows, name) for name in names],
        "noise_floor": _floors(cells, names, margin),
        "failed": _failed(cells, names),
    }


def _figures(finding):
    if finding is None:
        return dict.fromkeys(_FIGURES)
    return {name: getattr(finding, name) for name in _FIGURES}


def _by_hand(cells, names):
    """Each that counts over each that is freed by hand; and over all workloads."""
    found = []
    for ours, theirs, threads in product(COUNTING, MANUAL, THREADS):
        for collector in ("on", "off"):
            where = {"claim": "nearly", "runtime": ours, "threads": threads}
            where.update(over=theirs, over_threads=threads, collector=collector)
            found += _over(cells, names, where, (theirs, threads))
    return found


def _unlocked(cells, names):
    """Each way over those that it is compared with, and over itself with one thread."""
    found = []
    for way in WAYS:
        pairs = [(FEW, LOCKED, FEW), (FEW, FLOOR, FEW), (MANY, LOCKED, MANY)]
        for threads, other, theirs in [*pairs, (MANY, way, FEW)]:
            where = {"claim": "lock", "runtime": way, "threads": threads}
            where.update(over=other, over_threads=theirs, collector="on")
            found += _over(cells, names, where, (other, theirs))
    return found


def _over(cells, names, where, other):
    """(what is compared, the finding) of each workload that has both, and of all of them."""
    keys = {
        name: (_key(name, where["runtime"], where["threads"]), _key(name, *other))
        for name in names
    }
    pairs = {
        name: pair
        for name, (ours, theirs) in keys.items()
        if (pair := _pair(cells, ours._replace(collector=where["collector"]), theirs))
    }
    rows = [
        ({**where, "workload": name}, verdict.paired(*cell.alike(*pair)))
        for name, pair in pairs.items()
    ]
    if len(pairs) > 1:
        speeds = [[each.speeds() for each in pair] for pair in pairs.values()]
        whole = verdict.paired(*map(_means, zip(*speeds)))
        rows.append(({**where, "workload": MEAN, "of": list(pairs)}, whole))
    return rows


def _key(workload, runtime, threads):
    return cell.Key(runtime, workload, threads)


def _pair(cells, ours, theirs):
    """The cells of theirs and of ours; None if one was not measured, or did other work."""
    both = [cells.get(theirs), cells.get(ours)]
    if any(each is None or each.status != "ok" for each in both):
        return None
    sums = {each.checksum() for each in both}
    return None if None in sums or len(sums) > 1 else both


def _means(all_speeds):
    """block -> geometric mean, of the blocks that have all."""
    blocks = set.intersection(*(set(each) for each in all_speeds))
    return {
        block: math.exp(
            sum(math.log(each[block]) for each in all_speeds) / len(all_speeds)
        )
        for block in sorted(blocks)
    }


# --- what it comes to -----------------------------------------------------------------------------------------


def _judged(row, nearly):
    return {**row, "settled": _near(row, nearly)}


def _near(row, nearly):
    least = 1 - nearly
    if row["low"] is None:
        return OPEN
    return HOLDS if row["low"] >= least else FAILS if row["high"] < least else OPEN


def _settled(rows, name):
    """Of the lock, on one workload: by which ways it does not hold, and what each costs and gains."""
    ways = {}
    for way in WAYS:
        of = {
            (row["threads"], row["over"]): row
            for row in rows
            if row["claim"] == "lock"
            and (row["runtime"], row["workload"]) == (way, name)
        }
        ways[way] = _way(of.get((FEW, LOCKED)), of.get((MANY, LOCKED)))
    told = {way: said for way, said in ways.items() if said}
    if FAILS in told.values():
        whole = FAILS
    else:
        whole = HOLDS if told and set(told.values()) == {HOLDS} else OPEN
    return {"workload": name, "settled": whole, "ways": told}


def _way(one, two):
    """Whether the lock is worth its place against one way; None if it was not measured."""
    if one is None or two is None:
        return None
    costs, gains = one["verdict"], two["verdict"]
    if costs == verdict.SLOWER or gains in (verdict.SLOWER, verdict.SAME):
        return HOLDS
    if costs in (verdict.SAME, verdict.FASTER) and gains == verdict.FASTER:
        return FAILS
    return OPEN


def _floors(cells, names, margin):
    """What was measured against itself in each block."""
    return [
        row for row in comparison.controls(cells, margin) if row["workload"] in names
    ]


def _failed(cells, names):
    """What was asked and not measured."""
    return [
        {
            "runtime": key.runtime,
            "workload": key.workload,
            "threads": key.threads,
            "status": each.status,
            "reason": each.reason,
        }
        for key, each in cells.items()
        if key.workload in names and key.runtime in RUNTIMES and each.status != "ok"
    ]
