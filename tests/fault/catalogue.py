"""The seeded faults: what alloc/base/faults.def says of them, and where the code has them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "alloc/base/faults.def"
FLOORS = ("alloc", "gc", "runtimes", "bench/trial", "tests/contract")
_LINE = re.compile(r'SEED\((\w+), (\w+), "([^"]+)", "([^"]+)"\)')
_PLACE = re.compile(r"\bFAULT\((\w+)\)")
_INCLUDE = re.compile(r'^#(?:include|define \w+_HEADER) "([^"]+)"', re.MULTILINE)


class Broken(Exception):
    """The catalogue or a tool cannot be used."""


@dataclass(frozen=True)
class Fault:
    name: str
    runtime: str  # where it is looked for
    tool: str  # the cheapest that finds it there, and what of it
    what: str
    files: tuple  # that have it

    @property
    def part(self):
        return self.tool.partition(" ")[2]


def faults():
    """All of them, in the order of the list."""
    places = _places()
    found = [
        Fault(*match.groups(), tuple(sorted(places.get(match.group(1), ()))))
        for match in map(_read, _lines())
    ]
    unseeded = [each.name for each in found if not each.files]
    unlisted = sorted(set(places) - {each.name for each in found})
    if unseeded or unlisted:
        odd = ", ".join(unseeded + unlisted)
        raise Broken(f"faults.def and the code differ: {odd}")
    return found


def _lines():
    text = LIST.read_text(encoding="utf-8").split("\n")
    return [line for line in text if line.startswith("SEED(")]


def _read(line):
    match = _LINE.fullmatch(line)
    if match is None:
        raise Broken(f"faults.def: cannot read {line}")
    return match


def _places():
    """Which files have which fault."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.[ch]")):
            file = str(path.relative_to(ROOT))
            if file.startswith("alloc/base/fault."):
                continue
            for name in _PLACE.findall(path.read_text(encoding="utf-8")):
                found.setdefault(name, set()).add(file)
    return found


def reached_by(files):
    """The files of the project that these, paths from its root, are made of."""
    seen = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        path = ROOT / file
        if file not in seen and path.exists():
            seen.add(file)
            waiting += _INCLUDE.findall(path.read_text(encoding="utf-8"))
    return seen
