#!/usr/bin/python3
"""The tree keeps its floors, and the checker finds a seeded violation of every kind."""

import sys
import tempfile
import unittest
from pathlib import Path

import floors

ROOT = Path(__file__).resolve().parents[2]

# What the headers are, and what a file must not include, with the words expected in the complaint.
HEADERS = [
    "alloc/base/lock.h",
    "alloc/heap.h",
    "gc/gc.h",
    "gc/sets.h",
    "runtimes/rc/rc.h",
]
HEADERS += [
    "runtimes/thread.h",
    "runtimes/object/dict.h",
    "bench/workload.h",
    "tests/common.h",
]

SEEDED = [
    ("alloc/base/lock.c", '"alloc/heap.h"', "(base) must not include"),
    ("alloc/heap.c", '"gc/gc.h"', "(alloc) must not include"),
    ("gc/collect.c", '"alloc/heap.h"', "(gc) must not include"),
    ("gc/collect.c", '"runtimes/object/dict.h"', "(gc) must not include"),
    ("gc/gc.h", '"gc/sets.h"', "(gc words) must not include"),
    ("runtimes/rc/atomic.c", '"runtimes/thread.h"', "(rc) must not include"),
    ("runtimes/rc/atomic.h", '"runtimes/object/dict.h"', "(rc) must not include"),
    ("runtimes/thread.h", '"runtimes/object/dict.h"', "(thread) must not include"),
    ("runtimes/object/dict.c", '"gc/sets.h"', "(object) must not include"),
    ("runtimes/object/dict.c", '"bench/workload.h"', "(object) must not include"),
    ("runtimes/thread.c", '"bench/workload.h"', "(runtime) must not include"),
    ("bench/main.c", '"tests/common.h"', "(bench) must not include"),
    ("bench/main.c", "RC_STRATEGY_HEADER", "must not include RC_STRATEGY_HEADER"),
    ("alloc/heap.c", "GC_CLIENT_HEADER", "must not include GC_CLIENT_HEADER"),
    ("bench/main.c", '"missing.h"', "no file below the root"),
]

ALLOWED = [
    ("alloc/heap.c", '"alloc/base/lock.h"'),
    ("gc/collect.c", '"alloc/base/lock.h"'),
    ("gc/client.h", "GC_CLIENT_HEADER"),
    ("runtimes/rc/rc.h", "RC_STRATEGY_HEADER"),
    ("runtimes/object/dict.c", '"runtimes/thread.h"'),
    ("runtimes/thread.c", '"runtimes/object/dict.h"'),
    ("bench/main.c", '"runtimes/object/dict.h"'),
    ("tests/unit/heap_test.c", '"tests/common.h"'),
]


def violations_with(path, included):
    """What the checker says of a small tree in which `path` includes `included`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for header in HEADERS:
            (root / header).parent.mkdir(parents=True, exist_ok=True)
            (root / header).write_text("")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"/* seeded */\n#include {included}\n")
        return list(floors.violations(root))


class Floors(unittest.TestCase):
    def test_tree_keeps_its_floors(self):
        self.assertEqual([], list(floors.violations(ROOT)))

    def test_tree_has_sources(self):
        self.assertGreater(len(list(floors.sources(ROOT))), 40)

    def test_every_floor_is_known(self):
        self.assertEqual({floor for floor, _ in floors.FLOORS}, set(floors.SEES))

    def test_seeded_violations_are_found(self):
        for path, included, words in SEEDED:
            with self.subTest(path=path, included=included):
                found = violations_with(path, included)
                self.assertEqual(
                    1, len(found), f"expected one violation, found {found}"
                )
                self.assertTrue(found[0].startswith(f"{path}:2: "), found[0])
                self.assertIn(words, found[0])

    def test_allowed_includes_pass(self):
        for path, included in ALLOWED:
            with self.subTest(path=path, included=included):
                self.assertEqual([], violations_with(path, included))


if __name__ == "__main__":
    sys.exit(unittest.main())
