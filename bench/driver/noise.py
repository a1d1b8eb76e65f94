"""What disturbed a trial.

Pressure (PSI) is the time some task waited for a processor, memory or a disk; steal is the
time the host gave to others.  Both are read around the trial, not during it.
"""

import os
import time

from . import machine
from .kernel import Unknown

STEAL_LIMIT = 0.05  # of the processor time of a trial
STEAL_TICKS = 3  # fewer are within the clock's own error
HANDOFF_LIMIT = 1.5  # how much a line's way between cores may change within a trial
FARTHEST = 1000  # ns: a hand-over that took longer was kept from running, and tells no distance
CROWD_LIMIT = 0.10  # of a trial in which some task waited for a processor
LATE_LIMIT = 0.01  # of a trial that its last thread may begin after its first
_TICK = os.sysconf("SC_CLK_TCK")


def _pressure(resource):
    """Microseconds since boot in which some task waited."""
    try:
        with open(f"/proc/pressure/{resource}", encoding="ascii") as file:
            return int(file.readline().rpartition("=")[2])
    except (OSError, ValueError):
        return None


def _steal():
    """Ticks since boot that the host gave to others."""
    try:
        return machine.steal_ticks()
    except (Unknown, ValueError):
        return None


class Watch:
    """Started before a trial, read after it."""

    def __init__(self):
        self.begin = self._read()

    @staticmethod
    def _read():
        pressure = {name: _pressure(name) for name in ("cpu", "memory", "io")}
        return {
            "s": time.monotonic(),
            "pressure": pressure,
            "steal": _steal(),
        }

    def read(self):
        """Shares of the time since the start; null where the kernel does not tell."""
        begin, end = self.begin, self._read()
        seconds = max(end["s"] - begin["s"], 1e-6)
        pressure = {
            name: _share(begin["pressure"][name], end["pressure"][name], seconds * 1e6)
            for name in begin["pressure"]
        }
        ticks = seconds * _TICK * (os.cpu_count() or 1)
        told = None not in (begin["steal"], end["steal"])
        stolen = end["steal"] - begin["steal"] if told else None
        return {
            "pressure": pressure,
            "steal": None if stolen is None else round(stolen / ticks, 6),
            "steal_ticks": stolen,
        }


def _share(begin, end, whole):
    return None if begin is None or end is None else round((end - begin) / whole, 6)


def crowd(noise, threads):
    """Whether others wanted a processor too; where the trial alone has more threads than there are
    processors, waiting says nothing."""
    waited = noise["pressure"]["cpu"]
    if waited is None or threads > machine.cores() or waited <= CROWD_LIMIT:
        return None
    return f"tasks waited for a processor {waited:.0%} of the time"


def late(noise, threads, ns):
    """Whether a thread began when a part of the trial was over, though it had a processor."""
    skew = noise.get("start_skew_us")
    if not skew or threads > machine.cores() or skew * 1e3 <= LATE_LIMIT * ns:
        return None
    return f"a thread began {skew:.0f} us late, of {ns / 1e3:.0f} us"


def moved(before, after):
    """Whether the way between cores is another one, as far as both are known."""
    return bool(
        before and after and max(before, after) > HANDOFF_LIMIT * min(before, after)
    )


def is_distance(ns):
    """Whether a hand-over time tells how near two cores are."""
    return ns is not None and 0 < ns <= FARTHEST


def apart(one, other):
    """Whether the cores were near for the one and far for the other, as far as both tell it."""
    return is_distance(one) and is_distance(other) and moved(one, other)


def contamination(noise):
    """Why a trial with this noise says little about the runtime; None if it is clean."""
    before, after = noise.get("handoff_before_ns"), noise.get("handoff_after_ns")
    if moved(before, after):
        return f"the way between cores changed from {before:.0f} to {after:.0f} ns"
    steal, ticks = noise.get("steal") or 0.0, noise.get("steal_ticks") or 0
    if steal > STEAL_LIMIT and ticks >= STEAL_TICKS:
        return f"the host took {steal:.0%} of the processor time"
    return None
