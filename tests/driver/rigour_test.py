"""run --rigorous, --blocks and --strict: how much is measured, and on what machine."""

import json
import unittest
from unittest import mock

from laboratory import LaboratoryTest

from driver import advice


class Blocks(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil")

    def limits(self, *words):
        """(blocks, budget) of a run's manifest, and the blocks it has."""
        found = self.measure("words", "--threads", "1", *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        manifest = json.loads((self.run_folder() / "manifest.json").read_text())
        done = {line["block"] for line in self.lines()} - {None}
        limits = manifest["limits"]
        return limits["blocks"], limits["budget"], len(done)

    def test_rigorous(self):
        self.assertEqual(self.limits("--rigorous"), (20, 7200, 20))
        self.assertTrue(self.run_folder().name.endswith("-rigorous"))

    def test_rigorous_with_a_budget(self):
        self.assertEqual(self.limits("--rigorous", "--budget", "9m"), (20, 540, 20))

    def test_so_many(self):
        self.assertEqual(self.limits("--blocks", "3"), (3, 1_000_000, 3))

    def test_at_most_so_many(self):
        self.assertEqual(self.limits("--blocks", "3", "--budget", "5m"), (3, 300, 3))

    def test_so_many_rigorous_ones(self):
        self.assertEqual(self.limits("--rigorous", "--blocks", "2"), (2, 7200, 2))

    def test_refused(self):
        for words in (
            ("--blocks", "0"),
            ("--blocks", "-1"),
            ("--fast", "--blocks", "2"),
            ("--fast", "--rigorous"),
        ):
            with self.subTest(words):
                self.assert_one_line(self.measure(*words), 2, words[-2])
                self.assertFalse(self.results.exists())

    def test_a_run_that_goes_on_is_asked_nothing(self):
        for words in (("--rigorous",), ("--blocks", "2"), ("--strict",)):
            found = self.refbench("run", "--resume", *words, "--results", self.results)
            self.assert_one_line(found, 2, "nothing else can be asked", words[0][2:])


class Strict(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil")

    def measured(self, *remarks):
        with mock.patch.object(advice, "remarks", lambda _: list(remarks)):
            return self.measure("words", "--threads", "1", "--strict")

    def test_unfit(self):
        load = advice.Remark(
            advice.UNFIT, "load 9", "others run", "end what else is running"
        )
        few = advice.Remark(advice.UNFIT, "one core", "it is shared", "take another")
        note = advice.Remark(advice.NOTE, "turbo is on", "speeds vary", "turn it off")
        found = self.measured(load, few, note)
        self.assert_one_line(found, 5, f"{load.text}; {few.text}")
        self.assertNotIn(note.text, found.stderr)
        self.assertFalse(self.results.exists(), "something was measured")

    def test_fit(self):
        found = self.measured(
            advice.Remark(advice.NOTE, "turbo is on", "speeds vary", "turn it off")
        )
        self.assertEqual(found.returncode, 0, found.stderr)


if __name__ == "__main__":
    unittest.main()
