"""The tools that may find a fault.  Each tries a fault in steps; one that finds it ends the trial.

A tool is found by its program in a build; one whose program is not there has no steps.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from catalogue import ROOT, Broken, reached_by

OPERATIONS = 1000000  # of the stress test at a time
EXCHANGED = 300000  # operations of the exchange at a time
FUZZED = 20000  # of the fuzzer at a time
SEEDS = (1, 2, 3)
SCHEDULES = 60  # of each scenario; and if that was too little,
SCENARIO_SECONDS = 3  # of each
_SLOWER = 10  # at most, where a sanitizer watches
_REFUSED, _NO_SUCH = 2, 3  # exit statuses of our programs


@dataclass(frozen=True)
class Step:
    label: str
    command: list
    seconds: float  # its time limit
    work: str = ""  # how much it does at most
    environment: dict = field(default_factory=dict)
    refusals: tuple = ()  # exit statuses that say it cannot be run
    may_crash: bool = False  # a crash of it is an answer, and
    may_hang: bool = False  # so is a hang
    settled: bool = False  # a second run of it would be the first again
    proven: bool = False  # another test shows that it ends well without a fault
    tells: object = None  # output -> found, where the exit status does not say it


@dataclass(frozen=True)
class Build:
    name: str
    folder: Path

    @property
    def prefix(self):
        return _launcher() if self.name == "tsan" else []

    @property
    def slower(self):
        return 1 if self.name == "debug" else _SLOWER

    def program(self, name):
        return self.folder / "bin" / name

    def tests(self, pattern):
        return sorted((self.folder / "tests").glob(f"test-{pattern}"))


@lru_cache
def _launcher():
    """Thread sanitizers before clang 18 want addresses that are not randomised."""
    able = shutil.which("setarch") and subprocess.run(["setarch", "-R", "true"])
    return ["setarch", "-R"] if able and able.returncode == 0 else []


@lru_cache
def _listed(program, flag, key):
    """What a program says it has, in JSON; nothing if it is not there."""
    if not program.exists():
        return []
    answer = subprocess.run([program, flag], capture_output=True, timeout=60)
    try:
        return json.loads(answer.stdout)[key]
    except (ValueError, KeyError):
        raise Broken(f"{program.name} {flag} does not list its {key}") from None


# --- the steps of each tool, for a fault


def cases(build, fault):
    program = build.program(f"refbench-{fault.runtime}-debug")
    for case in _listed(program, "--cases", "cases"):
        yield Step(
            case["name"],
            [*build.prefix, str(program), f"--case={case['name']}"],
            case["seconds"] * build.slower,
            refusals=(_REFUSED, _NO_SUCH),
            may_crash=True,
            may_hang=True,
        )


def _programs(build, pattern, stem):
    for program in build.tests(pattern):
        name = program.name.removeprefix(f"test-{stem}")
        command = [*build.prefix, str(program)]
        yield Step(name, command, 20 * build.slower)


def contract(build, fault):
    stem = f"contract.{fault.runtime}."
    return _programs(build, f"{stem}*", stem)


def unit(build, fault):
    if any(file.startswith(("alloc/", "gc/")) for file in fault.files):
        yield from _programs(build, "unit.*", "unit.")
        yield from _programs(build, "gc.*", "")


def stress(build, fault):
    stem = f"stress.{fault.runtime}."
    for step in _programs(build, f"{stem}*", stem):
        for seed in SEEDS:
            numbers = {
                "REFBENCH_STRESS_OPS": str(OPERATIONS),
                "REFBENCH_STRESS_SEED": str(seed),
            }
            yield Step(
                f"seed {seed}",
                step.command,
                step.seconds,
                f"{OPERATIONS} operations",
                numbers,
            )


def exchange(build, fault):
    if not any(file.startswith("alloc/") for file in fault.files):
        return
    for step in _programs(build, "exchange", "exchange"):
        for seed in SEEDS:
            words = [f"--operations={EXCHANGED}", f"--seed={seed}"]
            yield Step(
                f"seed {seed}",
                [*step.command, *words],
                step.seconds,
                f"{EXCHANGED} operations",
            )


def fuzz(build, fault):
    program = build.program(f"refbench-{fault.runtime}-debug")
    if not program.exists() or "--fuzz=" not in _help(program):
        return
    for seed in SEEDS:
        words = [f"--fuzz={FUZZED}", f"--seed={seed}", "--json"]
        yield Step(
            f"seed {seed}",
            [*build.prefix, str(program), *words],
            20 * build.slower,
            f"{FUZZED} operations",
            refusals=(_REFUSED, _NO_SUCH),
        )


@lru_cache
def _help(program):
    return subprocess.run([program, "--help"], capture_output=True, text=True).stdout


def scenario(build, fault):
    program = build.program(f"refbench-{fault.runtime}-explore")
    there = _listed(program, "--scenarios", "scenarios")
    for effort in (f"--runs={SCHEDULES}", f"--seconds={SCENARIO_SECONDS}"):
        for each in there:
            name = each["name"]
            yield Step(
                name,
                [str(program), f"--scenario={name}", effort, "--seed=1"],
                SCENARIO_SECONDS + 20,
                refusals=(_REFUSED, _NO_SUCH),
                may_crash=True,
                settled=True,
            )


def model(build, fault):
    if build.name != "debug":
        return
    for path in sorted((ROOT / "tests/model").glob("*.c")):
        if set(fault.files) & _reached(path):
            command = [str(ROOT / "tests/model/run"), "--show", path.stem]
            yield Step(
                path.stem,
                command,
                120,
                refusals=(1,),
                settled=True,
                proven=True,
                tells=_model_tells,
            )


@lru_cache
def _reached(path):
    text = path.read_text(encoding="utf-8")
    sources = " ".join(re.findall(r"^ \* source (.+)", text, re.MULTILINE)).split()
    strategies = re.findall(r"^ \* runtime (\w+)$", text, re.MULTILINE)
    headers = [f"runtimes/rc/{each}.h" for each in strategies]
    return reached_by([str(path.relative_to(ROOT)), *sources, *headers])


def _model_tells(text):
    return re.search("^error: ", text, re.MULTILINE) is not None


TOOLS = {
    "case": cases,
    "contract": contract,
    "unit": unit,
    "stress": stress,
    "exchange": exchange,
    "fuzz": fuzz,
    "scenario": scenario,
    "model": model,
}
SANITIZERS = ("asan", "tsan")
WATCHED = ("case", "contract", "stress", "fuzz")


def builds(folder):
    """`folder`, and the builds with sanitizers that are beside it."""
    beside = [Build(name, folder.parent / name) for name in SANITIZERS]
    return [Build("debug", folder)] + [
        each for each in beside if (each.folder / "bin").is_dir()
    ]


def tools(folder):
    """(name in the table, tool, build) of whatever the builds have."""
    unwatched, *watched = builds(folder)
    return [(name, name, unwatched) for name in TOOLS] + [
        (f"{name}, {build.name}", name, build) for build in watched for name in WATCHED
    ]


def names():
    """In the table, of all that there may be."""
    return list(TOOLS) + [f"{name}, {each}" for each in SANITIZERS for name in WATCHED]


def cheapest(fault, folder):
    """The steps that the list names for the fault."""
    tool, part = fault.tool.partition(" ")[0], fault.part
    if tool not in TOOLS:
        raise Broken(f"{fault.name}: there is no tool {tool}")
    steps = list(TOOLS[tool](Build("debug", folder), fault))
    chosen = [each for each in steps if part in ("", each.label)]
    if not chosen:
        raise Broken(f"{fault.name}: nothing in {folder} is `{fault.tool}`")
    return tool, chosen
