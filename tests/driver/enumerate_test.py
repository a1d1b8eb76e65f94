"""refbench enumerate: the two programs it takes, and the comparison it prints."""

import unittest

from laboratory import LaboratoryTest

from driver import enumerate_table

MICROS = ("micro/collect_full/1M_aged", "micro/alloc_free/list3", "micro/pair_private")


class Compared(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil", micros=MICROS, speed=5e6)
        self.program("gil_linked", micros=MICROS, speed=4e6)
        self.program("biased", micros=MICROS)

    def enumerate(self, *words):
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("enumerate", *words, *where)

    def test_only_the_two(self):
        found = self.enumerate("--fast")
        self.assertEqual(found.returncode, 0, found.stderr)
        names = {line["parameters"]["runtime"] for line in self.lines()}
        self.assertEqual(names, set(enumerate_table.RUNTIMES))
        self.assertIn("-enumerate", self.run_folder().name)

    def test_table(self):
        text = self.enumerate("--fast").stdout
        table = text[text.index("containers found by") :].splitlines()
        self.assertEqual(
            table[0].split()[-5:], ["pools", "lists", "lists", "/", "pools"]
        )
        cells = [line.split() for line in table]
        self.assertIn(["collect_full/1M_aged", "ms", "2.00", "2.00", "1.00"], cells)
        self.assertIn(["alloc_free/list3", "ns", "2.00", "2.00", "1.00"], cells)
        self.assertIn("words ns per operation 200 250 1.25".split(), cells)
        self.assertIn("peak memory 1.00 MiB 1.00 MiB 1.00".split(), cells)
        self.assertIn("pause p50, us 10.0 10.0 1.00".split(), cells)
        self.assertNotIn("pair_private", text, "links change nothing there")

    def test_what_failed_has_no_ratio(self):
        self.program("gil_linked", [("words", "crash")], micros=MICROS, speed=4e6)
        found = self.enumerate("--fast", "words")
        self.assertEqual(found.returncode, 4, found.stderr)
        last = found.stdout[found.stdout.index("containers found by") :]
        self.assertIn(
            "words ns per operation 200 - -".split(), map(str.split, last.splitlines())
        )

    def test_range_over_blocks(self):
        text = self.enumerate("--budget", "1s", "collect_full").stdout
        self.assertIn("2.00 [2.00-2.00]", text)

    def test_nothing_matches(self):
        self.assert_one_line(self.enumerate("nonsense"), 3, "nonsense")


class Variant(LaboratoryTest):
    """The program with lists is measured where it is named, and no other run knows of it."""

    def test_not_among_the_others(self):
        for name in ("gil", "gil_linked"):
            self.program(name)
        found = self.measure("words")
        self.assertEqual(found.returncode, 0, found.stderr)
        names = {line["parameters"]["runtime"] for line in self.lines()}
        self.assertEqual(names, {"gil"})
        listed = self.refbench("list", "--programs", self.programs).stdout
        self.assertNotIn("gil_linked", listed)

    def test_not_built(self):
        self.program("gil")
        found = self.measure("words", "--runtime", "gil,gil_linked")
        self.assert_one_line(found, 2, "refbench-gil_linked", "missing")


if __name__ == "__main__":
    unittest.main()
