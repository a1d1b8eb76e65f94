"""One run of a program that carries a seeded fault: how it ended, and what it said."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

from catalogue import ROOT

sys.path.append(str(ROOT / "bench"))
from driver import process

SKIPPED = 77
_guard = threading.Lock()  # of the next
_running = set()
_interrupted = threading.Event()
_MOST_SAID = 1 << 20  # bytes that are looked at
# What tells of a fault, the most telling first.
_WORDS = (
    r"^expected: .*",
    r'"(?:error|message)":\s*"([^"]+)"',
    r"^error: (.*)",
    r"^SUMMARY: .*",
    r"^leaked .*",
    r"^.* at 0x\w+: its count, .*",
    r"^dead object at .*",
    r"^\[  ERROR   \] --- (.*)",
    r"^.*[.][ch]:\d+: .*",
)
_COMPILER = re.compile(r":\d+:\d+: (?:fatal )?error: |undefined reference to ")
_QUIET = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


@dataclass(frozen=True)
class Ending:
    found: bool  # it did not end well, as a fault may make it
    told: bool  # and said why
    words: str
    seconds: float
    refused: bool = False  # it could not be run
    crashed: bool = False  # without a word
    hung: bool = False
    work: str = ""


class Interrupted(Exception):
    """Nothing is to begin any more."""


def interrupt():
    """Ends whatever runs; nothing begins any more."""
    with _guard:
        _interrupted.set()
        for child in _running:
            child.kill()


def attempt(step, fault):
    """Runs a step of a tool with the fault; with none if that is None."""
    seeded = {"REFBENCH_FAULT": fault} if fault else {}
    environment = dict(os.environ, **_QUIET, **step.environment, **seeded)
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = process.Child(
            step.command,
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        hung = _wait(child, step.seconds)
        if _interrupted.is_set():
            raise Interrupted
        said.seek(0)
        text = said.read(_MOST_SAID).decode(errors="replace")
    return _judge(step, child.exit, hung, text, time.monotonic() - begin)


def _wait(child, seconds):
    """Whether it had to be killed; so is whatever it left running."""
    try:
        _begin(child)
        return child.wait(seconds)
    finally:
        child.end()
        with _guard:
            _running.discard(child)


def _begin(child):
    with _guard:
        _running.add(child)
        if _interrupted.is_set():
            child.kill()


def _judge(step, code, hung, text, seconds):
    if hung:
        words = f"it had not ended after {step.seconds:g} s and was killed"
        return Ending(step.may_hang, step.may_hang, words, seconds, hung=True)
    if code in step.refusals:
        return Ending(False, False, _why_refused(text), seconds, refused=True)
    words = words_of(text)
    if step.tells is not None:
        return Ending(step.tells(text), True, words, seconds, work=_work_of(text))
    if code in (0, SKIPPED):
        return Ending(False, False, "", seconds)
    if code < 0 and not words:
        return Ending(True, step.may_crash, _signal(-code), seconds, crashed=True)
    said = words or f"ended with {code}"
    return Ending(True, bool(words), said, seconds, work=_work_of(text))


def words_of(text):
    """The line that says what is wrong; empty if none does."""
    for pattern in _WORDS:
        match = re.search(pattern, text, re.MULTILINE)
        if match:
            return (match.group(match.lastindex or 0)).strip()
    return ""


def _work_of(text):
    """How many schedules, or steps of a script, it took, if it says so."""
    for pattern in (r'"(schedules)":\s*(\d+)', r'"(steps)":\s*(\d+)'):
        match = re.search(pattern, text)
        if match:
            return _many(match.group(2), match.group(1))
    match = re.search(r"(\d+) (schedules)", text)
    return _many(*match.groups()) if match else ""


def _many(number, nouns):
    return f"{number} {nouns.removesuffix('s') if number == '1' else nouns}"


def _why_refused(text):
    """What a compiler says, of a model; else the last line."""
    lines = text.strip().splitlines()
    wrong = [line for line in lines if _COMPILER.search(line)]
    if wrong:
        return f"it does not compile: {wrong[0]}"
    return lines[-1] if lines else "it said nothing"


def _signal(number):
    try:
        return f"killed by {signal.Signals(number).name}"
    except ValueError:
        return f"killed by signal {number}"
