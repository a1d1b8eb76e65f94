"""check --deep: every way there is of finding faults in a runtime, one stage after the other.

A stage says what it is missing, and runs: `missing(subject, jobs)` and `run(subject, jobs, clock, tell)`.
The time that is left is shared by weight among those that are left and miss nothing; cases take what
they need.  A stage that cannot be run is part of the verdict: what was not looked at was not
verified.  Troubles of our own are such a reason, and say nothing against a runtime.
"""

import subprocess
import time
from dataclasses import dataclass

from . import deep_cases, deep_fuzz, deep_injection, deep_scenarios, deep_stress
from .deep_stage import FAIL, NOT_RUN, PASS, Clock, Found, Subject
from .job import Jobs
from .refusal import Refusal

_STAGES = {  # name -> what runs it, its part of the time
    "cases": (deep_cases, 0),
    "scenarios": (deep_scenarios, 3),
    "fuzz": (deep_fuzz, 2),
    "injection": (deep_injection, 3),
    "stress": (deep_stress, 1),
    "asan": (deep_cases.Sanitized("asan"), 2),
    "tsan": (deep_cases.Sanitized("tsan"), 2),
}
_OURS = (OSError, subprocess.SubprocessError, Refusal)


@dataclass(frozen=True)
class Stage:
    name: str
    found: Found
    seconds: float


@dataclass(frozen=True)
class Verdict:
    runtime: str
    stages: tuple

    def of_status(self, status):
        return [each for each in self.stages if each.found.status == status]

    @property
    def status(self):
        if self.of_status(FAIL):
            return FAIL
        return PASS if self.of_status(PASS) else NOT_RUN

    @property
    def first_failure(self):
        """(stage, failure); None if there is none."""
        failed = self.of_status(FAIL)
        return (failed[0].name, failed[0].found.failures[0]) if failed else None


class Deep:
    """Runs the stages on one runtime after the other; `announce` is told before each, and as often
    as something in it ends."""

    def __init__(self, seconds, announce):
        self.seconds = seconds  # for each runtime
        self.announce = announce
        self.jobs = Jobs()

    def go(self, subjects):
        return [self._one(each) for each in subjects]

    def _one(self, subject):
        self.announce(subject, "what there is to run", 0, self.seconds)
        missing = {
            name: self._missing(stage, subject) for name, (stage, _) in _STAGES.items()
        }
        end = time.monotonic() + self.seconds
        waiting = [name for name, reason in missing.items() if reason is None]
        stages = []
        for name, reason in missing.items():
            if reason is not None:
                stages.append(Stage(name, Found(reason=reason), 0.0))
                continue
            left = max(0.0, end - time.monotonic())
            stages.append(self._stage(subject, waiting, left))
            waiting.pop(0)
        return Verdict(subject.program.name, tuple(stages))

    def _missing(self, stage, subject):
        """Why the stage cannot be run; None if it can."""
        try:
            return stage.missing(subject, self.jobs)
        except _OURS as error:
            return str(error)

    def _stage(self, subject, waiting, left):
        """The first of those that wait."""
        name = waiting[0]
        begin, ended = time.monotonic(), []

        def tell(found):
            if found is not None:
                ended.append(None)
                passed = time.monotonic() - begin
                self.announce(subject, name, len(ended), max(0.0, left - passed))

        self.announce(subject, name, 0, left)
        clock = Clock(left * _share(waiting))
        try:
            found = _STAGES[name][0].run(subject, self.jobs, clock, tell)
        except _OURS as error:
            found = Found(reason=str(error))
        if found.nothing and not found.reason:
            found = Found(reason=found.nothing_because)
        return Stage(name, found, time.monotonic() - begin)


def _share(waiting):
    """Of the time that is left, how much the first may take."""
    whole = sum(_STAGES[name][1] for name in waiting)
    return _STAGES[waiting[0]][1] / whole if whole else 0


def subjects(programs, chosen, fault):
    """What is to be looked at: programs, each with the cases that were chosen of it."""
    cases = {
        each.name: tuple(case for program, case in chosen if program is each)
        for each in programs
    }
    there = [each for each in programs if cases[each.name]]
    return [Subject(each, cases[each.name], fault) for each in there]
