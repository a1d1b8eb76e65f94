#!/usr/bin/python3
"""Runtimes that are broken on purpose fail the cases that tests/conformance/faults.def names.

usage: faults_test.py FOLDER      of programs refbench-<runtime>-debug
"""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
REFBENCH = HERE.parents[1] / "bench" / "refbench"
FOLDER = Path()
FAILED = 4


def broken():
    """(runtime, fault, case) of each line."""
    text = (HERE / "faults.def").read_text(encoding="utf-8")
    return re.findall(r"^BROKEN\((\w+), (\w+), (\w+)\)$", text, re.MULTILINE)


def check(runtime, case, *words):
    """The exit code, and what `refbench check` says of the case."""
    program = FOLDER / f"refbench-{runtime}-debug"
    command = [REFBENCH, "check", program, "--case", f"^{case}$", "--json", *words]
    found = subprocess.run(command, capture_output=True, text=True, timeout=200)
    if not found.stdout:
        raise AssertionError(found.stderr)
    return found.returncode, json.loads(found.stdout)["cases"][0]


class Faults(unittest.TestCase):
    def test_there_are_lines(self):
        lines = (HERE / "faults.def").read_text(encoding="utf-8").count("\nBROKEN(")
        self.assertEqual(len(broken()), lines, "a line cannot be read")
        self.assertGreaterEqual(len({fault for _, fault, _ in broken()}), 7)

    def test_each_is_found(self):
        for runtime, fault, case in broken():
            with self.subTest(runtime=runtime, fault=fault, case=case):
                code, found = check(runtime, case, "--fault", fault)
                self.assertEqual((code, found["status"]), (FAILED, "fail"), found)
                print(f"{fault} on {runtime}: {case}: {found['message']}")

    def test_the_case_is_not_to_blame(self):
        for runtime, case in {(runtime, case) for runtime, _, case in broken()}:
            with self.subTest(runtime=runtime, case=case):
                code, found = check(runtime, case)
                self.assertEqual((code, found["status"]), (0, "pass"), found)


if __name__ == "__main__":
    FOLDER = Path(sys.argv.pop(1)).absolute()
    unittest.main()
