"""What several trials of one arm come to."""

import unittest

import laboratory

from driver import cell

assert laboratory.ROOT  # the driver is found from there


def line(block, speed, status="ok", contaminated=None, settings=None, **pauses):
    return {
        "kind": "workload",
        "block": block,
        "arm": "gil",
        "status": status,
        "contaminated": contaminated,
        "reason": None if status == "ok" else f"was {status}",
        "parameters": {
            "runtime": "gil",
            "workload": "words",
            "threads": 1,
            "collector": "on",
            "settings": settings or {},
        },
        "ops_per_s": speed,
        "checksum": 7,
        "counters": {"peak_rss_bytes": speed},
        "pauses": pauses,
        "noise": {"handoff_before_ns": None},
    }


class Cell(unittest.TestCase):
    def test_disturbed_trials_count_only_if_there_is_no_other(self):
        lines = [line(0, 9.0, contaminated="moved"), line(1, 4.0), line(2, 5.0)]
        found = cell.Cell(lines)
        self.assertEqual((found.status, found.speeds()), ("ok", {1: 4.0, 2: 5.0}))
        alone = cell.Cell(lines[:1])
        self.assertEqual((alone.status, alone.speeds()), ("ok", {0: 9.0}))

    def test_the_worst_status_shows(self):
        bad = [line(1, None, "timeout"), line(2, None, "failed"), line(3, None, "oom")]
        found = cell.Cell([line(0, 4.0), *bad])
        self.assertEqual((found.status, found.reason), ("failed", "was failed"))
        self.assertEqual(found.speeds(), {0: 4.0}, "what was measured is still told")

    def test_pauses_are_those_of_the_trials_used(self):
        lines = [line(0, 1.0, max_us=9), line(1, 1.0, max_us=7, contaminated="moved")]
        self.assertEqual(cell.Cell(lines).pauses(), [{"max_us": 9}])

    def test_ratios_are_taken_within_blocks(self):
        mine = cell.Cell([line(0, 2.0), line(1, 30.0), line(2, 5.0)])
        theirs = cell.Cell([line(0, 1.0), line(1, 10.0)])
        self.assertEqual(mine.over(theirs), [2.0, 3.0])
        self.assertEqual(mine.over(None), [])
        expected = {"ratio": 2.5, "ratio_range": [2.0, 3.0]}
        self.assertEqual(cell.spread("ratio", mine.over(theirs)), expected)
        self.assertEqual(cell.spread("r", []), {"r": None, "r_range": None})

    def test_blocks_are_alike_if_the_cores_are_as_near_to_each_other(self):
        def away(block, speed, ns):
            return {**line(block, speed), "noise": {"handoff_before_ns": ns}}

        ours = [away(0, 2.0, 31), away(1, 3.0, 104), away(2, 4.0, None), line(3, 5.0)]
        theirs = [away(0, 6.0, 40), away(1, 7.0, 34), away(2, 8.0, 104)]
        found = cell.alike(cell.Cell(ours), cell.Cell(theirs))
        self.assertEqual(found, ({0: 2.0, 2: 4.0, 3: 5.0}, {0: 6.0, 2: 8.0}))

    def test_counters_are_medians(self):
        found = cell.Cell([line(0, 2.0), line(1, 30.0), line(2, 5.0)])
        self.assertEqual(found.counter("peak_rss_bytes"), 5.0)
        self.assertIsNone(found.counter("unknown"))
        self.assertIsNone(found.noise("handoff_before_ns"))

    def test_the_second_of_a_pair_is_a_cell_of_its_own(self):
        again = {**line(0, 3.0), "arm": "gil/again"}
        found = cell.by_arm([line(0, 2.0), again])
        key = cell.Key("gil", "words", 1)
        self.assertEqual(list(found), [key, key._replace(again=True)])

    def test_each_setting_is_a_cell_of_its_own(self):
        lines = [line(0, 2.0), line(0, 3.0, settings={"mix": "a"}), line(1, 4.0)]
        del lines[2]["parameters"]["settings"]  # an older driver wrote it
        found = cell.by_arm(lines)
        key = cell.Key("gil", "words", 1)
        speeds = {
            key: {0: 2.0, 1: 4.0},
            key._replace(settings=(("mix", "a"),)): {0: 3.0},
        }
        self.assertEqual({key: each.speeds() for key, each in found.items()}, speeds)


if __name__ == "__main__":
    unittest.main()
