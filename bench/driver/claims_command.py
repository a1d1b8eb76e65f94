"""refbench claims: two classic claims, settled by measurement."""

from pathlib import Path

from . import claims, claims_text, option, place, program, record
from . import run_command, store
from .compare_command import add_margin, margin
from .refusal import OK, Refusal

NAME = "claims"
HELP = "settle two claims by measurement: counting against memory by hand, and the global lock"
EXAMPLES = """  refbench claims --budget 20m              # measure, and show
  refbench claims --run --json              # of the newest that it measured
  refbench claims --run RUN --write         # results/claims.md, with the environment"""
BUDGET = "15m"
FILE = "claims.md"


def add_arguments(parser):
    run_command.set_defaults(parser)
    add = parser.add_argument
    what = (
        "show it of a run instead: its id, its label or its path (default: the newest)"
    )
    add("--run", nargs="?", const=NAME, metavar="RUN", help=what)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help=f"for programs: {claims.SCHEMA}"
    )
    form.add_argument(
        "--write", action="store_true", help=f"into {FILE} in the folder of results too"
    )
    near = f"what counts as nearly as fast (default: {claims.NEARLY:.0%} slower)"
    add("--nearly", metavar="N", help=near.replace("%", "%%"))
    add_margin(parser)
    add("--fast", action="store_true", help="one block: figures that settle nothing")
    add("--label", default=NAME, metavar="L", help="part of the run's name")
    blocks = f"as many blocks as fit in T (default: {BUDGET})"
    add("--budget", default=BUDGET, metavar="T", help=blocks)
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)
    parser.set_defaults(
        regex=f"^({'|'.join(claims.WORKLOADS)})$",
        usual=claims.THREADS,
    )


def go(asked):
    asked.margin = margin(asked.margin)
    asked.nearly = claims.NEARLY if asked.nearly is None else _nearly(asked.nearly)
    if asked.run is not None:
        print(_shown(asked, store.find(asked.results, asked.run)))
        return OK
    if asked.json:
        raise Refusal("--json is of a run that was measured: claims --run RUN --json")
    asked.runtime = ",".join(_runtimes(asked))
    return run_command.go(asked, lambda summary: _measured(asked, summary))


def _nearly(text):
    try:
        return margin(text)
    except Refusal as refusal:
        raise Refusal(str(refusal).replace("--margin", "--nearly")) from None


def _runtimes(asked):
    """Those of a folder, if one is given, that are of use here."""
    if not asked.programs:
        return claims.RUNTIMES
    there = []
    for name in claims.RUNTIMES:
        try:
            program.find(option.programs(asked.programs), [name])
        except Refusal:
            continue
        there.append(name)
    return there


def _measured(asked, summary):
    return _shown(asked, store.find(asked.results, summary["run"]))


def _shown(asked, run):
    found = claims.build(run, asked.nearly, asked.margin)
    if asked.json:
        return record.text(found, indent=2)
    if asked.write:
        page = claims_text.markdown(found, run.manifest(), run.environment())
        path = Path(asked.results) / FILE
        path.write_text(page, encoding="utf-8")
        return f"{claims_text.text(found)}\n\nwritten: {place.shown(path)}"
    return claims_text.text(found)
