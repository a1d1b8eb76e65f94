"""What the trials of a run come to: refbench.summary/1.  Derived, may be made again.

No verdict is drawn here.  A ratio is speed over the speed of the base.
"""

import math
from collections import Counter, defaultdict

from . import (
    capability,
    cell,
    drift,
    heap,
    latency,
    look,
    memory,
    micro,
    micro_noise,
    pauses,
    peer,
    ratios,
    setting,
    verdict,
)
from .plan import SCALING, YARDSTICK_THREADS
from .program import is_peer

SCHEMA = "refbench.summary/1"
_BESIDE = (look.KIND, memory.KIND)  # are in no figure here
TALLY = ("allocations", "increments", "decrements", "count_ops_per_allocation")


def build(run):
    """The summary of a run's folder."""
    manifest, every = run.manifest(), run.lines()
    lines = [line for line in every if line["kind"] not in _BESIDE]
    cells = cell.by_arm(lines)
    cores = run.environment().get("facts", {}).get("usable_cores")
    conflicts = _conflicts(lines)
    floors = _noise_floors(cells)
    return {
        "schema": SCHEMA,
        "run": run.id,
        "outcome": manifest.get("outcome", "unfinished"),
        "blocks": len({line["block"] for line in lines if line["block"] is not None}),
        "seed": manifest["seed"],
        "cores": cores,
        "base": manifest["base"],
        "pin": manifest.get("pin"),
        "suite": manifest.get("suite"),
        "shard": _shard(manifest),
        "machines": _machines(run, manifest),
        "heaps": manifest.get("heaps"),
        "capabilities": _capabilities(manifest),
        "debug_builds": _debug_builds(manifest),
        "trials": dict(Counter(line["status"] for line in lines)),
        "damaged": run.damaged(),
        **_tries(lines),
        "lengths": _lengths(every, manifest),
        "rows": _rows(cells, manifest, cores, conflicts),
        "pause_noise": _noise(cells, manifest),
        "micros": micro.rows(lines, manifest),
        "micro_noise": micro_noise.rows(lines, manifest),
        "ratios": ratios.rows(lines, manifest),
        "peers": peer.peers(manifest),
        "peer_ratios": peer.ratios(lines, manifest),
        "peer_means": peer.means(lines, manifest),
        "noise_floor": next(iter(floors), None),
        "noise_floors": floors,
        "scaling": _scaling(cells, manifest),
        "tally": _tally(lines),
        "checksum_conflicts": conflicts,
        "failures": _failures(lines),
    }


def _lengths(lines, manifest):
    """How long trials last, of each workload: several looks at one are of several runs, and the
    shortest is told."""
    found = {}
    for row in sorted(look.lengths(lines), key=lambda row: row["ns"] or math.inf):
        found.setdefault((row["workload"], tuple(row["settings"].items())), row)
    repeated = look.of_short(found.values()) if manifest.get("rigorous") else {}
    return [{**row, "repetitions": repeated.get(key, 1)} for key, row in found.items()]


def _shard(manifest):
    """(which, of how many); null for a whole plan."""
    limits = manifest.get("limits", {})
    first, step = limits.get("first", 0), limits.get("step", 1)
    return [first + 1, step] if step > 1 else None


def _machines(run, manifest):
    """Of a merged run: which machine measured how many of its blocks; null for others."""
    if "merged" not in manifest:
        return None
    found = {}
    for each in run.environment().get("machines", []):
        facts = each.get("facts", {})
        names = ("host", "cpu", "kernel", "usable_cores")
        row = {name: facts.get(name) for name in names}
        kept = found.setdefault(tuple(row.values()), {**row, "blocks": 0, "runs": []})
        kept["blocks"] += len(each["blocks"])
        kept["runs"].append(each["run"])
    return list(found.values())


def _tries(lines):
    """How many trials were repeated, and how many were contaminated to the last."""
    last = {line["key"]: line for line in lines}
    return {
        "repeated": sum(line.get("try", 0) > 0 for line in last.values()),
        "contaminated": sum(bool(line["contaminated"]) for line in last.values()),
    }


def sound(summary):
    """Every trial was measured and every checksum agrees."""
    return not summary["failures"] and not summary["checksum_conflicts"]


def _runtimes(manifest):
    return [program["name"] for program in manifest["runtimes"]]


def _capabilities(manifest):
    """Of each runtime; peers, which are no strategies, have none."""
    return {
        each["name"]: capability.of_facts(each["facts"])
        for each in manifest["runtimes"]
        if not is_peer(each["facts"])
    }


def _debug_builds(manifest):
    programs = manifest["runtimes"]
    return [each["name"] for each in programs if each["facts"].get("debug")]


def _rows(cells, manifest, cores, conflicts):
    """One row for each runtime, workload with settings and number of threads, in the programs'
    order."""
    disagreeing = {(each["workload"], setting.of_line(each)) for each in conflicts}
    noise = {each["threads"]: each for each in _noise(cells, manifest)}
    steady = drift.steady(cells)
    rows = []
    for key in sorted(cells, key=_place(manifest)):
        if key.collector == "off" or key.again or key.workload in _noises(manifest):
            continue
        found = cells[key]
        base = cells.get(key._replace(runtime=manifest["base"]))
        row = {
            "runtime": key.runtime,
            **_subject(key),
            "control": key.workload in manifest["controls"],
            "oversubscribed": bool(cores and key.threads > cores),
            **_figures(found),
            **cell.spread("ratio", found.over(base)),
            "steady": steady[key],
            "pause_noise": noise.get(key.threads),
        }
        if (key.workload, key.settings) in disagreeing:
            row.update(status="failed", reason="checksums disagree")
        rows.append(row)
    return rows


def _subject(key):
    return {
        "workload": key.workload,
        "settings": dict(key.settings),
        "threads": key.threads,
        "heap": key.heap and key.heap.told,
    }


def _place(manifest):
    """Of a cell's key: workloads in the programs' order, their settings in that of the sweep."""
    workloads, runtimes = manifest["workloads"], _runtimes(manifest)
    swept = manifest.get("settings", {})  # older runs have none
    return lambda key: (
        workloads.index(key.workload),
        swept.get(key.workload, [{}]).index(dict(key.settings)),
        key.threads,
        heap.rank(key.heap),
        runtimes.index(key.runtime),
    )


def _figures(found):
    speeds = list(found.speeds().values())
    speed = cell.spread("ops_per_s", speeds)
    return {
        "status": found.status,
        "reason": found.reason,
        "trials": len(found.used),
        "contaminated": found.stained,
        **speed,
        "ns_per_op": 1e9 / speed["ops_per_s"] if speed["ops_per_s"] else None,
        **_pauses(found),
        **latency.figures(found.counters()),
        "pause_detail": pauses.detail(found.pauses()),
        "peak_rss_bytes": found.counter("peak_rss_bytes"),
        "peak_garbage": found.counter("peak_garbage"),
        "collected": found.counter("collected"),
        "handoff_ns": found.noise("handoff_before_ns"),
        "checksum": found.checksum(),
    }


def _pauses(found):
    told = found.pauses()
    return {
        "pause_us": pauses.figures(told),
        "pause_share": pauses.share(told),
        "mmu": pauses.utilisation(told),
        "mmu_range": pauses.utilisation(told, pauses.extremes),
        "mmu_curve": pauses.curve(told),
    }


def _noises(manifest):
    return manifest.get("noise", [])  # older runs have none


def _noise(cells, manifest):
    """The pauses that the machine makes by itself, for each number of threads."""
    found = [
        {"runtime": key.runtime, **_subject(key), **_pauses(each)}
        for key, each in cells.items()
        if key.workload in _noises(manifest) and each.used
    ]
    return sorted(found, key=lambda each: each["threads"])


def _noise_floors(cells):
    """The A/A controls: the same arm twice in each block, and how far its ratio is from 1.  The usual one
    first: of the scaling workload, if it is there."""
    pairs = {
        key: (cells[key._replace(again=False)], found)
        for key, found in cells.items()
        if key.again and key._replace(again=False) in cells
    }
    rows = [
        {
            "runtime": key.runtime,
            **_subject(key),
            **cell.spread("ratio", again.over(first)),
            "interval": verdict.interval(first.speeds(), again.speeds()),
        }
        for key, (first, again) in pairs.items()
    ]
    return sorted(rows, key=lambda row: (row["workload"] != SCALING, row["threads"]))


def _scaling(cells, manifest):
    """What a second thread gains: counting without the collector, and controls as a
    yardstick of what the machine gives."""
    few, many = YARDSTICK_THREADS
    wanted = [(SCALING, "off"), *((name, "on") for name in manifest["controls"])]
    ones = [key for key in sorted(cells, key=_place(manifest)) if key.threads == few]
    found = []
    for subject in wanted:
        for key in ones:
            two = cells.get(key._replace(threads=many))
            if (key.workload, key.collector) == subject and two and not key.again:
                row = {"runtime": key.runtime, **_subject(key)}
                row.update(collector=key.collector, threads=[few, many])
                found.append({**row, **cell.spread("gain", two.over(cells[key]))})
    return found


def _tally(lines):
    """Operations of the counting build."""
    good = {  # one of each: runs that were merged have all counted
        line["key"]: line
        for line in lines
        if line["kind"] == "tally" and line["status"] == "ok"
    }
    return [
        {
            "workload": line["parameters"]["workload"],
            "settings": line["parameters"].get("settings", {}),
            "operations": line["operations"],
            **{name: line["counters"].get(name) for name in TALLY},
        }
        for line in good.values()
    ]


def _conflicts(lines):
    """Workloads, as they were set, whose checksum is not the same everywhere."""
    sums = defaultdict(
        lambda: defaultdict(dict)
    )  # workload, settings -> checksum -> who
    for line in lines:
        if line["kind"] != "micro" and line["status"] == "ok":
            asked = line["parameters"]
            who = f"{line['arm']}/threads:{asked['threads']}"
            what = (asked["workload"], setting.of_line(asked))
            sums[what][line["checksum"]][who] = None
    return [
        {
            "workload": name,
            "settings": dict(variant),
            "sums": [_sum(*item) for item in found.items()],
        }
        for (name, variant), found in sums.items()
        if len(found) > 1
    ]


def _sum(checksum, arms):
    return {"checksum": checksum, "arms": list(arms)}


def _failures(lines):
    return [
        {name: line[name] for name in ("key", "status", "reason", "log")}
        for line in lines
        if line["status"] != "ok" and not heap.is_result(line)
    ]
