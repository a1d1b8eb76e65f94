#!/usr/bin/python3
"""What a debug program does with --fuzz: passes, finds a fault, tells how to repeat it, makes it shorter, refuses.

usage: fuzz_test.py PROGRAM [unittest argument]...
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
DONE, REFUSED, FAILED = 0, 2, 4
FAULT = "--fault=release_twice"


def run(*arguments):
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=100
    )


def again(facts):
    """The arguments that repeat it."""
    return facts["again"].split()[1:]


class Fuzz(unittest.TestCase):
    def test_passes_and_says_how_much_it_did(self):
        facts = json.loads(run("--fuzz=2000", "--seed=7", "--json").stdout)
        self.assertEqual(
            (facts["schema"], facts["verdict"]), ("refbench.fuzz/1", "pass")
        )
        self.assertEqual(
            (facts["steps"], facts["scripts"], facts["seed"]), (2000, 10, 7)
        )
        done = ["objects", "threads", "collections", "unreachable", "finalizers"]
        for name in [*done, "callbacks"]:
            self.assertGreater(facts[name], 0, name)

    def test_same_seed_same_work(self):
        first, second = (run("--fuzz=1000", "--seed=3", "--json") for _ in range(2))
        self.assertEqual(first.stdout, second.stdout)

    def test_fault_is_found_and_found_again(self):
        found = run("--fuzz=20000", FAULT, "--json")
        self.assertEqual(found.returncode, FAILED, found)
        facts = json.loads(found.stdout)
        self.assertEqual(facts["verdict"], "fail")
        self.assertGreater(len(facts["operations"]), 1)
        repeated = run(*again(facts), FAULT, "--json")
        self.assertEqual(repeated.returncode, FAILED, repeated)
        self.assertEqual(json.loads(repeated.stdout)["operations"], facts["operations"])
        self.assertEqual(run(*again(facts)).returncode, DONE)

    def test_shorter(self):
        whole = json.loads(run("--fuzz=20000", FAULT, "--json").stdout)
        found = run("--fuzz=20000", FAULT, "--json", "--fuzz-minimize")
        short = json.loads(found.stdout)
        self.assertEqual(found.returncode, FAILED, found)
        self.assertLess(len(short["operations"]), len(whole["operations"]))
        self.assertIn("--fuzz-bytes=", short["again"])
        self.assertEqual(run(*again(short), FAULT).returncode, FAILED)
        self.assertEqual(run(*again(short)).returncode, DONE)

    def test_text(self):
        found = run("--fuzz=20000", FAULT)
        lines = found.stderr.splitlines()
        self.assertTrue(any("again: " in line for line in lines), lines)
        self.assertTrue(any(": t0: " in line for line in lines), lines)

    def test_files(self):
        facts = json.loads(
            run("--fuzz=20000", FAULT, "--json", "--fuzz-minimize").stdout
        )
        script = bytes.fromhex(facts["again"].split("=")[-1])
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                Path(folder, name).write_bytes(script)
            for path in (folder, str(Path(folder, "a"))):
                self.assertEqual(run("--fuzz-file=" + path).returncode, DONE)
                found = run("--fuzz-file=" + path, FAULT)
                self.assertEqual(found.returncode, FAILED)
                self.assertIn(f"--fuzz-file={folder}/a", found.stderr)

    def test_any_bytes_are_a_script(self):
        for script in ("", "00", "ffffffff" * 100, "0102030405"):
            self.assertEqual(run("--fuzz-bytes=" + script).returncode, DONE, script)

    def test_refusals(self):
        for words in ("--fuzz=x", "--seed=", "--fuzz-file=/none", "--fuzz-bytes=zz"):
            found = run(words, "--fuzz=1")
            self.assertEqual(found.returncode, REFUSED, words)
            self.assertEqual(len(found.stderr.splitlines()), 1, found.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
