"""Figures that are written beside something else: all of them, in order, or what went wrong."""

import os
import sys
import unittest
from types import SimpleNamespace
from unittest import mock

from laboratory import ROOT

sys.path.insert(0, str(ROOT / "results"))

from analysis import figure, writing
from analysis.figures import FIGURES

TABLES = {each.name: each.name.upper() for each in FIGURES}


def paths(write, runs=("first", "second")):
    """What comes of it where a figure is written so."""
    given = [SimpleNamespace(name=name) for name in runs]
    with mock.patch.object(figure, "write", write):
        with writing.Figures(given, [TABLES] * len(given)) as figures:
            return figures.paths()


class Beside(unittest.TestCase):
    def test_all_of_each_run_in_order(self):
        def write(definition, run, table):
            return [f"{run.name}/{definition.name} {table} {os.getpid()}"]

        found = [each.rpartition(" ") for each in paths(write)]
        self.assertEqual(
            [what for what, _, _ in found],
            [
                f"{run}/{name} {name.upper()}"
                for run in ("first", "second")
                for name in TABLES
            ],
        )
        self.assertNotIn(str(os.getpid()), {pid for *_, pid in found})

    def test_what_went_wrong_is_raised_here(self):
        def write(definition, run, table):
            raise OSError(28, "No space left on device", f"{definition.name}.svg")

        with self.assertRaisesRegex(OSError, f"{FIGURES[0].name}.svg"):
            paths(write)

    def test_one_that_cannot_be_drawn_does_not_take_the_others(self):
        def write(definition, run, table):
            if definition is FIGURES[0]:
                raise ValueError("no such colour")
            return [definition.name]

        self.assertEqual(paths(write, ["run"]), [each.name for each in FIGURES[1:]])

    def test_a_process_that_dies_is_told(self):
        def write(definition, run, table):
            os._exit(9)

        with self.assertRaisesRegex(ChildProcessError, "ended with 9"):
            paths(write)

    def test_none_is_left_behind_by_an_error_beside(self):
        with self.assertRaisesRegex(ValueError, "beside"):
            with writing.Figures([SimpleNamespace(name="run")], [{}]) as figures:
                raise ValueError("beside")
        self.assertFalse(figures._process.is_alive())


if __name__ == "__main__":
    unittest.main()
