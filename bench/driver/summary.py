"""What the trials of a run come to: refbench.summary/1.  Derived, may be made again.

No verdict is drawn here.  A ratio is speed over the speed of the base.
"""

from collections import Counter, defaultdict

from . import capability, cell, micro, micro_noise, pauses, peer, ratios
from .plan import SCALING, YARDSTICK_THREADS
from .program import is_peer

SCHEMA = "refbench.summary/1"
TALLY = ("allocations", "increments", "decrements", "count_ops_per_allocation")


def build(run):
    """The summary of a run's folder."""
    manifest, lines = run.manifest(), run.lines()
    cells = cell.by_arm(lines)
    cores = run.environment().get("facts", {}).get("usable_cores")
    conflicts = _conflicts(lines)
    return {
        "schema": SCHEMA,
        "run": run.id,
        "outcome": manifest.get("outcome", "unfinished"),
        "blocks": len({line["block"] for line in lines if line["block"] is not None}),
        "seed": manifest["seed"],
        "cores": cores,
        "base": manifest["base"],
        "pin": manifest.get("pin"),
        "capabilities": _capabilities(manifest),
        "debug_builds": _debug_builds(manifest),
        "trials": dict(Counter(line["status"] for line in lines)),
        "damaged": run.damaged(),
        "contaminated": sum(bool(line["contaminated"]) for line in lines),
        "rows": _rows(cells, manifest, cores, conflicts),
        "pause_noise": _noise(cells, manifest),
        "micros": micro.rows(lines, manifest),
        "micro_noise": micro_noise.rows(lines, manifest),
        "ratios": ratios.rows(lines, manifest),
        "peers": peer.peers(manifest),
        "peer_ratios": peer.ratios(lines, manifest),
        "peer_means": peer.means(lines, manifest),
        "noise_floor": _noise_floor(cells),
        "scaling": _scaling(cells, manifest),
        "tally": _tally(lines),
        "checksum_conflicts": conflicts,
        "failures": _failures(lines),
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
    """One row for each runtime, workload and number of threads, in the programs' order."""
    disagreeing = {conflict["workload"] for conflict in conflicts}
    noise = {each["threads"]: each for each in _noise(cells, manifest)}
    rows = []
    for (runtime, workload, threads, collector, again), found in cells.items():
        if collector == "off" or again or workload in _noises(manifest):
            continue
        base = cells.get((manifest["base"], workload, threads, "on", False))
        row = {
            "runtime": runtime,
            "workload": workload,
            "threads": threads,
            "control": workload in manifest["controls"],
            "oversubscribed": bool(cores and threads > cores),
            **_figures(found),
            **cell.spread("ratio", found.over(base)),
            "pause_noise": noise.get(threads),
        }
        if workload in disagreeing:
            row.update(status="failed", reason="checksums disagree")
        rows.append(row)
    return sorted(rows, key=_place(manifest))


def _place(manifest):
    workloads, runtimes = manifest["workloads"], _runtimes(manifest)
    return lambda row: (
        workloads.index(row["workload"]),
        row["threads"],
        runtimes.index(row["runtime"]),
    )


def _figures(found):
    speeds = list(found.speeds().values())
    speed = cell.spread("ops_per_s", speeds)
    return {
        "status": found.status,
        "reason": found.reason,
        "trials": len(found.used),
        "contaminated": sum(bool(line["contaminated"]) for line in found.lines),
        **speed,
        "ns_per_op": 1e9 / speed["ops_per_s"] if speed["ops_per_s"] else None,
        **_pauses(found),
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
    }


def _noises(manifest):
    return manifest.get("noise", [])  # older runs have none


def _noise(cells, manifest):
    """The pauses that the machine makes by itself, for each number of threads."""
    found = [
        {"workload": workload, "runtime": runtime, "threads": threads, **_pauses(each)}
        for (runtime, workload, threads, _, _), each in cells.items()
        if workload in _noises(manifest) and each.used
    ]
    return sorted(found, key=lambda each: each["threads"])


def _noise_floor(cells):
    """The A/A control: the same arm twice in each block, and how far its ratio is from 1."""
    for (runtime, workload, threads, collector, again), found in cells.items():
        if again:
            first = cells.get((runtime, workload, threads, collector, False))
            return {
                "runtime": runtime,
                "workload": workload,
                "threads": threads,
                **cell.spread("ratio", found.over(first)),
            }
    return None


def _scaling(cells, manifest):
    """What a second thread gains: counting without the collector, and controls as a
    yardstick of what the machine gives."""
    few, many = YARDSTICK_THREADS
    wanted = [(SCALING, "off"), *((name, "on") for name in manifest["controls"])]
    found = []
    for workload, collector in wanted:
        for runtime in _runtimes(manifest):
            one = cells.get((runtime, workload, few, collector, False))
            two = cells.get((runtime, workload, many, collector, False))
            if one and two:
                row = {"runtime": runtime, "workload": workload, "collector": collector}
                gain = cell.spread("gain", two.over(one))
                found.append({**row, "threads": [few, many], **gain})
    return found


def _tally(lines):
    """Operations of the counting build."""
    return [
        {
            "workload": line["parameters"]["workload"],
            "operations": line["operations"],
            **{name: line["counters"].get(name) for name in TALLY},
        }
        for line in lines
        if line["kind"] == "tally" and line["status"] == "ok"
    ]


def _conflicts(lines):
    """Workloads whose checksum is not the same everywhere."""
    sums = defaultdict(lambda: defaultdict(dict))  # workload -> checksum -> who
    for line in lines:
        if line["kind"] != "micro" and line["status"] == "ok":
            asked = line["parameters"]
            who = f"{line['arm']}/threads:{asked['threads']}"
            sums[asked["workload"]][line["checksum"]][who] = None
    return [
        {"workload": name, "sums": [_sum(*item) for item in found.items()]}
        for name, found in sums.items()
        if len(found) > 1
    ]


def _sum(checksum, arms):
    return {"checksum": checksum, "arms": list(arms)}


def _failures(lines):
    return [
        {name: line[name] for name in ("key", "status", "reason", "log")}
        for line in lines
        if line["status"] != "ok"
    ]
