"""Ratios: what one operation takes over what another takes on the same machine.

Nanoseconds are those of one machine; how far a pair of count operations is from the words it is
made of, or what a second thread gains, says more of a way of counting.  Every runtime has each
figure; some runtimes have a target in some.  Nothing is asserted: a target stands beside what was
measured.

A figure is taken within each block, whose processes ran under the same conditions, and estimated
over blocks: the Hodges-Lehmann centre with its interval (signed_rank), ratios by their logarithms.
"""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from . import micro, signed_rank
from .program import is_peer

REFERENCES = ("gil", "plain", "atomic")  # the runtimes that others are compared with
_BENCHMARKS = (
    "raw_pair_plain",
    "raw_pair_locked",
    "arithmetic",
    "loop",
    "pair_private",
    "pair_shared",
    "load_drop_shared",
    "shared_dict_get",
    "safepoint",
)
REGEX = rf"^{micro.PREFIX}({'|'.join(_BENCHMARKS)})(/|$)"  # what figures are made of
HOLDS, MISSES, UNCLEAR = "holds", "misses", "unclear"


@dataclass(frozen=True)
class Target:
    low: float  # the figure is to lie between the two
    high: float
    runtimes: tuple  # which it is for; none: for all

    def verdict(self, found):
        """Of an estimate; None if there are too few blocks for any."""
        if found.bounds != signed_rank.INTERVAL:
            return None
        if self.low <= found.low and found.high <= self.high:
            return HOLDS
        outside = found.high < self.low or self.high < found.low
        return MISSES if outside else UNCLEAR


def _at_most(value, *runtimes):
    return Target(-math.inf, value, runtimes)


def _at_least(value, *runtimes):
    return Target(value, math.inf, runtimes)


@dataclass(frozen=True)
class Figure:
    name: str
    summary: str
    of: Callable  # of a function that tells ns(name, threads=1, of=runtime)
    target: Target = None
    difference: bool = False  # in ns; else a ratio

    def estimate(self, values):
        if self.difference:
            return signed_rank.estimate(values)
        return signed_rank.geometric(values)

    def target_of(self, runtime):
        """None if it has none."""
        named = self.target and self.target.runtimes
        return self.target if self.target and runtime in (named or (runtime,)) else None


def _gain(ns, name):
    """The speed of two threads over that of one."""
    return 2 * ns(name, 1) / ns(name, 2)


FIGURES = (
    Figure(
        "pair / bare pair",
        "an alias made and ended, over a word counted up and down",
        lambda ns: ns("pair_private") / ns("raw_pair_plain"),
        _at_most(1.3, "plain"),
    ),
    Figure(
        "pair / plain's",
        "the same over what it takes plain",
        lambda ns: ns("pair_private") / ns("pair_private", of="plain"),
        _at_most(2, "biased"),
    ),
    Figure(
        "pair / locked pair",
        "the same over a word counted up and down with locked instructions",
        lambda ns: ns("pair_private") / ns("raw_pair_locked"),
        _at_most(1.15, "atomic"),
    ),
    Figure(
        "shared pair: atomic's / own",
        "two threads that alias one object: what it takes atomic over what it takes here",
        lambda ns: ns("pair_shared", 2, "atomic") / ns("pair_shared", 2),
        _at_least(5, "refcache"),
    ),
    Figure(
        "hot slot, 2 threads / 1",
        "a field read and the reference ended, by two threads over by one",
        lambda ns: ns("load_drop_shared", 2) / ns("load_drop_shared", 1),
        _at_most(1.5, "deferred", "hazard"),
    ),
    Figure(
        "arithmetic, 2 threads / 1",
        "the same of arithmetic, which has no part in any runtime: the machine",
        lambda ns: ns("arithmetic", 2) / ns("arithmetic", 1),
    ),
    Figure(
        "dict read: gain / arithmetic's",
        "what a second thread gains in reading one dict, over what it gains in arithmetic",
        lambda ns: _gain(ns, "shared_dict_get") / _gain(ns, "arithmetic"),
        _at_least(0.85, "deferred", "biased_deferred", "refcache"),
    ),
    Figure(
        "dict read by 2 / gil's by 1",
        "the speed of two threads that read one dict, over that of gil with one",
        lambda ns: 2 * ns("shared_dict_get", 1, "gil") / ns("shared_dict_get", 2),
        _at_least(1, "deferred", "biased_deferred", "refcache"),
    ),
    Figure(
        "safepoint - loop, ns",
        "a poll in a loop less the loop without",
        lambda ns: ns("safepoint") - ns("loop"),
        _at_most(1),
        difference=True,
    ),
)


def rows(lines, manifest):
    """One for each figure and runtime of which a block has all it is made of."""
    samples = dict(micro.measured(lines, manifest["micros"]))
    blocks = sorted({block for of in samples.values() for block in of})
    own = [each for each in manifest["runtimes"] if not is_peer(each["facts"])]
    found = [
        _row(figure, each["name"], _values(figure, samples, each["name"], blocks))
        for figure in FIGURES
        for each in own
    ]
    return [row for row in found if row is not None]


def _values(figure, samples, runtime, blocks):
    """In each block that has it."""
    found = []
    for block in blocks:
        with contextlib.suppress(KeyError, ZeroDivisionError):
            value = figure.of(_reader(samples, runtime, block))
            if math.isfinite(value) and (figure.difference or value > 0):
                found.append(value)
    return found


def _reader(samples, runtime, block):
    """What a figure is told by; KeyError for what the block has not."""

    def ns(name, threads=1, of=runtime):
        return samples[of, micro.PREFIX + name, threads][block]["ns"]

    return ns


def _row(figure, runtime, values):
    found = figure.estimate(values)
    if found is None:
        return None
    target = figure.target_of(runtime)
    return {
        "figure": figure.name,
        "runtime": runtime,
        "value": found.middle,
        "low": found.low,
        "high": found.high,
        "bounds": found.bounds,
        "blocks": found.count,
        "at_least": _finite(target.low) if target else None,
        "at_most": _finite(target.high) if target else None,
        "verdict": target.verdict(found) if target else None,
    }


def _finite(bound):
    return bound if math.isfinite(bound) else None
