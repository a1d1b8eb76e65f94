"""refbench overhead: lower bounds of what memory management costs."""

from . import option, overhead, overhead_table, place, record, store
from .refusal import OK

NAME = "overhead"
HELP = "show how much more time each runtime takes than the floors: bounds of what it costs"
EXAMPLES = """  refbench overhead                         # of the newest run
  refbench overhead before --markdown       # of one by its label, id or path
  refbench overhead --json | jq '.means[] | [.runtime, .threads, .over.plain.ratio]'"""


def add_arguments(parser):
    what = "its id, its label or the path of its folder (default: the newest)"
    parser.add_argument("run", nargs="?", metavar="RUN", help=what)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help=f"for programs: {overhead.SCHEMA}"
    )
    form.add_argument("--markdown", action="store_true", help="a table for a text")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet")
    option.add_results(parser, place.RESULTS)


def go(asked):
    print(_form(asked)(overhead.build(store.find(asked.results, asked.run))))
    return OK


def _form(asked):
    if asked.json:
        return lambda found: record.text(found, indent=2)
    if asked.markdown:
        return overhead_table.markdown
    return overhead_table.csv_text if asked.csv else overhead_table.text
