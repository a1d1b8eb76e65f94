"""The stage of scenarios: what a few threads do to the same objects, in many orders.

refbench-<runtime>-explore runs each (`--scenario=NAME`, verdict refbench.scenario/1) in random schedules
with priorities until its time is over.  Time that a scenario leaves goes to nobody.
"""

import json

from . import place, program
from .case_trial import SKIPPED
from .deep_program import GRACE, answer, broken, number
from .deep_stage import Failure, Found
from .job import AT_A_TIME

_SCHEMA = "refbench.scenario/1"
_LIST_SECONDS = 30
_IMAGE = 64 << 30  # bytes: what is explored lies in a sparse file
_LEAST = 0.2  # seconds for one


def missing(subject, jobs):
    path = _path(subject)
    if not path.exists():
        return f"there is no {place.shown(path)}, which would explore schedules"
    return None if _names(path, jobs) else f"{place.shown(path)} lists no scenarios"


def run(subject, jobs, clock, tell):
    path = _path(subject)
    names = _names(path, jobs)
    seconds = max(_LEAST, clock.seconds * AT_A_TIME / len(names))

    def work(name):
        flags = [f"--scenario={name}", f"--seconds={seconds:.3g}", *subject.flags]
        command = [str(path), *flags]
        return name, command, jobs.run(command, seconds + GRACE, _IMAGE)

    return _found(jobs.each(work, names, tell))


def _path(subject):
    return subject.program.beside(program.EXPLORE)


def _names(path, jobs):
    ended = jobs.run([str(path), "--scenarios"], _LIST_SECONDS)
    try:
        return [each["name"] for each in json.loads(ended.out)["scenarios"]]
    except (LookupError, TypeError, ValueError):
        return []


def _found(results):
    work = {"scenarios": 0, "schedules": 0, "steps": 0, "skipped": 0}
    failures = []
    for name, command, ended in results:
        if ended.exit == SKIPPED:
            work["skipped"] += 1
            continue
        told = answer(ended, _SCHEMA)
        work["scenarios"] += 1
        work["schedules"] += number(told, "schedules")
        work["steps"] += number(told, "steps")
        if told.get("verdict") == "fail":
            message = str(told.get("error", "no reason given"))
            failures.append(Failure(name, message, str(told.get("repeat", ""))))
        elif told.get("verdict") != "pass" or ended.exit or ended.hung:
            failures.append(broken(name, command, ended))
    return Found(work, tuple(failures))
