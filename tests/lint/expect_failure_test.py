#!/usr/bin/python3
"""A seeded fault counts as found only if the program ends by itself and says what is wrong."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "expect_failure.py"


def outcome(shell):
    """Exit code and last line for a program that is this shell command."""
    command = [sys.executable, "-B", str(SCRIPT), "--pattern", "leaked "]
    command += ["--timeout", "2", "sh", "-c", shell]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return result.returncode, result.stdout.splitlines()[-1]


class ExpectFailure(unittest.TestCase):
    def test_failure_with_a_word_is_found(self):
        self.assertEqual(
            (0, "fault found, as it should be"), outcome("echo leaked 3; exit 1")
        )

    def test_abort_with_a_word_is_found(self):
        self.assertEqual(0, outcome("echo leaked 3 >&2; kill -ABRT $$")[0])

    def test_crash_is_tried_again(self):
        with tempfile.TemporaryDirectory() as folder:
            once = f"test -e {folder}/x || {{ touch {folder}/x; kill -SEGV $$; }}"
            self.assertEqual(0, outcome(f"{once}; echo leaked 3; exit 1")[0])

    def assert_not_found(self, shell, why):
        code, line = outcome(shell)
        self.assertEqual(1, code)
        self.assertIn(why, line)

    def test_success_is_not_found(self):
        self.assert_not_found("echo leaked 3", "passed in spite of the fault")

    def test_silent_failure_is_not_found(self):
        self.assert_not_found("exit 1", "without a word")

    def test_crash_is_not_found(self):
        self.assert_not_found("kill -SEGV $$", "without a word")

    def test_hang_is_not_found(self):
        self.assert_not_found("echo leaked 3; sleep 20", "still running")


if __name__ == "__main__":
    sys.exit(unittest.main())
