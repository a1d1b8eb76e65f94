#!/usr/bin/python3
"""Every case of conformance with one allocation failing, each in its turn: it passes, or says that
it is out of memory.

usage: inject_test.py PROGRAM [--most=N] [--full]

A case that makes more allocations than N (default: 40) is run with N of them failing, the first,
the last and others spread evenly between; with a tenth of N if it makes thousands.  Cases
with a limit of more than 20 seconds are left to --full, which leaves nothing out of cases with up
to 10000 allocations.  What hangs never ends, and what shares its cores with others is slow: a run
has ten times the limit of its case.  The last lines tell the runs that were not as they should be.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from driver import job

DONE, REFUSED, NO_SUCH, SKIPPED = 0, 2, 3, 77
OUT_OF_MEMORY = re.compile(r"out of memory|not enough memory")
COUNTED = re.compile(r"there is no allocation \d+: \w+ makes (\d+)")
FAR = 1 << 62  # no case comes so far
SHORT = 20  # seconds of limit
FULL = 10000
THOUSANDS = 2000
PATIENCE = 10  # limits of a case
SANITIZED = 10  # times slower


@dataclass(frozen=True)
class Tried:
    command: list
    seconds: float
    ended: job.Ended

    @property
    def said(self):
        return self.ended.errors.strip()

    def __str__(self):
        how = "hung" if self.ended.hung else f"ended with {self.ended.exit}"
        return (
            f"{' '.join(self.command)}: {how} after {self.seconds:.1f} s: {self.said}"
        )


class Injection:
    """The cases of a program, so many runs of each."""

    def __init__(self, program, most):
        self.program = program
        self.most = most
        self.jobs = job.Jobs()

    def run(self, case, n):
        command = [self.program, f"--case={case['name']}", f"--fail-allocation={n}"]
        begin = time.monotonic()
        ended = self.jobs.run(command, case["seconds"])
        return Tried(command, time.monotonic() - begin, ended)

    def inject(self, case):
        """(how many runs, those that were not sound)"""
        first = self.run(case, FAR)
        if first.ended.exit == SKIPPED:
            return 0, []
        counted = COUNTED.search(first.said)
        if first.ended.exit != NO_SUCH or not counted:
            return 1, [first]
        every = [self.run(case, n) for n in places(int(counted[1]), self.most)]
        return len(every), [each for each in every if not is_sound(each)]


def places(count, most):
    """Which of so many allocations fail."""
    if THOUSANDS < count and most < THOUSANDS:
        most = max(most // 10, 3)
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def is_sound(tried):
    """Threads take turns as they like, so an allocation may not come this time."""
    words = {REFUSED: OUT_OF_MEMORY, NO_SUCH: COUNTED}.get(tried.ended.exit)
    if words is None:
        return tried.ended.exit in (DONE, SKIPPED) and not tried.ended.hung
    return words.search(tried.said) is not None


def cases_of(program, full):
    listed = json.loads(subprocess.check_output([program, "--cases"], timeout=60))
    times = PATIENCE * (SANITIZED if listed["sanitized"] else 1)
    return [
        {**case, "seconds": case["seconds"] * times}
        for case in listed["cases"]
        if full or case["seconds"] <= SHORT
    ]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    most = FULL if asked.full else max(asked.most, 2)
    cases = cases_of(asked.program, asked.full)
    injection = Injection(asked.program, most)
    results = injection.jobs.each(injection.inject, cases, lambda found: None)
    runs = sum(count for count, _ in results)
    tried = sum(count > 0 for count, _ in results)
    broken = [each for _, several in results for each in several]
    print(f"{len(cases)} cases, {runs} runs, {len(broken)} not as they should be")
    for each in broken:
        print(each)
    nothing_failed = runs <= tried  # one run of each: no allocation was refused
    return 1 if broken or nothing_failed else 0


if __name__ == "__main__":
    sys.exit(main())
