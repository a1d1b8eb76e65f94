#!/usr/bin/python3
"""A program that has too little memory: the line of its trial says so, wherever it finds out.

usage: memory_test.py PROGRAM [unittest argument]...

Address space is looked at before anything is measured; of data the system refuses what goes beyond the limit.  A program for
whose own 32 MiB there is no room is killed by the kernel before it begins: such limits are not tried.
"""

import json
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "driver"))
from laboratory import LaboratoryTest

PROGRAM = Path()
WORKLOAD = "cycle_churn"
ADDRESSES, DATA = "-v", "-d"  # of ulimit
KIB = (40_000, 60_000, 80_000, 90_000, 100_000, 120_000)
PLENTY = 4_000_000
# It answers without a limit, and measures within one.
_LIMITED = """#!/bin/sh
case "$*" in *--benchmark_filter=*) ulimit {kind} {kib} || exit 1 ;; esac
exec '{program}' "$@"
"""


class Memory(LaboratoryTest):
    def trials(self, kind, kib):
        """The lines of the workload with so many KiB; what the driver showed of them."""
        path = self.programs / PROGRAM.name
        path.write_text(_LIMITED.format(kind=kind, kib=kib, program=PROGRAM))
        path.chmod(0o755)
        shown = self.measure(f"^{WORKLOAD}$", "--threads", "1")
        self.assertNotIn("Traceback", shown.stderr)
        runs = (self.results / "runs").iterdir()
        newest = max(runs, key=lambda each: each.stat().st_mtime_ns)
        lines = map(json.loads, (newest / "trials.jsonl").read_text().splitlines())
        found = [
            each for each in lines if each["parameters"].get("workload") == WORKLOAD
        ]
        self.assertTrue(found, shown.stderr)
        return found, shown

    def test_what_is_not_there_is_not_begun(self):
        lines, shown = self.trials(ADDRESSES, 100_000)
        for line in lines:
            self.assertEqual(line["status"], "oom", line["reason"])
            self.assertRegex(line["reason"], rf"{WORKLOAD} needs \d+ MB of memory")
            self.assertIsNone(line["ops_per_s"])
        self.assertRegex(shown.stdout + shown.stderr, "oom|memory")

    def test_what_ends_midway_is_no_crash(self):
        reasons = []
        for kib in KIB:
            for line in self.trials(DATA, kib)[0]:
                self.assertIn(line["status"], ("ok", "oom"), (kib, line["reason"]))
                reasons.append(line["reason"] or "")
        midway = [each for each in reasons if re.search("out of memory", each)]
        self.assertTrue(midway, reasons)

    def test_plenty_is_enough(self):
        for kind in (ADDRESSES, DATA):
            for line in self.trials(kind, PLENTY)[0]:
                self.assertEqual(line["status"], "ok", line["reason"])


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
