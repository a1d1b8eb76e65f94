"""Draws the figures of a run and prints their paths."""

import argparse
import sys
from pathlib import Path

from . import figure, pauses, throughput
from .folder import Run

FIGURES = (throughput.DEFINITION, pauses.DEFINITION)


def main():
    parser = argparse.ArgumentParser(prog="analysis", description=__doc__)
    parser.add_argument("command", choices=["figures"])
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of a run")
    run = Run(parser.parse_args().run)
    for definition in FIGURES:
        for path in figure.write(definition, run):
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
