"""A look at how long a workload's trial lasts, before the first block.

A trial should last 100 ms or more: in a shorter one what disturbs for a moment, and the clock, weigh
more.  So each workload of a run of several blocks is run once on the base runtime, with one thread.
Such a look is a line of the store, of kind "look", and in no figure.  Workloads whose trials are
shorter are named below the table; a rigorous run repeats them within each process, and the medians
of its repetitions are what the process measured.
"""

import math

from . import setting
from .arm import Arm

KIND = "look"
LEAST_NS = 100e6
_MOST = 21  # repetitions; odd, so that a median is one of them


def arms(planned, base, noises):
    """One of each workload, as it is set, that the base runtime runs in as much heap as there is."""
    found = {}
    for arm in planned.arms:
        plain = arm.kind == "workload" and arm.runtime == base and not arm.heap
        if plain and arm.workload not in noises:
            look = Arm(KIND, base, arm.workload, pin=arm.pin, settings=arm.settings)
            found.setdefault(arm.benchmark, look)
    return list(found.values())


def lengths(lines):
    """A row of each workload that was looked at: nanoseconds are null where it failed."""
    return [
        {
            "workload": line["parameters"]["workload"],
            "settings": dict(setting.of_line(line["parameters"])),
            "runtime": line["parameters"]["runtime"],
            "ns": line["trial_ns"][0] if line["status"] == "ok" else None,
        }
        for line in lines
        if line["kind"] == KIND
    ]


def short(rows):
    """Those of which a trial is shorter than it should be."""
    return [row for row in rows if row["ns"] is not None and row["ns"] < LEAST_NS]


def repetitions(ns):
    """How many of this length a process makes, to last long enough altogether."""
    return min(math.ceil(LEAST_NS / max(ns, 1.0)) | 1, _MOST)


def of_short(rows):
    """(workload, settings) -> repetitions, of the short ones."""
    return {
        (row["workload"], tuple(row["settings"].items())): repetitions(row["ns"])
        for row in short(rows)
    }
