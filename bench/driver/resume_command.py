"""refbench resume: go on with a run that ended before its plan did, whatever it measures."""

import argparse

from . import alloc_command, option, place, run_command, store

NAME = "resume"
HELP = "go on with a run that ended early, the newest of runtimes if none is named"
EXAMPLES = """  refbench resume
  refbench resume 20260314T101500Z-node-alloc"""


def add_arguments(parser):
    what = "its id, or the path of its folder"
    parser.add_argument("run", nargs="?", metavar="RUN", help=what)
    option.add_results(parser, place.RESULTS)


def go(asked):
    """As the command that began it does with --resume."""
    run = store.find(asked.results, asked.run)
    command = alloc_command if run.of_allocators else run_command
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    words = [f"--resume={run.path}", f"--results={asked.results}"]
    return command.go(parser.parse_args(words))
