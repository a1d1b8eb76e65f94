"""A program may print anything: its trial has a status, and the run a summary."""

import json
import random
import unittest
from unittest import mock

from laboratory import MICROS, LaboratoryTest

from driver import ending, pause_detail, printout, process, ratios_table, store
from driver import summary

_ODD = (
    None,
    True,
    -1,
    0,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "threads:x",
    "\udcff",
    [],
    [[]],
    {},
    {"name": 3},
)
_BYTES = (b"", b"\0", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, b"}", b'"', b"1e999")
_ENDED = process.Ended(0, False, 0.1, 0.1, 0.0, 0)
_TIMES = 25


def _places(value, path=()):
    """Every place in a document."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))


def _changed(document, chance):
    """The document with something odd in a place of it, or nothing there."""
    path = chance.choice(list(_places(document))[1:])
    copy = json.loads(json.dumps(document))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    if chance.random() < 0.2:
        del inner[path[-1]]
    else:
        inner[path[-1]] = chance.choice(_ODD)
    return copy


def _mangled(data, chance):
    """Some bytes put in, taken out or cut off."""
    at = chance.randrange(len(data))
    end = chance.choice((at, at + 1, at + 30, len(data)))
    return data[:at] + chance.choice(_BYTES) + data[end:]


class Garbage(LaboratoryTest):
    """Good output with something odd in it: the seed is the number of the test's turn."""

    def setUp(self):
        super().setUp()
        for name in ("gil", "atomic"):
            self.program(name, micros=MICROS, workloads=("words", "clock"))

    def measured(self, spoil):
        """A run in which what programs leave is spoiled; its lines."""
        start = ending.start

        def spoiled(command, output, log, timeout):
            ended, errors = start(command, output, log, timeout)
            spoil(output)
            return ended and _ENDED, errors

        with mock.patch.object(ending, "start", spoiled):
            found = self.measure("^(words|micro)", "--threads", "1", "--seed", "1")
        self.assertIn(found.returncode, (0, 4), found.stderr)
        self.assertNotIn("Traceback", found.stderr)
        runs = sorted(
            (self.results / "runs").iterdir(), key=lambda path: path.stat().st_mtime
        )
        run = store.Run(runs[-1])
        told = summary.build(run)
        printout.text(told)
        pause_detail.text(told)
        ratios_table.text(told)
        return run.lines()

    def assert_judged(self, spoil):
        statuses = set()
        for line in self.measured(spoil):
            statuses.add(line["status"])
            self.assertEqual(line["status"] == "ok", line["reason"] is None, line)
        return statuses

    def test_odd_values(self):
        seen = set()
        for turn in range(_TIMES):
            chance = random.Random(turn)

            def spoil(path):
                document = json.loads(path.read_text())
                path.write_text(json.dumps(_changed(document, chance)))

            with self.subTest(turn):
                seen |= self.assert_judged(spoil)
        self.assertEqual(seen, {"ok", "failed"})

    def test_odd_bytes(self):
        seen = set()
        for turn in range(_TIMES):
            chance = random.Random(turn)

            def spoil(path):
                path.write_bytes(_mangled(path.read_bytes(), chance))

            with self.subTest(turn):
                seen |= self.assert_judged(spoil)
        self.assertIn("failed", seen)

    def test_odd_pause_files(self):
        for turn in range(_TIMES):
            chance = random.Random(turn)

            def spoil(path):
                kept = path.with_suffix(".pauses")
                if kept.exists():
                    document = json.loads(kept.read_text())
                    kept.write_text(json.dumps(_changed(document, chance)) + "\n")

            with self.subTest(turn):
                self.assertEqual(self.assert_judged(spoil), {"ok"})

    def test_result_of_something_else(self):
        """A program that runs what it was not asked for."""

        def spoil(path):
            path.write_text(path.read_text().replace("workload/words", "workload/odd"))

        lines = self.measured(spoil)
        wrong = [line["reason"] for line in lines if line["kind"] == "workload"]
        self.assertIn("which was not asked for", " ".join(filter(None, wrong)))


if __name__ == "__main__":
    unittest.main()
