"""Ranks against brute force, verdicts by hand, and how often chance alone makes one."""

import itertools
import math
import random
import unittest
from unittest import mock

from laboratory import ROOT

from driver import rank_test, verdict

assert ROOT  # the import that finds the driver

TRIALS = 1000
# Of so many at a level of 5 % no more are false but once in ten thousand.
MOST_FALSE = 78


def ranks(values):
    """Each one's mean place among all, from its definition."""
    return [
        sum(each < value for each in values) + (values.count(value) + 1) / 2
        for value in values
    ]


class Signed(unittest.TestCase):
    def by_force(self, values):
        some = [value for value in values if value]
        order = ranks([abs(value) for value in some])
        middle = sum(order) / 2
        far = abs(sum(r for r, v in zip(order, some) if v > 0) - middle)
        choices = list(itertools.product((0, 1), repeat=len(some)))
        sums = [sum(r for r, up in zip(order, signs) if up) for signs in choices]
        return sum(abs(each - middle) >= far - 1e-9 for each in sums) / len(choices)

    def test_against_force(self):
        samples = [
            (1,),
            (1, 2, 3, 4, 5, 6),
            (-1, 2, 3),
            (1, -1, 2, 2, -3),
            (0, 1, 1, 0),
        ]
        rng = random.Random(1)
        samples += [[rng.randint(-4, 4) for _ in range(9)] for _ in range(20)]
        for values in samples:
            if any(values):
                found = rank_test.signed(values)
                self.assertAlmostEqual(found, self.by_force(values), msg=str(values))

    def test_six_of_one_sign(self):
        self.assertAlmostEqual(rank_test.signed([1, 2, 3, 4, 5, 6]), 2 / 64)

    def test_nothing_to_tell(self):
        self.assertEqual(rank_test.signed([0, 0]), 1)

    def test_p_of_many_is_nearly_exact(self):
        for shift in (0.0, 0.2, 0.4):
            values = [random.Random(f"{i}").gauss(shift, 1) for i in range(61)]
            values[1] = values[0]
            with mock.patch.object(rank_test, "MOST_EXACT", len(values)):
                exact = rank_test.signed(values)
            self.assertAlmostEqual(rank_test.signed(values), exact, delta=0.005)


class TwoSamples(unittest.TestCase):
    def by_force(self, ours, theirs):
        order = ranks([*ours, *theirs])
        middle = len(ours) * (len(order) + 1) / 2
        far = abs(sum(order[: len(ours)]) - middle)
        sums = [sum(some) for some in itertools.combinations(order, len(ours))]
        return sum(abs(each - middle) >= far - 1e-9 for each in sums) / len(sums)

    def test_against_force(self):
        rng = random.Random(2)
        for _ in range(30):
            ours = [rng.randint(0, 6) for _ in range(rng.randint(1, 6))]
            theirs = [rng.randint(0, 6) for _ in range(rng.randint(1, 6))]
            found = rank_test.two_samples(ours, theirs)
            self.assertAlmostEqual(
                found, self.by_force(ours, theirs), msg=(ours, theirs)
            )


def speeds(values):
    return dict(enumerate(map(math.exp, values)))


class Decided(unittest.TestCase):
    def decide(self, first, second, **more):
        return verdict.decide([verdict.paired(speeds(first), speeds(second))], **more)[
            0
        ]

    def test_every_block_faster(self):
        found = self.decide([0] * 8, [0.1, 0.11, 0.12, 0.1, 0.13, 0.1, 0.09, 0.12])
        self.assertEqual(found.verdict, verdict.FASTER)
        self.assertTrue(1 < found.low < found.ratio < found.high)

    def test_within_the_margin(self):
        found = self.decide([0] * 8, [0.001, -0.001, 0.002, 0, 0.001, -0.002, 0, 0])
        self.assertEqual((found.verdict, found.more), (verdict.SAME, None))
        shifted = [0.005, 0.006, 0.005, 0.007, 0.006, 0.005, 0.006, 0.007]
        self.assertEqual(self.decide([0] * 8, shifted).verdict, verdict.SAME)
        self.assertEqual(
            self.decide([0] * 8, shifted, margin=0.001).verdict, verdict.FASTER
        )

    def test_few_blocks_decide_nothing(self):
        found = self.decide([0] * 5, [-0.5] * 5)
        self.assertEqual((found.verdict, found.more), (verdict.UNCLEAR, 1))
        self.assertIsNone(found.low)

    def test_wide_interval_asks_for_blocks(self):
        found = self.decide([0] * 6, [0.3, -0.2, 0.25, -0.1, 0.2, 0.02])
        self.assertEqual(found.verdict, verdict.UNCLEAR)
        self.assertTrue(1 <= found.more <= verdict.MOST_BLOCKS)

    def test_blocks_without_both_do_not_count(self):
        found = verdict.paired({1: 2.0, 2: 2.0}, {2: 4.0, 3: 4.0})
        self.assertEqual((found.ratio, found.blocks), (2.0, 1))
        self.assertIsNone(verdict.paired({1: 2.0}, {2: 2.0}))
        self.assertIsNone(verdict.unpaired({1: 2.0}, {}))

    def test_many_questions_need_more_certainty(self):
        """Of 20 questions one p of 0.04 is what chance gives."""
        self.assertEqual(verdict.significant([0.04]), 0.04)
        self.assertLess(verdict.significant([0.04] + [0.5] * 19), 0)
        self.assertEqual(verdict.significant([0.001, 0.02] + [0.5] * 3), 0.02)


class Chance(unittest.TestCase):
    """Nothing differs: a machine that drifts, and one trial in ten that something disturbed."""

    def sample(self, rng, blocks, drift):
        level, sides = 0.0, ([], [])
        for _ in range(blocks):
            level += rng.gauss(0, drift)
            for side in sides:
                late = abs(rng.gauss(0, 0.3)) if rng.random() < 0.1 else 0
                side.append(level + rng.gauss(0, 0.03) - late)
        return map(speeds, sides)

    def false(self, compare, blocks, drift):
        rng = random.Random(blocks)
        found = [compare(*self.sample(rng, blocks, drift)) for _ in range(TRIALS)]
        decided = [verdict.decide([each])[0].verdict for each in found]
        return sum(each in (verdict.FASTER, verdict.SLOWER) for each in decided)

    def test_paired(self):
        for blocks in (6, 10, 20):
            found = self.false(verdict.paired, blocks, drift=0.1)
            self.assertLessEqual(
                found, MOST_FALSE, f"of {TRIALS}, with {blocks} blocks"
            )

    def test_two_runs_of_a_machine_that_does_not_drift(self):
        for blocks in (6, 10):
            found = self.false(verdict.unpaired, blocks, drift=0)
            self.assertLessEqual(
                found, MOST_FALSE, f"of {TRIALS}, with {blocks} blocks"
            )

    def test_a_difference_is_found(self):
        rng = random.Random(3)
        found = 0
        for _ in range(100):
            first, second = self.sample(rng, 20, drift=0.1)
            faster = {block: 1.1 * speed for block, speed in second.items()}
            found += (
                verdict.decide([verdict.paired(first, faster)])[0].verdict
                == verdict.FASTER
            )
        self.assertGreaterEqual(found, 80)


if __name__ == "__main__":
    unittest.main()
