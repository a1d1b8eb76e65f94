"""refbench enumerate: what finding containers by the pools they lie in is worth."""

from . import enumerate_table, option, place, run_command

NAME = "enumerate"
HELP = "compare finding containers by pools with finding them by lists, as CPython does"
EXAMPLES = """  refbench enumerate --fast
  refbench enumerate collect_full --budget 3m"""
REGEX = r"^(micro/(collect_full/1M|collect_young/|alloc_free/)|(?!micro/))"


def add_arguments(parser):
    run_command.set_defaults(parser)
    add = parser.add_argument
    names = "which names (default: collections, allocations and all workloads)"
    add("regex", nargs="?", default=REGEX, metavar="REGEX", help=names)
    add("--fast", action="store_true", help="one block: figures without a spread")
    add("--label", default=NAME, metavar="L", help="part of the run's name")
    blocks = (
        f"(default: {run_command.BLOCKS} blocks, as far as {run_command.BUDGET} goes)"
    )
    add("--budget", metavar="T", help=f"as many blocks as fit in T {blocks}")
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)
    parser.set_defaults(
        runtime=",".join(enumerate_table.RUNTIMES),
        threads="1",
    )


def go(asked):
    return run_command.go(asked, enumerate_table.text)
