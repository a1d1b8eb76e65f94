"""refbench compare: two runtimes, thread counts or runs, with intervals and verdicts."""

import re

from . import compare_table, comparison, option, place, plan, record, side, verdict
from .refusal import OK, Refusal

NAME = "compare"
HELP = "compare two runtimes, numbers of threads or runs: ratios, intervals, verdicts"
EXAMPLES = """  refbench compare gil biased               # two runtimes of the newest run
  refbench compare gil biased words --json  # one workload of them
  refbench compare /1 /2                    # every runtime with one thread and with two
  refbench compare @before @after           # two runs, by label, id or path
  refbench compare gil/2@before biased/2@before --markdown"""


def add_arguments(parser):
    add = parser.add_argument
    what = "[RUNTIME][/THREADS][@RUN]: what it leaves out is all there is, the run the newest"
    add("a", metavar="A", help=what)
    add("b", metavar="B", help="the same: its speed is told over that of A")
    add(
        "regex",
        nargs="?",
        default="",
        metavar="REGEX",
        help="which workloads (default: all)",
    )
    add_margin(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help=f"for programs: {comparison.SCHEMA}"
    )
    form.add_argument("--markdown", action="store_true", help="a table for a text")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet")
    option.add_results(parser, place.RESULTS)


def go(asked):
    first, second = (side.of(text, asked.results) for text in (asked.a, asked.b))
    wanted = re.compile(plan.checked_regex(asked.regex)).search if asked.regex else None
    found = comparison.build(first, second, wanted, margin(asked.margin))
    print(_form(asked)(found))
    return OK


def add_margin(parser):
    what = f"what is nearer than M is called the same (default: {verdict.MARGIN:.0%})"
    parser.add_argument("--margin", metavar="M", help=what.replace("%", "%%"))


def margin(text):
    """3% or 0.03."""
    if text is None:
        return verdict.MARGIN
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1
    if not 0 < share < 1:
        raise Refusal(f"--margin takes a share such as 2% or 0.02, not {text!r}")
    return share


def _form(asked):
    if asked.json:
        return lambda found: record.text(found, indent=2)
    if asked.markdown:
        return compare_table.markdown
    return compare_table.csv_text if asked.csv else compare_table.text
