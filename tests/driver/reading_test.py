"""What a program printed, taken apart."""

import json
import math
import subprocess
import unittest

from laboratory import MICROS, LaboratoryTest

from driver import arm, micro, noise, reading


def parse(*benchmarks):
    return reading.parse(json.dumps({"context": {}, "benchmarks": benchmarks}))


class Reading(unittest.TestCase):
    def test_threads_are_in_the_name(self):
        own = {
            "name": "workload/words/threads:2/iterations:1/manual_time",
            "threads": 1,
            "real_time": 1,
        }
        library = {"name": "micro/pair", "threads": 4, "real_time": 1}
        self.assertEqual([entry.threads for entry in parse(own, library)], [2, 4])

    def test_units(self):
        for unit, ns in (("ns", 2.0), ("us", 2e3), ("ms", 2e6), ("s", 2e9)):
            (entry,) = parse({"name": "a", "real_time": 2.0, "time_unit": unit})
            self.assertEqual(entry.ns, ns, unit)

    def test_counters_are_what_is_left(self):
        (entry,) = parse(
            {
                "name": "a",
                "run_name": "a",
                "iterations": 3,
                "real_time": 1,
                "cpu_time": 1,
                "checksum": 2.0**47,
                "share": 0.5,
            }
        )
        self.assertEqual(entry.counters, {"checksum": 2**47, "share": 0.5})
        self.assertIsInstance(entry.counters["checksum"], int)

    def test_aggregates_are_left_out(self):
        entries = parse(
            {"name": "a", "real_time": 1},
            {"name": "a_mean", "real_time": 1, "run_type": "aggregate"},
        )
        self.assertEqual([entry.name for entry in entries], ["a"])

    def test_errors(self):
        (entry,) = parse({"name": "a", "error_occurred": True, "error_message": "why"})
        self.assertEqual(entry.error, "why")
        self.assertTrue(math.isnan(entry.ns))

    def test_nonsense(self):
        for text in (
            "",
            "[]",
            '{"benchmarks": 3}',
            '{"benchmarks": [{}]}',
            '{"benchmarks": [1]}',
        ):
            with self.subTest(text), self.assertRaises(reading.Unreadable):
                reading.parse(text)
        with self.assertRaises(reading.Unreadable):
            parse({"name": "a", "real_time": 1, "time_unit": "weeks"})


class Program(LaboratoryTest):
    def test_all_that_it_prints_is_read(self):
        path = self.program("gil", micros=MICROS)
        command = [path, "--benchmark_filter=.", "--benchmark_format=json"]
        printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        entries = reading.parse(printed)
        self.assertEqual(len(entries), 2 * 4 + len(MICROS))
        self.assertEqual({entry.error for entry in entries}, {""})


class Names(unittest.TestCase):
    def test_filter(self):
        self.assertEqual(
            arm.Arm("workload", "gil", "words", 2).filter,
            "^workload/words/threads:2(/|$)",
        )
        self.assertEqual(arm.Arm("micro", "gil").filter, "^micro/")
        some = arm.Arm("micro", "gil", micros=("micro/a.b", "micro/c"))
        self.assertEqual(some.filter, r"^(micro/a\.b|micro/c)(/|$)")

    def test_bare_names(self):
        known = ["micro/a", "micro/a/64", "micro/ab", "micro/c/threads:2"]
        for name, bare in (
            ("micro/a/real_time/threads:2", "micro/a"),
            ("micro/a/64/real_time", "micro/a/64"),
            ("micro/ab", "micro/ab"),
            ("micro/abc", "micro/abc"),
            ("micro/c/threads:2/manual_time", "micro/c"),
        ):
            self.assertEqual(micro.bare(name, known), bare)


class Noise(unittest.TestCase):
    def test_limits(self):
        for before, after, clean in (
            (30, 44, True),
            (44, 30, True),
            (30, 46, False),
            (46, 30, False),
            (None, 46, True),
        ):
            seen = {"handoff_before_ns": before, "handoff_after_ns": after}
            self.assertEqual(noise.contamination(seen) is None, clean, seen)
        for share, ticks, clean in (
            (0.04, 9, True),
            (0.06, 9, False),
            (0.5, 2, True),
            (None, None, True),
        ):
            seen = {"steal": share, "steal_ticks": ticks}
            self.assertEqual(noise.contamination(seen) is None, clean, seen)

    def test_pressure_is_read_from_the_kernel(self):
        seen = noise.Watch().read()
        self.assertEqual(set(seen), {"pressure", "steal", "steal_ticks"})
        for share in seen["pressure"].values():
            self.assertTrue(share is None or share >= 0)


if __name__ == "__main__":
    unittest.main()
