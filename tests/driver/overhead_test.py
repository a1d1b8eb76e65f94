"""refbench overhead: its floors, what is missing, and its forms."""

import csv
import io
import json
import math
import unittest

from runs import BLOCKS, RunsTest

from driver import overhead, record  # found by laboratory


class Overhead(RunsTest):
    def setUp(self):
        super().setUp()
        self.program("none", speed=8e6, capabilities={"frees": False})
        self.program("plain", speed=6e6, capabilities={"max_threads": 1})

    def overhead(self, *words):
        return self.refbench("overhead", *words, "--results", self.results)

    def found(self, *words):
        found = self.overhead(*words, "--json")
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def row(self, runtime, workload="words", threads=1):
        for row in self.found()["rows"]:
            if (row["runtime"], row["workload"], row["threads"]) == (
                runtime,
                workload,
                threads,
            ):
                return row
        return self.fail(f"no row of {runtime} on {workload}")

    def change(self, folder, how):
        """Rewrites the trials of a run; `how` may change each line."""
        path = folder / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            how(line)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def test_floors(self):
        self.measure_all()
        over = self.row("gil")["over"]
        self.assertAlmostEqual(over["none"]["ratio"], 2)
        self.assertAlmostEqual(over["plain"]["ratio"], 1.5)
        self.assertAlmostEqual(over["best"]["ratio"], 2)
        self.assertEqual(over["best"]["floor"], "none")
        self.assertEqual(over["none"]["blocks"], BLOCKS)
        self.assertAlmostEqual(over["none"]["low"], 2)
        self.assertTrue(all(each["reason"] is None for each in over.values()))

    def test_a_speed_of_0_is_no_floor_and_has_no_overhead(self):
        def stop(line):
            if line["arm"] == "plain" or (line["arm"], line["block"]) == ("gil", 1):
                line.update(ops_per_s=0.0)

        self.change(self.measure_all(), stop)
        found = self.found()
        ones = [row for row in found["rows"] if row["threads"] == 1]
        rows = {row["runtime"]: row["over"] for row in ones}
        for name in ("none", "plain", "best"):
            self.assertIsNone(rows["gil"][name]["ratio"])
            self.assertIn("is 0", rows["gil"][name]["reason"])
        self.assertEqual(rows["none"]["best"]["floor"], "none")
        (mean,) = [
            each["over"]["none"]
            for each in found["means"]
            if (each["runtime"], each["threads"]) == ("gil", 1)
        ]
        self.assertEqual((mean["ratio"], mean["workloads"]), (None, 0))

    def measure_all(self, blocks=BLOCKS):
        """One run with plain at one thread, and every other runtime at one and two."""
        found = self.measure("--label", "one")
        self.assertEqual(found.returncode, 0, found.stderr)
        (folder,) = (self.results / "runs").glob("*-one")
        path = folder / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        copies = []
        for block in range(blocks):
            for line in lines:
                line.pop("crc", None)
                copies.append({**line, "key": f"{line['key']}/{block}", "block": block})
        path.write_text("".join(json.dumps(copy) + "\n" for copy in copies))
        return folder

    def test_the_ideal_has_no_pauses_of_the_best(self):
        folder = self.measure_all()

        def pauses(line):
            of = line["parameters"].get("runtime")
            line["pauses"]["share"] = {"none": 0.2, "plain": 0.5}.get(of, 0.0)

        self.change(folder, pauses)
        over = self.row("gil")["over"]
        self.assertEqual(over["best"]["floor"], "none")
        self.assertEqual(over["ideal"]["floor"], "plain", "12e6 without its pauses")
        self.assertAlmostEqual(over["ideal"]["ratio"], 3)
        self.assertAlmostEqual(self.row("plain")["over"]["ideal"]["ratio"], 2)

    def test_the_best_is_one_for_all_blocks(self):
        folder = self.measure_all()

        def lucky(line):
            if line["parameters"].get("runtime") == "biased" and line["block"] == 0:
                line["ops_per_s"] *= 10

        self.change(folder, lucky)
        over = self.row("gil")["over"]["best"]
        self.assertEqual(over["floor"], "none")
        self.assertAlmostEqual(over["ratio"], 2)

    def test_blocks_are_paired(self):
        """What all arms of a block share is not in the interval."""
        folder = self.measure_all()

        def drift(line):
            line["ops_per_s"] *= 1 + line["block"]

        self.change(folder, drift)
        over = self.row("gil")["over"]["plain"]
        for name in ("ratio", "low", "high"):
            self.assertAlmostEqual(over[name], 1.5)

    def test_blocks_with_cores_near_for_one_and_far_for_the_other_are_left_out(self):
        def far(line):
            if line["kind"] == "workload" and line["parameters"]["threads"] == 2:
                here = line["arm"] == "none" and line["block"] == 2
                line["noise"]["handoff_before_ns"] = 104.0 if here else 31.0
                line["ops_per_s"] *= 5 if here else 1

        self.change(self.measure_all(), far)
        over = self.row("gil", threads=2)["over"]["none"]
        self.assertEqual(over["blocks"], BLOCKS - 1)
        self.assertAlmostEqual(over["high"], 2)

    def test_what_is_missing_has_a_reason(self):
        self.measure_all()
        row = self.row("gil", threads=2)
        self.assertIsNone(row["over"]["plain"]["ratio"])
        self.assertIn("plain runs one thread only", row["over"]["plain"]["reason"])
        self.assertIn("plain runs one thread only", row["memory"]["plain"]["reason"])
        text = self.overhead().stdout
        self.assertIn("plain runs one thread only", text)
        self.assertRegex(text, r"\n +2 +gil .* - .*none")

    def test_a_floor_that_is_not_in_the_run(self):
        for name in ("none", "plain"):
            (self.programs / f"refbench-{name}").unlink()
        self.measure_all()
        over = self.row("gil")["over"]
        self.assertIn("none is not in this run", over["none"]["reason"])
        self.assertAlmostEqual(over["best"]["ratio"], 1.25)

    def test_other_work_is_no_floor(self):
        self.program("none", [("words", "other")], speed=8e6)
        self.assertEqual(self.measure("--label", "one").returncode, 4)
        over = self.row("gil")["over"]
        self.assertIn("disagree", over["none"]["reason"])
        self.assertEqual(over["best"]["floor"], "plain")

    def test_what_failed_has_no_overhead(self):
        self.program("gil", [("words", "error")], speed=4e6)
        self.assertEqual(self.measure("--label", "one").returncode, 4)
        over = self.row("gil")["over"]
        self.assertIsNone(over["none"]["ratio"])
        self.assertIn("gil failed", over["none"]["reason"])
        self.program("gil", speed=4e6)

    def test_memory(self):
        folder = self.measure_all()

        def grow(line):
            if line["parameters"].get("runtime") == "biased":
                line["counters"]["peak_rss_bytes"] = (4 << 20) + (line["block"] << 30)
            if line["parameters"].get("runtime") == "plain":
                line["counters"]["peak_rss_bytes"] = (1 << 20) + (line["block"] << 30)

        self.change(folder, grow)
        memory = self.row("biased")["memory"]["plain"]
        self.assertEqual(memory["bytes"], 3 << 20)
        self.assertEqual((memory["low"], memory["high"]), (3 << 20, 3 << 20))

    def test_geometric_means(self):
        folder = self.measure_all()

        def slower(line):
            asked = line["parameters"]
            if (asked.get("runtime"), asked.get("workload")) == ("gil", "words"):
                line["ops_per_s"] /= 4

        self.change(folder, slower)
        (mean,) = [
            each
            for each in self.found()["means"]
            if (each["runtime"], each["threads"]) == ("gil", 1)
        ]
        self.assertEqual(mean["over"]["plain"]["workloads"], 2)
        self.assertAlmostEqual(mean["over"]["plain"]["ratio"], math.sqrt(1.5 * 6))

    def test_what_goes_by_the_clock_is_in_no_mean(self):
        folder = self.measure_all()
        manifest = record.read(folder / "manifest.json")
        for each in manifest["runtimes"]:
            each["facts"]["workloads"] = [{"name": "words", "paced": True}]
        record.write(folder / "manifest.json", manifest)
        means = [each["over"]["plain"] for each in self.found()["means"]]
        self.assertEqual(max(mean["workloads"] for mean in means), 1)

    def test_few_blocks(self):
        self.measure_all(blocks=1)
        over = self.row("gil")["over"]["plain"]
        self.assertEqual((over["low"], over["blocks"]), (None, 1))
        self.assertIn("1 of the 6 blocks", self.overhead().stdout)

    def test_heaps(self):
        self.program("gil", [("binary_trees", "needs-2.0")], speed=4e6)
        found = self.measure(
            "binary_trees", "--heap", "64M", "--threads", "1", "--label", "one"
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        row = self.row("biased", "binary_trees")
        self.assertEqual(row["heap"]["bytes"], 64 << 20)
        self.assertAlmostEqual(row["over"]["plain"]["ratio"], 1.2)
        self.assertIn("frees nothing", row["over"]["none"]["reason"])

    def test_forms(self):
        self.measure_all()
        page = self.overhead("--markdown").stdout
        self.assertIn("| words | 1 | gil | +100.0 % [+100.0 +100.0] |", page)
        rows = list(csv.DictReader(io.StringIO(self.overhead("--csv").stdout)))
        (row,) = [
            each
            for each in rows
            if (each["workload"], each["threads"], each["runtime"], each["against"])
            == ("words", "1", "gil", "plain")
        ]
        self.assertAlmostEqual(float(row["ratio"]), 1.5)
        self.assertEqual(float(row["bytes"]), 0)

    def test_a_run_is_named(self):
        self.measure_all()
        self.assertEqual(self.found("one")["schema"], overhead.SCHEMA)
        self.assert_one_line(self.overhead("nowhere"), 2, "nowhere")

    def test_a_run_without_workloads(self):
        self.program("gil", workloads=(), micros=("micro/pair",))
        found = self.measure("micro", "--runtime", "gil", "--label", "one")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assert_one_line(self.overhead(), 3, "no workloads")


if __name__ == "__main__":
    unittest.main()
