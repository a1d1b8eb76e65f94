"""refbench run: which workloads, by suite, tag and name."""

import json
import unittest

from laboratory import MICROS, LaboratoryTest, facts

from driver import place, plan, program

EVERY = ("words", "kv_store", "odd", "arithmetic", "clock")
TEN = ("gil", "plain", *"abcdefgh")


class Chosen(LaboratoryTest):
    """words is in fast and headline, odd in headline, kv_store in none; controls in both."""

    def setUp(self):
        super().setUp()
        about = facts("gil", workloads=EVERY, micros=MICROS)
        about["workloads"][2]["suites"] = ["headline"]
        about["workloads"][3]["tags"] = ["control"]
        self.program("gil", workloads=EVERY, micros=MICROS)
        (self.programs / ".gil" / "describe").write_text(json.dumps(about))

    def planned(self, *words, fast=False):
        """(workloads, whether micro benchmarks, numbers of threads) of the first block."""
        found = self.refbench(
            "run", "--programs", self.programs, "--dry-run", *words, *["--fast"] * fast
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        subjects = [line.split()[1] for line in found.stdout.splitlines()[2:]]
        arms = [each.split("/") for each in subjects if each != "micro"]
        threads = {int(parts[1].partition(":")[2]) for parts in arms}
        return {parts[0] for parts in arms}, "micro" in subjects, sorted(threads)

    def test_what_is_usual(self):
        controls = {"arithmetic", "clock"}
        self.assertEqual(self.planned(), ({"words", "odd", *controls}, True, [1, 2, 4]))
        self.assertEqual(self.planned(fast=True), ({"words", *controls}, True, [1, 2]))

    def test_suites(self):
        for name, workloads in (
            ("all", set(EVERY)),
            ("headline", set(EVERY) - {"kv_store"}),
            ("fast", {"words", "arithmetic", "clock"}),
        ):
            found = self.planned("--suite", name)
            self.assertEqual(found, (workloads, True, [1, 2, 4]), name)
        found = self.planned("--suite", "headline", fast=True)
        self.assertEqual(found, (set(EVERY) - {"kv_store"}, True, [1, 2, 4]))

    def test_names_are_looked_for_among_all(self):
        for fast in (False, True):
            found = self.planned("kv_store", fast=fast)
            self.assertEqual(found, ({"kv_store", "clock"}, False, [1, 2, 4]))
        found = self.planned("words|kv_store", "--suite", "fast")
        self.assertEqual(found, ({"words", "clock"}, False, [1, 2, 4]))

    def test_tags_are_those_of_any_workload_and_no_micro_benchmark(self):
        found = self.planned("--tag", "server")
        self.assertEqual(found, ({"kv_store", "clock"}, False, [1, 2, 4]))
        found = self.planned("--tag", "sharing,control")
        self.assertEqual(found[:2], ({"kv_store", "arithmetic", "clock"}, False))
        found = self.planned("--tag", "classic", "--suite", "fast", "--threads", "3")
        self.assertEqual(found, ({"words", "clock"}, False, [3]))

    def test_unknown_ones_are_refused(self):
        found = self.measure("--suite", "quick")
        self.assert_one_line(found, 2, "no suite quick", "fast, headline, all")
        found = self.measure("--tag", "server,serving")
        self.assert_one_line(found, 2, "no tag serving", "classic, server, sharing")
        self.assert_one_line(self.measure("--tag", ","), 2, "--tag takes")
        self.assertFalse(self.results.exists(), "something was written")

    def test_nothing_left(self):
        found = self.measure("--suite", "fast", "--tag", "server")
        self.assert_one_line(found, 3, "suite fast, tag server", "refbench list")
        found = self.measure("kv_store", "--suite", "fast")
        self.assert_one_line(found, 3, "'kv_store', suite fast")
        self.assertFalse(self.results.exists(), "something was written")

    def test_a_run_tells_and_keeps_its_suite(self):
        found = self.measure("--suite", "headline", "--seed", "1")
        self.assertIn("\nworkloads of suite headline\n", found.stdout)
        self.assertEqual(self.shown()["suite"], "headline")
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        self.assertEqual((manifest["suite"], manifest["tags"]), ("headline", []))
        keys = [line["key"] for line in self.lines()]
        path.write_text(json.dumps({**manifest, "outcome": "interrupted"}))
        self.rewrite(self.lines()[:5])
        found = self.refbench("run", "--resume", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual([line["key"] for line in self.lines()], keys)

    def test_a_fast_run_goes_on_with_its_threads(self):
        self.measure("--seed", "1")
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "outcome": "interrupted"}))
        keys = [line["key"] for line in self.lines()]
        self.rewrite(self.lines()[:2])
        found = self.refbench("run", "--resume", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual([line["key"] for line in self.lines()], keys)


class Length(unittest.TestCase):
    def test_a_fast_run_of_ten_runtimes_is_short(self):
        """Of eight workloads, two of them controls: a process takes about half a second."""
        names = ("words", "binary_trees", *"cdef", "arithmetic", "clock")
        programs = tuple(
            program.Program(n, place.ROOT / n, facts(n, names, MICROS), "b" * 64)
            for n in TEN
        )
        chosen = plan.Selection(programs, suite="fast", usual=plan.THREADS_FAST)
        found = plan.arms(chosen)
        workloads = [arm for arm in found if arm.kind == "workload"]
        # each: six with two numbers of threads, one also without the collector, a control
        self.assertEqual(len(workloads), 10 * (6 + 1 + 1) * 2 + 2 + 1)


if __name__ == "__main__":
    unittest.main()
