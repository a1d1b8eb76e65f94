"""What cases found, as text: a table of cases and runtimes, then each failure."""

import shlex

from . import capability, place, table
from .case_trial import FAIL, PASS, SKIP

_NONE = "-"  # a program without this case


def text(outcomes):
    marks = capability.Marks(
        {each.program.name: each.program.capabilities for each in outcomes}
    )
    parts = [
        _table(outcomes, marks),
        _skips(outcomes),
        marks.legend(),
        _failures(outcomes),
    ]
    return "\n".join(line for lines in parts for line in lines)


def last_line(outcomes):
    count = {each: 0 for each in (PASS, FAIL, SKIP)}
    for outcome in outcomes:
        count[outcome.status] += 1
    return f"{count[PASS]} passed, {count[FAIL]} failed, {count[SKIP]} skipped"


def _table(outcomes, marks):
    runtimes = list(dict.fromkeys(each.program.name for each in outcomes))
    cases = list(dict.fromkeys((each.case.group, each.case.name) for each in outcomes))
    words = {(each.case.name, each.program.name): each.word for each in outcomes}
    rows = [
        [group, name, *(words.get((name, runtime), _NONE) for runtime in runtimes)]
        for group, name in cases
    ]
    shown = [marks.name(runtime) for runtime in runtimes]
    head = ["group", "case", *shown]
    return table.lines(head, table.unrepeated(rows, 1), left=2, texts=shown)


def _skips(outcomes):
    """A line for each reason."""
    reasons = {}
    for each in outcomes:
        if each.status == SKIP:
            reasons.setdefault((each.program.name, each.message), []).append(each.case)
    return [
        f"  skipped on {runtime}: {', '.join(case.name for case in cases)}: {why}"
        for (runtime, why), cases in reasons.items()
    ]


def _failures(outcomes):
    lines = []
    for each in outcomes:
        if each.status == FAIL:
            command = [place.shown(each.command[0]), *each.command[1:]]
            lines += [
                "",
                f"{each.case.name} on {each.program.name}: {each.case.says}",
                f"  expected  {each.expected}",
                f"  seen      {each.seen}",
                f"  alone     gdb --args {shlex.join(command)}",
            ]
    return lines
