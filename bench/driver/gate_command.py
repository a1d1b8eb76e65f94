"""refbench gate: has something become slower than a baseline?  For continuous integration: exit 1 if so."""

import re

from . import baseline, compare_command, compare_table, comparison, option, place, plan
from . import record, side, store, verdict
from .refusal import OK, REGRESSION, TRIALS_FAILED

NAME = "gate"
HELP = "compare the newest run with a baseline; exit 1 if something has become slower"
EXAMPLES = """  refbench gate --save --baseline main      # keep the newest run as the baseline
  refbench gate --baseline main             # is a later run slower?
  refbench gate --baseline main --margin 5% '^(words|json)$'"""


def add_arguments(parser):
    add = parser.add_argument
    add(
        "regex",
        nargs="?",
        default="",
        metavar="REGEX",
        help="which workloads (default: all)",
    )
    add("--baseline", required=True, metavar="NAME", help="what it is kept under")
    add("--run", metavar="RUN", help="id, label or path (default: the newest)")
    add(
        "--save",
        action="store_true",
        help="keep the run as the baseline, and compare nothing",
    )
    compare_command.add_margin(parser)
    add("--json", action="store_true", help=f"for programs: {comparison.SCHEMA}")
    option.add_results(parser, place.RESULTS)


def go(asked):
    run = store.find(asked.results, asked.run)
    if asked.save:
        kept = baseline.save(run, asked.results, asked.baseline)
        print(f"{run.id} is the baseline {asked.baseline}: {place.shown(kept.path)}")
        return OK
    old = side.whole(
        baseline.find(asked.results, asked.baseline), f"baseline {asked.baseline}"
    )
    new = side.whole(run, run.id)
    wanted = re.compile(plan.checked_regex(asked.regex)).search if asked.regex else None
    found = comparison.build(old, new, wanted, compare_command.margin(asked.margin))
    print(record.text(found, indent=2) if asked.json else compare_table.text(found))
    return _outcome(found, asked.json)


def _outcome(found, quiet):
    rows = [row for row in found["rows"] if row["workload"] != comparison.MEAN]
    slower = [row for row in rows if _is_slower(row, found["margin"])]
    failed = [row for row in rows if row["reason"]]
    gone = found["left_out"]["a"]
    if not quiet:
        print("\n" + _said(slower, failed, gone, rows))
    if slower:
        return REGRESSION
    return TRIALS_FAILED if failed or gone else OK


def _is_slower(row, margin):
    """By more than the margin in the estimate, and surely slower at all."""
    return row["verdict"] == verdict.SLOWER and row["ratio"] < 1 / (1 + margin)


def _said(slower, failed, gone, rows):
    if slower:
        return f"regression: {len(slower)} of {len(rows)} slower than the baseline"
    if gone:
        return f"{len(gone)} of the baseline were not measured: {', '.join(gone)}"
    if failed:
        return f"{len(failed)} of {len(rows)} cannot be compared"
    unclear = sum(row["verdict"] == verdict.UNCLEAR for row in rows)
    return (
        f"no regression; {unclear} of {len(rows)} unclear"
        if unclear
        else "no regression"
    )
