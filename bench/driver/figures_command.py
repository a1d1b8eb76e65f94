"""refbench figures: draw a run again."""

from . import derived, figures, lock, option, place, store

NAME = "figures"
HELP = (
    "draw the figures of a run again, without its report; the newest if none is named"
)
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
        derived.Derived(run).write()
        drawn = figures.draw_or_refuse(run)
    for path in drawn:
        print(place.shown(path))
    return 0
