"""Heaps of given sizes: what --heap means, the search for the smallest, and runs in them."""

import json
import os
import signal
import subprocess
import time
import unittest

from laboratory import REFBENCH, LaboratoryTest

from driver import heap, heap_search
from driver.heap import Heap
from driver.refusal import Refusal

MIB = 1 << 20


class Asked(unittest.TestCase):
    def test_multiples_and_sizes(self):
        found = heap.asked("1.5x,2x, 64M,2.5M,512K,1G,2x")
        sizes = [64 * MIB, 5 * MIB // 2, MIB // 2, 1 << 30]
        multiples = [Heap(1.5, None), Heap(2.0, None)]
        self.assertEqual(found, (*multiples, *(Heap(None, n) for n in sizes)))
        self.assertEqual(heap.asked(""), ())

    def test_nonsense_is_refused(self):
        wrong = "2,x,2y,64,64m,64MB,-2x,0.5x,0M,0.0001M,1e3M,99999999G,nanx,1.5.5x,"
        for text in (*filter(None, wrong.split(",")), ",", "2x,nonsense", "٢x"):
            with self.subTest(text), self.assertRaises(Refusal):
                heap.asked(text)

    def test_programs_read_the_flag_to_the_kib(self):
        for kib in (1, 3, 1023, 1024, 1025, 7777, 123457, 987654321):
            mib = Heap(None, kib << 10).flag.partition("=")[2]
            whole, part = mib.split(".")
            read = (int(whole) << 10) + (
                int(part) << 10
            ) // 10**6  # as options.c does
            self.assertEqual(read, kib)

    def test_a_multiple_is_never_less(self):
        arm = type("Arm", (), {"workload": "w", "settings": (), "threads": 1})
        known = heap.Heaps((Heap(1.5, None),)).knowing({heap.subject_of(arm): 1025})
        (found,) = known.of(arm)
        self.assertEqual(found.bytes, 2048)


class Bisection(unittest.TestCase):
    def search(self, enough, peak=100 * MIB, most=60):
        """(what is found, how many trials)"""
        probes = []
        while len(probes) < most:
            size, smallest = heap_search.next_size(probes)
            if smallest is not None:
                return smallest, len(probes)
            probes.append((size, enough(size, len(probes)), peak))
        self.fail(f"no end: {probes}")

    def test_within_five_percent(self):
        for need in (1, 1000, MIB, 7 * MIB + 3, 50 * MIB, 99 * MIB, 100 * MIB):
            found, trials = self.search(lambda size, _, need=need: size >= need)
            self.assertGreaterEqual(found, need)
            self.assertLessEqual(found, max(need * 1.06, need + 2048))
            self.assertLess(trials, 25)

    def test_luck_is_not_enough(self):
        """What was enough by chance once is not believed."""
        lucky = []

        def enough(size, _):
            if size >= 50 * MIB:
                return True
            lucky.append(size)
            return len(lucky) == 1 and size > 40 * MIB

        found, _ = self.search(enough, peak=90 * MIB)
        self.assertGreaterEqual(found, 45 * MIB)

    def test_more_than_was_taken_at_first(self):
        """Threads may take more another time."""
        found, _ = self.search(lambda size, _: size >= 130 * MIB)
        self.assertGreaterEqual(found, 130 * MIB)
        self.assertLess(found, 145 * MIB)

    def test_what_never_runs(self):
        self.assertEqual(heap_search.next_size([(1 << 40, False, None)]), (None, None))


class Runs(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil", [("binary_trees", "needs-6.5")])
        self.program("atomic", [("binary_trees", "needs-9")])

    def tries(self):
        return self.lines("heaps.jsonl")

    def run_in(self, *heaps):
        return self.measure("binary_trees", "--threads", "1", "--heap", *heaps)

    def test_arms_in_multiples_of_the_smallest(self):
        found = self.run_in("1.1x,2x,4x")
        self.assertEqual(found.returncode, 0, found.stderr)
        (smallest,) = self.shown()["heaps"]["smallest"]
        least = smallest["bytes"]
        self.assertTrue(6.5 * MIB <= least <= 6.9 * MIB, least / MIB)
        self.assertEqual(self.tries()[0]["bytes"], heap_search.AMPLE)
        rows = {
            (row["runtime"], row["heap"]["multiple"]): row
            for row in self.shown()["rows"]
        }
        self.assertEqual(len(rows), 6)
        for (runtime, multiple), row in rows.items():
            bytes_ = row["heap"]["bytes"]
            self.assertTrue(-1 < bytes_ - multiple * least < 1024)
            enough = bytes_ >= (9 if runtime == "atomic" else 6.5) * MIB
            self.assertEqual(row["status"], "ok" if enough else "oom")
        self.assertEqual(rows["atomic", 1.1]["status"], "oom")
        for part in ("binary_trees in 2x = 1", "smallest heaps, on gil", "oom"):
            self.assertIn(part, found.stdout)
        self.assertNotIn("words", found.stdout)

    def test_sizes_need_no_search(self):
        found = self.run_in("64M,7M")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertFalse((self.run_folder() / "heaps.jsonl").exists())
        told = {(r["runtime"], r["heap"]["bytes"]): r for r in self.shown()["rows"]}
        self.assertEqual(told["atomic", 7 * MIB]["status"], "oom")
        self.assertEqual(told["atomic", 64 * MIB]["status"], "ok")
        line = next(x for x in self.lines() if x["arm"] == "gil")
        self.assertEqual(line["parameters"]["heap"]["multiple"], None)

    def test_of_another_runtime(self):
        found = self.run_in("1x", "--heap-of", "atomic", "--runtime", "gil")
        self.assertEqual(found.returncode, 0, found.stderr)
        (smallest,) = self.shown()["heaps"]["smallest"]
        self.assertTrue(9 * MIB <= smallest["bytes"] <= 9.5 * MIB)

    def test_refusals(self):
        self.program("none", capabilities={"frees": False})
        for words, part in (
            (["--heap", "2"], "such as 1.5x,2x or 64M"),
            (["--heap-of", "gil"], "--heap-of"),
            (["--heap", "2x", "--heap-of", "nobody"], "no runtime nobody"),
            (["--heap", "2x", "--heap-of", "none"], "frees nothing"),
        ):
            self.assert_one_line(self.measure("binary_trees", *words), 2, part)
        self.assert_one_line(self.measure("words", "--heap", "64M"), 3, "--heap")
        only = self.measure("binary_trees", "--heap", "64M", "--runtime", "none")
        self.assert_one_line(only, 3, "--heap")

    def test_what_frees_nothing_is_left_out(self):
        self.program("none", capabilities={"frees": False})
        self.assertEqual(self.run_in("64M").returncode, 0)
        names = {row["runtime"] for row in self.shown()["rows"]}
        self.assertEqual(names, {"gil", "atomic"})

    def test_a_reference_that_crashes_ends_the_run(self):
        self.program("gil", [("binary_trees", "crash")])
        found = self.run_in("2x")
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("killed by SIGSEGV", found.stderr)
        self.assertIn("--resume", found.stderr)

    def test_a_search_goes_on_where_it_was(self):
        self.assertEqual(self.run_in("2x", "--seed", "3").returncode, 0)
        whole, trials = self.tries(), self.lines()
        made = json.loads((self.run_folder() / "manifest.json").read_text())
        for keep in (0, 1, 4, len(whole)):
            with self.subTest(keep):
                self.interrupt(made, keep)
                counter = self.programs / ".gil" / "trials"
                counter.unlink(missing_ok=True)
                found = self.refbench("run", "--results", self.results, "--resume")
                self.assertEqual(found.returncode, 0, found.stderr)
                self.assertEqual(
                    [line["bytes"] for line in self.tries()],
                    [line["bytes"] for line in whole],
                )
                keys = [line["key"] for line in self.lines()]
                self.assertEqual(keys, [line["key"] for line in trials])
                again = len(counter.read_text()) - 2  # an arm and its A/A control
                self.assertEqual(again, len(whole) - keep, "none is tried twice")

    def interrupt(self, made, keep):
        """As if it had been killed after so many tries."""
        folder = self.run_folder()
        early = {**made, "heaps": {**made["heaps"], "smallest": []}}
        early.pop("outcome")
        early["plan_hash"] = self.provisional(early)
        (folder / "manifest.json").write_text(json.dumps(early))
        lines = (folder / "heaps.jsonl").read_bytes().splitlines(keepends=True)
        (folder / "heaps.jsonl").write_bytes(b"".join(lines[:keep]))
        for name in ("trials.jsonl", "plan.jsonl"):
            (folder / name).write_bytes(b"")

    def provisional(self, made):
        """The hash of a plan that does not know its heaps."""
        from driver import plan, resume

        return plan.made(resume._selection(made), made["seed"])[0].hash

    def test_a_signal_in_the_search_leaves_a_run_that_goes_on(self):
        self.program("gil", [("binary_trees", "hang")])
        words = ["run", "binary_trees", "--threads", "1", "--heap", "2x", "--fast"]
        where = ["--programs", self.programs, "--results", self.results]
        child = subprocess.Popen(
            [REFBENCH, *words, *where], stderr=subprocess.PIPE, text=True
        )
        self.addCleanup(child.stderr.close)
        for line in child.stderr:
            if "smallest heap" in line:
                break
        time.sleep(0.3)  # until the trial runs, or not: either will do
        os.kill(child.pid, signal.SIGTERM)
        said = child.stderr.read()
        self.assertEqual(child.wait(), 128 + signal.SIGTERM, said)
        self.assertIn("--resume", said)
        made = json.loads((self.run_folder() / "manifest.json").read_text())
        self.assertEqual(made["outcome"], "interrupted")


if __name__ == "__main__":
    unittest.main()
