"""What the pauses of several processes come to."""

import unittest

import laboratory

from driver import pauses


def told(scale=1, **more):
    return {**laboratory.PAUSES, "max_us": 40 * scale, "p99_us": 30 * scale, **more}


class Figures(unittest.TestCase):
    def test_medians_but_the_longest_of_all(self):
        found = pauses.figures([told(1), told(5), told(3)])
        self.assertEqual((found["p99"], found["max"]), (90, 200))
        self.assertEqual(found["count"], 4)
        self.assertIsNone(found["p50"], "what nobody told is null")
        self.assertIsNone(pauses.figures([])["max"])

    def test_utilisation(self):
        processes = [{"mmu_1ms": 0.0}, {"mmu_1ms": 0.5}, {"mmu_1ms": 0.25}, {}]
        found = pauses.utilisation(processes)
        self.assertEqual(found, {"1ms": 0.25, "10ms": None, "100ms": None})
        ranges = pauses.utilisation(processes, pauses.extremes)
        self.assertEqual(ranges["1ms"], [0.0, 0.5])
        self.assertIsNone(ranges["10ms"])

    def test_the_curve_has_every_window_in_order(self):
        processes = [
            {"mmu_10ms": 0.75, "mmu_300us": 0.25, "mmu_1ms": 0.5, "max_us": 4.0},
            {"mmu_10ms": 0.85, "mmu_300us": None, "mmu_1ms": 0.0},
            {"mmu_10ms": 0.95, "mmu_1ms": 0.4},
        ]
        found = pauses.curve(processes)
        self.assertEqual(found["windows_us"], [300, 1000, 10_000])
        self.assertEqual(found["median"], [0.25, 0.4, 0.85])
        self.assertEqual(found["low"], [0.25, 0.0, 0.75])
        self.assertEqual(found["high"], [0.25, 0.5, 0.95])
        self.assertIsNone(pauses.curve([{"mmu_1ms": None}, {"max_us": 4.0}]))


class Detail(unittest.TestCase):
    def test_older_programs_told_none(self):
        self.assertIsNone(pauses.detail([{"count": 4}]))
        self.assertIsNone(pauses.detail([]))

    def test_by_generation_phase_and_thread(self):
        found = pauses.detail([told(), {"count": 1}, told()])
        self.assertEqual([each["count"] for each in found["generations"]], [3, 0, 1])
        shares = {name: phase["share"] for name, phase in found["phases"].items()}
        self.assertEqual(tuple(shares), pauses.PHASES)
        self.assertEqual((shares["subtract"], shares["again"]), (0.4, 0))
        self.assertAlmostEqual(sum(shares.values()), 1)
        self.assertEqual((found["cpu_share"], found["switches"]), (0.75, 2))
        (thread,) = found["threads"]
        self.assertEqual((thread["share"], thread["mmu"]["10ms"]), (0.25, 0.75))

    def test_the_processor_works_for_no_more_than_all_of_it(self):
        weighed = {"us": 40, "cpu_us": 41, "switches": 0}
        found = pauses.detail([told(weighed=weighed)])
        self.assertEqual(found["cpu_share"], 1, "the clock's own reading is in it")
        nothing = {"us": 0, "cpu_us": 0, "switches": 0}
        self.assertIsNone(pauses.detail([told(weighed=nothing)])["cpu_share"])


if __name__ == "__main__":
    unittest.main()
