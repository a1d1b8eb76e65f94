"""A program that measures one way of allocating: refbench-alloc-<variant>.

    inlined    the pooled allocator as the object layer calls it, size and kind constant
    called     the same through an ordinary function call
    freelist   a bare list per thread and size: the floor, which never gives memory back
    malloc     whatever malloc and free the process has: glibc's, or a preloaded library's
    obmalloc   CPython's allocator; built where libpython3-dev is installed

Every variant does the same work in tests of the same names; `--describe` tells which it has.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

from . import place, program
from .refusal import Refusal

SCHEMA = "refbench.alloc_program"
INLINED, CALLED, FREELIST, MALLOC = "inlined", "called", "freelist", "malloc"
OBMALLOC = "obmalloc"
OBMALLOC_NEEDS = "libpython3-dev"


@dataclass(frozen=True)
class AllocProgram:
    name: str
    path: Path
    facts: dict = field(hash=False)
    build: str  # hash of the file: what was measured

    @property
    def tests(self):
        """Facts of each test, by its name, in the program's order."""
        return {test["name"]: test for test in self.facts["tests"]}

    def command(self, test, seconds):
        return [str(self.path), f"--test={test}", f"--seconds={seconds:g}"]


def describe(folder, variant):
    """The program of a variant in a folder.  Refused if it is not there."""
    path = _path(folder, variant)
    facts = program.described(path, SCHEMA, {"variant", "tests"})
    if facts["variant"] != variant:
        raise Refusal(f"{place.shown(path)} says that it is {facts['variant']!r}")
    return AllocProgram(variant, path, facts, program.build_of(path))


def built(folder, variant):
    """The same; None if it was not built."""
    return describe(folder, variant) if _path(folder, variant).exists() else None


def _path(folder, variant):
    return Path(folder) / f"{program.PREFIX}{program.ALLOC}{variant}"


def figure_of(facts):
    """What a test is about: ns, or the share of memory."""
    return "share" if facts.get("measures") == "memory" else "ns"


def is_number(value):
    """A figure that can be reckoned with."""
    real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return real and math.isfinite(value)
