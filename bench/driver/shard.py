"""A shard: every n-th block of a plan, so that n machines, or n jobs, share one.

Blocks depend on the plan and its seed alone, so whoever has the same programs, inputs and seed runs the
same blocks; `refbench merge` makes one run of what they measured (merger).
"""

import re
from typing import NamedTuple

from .refusal import Refusal

_WRITTEN = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")


class Shard(NamedTuple):
    first: int = 0  # block, counted from 0
    step: int = 1

    def blocks(self, most):
        """How many of the first `most` blocks it has."""
        return len(range(self.first, most, self.step))


WHOLE = Shard()


def of(text, seed, most):
    """What --shard asks for, of a plan of at most so many blocks."""
    if text is None:
        return WHOLE
    found = _WRITTEN.fullmatch(text)
    place, count = map(int, found.groups()) if found else (1, 0)
    if place > count:
        raise Refusal(f"--shard takes I/N such as 2/4, I from 1 to N, not {text!r}")
    if seed is None:
        raise Refusal("--shard needs --seed N, the same for all shards of a plan")
    shard = Shard(place - 1, count)
    if not shard.blocks(most):
        raise Refusal(f"--shard {text} of {most} blocks has none: --blocks says more")
    return shard
