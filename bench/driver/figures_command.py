"""refbench figures: draw a run again."""

from pathlib import Path

from . import figures, lock, option, place, record, store, summary

NAME = "figures"
HELP = "draw the figures of a run again, the newest if none is named"
EXAMPLES = """  refbench figures
  refbench figures 20260314T101500Z-node-fast"""


def add_arguments(parser):
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="its id, or the path of its folder"
    )
    option.add_results(parser, place.RESULTS)


def go(asked):
    run = store.find(asked.results, asked.run)
    with lock.MachineLock():
        record.write(run.path / "summary.json", summary.build(run))
        drawn = figures.draw_or_refuse(run)
    for path in drawn:
        print(place.shown(Path(path)))
    return 0
