#!/usr/bin/python3
"""What a program does whose memory is freed by hand: its command line, and that its work is that of a runtime.

usage: manual_test.py PROGRAM [OURS] [unittest argument]...     OURS: the program of a runtime
"""

import json
import os
import subprocess
import sys
import unittest

PROGRAM, OURS = "", ""
DONE, REFUSED, NOTHING_MATCHED = 0, 2, 3
NEEDED = {"operations", "ops_per_s", "checksum", "peak_rss_bytes"}


def run(*arguments, program=None):
    return subprocess.run(
        [program or PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def described(program):
    return json.loads(run("--describe", program=program).stdout)


def names():
    return [each["name"] for each in described(PROGRAM)["workloads"]]


class Manual(unittest.TestCase):
    def expect_refusal(self, result, *words):
        """Exit 2 and one line that has all of the words."""
        self.assertEqual(result.returncode, REFUSED, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def measured(self, name, threads, program=None):
        """The trial of a workload."""
        found = run(
            f"--benchmark_filter=^workload/{name}/threads:{threads}(/|$)",
            "--benchmark_format=json",
            f"--threads={threads}",
            program=program,
        )
        self.assertEqual(found.returncode, DONE, found.stderr)
        (entry,) = json.loads(found.stdout)["benchmarks"]
        self.assertNotIn("error_message", entry)
        return entry

    def test_help_names_every_own_flag(self):
        result = run("--help")
        self.assertEqual(result.returncode, DONE)
        for flag in ("--describe", "--benchmark_filter", "--pin", "--threads"):
            self.assertIn(flag, result.stdout)

    def test_flags_that_cannot_be(self):
        for flag in ("--nonsense", "--pin=here", "--collector=x", "word"):
            self.expect_refusal(run(flag), flag, "--help")
        for count in ("", "0", "1,", "1,,2", "-1", "65", "1x", ",".join("1" * 17)):
            self.expect_refusal(run(f"--threads={count}"), "--threads=", "--help")
        self.expect_refusal(run("--benchmark_filter=("), "regular expression")

    def test_nothing_matched(self):
        self.assertEqual(run("--benchmark_filter=^none$").returncode, NOTHING_MATCHED)

    def test_every_workload_with_every_number_of_threads(self):
        listed = run("--benchmark_list_tests", "--threads=1,2").stdout.split()
        wanted = [f"workload/{name}/threads:{n}" for name in names() for n in (1, 2)]
        self.assertEqual([each.partition("/iterations")[0] for each in listed], wanted)

    def test_describe(self):
        facts = described(PROGRAM)
        self.assertEqual(facts["schema"], "refbench.describe/1")
        self.assertIs(facts["manual"], True)
        self.assertIs(facts["capabilities"]["frees"], True)
        self.assertEqual(facts["micros"], [])
        self.assertEqual(os.path.basename(PROGRAM), f"refbench-{facts['name']}")

    def test_the_counters_of_a_runtime(self):
        entry = self.measured("richards", 2)
        self.assertLessEqual(NEEDED, entry.keys())
        self.assertGreater(entry["handoff_before_ns"], 0)
        self.assertGreater(entry["ops_per_s"], 0)

    def test_a_collector_makes_no_difference(self):
        for word in ("on", "off"):
            found = run(f"--collector={word}", "--benchmark_filter=richards")
            self.assertEqual(found.returncode, DONE, found.stderr)

    def test_threads_do_the_same_work(self):
        for name in names():
            one, two, three = (self.measured(name, n) for n in (1, 2, 3))
            for other in (two, three):
                self.assertEqual(one["checksum"], other["checksum"], name)
                self.assertEqual(one["operations"], other["operations"], name)

    def test_the_work_is_that_of_a_runtime(self):
        if not OURS:
            self.skipTest("there is no program of a runtime to compare it with")
        theirs = {each["name"]: each for each in described(OURS)["workloads"]}
        for ours in described(PROGRAM)["workloads"]:
            name = ours["name"]
            for same in ("tags", "suites", "source"):
                self.assertEqual(ours[same], theirs[name][same], name)
            counted = self.measured(name, 1, OURS)
            by_hand = self.measured(name, 1)
            for same in ("checksum", "operations"):
                self.assertEqual(by_hand[same], counted[same], name)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    if len(sys.argv) > 1 and os.path.exists(sys.argv[1]):
        OURS = sys.argv.pop(1)
    unittest.main()
