"""Memory over time: processes of their own, in which a thread takes snapshots of the allocator (bench/snapshot.h).

Snapshots stop the world, so these processes are not timed, are in no block, and in no figure but those of memory.  There is
one of each runtime and workload, with the fewest threads that the plan has of it, before the first block.  What it
leaves is a file in the run's folder, memory/<workload>[-<settings>]-<threads>-<runtime>.jsonl, a line for each moment:

    {"t_ms": 12.5, "rss_bytes": N, "live_bytes": N, "committed_bytes": N, "collections": [of each generation so far]}

and of one workload on the base memory/map.json, the snapshot at the peak, with all pools.  The first moment is 0; the
objects that a workload prepares are made within it, too.  A file has at most 120 moments, evenly chosen, the first, the last
and those of the peaks among them.

A process that fails is told of and fails no run: without it there is no line in a figure.
"""

import math
from dataclasses import replace

from . import alloc_snapshot, record, setting
from .arm import MEMORY as KIND
from .arm import Arm
from .refusal import Refusal

FOLDER, MAP = "memory", "map.json"
MOST = 120
_LEAST_MS, _MOST_MS = 3, 1000  # between two snapshots
_PARTS = 100  # of a trial and its preparation, which takes about as long
_PEAKS = ("rss_bytes", "live_bytes", "committed_bytes")


def arms(planned, made, representative):
    """Those of a plan whose programs take snapshots; the base's own of the representative workload is mapped, else
    that of its first."""
    left_out = {*made["controls"], *made.get("noise", [])}
    found = {}
    for arm in planned.arms:
        program = planned.programs[arm.runtime]
        plain = arm.kind == "workload" and arm.collector == "on" and not arm.again
        if plain and not arm.heap and arm.workload not in left_out:
            if program.facts.get("keeps_memory"):
                key = (arm.runtime, arm.benchmark)
                known = found.setdefault(key, arm)
                found[key] = min(known, arm, key=lambda each: each.threads)
    chosen = [_arm(each) for each in found.values()]
    own = [each for each in chosen if each.runtime == made["base"]]
    own.sort(key=lambda each: each.workload != representative)
    return [replace(each, mapped=each in own[:1]) for each in chosen]


def _arm(of):
    more = {"pin": of.pin, "settings": of.settings}
    return Arm(KIND, of.runtime, of.workload, of.threads, **more)


def spaced(memories, lengths):
    """With snapshots as far apart as a look at the workload says (look.lengths)."""
    seen = {
        (row["workload"], tuple(row["settings"].items())): row["ns"] for row in lengths
    }
    return [
        replace(each, every_ms=_every_ms(seen.get((each.workload, each.settings))))
        for each in memories
    ]


def _every_ms(ns):
    """Between two snapshots of a trial that was seen to last so long; None: not seen."""
    whole = math.ceil(2 * (ns or 0) / 1e6 / _PARTS)
    return min(max(whole, _LEAST_MS), _MOST_MS)


def keep(arm, path, folder):
    """Makes its file of the snapshots that a process has left; returns its name.  Refused if there are none."""
    if not path.exists():
        raise Refusal("took no snapshots")
    moments, peak = _read(path)
    if arm.mapped:
        alloc_snapshot.check_pools(peak, path)
    name = f"{FOLDER}/{_stem(arm)}.jsonl"
    (folder / FOLDER).mkdir(exist_ok=True)
    lines = [record.text(each) + "\n" for each in thinned(moments)]
    (folder / name).write_text("".join(lines), encoding="utf-8")
    if arm.mapped:
        whole = record.text(peak) + "\n"
        (folder / FOLDER / MAP).write_text(whole, encoding="utf-8")
    return name


def _read(path):
    """(all moments, the snapshot at the peak): of each of a large heap the pools alone are megabytes."""
    moments, peak, begin_ns = [], None, None
    for each in alloc_snapshot.totals(path):
        begin_ns = each["at_ns"] if peak is None else begin_ns
        moments.append(_moment(each, begin_ns))
        peak = alloc_snapshot.peak([peak or each, each])
    return moments, peak


def _stem(arm):
    parts = [arm.workload, setting.words(arm.settings), str(arm.threads), arm.runtime]
    return "-".join(filter(None, parts))


def _moment(snapshot, begin_ns):
    resident = snapshot.get("rss_bytes", snapshot["resident_bytes"])
    return {
        "t_ms": round((snapshot["at_ns"] - begin_ns) / 1e6, 3),
        "rss_bytes": resident,
        "live_bytes": snapshot["live_bytes"],
        "committed_bytes": snapshot["committed_bytes"],
        "collections": snapshot.get("collections"),
    }


def thinned(moments):
    """At most so many of them, in order."""
    last = len(moments) - 1
    peaks = {max(range(last + 1), key=lambda i: moments[i][name]) for name in _PEAKS}
    wanted = {0, last, *peaks}
    room = MOST - len(wanted)
    if last + 1 > MOST:
        wanted |= {round(i * last / (room - 1)) for i in range(room)}
    else:
        wanted = set(range(last + 1))
    return [moments[i] for i in sorted(wanted)]


def copied(run, whole):
    """Into a run made of several: of each file the first that there is."""
    for path in sorted((run.path / FOLDER).glob("*")):
        target = whole.path / FOLDER / path.name
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
