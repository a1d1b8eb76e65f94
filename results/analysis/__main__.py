"""Draws the figures of a run, or writes a report of runs, and prints the paths of what it wrote."""

import argparse
import sys
from pathlib import Path

from . import excerpt, figure, report
from .figures import FIGURES
from .folder import Run, Unreadable


def main():
    parser = argparse.ArgumentParser(prog="analysis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("figures", help="draw the figures of a run")
    drawing.add_argument("run", type=Path, metavar="RUN", help="the folder of a run")
    reporting = commands.add_parser("report", help="write a report of runs")
    reporting.add_argument("runs", type=Path, metavar="RUN", nargs="+")
    reporting.add_argument(
        "--out", type=Path, help="its folder (default: the last run's)"
    )
    names = "tell the names of hosts and folders, which are left out"
    reporting.add_argument("--with-names", action="store_true", help=names)
    taking = commands.add_parser("excerpt", help="print what a text shows of a run")
    taking.add_argument("run", type=Path, metavar="RUN", help="the folder of a run")
    where = "where its figures are, as whoever reads the text sees it"
    taking.add_argument("--figures", default="figures", metavar="DIR", help=where)
    asked = parser.parse_args()
    try:
        return _COMMANDS[asked.command](asked)
    except Unreadable as reason:
        print(reason, file=sys.stderr)
        return 2


def _figures(asked):
    run = Run(asked.run)
    for definition in FIGURES:
        for path in figure.write(definition, run):
            print(path)
    return 0


def _excerpt(asked):
    print(excerpt.text(Run(asked.run), asked.figures))
    return 0


def _report(asked):
    runs = [Run(path) for path in asked.runs]
    for path in report.write(runs, asked.out, asked.with_names):
        print(path)
    return 0


_COMMANDS = {"figures": _figures, "report": _report, "excerpt": _excerpt}

if __name__ == "__main__":
    sys.exit(main())
