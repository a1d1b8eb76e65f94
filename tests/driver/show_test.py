"""refbench show and list, the summary and its text."""

import json
import subprocess
import unittest
from unittest import mock

from laboratory import MICROS, REFBENCH, LaboratoryTest

from driver import machine, place

ROW = {
    "runtime",
    "workload",
    "threads",
    "status",
    "ops_per_s",
    "ns_per_op",
    "pause_us",
    "peak_rss_bytes",
    "checksum",
}


class Whole(unittest.TestCase):
    """One run of everything, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.lab = LaboratoryTest()
        cls.lab.setUp()
        cls.addClassCleanup(cls.lab.doCleanups)
        every = ("words", "binary_trees", "arithmetic")
        cls.lab.program("gil", workloads=every, micros=MICROS, speed=5e6)
        cls.lab.program("biased", workloads=every, micros=MICROS, speed=4e6)
        cls.lab.program("tally", workloads=every)
        cls.found = cls.lab.measure("--suite", "headline")
        cls.summary = cls.lab.shown()

    def test_exit_code(self):
        self.assertEqual(self.found.returncode, 0, self.found.stderr)

    def test_shape(self):
        shown = self.summary
        self.assertEqual(shown["schema"], "refbench.summary/1")
        for row in shown["rows"]:
            self.assertLessEqual(ROW, row.keys())
            self.assertLessEqual({"count", "p50", "p99", "max"}, row["pause_us"].keys())
        keys = [
            (row["workload"], row["threads"], row["runtime"]) for row in shown["rows"]
        ]
        self.assertEqual(len(set(keys)), len(keys), "a cell twice")
        self.assertEqual(
            keys[:3], [("words", 1, "gil"), ("words", 1, "biased"), ("words", 2, "gil")]
        )

    def test_figures(self):
        rows = {
            (r["workload"], r["threads"], r["runtime"]): r for r in self.summary["rows"]
        }
        row = rows["words", 2, "biased"]
        self.assertEqual(
            (row["ops_per_s"], row["ns_per_op"], row["ratio"]), (8e6, 125, 0.8)
        )
        self.assertEqual(row["pause_us"]["max"], 40)
        self.assertEqual((row["peak_rss_bytes"], row["checksum"]), (1 << 20, 5))

    def test_controls(self):
        shown = self.summary
        self.assertEqual(shown["noise_floor"]["ratio"], 1)
        self.assertEqual(shown["noise_floors"], [shown["noise_floor"]])
        gains = {
            (g["workload"], g["collector"], g["runtime"]): g["gain"]
            for g in shown["scaling"]
        }
        self.assertEqual(gains["binary_trees", "off", "biased"], 2)
        self.assertEqual(gains["arithmetic", "on", "gil"], 2)
        self.assertEqual(
            [row["workload"] for row in shown["tally"]], ["words", "binary_trees"]
        )
        self.assertEqual(shown["tally"][0]["count_ops_per_allocation"], 9)

    def test_micro_benchmarks(self):
        rows = {(r["name"], r["runtime"]): r for r in self.summary["micros"]}
        pair = rows["micro/pair_private", "biased"]
        self.assertEqual(
            (pair["ns"], pair["ratio_plain"], pair["ratio_locked"]), (2, 2, 0.4)
        )
        shared = rows["micro/pair_shared", "biased"]
        self.assertEqual((shared["threads"], shared["ns"]), (2, 20))
        ratios = (shared["ratio_plain"], shared["ratio_locked"])
        self.assertEqual(ratios, (20, 1), "over the raw pair that is as shared")
        self.assertIsNone(rows["micro/collect_full/1M", "gil"]["ratio_plain"])
        self.assertEqual(
            rows["micro/collect_full/1M", "gil"]["counters"], {"ns_per_object": 20}
        )

    def test_text(self):
        text = self.found.stdout
        for part in (
            r"words +1 +gil +5.00 Mop/s +1.00 +1.00 MiB",
            r"words +gil +5.00 M +4 +10.0 +30.0 +40.0 +50.0% +75.0% +100% +25.0% +50.0 +1.00 MiB",
            r"biased +4.00 Mop/s +0.80",
            r"real programs +5-140",
            r"\npairs\n  pair_private +1 +2.00 +2.00\n  pair_shared +2 +20.0",
            r"\nraws\n  raw_pair_plain +1 +1.00",
            r"\npair_private +1 +2.00 / 0.40 +2.00 / 0.40",
            r"collect_full/1M +1 +2.00 / 20.0",
            r"binary_trees, collector off +gil +2.00",
            r"noise floor: gil against itself 1.000 on binary_trees with 1 thread\n"
            r"noise floor of single operations: gil against itself is off by 0.0% in the median one\n",
        ):
            self.assertRegex(text, part)
        shown = self.lab.refbench("show", "--results", self.lab.results).stdout
        self.assertEqual(shown, text, "show prints what run printed")


class Show(LaboratoryTest):
    def test_more_threads_than_cores(self):
        self.program("gil")
        with mock.patch.object(machine, "cores", lambda: 2):
            text = self.measure("words").stdout
        over = {row["threads"]: row["oversubscribed"] for row in self.shown()["rows"]}
        self.assertEqual(over, {1: False, 2: False, 4: True})
        self.assertRegex(text, r"\n +4\* +gil")
        self.assertIn("* oversubscribed: more threads than the 2 cores", text)

    def test_several_blocks_have_a_spread(self):
        self.program("gil", speed=5e6)
        self.measure("words", "--threads", "1", "--budget", "1s")
        lines = self.lines()
        speeds = {0: 4e6, 1: 5e6, 2: 9e6}
        for line in lines:
            line["ops_per_s"] = speeds.get(line["block"])
        self.rewrite([line for line in lines if line["block"] in speeds])
        (row,) = self.shown()["rows"]
        self.assertEqual(
            (row["ops_per_s"], row["ops_per_s_range"], row["trials"]),
            (5e6, [4e6, 9e6], 3),
        )
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("3 blocks: medians", text)
        self.assertIn("[4.00-9.00]", text)

    def test_a_noise_floor_of_every_workload(self):
        self.program("gil", workloads=("words", "binary_trees"))
        found = self.measure("--threads", "1,2", "--again")
        self.assertIn(
            "noise floor: gil against itself is off by 0.0% in the median of 4 arms, by 0.0% in the worst",
            found.stdout,
        )
        floors = [
            (row["workload"], row["threads"]) for row in self.shown()["noise_floors"]
        ]
        trees, words = "binary_trees", "words"
        self.assertEqual(floors, [(trees, 1), (trees, 2), (words, 1), (words, 2)])

    def test_newest_and_named(self):
        self.program("gil")
        first = self.measure(
            "words", "--threads", "1", "--label", "a"
        ).stdout.splitlines()[-1]
        self.measure("words", "--threads", "1", "--label", "b")
        name = first.rpartition("/")[2]
        self.assertTrue(self.shown()["run"].endswith("-b"))
        for run in (name, first.removeprefix("results: ")):
            found = self.refbench("show", "--json", run, "--results", self.results)
            self.assertEqual(json.loads(found.stdout)["run"], name)

    def test_summary_is_made_again(self):
        self.program("gil")
        self.measure("words", "--threads", "1")
        path = self.run_folder() / "summary.json"
        first = path.read_text()
        path.unlink()
        self.shown()
        self.assertEqual(path.read_text(), first)

    def test_a_killed_run_can_be_shown(self):
        self.program("gil")
        self.measure("words", "--threads", "1,2")
        run = self.run_folder()
        text = (run / "trials.jsonl").read_text()
        (run / "trials.jsonl").write_text(text[: text.rindex('"order"')])
        manifest = json.loads((run / "manifest.json").read_text())
        del manifest["outcome"]
        (run / "manifest.json").write_text(json.dumps(manifest))
        shown = self.shown()
        self.assertEqual(
            (sum(shown["trials"].values()), shown["outcome"]), (2, "unfinished")
        )

    def test_nothing_to_show(self):
        self.assert_one_line(
            self.refbench("show", "--results", self.results),
            2,
            "no run",
            "refbench run",
        )
        self.program("gil")
        self.measure("words", "--threads", "1")
        found = self.refbench("show", "other", "--results", self.results)
        self.assert_one_line(found, 2, "no run other")

    def test_another_version(self):
        self.program("gil")
        self.measure("words", "--threads", "1")
        path = self.run_folder() / "manifest.json"
        path.write_text(path.read_text().replace("refbench.run/1", "refbench.run/2"))
        found = self.refbench("show", "--results", self.results)
        self.assert_one_line(found, 2, "refbench.run/2", "refbench.run/1")


class Pauses(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name in ("gil", "biased"):
            self.program(name, workloads=("words", "arithmetic", "clock"))

    def text(self, *words):
        return self.refbench("show", *words, "--results", self.results).stdout

    def test_stand_beside_the_noise_of_the_machine(self):
        found = self.measure("--threads", "1,2")
        self.assertEqual(found.returncode, 0, found.stderr)
        shown = self.shown()
        floors = {each["threads"]: each for each in shown["pause_noise"]}
        self.assertEqual(sorted(floors), [1, 2])
        self.assertNotIn("clock", {row["workload"] for row in shown["rows"]})
        self.assertNotIn("clock", {each["workload"] for each in shown["scaling"]})
        for row in shown["rows"]:
            self.assertEqual(row["pause_noise"], floors[row["threads"]])
            self.assertEqual(row["mmu"], {"1ms": 0.5, "10ms": 0.75, "100ms": 1})
        self.assertEqual(floors[2]["pause_us"]["max"], 60)
        title = r"pauses with 2 threads[^\n]*: microseconds\nworkload [^\n]*\n"
        floor = (
            r"noise floor +- +- +4 +10.0 +30.0 +60.0 +50.0% +75.0% +100% +25.0% +- +-\n"
        )
        self.assertRegex(found.stdout, title + floor)
        self.assertRegex(found.stdout, r"words +gil +5.00 M +4 +10.0 +30.0 +\(40.0\)")
        self.assertIn("(max): no longer than", found.stdout)

    def test_a_longer_pause_is_no_noise(self):
        self.measure("words", "--threads", "1")
        text = json.dumps(self.lines()).replace('"max_us": 40', '"max_us": 60.5')
        self.rewrite(json.loads(text))
        self.assertRegex(self.text(), r"words +gil +5.00 M +4 +10.0 +30.0 +60.5")

    def test_tables_are_narrow(self):
        self.measure()
        for text in (self.text(), self.text("--pauses")):
            wide = [line for line in text.splitlines() if len(line) > 120]
            self.assertEqual(wide, [])

    def test_in_full(self):
        self.measure("words", "--threads", "2")
        text = self.text("--pauses")
        for part in (
            r"\n2 +4 +10.0 +20.0 +30.0 +40.0 +60.0 +50.0% +75.0% +100%\n",
            r"\nwords +2 +gil +0 +3 +20.0 +40.0 +40.0 +40.0 +40.0 +60.0%\n +2 +1 ",
            r"\nwords +2 +gil +10.0% +0% +40.0% +30.0% +0% +0% +0% +0% +20.0%\n",
            r"\nwords +2 +gil +10.0 M +20.0 +40.0 +40.0 +20.0 +40.0 +40.0 +75.0% +2 +50.0 +1.00 MiB\n",
            r"\nwords +2 +gil +0 +4 +20.0 +40.0 +40.0 +50.0% +75.0% +100% +25.0%\n",
        ):
            self.assertRegex(text, part)

    def test_of_a_run_that_told_less(self):
        """As runs before this were: without phases, utilisation and noise."""
        self.measure("words", "--threads", "1")
        lines = self.lines()
        lines = [line for line in lines if line["parameters"]["workload"] != "clock"]
        for line in lines:
            told = ("count", "lost", "p50_us", "p90_us", "p99_us", "max_us", "total_us")
            line["pauses"] = {name: line["pauses"][name] for name in told}
        self.rewrite(lines)
        manifest = self.run_folder() / "manifest.json"
        facts = json.loads(manifest.read_text())
        del facts["noise"]
        manifest.write_text(json.dumps(facts))
        row = self.shown()["rows"][0]
        self.assertEqual(row["mmu"], {"1ms": None, "10ms": None, "100ms": None})
        self.assertIsNone(row["pause_noise"])
        self.assertIsNone(row["pause_detail"])
        text = self.text()
        self.assertRegex(
            text, r"words +gil +5.00 M +4 +10.0 +30.0 +40.0 +- +- +- +- +50"
        )
        self.assertIn("noise floor: not measured in this run", text)
        self.assertIn("none that this run kept", self.text("--pauses"))


class List(LaboratoryTest):
    def test_json(self):
        self.program("gil", micros=MICROS)
        found = self.refbench("list", "--json", "--programs", self.programs)
        listed = json.loads(found.stdout)
        self.assertEqual(listed["schema"], "refbench.list/1")
        self.assertEqual(
            listed["runtimes"],
            [
                {
                    "name": "gil",
                    "program": str(self.programs / "refbench-gil"),
                    "capabilities": {"concurrent": False},
                }
            ],
        )
        self.assertEqual(
            [each["name"] for each in listed["workloads"]], ["words", "binary_trees"]
        )
        self.assertEqual(listed["workloads"][0]["tags"], ["classic"])
        self.assertEqual(listed["micros"], list(MICROS), "names, as ever")
        self.assertEqual([each["name"] for each in listed["micro_facts"]], list(MICROS))
        self.assertEqual(
            listed["micro_facts"][0],
            {
                "name": "micro/pair_private",
                "group": "pairs",
                "summary": "does micro/pair_private",
            },
        )

    def test_text(self):
        self.program("gil", micros=MICROS)
        text = self.refbench("list", "--programs", self.programs).stdout
        self.assertRegex(text, r"\nclassic\n  words +fast headline +- +does words\n")
        self.assertRegex(text, r"micro/pair_private +does micro/pair_private\n")

    def test_what_is_not_built_is_named(self):
        self.program("gil")
        with mock.patch.object(place, "PROGRAMS", self.programs):
            found = self.refbench("list")
            self.assertEqual(found.returncode, 0, found.stderr)
            self.assertRegex(found.stdout, r"atomic +- +- +- +not built: bench/run")

    def test_nothing_is_built(self):
        with mock.patch.object(place, "PROGRAMS", self.programs):
            self.assert_one_line(self.refbench("list"), 2, "bench/run")


class Help(LaboratoryTest):
    def test_each_command_explains_itself(self):
        for words in ([], ["list"], ["run"], ["show"]):
            with self.subTest(words):
                found = self.refbench(*words, "--help")
                self.assertEqual((found.returncode, found.stderr), (0, ""))
                self.assertIn("examples:\n  refbench", found.stdout)
                self.assertIn("exit codes:", found.stdout)

    def test_the_program_itself(self):
        found = subprocess.run(
            [REFBENCH, "run", "--fastest"], capture_output=True, text=True
        )
        self.assert_one_line(found, 2, "refbench: ", "--fastest")


class Unusual(LaboratoryTest):
    def test_a_run_without_trials_is_text_too(self):
        self.program("gil")
        self.measure("words", "--threads", "1")
        (self.run_folder() / "trials.jsonl").write_text("")
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("trials: none", text)

    def test_a_debug_build_is_named(self):
        self.program("gil", debug=True)
        text = self.measure("words", "--threads", "1").stdout
        self.assertIn("built for finding faults, not for speed: gil", text)


if __name__ == "__main__":
    unittest.main()
