"""The estimate of paired differences, against values by hand and against brute force."""

import itertools
import math
import random
import unittest
from statistics import median

from laboratory import ROOT

from driver import signed_rank

assert ROOT  # the import that finds the driver


def sums_by_force(count):
    """The signed-rank sum of every choice of signs."""
    ranks = range(1, count + 1)
    return [
        sum(rank for rank, up in zip(ranks, signs) if up)
        for signs in itertools.product((False, True), repeat=count)
    ]


def rejected(values, centre, level=0.05):
    """Whether the exact two-sided test says that the centre is another, straight from its
    definition.  No value may be the centre, no two be equally far from it."""
    ordered = sorted((value - centre for value in values), key=abs)
    up = sum(rank for rank, each in enumerate(ordered, 1) if each > 0)
    down = sum(rank for rank, each in enumerate(ordered, 1) if each < 0)
    sums = sums_by_force(len(values))
    as_low = sum(each <= min(up, down) for each in sums) / len(sums)
    return 2 * as_low <= level


class RankSums(unittest.TestCase):
    def test_by_hand(self):
        self.assertEqual(signed_rank.rank_sums(0), [1])
        self.assertEqual(signed_rank.rank_sums(3), [1, 1, 1, 2, 1, 1, 1])

    def test_by_force(self):
        for count in range(1, 11):
            sums = sums_by_force(count)
            ways = [sums.count(each) for each in range(max(sums) + 1)]
            self.assertEqual(signed_rank.rank_sums(count), ways, count)

    def test_depth_is_that_of_printed_tables(self):
        """Critical values of T at 5 % two-sided: 0 2 3 5 8 10 13 17 21 25 from n = 6; one less
        than the depth."""
        known = [1, 3, 4, 6, 9, 11, 14, 18, 22, 26]
        self.assertEqual([signed_rank.depth(n) for n in range(6, 16)], known)
        self.assertEqual([signed_rank.depth(n) for n in range(6)], [0] * 6)

    def test_depth_of_many_is_nearly_exact(self):
        for count in (61, 90):
            sums = list(itertools.accumulate(signed_rank.rank_sums(count)))
            exact = next(k for k, below in enumerate(sums) if 40 * below > 2**count)
            self.assertAlmostEqual(signed_rank.depth(count), exact, delta=1)
        wide = [signed_rank.depth(count, 0.99) for count in (61, 90)]
        self.assertEqual(
            [k < signed_rank.depth(n) for k, n in zip(wide, (61, 90))], [True] * 2
        )

    def test_depth_of_more_than_a_float_counts(self):
        self.assertAlmostEqual(signed_rank.depth(1100) / (1100 * 1101 / 4), 0.932, 3)


class Estimate(unittest.TestCase):
    def test_nothing(self):
        self.assertIsNone(signed_rank.estimate([]))

    def test_few_have_a_median_and_a_range(self):
        found = signed_rank.estimate([5.0, 1.0, 2.0, 3.0, 4.5])
        self.assertEqual((found.middle, found.low, found.high), (3.0, 1.0, 5.0))
        self.assertEqual((found.bounds, found.count), ("range", 5))

    def test_six_by_hand(self):
        """21 averages of 0 1 2 3 4 10: the 11th is 2.5, the ends are the extremes."""
        found = signed_rank.estimate([10.0, 0.0, 3.0, 1.0, 4.0, 2.0])
        self.assertEqual((found.low, found.middle, found.high), (0.0, 2.5, 10.0))
        self.assertEqual(found.bounds, "interval")

    def test_nine_by_hand(self):
        """Averages of 1..9 in order: 1 1.5 2 2 2.5 2.5 ...: the 6th from either end."""
        found = signed_rank.estimate(range(1, 10))
        self.assertEqual((found.low, found.middle, found.high), (2.5, 5.0, 7.5))

    def test_interval_is_what_the_test_does_not_reject(self):
        for count, seed in ((6, 1), (7, 2), (8, 3), (9, 4), (9, 5)):
            values = [random.Random(f"{seed}/{i}").gauss(1, 2) for i in range(count)]
            found = signed_rank.estimate(values)
            edges = sorted(
                (a + b) / 2
                for a, b in itertools.combinations_with_replacement(values, 2)
            )
            self.assertEqual(found.middle, median(edges))
            between = [(a + b) / 2 for a, b in zip(edges, edges[1:])]
            for centre in [edges[0] - 1, *between, edges[-1] + 1]:
                outside = not found.low < centre < found.high
                self.assertEqual(rejected(values, centre), outside, (values, centre))


class Ratio(unittest.TestCase):
    def test_within_blocks(self):
        ours, theirs = {0: 2.0, 1: 4.0, 2: 9.0, 3: 1.0}, {0: 4.0, 1: 8.0, 2: 9.0}
        found = signed_rank.ratio(ours, theirs)
        self.assertAlmostEqual(found.middle, 0.5)
        self.assertAlmostEqual(found.low, 0.5)
        self.assertAlmostEqual(found.high, 1.0)
        self.assertEqual(found.count, 3, "blocks that both have")

    def test_both_ways(self):
        ours = {n: 1.0 + n for n in range(8)}
        theirs = {n: 3.0 + n * n for n in range(8)}
        there, back = signed_rank.ratio(ours, theirs), signed_rank.ratio(theirs, ours)
        self.assertTrue(math.isclose(there.middle, 1 / back.middle))
        self.assertTrue(math.isclose(there.low, 1 / back.high))

    def test_no_block_in_common(self):
        self.assertIsNone(signed_rank.ratio({0: 1.0}, {1: 1.0}))

    def test_one_block_has_no_bounds(self):
        found = signed_rank.ratio({0: 1.0}, {0: 4.0})
        self.assertAlmostEqual(found.middle, 0.25)
        self.assertEqual((found.low, found.high, found.bounds), (None, None, None))

    def test_a_zero_is_not_left_out(self):
        some, zeros = {0: 1.0, 1: 2.0, 2: 1.0}, {0: 0.0, 1: 2.0, 2: 0.0}
        for ours, theirs, reason in (
            (zeros, some, "ours is 0 in 2 of 3 blocks"),
            (some, zeros, "theirs is 0 in 2 of 3 blocks"),
            (some, {}, "no block has both"),
            (some, some, None),
        ):
            self.assertEqual(signed_rank.unrelated(ours, theirs), reason)
            missing = signed_rank.ratio(ours, theirs) is None
            self.assertEqual(missing, reason is not None, reason)


if __name__ == "__main__":
    unittest.main()
