"""Where the time of a workload goes on a runtime: operations that were counted times what one costs.

    T = floor + waiting + counting + far + crossing + barrier + container + allocation + collector + lock + residual

    floor       the whole work on the floor (plain, else none) at one thread, over the cores
    waiting     what threads of the work wait for each other, as none shows it, which counts nothing
    counting    count operations, by kind and place, at this runtime's unit costs, less the floor's
    far         operations on objects whose lines are not near, at what that takes more, less the floor's
    crossing    operations of which another thread was at the object before, at what that takes more
    barrier     barriers for all threads that scans ask for, as the trial timed them
    container   items found and containers changed, beyond what is counted, less the floor's
    allocation  objects and tables made and ended, and slots written, less the floor's
    collector   pauses, less the floor's
    lock        where one thread runs at a time: what the others wait for it meanwhile
    residual    what is left: of no sign in particular, and never hidden

Unit costs are those of the calibration, measured on other programs than the workload; nothing is
fitted.  Each block of the calibration gives a sum of its own, and their spread the interval.
Times are of the wall clock, ms.
"""

from statistics import median
from typing import NamedTuple

from . import explain_units, noise, signed_rank

SCHEMA = "refbench.explain/1"
FLOORS = ("plain", "none")
FREE = "none"  # counts nothing, so that threads wait for nothing but the work
PARTS = (
    "floor",
    "waiting",
    "counting",
    "far",
    "crossing",
    "barrier",
    "container",
    "allocation",
    "collector",
    "lock",
)
MOST_OVERHEAD = 0.01  # of a trial, for the harness
_MS = 1e-6  # of a ns
_MADE_AS = {  # type -> what its like was calibrated with; instances: as node3
    "int": "float",
    "float": "float",
    "str": "str10",
    "tuple": "tuple3",
    "list": "tuple3",  # its table comes apart
    "dict": "dict0",
    "set": "dict0",
}
_STACK = ("stack", "constant")  # places where nothing but a stack reference is made


def floor_of(runtimes):
    """The floor there is among them; None if there is none."""
    return next((name for name in FLOORS if name in runtimes), None)


def counting(profile, units):
    """ns of all count operations."""
    total = 0.0
    for place, counts in profile["increments"].items():
        for kind, count in counts.items():
            total += count * _increment(place, kind, units)
    for place, counts in profile["decrements"].items():
        which = units["stack"] if place == "stack" else units["release"]
        total += sum(count * which[kind] for kind, count in counts.items())
    return total + sum(profile["kept"].values()) * units["keep"]


def _increment(place, kind, units):
    if place == "owned":
        return 0.0  # immortal, or revived: nothing is done
    return units["stack" if place in _STACK else "read"][kind]


def far(profile, units):
    """ns that operations take more where objects are far, by the cache that would have them."""
    total = 0.0
    for reach in explain_units.REACHES:
        levels = profile["levels"][reach][1:]
        costs = (units[reach][level] for level in explain_units.LEVELS)
        total += sum(n * cost for n, cost in zip(levels, costs, strict=True))
    return total


def container(profile, units):
    """ns of items found and of containers changed: of the locks taken, those in which a slot was read
    are finds."""
    finds = min(profile["locks"], sum(profile["increments"]["found"].values()))
    return finds * units["find"] + (profile["locks"] - finds) * units["change"]


def allocation(profile, units):
    """ns of objects and tables made and ended, and of slots written."""
    alloc = units["alloc"]
    total = profile["allocations"]["table"]["count"] * alloc["table"]
    for each in profile["types"]:
        like = _MADE_AS.get(each["name"], "node3")
        total += (each["made"] + each["died"]) / 2 * alloc[like]
    return total + profile["writes"] * units["write"]


def crossings(profile, units, borrows, way):
    """(ns if no thread had an object meanwhile but as it was seen, ns in random order) of operations
    on objects at which another thread was before; `way` is how much longer a line's way was in the
    trial than in the calibration."""
    kept = _kept_share(profile) if borrows else 0.0
    cost = units["crossing"]
    each = ((1 - kept) * cost["stack"] + kept * cost["kept"]) * way
    return profile["moved"] * each, profile["mixed"] * each


def _kept_share(profile):
    """Of the operations on objects that are counted, those that a runtime that borrows does."""
    every = done = 0
    for place, counts in profile["decrements"].items():
        mine = counts["owner"] + counts["foreign"]
        every += mine
        done += mine if place != "stack" else 0
    for counts in profile["increments"].values():
        every += counts["owner"] + counts["foreign"]
    done += profile["kept"]["owner"] + profile["kept"]["foreign"]
    return min(1.0, done / every) if every else 0.0


class Arm:
    """What was measured of one cell: medians over its trials."""

    def __init__(self, key, cell):
        self.key = key
        self.ns = median(line["trial_ns"][0] for line in cell.used)
        self.operations = median(line["operations"] for line in cell.used)
        self.pause_ns = 1e3 * (_middle(_pauses(cell, "total_us")) or 0.0)
        self.handoff_ns = cell.noise("handoff_before_ns")
        self.checksum = cell.checksum()
        self.requests = cell.counter("latency_count") or 0
        self.barriers_ns = 1000 * (cell.counter("barriers_us") or 0)
        self.readings = _readings(cell)


def _middle(values):
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _pauses(cell, name):
    return [told.get(name) for told in cell.pauses()]


def _readings(cell):
    """Of the clock, for pauses: two for each, and one for each phase of a collection."""
    found = []
    for told in cell.pauses():
        phases = sum(each["count"] for each in told.get("phase", {}).values())
        found.append(2 * (told.get("count") or 0) + phases)
    return median(found) if found else 0


class Side:
    """A runtime in one workload: its arm, its profile, its calibration."""

    def __init__(self, arm, profile, calibrated):
        self.arm = arm
        self.profile = profile
        self.capabilities = calibrated["capabilities"]
        self.units = explain_units.by_block(calibrated)
        self.handoffs = {
            each["block"]: each["handoff_ns"] for each in calibrated["blocks"]
        }

    def way(self, block):
        """How much longer a line's way was in the trial than in that block; None if either is not
        known: then it is taken to be as long."""
        ours, theirs = self.arm.handoff_ns, self.handoffs.get(block)
        known = noise.is_distance(ours) and noise.is_distance(theirs)
        return ours / theirs if known else None

    def near(self, blocks):
        """Those in which the cores were as near as in the trial; all, if there are none."""
        near = [
            block
            for block in blocks
            if self.way(block) and not noise.moved(self.way(block), 1.0)
        ]
        return near or list(blocks)


def waited(one, many, at_once):
    """ns of an operation that many threads took beyond their share of what one took, on a runtime that counts
    nothing: they wait in queues, for containers' locks, for memory, and at the end for the last.
    """
    return many.ns / many.operations - one.ns / one.operations / at_once


def explained(side, floor, cores, waits=0.0):
    """The row of one runtime, workload and number of threads; `floor` is the floor's side, at one
    thread, and `waits` the ns of an operation that threads of the work wait."""
    arm = side.arm
    blocks = sorted(side.units.keys() & floor.units.keys())
    shared = Shared(at_once(arm.key.threads, cores), waits)
    parts = {name: [] for name in PARTS}
    band = []
    for block in side.near(blocks):
        found, range_ = _parts(side, floor, block, shared)
        for name, value in found.items():
            parts[name].append(value)
        band.append(range_)
    return {
        "runtime": arm.key.runtime,
        "workload": arm.key.workload,
        "settings": dict(arm.key.settings),
        "threads": arm.key.threads,
        "oversubscribed": bool(cores and arm.key.threads > cores),
        "is_floor": arm is floor.arm,
        **_sums(parts, band, arm),
        **overhead(side, blocks),
    }


def at_once(threads, cores):
    """How many of them run."""
    return max(1, min(threads, cores or threads))


class Shared(NamedTuple):
    """How the work is shared by threads: how many run, and for how long they wait, ns of an operation."""

    at_once: int
    waits: float


def _parts(side, floor, block, shared):
    """(part -> ms, (least, most) of crossing in ms), by one block of the calibration."""
    at_once = shared.at_once
    own, base = side.units[block], floor.units[block]
    arm = side.arm
    scale = arm.operations / floor.arm.operations
    seen, before = side.profile, floor.profile
    work = floor.arm.ns * scale
    ends = counting(seen, own) - scale * counting(before, base)
    made = allocation(seen, own) - scale * allocation(before, base)
    held = container(seen, own) - scale * container(before, base)
    away = far(seen, own) - scale * far(before, base)
    borrows = bool(side.capabilities.get("borrows"))
    few, many = crossings(seen, own, borrows, side.way(block) or 1.0)
    pauses = arm.pause_ns / arm.key.threads - scale * floor.arm.pause_ns / at_once
    serial = side.capabilities.get("serial") and arm.key.threads > 1
    alone = work - scale * floor.arm.pause_ns + ends + away + held + made
    waits = alone * (1 - 1 / at_once) if serial else 0.0  # collections stop them anyway
    ms = {
        "floor": work / at_once,
        "waiting": 0.0 if serial else shared.waits * arm.operations,
        "counting": ends / at_once,
        "far": away / at_once,
        "crossing": many / at_once,
        "barrier": arm.barriers_ns / at_once,
        "container": held / at_once,
        "allocation": made / at_once,
        "collector": pauses,
        "lock": waits,
    }
    band = [each / at_once * _MS for each in sorted((few, many))]
    return {name: value * _MS for name, value in ms.items()}, band


def _sums(parts, band, arm):
    ms = {name: median(values) for name, values in parts.items()}
    spread = signed_rank.estimate(map(sum, zip(*parts.values(), strict=True)))
    total, measured = spread.middle, arm.ns * _MS
    above = measured - ms["floor"]
    return {
        "ms": measured,
        "parts_ms": ms,
        "crossing_band_ms": [median(ends) for ends in zip(*band, strict=True)],
        "sum_ms": total,
        "sum_interval_ms": [spread.low, spread.high],
        "residual_ms": measured - total,
        "explained": total / measured,
        "above_floor_ms": above,
        "above_floor_explained": (total - ms["floor"]) / above if above else None,
    }


def overhead(side, blocks):
    """What measuring took of the trial: readings of the clock and requests noted, at their
    calibrated cost.  Null where that is not known."""
    units = [side.units[block] for block in blocks]
    clock = _middle(each["clock"] for each in units)
    request = _middle(each["request"] for each in units)
    arm = side.arm
    if clock is None or request is None:
        return {"harness_share": None}
    readings = arm.readings + 2 * arm.key.threads
    took = readings * clock + arm.requests * request
    return {"harness_share": took / (arm.ns * arm.key.threads)}


def contended(profile, count=5):
    """The types, by where they are made, with the most foreign operations, those first."""
    total = sum(each["foreign"] for each in profile["sites"])
    most = sorted(profile["sites"], key=lambda each: -each["foreign"])
    return [
        {**each, "share": each["foreign"] / total}
        for each in most[:count]
        if each["foreign"]
    ]


def subject(key):
    return key.workload, setting_name(key), key.threads


def setting_name(key):
    return " ".join(f"{name}={value}" for name, value in key.settings)


def usual(key):
    """Whether a cell is of what is explained: no control of the run's own."""
    return key.collector == "on" and not key.again and key.heap is None
