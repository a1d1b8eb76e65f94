"""The small parts: times, quantities, tables, records, the lock, the pace."""

import io
import json
import os
import unittest
from unittest import mock

from laboratory import LaboratoryTest

from driver import duration, journal, lock, quantity, record, table
from driver.pace import Limits, Pace
from driver.progress import Progress
from driver.refusal import Refusal


class Duration(unittest.TestCase):
    def test_read(self):
        for text, seconds in (
            ("90", 90),
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5400),
            ("0.5s", 0.5),
        ):
            self.assertEqual(duration.parse(text), seconds, text)

    def test_refused(self):
        for text in ("", "0", "s", "m5", "-1", "1d", "1m1h", "inf", "nan", "9" * 30):
            with self.subTest(text), self.assertRaises(ValueError):
                duration.parse(text)

    def test_shown(self):
        for seconds, text in (
            (0, "0s"),
            (59.4, "59s"),
            (59.6, "1m00s"),
            (125, "2m05s"),
            (3720, "1h02m"),
        ):
            self.assertEqual(duration.show(seconds), text)


class Quantity(unittest.TestCase):
    def test_three_digits(self):
        for value, text in (
            (None, "-"),
            (0, "0"),
            (0.123, "0.12"),
            (1.234, "1.23"),
            (12.34, "12.3"),
            (1234.5, "1234"),
        ):
            self.assertEqual(quantity.digits(value), text)

    def test_units(self):
        self.assertEqual(quantity.rate(4.21e6), "4.21 Mop/s")
        self.assertEqual(quantity.rate(999), "999 op/s")
        self.assertEqual(quantity.rate_range(9.9e5, 4.3e6), "0.99-4.30")
        self.assertEqual(quantity.size(34.2 * 2**20), "34.2 MiB")
        self.assertEqual(quantity.size(0), "0 B")
        self.assertEqual((quantity.rate(None), quantity.size(None)), ("-", "-"))


class Table(unittest.TestCase):
    def test_columns(self):
        lines = table.lines(["name", "n"], [["a", 1], ["longer", 100]])
        self.assertEqual(lines, ["name      n", "a         1", "longer  100"])

    def test_repetitions_fall_away(self):
        rows = [["a", 1, "x"], ["a", 1, "y"], ["a", 2, "x"], ["b", 2, "x"]]
        shown = table.unrepeated(rows, 2)
        self.assertEqual(
            shown, [["a", 1, "x"], ["", "", "y"], ["", 2, "x"], ["b", 2, "x"]]
        )


class Record(LaboratoryTest):
    def test_no_nan_reaches_a_file(self):
        path = self.folder / "journal"
        journal.append(
            path,
            {
                "a": float("nan"),
                "b": [float("inf"), 1.5],
                "c": (1, {"d": -float("inf")}),
            },
        )
        self.assertEqual(
            path.read_text(),
            '{"a": null, "b": [null, 1.5], "c": [1, {"d": null}], "crc": "8ff193d5"}\n',
        )

    def test_a_line_is_one_write_and_synced(self):
        path = self.folder / "journal"
        done = []
        real_write, real_sync = os.write, os.fsync
        with (
            mock.patch.object(
                os, "write", lambda fd, data: done.append(data) or real_write(fd, data)
            ),
            mock.patch.object(
                os, "fsync", lambda fd: done.append("sync") or real_sync(fd)
            ),
        ):
            journal.append(path, {"n": 1})
        self.assertEqual(done, [b'{"n": 1, "crc": "f8f815d5"}\n', "sync"])

    def test_unfinished_line_is_left_out(self):
        path = self.folder / "journal"
        journal.append(path, {"n": 1}, {"n": 2})
        with open(path, "a", encoding="utf-8") as file:
            file.write('{"n": 3')
        self.assertEqual(journal.read(path).values, [{"n": 1}, {"n": 2}])

    def test_full_disk_is_an_error(self):
        with mock.patch.object(os, "write", lambda fd, data: 3), self.assertRaises(
            OSError
        ):
            journal.append(self.folder / "journal", {"n": 1})

    def test_whole_files_are_replaced(self):
        path = self.folder / "whole.json"
        record.write(path, {"n": 1})
        with mock.patch.object(os, "fsync", side_effect=OSError), self.assertRaises(
            OSError
        ):
            record.write(path, {"n": 2})
        self.assertEqual(json.loads(path.read_text()), {"n": 1})

    def test_any_text_can_be_written(self):
        journal.append(self.folder / "journal", {"text": "\udcff\n"})
        self.assertEqual((self.folder / "journal").read_bytes().count(b"\n"), 1)


class Lock(unittest.TestCase):
    NAME = f"refbench/test/{os.getpid()}"

    def test_only_one(self):
        with lock.MachineLock(self.NAME):
            with self.assertRaisesRegex(Refusal, f"process {os.getpid()}"):
                lock.MachineLock(self.NAME).__enter__()
        with lock.MachineLock(self.NAME):
            pass

    def test_let_go_after_an_error(self):
        with self.assertRaises(ZeroDivisionError), lock.MachineLock(self.NAME):
            raise ZeroDivisionError
        with lock.MachineLock(self.NAME):
            pass


class Terminal(io.StringIO):
    def isatty(self):
        return True


class ProgressTest(unittest.TestCase):
    def test_a_terminal_has_one_line_that_is_rewritten(self):
        stream = Terminal()
        shown = Progress(stream)
        shown.trial(1, 12, "words gil", None)
        shown.trial(2, 12, "words atomic" + "x" * 500, 65)
        shown.say("failed: words")
        shown.close()
        lines = stream.getvalue().split("\r\033[K")
        self.assertEqual(lines[:2], ["", "[ 1/12] words gil"])
        self.assertTrue(lines[2].startswith("[ 2/12] words atomicx"))
        self.assertLess(len(lines[2]), 500, "it would not fit into one line")
        self.assertEqual(lines[3:], ["failed: words\n"], "wiped before and not after")

    def test_elsewhere_each_is_a_line(self):
        stream = io.StringIO()
        Progress(stream).trial(2, 12, "words gil", 65)
        self.assertEqual(stream.getvalue(), "[ 2/12] words gil  1m05s left\n")


class PaceTest(unittest.TestCase):
    """Time passes as the test says."""

    def setUp(self):
        self.time = 0.0

    def pace(self, blocks=10, budget=100.0):
        return Pace(Limits(blocks, budget, 60.0), clock=lambda: self.time)

    def block(self, pace, seconds):
        self.time += seconds
        pace.block_took(seconds)

    def test_the_first_block_always_runs(self):
        self.assertTrue(self.pace(blocks=1, budget=0.001).another())

    def test_as_many_as_fit(self):
        pace = self.pace()
        while pace.another():
            self.block(pace, 20)
        self.assertEqual(
            len(pace.blocks), 4, "a fifth of 20 s has no room to be late in 100 s"
        )

    def test_no_more_than_asked_for(self):
        pace = self.pace(blocks=3, budget=1e6)
        while pace.another():
            self.block(pace, 20)
        self.assertEqual(len(pace.blocks), 3)

    def test_the_longest_block_decides(self):
        pace = self.pace()
        self.block(pace, 50)
        self.block(pace, 1)
        self.assertFalse(pace.another(), "one of 50 s would not fit into the 49 s left")

    def test_time_left(self):
        pace = self.pace(blocks=2)
        self.assertIsNone(pace.left(["a", "b", "c"], ["a"]))
        pace.trial_took("a", 10)
        self.time = 10
        self.assertEqual(
            pace.left(["a", "b"], ["b"]), 10 + 20, "the rest, and another block"
        )
        pace.trial_took("b", 2)
        self.time = 12
        pace.block_took(12)
        self.assertEqual(pace.left(["a", "b"], ["b"]), 2, "the last block")


if __name__ == "__main__":
    unittest.main()
