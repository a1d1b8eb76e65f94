"""The stage of injection: cases with one of their allocations failing.

A case is run with its n-th allocation failing (`--case=NAME --fail-allocation=N`): it passes all the same,
or says that it is out of memory (the exit code of a case that is skipped, or of a refusal to start); an n
that it does not reach is another exit code, and what it then says tells how many there are.  As many
are tried as there is time for, one of each case, then a second of each.  They are drawn evenly by
their logarithms: what is allocated first is allocated for the first time, and later ones are alike.
A case that cannot even be counted, since it hangs or dies, has failed.
"""

import math
import random
import re
import shlex
from itertools import zip_longest

from . import place
from .case_trial import FAIL, SKIPPED, outcome
from .deep_program import started
from .deep_stage import Clock, Failure, Found
from .refusal import REFUSED

_BEYOND = 3  # the exit code of a case that makes fewer allocations
_FAR = 10**15
_NO_MEMORY = re.compile("out of memory|not enough memory")  # words of a refusal
_MADE = re.compile(r"makes (\d+)$", re.MULTILINE)
_MOST = 1000  # of one case
_COUNTING = 0.5  # of the time, at most


def missing(subject, jobs):
    case = subject.cases[0]
    if jobs.run(_command(subject, case, _FAR), case.seconds).exit == REFUSED:
        return f"{place.shown(subject.program.path)} has no --fail-allocation"
    return None


def run(subject, jobs, clock, tell):
    counting = Clock(clock.seconds * _COUNTING)

    def work(case):
        """None where there is no time to count."""
        if counting.over:
            return None
        return outcome(jobs, subject.program, case, _command(subject, case, _FAR))

    counted = started(jobs.each(work, subject.cases, tell))
    return _injected(subject, jobs, clock, tell, counted)


def _command(subject, case, number):
    flag = f"--fail-allocation={number}"
    return [*subject.program.command(case, subject.fault), flag]


def _count(found):
    """How many allocations the case makes; 0 if it does not tell, as one that is skipped."""
    made = _MADE.search(found.last_line) if found.exit == _BEYOND else None
    return int(made[1]) if made else 0


def _injected(subject, jobs, clock, tell, counted):
    counts = [(each.case, _count(each)) for each in counted]

    def work(each):
        if clock.over:
            return None
        case, number = each
        command = _command(subject, case, number)
        return outcome(jobs, subject.program, case, command)

    tried = started(jobs.each(work, _order(counts), tell))
    done = [each for each in tried if each.exit != _BEYOND]
    failures = [
        *(_failure(each, "") for each in counted if _is_bad(each)),
        *(_failure(each, ", an allocation failing") for each in done if _is_bad(each)),
    ]
    work_done = {
        "allocations": len(done),
        "of_allocations": sum(count for _, count in counts),
        "cases": len({each.case.name for each in done}),
        "of_cases": len(subject.cases),
        "out_of_memory": sum(each.exit in (SKIPPED, REFUSED) for each in done),
    }
    return Found(work_done, tuple(failures))


def _is_bad(found):
    """Not if it says that it is out of memory, or makes an allocation fewer this time, as threads
    may."""
    said = found.exit == REFUSED and _NO_MEMORY.search(found.last_line)
    return found.status == FAIL and found.exit != _BEYOND and not said


def _order(counts):
    """(case, n): the first n of each case, then the second."""
    columns = [
        [(case, number) for number in _some(case, count)] for case, count in counts
    ]
    return [each for row in zip_longest(*columns) for each in row if each]


def _some(case, count):
    """Numbers of allocations, none twice."""
    chance = random.Random(case.name)
    if count == 0:
        return []
    largest = math.log(count + 1)
    drawn = (int(math.exp(chance.uniform(0, largest))) for _ in range(_MOST))
    return list(dict.fromkeys(min(each, count) for each in drawn))


def _failure(found, when):
    command = shlex.join(found.command)
    return Failure(f"{found.case.name}{when}", found.message, command)
