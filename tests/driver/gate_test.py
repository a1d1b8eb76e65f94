"""refbench gate and export: what was kept is compared, and what others' tools read."""

import json
import re
import unittest

from runs import RunsTest


class Gate(RunsTest):
    def gate(self, *words):
        """Of the later run: two may have been made within one second."""
        later = [] if "--save" in words else ["--run", "after"]
        where = ["--baseline", "main", "--results", self.results]
        return self.refbench("gate", *words, *later, *where)

    def setUp(self):
        super().setUp()
        self.run_blocks("before")
        self.assertEqual(self.gate("--save").returncode, 0)

    def test_nothing_has_changed(self):
        self.run_blocks("after")
        found = self.gate()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("\nno regression\n", found.stdout)

    def test_a_regression(self):
        self.program("biased", speed=3e6)
        self.run_blocks("after")
        found = self.gate()
        self.assertEqual(found.returncode, 1, found.stderr)
        self.assertIn("regression: 4 of ", found.stdout)
        self.assertEqual(
            self.gate("--margin", "90%").returncode, 0, "40 % less is within it"
        )

    def test_what_gains_is_no_regression(self):
        self.program("biased", speed=9e6)
        self.run_blocks("after")
        self.assertEqual(self.gate().returncode, 0)

    def test_few_blocks_decide_nothing(self):
        self.program("biased", speed=3e6)
        self.run_blocks("after", blocks=2)
        found = self.gate()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("unclear", found.stdout)

    def test_other_work_is_no_pass(self):
        self.program("gil", [("words", "other")])
        self.program("biased", [("words", "other")], speed=5e6)
        self.run_blocks("after")
        found = self.gate()
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("cannot be compared", found.stdout)

    def test_what_is_in_no_block_makes_no_baseline(self):
        (trials,) = (self.results / "runs").glob("*-before/trials.jsonl")
        lines = [json.loads(line) for line in trials.read_text().splitlines()]
        beside = {**lines[0], "kind": "memory", "block": None, "status": "ok"}
        lines = [{**line, "status": "failed"} for line in lines] + [beside]
        for line in lines:
            line.pop("crc", None)
        trials.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.assert_one_line(self.gate("--save"), 2, "measured nothing")

    def test_the_baseline_outlives_its_run(self):
        self.run_blocks("after")
        (old,) = (self.results / "runs").glob("*-before")
        for path in sorted(old.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        self.assertEqual(self.gate("--json").returncode, 0)

    def test_refused(self):
        found = self.refbench("gate", "--baseline", "x", "--results", self.results)
        self.assert_one_line(found, 2, "no baseline x", "main", "--save")
        found = self.refbench("gate", "--baseline", "a/b", "--results", self.results)
        self.assert_one_line(found, 2, "'a/b'")


class Export(RunsTest):
    def export(self, *words):
        return self.refbench("export", *words, "--results", self.results)

    def setUp(self):
        super().setUp()
        self.run_blocks()

    def test_google_benchmark(self):
        found = self.export("--runtime", "gil")
        document = json.loads(found.stdout)
        entries = [
            e for e in document["benchmarks"] if e["name"] == "workload/words/threads:2"
        ]
        self.assertEqual([e["repetition_index"] for e in entries], list(range(7)))
        self.assertAlmostEqual(entries[0]["real_time"], 1e9 / 8e6)
        self.assertEqual(document["context"]["library_build_type"], "release")

    def test_names_of_all_runtimes(self):
        names = {e["name"] for e in json.loads(self.export().stdout)["benchmarks"]}
        self.assertIn("biased/workload/words/threads:1", names)

    def test_heaps_are_told_apart(self):
        (path,) = (self.results / "runs").glob("*/trials.jsonl")
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if line["kind"] == "workload" and line["block"] % 2:
                line["parameters"]["heap"] = {"multiple": 2.0, "bytes": 1 << 20}
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        found = json.loads(self.export("--runtime", "gil").stdout)["benchmarks"]
        names = [e["name"] for e in found]
        self.assertEqual(names.count("workload/words/threads:1"), 4)
        self.assertEqual(names.count("workload/words/threads:1/heap:2x"), 3)

    def test_benchstat(self):
        path = self.folder / "out.txt"
        found = self.export(
            "--format", "benchstat", "--runtime", "gil", "-o", str(path)
        )
        self.assertEqual((found.returncode, found.stdout), (0, ""))
        lines = [
            line for line in path.read_text().splitlines() if line.startswith("Bench")
        ]
        shape = r"BenchmarkWorkload/Words/threads=1 \d+ 250 ns/op \d+ peak-bytes 40 max-pause-us"
        self.assertEqual(
            sum(bool(re.fullmatch(shape, line)) for line in lines), 7, lines[0]
        )

    def test_refused(self):
        self.assert_one_line(self.export("--runtime", "no"), 3, "no", "gil, biased")
        self.assert_one_line(self.export("nothing"), 2, "nothing")
        self.assert_one_line(self.export("-o", "/nowhere/x"), 2, "/nowhere/x")


if __name__ == "__main__":
    unittest.main()
