"""What is derived from a run and kept in its folder, for results/analysis, which computes none of it.

    summary.json       refbench.summary/1
    compare.json       refbench.comparisons/1: each runtime beside the base
    overhead.json      refbench.overhead/1; not of a run without workloads
    check.json         refbench.check/1, of a run's runtimes, where that is asked for
    compare-runs.json  refbench.comparisons/1: the first of several runs beside each other one

All may be made again at any time.  Trials are read once for all of them.
"""

import gc
from functools import cached_property
from pathlib import Path

from . import (
    beside,
    case_program,
    cell,
    check_command,
    comparison,
    overhead,
    place,
    program,
)
from . import record, store, summary
from .refusal import NothingMatched, Refusal
from .side import Side

SCHEMA = "refbench.comparisons/1"
RUNS = "compare-runs.json"
_OVERHEAD, _CHECK = "overhead.json", "check.json"


class Derived:
    """Of one run, to which nothing is added meanwhile."""

    def __init__(self, run):
        self.run = store.Still(run.path)
        self.manifest = run.manifest()

    @cached_property
    def cells(self):
        return cell.by_arm(self.run.lines())

    def write(self):
        """All that trials tell; returns the summary."""
        self.run.lines()  # which both processes want
        gc.freeze()  # they stay: nobody needs to look through them again and again
        with beside.Beside(self._write_others):
            found = summary.build(self.run)
            self.run.write("summary.json", found)
        return found

    def _write_others(self):
        self.run.write("compare.json", self._comparisons())
        self._write_overhead()

    def _comparisons(self):
        base, cells = self.manifest["base"], self.cells
        names = [each["name"] for each in self.manifest["runtimes"]]
        ours = self._side(base, base, cells)
        sides = [self._side(name, name, cells) for name in names if name != base]
        return _comparisons(base, ours, sides, [])

    def _side(self, text, runtime, cells):
        return Side(text, self.run, runtime, None, cells, self.manifest)

    def whole(self):
        """All of it, as a side."""
        return self._side(f"@{self.run.id}", None, self.cells)

    def _write_overhead(self):
        try:
            self.run.write(_OVERHEAD, overhead.build(self.run))
        except NothingMatched:
            (self.run.path / _OVERHEAD).unlink(missing_ok=True)

    def check(self, where, progress):
        """Holds its runtimes to the cases of conformance."""
        own = [each for each in self.manifest["runtimes"] if _is_own(each)]
        asked = [_subject(each, where) for each in own]
        programs = case_program.find(asked, None, progress.say) if asked else []
        chosen = [(each, case) for each in programs for case in each.cases]
        outcomes = check_command.run_cases(chosen, None, progress)
        self.run.write(_CHECK, check_command.told(outcomes))


def write_runs(runs, folder):
    """Derived runs, the first beside each other one; returns a line for each that has nothing in
    common with it.  Of a single one there is no such file."""
    if len(runs) < 2:
        (folder / RUNS).unlink(missing_ok=True)
        return []
    ours, *sides = [each.whole() for each in runs]
    apart = []
    found = _comparisons(ours.run.id, ours, sides, apart)
    record.write(folder / RUNS, found)
    return apart


def _comparisons(base, ours, sides, apart):
    """Those that have a workload in common with the base; why others have not goes into `apart`."""
    found = []
    for theirs in sides:
        try:
            found.append(comparison.build(ours, theirs))
        except NothingMatched as reason:
            apart.append(str(reason))
    return {"schema": SCHEMA, "base": base, "comparisons": found}


def _is_own(runtime):
    return not program.is_peer(runtime["facts"])


def _subject(runtime, where):
    """What refbench check is asked for: a runtime of the project, or a program."""
    name = f"{program.PREFIX}{runtime['name']}"
    for given in where:
        path = Path(given).absolute()
        for each in (path, path / name):
            beside = each.with_name(f"{name}{program.DEBUG}")
            if beside.is_file():
                return str(beside)
    if where:
        names = ", ".join(where)
        raise Refusal(
            f"--check: there is no {name}{program.DEBUG} in {names}: build it"
        )
    path = place.ROOT / runtime["program"]
    return runtime["name"] if path.parent == place.PROGRAMS else str(path)
