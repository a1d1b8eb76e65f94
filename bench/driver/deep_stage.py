"""What one way of looking for faults came to, on one runtime: a stage of check --deep."""

import time
from dataclasses import dataclass, field

from . import case_program
from .case_program import CaseProgram

PASS, FAIL, NOT_RUN = "pass", "fail", "not run"


@dataclass(frozen=True)
class Failure:
    what: str
    message: str
    command: str  # repeats it


@dataclass(frozen=True)
class Found:
    """How much was done, by name, what counts most first; why it was not, if it was not."""

    work: dict = field(default_factory=dict)
    failures: tuple = ()
    reason: str = ""

    @property
    def status(self):
        if self.reason:
            return NOT_RUN
        return FAIL if self.failures else PASS

    @property
    def nothing(self):
        """Whether nothing was done, which verifies nothing."""
        return not self.failures and not next(iter(self.work.values()), 0)

    @property
    def nothing_because(self):
        if self.work.get("skipped"):
            return "all that could be tried was skipped"
        return "there was no time, or nothing that can be run here"


@dataclass(frozen=True)
class Subject:
    """A runtime, and what was asked of it."""

    program: CaseProgram
    cases: tuple
    fault: str = None

    @property
    def flags(self):
        return case_program.seeded(self.fault)


class Clock:
    """The time a stage may take."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    @property
    def over(self):
        return time.monotonic() >= self.end
