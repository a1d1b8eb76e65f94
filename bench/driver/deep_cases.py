"""The stages of cases: as they are, and in builds of the same runtime that a sanitizer watches.

Those builds lie beside the program's own, in folders asan and tsan, as the presets make them; where the
project has configured one, its program is brought up to date.
"""

import shlex
from dataclasses import replace

from . import case_program, place
from .case_trial import FAIL, SKIP, last_words, outcome
from .deep_program import GRACE, started
from .deep_stage import Failure, Found
from .refusal import OK, REFUSED

_SANITIZERS = {
    "asan": "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1",
    "tsan": "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1",
}
_FIXED = ["setarch", "-R"]  # without random addresses
_NO_ROOM = "unexpected memory mapping"  # what a thread sanitizer says that finds none


def missing(subject, jobs):
    return None


def run(subject, jobs, clock, tell):
    """All of them, however long it takes."""
    return _found(subject, _outcomes(subject, jobs, None, tell, []))


class Sanitized:
    """The same in another build, as far as there is time."""

    def __init__(self, name):
        self.name = name

    def missing(self, subject, jobs):
        path = self._path(subject)
        case_program.renew(path)
        if not path.exists():
            return f"there is no {place.shown(path)}: {self._remedy(path)}"
        launcher = self._launcher(jobs)
        problem = _start_problem(path, launcher, jobs)
        if problem is None:
            case_program.at(path, subject.fault, launcher)
        return problem

    def run(self, subject, jobs, clock, tell):
        launcher = self._launcher(jobs)
        other = case_program.at(self._path(subject), subject.fault, launcher)
        times = {case.name: case for case in other.cases}
        cases = [times[each.name] for each in subject.cases if each.name in times]
        there = replace(subject, program=other, cases=tuple(cases))
        prefix = ["env", _SANITIZERS[self.name], *launcher]
        return _found(there, _outcomes(there, jobs, clock, tell, prefix))

    def _path(self, subject):
        path = subject.program.path
        builds = path.parent.parent.parent
        return builds / self.name / path.parent.name / path.name

    def _launcher(self, jobs):
        """The thread sanitizer of older compilers does not bear many random addresses; not every
        system lets us choose."""
        if self.name != "tsan":
            return []
        try:
            able = jobs.run([*_FIXED, "true"], GRACE).exit == 0
        except OSError:
            able = False
        return _FIXED if able else []

    def _remedy(self, path):
        if place.ROOT not in path.parents:
            return "a build with that sanitizer makes it"
        return f"cmake --preset {self.name} lets check --deep build it"


def _start_problem(path, launcher, jobs):
    """Why the program does not even start here; None if it does."""
    ended = jobs.run([*launcher, str(path), "--help"], GRACE)
    if ended.exit in (OK, REFUSED) and not ended.hung:
        return None
    why = last_words(ended.errors) or f"it ended with {ended.exit}"
    return f"{place.shown(path)} does not start here: {why}"


def _outcomes(subject, jobs, clock, tell, prefix):
    def work(case):
        if clock and clock.over:
            return None
        command = [*prefix, *subject.program.command(case, subject.fault)]
        return outcome(jobs, subject.program, case, command)

    return jobs.each(work, subject.cases, tell)


def _found(subject, outcomes):
    done = [each for each in started(outcomes) if not _has_no_room(each)]
    skipped = [each for each in done if each.status == SKIP]
    failures = [
        Failure(each.case.name, each.message, shlex.join(each.command))
        for each in done
        if each.status == FAIL
    ]
    work = {
        "cases": len(done) - len(skipped),
        "of_cases": len(subject.cases),
        "skipped": len(skipped),
    }
    return Found(work, tuple(failures))


def _has_no_room(found):
    """Whether the sanitizer did not find its addresses free this time, and nothing was run."""
    return found.status == FAIL and _NO_ROOM in found.seen
