#!/usr/bin/python3
"""The floors of the house: an #include points only to the same floor or a lower one.

usage: floors.py ROOT     prints each include that breaks a rule, exit 1 if there is one

Every file stands on the first floor of FLOORS whose pattern matches its path; a file on no floor
is an error too.  SEES says which floors a floor may include, itself always among them.
"""

import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

FLOORS = [  # lowest first
    ("base", ["alloc/base/*"]),
    ("alloc", ["alloc/*"]),
    (
        "gc words",
        ["gc/head.h", "gc/gc.h", "gc/inspect.h", "gc/pause.h", "gc/phase.h"],
    ),
    ("gc", ["gc/*"]),
    ("rc", ["runtimes/rc/*"]),
    ("thread", ["runtimes/thread.h"]),
    ("object", ["runtimes/object/*", "runtimes/enumerate/*"]),
    ("runtime", ["runtimes/*.c", "runtimes/*.h"]),
    ("bench", ["bench/*"]),
    ("tests", ["tests/*"]),
]

SEES = {
    "base": [],
    "alloc": ["base"],
    "gc words": ["base"],
    "gc": ["base", "gc words"],
    "rc": ["base"],
    "thread": ["base", "alloc", "gc words", "rc"],
    "object": ["base", "alloc", "gc words", "rc", "thread"],
    "runtime": ["base", "alloc", "gc words", "gc", "rc", "thread", "object"],
    "bench": ["base", "alloc", "gc words", "rc", "thread", "object", "runtime"],
    "tests": [floor for floor, _ in FLOORS],
}

# Who may include a header that the build names: the two inversions, and the allocator that a program measures or
# works with.
INVERSIONS = {
    "RC_STRATEGY_HEADER": "rc",
    "GC_CLIENT_HEADER": "gc",
    "ENUMERATE_HEADER": "object",
    "ENUMERATE_NUMBERS_HEADER": "runtime",
    "ALLOCATOR_HEADER": "bench",
    "MANUAL_MEMORY_HEADER": "bench",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|([A-Z_]+))')
SUFFIXES = {".c", ".h", ".cc", ".def"}


def floor_of(path):
    """The floor a path stands on, or None."""
    for floor, patterns in FLOORS:
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return floor
    return None


def sources(root):
    """Every source file below `root`, as paths relative to it; build directories are no part of it."""
    for folder in ("alloc", "gc", "runtimes", "bench", "tests"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES and file.is_file():
                yield file.relative_to(root).as_posix()


def problem_of(root, path, included, macro):
    """Why `path` may not include what the line names, or None."""
    floor = floor_of(path)
    if floor is None:
        return "stands on no floor"
    if macro:
        allowed = macro in INVERSIONS and floor in (INVERSIONS[macro], "tests")
        return None if allowed else f"({floor}) must not include {macro}"
    if not (root / included).is_file():
        return f'includes "{included}", which is no file below the root'
    target = floor_of(included)
    if target is None:
        return f'includes "{included}", which stands on no floor'
    if target != floor and target not in SEES[floor]:
        return f'({floor}) must not include "{included}" ({target})'
    return None


def violations(root):
    """Each broken rule under `root`, as "path:line: problem"."""
    for path in sources(root):
        text = (root / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            match = INCLUDE.match(line)
            problem = match and problem_of(root, path, match[1], match[2])
            if problem:
                yield f"{path}:{number}: {problem}"


def main():
    broken = list(violations(Path(sys.argv[1])))
    print("\n".join(broken) if broken else "every include points down")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
