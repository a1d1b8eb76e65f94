"""refbench report: what is derived stands in the run's folder, and the page is made of it."""

import json
import unittest
from unittest import mock

from laboratory import MICROS, LaboratoryTest

from driver import check_command, derived, figures, place, store

DRAW = figures.draw  # the laboratory puts another one there


class Reports(LaboratoryTest):
    """With what draws replaced by what it was asked."""

    def setUp(self):
        super().setUp()
        self.asked = []

        def make(runs, arguments):
            self.asked.append(arguments)
            return [self.results / "report.html"]

        patch = mock.patch.object(figures, "_made", make)
        patch.start()
        self.addCleanup(patch.stop)

    def run_of(self, *words, label="one"):
        found = self.measure("--threads", "1", "--label", label, *words)
        self.assertIn(found.returncode, (0, 4), found.stderr)
        (folder,) = (self.results / "runs").glob(f"*-{label}")
        return folder

    def report(self, *words):
        return self.refbench("report", *words, "--results", self.results)

    def derived(self, folder, name):
        return json.loads((folder / name).read_text())

    def test_what_is_derived(self):
        for name, speed in (("gil", 4e6), ("lazy", 5e6), ("none", 8e6)):
            self.program(name, speed=speed)
        folder = self.run_of()
        (folder / "summary.json").unlink()
        found = self.report()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(found.stdout, f"{self.results / 'report.html'}\n")
        compared = self.derived(folder, "compare.json")
        self.assertEqual(compared["schema"], "refbench.comparisons/1")
        self.assertEqual(compared["base"], "gil")
        sides = [(c["a"]["side"], c["b"]["side"]) for c in compared["comparisons"]]
        self.assertEqual(sides, [("gil", "none"), ("gil", "lazy")])
        for name, each in zip(("none", "lazy"), compared["comparisons"]):
            where = ("--results", self.results, "--json")
            told = self.refbench("compare", "gil", name, *where)
            self.assertEqual(json.loads(told.stdout), each)
        told = self.refbench("overhead", "--results", self.results, "--json")
        self.assertEqual(json.loads(told.stdout), self.derived(folder, "overhead.json"))
        self.assertEqual(self.shown(), self.derived(folder, "summary.json"))
        self.assertFalse((folder / "check.json").exists())
        self.assertFalse((folder / derived.RUNS).exists())
        self.assertEqual(self.asked[0][:2], ["report", f"--out={folder}"])
        self.assertEqual(self.asked[0][2:], ["--", str(folder)])

    def test_several_runs(self):
        self.program("gil", speed=4e6)
        first, second = self.run_of(label="before"), self.run_of(label="after")
        out = self.folder / "page"
        found = self.report("before", "after", "--out", out, "--with-names")
        self.assertEqual(found.returncode, 0, found.stderr)
        wanted = ["report", f"--out={out}", "--with-names", "--", first, second]
        self.assertEqual(self.asked, [list(map(str, wanted))])
        compared = self.derived(out, derived.RUNS)
        self.assertEqual(compared["base"], first.name)
        (each,) = compared["comparisons"]
        self.assertEqual(
            (each["a"]["run"], each["b"]["run"]), (first.name, second.name)
        )
        self.assertFalse(each["paired"])
        self.assertTrue((second / "compare.json").exists())
        self.report("before", "after")
        self.assertTrue((second / derived.RUNS).exists(), "in the folder of the last")
        self.report("after")
        self.assertFalse((second / derived.RUNS).exists(), "of one run there is none")

    def test_runs_with_nothing_in_common(self):
        self.program("gil")
        self.run_of("words", label="before")
        after = self.run_of("binary_trees", label="after")
        found = self.report("before", "after")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("have no workload in common", found.stderr)
        self.assertEqual(self.derived(after, derived.RUNS)["comparisons"], [])

    def test_what_is_refused(self):
        self.program("gil")
        folder = self.run_of()
        self.assert_one_line(self.report("one", "one"), 2, "twice")
        self.assert_one_line(self.report("other"), 2, "no run other")
        (self.folder / "file").touch()
        self.assert_one_line(self.report("--out", self.folder / "file"), 2, "--out")
        manifest = self.derived(folder, "manifest.json")
        for schema, said in (
            ("refbench.run/2", "use the driver of its time"),
            ("refbench.alloc_run/1", "refbench alloc"),
        ):
            text = json.dumps({**manifest, "schema": schema})
            (folder / "manifest.json").write_text(text)
            self.assert_one_line(self.report("one"), 2, said)
        self.assertEqual(self.asked, [])

    def test_runs_of_which_there_is_little(self):
        """Failed trials only, a speed of 0, no line at all, and micro benchmarks alone."""
        self.program("gil", [("words", "error")], speed=0, micros=MICROS)
        self.program("lazy", [("words", "crash")], speed=0)
        for label, words in (
            ("failed", ["words"]),
            ("still", ["binary_trees"]),
            ("micros", ["micro/pair_private"]),
        ):
            folder = self.run_of(*words, label=label)
            found = self.report(label)
            self.assertEqual((found.returncode, found.stderr), (0, ""), label)
            self.assertTrue((folder / "compare.json").exists())
            there = (folder / "overhead.json").exists()
            self.assertEqual(there, label != "micros", label)
        (folder / "trials.jsonl").write_bytes(b"")
        self.assertEqual(self.report(label).stderr, "")
        manifest = self.derived(folder, "manifest.json")
        del manifest["outcome"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
        self.assertEqual(self.report(label).stderr, "")
        self.assertEqual(self.derived(folder, "summary.json")["outcome"], "unfinished")

    def test_damaged_lines_are_told(self):
        self.program("gil")
        folder = self.run_of()
        whole = (folder / "trials.jsonl").read_bytes()
        (folder / "trials.jsonl").write_bytes(b"\xff\n" + whole)
        found = self.report()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("damaged: line 1 of trials.jsonl", found.stderr)

    def test_check(self):
        self.program("gil")
        folder = self.run_of()
        found = self.report("--check", "--programs", self.programs)
        self.assert_one_line(found, 2, "refbench-gil-debug", "build it")
        (self.programs / "refbench-gil-debug").touch()
        told = {"schema": "refbench.check/1", "cases": []}
        with mock.patch.object(
            derived.case_program, "find", return_value=[]
        ) as find, mock.patch.object(check_command, "told", return_value=told):
            self.report("--check", "--programs", self.programs)
        ((asked, *_), _) = find.call_args
        self.assertEqual(asked, [str(self.programs / "refbench-gil-debug")])
        self.assertEqual(self.derived(folder, "check.json"), told)


class AtTheEnd(LaboratoryTest):
    """Of a run."""

    def setUp(self):
        super().setUp()
        self.program("gil")

    def ended(self, **patches):
        with mock.patch.object(figures, "draw", DRAW), mock.patch.multiple(
            figures, **patches
        ):
            found = self.measure("words", "--threads", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("words", found.stdout)
        self.assertIn("results: ", found.stdout)
        return found.stderr.splitlines()[-1]

    def test_the_report_is_named(self):
        page = self.results / "report.html"
        said = self.ended(_made=lambda *_: [page], _missing=lambda: None)
        shown = place.shown(self.run_folder())
        self.assertEqual(
            said, f"report: {shown}/report.html; no figures: no workload was run"
        )

    def test_whatever_fails_the_run_is_whole(self):
        def fail(*_):
            raise ZeroDivisionError("of nothing")

        said = self.ended(_made=fail, _missing=lambda: None)
        again = f"refbench report {self.run_folder().name} tries again"
        self.assertEqual(said, f"no report: ZeroDivisionError: of nothing; {again}")
        self.assertTrue((self.run_folder() / "summary.json").exists())


class Still(LaboratoryTest):
    def test_trials_are_read_once(self):
        self.program("gil")
        self.assertEqual(self.measure("words", "--threads", "1").returncode, 0)
        still = store.Still(self.run_folder())
        before = still.lines()
        still.trials.write_bytes(b"")
        self.assertIs(still.lines(), before)
        self.assertEqual(still.damaged(), [])
        self.assertEqual(store.Run(still.path).lines(), [])


if __name__ == "__main__":
    unittest.main()
