"""Order statistics of all sums of two, held against all sums in order."""

import random
import unittest
from statistics import median

import laboratory

from driver import rank_test, signed_rank, sums, verdict


def samples(count):
    """Of many shapes: smooth, of few values, of one, with some that are far away, and far from 0."""
    chance = random.Random(count)
    yield [chance.gauss(0, 1) for _ in range(count)]
    yield [float(chance.choice((0, 0, 0, 1))) for _ in range(count)]
    yield [0.0] * count
    yield [chance.paretovariate(0.5) for _ in range(count)]
    yield [16 + chance.randrange(5) / 4096 for _ in range(count)]


class Ranks(unittest.TestCase):
    def assert_ranks(self, found, wanted, ranks):
        self.assertEqual(found.count, len(wanted))
        for rank in ranks:
            near = 1e-9 * max(1, abs(wanted[rank - 1]))
            self.assertAlmostEqual(
                found.of_rank(rank), wanted[rank - 1], None, rank, near
            )
        self.assertAlmostEqual(found.median(), median(wanted), delta=1e-6)

    def test_few_by_hand(self):
        self.assert_ranks(sums.walsh([3, 1]), [2, 4, 6], (1, 2, 3))
        self.assert_ranks(sums.shifts([1, 2], [5]), [3, 4], (1, 2))
        self.assert_ranks(sums.walsh([7.0]), [14.0], (1,))

    def test_every_rank_of_few(self):
        for values in samples(9):
            wanted = [2 * each for each in signed_rank.walsh_averages(values)]
            self.assert_ranks(sums.walsh(values), wanted, range(1, 46))

    def test_many(self):
        for values in samples(150):
            wanted = [2 * each for each in signed_rank.walsh_averages(values)]
            ranks = (1, 2, len(wanted) // 3, len(wanted) - 1, len(wanted))
            self.assert_ranks(sums.walsh(values), wanted, ranks)

    def test_shifts_of_many(self):
        for ours, theirs in zip(samples(40), samples(90)):
            wanted = sorted(b - a for a in ours for b in theirs)
            ranks = (1, 1000, 1801, 2600, 3600)
            self.assert_ranks(sums.shifts(ours, theirs), wanted, ranks)


class Many(unittest.TestCase):
    """Of more than 60 blocks, what is exact and what is nearly so."""

    def test_the_interval_is_that_of_the_averages(self):
        for values in samples(101):
            averages = signed_rank.walsh_averages(values)
            k = signed_rank.depth(101)
            found = signed_rank.estimate(values)
            wanted = (median(averages), averages[k - 1], averages[-k])
            for own, each in zip((found.middle, found.low, found.high), wanted):
                self.assertAlmostEqual(own, each, delta=1e-9 * max(1, abs(each)))

    def test_the_depth_is_nearly_exact(self):
        for count in range(61, 90):
            allowed, below = 0.025 * 2**count, 0
            for exact, ways in enumerate(signed_rank.rank_sums(count)):
                below += ways
                if below > allowed:
                    break
            self.assertLessEqual(abs(signed_rank.depth(count) - exact), 1, count)

    def test_the_p_of_pairs_is_nearly_exact(self):
        chance = random.Random(4)
        for shift in (0.0, 0.1, 0.3):
            values = [chance.gauss(shift, 1) for _ in range(60)]
            exact = rank_test.signed(values)
            self.assertAlmostEqual(self.nearly(rank_test.signed, values), exact, 2)

    def test_the_p_of_samples_is_nearly_exact(self):
        chance = random.Random(5)
        for shift in (0, 1, 2):
            ours = [chance.randrange(9) for _ in range(20)]
            theirs = [chance.randrange(9) + shift for _ in range(18)]
            exact = rank_test.two_samples(ours, theirs)
            found = self.nearly(rank_test.two_samples, ours, theirs)
            self.assertAlmostEqual(found, exact, 2)

    def nearly(self, test, *values):
        with laboratory.mock.patch.object(rank_test, "MOST_EXACT", 1):
            return test(*values)

    def test_two_runs_of_many_blocks(self):
        chance = random.Random(6)
        ours = {n: chance.uniform(99, 101) for n in range(200)}
        theirs = {n: 2 * chance.uniform(99, 101) for n in range(150)}
        (found,) = verdict.decide([verdict.unpaired(ours, theirs)])
        self.assertEqual(found.verdict, verdict.FASTER)
        self.assertAlmostEqual(found.ratio, 2, delta=0.01)
        self.assertTrue(found.low < found.ratio < found.high)


if __name__ == "__main__":
    unittest.main()
