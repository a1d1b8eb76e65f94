"""refbench show: what a run measured."""

import contextlib
import os
import sys
from pathlib import Path

from . import alloc_printout, alloc_summary, option, pause_detail, place, printout
from . import program, ratios_table, record, store, summary
from .refusal import Refusal

NAME = "show"
HELP = "show what a run measured, the newest if none is named"
EXAMPLES = """  refbench show
  refbench show 20260314T101500Z-node-fast
  refbench show build/mine/bin/refbench-mine  # the newest run of that runtime
  refbench show --pauses
  refbench show --ratios
  refbench show --json | jq '.rows[] | [.workload, .runtime, .ops_per_s]'"""


def add_arguments(parser):
    parser.add_argument(
        "run",
        nargs="?",
        metavar="RUN",
        help="its id, the path of its folder, or of a program that was measured",
    )
    parser.add_argument(
        "--json", action="store_true", help="for programs: refbench.summary/1"
    )
    parser.add_argument(
        "--pauses",
        action="store_true",
        help="by generation, phase and thread instead",
    )
    parser.add_argument(
        "--ratios",
        action="store_true",
        help="of single operations instead, beside their targets",
    )
    option.add_results(parser, place.RESULTS)


def go(asked):
    run = _found(asked)
    of, shown = _readers(run)
    found = of.build(run)
    with contextlib.suppress(OSError):  # a run one may only read is shown all the same
        run.write("summary.json", found)
    if asked.json:
        print(record.text(found, indent=2))
    elif asked.pauses:
        print(_of_runtimes(run, found, pause_detail, "pauses"))
    elif asked.ratios:
        print(_of_runtimes(run, found, ratios_table, "ratios"))
    else:
        print(shown.text(found))
        print(f"\nresults: {place.shown(run.path)}")
    return 0


def _found(asked):
    """The run that is meant; that of a program may be of an earlier build."""
    path = Path(asked.run or "")
    if not path.is_file() or not os.access(path, os.X_OK):
        return store.find(asked.results, asked.run)
    given = program.describe(path)
    run, build = store.newest_with(asked.results, given.name)
    if build != given.build:
        told = f"{place.shown(path)} is another build than the one measured in {run.id}"
        print(f"refbench: {told}: refbench run measures it", file=sys.stderr)
    return run


def _of_runtimes(run, found, shown, what):
    if run.of_allocators:
        raise Refusal(f"{run.id} is a run of refbench alloc: it has no {what}")
    return shown.text(found)


def _readers(run):
    """What sums the run up, and what prints that."""
    if run.of_allocators:
        return alloc_summary, alloc_printout
    return summary, printout
