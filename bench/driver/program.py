"""A runtime program: the runtime compiled with one counting strategy.

A peer is a program of somebody else's runtime: it has micro benchmarks of the same names to
compare ours with, no workloads, and is built only where that runtime is installed.

A program says of itself what it can do (`--describe`, schema refbench.describe/1); the
driver knows nothing about strategies or workloads but what it reads there.
"""

import hashlib
import json
import math
import os
import re
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import place
from .refusal import Refusal

SCHEMA = "refbench.describe"
PREFIX = "refbench-"
ALLOC = "alloc-"  # begins the names of those that measure allocators: no runtimes
# Freed by hand, in C: bench/manual.
MANUAL = ("manual", "manual_pools")
# Of a strategy, and of none: measured where they are named, not otherwise.
VARIANTS = ("gil_linked", *MANUAL)
DEBUG = "-debug"  # ends the names of those that carry cases: nothing to measure
EXPLORE = "-explore"  # of those that run scenarios: nothing to measure either
TALLY = "tally"  # counts operations instead of being timed: no runtime to compare
PROFILE = "profile"  # looks at every object's life: none either
_DESCRIBE_SECONDS = 30


@dataclass(frozen=True)
class Program:
    name: str
    path: Path
    facts: dict = field(hash=False)
    build: str  # hash of the file: what was measured

    @property
    def workloads(self):
        """Facts of each workload, by its name, in the program's order."""
        return {workload["name"]: workload for workload in self.facts["workloads"]}

    @property
    def micros(self):
        """Facts of each micro benchmark, by its name, in the program's order."""
        return micros_of(self.facts)

    @property
    def capabilities(self):
        return self.facts.get("capabilities", {})

    @property
    def pins(self):
        """The ways it can pin threads; none if it cannot."""
        return self.facts.get("pins", [])

    @property
    def keeps_pauses(self):
        return bool(self.facts.get("keeps_pauses"))

    @property
    def max_threads(self):
        return self.capabilities.get("max_threads", math.inf)


def micros_of(facts):
    """Name -> facts.  Programs of old runs gave the names alone."""
    found = facts.get("micros", [])
    whole = [{"name": each} if isinstance(each, str) else each for each in found]
    return {each["name"]: each for each in whole}


def is_peer(facts):
    return bool(facts.get("peer"))


def title(facts):
    """The name in tables: a peer's with its version."""
    version = facts.get("libraries", {}).get(facts["name"]) if is_peer(facts) else None
    return f"{facts['name']} {version}" if version else facts["name"]


def strategies():
    """The names in strategies.def, in its order."""
    text = re.sub(r"/\*.*?\*/", "", place.STRATEGIES.read_text(), flags=re.DOTALL)
    return re.findall(r"^\s*STRATEGY\((\w+)\)", text, flags=re.MULTILINE)


def peers():
    """The names of those that there are sources of."""
    return sorted(path.name for path in place.PEERS.iterdir() if path.is_dir())


def standard_paths():
    """Runtime name -> program, as the project builds them: of each strategy, whether built or
    not, and of the peers that are."""
    paths = {name: place.PROGRAMS / (PREFIX + name) for name in strategies()}
    for name in peers():
        path = place.PROGRAMS / (PREFIX + name)
        if path.exists():
            paths[name] = path
    return paths


def paths_in(folder):
    """Runtime name -> program, for every one in a folder: known strategies first, peers last."""
    found = {
        path.name[len(PREFIX) :]: path
        for path in sorted(folder.glob(PREFIX + "*"))
        if path.is_file() and os.access(path, os.X_OK)
    }
    found = {name: path for name, path in found.items() if _is_runtime(name)}
    first = [name for name in strategies() if name in found]
    last = [name for name in peers() if name in found]
    others = [name for name in found if name not in (*first, *last)]
    return {name: found[name] for name in (*first, *others, *last)}


def _is_runtime(name):
    others = name in (TALLY, PROFILE, *VARIANTS) or name.startswith(ALLOC)
    return not (others or name.endswith((DEBUG, EXPLORE)))


def describe(path):
    """The program at `path`, as it describes itself."""
    facts = described(path, SCHEMA, {"name", "workloads"})
    return Program(facts["name"], path, facts, build_of(path))


def build_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def described(path, schema, needed):
    """What the program at `path` says of itself.  Refused if it is not of this schema, or
    leaves out what is needed."""
    if not path.exists():
        raise Refusal(f"{place.shown(path)} is missing: bench/run builds it")
    if not os.access(path, os.X_OK) or path.is_dir():
        raise Refusal(f"{place.shown(path)} is no program that can be started")
    facts = _ask(path)
    major = str(facts.get("schema", "")).partition("/")
    if major[0] != schema or major[2] != "1":
        raise Refusal(
            f"{place.shown(path)} describes itself as {facts.get('schema')!r}, and this "
            f"driver reads {schema}/1: build both from one revision"
        )
    missing = needed - facts.keys()
    if missing:
        raise Refusal(
            f"{place.shown(path)} --describe leaves out {', '.join(sorted(missing))}"
        )
    return facts


def _ask(path):
    try:
        answer = subprocess.run(
            [path, "--describe"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DESCRIBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refusal(f"{place.shown(path)} --describe did not run: {error}") from None
    if answer.returncode != 0:
        raise Refusal(
            f"{place.shown(path)} --describe ended with {answer.returncode}: "
            "run it by hand to see why"
        )
    try:
        facts = json.loads(answer.stdout)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise Refusal(f"{place.shown(path)} --describe printed no JSON object")
    return facts


def is_path(text):
    """Whether a runtime is given by the path of its program."""
    return "/" in text


def find(where, names):
    """The programs asked for: `where` lists folders and files, the project's own if empty;
    `names` the runtimes wanted, or paths of programs, all if empty.  Refused if one is unknown or not
    built.
    """
    paths = {
        **_named_paths(where, names),
        **{each: Path(each).absolute() for each in names if is_path(each)},
    }
    for name in names:
        if name not in paths:
            raise Refusal(f"no runtime {name}: there are {', '.join(paths) or 'none'}")
    programs = [describe(paths[name]) for name in (names or paths)]
    if not programs:
        raise Refusal(f"no program {PREFIX}<runtime> in {', '.join(map(str, where))}")
    return _unique(programs)


def built(where):
    """Runtime name -> program, None for those of the project that are not built yet."""
    paths = _named_paths(where, [])
    found = {
        name: describe(path) if path.exists() else None for name, path in paths.items()
    }
    if not any(found.values()):
        raise Refusal(
            f"no program in {place.shown(place.PROGRAMS)} yet: bench/run builds them"
        )
    return found


def _named_paths(where, names):
    if not where:
        return {**standard_paths(), **_variant_paths(place.PROGRAMS, names)}
    paths = {}
    for place_given in map(Path, where):
        if place_given.is_dir():
            paths.update(paths_in(place_given))
            paths.update(_variant_paths(place_given, names))
        else:
            paths[describe(place_given).name] = place_given
    return paths


def _variant_paths(folder, names):
    return {name: folder / (PREFIX + name) for name in VARIANTS if name in names}


def _unique(programs):
    seen = {}
    for program in programs:
        other = seen.setdefault(program.name, program)
        if other is not program:
            raise Refusal(
                f"{other.path} and {program.path} are both named {program.name}"
            )
    return programs


def beside(programs):
    """The counting program that was built with these; None if there is none."""
    path = programs[0].path.with_name(PREFIX + TALLY)
    return replace(describe(path), name=TALLY) if path.exists() else None
