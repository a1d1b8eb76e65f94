"""How long a cache line takes from one processor to another, as a program measures it by itself
(`--handoff`): between the first two of each order of pinning.

The processors of a virtual machine are near or far by turns, with its topology unchanged.  So each order is measured several times,
by turns with the other, and what is said of it rests on the medians of all turns: siblings on one core, near one another, which is
under one cache, or far; or this and that by turns.

The bounds are rough: they name what is measured, no more.  They lie between what was published for x86 processors, measured with a
program of its own, at github.com/nviennot/core-to-core-latency (medians: threads of one core 4 to 10 ns; cores of one chip, or of
one part of it, mostly 16 to 51; those of its other parts or of another socket 84 to 197), and between what was seen of one pair in a
virtual machine: 31 to 38 ns, and 104 to 122 seconds later.  Some chips lie across them.
"""

import json
import subprocess
from statistics import median

SCHEMA = "refbench.handoff/1"
PINS = ("near", "spread")
TURNS = 5
SIBLINGS, NEAR, FAR = "siblings", "near", "far"
_NEAR_NS, _FAR_NS = 13, 60  # at least
_SECONDS = 30


def measure(programs):
    """A line for each pinning; times are null, with the reason, if there is no answer."""
    capable = _capable(programs)
    turns = {pin: [] for pin in PINS}
    for _ in range(TURNS):
        for pin, found in turns.items():
            found.append(_turn(capable, pin))
    return [_way(pin, found) for pin, found in turns.items()]


def now(program):
    """ns, between the first two processors at this moment; None if there is no answer."""
    return _turn(_capable([program]), PINS[0])["median_ns"]


def _capable(programs):
    """The first that measures it; None if none does."""
    return next(
        (each for each in programs if PINS[0] in each.facts.get("pins", [])), None
    )


def _way(pin, turns):
    """What all turns of a pinning come to; one without an answer speaks for all."""
    for turn in turns:
        if turn["reason"]:
            return {**turn, "turns_ns": [], "verdict": None}
    medians = [turn["median_ns"] for turn in turns]
    return {
        "pin": pin,
        "processors": turns[0]["processors"],
        "median_ns": median(medians),
        "lowest_ns": min(turn["lowest_ns"] for turn in turns),
        "highest_ns": max(turn["highest_ns"] for turn in turns),
        "turns_ns": medians,
        "verdict": verdict(medians),
        "reason": None,
    }


def distance(nanoseconds):
    if nanoseconds < _NEAR_NS:
        return SIBLINGS
    return NEAR if nanoseconds < _FAR_NS else FAR


def verdict(medians):
    """near, or near and far by turns"""
    seen = {distance(each) for each in medians}
    words = [each for each in (SIBLINGS, NEAR, FAR) if each in seen]
    return " and ".join(words) + (" by turns" if len(words) > 1 else "")


def _turn(program, pin):
    if program is None:
        return _unknown(pin, "no program here measures it: bench/run builds them")
    try:
        answer = subprocess.run(
            [program.path, "--handoff", f"--pin={pin}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        found = json.loads(answer.stdout) if answer.returncode == 0 else {}
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return _unknown(pin, f"{program.name} --handoff gave no answer: {error}")
    if found.get("schema") != SCHEMA:
        said = answer.stderr.strip() or f"ended with {answer.returncode}"
        return _unknown(pin, f"{program.name} --handoff: {said}")
    if not found["pinned"]:
        return _unknown(pin, "the system does not let threads be pinned")
    if len(set(found["processors"])) < 2:
        return _unknown(pin, "there is one processor only")
    times = {
        f"{name}_ns": found[f"{name}_ps"] / 1000
        for name in ("median", "lowest", "highest")
    }
    return {"pin": pin, "processors": found["processors"], **times, "reason": None}


def _unknown(pin, reason):
    times = dict.fromkeys(("median_ns", "lowest_ns", "highest_ns"))
    return {"pin": pin, "processors": [], **times, "reason": reason}
