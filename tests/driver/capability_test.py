#!/usr/bin/python3
"""What runtimes do not do alike: marks and notes in every table that compares them."""

import unittest

from laboratory import MICROS, LaboratoryTest

from driver import capability  # found there only now

NONE = {"frees": False, "prompt_death": False, "borrows": False, "max_threads": 256}
PLAIN = {"frees": True, "prompt_death": True, "serial": True, "max_threads": 1}
GIL = {**PLAIN, "max_threads": 256}
DEFERRED = {"frees": True, "prompt_death": False, "borrows": True, "max_threads": 256}


class Words(unittest.TestCase):
    def test_each_difference_has_a_name(self):
        for capabilities, expected in (
            (NONE, ["frees nothing"]),
            (PLAIN, ["one thread"]),
            (GIL, []),
            (DEFERRED, ["frees later", "borrows"]),
            ({}, []),  # a program of before
        ):
            self.assertEqual(capability.differences(capabilities), expected)

    def test_words(self):
        for capabilities, expected in (
            (NONE, ("all at once", "never", "not counted")),
            (PLAIN, ("one only", "at once", "counted")),
            (GIL, ("one at a time", "at once", "counted")),
            (DEFERRED, ("all at once", "later", "borrowed")),
            ({}, ("-", "-", "-")),
        ):
            self.assertEqual(capability.words(capabilities), expected)

    def test_only_the_marks_that_there_are(self):
        marks = capability.Marks({"gil": GIL, "plain": PLAIN, "deferred": DEFERRED})
        self.assertEqual(marks.name("gil"), "gil")
        self.assertEqual(marks.name("deferred"), "deferred¹²")
        self.assertEqual(marks.name("plain"), "plain³")
        self.assertEqual(marks.name("cpython"), "cpython")
        first, second, third = marks.legend()
        self.assertTrue(first.startswith("  ¹ deferred: frees later: "), first)
        self.assertTrue(second.startswith("  ² deferred: borrows: "), second)
        self.assertTrue(third.startswith("  ³ plain: one thread: "), third)

    def test_one_note_for_all_whom_it_concerns(self):
        marks = capability.Marks({"none": NONE, "nil": NONE})
        (line,) = marks.legend()
        self.assertTrue(line.startswith("  ¹ none, nil: frees nothing: "), line)


class Tables(LaboratoryTest):
    """One run of three runtimes."""

    def setUp(self):
        super().setUp()
        for name, capabilities in (("gil", GIL), ("none", NONE), ("plain", PLAIN)):
            self.program(name, micros=MICROS, capabilities=capabilities)

    def assert_noted(self, text):
        self.assertRegex(text, r"\n  ¹ none: frees nothing: ")
        self.assertRegex(text, r"\n  ² plain: one thread: ")

    def test_list(self):
        text = self.refbench("list", "--programs", self.programs).stdout
        self.assertRegex(
            text, r"none +all at once +never +not counted +\S+refbench-none"
        )
        self.assertRegex(text, r"gil +one at a time +at once +counted")

    def test_workloads_pauses_and_micros(self):
        found = self.measure()
        self.assertEqual(found.returncode, 0, found.stderr)
        paragraphs = self.refbench("show", "--results", self.results).stdout.split(
            "\n\n"
        )
        for first in ("workload", "pauses with", "ns per operation"):
            text = "\n".join(each for each in paragraphs if each.startswith(first))
            self.assertIn("none¹", text)
            self.assertIn("plain²", text)
        for first in ("workload", "ns per operation"):
            (text,) = [each for each in paragraphs if each.startswith(first)]
            self.assert_noted(text)

    def test_summary(self):
        self.assertEqual(self.measure().returncode, 0)
        self.assertEqual(self.shown()["capabilities"]["none"]["frees"], False)


if __name__ == "__main__":
    unittest.main()
