"""refbench ratios: how far count operations are from the words they are made of, and what a second
thread gains."""

from . import option, place, program, ratios, ratios_table, run_command

NAME = "ratios"
HELP = "measure ratios of single operations, and show them beside their targets"
EXAMPLES = """  refbench ratios
  refbench ratios biased --budget 3m        # one runtime and those it is compared with
  refbench show --ratios                    # of the newest run again"""
BUDGET = "5m"
_SECONDS = 0.3  # of a process: short, so many blocks, and what disturbs falls on few


def add_arguments(parser):
    run_command.set_defaults(parser)
    add = parser.add_argument
    what = "only these, and those that others are compared with (default: all)"
    add("runtimes", nargs="*", metavar="RUNTIME", help=what)
    add("--fast", action="store_true", help="one block: figures without a spread")
    add("--label", default=NAME, metavar="L", help="part of the run's name")
    blocks = f"as many blocks as fit in T (default: {BUDGET})"
    add("--budget", default=BUDGET, metavar="T", help=blocks)
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)
    parser.set_defaults(
        regex=ratios.REGEX,
        micro_seconds=_SECONDS,
    )


def go(asked):
    asked.runtime = ",".join(_runtimes(asked))
    return run_command.go(asked, ratios_table.text)


def _runtimes(asked):
    """Peers have next to nothing of this; a folder has what it has."""
    if asked.programs:
        return asked.runtimes
    if not asked.runtimes:
        return program.strategies()
    return dict.fromkeys([*ratios.REFERENCES, *asked.runtimes])
