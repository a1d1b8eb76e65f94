"""Two sides compared, workload by workload: refbench.compare/1.

A ratio is the speed of the second side over that of the first, so above 1 the second is faster.
"""

import math

from . import cell, heap, setting, signed_rank, verdict
from .refusal import NothingMatched

SCHEMA = "refbench.compare/1"
MEAN = "geometric mean"
_APART = "cores near for one side and far for the other, in each block"
_CONDITIONS = {  # what two runs may differ in, and where a manifest has it
    "source": lambda manifest: manifest.get("source", {}).get("revision"),
    "compiler": lambda manifest: manifest.get("compiler"),
    "flags": lambda manifest: manifest.get("flags"),
    "pinning": lambda manifest: manifest.get("pin"),
    "inputs": lambda manifest: manifest.get("inputs"),
}


def build(first, second, wanted=None, margin=verdict.MARGIN):
    """The comparison of two sides; `wanted` matches the workloads that are asked for."""
    ours, theirs = first.series(), second.series()
    keys = [
        key for key in ours if key in theirs and (not wanted or wanted(key.workload))
    ]
    if not keys:
        raise NothingMatched(
            f"{first.text} and {second.text} have no workload in common: refbench show tells what "
            "a run has"
        )
    keys.sort(key=_place(first.manifest))
    paired = first.run.id == second.run.id
    pairs = [(ours[key], theirs[key]) for key in keys]
    findings = [_finding(paired, *pair) for pair in pairs]
    mean = _mean(paired, keys, pairs, first.manifest)
    *decided, whole = verdict.decide([*findings, mean], margin)
    rows = [_row(first, second, *each) for each in zip(keys, pairs, decided)]
    if whole:
        rows.append(_mean_row(first, second, whole))
    means = _means_of_threads(paired, keys, pairs, first.manifest, margin)
    return {
        "schema": SCHEMA,
        "a": _described(first),
        "b": _described(second),
        "paired": paired,
        "margin": margin,
        "level": verdict.LEVEL,
        "rows": rows,
        "means": [
            {**_mean_row(first, second, mean), "threads": threads}
            for threads, mean in means.items()
        ],
        "left_out": _left_out(ours, theirs, wanted),
        "differences": [] if paired else _differences(first, second),
        "noise_floor": controls(first.cells, margin) if paired else [],
    }


def _place(manifest):
    """In the order in which a run has workloads, numbers of threads and runtimes."""
    runtimes = [None, *(each["name"] for each in manifest["runtimes"])]
    names = manifest["workloads"]
    return lambda key: (
        names.index(key.workload),
        key.settings,
        heap.rank(key.heap),
        key.threads or 0,
        runtimes.index(key.runtime),
    )


def _finding(paired, ours, theirs):
    if not _comparable(ours, theirs):
        return None
    compare = verdict.paired if paired else verdict.unpaired
    return compare(*_speeds(paired, ours, theirs))


def _comparable(ours, theirs):
    """Whether both did the same work, and at a speed."""
    ok = {ours.status, theirs.status} == {"ok"}
    speeds = [*ours.speeds().values(), *theirs.speeds().values()]
    return ok and not _did_other_work(ours, theirs) and min(speeds) > 0


def _did_other_work(ours, theirs):
    """Than each other, or than they did in another block."""
    return ours.checksum() is None or ours.checksum() != theirs.checksum()


def _speeds(paired, ours, theirs):
    """Block -> speed of both; of one run only blocks in which the cores were as near to each other for both."""
    return cell.alike(ours, theirs) if paired else (ours.speeds(), theirs.speeds())


def counts(key, manifest):
    """Whether its speed is one: not that of a control, nor of a workload that goes by the clock."""
    facts = manifest["runtimes"][0]["facts"].get("workloads", [])
    paced = [each["name"] for each in facts if each.get("paced")]
    return key.workload not in manifest["controls"] and key.workload not in paced


def _mean(paired, keys, pairs, manifest):
    """Of all workloads but controls, each block's geometric mean being one figure; few blocks would have no
    workload for which the cores were near by turns, so all count."""
    some = [
        pair
        for key, pair in zip(keys, pairs)
        if counts(key, manifest) and _comparable(*pair)
    ]
    if len(some) < 2:
        return None
    ours, theirs = (_means([pair[side].speeds() for pair in some]) for side in (0, 1))
    return (verdict.paired if paired else verdict.unpaired)(ours, theirs)


def _means_of_threads(paired, keys, pairs, manifest, margin):
    """Threads -> the mean of all that ran with so many; their verdicts are of these means together."""
    found = {}
    for threads in sorted({key.threads for key in keys if key.threads}):
        own = [i for i, key in enumerate(keys) if key.threads == threads]
        of = [keys[i] for i in own], [pairs[i] for i in own]
        found[threads] = _mean(paired, *of, manifest)
    known = {threads: mean for threads, mean in found.items() if mean}
    return dict(zip(known, verdict.decide(known.values(), margin)))


def _means(speeds):
    """block -> geometric mean, of the blocks that have all."""
    blocks = set.intersection(*(set(each) for each in speeds))
    return {
        block: math.exp(sum(math.log(each[block]) for each in speeds) / len(speeds))
        for block in sorted(blocks)
    }


def _row(first, second, key, pair, finding):
    ours, theirs = pair
    return {
        "workload": key.workload,
        **_variant(key),
        "threads": _threads(first, second, key.threads),
        "runtime": key.runtime,
        "a": first.text,
        "b": second.text,
        "ops_per_s": [_middle(ours), _middle(theirs)],
        **_figures(finding),
        "apart": _apart(ours, theirs) if first.run.id == second.run.id else 0,
        "reason": None if finding else _why(ours, theirs),
    }


def _variant(key):
    return {"settings": dict(key.settings), "heap": key.heap and key.heap.told}


def _threads(first, second, common):
    same = first.threads is not None and first.threads == second.threads
    return first.threads if same else common


def _middle(of):
    speeds = list(of.speeds().values())
    return signed_rank.median(speeds) if speeds else None


def _figures(finding):
    names = ("ratio", "low", "high", "p", "blocks", "verdict", "more")
    if finding is None:
        return {**dict.fromkeys(names), "verdict": verdict.UNCLEAR}
    return {name: getattr(finding, name) for name in names}


def _why(ours, theirs):
    for each in (ours, theirs):
        if each.status != "ok":
            return f"{each.status}: {each.reason}"
    if _did_other_work(ours, theirs):
        return "checksums disagree: not the same work"
    both = ours.speeds(), theirs.speeds()
    zeros = any(speed <= 0 for speeds in both for speed in speeds.values())
    if zeros:
        return "a speed is 0"
    return _APART if _apart(ours, theirs) else "no block has both"


def _apart(ours, theirs):
    """How many blocks have both and do not count: cores near for one, far for the other."""
    there, left = (
        len(first.keys() & second.keys())
        for first, second in (
            (ours.speeds(), theirs.speeds()),
            cell.alike(ours, theirs),
        )
    )
    return there - left


def _mean_row(first, second, finding):
    return {
        "workload": MEAN,
        "settings": {},
        "heap": None,
        "threads": None,
        "runtime": None,
        "a": first.text,
        "b": second.text,
        "ops_per_s": [None, None],
        **_figures(finding),
        "apart": 0,
        "reason": None,
    }


def _described(side):
    return {"side": side.text, "run": side.run.id}


def _left_out(ours, theirs, wanted):
    """Names that only one side has, by the side that has them."""
    return {
        "a": _names(ours.keys() - theirs.keys(), wanted),
        "b": _names(theirs.keys() - ours.keys(), wanted),
    }


def _names(keys, wanted):
    asked = [key for key in keys if not wanted or wanted(key.workload)]
    return sorted("/".join(str(p) for p in _named(key) if p) for key in asked)


def _named(key):
    title = setting.title({"workload": key.workload, **_variant(key)})
    return title, key.threads, key.runtime


def _differences(first, second):
    """In what two runs differ besides what is compared; none of it is in an interval."""
    found = [
        name
        for name, of in _CONDITIONS.items()
        if of(first.manifest) != of(second.manifest)
    ]
    machines = [_machine(side) for side in (first, second)]
    return found + (["machine"] if machines[0] != machines[1] else [])


def _machine(side):
    facts = side.run.environment().get("facts", {})
    return [facts.get(name) for name in ("host", "cpu", "kernel", "usable_cores")]


def controls(cells, margin):
    """Every arm that was measured against itself in each block; verdicts of all of them together."""
    pairs = {
        key: cell.alike(first, again)
        for key, again in cells.items()
        if key.again and (first := cells.get(key._replace(again=False)))
    }
    found = {key: verdict.paired(*pair) for key, pair in pairs.items()}
    names = ("runtime", "workload", "threads")
    return [
        {**{n: getattr(key, n) for n in names}, **_variant(key), **_figures(finding)}
        for key, finding in zip(found, verdict.decide(found.values(), margin))
        if finding
    ]
