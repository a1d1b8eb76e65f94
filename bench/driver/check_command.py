"""refbench check: hold runtimes to the cases of conformance."""

import re
import sys

from . import case_program, check_printout, deep, deep_printout, option, plan
from . import program as programs_
from . import record
from .case_trial import FAIL, Trials
from .deep_stage import FAIL as STAGE_FAILED
from .deep_stage import NOT_RUN
from .progress import Progress
from .refusal import NOTHING_MATCHED, OK, TRIALS_FAILED, NothingMatched, Refusal

NAME = "check"
HELP = "hold runtimes to the named cases of what every runtime must do"
EXAMPLES = """  refbench check
  refbench check gil biased --case '^F_'
  refbench check build/mine/bin/refbench-mine-debug --json
  refbench check gil --fault leak_item      # a runtime that is broken on purpose
  refbench check --deep build/mine/bin/refbench-mine-debug --seconds 10m"""
_DEEP_SECONDS = "120s"
_KINDS = (programs_.DEBUG, programs_.EXPLORE)


def add_arguments(parser):
    add = parser.add_argument
    what = "a runtime, or the path of a program (default: all runtimes)"
    add("runtimes", nargs="*", metavar="RUNTIME|PROGRAM", help=what)
    add("--case", default="", metavar="RE", help="only cases whose name matches")
    add("--json", action="store_true", help="for programs: refbench.check/1 or .deep/1")
    seeded = "break the runtime first: a fault of alloc/base/faults.def"
    add("--fault", metavar="NAME", help=seeded)
    every = "and explore schedules, fuzz, let allocations fail, use sanitized builds"
    add("--deep", action="store_true", help=every)
    long = f"time for each runtime with --deep (default: {_DEEP_SECONDS})"
    add("--seconds", metavar="T", help=long)


def go(asked):
    regex = re.compile(plan.checked_regex(asked.case))
    seconds = _seconds(asked)
    progress = Progress(sys.stderr)
    kinds = _KINDS if asked.deep else _KINDS[:1]
    programs = case_program.find(asked.runtimes, asked.fault, progress.say, kinds)
    chosen = [
        (program, case)
        for program in programs
        for case in program.cases
        if regex.search(case.name)
    ]
    if not chosen:
        raise NothingMatched(f"no case matches {asked.case!r}")
    if asked.deep:
        subjects = deep.subjects(programs, chosen, asked.fault)
        return _show_deep(_run_deep(subjects, seconds, progress), asked.json)
    outcomes = run_cases(chosen, asked.fault, progress)
    if asked.json:
        print(record.text(told(outcomes), indent=2))
    else:
        print(check_printout.text(outcomes))
        print(f"\n{check_printout.last_line(outcomes)}")
    failed = any(each.status == FAIL for each in outcomes)
    return TRIALS_FAILED if failed else OK


def _seconds(asked):
    if asked.seconds and not asked.deep:
        raise Refusal("--seconds is for --deep: a case has a time limit of its own")
    return option.seconds("--seconds", asked.seconds or _DEEP_SECONDS)


def _run_deep(subjects, seconds, progress):
    """A line for each stage; on a terminal one that is rewritten, with what has ended so far."""

    def announce(subject, stage, ended, left):
        if ended == 0 or progress.terminal:
            done = f" {ended}" if ended else ""
            place = subjects.index(subject) + 1
            what = f"{subject.program.name}: {stage}{done}"
            progress.trial(place, len(subjects), what, left)

    try:
        return deep.Deep(seconds, announce).go(subjects)
    finally:
        progress.close()


def _show_deep(verdicts, as_json):
    if as_json:
        print(record.text(_told_deep(verdicts), indent=2))
    else:
        print(deep_printout.text(verdicts))
    found = {each.status for each in verdicts}
    if STAGE_FAILED in found:
        return TRIALS_FAILED
    return NOTHING_MATCHED if NOT_RUN in found else OK


def _told_deep(verdicts):
    return {
        "schema": "refbench.deep/1",
        "runtimes": [
            {
                "runtime": each.runtime,
                "verdict": each.status,
                "says": deep_printout.sentence(each),
                "stages": [_told_stage(stage) for stage in each.stages],
            }
            for each in verdicts
        ],
    }


def _told_stage(stage):
    return {
        "stage": stage.name,
        "status": stage.found.status,
        "reason": stage.found.reason or None,
        "seconds": round(stage.seconds, 3),
        "work": stage.found.work,
        "failures": [vars(each) for each in stage.found.failures],
    }


def run_cases(chosen, fault, progress):
    """A line that is rewritten tells where it is, on a terminal only."""
    done = []

    def tell(outcome):
        done.append(outcome)
        if progress.terminal:
            name = f"{outcome.program.name} {outcome.case.name}"
            progress.trial(len(done), len(chosen), name, None)

    try:
        return Trials(fault, tell).go(chosen)
    finally:
        progress.close()


def told(outcomes):
    return {
        "schema": "refbench.check/1",
        "cases": [
            {
                "runtime": each.program.name,
                "case": each.case.name,
                "group": each.case.group,
                "says": each.case.says,
                "status": each.status,
                "message": each.message,
                "expected": each.expected,
                "seen": each.seen,
                "command": each.command,
            }
            for each in outcomes
        ],
    }
