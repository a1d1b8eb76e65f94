"""refbench figures: what is drawn stands in a table, and both come out the same every time."""

import csv
import re
import sys
import unittest
from math import isnan
from unittest import mock
from xml.etree import ElementTree

from laboratory import FOREIGN, MICROS, ROOT, LaboratoryTest

from driver import figures, machine, place, store

sys.path.insert(0, str(ROOT / "results"))

from analysis import figure, folder, pauses, style, throughput
from analysis.histogram import Histogram

DRAW = figures.draw  # the laboratory puts another one there
HOST = "hostthatis"
NAMES = tuple(
    f"{name}.{kind}"
    for name in ("throughput", "pauses", "mmu")
    for kind in ("svg", "pdf", "csv")
)


class Drawn(unittest.TestCase):
    """One run with two runtimes, drawn."""

    @classmethod
    def setUpClass(cls):
        cls.lab = LaboratoryTest()
        cls.lab.setUp()
        cls.addClassCleanup(cls.lab.doCleanups)
        every = ("words", "binary_trees", "arithmetic")
        cls.lab.program("gil", workloads=every, speed=5e6)
        cls.lab.program("lazy", [("words/threads:4", "error")], 4e6, workloads=every)
        with mock.patch.object(machine, "cores", lambda: 2), mock.patch.object(
            figures, "draw", DRAW
        ), mock.patch.object(machine, "host", lambda: HOST):
            cls.found = cls.lab.measure("--suite", "all", "--label", "first-look")
        cls.folder = cls.lab.run_folder() / "figures"
        cls.summary = cls.lab.shown()

    def texts(self, name):
        """What is written in a figure; letters are drawn as paths, their text is a comment."""
        text = (self.folder / name).read_text(encoding="utf-8")
        self.assertEqual(ElementTree.fromstring(text).tag.rpartition("}")[2], "svg")
        self.assertNotIn("<text", text, "its look depends on the fonts of the reader")
        return re.findall(r"<!-- (.*?) -->", text)

    def table(self, name):
        with open(self.folder / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_a_run_draws_at_its_end(self):
        self.assertEqual(self.found.returncode, 4, self.found.stderr)  # one cell failed
        self.assertIn(f"figures: {place.shown(self.folder)}", self.found.stderr)
        drawn = {path.name for path in self.folder.iterdir()}
        self.assertLessEqual(set(NAMES), drawn)
        for path in self.folder.iterdir():
            self.assertTrue(path.read_bytes(), path)
        report = self.folder.parent / "report.html"
        self.assertIn(f"report: {place.shown(report)}; figures: ", self.found.stderr)
        self.assertIn("binary_trees", report.read_text(encoding="utf-8"))

    def test_throughput_names_its_lines_and_units(self):
        texts = self.texts("throughput.svg")
        for text in ("gil", "lazy", "threads", "Mop/s", "oversubscribed"):
            self.assertIn(text, texts)
        for title in ("words", "binary_trees", "arithmetic (control)"):
            self.assertIn(title, texts)
        self.assertTrue(any("the 2 cores" in text for text in texts), texts)

    def test_pauses_name_their_lines_and_units(self):
        texts = self.texts("pauses.svg")
        for text in ("percentile", "pause, \N{MICRO SIGN}s", "50", "10", "100"):
            self.assertIn(text, texts)
        for text in (
            "binary_trees \N{MIDDLE DOT} 1 thread",
            "words \N{MIDDLE DOT} 4 threads",
            "lazy 4",
            "gil 4",
        ):
            self.assertIn(text, texts)
        for text in texts:
            self.assertNotIn(
                "arithmetic \N{MIDDLE DOT} 4", text, "a control is not run so"
            )
        self.assertIn("gil again 4", texts)
        self.assertIn("gil again: noise", texts)

    def test_throughput_is_the_summary(self):
        rows = self.table("throughput.csv")
        self.assertEqual(len(rows), len(self.summary["rows"]))
        for row, wanted in zip(rows, self.summary["rows"]):
            for name in ("workload", "runtime"):
                self.assertEqual(row[name], wanted[name])
            for name in ("threads", "trials", "contaminated"):
                self.assertEqual(int(row[name]), wanted[name])
            self.assertEqual(int(row["oversubscribed"]), wanted["threads"] > 2)
            speed = wanted["ops_per_s"]
            self.assertEqual(float(row["ops_per_s"] or 0), speed or 0)
            self.assertEqual(row["ops_per_s"] == "", speed is None)

    def test_the_reference_is_linear_as_far_as_there_are_cores(self):
        lines = {
            (row["workload"], row["threads"]): float(row["linear_ops_per_s"])
            for row in self.table("throughput.csv")
        }
        self.assertEqual(
            [lines["words", threads] for threads in "124"], [5e6, 1e7, 1e7]
        )

    def test_pauses_are_those_of_the_processes(self):
        rows = [
            row
            for row in self.table("pauses.csv")
            if (row["workload"], row["threads"], row["runtime"], row["again"])
            == ("binary_trees", "1", "gil", "0")
        ]
        shares = [float(row["exceeding"]) for row in rows]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertEqual({row["pauses"] for row in rows}, {"4"})
        found = {row["percentile"]: float(row["us"]) for row in rows}
        self.assertAlmostEqual(found["0"] / 10, 1, delta=0.008)
        self.assertEqual(found["100"], 40)
        self.assertTrue(all(10 * 0.99 <= us <= 40 for us in found.values()))

    def test_what_failed_is_left_out(self):
        for name, value in (("throughput", "ops_per_s"), ("pauses", "us")):
            cells = {
                (row["workload"], row["threads"], row["runtime"]): row
                for row in self.table(f"{name}.csv")
            }
            failed = cells["words", "4", "lazy"]
            self.assertEqual((failed["status"], failed[value]), ("failed", ""))
            self.assertIn("no entries", failed["reason"])
            sound = cells["words", "4", "gil"]
            self.assertEqual((sound["status"], sound["reason"]), ("ok", ""))
        words = " ".join(self.texts("throughput.svg"))
        self.assertIn("left out: lazy (4 threads): the", words)
        self.assertIn("the dictionary has no entries", words)
        self.assertIn("left out: lazy: the", " ".join(self.texts("pauses.svg")))

    def test_the_host_is_named_nowhere(self):
        self.assertIn(HOST, self.folder.parent.name)
        for name in NAMES:
            data = (self.folder / name).read_bytes()
            self.assertNotIn(HOST.encode(), data, name)
        for name in ("throughput.svg", "pauses.svg"):
            captions = [text for text in self.texts(name) if "first-look" in text]
            self.assertRegex(
                captions[0], r"; \d{4}-\d\d-\d\d [\d:]{8} UTC, first-look$"
            )

    def test_again_gives_the_same_bytes(self):
        first = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        for name in first:
            (self.folder / name).unlink()
        found = self.lab.refbench("figures", "--results", self.lab.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        shown = {place.shown(self.folder / name) for name in first}
        self.assertEqual(set(found.stdout.splitlines()), shown)
        for name in first:
            self.assertEqual((self.folder / name).read_bytes(), first[name], name)


def _lines(module, run):
    """(runtime, title of the panel, values) of every line in a runtime's colour."""
    drawn = module.draw(module.table(run), run)
    colours = {look["color"]: name for name, look in style.looks(run.runtimes).items()}
    return [
        (colours[line.get_color()], panel.get_title(loc="left"), list(line.get_ydata()))
        for panel in drawn.axes
        for line in panel.get_lines()
        if line.get_color() in colours and _is_line(line)
    ]


def _is_line(line):
    """Neither a marker nor a leader to a name."""
    return line.get_linestyle() != "None" and line.get_linewidth() > 0.5


class Unsound(LaboratoryTest):
    """What is disqualified is in the table with its status and in no line."""

    def run_of(self, *words):
        self.measure(*words)
        return folder.Run(self.run_folder())

    def texts(self, module, run):
        drawn = module.draw(module.table(run), run)
        return [
            " ".join(text.get_text().split())
            for where in (drawn, *drawn.axes)
            for text in where.texts
        ]

    def test_checksums_that_disagree(self):
        self.program("gil")
        self.program("lazy", [("words/threads:2", "other")])
        run = self.run_of("--threads", "1,2")
        for module in (throughput, pauses):
            titles = {
                title.partition(" \N{MIDDLE DOT}")[0]
                for _, title, _ in _lines(module, run)
            }
            self.assertEqual(titles, {"binary_trees"}, module.__name__)
            said = " ".join(self.texts(module, run))
            self.assertIn("left out: gil, lazy: checksums disagree", said)
            rows = module.table(run).where(workload="words")
            self.assertEqual({row["status"] for row in rows}, {"failed"})
            self.assertEqual({row["reason"] for row in rows}, {"checksums disagree"})
        linear = throughput.table(run).where(workload="words")
        self.assertEqual({row["linear_ops_per_s"] for row in linear}, {None})

    def test_a_cell_that_failed_interrupts_the_line(self):
        self.program("gil")
        self.program("lazy", [("words/threads:2", "error")])
        run = self.run_of("words", "--threads", "1,2,4")
        lines = {name: y for name, _, y in _lines(throughput, run)}
        self.assertEqual([isnan(y) for y in lines["lazy"]], [False, True, False])
        self.assertEqual([isnan(y) for y in lines["gil"]], [False] * 3)

    def test_trials_are_those_that_the_driver_reads(self):
        self.program("gil")
        run = self.run_of("words", "--threads", "1")
        path = run.path / "trials.jsonl"
        whole = path.read_bytes()
        for odd in FOREIGN:
            path.write_bytes(odd + b"\n" + whole)
            found = folder.Run(run.path).trials
            read = store.Run(run.path).lines()
            self.assertEqual(
                [line["key"] for line in found], [line["key"] for line in read]
            )

    def test_a_cell_that_was_not_run_is_missing(self):
        self.program("gil")
        self.program("lazy")
        run = self.run_of("words", "--threads", "1,2")
        rows = run.summary["rows"]
        rows.remove(
            next(r for r in rows if (r["runtime"], r["threads"]) == ("lazy", 2))
        )
        for module in (throughput, pauses):
            (row,) = module.table(run).where(runtime="lazy", threads=2)
            self.assertEqual((row["status"], row["reason"]), ("missing", "not run"))
            said = " ".join(self.texts(module, run))
            self.assertRegex(
                said,
                r"left out: lazy \(2 threads\): not run|not run: lazy \(2 threads\)",
            )

    def test_the_control_of_noise_is_judged_by_itself(self):
        self.program("gil")
        run = self.run_of("words", "--threads", "1")
        self.assertEqual(len(_lines(pauses, run)), 2, "a line, a line again")
        again = next(line for line in run.trials if line["arm"] == "gil/again")
        again.update(status="failed", reason=f"no file {run.path}/raw/$x$")
        self.assertEqual(len(_lines(pauses, run)), 1)
        (row,) = pauses.table(run).where(again=True)
        self.assertEqual(row["status"], "failed")
        self.assertNotIn(run.id, row["reason"])
        self.assertIn("left out: gil again:", " ".join(self.texts(pauses, run)))

    def test_nothing_sound_at_all(self):
        self.program("gil")
        self.program("lazy", [("words/threads:2", "other")])
        run = self.run_of("words", "--threads", "1,2")
        for definition in (throughput.DEFINITION, pauses.DEFINITION):
            self.assertEqual(len(figure.write(definition, run)), 3, definition.name)


class Missing(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil", keeps_pauses=False)
        self.assertEqual(self.measure("words").returncode, 0)

    def test_without_matplotlib_the_command_is_refused(self):
        with mock.patch.object(place, "PYTHON", "/bin/false"):
            found = self.refbench("figures", "--results", self.results)
        self.assert_one_line(found, 2, "matplotlib", "cmake/install-packages")
        self.assertFalse((self.run_folder() / "figures").exists())

    def test_without_matplotlib_a_run_says_so(self):
        with mock.patch.object(place, "PYTHON", "/bin/false"), mock.patch.object(
            figures, "draw", DRAW
        ):
            found = self.measure("binary_trees", "--label", "second")
        self.assertEqual(found.returncode, 0)
        self.assertIn("no report: /bin/false has no matplotlib", found.stderr)
        self.assertRegex(found.stderr, "then refbench report .*-second")

    def test_what_was_not_kept_is_not_drawn(self):
        found = self.refbench("figures", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        drawn = {path.name for path in (self.run_folder() / "figures").iterdir()}
        not_kept = {f"pauses.{kind}" for kind in figure.KINDS}
        self.assertLessEqual(set(NAMES) - not_kept, drawn)
        self.assertFalse(drawn & not_kept)


class Nothing(LaboratoryTest):
    def test_a_run_without_workloads_has_no_figures(self):
        self.program("gil", micros=MICROS)
        with mock.patch.object(figures, "draw", DRAW):
            found = self.measure("micro/pair_private")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("no figures: no workload was run", found.stderr)
        self.assertFalse((self.run_folder() / "figures").exists())

    def test_no_interpreter(self):
        self.program("gil")
        with mock.patch.object(figures, "draw", DRAW), mock.patch.object(
            place, "PYTHON", "/no/such/python3"
        ):
            found = self.measure("words", "--threads", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("no report: /no/such/python3 did not run", found.stderr)


class Looks(unittest.TestCase):
    def test_a_runtime_looks_the_same_everywhere(self):
        alone = style.looks(["biased"])["biased"]
        self.assertEqual(style.looks(["mine", "gil", "biased"])["biased"], alone)

    def test_runtimes_look_different(self):
        names = ["gil", "atomic", "atomic_locked", "biased", "mine", "other", "third"]
        looks = style.looks(names)
        for kind in ("color", "marker"):
            self.assertEqual(len({look[kind] for look in looks.values()}), len(names))


class Percentiles(unittest.TestCase):
    def test_half_of_them_is_a_point(self):
        shares = pauses._shares(100)
        self.assertIn(0.5, shares)
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertEqual(pauses._shares(1), [1.0])

    def test_nearest_rank(self):
        found = Histogram([(10, 5), (20, 4), (100, 1)], 100)
        for share, ns in ((1, 10), (0.5, 10), (0.49, 20), (0.1, 20), (0.01, 100)):
            self.assertEqual(found.exceeded_by(share), ns / 1000, share)

    def test_nothing_is_longer_than_the_longest(self):
        found = Histogram([(1 << 20, 3)], (1 << 20) + 1)
        self.assertEqual(found.exceeded_by(0.01), ((1 << 20) + 1) / 1000)


if __name__ == "__main__":
    unittest.main()
