"""refbench compare: what its two sides stand for, its verdicts, and its forms."""

import csv
import io
import json
import unittest

from runs import BLOCKS, RunsTest


class Compared(RunsTest):
    def compare(self, *words):
        return self.refbench("compare", *words, "--results", self.results)

    def rows(self, *words):
        found = self.compare(*words, "--json")
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def test_two_runtimes(self):
        self.run_blocks()
        found = self.rows("gil", "biased")
        self.assertTrue(found["paired"])
        self.assertEqual(
            [(row["workload"], row["threads"]) for row in found["rows"]],
            [
                ("words", 1),
                ("words", 2),
                ("binary_trees", 1),
                ("binary_trees", 2),
                ("geometric mean", None),
            ],
        )
        for row in found["rows"]:
            self.assertAlmostEqual(row["ratio"], 1.25)
            self.assertEqual((row["verdict"], row["blocks"]), ("faster", BLOCKS))
        means = [(row["threads"], row["workload"]) for row in found["means"]]
        self.assertEqual(means, [(1, "geometric mean"), (2, "geometric mean")])
        for row in found["means"]:
            self.assertAlmostEqual(row["ratio"], 1.25)
            self.assertEqual((row["verdict"], row["blocks"]), ("faster", BLOCKS))
        self.assertEqual(self.rows("gil", "biased", "words")["means"], [])
        self.assertEqual(self.rows("biased", "gil")["rows"][0]["verdict"], "slower")

    def test_threads(self):
        self.run_blocks()
        found = self.rows("/1", "/2", "words")
        keys = [(row["workload"], row["runtime"]) for row in found["rows"]]
        self.assertIn(("words", "gil"), keys)
        self.assertIn(("words", "biased"), keys)
        self.assertAlmostEqual(found["rows"][0]["ratio"], 2)

    def test_two_runs(self):
        self.run_blocks("before")
        self.program("biased", speed=4e6)
        self.run_blocks("after")
        found = self.rows("@before", "@after")
        self.assertFalse(found["paired"])
        of = {row["runtime"]: row for row in found["rows"] if row["threads"] == 1}
        self.assertEqual(of["gil"]["verdict"], "same")
        self.assertEqual(of["biased"]["verdict"], "slower")
        self.assertAlmostEqual(of["biased"]["ratio"], 0.8)
        self.assertEqual(found["differences"], [])

    def test_what_two_runs_differ_in_is_told(self):
        self.run_blocks("before")
        self.program("gil", compiler="cc 2.0")
        self.run_blocks("after")
        self.assertEqual(self.rows("@before", "@after")["differences"], ["compiler"])
        self.assertIn("differ in: compiler", self.compare("@before", "@after").stdout)

    def test_the_same_twice_is_the_same(self):
        self.run_blocks()
        self.assertEqual(self.rows("gil", "gil")["rows"][0]["verdict"], "same")
        self.assertIn(
            "against itself: gil on binary_trees", self.compare("gil", "biased").stdout
        )
        self.assertIn(
            "noise floor: gil against itself 1.000 [1.000-1.000] on binary_trees with 1 "
            "thread: noise is up to 0.0%",
            self.refbench("show", "--results", self.results).stdout,
        )

    def test_blocks_with_cores_near_for_one_and_far_for_the_other_are_left_out(self):
        folder = self.run_blocks()
        path = folder / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if line["kind"] == "workload" and line["parameters"]["threads"] == 2:
                far = line["arm"] == "biased" and line["block"] == 3
                line["noise"]["handoff_before_ns"] = 104.0 if far else 31.0
                line["ops_per_s"] *= 9 if far else 1
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        of = {
            row["threads"]: row for row in self.rows("gil", "biased", "words")["rows"]
        }
        self.assertEqual((of[1]["blocks"], of[1]["apart"]), (BLOCKS, 0))
        self.assertEqual((of[2]["blocks"], of[2]["apart"]), (BLOCKS - 1, 1))
        self.assertAlmostEqual(of[2]["high"], 1.25)
        text = self.compare("gil", "biased", "words").stdout
        self.assertIn("left out: 1 times a block in which the cores were near", text)

    def test_many_controls(self):
        self.program("gil", workloads=("words", "binary_trees"))
        self.program("biased", workloads=("words", "binary_trees"))
        found = self.measure("--threads", "1,2", "--again", "--blocks", "7")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(len(self.rows("gil", "biased")["noise_floor"]), 4)
        text = self.compare("gil", "biased").stdout
        self.assertIn("against itself: 0 of 4 faster or slower", text)

    def test_few_blocks(self):
        self.run_blocks(blocks=1)
        row = self.rows("gil", "biased")["rows"][0]
        self.assertEqual(
            (row["verdict"], row["more"], row["low"]), ("unclear", 5, None)
        )
        self.assertIn(
            "unclear, about 5 more blocks", self.compare("gil", "biased").stdout
        )

    def test_other_work_is_not_compared(self):
        self.program("biased", [("words", "other")])
        found = self.measure("--threads", "1")
        self.assertEqual(found.returncode, 4)
        row = self.rows("gil", "biased")["rows"][0]
        self.assertEqual(row["verdict"], "unclear")
        self.assertIn("checksums disagree", row["reason"])

    def test_work_that_differs_between_blocks_is_not_compared(self):
        path = self.run_blocks() / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if line["kind"] == "workload" and line["block"] == 1:
                line["checksum"] += 1
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        row = self.rows("gil", "biased", "words")["rows"][0]
        self.assertEqual(row["verdict"], "unclear")
        self.assertIn("checksums disagree", row["reason"])

    def test_the_mean_is_of_all_blocks(self):
        path = self.run_blocks() / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if line["kind"] == "workload" and line["parameters"]["threads"] == 2:
                trees = line["parameters"]["workload"] == "binary_trees"
                far = line["arm"] == "biased" and (trees or line["block"] == 3)
                line["noise"]["handoff_before_ns"] = 104.0 if far else 31.0
                line["ops_per_s"] *= 4 if far and trees else 1
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        rows = {
            (r["workload"], r["threads"]): r for r in self.rows("gil", "biased")["rows"]
        }
        self.assertIn("cores near", rows["binary_trees", 2]["reason"])
        mean = rows["geometric mean", None]
        self.assertEqual(mean["blocks"], BLOCKS)
        self.assertAlmostEqual(mean["ratio"], 1.25 * 4 ** (1 / 4), msg="of four cells")

    def test_forms(self):
        self.run_blocks()
        page = self.compare("gil", "biased", "--markdown").stdout
        self.assertIn("| words | 1 |", page)
        self.assertIn("| faster |", page)
        rows = list(
            csv.DictReader(io.StringIO(self.compare("gil", "biased", "--csv").stdout))
        )
        self.assertEqual((rows[0]["workload"], rows[0]["verdict"]), ("words", "faster"))

    def test_margin(self):
        self.run_blocks()
        row = self.rows("gil", "biased", "--margin", "30%")["rows"][0]
        self.assertEqual(row["verdict"], "same")

    def test_refused(self):
        self.run_blocks()
        self.assert_one_line(self.compare("gil", "nobody"), 2, "nobody", "gil, biased")
        self.assert_one_line(self.compare("gil", "@nowhere"), 2, "nowhere")
        self.assert_one_line(self.compare("gil", "!"), 2, "'!'")
        self.assert_one_line(self.compare("gil", "biased", "zzz"), 3, "gil", "biased")
        self.assert_one_line(self.compare("gil", "biased", "--margin", "x"), 2, "'x'")


if __name__ == "__main__":
    unittest.main()
