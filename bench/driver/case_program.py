"""A program that holds one runtime to the cases of conformance: refbench-<runtime>-debug.

It lists its cases in JSON (`--cases`, schema refbench.cases/1) and runs one of them with
`--case=NAME`.  Those of the project are built when they are asked for.
"""

import fcntl
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import place, program
from .refusal import REFUSED, Refusal

SCHEMA = "refbench.cases/1"
_LIST_SECONDS = 30
_SANITIZED = 10  # times slower, at most, where every access is watched


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    says: str
    seconds: float  # its time limit


@dataclass(frozen=True)
class CaseProgram:
    name: str  # of the runtime
    path: Path
    cases: tuple

    def command(self, case, fault=None):
        return [str(self.path), f"--case={case.name}", *_fault(fault)]


def _fault(name):
    return [f"--fault={name}"] if name else []


def find(asked, fault, say):
    """The programs of the runtimes and paths asked for, all of the project if none is; they
    know the fault, if there is one."""
    names = [each for each in asked if _is_name(each)]
    if not asked:
        asked = names = _there_are()
    if names:
        _build(names, say)
    paths = [_standard(each) if _is_name(each) else _given(each) for each in asked]
    return _unique([_listed(path, fault) for path in paths])


def _is_name(text):
    return re.fullmatch(r"\w+", text)


def _standard(name):
    return place.PROGRAMS / f"{program.PREFIX}{name}{program.DEBUG}"


def _given(text):
    """The program at a path, or the one beside it that has the cases."""
    path = Path(text).absolute()
    beside = path.with_name(path.name + program.DEBUG)
    return beside if not path.name.endswith(program.DEBUG) and beside.exists() else path


def _unique(programs):
    seen = {}
    for each in programs:
        other = seen.setdefault(each.name, each)
        if other is not each:
            raise Refusal(f"{other.path} and {each.path} are both of {each.name}")
    return programs


# --- building


def _there_are():
    """The runtimes that the build has, strategies first."""
    build = place.PROGRAMS.parent / "build.ninja"
    if not build.exists():
        _make(["cmake", "--preset", build.parent.name])
    _make(["cmake", "--build", build.parent, "--target", build.name])
    target = rf"^build bin/{program.PREFIX}(\w+){program.DEBUG}:"
    found = re.findall(target, build.read_text(encoding="utf-8"), re.MULTILINE)
    first = [each for each in program.strategies() if each in found]
    return [*first, *(each for each in sorted(found) if each not in first)]


def _build(names, say):
    """What is up to date is left as it is.  One builds at a time."""
    _log().parent.mkdir(parents=True, exist_ok=True)
    with open(_log().with_suffix(".lock"), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build_alone(names, say)


def _build_alone(names, say):
    there = _there_are()
    for each in names:
        if each not in there:
            known = ", ".join(there)
            raise Refusal(f"no runtime {each}: there are {known}, or give a path")
    targets = [_standard(each).name for each in names]
    say(f"building {', '.join(targets)} ({place.shown(_log())})")
    _make(["cmake", "--build", place.PROGRAMS.parent, "--target", *targets])


def _log():
    return place.PROGRAMS.parent / "check.log"


def _make(command):
    with open(_log(), "wb") as out:
        try:
            status = subprocess.run(
                command, cwd=place.ROOT, stdout=out, stderr=subprocess.STDOUT
            ).returncode
        except OSError as error:
            raise Refusal(f"{command[0]} cannot be started: {error}") from None
    if status != 0:
        raise Refusal(f"the build failed: {place.shown(_log())} says why")


# --- what a program says of its cases


def _listed(path, fault):
    facts = _asked(path, ["--cases", *_fault(fault)])
    if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:
        raise Refusal(
            f"{place.shown(path)} has no cases: give a program "
            f"{program.PREFIX}...{program.DEBUG} of this revision"
        )
    times = _SANITIZED if facts.get("sanitized") else 1
    try:
        cases = [_case(each, times) for each in facts["cases"]]
        return CaseProgram(facts["runtime"], path, tuple(cases))
    except (KeyError, TypeError) as missing:
        raise Refusal(f"{place.shown(path)} --cases leaves out {missing}") from None


def _asked(path, words):
    """The JSON that it prints; None if it prints none."""
    if not path.exists():
        raise Refusal(f"{path} is missing: give a runtime's name or a program's path")
    try:
        answer = subprocess.run(
            [path, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refusal(f"{place.shown(path)} --cases did not run: {error}") from None
    if answer.returncode == REFUSED:
        said = answer.stderr.decode(errors="replace").strip()
        raise Refusal(f"{place.shown(path)}: {said.rpartition(chr(10))[2]}")
    try:
        return json.loads(answer.stdout)
    except ValueError:
        return None


def _case(facts, times):
    seconds = facts["seconds"] * times
    return Case(facts["name"], facts["group"], facts["says"], seconds)
