"""refbench merge: one run of several that were measured of the same plan."""

import sys

from . import figures, journal, lock, merger, option, place, printout, store, summary
from .refusal import OK, TRIALS_FAILED, Refusal

NAME = "merge"
HELP = "make one run of several of the same plan: of shards, or of several machines"
EXAMPLES = """  refbench merge part-1 part-2 part-3 --label whole
  refbench merge 20260314T101500Z-node1-default 20260314T101500Z-node2-default"""


def add_arguments(parser):
    what = "runs of one plan, by id, label or path: the same programs, inputs and seed"
    parser.add_argument("runs", nargs="+", metavar="RUN", help=what)
    label = "part of the new run's name (default: merged)"
    parser.add_argument("--label", default="merged", metavar="L", help=label)
    option.add_results(parser, place.RESULTS)


def go(asked):
    label = store.checked_label(asked.label)
    runs = [store.find(asked.results, name) for name in asked.runs]
    run = merger.merged(runs, asked.results, label)
    for each in runs:
        for remark in journal.remarks(each.damaged()):
            print(f"{each.id}: {remark}", file=sys.stderr)
    found = summary.build(run)
    run.write("summary.json", found)
    print(f"{printout.text(found)}\n", flush=True)
    try:
        print(_drawn(run), file=sys.stderr)
    finally:
        print(f"results: {place.shown(run.path)}")
    return OK if summary.sound(found) else TRIALS_FAILED


def _drawn(run):
    """Nothing is drawn while something is measured; merging alone takes next to nothing."""
    try:
        with lock.MachineLock():
            return figures.draw(run)
    except Refusal as refusal:
        return f"no report: {refusal}; then refbench report {run.id}"
