"""refbench show: what a run measured."""

import contextlib

from . import alloc_printout, alloc_summary, option, pause_detail, place, printout
from . import record, store, summary
from .refusal import Refusal

NAME = "show"
HELP = "show what a run measured, the newest if none is named"
EXAMPLES = """  refbench show
  refbench show 20260314T101500Z-node-fast
  refbench show --pauses
  refbench show --json | jq '.rows[] | [.workload, .runtime, .ops_per_s]'"""


def add_arguments(parser):
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="its id, or the path of its folder"
    )
    parser.add_argument(
        "--json", action="store_true", help="for programs: refbench.summary/1"
    )
    parser.add_argument(
        "--pauses",
        action="store_true",
        help="by generation, phase and thread instead",
    )
    option.add_results(parser, place.RESULTS)


def go(asked):
    run = store.find(asked.results, asked.run)
    of, shown = _readers(run)
    found = of.build(run)
    with contextlib.suppress(OSError):  # a run one may only read is shown all the same
        run.write("summary.json", found)
    if asked.json:
        print(record.text(found, indent=2))
    elif asked.pauses:
        _show_pauses(run, found)
    else:
        print(shown.text(found))
        print(f"\nresults: {place.shown(run.path)}")
    return 0


def _show_pauses(run, found):
    if run.of_allocators:
        raise Refusal(f"{run.id} is a run of refbench alloc: it has no pauses")
    print(pause_detail.text(found))


def _readers(run):
    """What sums the run up, and what prints that."""
    if run.of_allocators:
        return alloc_summary, alloc_printout
    return summary, printout
