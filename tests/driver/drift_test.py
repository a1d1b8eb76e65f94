"""Whether speeds are steady over the blocks: the test of trend against counting, and what a run says."""

import itertools
import random
import unittest

from laboratory import LaboratoryTest

from driver import drift, rank_test


def forced(series):
    """The p by looking at every order of every series."""

    def score(values):
        pairs = itertools.combinations(values, 2)
        return sum((b > a) - (b < a) for a, b in pairs)

    each = [[score(order) for order in itertools.permutations(s)] for s in series]
    all_ = [sum(some) for some in itertools.product(*each)]
    far = abs(sum(map(score, series)))
    return sum(abs(one) >= far for one in all_) / len(all_)


class Trend(unittest.TestCase):
    def test_against_force(self):
        chance = random.Random(5)
        for _ in range(60):
            values = [chance.randrange(5) for _ in range(chance.randrange(1, 8))]
            with self.subTest(values):
                found = rank_test.trend([values])
                self.assertAlmostEqual(found, forced([values]))

    def test_several_series_against_force(self):
        chance = random.Random(6)
        for _ in range(20):
            series = [[chance.randrange(9) for _ in range(size)] for size in (4, 1, 5)]
            with self.subTest(series):
                self.assertAlmostEqual(rank_test.trend(series), forced(series))

    def test_up_and_down(self):
        self.assertAlmostEqual(rank_test.trend([range(6)]), 2 / 720)
        self.assertAlmostEqual(rank_test.trend([range(6, 0, -1)]), 2 / 720)
        self.assertEqual(rank_test.trend([[3.0] * 9]), 1.0)
        self.assertEqual(rank_test.trend([]), 1.0)

    def test_many_values_are_nearly_as_exact(self):
        chance = random.Random(7)
        for slope in (0.0, 0.01, 0.02):
            values = [slope * n + chance.gauss(0, 0.5) for n in range(60)]
            values[7] = values[30]
            exact = rank_test.trend([values])
            most, rank_test.MOST_EXACT = rank_test.MOST_EXACT, 1
            try:
                self.assertAlmostEqual(rank_test.trend([values]), exact, delta=0.01)
                self.assertEqual(rank_test.trend([[2.0] * 70]), 1.0)
            finally:
                rank_test.MOST_EXACT = most

    def test_chance_alone(self):
        """Speeds without a drift: as many p as there may be are as low."""
        chance = random.Random(8)
        low = sum(
            rank_test.trend([[chance.random() for _ in range(10)]]) <= 0.05
            for _ in range(2000)
        )
        self.assertLess(low, 2000 * 0.065)


class Cell:
    def __init__(self, *runs):
        self.used = [
            {"block": block, "ops_per_s": speed, "origin": {"run": str(number)}}
            for number, run in enumerate(runs)
            for block, speed in enumerate(run, 10 * number)
        ]


class Steady(unittest.TestCase):
    def steady(self, *cells):
        return list(drift.steady(dict(enumerate(cells))).values())

    def test_few_blocks(self):
        self.assertEqual(self.steady(Cell(range(5)), Cell()), [None, None])
        self.assertEqual(self.steady(Cell(range(6))), [False])

    def test_many_cells_need_more(self):
        level = [3, 1, 2, 6, 5, 4]
        cells = [Cell(range(6)), *[Cell(level)] * 9]
        self.assertEqual(self.steady(*cells), [True] * 10)
        cells = [Cell(range(9)), *[Cell(level)] * 9]
        self.assertEqual(self.steady(*cells), [False] + [True] * 9)

    def test_machines_of_different_speed_are_no_drift(self):
        near = [1.0, 3.0, 2.0, 4.0, 1.5, 2.5]
        far = [10 + speed for speed in near]
        self.assertEqual(self.steady(Cell(near, far)), [True])
        self.assertEqual(self.steady(Cell(near + far)), [False])

    def test_single_blocks_of_many_machines_say_nothing(self):
        self.assertEqual(self.steady(Cell(*([speed] for speed in range(9)))), [None])

    def test_order_is_that_of_blocks(self):
        drifting = Cell(range(9))
        random.Random(1).shuffle(drifting.used)
        self.assertEqual(self.steady(drifting), [False])


class Told(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name in ("gil", "atomic"):
            self.program(name)

    def test_drift_of_one_cell(self):
        self.measure("words", "--threads", "1", "--blocks", "8")
        lines = self.lines()
        for line in lines:
            if line["arm"] == "atomic":
                line["ops_per_s"] *= 1 + line["block"] / 100
        self.rewrite(lines)
        shown = {row["runtime"]: row["steady"] for row in self.shown()["rows"]}
        self.assertEqual(shown, {"gil": True, "atomic": False})
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("over the blocks: words/1 atomic\n", text)

    def test_one_block(self):
        self.measure("words", "--threads", "1")
        self.assertEqual({row["steady"] for row in self.shown()["rows"]}, {None})
        text = self.refbench("show", "--results", self.results).stdout
        self.assertNotIn("not steady", text)


if __name__ == "__main__":
    unittest.main()
