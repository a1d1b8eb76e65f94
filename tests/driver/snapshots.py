"""What the tests of snapshots of the allocator share: snapshots that are made up."""

import json
from xml.etree import ElementTree

from laboratory import LaboratoryTest

WORDS = "workload/words/threads:1"


def block_class(kind, size, pools, live, **more):
    """Pools of 100 blocks each, the first of them filled first."""
    states = {"full": live // 100, "partial": int(live % 100 > 0), "waiting": 0}
    states["empty"] = pools - states["full"] - states["partial"]
    free = pools * 100 - live
    blocks = {"live": live, "free": free, "remote": 0, "absent": 0, "uncarved": 0}
    return {"kind": kind, "bytes": size, **blocks, **states, **more}


def snapshot(number, live=250, arenas=1, **more):
    """One of three pools of data; two arenas have one of objects besides."""
    pools = [[0, i + 1, 64, 0, 0, 100, 0, 0, 0, 0, 1] for i in range(3)]
    pools[-1][4:7] = [1, live - 200, 300 - live]
    classes = [block_class("data", 64, 3, live)]
    for arena in range(1, arenas):
        pools.append([arena, 5, 48, 1, 3, 0, 80, 0, 0, 20, 0])
    if arenas > 1:
        of_objects = {"empty": 0, "waiting": arenas - 1}
        classes.append(block_class("object", 48, arenas - 1, 0, **of_objects))
    return {
        "schema": "refbench.alloc_snapshot/1",
        "runtime": "gil",
        "pid": 7,
        "number": number,
        "reason": "time",
        "trial": WORDS,
        "trial_number": 1,
        "at_ns": number * 1_000_000,
        "stopped_ns": 1000 * number,
        "threads": 1,
        "arena_bytes": 1 << 20,
        "pool_bytes": 16 << 10,
        "header_bytes": 8 << 10,
        "live_bytes": live * 64 + 5000,
        "committed_bytes": (arenas << 20) + 5000,
        "resident_bytes": 40960,
        "waiting_bytes": (arenas - 1) * (16 << 10),
        "fragmentation": 0.5,
        "arenas": {"mapped": arenas, "spare": 0, "made": arenas + 2, "returned": 2},
        "large": {"data": 1, "object": 0, "container": 0, "bytes": 5000}
        | {"waiting": 0, "waiting_bytes": 0},
        "classes": classes,
        "pools": pools,
        **more,
    }


# Grows to two arenas, of which one is left at the end.
TRIAL = [snapshot(1), snapshot(2, 290, 2), snapshot(3, 300, 2), snapshot(4, 210)]


class SnapshotTest(LaboratoryTest):
    """A test of what becomes of a file of snapshots."""

    def write(self, *lines, end="\n"):
        path = self.folder / "snapshots"
        texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
        path.write_text("\n".join(texts) + end)
        return path

    def stats(self, *words):
        """Runs it; returns what it says in JSON."""
        found = self.refbench(
            "alloc", "--stats", "--json", "--results", self.results, *words
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def refused(self, code, *parts, words=("--stats",)):
        found = self.refbench("alloc", "--results", self.results, *words)
        self.assert_one_line(found, code, *parts)

    def picture(self, *words):
        found = self.refbench("alloc", "--map", "--results", self.results, *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        path = found.stdout.splitlines()[0].removeprefix("map: ")
        return path, ElementTree.parse(path).getroot()
