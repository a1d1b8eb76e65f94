"""Cases as they are run, and what their endings mean."""

import re
import signal
from dataclasses import dataclass

from .case_program import Case, CaseProgram
from .job import Jobs

PASS, FAIL, SKIP = "pass", "fail", "skip"
ERROR = "ERROR"  # the word of a case that could not be started
SKIPPED = 77  # the exit status
_TOLD = re.compile(r"expected: (.*), seen: (.*)")
# Of a case, a sanitizer, and a test.
_LAST_WORDS = ("expected: ", "SUMMARY: ", "ERROR: ")


@dataclass(frozen=True)
class Outcome:
    program: CaseProgram
    case: Case
    command: list
    status: str
    word: str  # what a table says
    message: str = ""
    expected: str = ""
    seen: str = ""
    exit: int = None  # None: it did not end by itself
    last_line: str = ""  # that it said, whether that tells what is wrong or not


class Trials:
    """Runs cases; `told` is called with each outcome as it comes."""

    def __init__(self, fault, told):
        self.fault = fault
        self.told = told
        self.jobs = Jobs()

    def go(self, chosen):
        """The outcomes of (program, case) pairs, in their order."""
        return self.jobs.each(self._run, chosen, self.told)

    def _run(self, each):
        program, case = each
        return outcome(self.jobs, program, case, program.command(case, self.fault))


def outcome(jobs, program, case, command):
    """What becomes of a case, run by that command."""
    try:
        ended = jobs.run(command, case.seconds)
    except OSError as error:
        found = _failed(ERROR, case, str(error))
    else:
        found = _hung(case, ended) if ended.hung else _judged(case, ended)
        found["exit"] = None if ended.hung else ended.exit
        found["last_line"] = ended.errors.strip().rpartition("\n")[2]
    return Outcome(program, case, command, **found)


# --- what an ending means


def _hung(case, ended):
    """What it said last may be the watchdog's: who is waited for."""
    seen = f"it had not ended after {case.seconds:g} s and was killed"
    words = last_words(ended.errors)
    seen += f": {words}" if words else ""
    return _failed("HANG", case, seen)


def _judged(case, ended):
    exit_code, words = ended.exit, last_words(ended.errors)
    if exit_code == 0:
        return {"status": PASS, "word": "ok"}
    if exit_code == SKIPPED:
        why = words.removeprefix("skipped: ")
        return {"status": SKIP, "word": "skip", "message": why}
    told = _TOLD.fullmatch(words)
    if told:
        expected, seen = told.groups()
        return _failed("FAIL", case, seen, expected)
    after = f": {words}" if words else ""
    if exit_code < 0:
        return _failed("CRASH", case, f"killed by {signal_name(-exit_code)}{after}")
    return _failed("FAIL", case, f"ended with {exit_code}{after}")


def _failed(word, case, seen, expected=None):
    expected = expected or case.says
    return {
        "status": FAIL,
        "word": word,
        "message": f"expected: {expected}, seen: {seen}",
        "expected": expected,
        "seen": seen,
    }


def last_words(said):
    """The line that says what is wrong; else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(_LAST_WORDS)]
    return (telling or lines or [""])[-1]


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
