#!/usr/bin/python3
"""What the program of a peer does with its command line, and that it has the benchmarks of ours.

usage: peer_test.py PROGRAM OURS [unittest argument]...
"""

import json
import os
import subprocess
import sys
import unittest

PROGRAM, OURS = "", ""
DONE, REFUSED, NOTHING_MATCHED = 0, 2, 3
SHORT = "--benchmark_min_time=0.001"
JSON = "--benchmark_format=json"


def run(*arguments, program=None):
    return subprocess.run(
        [program or PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def described(program):
    return json.loads(run("--describe", program=program).stdout)


class Peer(unittest.TestCase):
    def expect_refusal(self, result, *words):
        """Exit 2 and one line that has all of the words."""
        self.assertEqual(result.returncode, REFUSED, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_help_names_every_own_flag(self):
        result = run("--help")
        self.assertEqual(result.returncode, DONE)
        for flag in ("--describe", "--benchmark_filter", "--pin", "--help"):
            self.assertIn(flag, result.stdout)

    def test_unknown_flags_are_named(self):
        for flag in ("--nonsense", "--pin=here", "word"):
            self.expect_refusal(run(flag), flag, "--help")

    def test_bad_values_of_the_library_are_refused(self):
        self.expect_refusal(run("--benchmark_filter=("), "regular expression")
        self.assertEqual(run("--benchmark_min_time=long").returncode, REFUSED)

    def test_nothing_matched(self):
        self.assertEqual(run("--benchmark_filter=^none$").returncode, NOTHING_MATCHED)

    def test_describe(self):
        facts = described(PROGRAM)
        self.assertEqual(facts["schema"], "refbench.describe/1")
        self.assertEqual((facts["peer"], facts["workloads"]), (True, []))
        self.assertRegex(facts["libraries"][facts["name"]], r"^\d+\.\d+")
        self.assertRegex(facts["build"], "^[0-9a-f]{16,}$")
        self.assertEqual(os.path.basename(PROGRAM), f"refbench-{facts['name']}")

    def test_ours_has_each_of_its_benchmarks(self):
        ours = {each["name"]: each for each in described(OURS)["micros"]}
        for each in described(PROGRAM)["micros"]:
            self.assertIn(each["name"], ours)
            self.assertEqual(each["group"], ours[each["name"]]["group"], each)
            self.assertTrue(each["summary"], each)

    def test_every_benchmark_runs(self):
        result = run("--benchmark_filter=-collect", SHORT, JSON)
        self.assertEqual(result.returncode, DONE, result.stderr)
        entries = json.loads(result.stdout)["benchmarks"]
        for each in described(PROGRAM)["micros"]:
            if "collect" not in each["name"]:
                (entry,) = [e for e in entries if e["name"].startswith(each["name"])]
                self.assertNotIn("error_message", entry)
                self.assertGreater(entry["real_time"], 0)
        self.assertEqual(result.stderr, "", "it ended without a complaint")

    def test_a_collection_looks_at_a_million_objects(self):
        result = run("--benchmark_filter=collect_full/1M_ordered", JSON)
        self.assertEqual(result.returncode, DONE, result.stderr)
        (entry,) = json.loads(result.stdout)["benchmarks"]
        self.assertAlmostEqual(
            entry["real_time"], entry["ns_per_object"], delta=entry["real_time"] / 2
        )


if __name__ == "__main__":
    PROGRAM, OURS = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    unittest.main()
