"""Looks at how long trials last, what is said of short ones, and rigorous runs that repeat them."""

import json
import unittest

from laboratory import LaboratoryTest

from driver import look, program, trial
from driver.arm import Arm
from driver.reading import Entry


class Repetitions(unittest.TestCase):
    def test_long_enough_and_odd(self):
        for ms, wanted in ((100, 1), (99, 3), (30, 5), (20, 5), (16, 7), (0.1, 21)):
            self.assertEqual(look.repetitions(ms * 1e6), wanted, ms)
        self.assertEqual(look.repetitions(0.0), 21)


class Medians(unittest.TestCase):
    """Of the repetitions in a process."""

    def test_speed(self):
        entries = [
            Entry("e", 1, ns, {"operations": 9, "checksum": 7, "ops_per_s": ops})
            for ns, ops in ((3e6, 3.0), (1e6, 9.0), (2e6, 4.0))
        ]
        found = trial._middle(entries)
        self.assertEqual(found, {"operations": 9, "checksum": 7, "ops_per_s": 4.0})

    def test_noise(self):
        entries = [
            Entry(
                "e",
                2,
                1e6,
                {"start_skew_us": skew, "handoff_before_ns": before}
                | {"handoff_after_ns": before + 1},
            )
            for skew, before in ((1.0, 30), (9.0, 50), (2.0, 70))
        ]
        found = trial._own_noise(entries)
        self.assertEqual(found["start_skew_us"], 9.0)
        self.assertEqual(found["handoff_before_ns"], 30)
        self.assertEqual(found["handoff_after_ns"], 71)
        self.assertIsNone(found["involuntary_switches"])

    def test_checksums_of_repetitions(self):
        same = {"operations": 9, "ops_per_s": 1.0, "checksum": 7}
        entries = [Entry("e", 1, 1e6, dict(same)) for _ in range(3)]
        self.assertIsNone(trial._incomplete(entries))
        entries[2].counters["checksum"] = 8
        self.assertIn("disagree: 7, 8", trial._incomplete(entries))
        del entries[1].counters["ops_per_s"]
        self.assertIn("ops_per_s", trial._incomplete(entries))


class Looks(LaboratoryTest):
    WORDS = ("--threads", "1,2", "--suite", "all", "--seed", "3")

    def setUp(self):
        super().setUp()
        every = ("words", "binary_trees", "arithmetic", "clock")
        for name in ("gil", "atomic", "tally"):
            self.program(name, [["words", "short"]], workloads=every)

    def looks(self):
        return [line for line in self.lines() if line["kind"] == "look"]

    def rows(self):
        return {row["workload"]: row for row in self.shown()["lengths"]}

    def test_one_of_each_workload_before_the_first_block(self):
        found = self.measure(*self.WORDS, "--blocks", "2")
        self.assertEqual(found.returncode, 0, found.stderr)
        kinds = [line["kind"] for line in self.lines()]
        self.assertEqual(kinds[2:5], ["look"] * 3, "after what is counted")
        self.assertEqual(kinds.count("look"), 3)
        asked = [line["parameters"] for line in self.looks()]
        self.assertEqual({each["runtime"] for each in asked}, {"gil"})
        self.assertEqual({each["threads"] for each in asked}, {1})
        names = {each["workload"] for each in asked}
        self.assertEqual(names, {"words", "binary_trees", "arithmetic"}, "no clock")
        planned = [line["key"] for line in self.lines("plan.jsonl")]
        self.assertEqual(planned, [line["key"] for line in self.lines()])

    def test_short_ones_are_told(self):
        found = self.measure(*self.WORDS, "--blocks", "2")
        self.assertIn("trials shorter than 100 ms: words (30.0 ms)\n", found.stdout)
        rows = self.rows()
        self.assertEqual(rows["words"]["ns"], 30e6)
        self.assertEqual(rows["binary_trees"]["ns"], 200e6)
        self.assertEqual({row["repetitions"] for row in rows.values()}, {1})
        argv = (self.run_folder() / self.lines()[-1]["raw"]).read_text()
        self.assertNotIn("--benchmark_repetitions", argv)

    def test_they_are_in_no_figure(self):
        self.measure(*self.WORDS, "--blocks", "2")
        before = self.shown()
        lines = self.lines()
        for line in lines:
            if line["kind"] == "look":
                line.update(ops_per_s=1.0, checksum=9, status="failed", reason="why")
        self.rewrite(lines)
        after = self.shown()
        for name in ("rows", "trials", "failures", "checksum_conflicts", "tally"):
            self.assertEqual(after[name], before[name], name)
        self.assertEqual({row["ns"] for row in after["lengths"]}, {None})

    def test_a_fast_run_has_none(self):
        self.measure(*self.WORDS)
        self.assertEqual(self.looks(), [])
        self.assertEqual(self.shown()["lengths"], [])

    def test_rigorous_runs_repeat(self):
        found = self.measure(*self.WORDS, "--rigorous", "--blocks", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("words (30.0 ms, 5 in each process)", found.stdout)
        for line in self.lines():
            if line["kind"] == "workload":
                short = line["parameters"]["workload"] == "words"
                self.assertEqual(len(line["trial_ns"]), 5 if short else 1)
                self.assertEqual(line["operations"], 1e6)
            else:
                self.assertEqual(len(line["trial_ns"]), 1, line["kind"])
        self.assertEqual(self.rows()["words"]["repetitions"], 5)

    def test_what_goes_on_repeats_as_often(self):
        self.measure(*self.WORDS, "--rigorous", "--blocks", "1")
        whole = self.lines()
        for keep in (3, 7):  # in the midst of looks, and of the block
            with self.subTest(keep):
                self.rewrite(whole[:keep])
                path = self.run_folder() / "manifest.json"
                manifest = json.loads(path.read_text())
                del manifest["outcome"]
                path.write_text(json.dumps(manifest))
                found = self.refbench("resume", "--results", self.results)
                self.assertEqual(found.returncode, 0, found.stderr)
                pairs = [
                    [(line["key"], len(line["trial_ns"])) for line in lines]
                    for lines in (self.lines(), whole)
                ]
                self.assertEqual(*pairs)

    def test_repetitions_are_no_parameter(self):
        """So shards whose machines differ are of one plan."""
        arm = Arm("workload", "gil", "words")
        often = Arm("workload", "gil", "words", repetitions=5)
        self.assertEqual(arm.parameters, often.parameters)
        gil = program.describe(self.programs / "refbench-gil")
        self.assertIn("--benchmark_repetitions=5", often.command(gil))

    def test_settings_are_looked_at_each(self):
        self.program("gil", [["mix:a", "short"]], workloads=("kv_store",))
        words = ("kv_store", "--runtime", "gil", "--set", "kv_store.mix=a,b")
        self.measure(*words, "--threads", "1", "--rigorous", "--blocks", "1")
        found = [
            (row["settings"], row["repetitions"]) for row in self.shown()["lengths"]
        ]
        self.assertCountEqual(found, [({}, 1), ({"mix": "a"}, 5)])
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("kv_store mix=a (30.0 ms, 5 in each process)", text)


if __name__ == "__main__":
    unittest.main()
