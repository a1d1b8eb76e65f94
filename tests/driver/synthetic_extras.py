"""What only some runs have, for a run of synthetic.make: explain.json, check.json and memory/, seeded like it."""

import random

from driver import record  # as found by laboratory, which synthetic imports

_PARTS = ("counting", "crossing", "container", "allocation", "collector", "lock")
_MIB = 1 << 20
_SLOTS = 16


def add(folder, shape):
    """Writes all of them into the run's folder."""
    record.write(folder / "explain.json", _explained(folder, shape))
    record.write(folder / "check.json", _checked(shape))
    memory = folder / "memory"
    memory.mkdir()
    for workload in shape.workloads:
        for runtime in shape.runtimes:
            lines = _samples(random.Random(f"{shape.seed}/{workload}/{runtime}"))
            text = "".join(record.text(line) + "\n" for line in lines)
            (memory / f"{workload}-1-{runtime}.jsonl").write_text(text)
    record.write(memory / "map.json", _map(shape))


def _explained(folder, shape):
    return {
        "schema": "refbench.explain/1",
        "run": folder.name,
        "floor": "plain",
        "cores": 2,
        "calibrated": "2026-01-01T00:00:00+00:00",
        "rows": [
            _parts(runtime, workload, threads, shape.seed)
            for workload in shape.workloads
            for threads in shape.threads
            for runtime in shape.runtimes
        ],
        "failed": [],
    }


def _parts(runtime, workload, threads, seed):
    chance = random.Random(f"{seed}/{runtime}/{workload}/{threads}")
    parts = {"floor": 100.0, **{name: chance.uniform(-5, 20) for name in _PARTS}}
    told = sum(parts.values())
    measured = told * chance.uniform(0.9, 1.2)
    return {
        "runtime": runtime,
        "workload": workload,
        "settings": {},
        "threads": threads,
        "oversubscribed": threads > 2,
        "is_floor": runtime == "plain",
        "ms": measured,
        "parts_ms": parts,
        "crossing_band_ms": [0.0, parts["crossing"]],
        "sum_ms": told,
        "sum_interval_ms": [told * 0.95, told * 1.05],
        "residual_ms": measured - told,
        "explained": told / measured,
        "above_floor_ms": measured - 100.0,
        "above_floor_explained": (told - 100.0) / (measured - 100.0),
        "harness_share": 0.001,
    }


def _checked(shape):
    statuses = ("pass", "pass", "skip", "fail")
    return {
        "schema": "refbench.check/1",
        "cases": [
            {
                "group": group,
                "case": f"{group}_{number}",
                "runtime": runtime,
                "status": random.Random(f"{group}{number}{runtime}").choice(statuses),
                "says": f"what case {number} says",
                "message": None,
                "expected": None,
                "seen": None,
            }
            for group in ("counts", "cycles")
            for number in range(5)
            for runtime in shape.runtimes
        ],
    }


def _samples(chance):
    live, collections = 4.0, [0, 0, 0]
    for step in range(40):
        live += chance.uniform(0, 0.6)
        collections[0] += 2
        if step % 10 == 9:
            live /= 2
            collections[2] += 1
        yield {
            "t_ms": 12.5 * step,
            "rss_bytes": int((live + 5) * _MIB),
            "live_bytes": int(live * _MIB),
            "committed_bytes": int((live + 3) * _MIB),
            "collections": list(collections),
        }


def _map(shape):
    return {
        "schema": "refbench.alloc_snapshot/1",
        "trial": f"workload/{shape.workloads[0]}/threads:1",
        "runtime": shape.runtimes[0],
        "threads": 1,
        "arena_bytes": _MIB,
        "pool_bytes": _MIB // _SLOTS,
        "header_bytes": 64,
        "live_bytes": 3 * _MIB,
        "committed_bytes": 4 * _MIB,
        "resident_bytes": 4 * _MIB,
        "pools": [_pool(arena, slot) for arena in range(4) for slot in range(_SLOTS)],
    }


def _pool(arena, slot):
    """arena, slot, bytes, kind, state; blocks that are live, free, remote, absent, uncarved; heap."""
    state = (arena + slot) % 4
    live = (100, 40, 0, 0)[state]
    return [arena, slot, 48, slot % 3, state, live, 100 - live, 0, 0, 0, 0]
