"""The stage of model-based fuzzing: random operations, and a naive model beside the runtime.

The program plays them (`--fuzz=STEPS --json`, verdict refbench.fuzz/1) from as many seeds as run at a
time, until the time is over.
"""

from . import place
from .deep_program import GRACE, answer, broken, number
from .deep_stage import Failure, Found
from .job import AT_A_TIME
from .refusal import REFUSED

_SCHEMA = "refbench.fuzz/1"
_STEPS = 10**12  # more than there is time for
_SEEDS = 1_000_000  # between where two of them begin
_COUNTED = ("steps", "scripts", "objects", "collections", "finalizers", "callbacks")


def missing(subject, jobs):
    path = subject.program.path
    ended = jobs.run([str(path), "--fuzz=1", "--json", *subject.flags], GRACE)
    return f"{place.shown(path)} has no --fuzz" if ended.exit == REFUSED else None


def run(subject, jobs, clock, tell):
    seconds = max(1, round(clock.seconds))

    def work(turn):
        flags = [f"--fuzz={_STEPS}", f"--seed={1 + turn * _SEEDS}"]
        flags += [f"--seconds={seconds}", "--json", *subject.flags]
        command = [str(subject.program.path), *flags]
        return command, jobs.run(command, seconds + GRACE)

    return _found(subject, jobs.each(work, range(AT_A_TIME), tell))


def _found(subject, results):
    path = subject.program.path
    work = dict.fromkeys(_COUNTED, 0)
    failures = []
    for command, ended in results:
        told = answer(ended, _SCHEMA)
        for name in _COUNTED:
            work[name] += number(told, name)
        if told.get("verdict") == "fail":
            again = str(told.get("again", "")).partition(" ")[2]
            again = " ".join([str(path), again, *subject.flags])
            message = str(told.get("message") or "it was ended")
            failures.append(Failure("fuzz", message, again))
        elif told.get("verdict") != "pass" or ended.exit or ended.hung:
            failures.append(broken("fuzz", command, ended))
    return Found(work, tuple(failures))
