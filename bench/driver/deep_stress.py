"""The stage of stress: many operations of many threads at once, by the test of the same build.

It is test-stress.<runtime>.stress in the folder tests beside the programs' own.  It is run from one seed
after the other, each with as many operations as the time that is left seems to allow.
"""

import time

from . import case_program, place
from .deep_program import GRACE, broken
from .deep_stage import Found

_FIRST = 100_000  # operations, to see how fast they are
_MOST = 2_000_000  # from one seed
_SEEDS = 10_000  # at most
_NO_FAULT = "none of the faults"  # is the name of no fault
_PASSED = "[       OK ]"


def missing(subject, jobs):
    path = _path(subject)
    case_program.renew(path)
    if not path.exists():
        return f"there is no {place.shown(path)}: a build with tests has it"
    if subject.fault and not _has_faults(path, jobs):
        return f"{place.shown(path)} is built without faults: that of a debug build has them"
    return None


def run(subject, jobs, clock, tell):
    """At least once."""
    work = {"operations": 0, "seeds": 0}
    operations = _FIRST
    while operations and work["seeds"] < _SEEDS:
        begin = time.monotonic()
        command = _command(_path(subject), subject.fault, operations, work["seeds"] + 1)
        ended = jobs.run(command, max(0.0, clock.end - begin) + GRACE)
        tell(ended)
        if ended.exit or ended.hung:
            work = {"operations": work["operations"] + operations}
            return Found(work, (broken("stress", command, ended),))
        if _PASSED not in ended.out + ended.errors:
            return Found({"operations": 0, "skipped": 1})
        work = {
            "operations": work["operations"] + operations,
            "seeds": work["seeds"] + 1,
        }
        operations = _next(operations, time.monotonic() - begin, clock)
    return Found(work)


def _next(operations, took, clock):
    """How many operations there is time for, by how long those took; 0: for too few."""
    left = clock.end - time.monotonic()
    able = int(operations * left / max(took, 1e-3))
    return min(able, _MOST) if able >= _FIRST else 0


def _path(subject):
    program = subject.program
    folder = program.path.parent.parent / "tests"
    return folder / f"test-stress.{program.name}.stress"


def _command(path, fault, operations, seed):
    settings = [f"REFBENCH_STRESS_OPS={operations}", f"REFBENCH_STRESS_SEED={seed}"]
    if fault:
        settings.append(f"REFBENCH_FAULT={fault}")
    return ["env", *settings, str(path)]


def _has_faults(path, jobs):
    """Whether it minds that there is no such fault."""
    ended = jobs.run(_command(path, _NO_FAULT, 1, 1), GRACE)
    return "there is no such fault" in ended.out + ended.errors
