"""A cell of the results: all trials of one arm, one in each block.  Of a trial that was contaminated
and repeated the last try counts, which is the clean one if there is any.

Figures over several blocks are medians, with the lowest and the highest beside them.  A
ratio is taken within a block and then its median: the arms of a block ran under the same
conditions.
"""

from collections import defaultdict
from functools import cached_property
from statistics import median
from typing import NamedTuple

from . import heap, noise, setting
from .trial import STATUSES


class Key(NamedTuple):
    """What all trials of a cell have in common."""

    runtime: str
    workload: str
    threads: int
    collector: str = "on"
    again: bool = False
    settings: tuple = setting.USUAL
    heap: tuple = None


def by_arm(lines):
    """Key -> Cell, as they first ran."""
    found = defaultdict(list)
    for line in lines:
        if line["kind"] == "workload":
            asked = line["parameters"]
            names = ("runtime", "workload", "threads", "collector")
            again = line["arm"] != asked["runtime"]
            left = setting.of_line(asked), heap.of_line(asked)
            found[Key(*(asked[name] for name in names), again, *left)].append(line)
    return {key: Cell(lines) for key, lines in found.items()}


def alike(first, second):
    """Block -> speed of each of two cells of one run, without the blocks in which the cores were near for the
    one and far for the other: these ran on two machines, as it were."""
    theirs = second.ways()
    apart = {b for b, way in first.ways().items() if noise.apart(way, theirs.get(b))}
    return tuple(
        {block: speed for block, speed in each.speeds().items() if block not in apart}
        for each in (first, second)
    )


def spread(name, values):
    """A median and its range under two names; null if there is nothing."""
    return {
        name: median(values) if values else None,
        f"{name}_range": [min(values), max(values)] if values else None,
    }


class Cell:
    """What others ask for again and again is found once; nobody changes it."""

    def __init__(self, lines):
        self.lines = lines
        ok = [line for line in lines if line["status"] == "ok"]
        last = list({line["block"]: line for line in ok}.values())
        self.stained = sum(bool(line["contaminated"]) for line in last)
        self.used = [line for line in last if not line["contaminated"]] or last

    @cached_property
    def status(self):
        """The worst there was."""
        return max((line["status"] for line in self.lines), key=STATUSES.index)

    @property
    def reason(self):
        status = self.status
        return next(line["reason"] for line in self.lines if line["status"] == status)

    def speeds(self):
        """Block -> operations per second."""
        return self._speeds

    @cached_property
    def _speeds(self):
        return {line["block"]: line["ops_per_s"] for line in self.used}

    def ways(self):
        """Block -> nanoseconds in which a line goes from core to core; None with one thread."""
        return self._ways

    @cached_property
    def _ways(self):
        return {
            line["block"]: line["noise"].get("handoff_before_ns") for line in self.used
        }

    def over(self, other):
        """The speeds over those of another cell, where both were measured."""
        theirs = other.speeds() if other else {}
        return [
            speed / theirs[block]
            for block, speed in self.speeds().items()
            if theirs.get(block)
        ]

    def counter(self, name):
        return self._middle(line["counters"].get(name) for line in self.used)

    def noise(self, name):
        return self._middle(line["noise"].get(name) for line in self.used)

    def pauses(self):
        """What its processes tell of their pauses, as pauses.py takes it."""
        return [line["pauses"] for line in self.used]

    def counters(self):
        """Those of each of its processes."""
        return [line["counters"] for line in self.used]

    def checksum(self):
        """The one of all trials; null if they do not agree."""
        return self._checksum

    @cached_property
    def _checksum(self):
        sums = {line["checksum"] for line in self.used}
        return sums.pop() if len(sums) == 1 else None

    @staticmethod
    def _middle(values):
        known = [value for value in values if value is not None]
        return median(known) if known else None
