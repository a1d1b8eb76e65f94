"""Cases, each run in a process of its own with a time limit, two at a time."""

import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .case_program import Case, CaseProgram

PASS, FAIL, SKIP = "pass", "fail", "skip"
SKIPPED = 77  # the exit status
AT_A_TIME = 2
_MOST_SAID = 16 << 20  # bytes: who says more, or writes a larger file, is killed
_TOLD = re.compile(r"expected: (.*), seen: (.*)")
_LAST_WORDS = ("expected: ", "SUMMARY: ")  # of a case, and of a sanitizer


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


class Trials:
    """Runs cases; `told` is called with each outcome as it comes."""

    def __init__(self, fault, told):
        self.fault = fault
        self.told = told
        self.running = set()
        self.interrupted = False

    def go(self, chosen):
        """The outcomes of (program, case) pairs, in their order."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            futures = [pool.submit(self._run, *each) for each in chosen]
            try:
                return [self._take(future) for future in futures]
            except BaseException:
                self.interrupted = True
                pool.shutdown(wait=False, cancel_futures=True)
                for child in list(self.running):
                    _kill(child)
                raise

    def _take(self, future):
        outcome = future.result()
        self.told(outcome)
        return outcome

    def _run(self, program, case):
        command = program.command(case, self.fault)
        with tempfile.TemporaryFile() as said:
            try:
                child = _start(command, said)
            except OSError as error:
                found = _failed("ERROR", case, str(error))
                return Outcome(program, case, command, **found)
            self.running.add(child)
            if self.interrupted:
                _kill(child)
            hung = _wait(child, case.seconds)
            self.running.discard(child)
            said.seek(0)
            found = (
                _hung(case) if hung else _judged(case, child.returncode, said.read())
            )
            return Outcome(program, case, command, **found)


def _start(command, said):
    """The process; what it says on standard error goes to a file, of bounded size."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
    )
    try:
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (_MOST_SAID, _MOST_SAID))
    except ProcessLookupError:  # it has ended already
        pass
    return child


def _wait(child, seconds):
    """Whether it, or what it started, had to be killed."""
    end = time.monotonic() + seconds
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(child)
        child.wait()
        return True
    while _has_left_some(child):
        if time.monotonic() > end:
            _kill(child)
            return True
        time.sleep(0.01)
    return False


def _has_left_some(child):
    """Whether processes that it started still run."""
    try:
        os.killpg(child.pid, 0)
        return True
    except ProcessLookupError:
        return False


def _kill(child):
    """With all that it started; nobody else has reaped it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


# --- what an ending means


def _hung(case):
    seen = f"it had not ended after {case.seconds:g} s and was killed"
    return _failed("HANG", case, seen)


def _judged(case, exit_code, said):
    words = _last_words(said.decode(errors="replace"))
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
        return _failed("CRASH", case, f"killed by {_signal(-exit_code)}{after}")
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


def _last_words(said):
    """The line that says what is wrong; else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(_LAST_WORDS)]
    return (telling or lines or [""])[-1]


def _signal(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
