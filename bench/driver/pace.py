"""How long a run has taken and will take, and whether another block fits."""

import time
from dataclasses import dataclass

_ROOM = 1.1  # a block may take this much longer than the longest so far


@dataclass(frozen=True)
class Limits:
    blocks: int  # at most
    budget: float  # seconds in which another block must fit; the first always runs
    timeout: float  # seconds for one trial
    repeats: int = 0  # of a contaminated trial, at most
    first: int = 0  # block,
    step: int = 1  # and how far it is to the next: of a shard


class Pace:
    def __init__(self, limits, clock=time.monotonic):
        self.limits = limits
        self.clock = clock
        self.begin = clock()
        self.longest = {}  # arm -> seconds
        self.blocks = []  # seconds of each that is done

    @property
    def elapsed(self):
        return self.clock() - self.begin

    @property
    def number(self):
        """Of the block to run next, in the plan."""
        return self.limits.first + self.limits.step * len(self.blocks)

    def spent(self, seconds):
        """What the run took before."""
        self.begin -= seconds

    def trial_took(self, arm, seconds):
        self.longest[arm] = max(seconds, self.longest.get(arm, 0.0))

    def block_took(self, seconds):
        self.blocks.append(seconds)

    def another(self):
        """Whether one more block is to run now."""
        return (
            not self.blocks
            or self._fitting(len(self.blocks), self.elapsed, max(self.blocks)) > 0
        )

    def _fitting(self, done, elapsed, block):
        """How many blocks of this length fit when so many are done."""
        room = (self.limits.budget - elapsed) / max(block * _ROOM, 1e-3)
        return max(0, min(int(room), self.limits.blocks - done))

    def left(self, arms, waiting):
        """Seconds until the end of the run, in a block of `arms` of which `waiting` are still
        to run; None before there is anything to go by."""
        if not self.longest:
            return None
        mean = sum(self.longest.values()) / len(self.longest)
        rest = sum(self.longest.get(arm, mean) for arm in waiting)
        block = sum(self.longest.get(arm, mean) for arm in arms)
        more = self._fitting(len(self.blocks) + 1, self.elapsed + rest, block)
        return rest + more * block
