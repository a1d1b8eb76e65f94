"""refbench explain: where the time of a run's workloads went."""

import contextlib
import re
import sys
import tempfile
from pathlib import Path

from . import calibration, cell, explain, explain_table, option, place, plan, program
from . import record, store
from .explain_profile import Profiles
from .progress import Progress
from .refusal import OK, TRIALS_FAILED, NothingMatched, Refusal

NAME = "explain"
HELP = "show where the time of a run's workloads went: operations times what one costs"
EXAMPLES = """  refbench calibrate --write                # unit costs of this machine, once for a build
  refbench explain                          # the newest run
  refbench explain 20260314T101500Z-node-fast words --threads 2"""


def add_arguments(parser):
    add = parser.add_argument
    add("run", nargs="?", metavar="RUN", help="its id or path (default: the newest)")
    regex = "which of its workloads (default: all but controls)"
    add("regex", nargs="?", default="", metavar="WORKLOAD", help=regex)
    add("--threads", default="", metavar="1,2", help="only these numbers of threads")
    add("--json", action="store_true", help=f"for programs: {explain.SCHEMA}")
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)


def go(asked):
    regex = plan.checked_regex(asked.regex)
    run = store.find(asked.results, asked.run)
    manifest = run.manifest()
    calibrated = calibration.read(asked.results)
    floor = explain.floor_of([each["name"] for each in manifest["runtimes"]])
    if floor is None:
        raise Refusal(
            f"{run.id} measured no floor: a run with --runtime plain,... has one"
        )
    cells = _cells(run, manifest, regex, option.threads(asked.threads))
    _check(calibrated, run, manifest, cells, floor)
    looking = _profiler(asked.programs)
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(sys.stderr)
        profiles = Profiles(run, looking, Path(folder), progress.say)
        document = _document(run, cells, calibrated, floor, profiles)
        progress.close()
    with contextlib.suppress(OSError):
        run.write("explain.json", document)
    shown = record.text(document, indent=2) if asked.json else None
    print(shown or explain_table.text(document))
    return TRIALS_FAILED if document["failed"] else OK


def _profiler(where):
    """The program that looks at objects' lives, of this revision."""
    folders = option.programs(where)
    folder = Path(folders[0]) if folders else place.PROGRAMS
    found = program.describe(folder / f"{program.PREFIX}{program.PROFILE}")
    if not found.facts.get("keeps_profile"):
        raise Refusal(
            f"{place.shown(found.path)} keeps no profiles: bench/run builds it again"
        )
    return found


def _cells(run, manifest, regex, threads):
    """Key -> what was measured, of what can be explained and is asked for."""
    controls = {*manifest["controls"], *manifest.get("noise", [])}
    found = {
        key: each
        for key, each in cell.by_arm(run.lines()).items()
        if explain.usual(key)
        and each.used
        and (re.search(regex, key.workload) and (regex or key.workload not in controls))
    }
    chosen = {
        key: each
        for key, each in found.items()
        if not threads or key.threads in threads
    }
    if not chosen:
        raise NothingMatched(f"{run.id} measured no workload that matches {regex!r}")
    floors = {
        key: each
        for key, each in found.items()
        if key.threads == 1 and key.runtime in explain.FLOORS
    }
    return {**floors, **chosen}


def _check(calibrated, run, manifest, cells, floor):
    builds = {each["name"]: each["build_id"] for each in manifest["runtimes"]}
    used = {key.runtime for key in cells} | {floor}
    facts = run.environment().get("facts", {})
    calibration.check(calibrated, facts, {name: builds[name] for name in used})


def _document(run, cells, calibrated, floor, profiles):
    cores = run.environment().get("facts", {}).get("usable_cores")
    rows, failed, seen = [], [], {}
    for key in sorted(cells, key=lambda key: (explain.subject(key), key.runtime)):
        try:
            row, profile = _row(key, cells, calibrated, floor, profiles, cores)
        except Unexplained as problem:
            failed.append({**_named(key), "reason": str(problem)})
            continue
        rows.append(row)
        seen[explain.subject(key)] = {
            **_named(key),
            "sites": explain.contended(profile),
        }
    return {
        "schema": explain.SCHEMA,
        "run": run.id,
        "floor": floor,
        "cores": cores,
        "calibrated": calibrated["made"],
        "rows": rows,
        "contention": [each for each in seen.values() if each["sites"]],
        "failed": failed,
    }


class Unexplained(Exception):
    """Why there is no row for a cell."""


def _named(key):
    return {
        "runtime": key.runtime,
        "workload": key.workload,
        "settings": dict(key.settings),
        "threads": key.threads,
    }


def _row(key, cells, calibrated, floor, profiles, cores):
    base = key._replace(runtime=floor, threads=1)
    if base not in cells:
        raise Unexplained(f"{floor} was not measured with 1 thread")
    side = _side(key, cells, calibrated, profiles)
    ground = side if key == base else _side(base, cells, calibrated, profiles)
    if not side.units.keys() & ground.units.keys():
        raise Unexplained(
            f"no block of the calibration has both it and {floor}: refbench calibrate --write"
        )
    waits = _waits(key, cells, cores)
    return explain.explained(side, ground, cores, waits), side.profile


def _waits(key, cells, cores):
    """What threads of the work wait for each other; 0 where the run cannot tell, and where it is told by."""
    arms = [
        key._replace(runtime=explain.FREE, threads=threads)
        for threads in (1, key.threads)
    ]
    if key.runtime == explain.FREE or not all(arm in cells for arm in arms):
        return 0.0
    one, many = (explain.Arm(arm, cells[arm]) for arm in arms)
    return explain.waited(one, many, explain.at_once(key.threads, cores))


def _side(key, cells, calibrated, profiles):
    found = calibrated["runtimes"][key.runtime]
    arm = explain.Arm(key, cells[key])
    profile, reason = profiles.of(key.workload, key.settings, key.threads)
    if profile is None:
        raise Unexplained(f"its objects were not seen: {reason}")
    if profile["checksum"] != arm.checksum:
        raise Unexplained("the program that looks did other work: build both again")
    side = explain.Side(arm, profile, found)
    if not side.units:
        raise Unexplained(f"{key.runtime} lacks unit costs: refbench calibrate --write")
    return side
