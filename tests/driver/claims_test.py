"""refbench claims: what it measures, and what settles a claim."""

import json
import unittest

from laboratory import LaboratoryTest

from driver import claims, program  # found by laboratory

BLOCKS = 7
SPEEDS = {
    "none": 9e6,
    "plain": 8e6,
    "gil": 7e6,
    "atomic": 4e6,
    "biased": 7e6,
    "biased_deferred": 6e6,
    "manual": 8.4e6,
    "manual_pools": 1e7,
}
CAN = {
    "none": {"frees": False},
    "plain": {"max_threads": 1},
    "gil": {"serial": True},
}


class Claims(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name, speed in SPEEDS.items():
            self.program(
                name,
                speed=speed,
                workloads=("words", *claims.WORKLOADS),
                capabilities=CAN.get(name, {}),
            )

    def claims(self, *words):
        return self.refbench("claims", *words, "--results", self.results)

    def measured(self, change=lambda line: None, blocks=BLOCKS):
        """A run of claims as it would be of so many blocks; `change` may change each line."""
        found = self.claims("--programs", self.programs, "--fast")
        self.assertEqual(found.returncode, 0, found.stderr)
        path = self.run_folder() / "trials.jsonl"
        lines = []
        for line in map(json.loads, path.read_text().splitlines()):
            line.pop("crc", None)
            if line["arm"] == "gil" and line["parameters"]["threads"] == 2:
                line["ops_per_s"] /= 2  # threads take turns
            for block in range(blocks):
                copy = {**line, "key": f"{line['key']}/{block}", "block": block}
                change(copy)
                lines.append(copy)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return found

    def found(self, *words):
        found = self.claims("--run", "--json", *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def by_hand(self, runtime, over, workload="richards", collector="on", *words):
        (row,) = [
            row
            for row in self.found(*words)["by_hand"]
            if (row["runtime"], row["over"]) == (runtime, over)
            and (row["workload"], row["collector"]) == (workload, collector)
            and row["threads"] == 1
        ]
        return row

    def lock(self, workload="richards"):
        (row,) = [row for row in self.found()["settled"] if row["workload"] == workload]
        return row

    def test_what_is_measured(self):
        self.measured()
        lines = [line for line in self.lines() if line["kind"] == "workload"]
        asked = {
            (line["arm"], line["parameters"]["workload"], line["parameters"]["threads"])
            for line in lines
        }
        self.assertEqual({arm for arm, _, _ in asked} - {"gil/again"}, set(SPEEDS))
        self.assertEqual({what for _, what, _ in asked}, set(claims.WORKLOADS))
        self.assertEqual({threads for _, _, threads in asked}, {1, 2})
        self.assertNotIn(("plain", "richards", 2), asked)

    def test_memory_by_hand(self):
        self.measured()
        row = self.by_hand("plain", "manual")
        self.assertAlmostEqual(row["ratio"], 8 / 8.4)
        self.assertEqual((row["settled"], row["blocks"]), ("holds", BLOCKS))
        row = self.by_hand("plain", "manual_pools")
        self.assertAlmostEqual(row["ratio"], 0.8)
        self.assertEqual(row["settled"], "does not hold")
        self.assertAlmostEqual(
            self.by_hand("gil", "manual", claims.MEAN)["ratio"], 7 / 8.4
        )

    def test_as_many_threads_are_compared(self):
        self.measured()
        rows = {
            (row["runtime"], row["over"]): row["ratio"]
            for row in self.found()["by_hand"]
            if (row["workload"], row["collector"], row["threads"])
            == ("richards", "on", 2)
        }
        self.assertAlmostEqual(rows["gil", "manual"], 3.5 / 8.4)
        self.assertAlmostEqual(rows["biased", "manual"], 7 / 8.4)
        self.assertNotIn(("plain", "manual"), rows)

    def test_how_near_is_asked(self):
        self.measured()
        row = self.by_hand("plain", "manual_pools", "richards", "on", "--nearly", "25%")
        self.assertEqual(row["settled"], "holds")
        self.assert_one_line(self.claims("--run", "--nearly", "x"), 2, "--nearly", "x")

    def test_what_straddles_stays_open(self):
        def waver(line):
            if line["arm"] == "plain":
                line["ops_per_s"] *= 1.2 if line["block"] % 2 else 0.8

        self.measured(waver)
        self.assertEqual(self.by_hand("plain", "manual")["settled"], "open")

    def test_the_collector_is_told_apart(self):
        def collect(line):
            if line["arm"] == "gil" and line["parameters"]["collector"] == "on":
                line["ops_per_s"] /= 2

        self.measured(collect)
        on, off = (
            self.by_hand("gil", "manual", "binary_trees", collector)["ratio"]
            for collector in ("on", "off")
        )
        self.assertAlmostEqual(off, 2 * on)

    def test_the_lock_against_a_way_that_costs_nothing(self):
        self.measured()
        row = self.lock()
        self.assertEqual(row["settled"], "does not hold")
        self.assertEqual(
            row["ways"],
            {
                "atomic": "holds",  # slower than gil with one thread
                "biased": "does not hold",
                "biased_deferred": "holds",
            },
        )

    def test_the_lock_stays_where_every_way_costs(self):
        def costs(line):
            if line["arm"] in claims.WAYS and line["parameters"]["threads"] == 1:
                line["ops_per_s"] /= 4

        self.measured(costs)
        self.assertEqual(self.lock()["settled"], "holds")

    def test_the_lock_stays_where_nothing_is_gained(self):
        def gains(line):
            if line["arm"] in claims.WAYS and line["parameters"]["threads"] == 2:
                line["ops_per_s"] /= 8

        self.measured(gains)
        self.assertEqual(self.lock()["settled"], "holds")

    def test_what_a_way_gains(self):
        self.measured()
        rows = {
            (row["threads"], row["over"], row["over_threads"]): row["ratio"]
            for row in self.found()["lock"]
            if (row["runtime"], row["workload"]) == ("atomic", "richards")
        }
        self.assertAlmostEqual(rows[1, "gil", 1], 4 / 7)
        self.assertAlmostEqual(rows[1, "plain", 1], 1 / 2)
        self.assertAlmostEqual(rows[2, "gil", 2], 8 / 7)
        self.assertAlmostEqual(rows[2, "atomic", 1], 2)

    def test_a_mean_is_of_all_blocks_and_a_workload_of_those_that_are_alike(self):
        def far(line):
            if line["kind"] == "workload" and line["parameters"]["threads"] == 2:
                here = line["arm"] == "atomic" and line["block"] == 2
                way = {"handoff_before_ns": 104.0 if here else 31.0}
                line["noise"] = {**line["noise"], **way}

        self.measured(far)
        of = {
            row["workload"]: row["blocks"]
            for row in self.found()["lock"]
            if (row["runtime"], row["over"], row["threads"]) == ("atomic", "gil", 2)
        }
        self.assertEqual(of.pop(claims.MEAN), BLOCKS)
        self.assertEqual(set(of.values()), {BLOCKS - 1})

    def test_few_blocks_settle_nothing(self):
        self.measured(blocks=1)
        found = self.found()
        self.assertEqual({row["settled"] for row in found["by_hand"]}, {"open"})
        self.assertEqual({row["settled"] for row in found["settled"]}, {"open"})
        self.assertIn("nothing is settled", self.claims("--run").stdout)

    def test_other_work_is_not_compared(self):
        def other(line):
            if (line["arm"], line["parameters"]["workload"]) == ("manual", "richards"):
                line["checksum"] += 1

        self.measured(other)
        rows = [
            row["workload"]
            for row in self.found()["by_hand"]
            if (row["runtime"], row["over"]) == ("gil", "manual")
        ]
        self.assertNotIn("richards", rows)
        self.assertIn("lru_cache", rows)

    def test_no_block_has_both(self):
        def apart(line):
            if line["arm"] == "atomic" and line["block"] > 0:
                line["contaminated"] = "the host took 90% of the processor time"
            if line["arm"] == "gil" and line["block"] == 0:
                line["contaminated"] = "the host took 90% of the processor time"

        self.measured(apart)
        self.assertEqual(self.lock()["ways"]["atomic"], "open")
        self.assertIn("- no block has both", self.claims("--run").stdout)

    def test_text(self):
        shown = self.measured().stdout
        self.assertIn("1. Counting is nearly as fast", shown)
        self.assertIn("2. Counts keep the global lock", shown)
        text = self.claims("--run").stdout
        self.assertRegex(
            text, r"richards +1 +plain +0\.952 \[.*\] +holds +0\.800 \[.*\] +does not"
        )
        self.assertIn("richards: does not hold, by biased", text)
        self.assertRegex(
            text, r"against itself: gil on \w+, 1 threads: 1\.000 \[.*same"
        )

    def test_it_is_written_with_the_environment(self):
        self.measured()
        found = self.claims("--run", "--write")
        self.assertEqual(found.returncode, 0, found.stderr)
        page = (self.results / "claims.md").read_text()
        self.assertIn("| run | " + self.run_folder().name, page)
        for part in ("# Two claims", "| processor |", "| compiler | cc 1.0 -O2 |"):
            self.assertIn(part, page)
        self.assertIn(
            "| richards | 1 | plain | 0.952 [0.952-0.952] | holds | 0.800", page
        )

    def test_refused(self):
        self.assert_one_line(self.claims("--json"), 2, "--run")
        self.assert_one_line(self.claims("--run", "nowhere"), 2, "nowhere")
        found = self.measure("words", "--runtime", "gil", "--label", "other")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assert_one_line(self.claims("--run", "other"), 2, "settles no claim")

    def test_by_hand_is_measured_where_it_is_named(self):
        self.assertNotIn("manual", program.paths_in(self.programs))
        found = self.measure("richards", "--runtime", "gil,manual", "--threads", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(
            {row["runtime"] for row in self.shown()["rows"]}, {"gil", "manual"}
        )


if __name__ == "__main__":
    unittest.main()
