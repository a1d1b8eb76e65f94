#!/usr/bin/python3
"""What a program of scenarios does with its command line: the list, searches, failures that can be repeated, refusals.

usage: scenarios_test.py PROGRAM [unittest argument]...
"""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = ""
SCENARIOS = Path(__file__).resolve().parents[1] / "scenario" / "scenarios.def"
DONE, REFUSED, NOTHING_MATCHED, FAILED = 0, 2, 3, 4
BROKEN = ("--scenario=finalizer_against_drop", "--fault=finalize_twice")


def run(*arguments):
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def verdict_of(result):
    return json.loads(result.stdout.splitlines()[-1])


class Scenarios(unittest.TestCase):
    def test_list_has_every_line(self):
        listed = json.loads(run("--scenarios").stdout)
        self.assertEqual(listed["schema"], "refbench.scenarios/1")
        text = SCENARIOS.read_text(encoding="utf-8")
        lines = re.findall(r'^SCENARIO\((\w+), (\w+), "(.+)"\)$', text, re.M)
        self.assertEqual(text.count("\nSCENARIO("), len(lines))
        found = [(e["name"], e["group"], e["says"]) for e in listed["scenarios"]]
        self.assertEqual(found, lines)

    def test_random_search(self):
        found = run("--scenario=last_drop", "--runs=20", "--seed=7")
        self.assertEqual((found.returncode, found.stderr), (DONE, ""))
        verdict = verdict_of(found)
        self.assertEqual((verdict["verdict"], verdict["schedules"]), ("pass", 20))
        again = verdict_of(run("--scenario=last_drop", "--runs=20", "--seed=7"))
        other = verdict_of(run("--scenario=last_drop", "--runs=20", "--seed=8"))
        self.assertEqual(verdict["steps"], again["steps"])
        self.assertNotEqual(verdict["steps"], other["steps"])

    def test_exhaustive_search(self):
        none = verdict_of(run("--scenario=last_drop", "--exhaustive=0,0"))
        one = verdict_of(run("--scenario=last_drop", "--exhaustive=1,0"))
        self.assertTrue(none["complete"] and one["complete"])
        self.assertLess(none["schedules"], one["schedules"])

    def test_failure_is_told_and_repeated(self):
        found = run(*BROKEN, "--runs=2000")
        self.assertEqual(found.returncode, FAILED, found.stdout)
        verdict = verdict_of(found)
        self.assertEqual(verdict["verdict"], "fail")
        self.assertIn("step  thread", found.stderr)
        self.assertIn(verdict["error"], found.stderr)
        program, *arguments = verdict["repeat"].split()
        self.assertEqual(Path(program), Path(PROGRAM).resolve())
        again = run(*arguments)
        self.assertEqual(again.returncode, FAILED)
        self.assertEqual(verdict_of(again)["error"], verdict["error"])
        self.assertEqual(verdict_of(again)["failed_after"], verdict["failed_after"])

    def test_refusals(self):
        for code, words, arguments in (
            (NOTHING_MATCHED, "no such scenario", ["--scenario=none"]),
            (REFUSED, "no such fault", ["--fault=none"]),
            (REFUSED, "unknown flag", ["scenario"]),
            (REFUSED, "unknown flag", ["--scenario=last_drop", "--runs=0"]),
            (REFUSED, "unknown flag", ["--scenario=last_drop", "--exhaustive=some"]),
        ):
            found = run(*arguments)
            self.assertEqual(found.returncode, code, arguments)
            self.assertIn(words, found.stderr)
            self.assertEqual(len(found.stderr.splitlines()), 1)

    def test_help(self):
        found = run("--help")
        self.assertEqual(found.returncode, DONE)
        for part in ("--scenario=NAME", "--seed=N", "--replay=SCHEDULE", "exit:"):
            self.assertIn(part, found.stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
