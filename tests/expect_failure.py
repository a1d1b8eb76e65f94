#!/usr/bin/python3
"""Runs a test program that carries a seeded fault and passes only if the test finds it.

usage: expect_failure.py --pattern REGEX --timeout SECONDS PROGRAM [ARGUMENT...]

Found means: the program ends by itself, in time, not with success, and says something that REGEX matches.  A hang and a
success are failures.  What a fault breaks may also end the program before a check sees it: after a crash without such
words the program is run again, and if it never finds any, that is a failure too.
"""

import argparse
import re
import subprocess
import sys

ATTEMPTS = 400  # debug builds fill what is freed, which makes a crash the likelier end


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--pattern", type=re.compile, required=True)
    parser.add_argument("--timeout", type=float, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def problem_of(command, pattern, timeout):
    """Why the fault counts as not found, or None; what the program printed; whether to try again."""
    try:
        result = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        return f"still running after {timeout:g} s", expired.stdout or b"", False
    if result.returncode == 0:
        return "the test passed in spite of the fault", result.stdout, False
    if not pattern.search(result.stdout.decode(errors="replace")):
        return (
            f"it ended with {result.returncode}, but without a word like {pattern.pattern!r}",
            result.stdout,
            True,
        )
    return None, result.stdout, False


def main():
    given = arguments()
    for _ in range(ATTEMPTS):
        problem, output, again = problem_of(given.command, given.pattern, given.timeout)
        sys.stdout.write(output.decode(errors="replace"))
        if not again:
            break
    print(f"fault not found: {problem}" if problem else "fault found, as it should be")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
