"""refbench check: hold runtimes to the cases of conformance."""

import re
import sys

from . import case_program, check_printout, plan, record
from .case_trial import FAIL, Trials
from .progress import Progress
from .refusal import OK, TRIALS_FAILED, NothingMatched

NAME = "check"
HELP = "hold runtimes to the named cases of what every runtime must do"
EXAMPLES = """  refbench check
  refbench check gil biased --case '^F_'
  refbench check build/mine/bin/refbench-mine-debug --json
  refbench check gil --fault leak_item      # a runtime that is broken on purpose"""


def add_arguments(parser):
    add = parser.add_argument
    what = "a runtime, or the path of a program (default: all runtimes)"
    add("runtimes", nargs="*", metavar="RUNTIME|PROGRAM", help=what)
    add("--case", default="", metavar="RE", help="only cases whose name matches")
    add("--json", action="store_true", help="for programs: refbench.check/1")
    seeded = "break the runtime first: a fault of alloc/base/faults.def"
    add("--fault", metavar="NAME", help=seeded)


def go(asked):
    regex = re.compile(plan.checked_regex(asked.case))
    progress = Progress(sys.stderr)
    programs = case_program.find(asked.runtimes, asked.fault, progress.say)
    chosen = [
        (program, case)
        for program in programs
        for case in program.cases
        if regex.search(case.name)
    ]
    if not chosen:
        raise NothingMatched(f"no case matches {asked.case!r}")
    outcomes = _run(chosen, asked.fault, progress)
    if asked.json:
        print(record.text(_told(outcomes), indent=2))
    else:
        print(check_printout.text(outcomes))
        print(f"\n{check_printout.last_line(outcomes)}")
    failed = any(each.status == FAIL for each in outcomes)
    return TRIALS_FAILED if failed else OK


def _run(chosen, fault, progress):
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


def _told(outcomes):
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
