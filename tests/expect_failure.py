#!/usr/bin/python3
"""Runs a test program that carries a seeded fault and passes only if the test finds it.

usage: expect_failure.py --pattern REGEX --timeout SECONDS PROGRAM [ARGUMENT...]

Found means: the program ends by itself, in time, not with success, and says something that REGEX matches.  A crash
with no such words, a hang and a success are failures.
"""

import argparse
import re
import subprocess
import sys


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--pattern", type=re.compile, required=True)
    parser.add_argument("--timeout", type=float, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def problem_of(command, pattern, timeout):
    """Why the fault counts as not found, or None; and what the program printed."""
    try:
        result = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        return f"still running after {timeout:g} s", expired.stdout or b""
    if result.returncode == 0:
        return "the test passed in spite of the fault", result.stdout
    if not pattern.search(result.stdout.decode(errors="replace")):
        return (
            f"it ended with {result.returncode}, but without a word like {pattern.pattern!r}",
            result.stdout,
        )
    return None, result.stdout


def main():
    given = arguments()
    problem, output = problem_of(given.command, given.pattern, given.timeout)
    sys.stdout.write(output.decode(errors="replace"))
    print(f"fault not found: {problem}" if problem else "fault found, as it should be")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
