"""A program that holds one runtime to the cases of conformance: refbench-<runtime>-debug.

It lists its cases in JSON (`--cases`, schema refbench.cases/1) and runs one of them with
`--case=NAME`.  Those of the project are built when they are asked for.
"""

import fcntl
import json
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import capability, place, program
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
    capabilities: dict = field(default_factory=dict, hash=False)

    def command(self, case, fault=None):
        return [str(self.path), f"--case={case.name}", *seeded(fault)]

    def beside(self, kind):
        """Where the program of another kind would be that was built with this one."""
        name = self.path.name.removesuffix(program.DEBUG)
        return self.path.with_name(name + kind)


def seeded(fault):
    return [f"--fault={fault}"] if fault else []


def find(asked, fault, say, kinds=(program.DEBUG,)):
    """The programs of the runtimes and paths asked for, all of the project if none is; they
    know the fault, if there is one.  What the project has of other kinds is built beside them.
    """
    names = [each for each in asked if _is_name(each)]
    if names or not asked:
        built = _build(names, kinds, say)
    paths = [
        _standard(each) if _is_name(each) else _given(each) for each in asked or built
    ]
    return _unique([at(path, fault) for path in paths])


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


def _standard_folder():
    return place.PROGRAMS.parent


def _build_file(folder):
    return folder / "build.ninja"


@contextmanager
def _alone():
    """One builds at a time, whatever folder it builds in."""
    _standard_folder().mkdir(parents=True, exist_ok=True)
    with open(_log(_standard_folder()).with_suffix(".lock"), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _configure(say):
    """The first time, which takes a while and says so; then what has changed."""
    folder = _standard_folder()
    if not _build_file(folder).exists():
        log = _shown_log(folder)
        say(f"configuring {place.shown(folder)} for the first time ({log})")
        _make(folder, ["cmake", "--preset", folder.name])
    _make_targets(folder, _build_file(folder).name)


def _rules(folder):
    return _build_file(folder).read_text(encoding="utf-8")


def _targets(kind):
    """The runtimes that the build has a program of this kind of."""
    target = rf"^build bin/{program.PREFIX}(\w+){kind}:"
    return re.findall(target, _rules(_standard_folder()), re.MULTILINE)


def _there_are():
    """The runtimes that the build has, strategies first."""
    found = _targets(program.DEBUG)
    first = [each for each in program.strategies() if each in found]
    return [*first, *(each for each in sorted(found) if each not in first)]


def _build(asked, kinds, say):
    """Those that are asked for, all if none is; returns their names.  What is up to date is left as
    it is."""
    with _alone():
        _configure(say)
        names = _known(asked)
        has = {kind: _targets(kind) for kind in kinds}
        targets = [
            f"{program.PREFIX}{name}{kind}"
            for name in names
            for kind in kinds
            if name in has[kind]
        ]
        say(f"building {', '.join(targets)} ({_shown_log(_standard_folder())})")
        _make_targets(_standard_folder(), *targets)
    return names


def renew(path):
    """Brings a program up to date that one of the project's builds makes; others are left as they
    are.  Refused if that fails."""
    folder = path.parent.parent
    if place.ROOT not in path.parents or not _build_file(folder).exists():
        return
    with _alone():
        _make_targets(folder, _build_file(folder).name)
        if f"\nbuild {path.relative_to(folder)}:" in _rules(folder):
            _make_targets(folder, path.name)


def _known(asked):
    there = _there_are()
    for each in asked:
        if each not in there:
            known = ", ".join(there)
            raise Refusal(f"no runtime {each}: there are {known}, or give a path")
    return asked or there


def _shown_log(folder):
    return place.shown(_log(folder))


def _log(folder):
    return folder / "check.log"


def _make_targets(folder, *names):
    _make(folder, ["cmake", "--build", folder, "--target", *names])


def _make(folder, command):
    """What it says goes to the log of the folder that is built."""
    with open(_log(folder), "wb") as out:
        try:
            status = subprocess.run(
                command, cwd=place.ROOT, stdout=out, stderr=subprocess.STDOUT
            ).returncode
        except OSError as error:
            raise Refusal(f"{command[0]} cannot be started: {error}") from None
    if status != 0:
        raise Refusal(f"the build failed: {_shown_log(folder)} says why")


# --- what a program says of its cases


def at(path, fault=None, launcher=()):
    """The program at a path.  Refused if it is none that has cases, or does not know the fault.
    What launches it is a command that takes a command."""
    facts = _asked(path, [*launcher, path, "--cases", *seeded(fault)])
    if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:
        raise Refusal(
            f"{place.shown(path)} has no cases: give a program "
            f"{program.PREFIX}...{program.DEBUG} of this revision"
        )
    times = _SANITIZED if facts.get("sanitized") else 1
    try:
        cases = [_case(each, times) for each in facts["cases"]]
        return CaseProgram(
            facts["runtime"], path, tuple(cases), capability.of_facts(facts)
        )
    except (KeyError, TypeError) as missing:
        raise Refusal(f"{place.shown(path)} --cases leaves out {missing}") from None


def _asked(path, command):
    """The JSON that it prints; None if it prints none."""
    if not path.exists():
        raise Refusal(f"{path} is missing: give a runtime's name or a program's path")
    try:
        answer = subprocess.run(
            command,
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
    except (ValueError, RecursionError):
        return None


def _case(facts, times):
    seconds = facts["seconds"] * times
    return Case(facts["name"], facts["group"], facts["says"], seconds)
