"""refbench ratios: figures within blocks, targets, the A/A control, and the table."""

import re
import unittest

from laboratory import ROOT, LaboratoryTest

from driver import micro_noise, ratios

MICROS = (
    "micro/raw_pair_plain",
    "micro/raw_pair_locked",
    "micro/loop",
    "micro/arithmetic/threads:1",
    "micro/arithmetic/threads:2",
    "micro/pair_private",
    "micro/pair_shared/threads:1",
    "micro/pair_shared/threads:2",
    "micro/load_drop_shared/threads:1",
    "micro/load_drop_shared/threads:2",
    "micro/shared_dict_get/threads:1",
    "micro/shared_dict_get/threads:2",
    "micro/safepoint",
)
NAMES = [figure.name for figure in ratios.FIGURES]
BARE, PLAINS, LOCKED, SHARED, SLOT, ARITHMETIC, GAIN, DICT, SAFEPOINT = NAMES


def full_name(name, threads):
    """As Google Benchmark prints it."""
    alone = f"micro/{name}"
    return f"{alone if alone in MICROS else f'{alone}/threads:{threads}'}/real_time"


def line(runtime, block, arm=None, threads=1, **ns):
    """A trial as the store keeps it."""
    micros = [
        {"name": full_name(name, threads), "threads": threads, "ns": value}
        for name, value in ns.items()
    ]
    return {
        "kind": "micro",
        "status": "ok",
        "block": block,
        "arm": arm or runtime,
        "parameters": {"runtime": runtime},
        "micros": micros,
    }


def manifest(*runtimes):
    facts = {"micros": [{"name": name} for name in MICROS]}
    return {
        "base": runtimes[0],
        "runtimes": [{"name": name, "facts": facts} for name in runtimes],
        "micros": list(MICROS),
    }


def found(lines, *runtimes):
    """(figure, runtime) -> row"""
    rows = ratios.rows(lines, manifest(*runtimes))
    return {(row["figure"], row["runtime"]): row for row in rows}


class Figures(unittest.TestCase):
    def test_within_blocks(self):
        """The machine is ten times slower in the second block."""
        rows = found(
            [
                line("plain", 0, raw_pair_plain=2.0, pair_private=3.0),
                line("plain", 1, raw_pair_plain=20.0, pair_private=40.0),
                line("plain", 2, pair_private=99.0),
                line("biased", 0, pair_private=6.0),
            ],
            "plain",
            "biased",
        )
        row = rows[BARE, "plain"]
        self.assertEqual((row["low"], row["high"], row["blocks"]), (1.5, 2, 2))
        self.assertEqual(row["bounds"], "range")
        self.assertEqual(rows[PLAINS, "biased"]["value"], 2)
        self.assertIsNone(rows[PLAINS, "biased"]["low"], "one block has no spread")
        self.assertNotIn((BARE, "biased"), rows, "without bare words")

    def test_two_threads(self):
        times = {"shared_dict_get": (10.0, 20.0), "arithmetic": (2.0, 2.5)}
        lines = [
            line(runtime, 0, threads=threads, **{name: of[threads - 1]})
            for runtime in ("gil", "refcache")
            for name, of in times.items()
            for threads in (1, 2)
        ]
        rows = found(lines, "gil", "refcache")
        self.assertAlmostEqual(rows[GAIN, "refcache"]["value"], 1 / 1.6)
        self.assertAlmostEqual(rows[DICT, "refcache"]["value"], 1)
        self.assertAlmostEqual(rows[ARITHMETIC, "gil"]["value"], 1.25)

    def test_a_difference_may_be_nothing_or_less(self):
        rows = found([line("gil", 0, safepoint=0.5, loop=0.75)], "gil")
        self.assertEqual(rows[SAFEPOINT, "gil"]["value"], -0.25)

    def test_a_time_of_nothing_is_none(self):
        lines = [line("gil", 0, raw_pair_plain=0.0, pair_private=1.0)]
        lines.append(line("gil", 1, raw_pair_plain=1.0, pair_private=0.0))
        self.assertEqual(found(lines, "gil"), {})

    def test_the_control_is_none_of_them(self):
        lines = [
            line("gil", 0, raw_pair_plain=1.0, pair_private=2.0),
            line("gil", 0, "gil/again", raw_pair_plain=1.0, pair_private=8.0),
        ]
        self.assertEqual(found(lines, "gil")[BARE, "gil"]["value"], 2)
        rows = micro_noise.rows(lines, manifest("gil"))
        self.assertEqual(
            [(row["name"], row["ratio"]) for row in rows],
            [("micro/raw_pair_plain", 1), ("micro/pair_private", 4)],
        )


class Targets(unittest.TestCase):
    def verdict(self, runtime, *pairs):
        lines = [
            line(runtime, block, raw_pair_plain=1.0, pair_private=pair)
            for block, pair in enumerate(pairs)
        ]
        return found(lines, runtime)[BARE, runtime]["verdict"]

    def test_verdicts(self):
        self.assertEqual(self.verdict("plain", *[1.1, 1.2] * 3), "holds")
        self.assertEqual(self.verdict("plain", *[1.4, 1.5] * 3), "misses")
        self.assertEqual(self.verdict("plain", *[1.1, 1.5] * 3), "unclear")
        self.assertIsNone(self.verdict("plain", *[1.1] * 5), "of five blocks")
        self.assertIsNone(self.verdict("biased", *[9.9] * 6), "without a target")

    def test_who_has_which(self):
        wanted = {
            "plain": {BARE},
            "biased": {PLAINS},
            "atomic": {LOCKED},
            "refcache": {SHARED, GAIN, DICT},
            "hazard": {SLOT},
            "deferred": {SLOT, GAIN, DICT},
            "biased_deferred": {GAIN, DICT},
            "mine": set(),
        }
        for runtime, names in wanted.items():
            has = {each.name for each in ratios.FIGURES if each.target_of(runtime)}
            self.assertEqual(has, names | {SAFEPOINT}, runtime)


class Benchmarks(unittest.TestCase):
    """What figures are made of."""

    def asked(self):
        names = set()

        def ns(name, threads=1, of=None):
            names.add(name)
            return 1.0

        for figure in ratios.FIGURES:
            figure.of(ns)
        return names

    def test_are_measured(self):
        for name in self.asked():
            self.assertRegex(f"micro/{name}", ratios.REGEX)
            self.assertRegex(f"micro/{name}/threads:2", ratios.REGEX)

    def test_exist(self):
        sources = "".join(
            path.read_text() for path in (ROOT / "bench").glob("micro_*.c")
        )
        names = {
            re.sub("/threads:.*", "", name)
            for name in re.findall('.name = "micro/(.*)"', sources)
        }
        self.assertLessEqual(self.asked(), names)


class Run(LaboratoryTest):
    """The command, from the plan to the table."""

    def setUp(self):
        super().setUp()
        for name in ("gil", "plain", "atomic"):
            self.program(name, micros=(*MICROS, "micro/dict_get"))

    def ratios(self, *words):
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("ratios", *words, *where)

    def show(self, *words):
        return self.refbench("show", *words, "--results", self.results).stdout

    def test_whole(self):
        found = self.ratios("--fast")
        self.assertEqual(found.returncode, 0, found.stderr)
        for part in (
            r"figure +runtime +target +measured\n",
            r"\npair / bare pair +gil +2.00\n +plain +<= 1.3 +2.00\n +atomic +2.00\n",
            r"\n +atomic +<= 1.15 +0.40\n",
            r"\nsafepoint - loop, ns +gil +<= 1 +0\n",
            r"\n  one block: no spread known\n",
            r"\n  hot slot, 2 threads / 1 +a field read",
            r"\ncontrol: gil against itself +threads +ratio\n",
            r"\npair_shared +2 +1.000\n",
            r"\n  off by 0.0% in the median benchmark\n",
        ):
            self.assertRegex(found.stdout, part)
        arms = [line["arm"] for line in self.lines()]
        self.assertEqual(sorted(arms), ["atomic", "gil", "gil/again", "plain"])
        names = {each["name"] for line in self.lines() for each in line["micros"]}
        self.assertEqual(len(names), len(MICROS), "and no other benchmark")
        self.assertIn("-ratios", self.run_folder().name)
        self.assertIn(self.show("--ratios").strip(), found.stdout)
        self.assertEqual(self.shown()["ratios"][1]["at_most"], 1.3)

    def test_over_blocks(self):
        found = self.ratios("--budget", "3s", "plain")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertRegex(found.stdout, r"plain +<= 1.3 +2.00 +\[2.00-2.00\]")
        self.assertRegex(found.stdout, r"pair_private +1 +1.000 +\[1.000-1.000\]")

    def test_only_some(self):
        self.ratios("--fast", "plain")
        self.assertEqual(
            {line["arm"] for line in self.lines()}, {"plain", "plain/again"}
        )
        self.assertNotIn("atomic", self.show("--ratios"))

    def test_of_a_run_without(self):
        self.measure("words", "--threads", "1")
        self.assertIn("refbench ratios", self.show("--ratios"))


if __name__ == "__main__":
    unittest.main()
