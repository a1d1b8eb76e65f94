#!/usr/bin/python3
"""Snapshots of the allocator that a runtime program takes: whole, when asked, never in the way.

usage: snapshot_test.py PROGRAM [unittest argument]...
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import program_test
from program_test import DONE, JSON, is_sanitized, read_strictly, run

TRIALS_FAILED = 4
GENERATIONS = 3
SLACK = 1 << 20  # the kernel tells what is resident a few pages late
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def blocks_signal(pid):
    """Whether SIGUSR1 does not end the process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    blocked = int(re.search(r"^SigBlk:\s*(\w+)$", status, re.MULTILINE)[1], 16)
    return blocked >> (signal.SIGUSR1 - 1) & 1


def await_that(condition):
    """Looks again until it is true; a program that hangs is killed by the test's own limit."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("nothing happened for a minute")


class Snapshots(unittest.TestCase):
    """What the file holds after a trial."""

    def setUp(self):
        if program_test.max_threads() < 2:
            self.skipTest("snapshots are taken by a second thread")

    def snapshots(self, threads):
        """All snapshots of one trial, taken as often as can be."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "snapshots"
            trial = f"--benchmark_filter=workload/binary_trees/threads:{threads}"
            flags = [f"--alloc-snapshots={path}", "--alloc-every=1"]
            result = run(trial, f"--threads={threads}", *flags, JSON)
            self.assertEqual(result.returncode, DONE, result.stderr)
            (entry,) = read_strictly(result.stdout)["benchmarks"]
            self.assertEqual(entry["leaked_objects"], 0)
            self.counters = entry
            lines = path.read_text(encoding="utf-8").splitlines()
        return [read_strictly(line) for line in lines]

    def test_snapshots_tell_of_every_pool(self):
        if is_sanitized():
            self.skipTest("a whole trial takes too long with a sanitizer")
        threads = 2
        found = self.snapshots(threads)
        self.assertGreater(len(found), 2)
        numbers = [each["number"] for each in found]
        self.assertEqual(numbers, list(range(1, len(found) + 1)))
        self.assertEqual({each["reason"] for each in found[:-1]}, {"time"})
        self.assertEqual(found[-1]["reason"], "end")
        self.assertEqual(found[-1]["threads"], threads)
        self.assertGreater(max(each["live_bytes"] for each in found), 0)
        for each in found:
            self.assertEqual(each["schema"], "refbench.alloc_snapshot/1")
            self.assertEqual(each["trial"], f"workload/binary_trees/threads:{threads}")
            self.assert_sums(each)
        self.assert_process(found)

    def assert_process(self, found):
        """What is of the process: its memory holds the arenas', and collections only add up."""
        for each in found:
            self.assertGreater(each["rss_bytes"] + SLACK, each["resident_bytes"])
            self.assertEqual(len(each["collections"]), GENERATIONS)
        most = max(each["rss_bytes"] for each in found)
        self.assertLess(most, self.counters["peak_rss_bytes"] + SLACK)
        self.assertGreater(2 * most, self.counters["peak_rss_bytes"])
        for before, after in zip(found, found[1:]):
            pairs = zip(before["collections"], after["collections"], strict=True)
            self.assertTrue(all(a <= b for a, b in pairs))
        ran = self.counters["collections"]
        self.assertGreaterEqual(sum(found[-1]["collections"]), ran)
        first, last = (sum(each["collections"]) for each in (found[0], found[-1]))
        if ran:
            self.assertGreater(last, first)
        else:
            self.assertEqual(last, 0, "of a runtime that frees nothing")

    def assert_sums(self, snapshot):
        """Pools, classes and totals say the same."""
        kinds = ("data", "object", "container")
        blocks = ("live", "free", "remote", "absent", "uncarved")
        sums = {}
        for arena, slot, size, kind, _state, *counts, heap in snapshot["pools"]:
            key = (kinds[kind], size)
            total = sums.setdefault(key, [0] * len(blocks))
            sums[key] = [a + b for a, b in zip(total, counts, strict=True)]
            self.assertLess(arena, snapshot["arenas"]["mapped"])
            self.assertLess(slot, snapshot["arena_bytes"] // snapshot["pool_bytes"])
            self.assertLessEqual(heap, snapshot["threads"] + 2)
        classes = {
            (each["kind"], each["bytes"]): [each[name] for name in blocks]
            for each in snapshot["classes"]
        }
        self.assertEqual(sums, classes)
        live = sum(size * counts[0] for (_, size), counts in classes.items())
        self.assertEqual(snapshot["live_bytes"], live + snapshot["large"]["bytes"])
        arenas = snapshot["arenas"]
        self.assertEqual(arenas["mapped"], arenas["made"] - arenas["returned"])
        held = arenas["mapped"] * snapshot["arena_bytes"]
        self.assertLessEqual(snapshot["resident_bytes"], held)
        committed = held + snapshot["large"]["bytes"]
        committed += snapshot["large"]["waiting_bytes"]
        self.assertEqual(snapshot["committed_bytes"], committed)
        if committed:
            wasted = 1 - snapshot["live_bytes"] / committed
            self.assertAlmostEqual(snapshot["fragmentation"], wasted, places=5)

    def test_a_signal_asks_for_a_snapshot(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "snapshots"
            command = [
                program_test.PROGRAM,
                "--benchmark_filter=workload/arithmetic/threads:1",
                "--benchmark_repetitions=3",
                f"--alloc-snapshots={path}",
            ]
            with subprocess.Popen(command, **QUIET) as child:
                await_that(lambda: blocks_signal(child.pid))
                child.send_signal(signal.SIGUSR1)
                await_that(lambda: path.exists() and "signal" in path.read_text())
                self.assertEqual(child.wait(100), DONE)
            lines = path.read_text(encoding="utf-8").splitlines()
        found = [read_strictly(line)["reason"] for line in lines]
        self.assertEqual(sorted(found), ["end"] * 3 + ["signal"])

    def test_snapshots_that_cannot_be_kept_are_refused(self):
        for flag, said in (
            ("--alloc-snapshots=/no/such/folder/x", "/no/such/folder/x"),
            ("--alloc-every=5", "--alloc-snapshots=FILE"),
        ):
            result = run("--benchmark_filter=micro/raw_pair_plain", flag)
            self.assertEqual(result.returncode, program_test.REFUSED, result)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertIn(said, result.stderr)

    def test_a_full_disk_is_no_success(self):
        trial = "--benchmark_filter=workload/arithmetic/threads:1"
        result = run(trial, "--alloc-snapshots=/dev/full", JSON)
        self.assertEqual(result.returncode, TRIALS_FAILED, result.stderr)
        self.assertIn("/dev/full", result.stderr)


class OneThread(unittest.TestCase):
    """A runtime that cannot."""

    def test_snapshots_are_refused(self):
        if program_test.max_threads() > 1:
            self.skipTest("the runtime has more threads")
        result = run("--benchmark_filter=micro/raw_pair_plain", "--alloc-snapshots=x")
        self.assertEqual(result.returncode, program_test.REFUSED, result)
        self.assertIn("second thread", result.stderr)


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
