"""Calibration: what single operations cost on this machine, runtime by runtime.

Blocks are interleaved: in each of them every program runs its micro benchmarks once, in an order of
its own, so what drifts falls on all of them.  Before and after each process the time is taken in
which a cache line goes from one core to another, since on a virtual machine the two cores are near
by turns.  In a process each benchmark runs several times, and the shortest counts: whatever else the
machine does can only add to what an operation costs.  A calibration holds for one machine and for these
builds; it is refused with others.
"""

import random
from pathlib import Path

from . import ending, environment, handoff, machine, noise, reading, record, source
from . import store
from . import explain_units
from .arm import Arm
from .micro import PREFIX
from .refusal import Refusal

SCHEMA = "refbench.calibration/1"
FOLDER = "calibration"
REPETITIONS = 3
_SAME = ("host", "cpu", "architecture", "cores", "kernel")  # of a machine
_TIMEOUT = 120


def path(results):
    return Path(results) / FOLDER / f"{machine.host()}.json"


def measure(programs, blocks, seconds, seed, folder, progress):
    """The document; `failed` has what could not be measured."""
    runtimes = {each.name: _runtime(each) for each in programs}
    failed = []
    order = random.Random(seed)
    for number in range(blocks):
        for place, program in enumerate(order.sample(programs, len(programs))):
            what = f"block {number + 1} of {blocks}: {program.name}"
            progress.trial(place + 1, len(programs), what, None)
            found, reason = _process(program, seconds, folder)
            if found is None:
                failed.append({"runtime": program.name, "reason": reason})
            else:
                runtimes[program.name]["blocks"].append({"block": number, **found})
    progress.close()
    for each in runtimes.values():
        each["units"] = explain_units.table(each)
    return {
        "schema": SCHEMA,
        "made": store.now(),
        "source": source.revision(),
        "environment": environment.of_run(programs),
        "asked": {"blocks": blocks, "seconds": seconds, "seed": seed},
        "runtimes": runtimes,
        "failed": failed,
    }


def _runtime(program):
    return {
        "build_id": program.build,
        "compiler": program.facts.get("compiler"),
        "flags": program.facts.get("flags"),
        "capabilities": program.capabilities,
        "blocks": [],
    }


def benchmarks(program):
    """The names of those that it has of what is needed."""
    wanted = {PREFIX + name for name in explain_units.BENCHMARKS}
    return tuple(name for name in program.micros if name in wanted)


def _process(program, seconds, folder):
    """(name -> ns with the hand-over time, None), or (None, why there is nothing)."""
    names = benchmarks(program)
    if not names:
        return None, "has none of the micro benchmarks: bench/run builds it again"
    arm = Arm("micro", program.name, micros=names, min_time=seconds)
    before = handoff.now(program)
    output, log = folder / "out", folder / "err"
    command = [*arm.command(program), f"--benchmark_repetitions={REPETITIONS}"]
    ended, errors = ending.start(command, output, log, _TIMEOUT)
    if ended is None or ended.timed_out:
        return None, ending.outcome(ended, errors, _TIMEOUT)[1]
    try:
        entries = reading.parse(reading.of_file(output))
    except reading.Unreadable as error:
        return None, ending.complaint(ended, errors) or str(error)
    if ended.exit or ended.signal:
        return None, ending.complaint(ended, errors)
    after = handoff.now(program)
    return {"handoff_ns": _steady(before, after), "ns": _shortest(entries, names)}, None


def _shortest(entries, names):
    """Name as listed -> ns."""
    found = {}
    for each in entries:
        if not each.error:
            name = _listed(each.name, names)
            found[name] = min(each.ns, found.get(name, each.ns))
    return found


def _listed(name, names):
    """The name as listed, without what Google Benchmark appends."""
    fitting = [own for own in names if name == own or name.startswith(own + "/")]
    return max(fitting, key=len, default=name).removeprefix(PREFIX)


def _steady(before, after):
    """The time of a hand-over; null if it changed meanwhile, or is not known."""
    told = noise.is_distance(before) and noise.is_distance(after)
    if not told or noise.moved(before, after):
        return None
    return (before + after) / 2


def read(results):
    """The calibration of this machine.  Refused if there is none."""
    where = path(results)
    if not where.exists():
        raise Refusal(
            f"{where} is missing: refbench calibrate --write measures unit costs"
        )
    document = record.read(where)
    if document.get("schema") != SCHEMA:
        raise Refusal(
            f"{where} was written as {document.get('schema')!r}, and this driver reads "
            f"{SCHEMA}: refbench calibrate --write makes it again"
        )
    return document


def check(document, facts, builds):
    """Refused unless the calibration is of the machine with these facts and of these builds,
    name -> build id."""
    own = document["environment"]["facts"]
    for name in _SAME:
        if own.get(name) != facts.get(name):
            raise Refusal(
                f"the calibration is of another machine ({name} {own.get(name)}, the run's "
                f"is {facts.get(name)}): refbench calibrate --write, then run again"
            )
    for name, build in builds.items():
        known = document["runtimes"].get(name)
        if known is None or not known["blocks"]:
            raise Refusal(
                f"{name} is not calibrated: refbench calibrate --write --runtime {name} does"
            )
        if known["build_id"] != build:
            raise Refusal(
                f"the calibration of {name} is of another build than the run: refbench "
                "calibrate --write, then run again"
            )
