#!/usr/bin/python3
"""What a program of cases does with its command line: the list, one case, refusals.

usage: cases_test.py PROGRAM [unittest argument]...
"""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = ""
CASES = Path(__file__).resolve().parents[1] / "conformance" / "cases.def"
DONE, REFUSED, NOTHING_MATCHED, FAILED = 0, 2, 3, 4


def run(*arguments, **more):
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        **more,
    )


class Cases(unittest.TestCase):
    def expect_one_line(self, result, code, *words):
        self.assertEqual(result.returncode, code, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_list_has_every_line(self):
        listed = json.loads(run("--cases").stdout)
        self.assertEqual(listed["schema"], "refbench.cases/1")
        lines = re.findall(r'^CASE\((\w+), (\w+), (\d+), "', CASES.read_text(), re.M)
        self.assertEqual(CASES.read_text().count("\nCASE("), len(lines))
        found = [
            (each["name"], each["group"], str(each["seconds"]))
            for each in listed["cases"]
        ]
        self.assertEqual(found, lines)
        self.assertEqual(len({name for name, _, _ in found}), len(found))

    def test_one_case(self):
        found = run("--case=zero_frees_at_once")
        self.assertEqual((found.returncode, found.stderr), (DONE, ""))

    def test_failure_is_one_line(self):
        found = run("--case=count_events", "--fault=leak_item")
        self.expect_one_line(found, FAILED, "expected: ", ", seen: 3 (", ".c:")

    def test_refusals(self):
        self.expect_one_line(run("--case=none"), NOTHING_MATCHED, "none", "--cases")
        self.expect_one_line(run("--fault=none"), REFUSED, "no such fault", "none")
        self.expect_one_line(run("case"), REFUSED, "unknown flag", "--help")

    def test_list_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            command = [PROGRAM, "--cases"]
            found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(found.returncode, REFUSED)

    def test_help(self):
        for words in ([], ["--help"], ["--case=self_list", "-h"]):
            found = run(*words)
            self.assertEqual(found.returncode, DONE)
            for part in ("--case=NAME", "--fault=NAME", "--cases", "exit:"):
                self.assertIn(part, found.stdout)

    def test_fault_of_the_environment(self):
        found = run("--case=count_events", env={"REFBENCH_FAULT": "leak_item"})
        self.assertEqual(found.returncode, FAILED)
        found = run("--case=count_events", env={"REFBENCH_FAULT": "none"})
        self.assertIn("there is no such fault", found.stderr)
        self.assertLess(found.returncode, 0)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
