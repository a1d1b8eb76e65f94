"""Runs that nobody measured: folders as the driver writes them, made from a shape.

The same shape gives the same bytes: every figure comes from the seed and the name of its trial, and every time of
day from the number of the trial.  Speeds differ by runtime and threads as those of real runs do, and scatter by
block, so that comparisons have something to find.  What only some programs keep, such as raw output, is not there.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from laboratory import LATENCY, MICROS, TOPOLOGY, facts

from driver import journal, record  # found only now

from synthetic_pauses import kept, told

HOST = "hostthatis"
STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
RUNTIMES = ("none", "gil", "plain", "atomic", "biased", "deferred")
WORKLOADS = ("binary_trees", "words", "kv_store", "arithmetic")
CONTROLS = ("arithmetic", "clock")
_CORES = 2
_SECONDS = 0.25  # of a trial
_COSTS = {"none": 0.8, "plain": 1.0, "gil": 1.1, "biased": 1.2, "deferred": 1.3}
_CHUNK = 2000  # lines written at once


def sound(trial):
    """What befalls no trial."""
    return {}


@dataclass(frozen=True)
class Shape:
    """What was run.  `befalls` is given each line and returns what of it is different."""

    label: str = "synthetic"
    runtimes: tuple = RUNTIMES
    workloads: tuple = WORKLOADS
    threads: tuple = (1, 2, 4)
    blocks: int = 8  # as intervals need
    settings: dict = field(default_factory=dict)  # workload -> what it is run with
    micros: tuple = MICROS
    seed: int = 1
    detailed: bool = True  # pauses are kept, and told by generation, phase and thread
    befalls: Callable = sound


def make(results, shape=Shape()):
    """Writes the run's folder below `results`; returns its path."""
    name = f"{STARTED:%Y%m%dT%H%M%SZ}-{HOST}-{shape.label}"
    folder = Path(results) / "runs" / name
    for below in ("raw", "log"):
        (folder / below).mkdir(parents=True)
    each = arms(shape)
    plan = [arm for n in range(shape.blocks) for arm in _shuffled(shape, each, n)]
    record.write(folder / "manifest.json", _manifest(shape, len(plan)))
    record.write(folder / "env.json", _environment())
    names = ("key", "kind", "block", "arm", "order", "parameters")
    _append(
        folder / "plan.jsonl", [{name: each[name] for name in names} for each in plan]
    )
    _append(folder / "trials.jsonl", _lines(shape, plan, folder))
    return folder


def _append(path, lines):
    path.touch()
    pending = []
    for line in lines:
        pending.append(line)
        if len(pending) == _CHUNK:
            journal.append(path, *pending)
            pending = []
    if pending:
        journal.append(path, *pending)


# --- what is run ---------------------------------------------------------------------------------------------


def arms(shape):
    """Of one block, without its number: all runtimes, the control of noise and the micro benchmarks."""
    found = []
    for workload in shape.workloads:
        for settings in shape.settings.get(workload, [{}]):
            for threads in shape.threads:
                for runtime in shape.runtimes:
                    if runtime != "plain" or threads == 1:
                        found.append(_arm(runtime, workload, settings, threads))
    base, first = _base(shape), shape.workloads[0]
    usual = shape.settings.get(first, [{}])[0]
    found.append(_arm(base, first, usual, shape.threads[0], again=True))
    found += [_arm(base, "clock", {}, threads) for threads in shape.threads]
    if shape.micros:
        found += [_micro_arm(runtime, shape) for runtime in shape.runtimes]
    return found


def _base(shape):
    return "gil" if "gil" in shape.runtimes else shape.runtimes[0]


def _arm(runtime, workload, settings, threads, again=False):
    set_ = "".join(f"/{name}:{value}" for name, value in settings.items())
    parameters = {
        "runtime": runtime,
        "workload": workload,
        "settings": settings,
        "threads": threads,
        "collector": "on",
        "pin": "near",
    }
    return {
        "subject": f"{workload}{set_}/threads:{threads}",
        "kind": "workload",
        "arm": runtime + ("/again" if again else ""),
        "parameters": parameters,
    }


def _micro_arm(runtime, shape):
    parameters = {"runtime": runtime, "micros": list(shape.micros)}
    parameters.update(min_time=0.1, pin="near")
    return {
        "subject": "micro",
        "kind": "micro",
        "arm": runtime,
        "parameters": parameters,
    }


def _shuffled(shape, arms, block):
    order = list(arms)
    random.Random(f"{shape.seed}/order/{block}").shuffle(order)
    return [
        {
            **arm,
            "key": f"{arm['subject']}/{arm['arm']}/block:{block}/{place:016x}",
            "block": block,
            "order": place,
        }
        for place, arm in enumerate(order)
    ]


# --- what comes of it ----------------------------------------------------------------------------------------


def _lines(shape, plan, folder):
    for number, arm in enumerate(plan):
        arm = {name: value for name, value in arm.items() if name != "subject"}
        line = {**arm, **_ended(number)}
        chance = random.Random(f"{shape.seed}/{arm['key']}")
        if arm["kind"] == "micro":
            line["micros"] = [_micro(name, arm, chance) for name in shape.micros]
        else:
            line.update(_measured(shape, arm, chance))
        line.update(shape.befalls(line))
        if shape.detailed and line["status"] == "ok" and arm["kind"] == "workload":
            line["pause_file"] = _keep(folder, number, line, chance)
        yield line


def _ended(number):
    started = STARTED + timedelta(seconds=number * 2 * _SECONDS)
    return {
        "status": "ok",
        "reason": None,
        "contaminated": None,
        "noise": {
            "overlap": None,
            "pressure": {"cpu": 0.0, "memory": 0.0, "io": 0.0},
            "steal": 0.0,
            "steal_ticks": 0,
            "start_skew_us": 0.5,
            "involuntary_switches": 3,
            "handoff_before_ns": 35.0,
            "handoff_after_ns": 36.0,
        },
        "process": {
            "exit": 0,
            "timed_out": False,
            "wall_s": _SECONDS,
            "user_s": _SECONDS,
            "system_s": 0.01,
            "involuntary_switches": 3,
        },
        "started": started.isoformat(timespec="milliseconds"),
        "stderr_tail": "",
        "raw": None,
        "pause_file": None,
        "log": None,
        "try": 0,
    }


def _micro(name, arm, chance):
    cost = _cost(arm["parameters"]["runtime"], 1)
    threads = 2 if name.endswith("threads:2") else 1
    ns = 2.0 * cost * threads * chance.lognormvariate(0, 0.02)
    return {"name": f"{name}/real_time", "threads": threads, "ns": ns, "counters": {}}


def _cost(runtime, threads):
    """Time of an operation, as a multiple; runtimes of other names cost something of their own."""
    own = _COSTS.get(runtime) or 1.4 + random.Random(runtime).random()
    at_once = 1 if runtime == "gil" else min(threads, _CORES)
    return own / (at_once * (0.95 if at_once > 1 else 1))


def _speed(shape, arm):
    """Operations in a second: what the runtime takes, what the block was like, and chance."""
    asked = arm["parameters"]
    if asked["workload"] in CONTROLS:
        cost = 1 / min(asked["threads"], _CORES)
    else:
        cost = _cost(asked["runtime"], asked["threads"])
        cost *= (
            1 + 0.1 * random.Random(f"{asked['runtime']} {asked['workload']}").random()
        )
    block = random.Random(f"{shape.seed}/block/{arm['block']}").lognormvariate(0, 0.02)
    return 5e6 * block / cost


def _measured(shape, arm, chance):
    asked = arm["parameters"]
    speed = _speed(shape, arm) * chance.lognormvariate(0, 0.01)
    counters = {
        "collected": 1000,
        "collections": 12,
        "leaked_objects": 0,
        "peak_garbage": 50,
        "peak_rss_bytes": int(chance.uniform(1.0, 1.1) * (9 << 20)),
    }
    if asked["workload"] == "kv_store":
        counters.update(_latency(asked["runtime"], chance))
    return {
        "operations": 1_000_000,
        "ops_per_s": speed,
        "checksum": len(asked["workload"]) * 1000 + len(asked["settings"]),
        "trial_ns": [1e15 / speed],
        "pauses": told(chance, asked["threads"], shape.detailed),
        "counters": counters,
    }


def _latency(runtime, chance):
    slower = _cost(runtime, 1) * chance.lognormvariate(0, 0.05)
    counts = ("latency_count", "metered_count")
    return {n: v if n in counts else v * slower for n, v in LATENCY.items()}


def _keep(folder, number, line, chance):
    """Writes what the process kept of its pauses; returns where."""
    name = f"raw/{number:06d}.pauses"
    text = record.text(kept(chance, line["pauses"]))
    (folder / name).write_text(text, encoding="utf-8")
    return name


# --- with what -----------------------------------------------------------------------------------------------


def _capabilities(runtime):
    return {
        "serial": runtime == "gil",
        "borrows": runtime == "deferred",
        "frees": runtime != "none",
        "prompt_death": runtime not in ("none", "deferred"),
        "optimistic_readers": runtime in ("biased", "deferred"),
        "max_threads": 1 if runtime == "plain" else 256,
        "concurrent": runtime not in ("plain", "gil"),
    }


def _manifest(shape, planned):
    workloads = [*shape.workloads, "clock"]
    ended = STARTED + timedelta(seconds=planned * 2 * _SECONDS)
    return {
        "schema": "refbench.run/1",
        "started": STARTED.isoformat(timespec="seconds"),
        "argv": ["bench/refbench", "run"],
        "looks": False,
        "rigorous": False,
        "regex": "",
        "suite": "headline",
        "tags": [],
        "settings": shape.settings,
        "heaps": {"asked": [], "of": None, "program": None}
        | {"build_id": None, "smallest": []},
        "again": False,
        "pin": "near",
        "threads": list(shape.threads),
        "usual_threads": list(shape.threads),
        "micro_seconds": 0.5,
        "seed": shape.seed,
        "limits": {"blocks": shape.blocks, "budget": 600.0, "timeout": 60.0}
        | {"repeats": 2, "first": 0, "step": 1},
        "plan_hash": f"{shape.seed:064x}",
        "source": {"revision": "5" * 40, "dirty": False},
        "compiler": "cc 1.0",
        "flags": "-O2",
        "base": _base(shape),
        "runtimes": [_runtime(name, shape, workloads) for name in shape.runtimes],
        "workloads": workloads,
        "controls": [name for name in workloads if name in CONTROLS],
        "noise": ["clock"],
        "micros": list(shape.micros),
        "inputs": {},
        "ended": ended.isoformat(timespec="seconds"),
        "outcome": "complete",
        "blocks": shape.blocks,
    }


def _runtime(name, shape, workloads):
    return {
        "name": name,
        "program": f"build/release/bin/refbench-{name}",
        "build_id": f"{random.Random(name).getrandbits(256):064x}",
        "facts": facts(
            name, workloads, shape.micros, capabilities=_capabilities(name), debug=False
        ),
    }


def _environment():
    moment = {
        "load": [0.1, 0.1, 0.1],
        "memory": {"total": 16 << 30, "available": 15 << 30, "limit": None}
        | {"used": 1 << 30, "unknown": {}},
        "steal_ticks": 0,
        "steal_share": 0.0,
        "swap_used": 0,
        "pressure": 0.0,
        "governor": "performance",
        "turbo": None,
        "frequency_khz": None,
        "unknown": {},
    }
    machine = {
        "host": HOST,
        "cpu": "Processor 1",
        "architecture": "x86_64",
        "cores": _CORES,
        "usable_cores": _CORES,
        "usable": "0-1",
        "threads_per_core": 1,
        "smt": False,
        "kernel": "6.1.0",
        "virtual": False,
        "product": None,
        "aslr": "2",
        "transparent_huge_pages": "madvise",
        "clock_source": "tsc",
        "cpu_quota": None,
        "memory_limit": None,
        "counters": None,
        "libraries": {"libc6": "2.36"},
        "unknown": {},
    }
    return {
        "facts": machine,
        "topology": TOPOLOGY,
        "topology_unknown": None,
        "before": moment,
        "after": moment,
    }
