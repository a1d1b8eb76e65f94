"""The plan of an allocator run: who does which test, and in which order each block goes.

A block runs every test once, and within a test every allocator, each in a process of its own.  Both
orders are drawn anew for each block from the seed.  The allocators of a test follow each other at
once, so that what they are compared by lies close in time.  Ours comes twice in each test: what
those two differ by is noise.
"""

import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path

from . import alloc_program, preload, record
from .allocator import CALL, OURS
from .refusal import NothingMatched


@dataclass(frozen=True)
class Arm:
    """What one process measures."""

    test: str  # as the program knows it
    subject: str  # as tables name it
    allocator: str
    runtime: str  # which program
    threads: int
    figure: str  # ns or share
    malloc_file: Path = None  # that malloc is to be of
    preloaded: bool = False
    again: bool = False  # the control
    seconds: float = 0.05
    kind: str = "alloc"

    @property
    def name(self):
        return self.allocator + ("/again" if self.again else "")

    @property
    def parameters(self):
        return {
            "test": self.test,
            "subject": self.subject,
            "allocator": self.allocator,
            "program": self.runtime,
            "threads": self.threads,
            "figure": self.figure,
            "library": str(self.malloc_file) if self.malloc_file else None,
            "preloaded": self.preloaded,
            "again": self.again,
            "seconds": self.seconds,
        }

    def command(self, program):
        words = program.command(self.test, self.seconds)
        return preload.command(words, self.malloc_file if self.preloaded else None)


def tests(allocators, regex):
    """Facts of the tests of ours whose name the expression is found in, plain or as called."""
    ours = next(each for each in allocators if each.name == OURS)
    chosen = {
        name: facts
        for name, facts in ours.program.tests.items()
        if re.search(regex, name) or re.search(regex, CALL + name)
    }
    if not chosen:
        raise NothingMatched(
            f"nothing matches {regex!r}: the tests are {', '.join(ours.program.tests)}"
        )
    return chosen


def subjects(allocators):
    """All tests of ours as tables name them, chosen or not."""
    return [
        each.prefix + name
        for each in allocators
        if each.name == OURS
        for name in each.program.tests
    ]


class Plan:
    """Arms with what they depend on: same hash, same measurement."""

    def __init__(self, chosen, allocators, seed, seconds):
        self.seed = seed
        self.allocators = [each for each in allocators if each.program]
        self.programs = {each.program.name: each.program for each in self.allocators}
        self.builds = {(each.name, each.prefix): each.build for each in self.allocators}
        self.arms = {
            name: [
                arm
                for each in self.allocators
                for arm in _arms(each, name, facts, seconds)
            ]
            for name, facts in chosen.items()
        }

    @property
    def hash(self):
        keys = [self.key(arm, None) for arms in self.arms.values() for arm in arms]
        return _hash({"seed": self.seed, "keys": keys})

    def key(self, arm, block):
        """Names a trial, and holds a hash of all it depends on."""
        prefix = arm.subject.removesuffix(arm.test)
        build = self.builds[arm.allocator, prefix]
        basis = {"parameters": arm.parameters, "build": build}
        where = "" if block is None else f"/block:{block}"
        return f"{arm.subject}/{arm.name}{where}/{_hash(basis)[:16]}"

    def block(self, number):
        """The arms in the order of this block."""
        order = random.Random(f"{self.seed}/{number}")
        found = []
        for name in order.sample(list(self.arms), len(self.arms)):
            found += order.sample(self.arms[name], len(self.arms[name]))
        return found


def _arms(allocator, name, facts, seconds):
    """Those of one allocator in one test: none if its program has no such test."""
    if name not in allocator.program.tests:
        return
    for again in (False, True) if allocator.controlled else (False,):
        yield Arm(
            name,
            allocator.prefix + name,
            allocator.name,
            allocator.program.name,
            facts.get("threads", 1),
            alloc_program.figure_of(facts),
            allocator.malloc_file,
            allocator.preloaded,
            again,
            seconds,
        )


def _hash(value):
    return hashlib.sha256(record.text(value).encode()).hexdigest()
