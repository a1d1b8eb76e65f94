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
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

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
class Ended:
    command: list
    code: int  # negative: the signal; that of a hang is SIGKILL
    seconds: float
    said: str


def run(program, case, n, seconds):
    """A run in a group of its own, of which nothing is left."""
    command = [program, f"--case={case}", f"--fail-allocation={n}"]
    begin = time.monotonic()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        _, said = child.communicate()
        said += b"(it had not ended and was killed)"
    seconds = time.monotonic() - begin
    return Ended(
        command, child.returncode, seconds, said.decode(errors="replace").strip()
    )


def places(count, most):
    """Which of so many allocations fail."""
    if THOUSANDS < count and most < THOUSANDS:
        most = max(most // 10, 3)
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def is_sound(ended):
    """Threads take turns as they like, so an allocation may not come this time."""
    words = {REFUSED: OUT_OF_MEMORY, NO_SUCH: COUNTED}.get(ended.code)
    if words is None:
        return ended.code in (DONE, SKIPPED)
    return words.search(ended.said) is not None


def inject(program, case, most):
    """(how many runs, those that were not sound)"""
    name, seconds = case["name"], case["seconds"]
    first = run(program, name, FAR, seconds)
    if first.code == SKIPPED:
        return 0, []
    counted = COUNTED.search(first.said)
    if first.code != NO_SUCH or not counted:
        return 1, [first]
    asked = places(int(counted[1]), most)
    every = [run(program, name, n, seconds) for n in asked]
    return len(every), [each for each in every if not is_sound(each)]


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
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: inject(asked.program, case, most), cases))
    runs = sum(count for count, _ in results)
    broken = [each for _, several in results for each in several]
    print(f"{len(cases)} cases, {runs} runs, {len(broken)} not as they should be")
    for each in broken:
        ended = f"ended with {each.code} after {each.seconds:.1f} s"
        print(f"{' '.join(each.command)}: {ended}: {each.said}")
    return 1 if broken or runs < len(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
