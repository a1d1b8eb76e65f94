"""The answer in words: each sentence says what the rows say, and nothing that has no verdict."""

import sys
import unittest

from laboratory import ROOT

sys.path.insert(0, str(ROOT / "results"))

from analysis import answer
from analysis.page import bound, words

PAUSES = {"count": 100, "p50": 9.0, "p90": 20.0, "p99": 150.0, "p999": 900.0}
PAUSES = {**PAUSES, "max": 2000.0, "total": 1e4, "lost": 0}
FLOOR = {"workload": "words", "settings": {}, "threads": 1, "heap": None}


def row(runtime, workload="words", threads=1, **more):
    return {
        "runtime": runtime,
        "workload": workload,
        "settings": {},
        "threads": threads,
        "heap": None,
        "control": False,
        "oversubscribed": False,
        "status": "ok",
        "reason": None,
        "trials": 8,
        "contaminated": 0,
        "pause_us": dict(PAUSES),
        "peak_rss_bytes": 10 << 20,
        "ratio": 1.0,
        **more,
    }


def summary(rows, **more):
    return {
        "base": "gil",
        "rows": rows,
        "blocks": 8,
        "cores": 2,
        "trials": {"ok": 8 * len(rows)},
        "capabilities": {"none": {"frees": False}, "plain": {"max_threads": 1}},
        "noise_floors": [],
        **more,
    }


def found(verdict, ratio, low=None, high=None, more=None, **other):
    """A row of a comparison."""
    return {
        "workload": "words",
        "settings": {},
        "heap": None,
        "threads": 1,
        "runtime": None,
        "ratio": ratio,
        "low": low,
        "high": high,
        "blocks": 8,
        "verdict": verdict,
        "more": more,
        "reason": None,
        **other,
    }


def comparisons(**by_runtime):
    return {
        "comparisons": [
            {"a": {"side": "gil"}, "b": {"side": name}, "margin": 0.02, "rows": rows}
            for name, rows in by_runtime.items()
        ]
    }


class Answer(unittest.TestCase):
    def of(self, told, *more):
        """Title -> sentences."""
        return {
            each.title: [one.text for one in [*each.sentences, *each.more]]
            for each in answer.of(told, *more)
        }

    def speed(self, verdicts, rows=None, **more):
        names = ["gil", *verdicts]
        told = summary(rows or [row(name) for name in names], **more)
        return self.of(told, comparisons(**verdicts))["Speed with 1 thread"]

    def test_faster(self):
        said = self.speed({"biased": [found("faster", 1.25, 1.2, 1.3)]})
        first = "biased is faster than gil on words (1.25 [1.20–1.30] times its speed)."
        self.assertEqual(said[0], first)
        self.assertEqual(
            said[-1], "biased: faster than gil (1.25 [1.20–1.30] on words)."
        )

    def test_slower(self):
        said = self.speed({"biased": [found("slower", 0.8, 0.7, 0.9)]})
        self.assertEqual(said[0], "gil is faster than biased on words.")
        self.assertEqual(
            said[-1], "biased: slower than gil (0.80 [0.70–0.90] on words)."
        )

    def test_the_same_is_not_slower(self):
        said = self.speed({"biased": [found("same", 0.99, 0.985, 1.01)]})
        self.assertEqual(said[0], "None is faster than gil on words.")
        self.assertEqual(said[-1], "biased: the same (0.99 [0.98–1.01] on words).")
        self.assertNotIn("slower", " ".join(said))

    def test_unclear_is_neither_faster_nor_slower(self):
        said = self.speed({"biased": [found("unclear", 1.1, 0.9, 1.3, 12)]})
        shown = "None is shown to be faster than gil on words (unclear: biased)."
        self.assertEqual(said[0], shown)
        self.assertEqual(said[-1], "biased: unclear (1.10 [0.90–1.30] on words).")
        self.assertNotIn("is faster", " ".join(said))

    def test_one_block_gives_no_verdict_and_no_winner(self):
        few = found("unclear", 1.5, more=5, blocks=1)
        said = self.speed({"biased": [few]}, blocks=1)
        none = "There is no verdict: an interval of 95% takes 6 blocks, and there is 1 block at most."
        self.assertEqual(said[0], none)
        self.assertIn("Not decided, but measured", said[1])
        for word in ("faster", "slower", "leads"):
            self.assertNotIn(word, " ".join(said))

    def test_ties_name_both(self):
        said = self.speed(
            {
                "biased": [found("faster", 1.3, 1.2, 1.4)],
                "atomic": [found("faster", 1.25, 1.15, 1.35)],
                "hazard": [found("faster", 1.1, 1.05, 1.15)],
            }
        )
        leads = "biased leads those that are faster than gil on words "
        self.assertEqual(
            said[0],
            leads + "(1.30 [1.20–1.40] times its speed, not told apart from atomic).",
        )

    def test_intervals_apart_name_one(self):
        said = self.speed(
            {
                "biased": [found("faster", 1.3, 1.25, 1.4)],
                "atomic": [found("faster", 1.1, 1.05, 1.15)],
            }
        )
        self.assertIn("biased leads", said[0])
        self.assertNotIn("not told apart", said[0])

    def test_a_floor_is_no_winner(self):
        said = self.speed(
            {
                "none": [found("faster", 2.0, 1.9, 2.1)],
                "biased": [found("faster", 1.2, 1.1, 1.3)],
            }
        )
        self.assertEqual(
            said[0], "none¹ is a floor to compare with, and no winner below."
        )
        self.assertTrue(said[1].startswith("biased is faster than gil on words"), said)
        self.assertFalse(any(each.startswith("none¹ leads") for each in said))

    def test_all_slower_but_a_floor(self):
        verdicts = {
            "none": [found("faster", 2.0, 1.9, 2.1)],
            "biased": [found("slower", 0.8, 0.7, 0.9)],
            "atomic": [found("slower", 0.8, 0.7, 0.9)],
        }
        whom = "gil is faster than all others but the floors on words."
        self.assertIn(whom, self.speed(verdicts))

    def test_a_mean_is_of_its_threads_and_verdict(self):
        rows = [
            row("gil"),
            row("biased"),
            row("gil", threads=2),
            row("biased", threads=2),
        ]
        told = comparisons(
            biased=[
                found("same", 1.0, 0.99, 1.01),
                found("same", 1.0, 0.99, 1.01, threads=2),
            ]
        )
        mean = {"workload": "geometric mean"}
        told["comparisons"][0]["means"] = [
            found("slower", 0.9, 0.85, 0.95, **mean),
            found("unclear", 1.1, 0.95, 1.2, 9, **mean, threads=2),
        ]
        said = self.of(summary(rows), told)
        whole = "Over all workloads together (geometric mean) "
        one = f"{whole}biased (0.90 [0.85–0.95]) is slower than gil."
        two = f"{whole}it is unclear for biased (1.10 [0.95–1.20])."
        self.assertEqual(said["Speed with 1 thread"][0], one)
        self.assertEqual(said["Speed with 2 threads"][0], two)

    def test_controls_and_paced_workloads_win_nothing(self):
        rows = [
            row(name, work, control=work == "arithmetic")
            for work in ("words", "arithmetic", "clocked")
            for name in ("gil", "biased")
        ]
        verdicts = [
            found("slower", 0.9, 0.85, 0.95),
            found("faster", 3.0, 2.9, 3.1, workload="arithmetic"),
            found("faster", 4.0, 3.9, 4.1, workload="clocked"),
        ]
        told = comparisons(biased=verdicts)
        said = self.of(summary(rows), told, None, ["clocked"])["Speed with 1 thread"]
        self.assertNotIn("arithmetic", " ".join(said))
        self.assertNotIn("clocked", " ".join(said))

    def test_oversubscribed_is_said(self):
        rows = [row(name, threads=4, oversubscribed=True) for name in ("gil", "biased")]
        told = comparisons(biased=[found("slower", 0.9, 0.85, 0.95, threads=4)])
        titles = list(self.of(summary(rows), told))
        self.assertIn(
            "Speed with 4 threads, oversubscribed: more than the 2 cores", titles
        )

    def test_one_runtime_only(self):
        said = self.of(summary([row("gil")]), {"comparisons": []})
        only = "Only gil was measured: there is nothing to compare it with."
        self.assertIn(only, said["What was measured"])
        self.assertFalse([title for title in said if title.startswith("Speed")])

    def test_failed_only(self):
        failed = {"status": "failed", "reason": "it fell", "pause_us": {"count": None}}
        rows = [row(name, **failed, peak_rss_bytes=None) for name in ("gil", "biased")]
        bad = found("unclear", None, reason="failed: it fell", blocks=None)
        said = self.of(summary(rows, trials={"failed": 16}), comparisons(biased=[bad]))
        none = "No trial of a workload ended well, so there is nothing to compare."
        self.assertIn(none, said["What was measured"])
        self.assertEqual(
            said["What stayed unclear"][-1],
            "1 comparison cannot be decided so: failed: it fell.",
        )
        self.assertFalse({"Pauses", "Memory"} & set(said))

    def test_no_comparison_is_said(self):
        said = self.of(summary([row("gil"), row("biased")]))
        self.assertIn("compare.json is missing", said["What was measured"][-1])

    def test_nothing_was_run(self):
        said = self.of(summary([]))
        self.assertEqual(list(said), ["What was measured"])

    def test_pauses_are_beside_those_of_the_machine(self):
        rows = [row("gil"), row("biased", pause_us={**PAUSES, "max": 50_000.0})]
        noise = {**FLOOR, "runtime": "gil", "pause_us": {**PAUSES, "max": 3000.0}}
        said = self.of(summary(rows, pause_noise=[noise]))["Pauses"]
        base = "the longest pause of gil is 2.00 ms, on words: there half of its pauses are below "
        self.assertEqual(said[0], f"With 1 thread {base}9.00 µs and 99% below 150 µs.")
        self.assertIn("the longest pause of biased is 50.0 ms", said[1])
        self.assertEqual(
            said[2],
            "The machine alone held 1 thread up for as long as 3.00 ms, "
            "so not even the longest pauses of gil tell anything of a collector.",
        )

    def test_memory_beside_the_base(self):
        rows = [row("gil"), row("biased", peak_rss_bytes=25 << 20), row("atomic")]
        said = self.of(summary(rows))["Memory"]
        most = "With 1 thread biased takes most: 2.50 times the peak memory of gil, on words"
        self.assertEqual(said, [f"{most}; within 5% of gil everywhere: atomic."])

    def test_the_noise_floor(self):
        interval = {"ratio": 1.001, "low": 0.98, "high": 1.03}
        floor = {**FLOOR, "runtime": "gil", "ratio": 1.001, "ratio_range": [0.9, 1.1]}
        said = self.of(
            summary([row("gil")], noise_floors=[{**floor, "interval": interval}])
        )
        self.assertEqual(
            said["Noise floor"],
            [
                "gil against itself has 1.001 [0.980–1.030] of its own speed on words with 1 thread: "
                "noise is up to 3.0%."
            ],
        )
        said = self.of(
            summary([row("gil")], noise_floors=[{**floor, "interval": None}])
        )
        self.assertIn("single blocks differ by up to 10.0%", said["Noise floor"][0])
        said = self.of(summary([row("gil")]))
        self.assertIn("not known", said["Noise floor"][0])

    def test_what_is_unclear_needs_so_many_blocks(self):
        rows = [row(name, work) for work in "abc" for name in ("gil", "biased")]
        verdicts = [
            found("unclear", 1.1, 0.9, 1.3, 3, workload="a"),
            found("unclear", 1.0, 0.9, 1.1, 1000, workload="b"),
            found("faster", 1.2, 1.1, 1.3, workload="c"),
        ]
        said = self.of(summary(rows), comparisons(biased=verdicts))[
            "What stayed unclear"
        ]
        self.assertEqual(said[0], "Unclear: 2 of 3 comparisons.")
        half = "About 3 blocks more would decide half of the 2 that blocks can decide: "
        ends = "3 the nearest (biased on a), 1000 or more the farthest (biased on b)."
        self.assertEqual(said[1], half + ends)

    def test_blocks_that_a_verdict_takes_need_not_decide(self):
        told = comparisons(biased=[found("unclear", 1.1, more=3)])
        rows = [row("gil"), row("biased")]
        said = self.of(summary(rows), told)["What stayed unclear"]
        few = "1 comparison has fewer blocks than a verdict takes: 3 blocks more"
        self.assertEqual(said[1], f"{few} allow for one, and may leave it unclear.")

    def test_all_decided(self):
        told = comparisons(biased=[found("same", 1.0, 0.99, 1.01)])
        said = self.of(summary([row("gil"), row("biased")]), told)[
            "What stayed unclear"
        ]
        self.assertEqual(said, ["Nothing: 1 comparison of 1 has a verdict."])

    def test_the_lower_bound(self):
        bound = {"ratio": 1.5, "low": 1.4, "high": 1.6}
        means = [
            {"runtime": "gil", "threads": 1, "heap": None, "over": {"ideal": bound}}
        ]
        said = self.of(summary([row("gil")]), None, {"means": means})
        title = "Lower bounds of the overhead"
        self.assertTrue(said[title][0].endswith("gil 1.50 [1.40–1.60]."), said[title])

    def test_a_bound_is_of_the_runtime_and_of_what_was_fastest(self):
        rows = [
            {**row("gil", work), "heap": None, "over": {"ideal": {**told}}}
            for work, told in (
                ("words", {"ratio": 1.5, "floor": "biased"}),
                ("json", {"ratio": None, "floor": None}),
            )
        ]
        found = bound.subjects({"rows": rows}, "gil", 1)
        self.assertEqual(
            [(of.runtime, of.workload) for of in found],
            [("gil", "words"), ("biased", "words")],
        )
        self.assertEqual(bound.subjects({"rows": rows}, "gil", 2), ())

    def test_numbers_know_what_they_are_of(self):
        told = comparisons(biased=[found("faster", 1.25, 1.2, 1.3)])
        (speed,) = [
            each
            for each in answer.of(summary([row("gil"), row("biased")]), told)
            if each.title.startswith("Speed")
        ]
        (number,) = [part for part in speed.sentences[0].parts if hasattr(part, "of")]
        self.assertEqual([of.runtime for of in number.of], ["biased", "gil"])
        self.assertEqual({of.workload for of in number.of}, {"words"})


class Words(unittest.TestCase):
    def test_a_range_has_the_unit_of_the_number_above_it(self):
        self.assertEqual(words.rate(875e3), "875 kop/s")
        self.assertEqual(words.rates(804.8e3, 1.072e6, 875e3), "[805–1072]")
        self.assertEqual(words.rates(0.99e6, 1.02e6, 1e6), "[0.99–1.02]")


if __name__ == "__main__":
    unittest.main()
