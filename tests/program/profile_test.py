"""What refbench-profile sees of workloads whose answers are known, and what refbench-tally counts too.

usage: profile_test.py REFBENCH-PROFILE REFBENCH-TALLY
"""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from driver import explain_sites  # noqa: E402

PROFILE = TALLY = None
SECONDS = 200


KINDS = ("owner", "foreign", "immortal")


def counters(program, workload, threads, *flags):
    """Those of one trial."""
    command = [
        program,
        f"--benchmark_filter=^workload/{workload}/",
        "--benchmark_format=json",
        f"--threads={threads}",
        *flags,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    if ended.returncode:
        raise AssertionError(f"{' '.join(command)}: {ended.returncode}: {ended.stderr}")
    return json.loads(ended.stdout)["benchmarks"][0]


def profile(workload, threads):
    """(what is kept of one trial, its counters)"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile"
        seen = counters(PROFILE, workload, threads, f"--profile={path}")
        lines = path.read_text().splitlines()
    if len(lines) != 1:
        raise AssertionError(f"one line expected, there are {len(lines)}")
    return json.loads(lines[0]), seen


def operations(kept, kind, places=None):
    """Increments and decrements of a kind."""
    return sum(
        counts[kind]
        for which in ("increments", "decrements")
        for place, counts in kept[which].items()
        if places is None or place in places
    )


class ProfileFile(unittest.TestCase):
    def test_agrees_with_the_counters(self):
        for workload, threads in (("words", 2), ("cycle_churn", 1)):
            kept, seen = profile(workload, threads)
            self.assertEqual(kept["schema"], "refbench.profile/1")
            for kind in KINDS:
                told = sum(each[kind] for each in kept["types"])
                self.assertEqual(operations(kept, kind), told, (workload, kind))
                self.assertEqual(told, seen[f"profile_{kind}"], (workload, kind))
            made = {place: sum(of.values()) for place, of in kept["increments"].items()}
            self.assertEqual(made.pop("owned"), seen["profile_given"], workload)
            self.assertEqual(sum(made.values()), seen["profile_taken"], workload)
            self.assertEqual(sum(kept["kept"].values()), seen["profile_kept"])
            for of in ("made", "died", "seen", "shared"):
                told = sum(each[of] for each in kept["types"])
                self.assertEqual(told, kept[of], (workload, of))
                self.assertEqual(told, seen[f"profile_{of}"], (workload, of))
            self.assertEqual(kept["checksum"], seen["checksum"])
            self.assertEqual(kept["name"], f"workload/{workload}/threads:{threads}")

    def test_allocations(self):
        kept, seen = profile("words", 1)
        blocks = kept["allocations"]
        for name, each in blocks.items():
            self.assertEqual(sum(n for _, n in each["sizes"]), each["count"], name)
        whole = blocks["object"], blocks["container"]
        self.assertEqual(sum(each["count"] for each in whole), kept["made"])
        self.assertEqual(sum(each["bytes"] for each in whole), seen["profile_bytes"])
        self.assertGreater(blocks["table"]["count"], 0, "a dict of words has tables")
        for each in kept["types"]:
            if each["made"]:
                container = each["name"] not in ("str", "int", "float")
                block = "container" if container else "object"
                self.assertEqual(each["block"], block, each["name"])

    def test_sites_come_to_the_types(self):
        kept, _ = profile("words", 2)
        for of in ("made", "died", "shared", "foreign", "moved"):
            for each in kept["types"]:
                sites = [site for site in kept["sites"] if site["name"] == each["name"]]
                self.assertEqual(sum(site[of] for site in sites), each[of], (each, of))
        made = [site for site in kept["sites"] if site["made"]]
        self.assertTrue(all(site["calls"] for site in made), "each is made by a call")

    def test_sites_are_lines_of_the_workload(self):
        if not shutil.which("addr2line"):
            self.skipTest("binutils' addr2line is not there")
        kept, _ = profile("binary_trees", 1)
        sites = explain_sites.named(PROFILE, kept["sites"])
        source = Path(__file__).parents[2] / "bench/workloads/binary_trees.c"
        lines = source.read_text().splitlines()
        made = [site for site in sites if site["made"]]
        self.assertEqual(sum(site["made"] for site in made), kept["made"])
        for site in made:
            file, _, line = site["where"].partition(" ")[0].partition(":")
            self.assertEqual(file, "binary_trees.c", site)
            self.assertIn("instance_new", lines[int(line) - 1], site)

    def test_trees_of_one_thread(self):
        kept, _ = profile("binary_trees", 1)
        self.assertEqual((kept["moved"], kept["mixed"], kept["locks"]), (0, 0, 0))
        self.assertEqual(operations(kept, "owner", ["written"]), 0)
        ended = kept["decrements"]["ended"]
        tree = [each for each in kept["types"] if each["made"]]
        self.assertEqual(len(tree), 1, "one type of node")
        self.assertEqual(sum(ended.values()), 2 * kept["died"], "two children each")

    def test_each_operation_is_at_some_distance(self):
        kept, _ = profile("words", 2)
        counted = [
            sum(each["owner"] + each["foreign"] for each in of)
            for of in (
                [*kept["increments"].values(), kept["decrements"]["stack"]],
                [kept["decrements"][p] for p in kept["decrements"] if p != "stack"],
            )
        ]
        levels = kept["levels"]
        self.assertEqual([sum(levels[of]) for of in ("visited", "held")], counted)

    def test_few_objects_are_near_and_many_are_not(self):
        near, _ = profile("nqueens", 1)
        first, *others = near["levels"]["visited"]
        self.assertLess(sum(others), first / 1000, "a board of small lists")
        far, _ = profile("kv_store", 1)
        first, *others = far["levels"]["visited"]
        whole = first + sum(others)
        for level, count in zip(("second", "third", "memory"), others, strict=True):
            self.assertGreater(count, whole / 1000, f"a {level} of many keys")
        self.assertGreater(first, sum(others), "the same keys again and again")

    def test_messages_cross(self):
        kept, _ = profile("handoff", 2)
        self.assertGreaterEqual(kept["moved"], kept["shared"], "each at least once")
        self.assertGreater(kept["mixed"], 0)
        most = max(kept["types"], key=lambda each: each["foreign"])
        self.assertGreater(most["foreign"], 0)
        self.assertGreater(most["most"], 0)

    def test_two_threads_at_one_object_mix(self):
        kept, _ = profile("shared_dict", 2)
        whole = sum(operations(kept, kind) for kind in ("owner", "foreign"))
        self.assertGreater(kept["mixed"], 0.1 * whole)
        self.assertLess(kept["mixed"], 0.5 * whole + 1, "every second one at most")
        self.assertLess(kept["moved"], kept["mixed"], "a thread runs for a while")
        found = sum(kept["increments"]["found"].values())
        self.assertGreater(found, 0, "items of a dict are read in its lock")
        self.assertGreaterEqual(kept["locks"], found, "one at a time")

    def test_other_programs_keep_none(self):
        command = [TALLY, "--profile=/dev/null", "--benchmark_list_tests"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("refbench-profile", ended.stderr)


class Profile(unittest.TestCase):
    def test_agrees_with_the_tally(self):
        for workload in ("binary_trees", "words"):
            seen, tally = (counters(each, workload, 1) for each in (PROFILE, TALLY))
            self.assertEqual(seen["profile_made"], tally["allocations"], workload)
            operations = sum(
                seen[f"profile_{kind}"] for kind in ("owner", "foreign", "immortal")
            )
            counted = tally["increments"] + tally["decrements"]
            self.assertEqual(operations, counted, workload)

    def test_trees_of_one_thread(self):
        seen = counters(PROFILE, "binary_trees", 1)
        self.assertEqual(seen["profile_died"], seen["profile_made"])
        self.assertEqual(seen["profile_foreign"], 0)
        self.assertEqual(seen["profile_shared"], 0)
        self.assertEqual(seen["profile_writes"], 0, "no tree changes once it is made")

    def test_counts_of_trees_by_hand(self):
        depths = [*((1 << 19 - depth, depth) for depth in range(4, 16, 2)), (1, 15)]
        trees = sum(count for count, _ in depths)
        leaves = sum(count << depth for count, depth in depths)
        inner = leaves - trees
        seen = counters(PROFILE, "binary_trees", 1)
        self.assertEqual(seen["profile_made"], leaves + inner)
        self.assertEqual(seen["profile_given"], 2 * leaves, "None twice to each leaf")
        # Each tree is passed to be checked; so are both children of a node, once they are read; of a leaf one None is read.
        taken = trees + 4 * inner + leaves
        self.assertEqual(seen["profile_taken"], taken)
        self.assertEqual(seen["profile_kept"], 0, "what is stored came from its maker")
        operations = sum(
            seen[f"profile_{kind}"] for kind in ("owner", "foreign", "immortal")
        )
        # What was taken is dropped; so is the root that came from its maker; and two fields end with their node.
        ended = taken + trees + 2 * (leaves + inner)
        self.assertEqual(operations, taken + 2 * leaves + ended)

    def test_messages_die_with_another_thread(self):
        seen = counters(PROFILE, "handoff", 2)
        self.assertEqual(seen["profile_shared"], seen["profile_seen"])
        self.assertGreater(seen["profile_foreign"], 1000 * seen["profile_owner"])

    def test_cycles_are_collected(self):
        seen = counters(PROFILE, "cycle_churn", 1)
        self.assertGreater(seen["collected"], 0)
        self.assertLess(seen["collected"], seen["profile_died"])

    def test_a_yardstick_makes_nothing(self):
        seen = counters(PROFILE, "arithmetic", 1)
        self.assertEqual((seen["profile_made"], seen["profile_owner"]), (0, 0))


if __name__ == "__main__":
    TALLY = sys.argv.pop()
    PROFILE = sys.argv.pop()
    unittest.main()
