"""What check --deep found, as text: a table for each runtime, then its verdict in a sentence."""

from . import duration, table
from .deep_stage import FAIL, NOT_RUN, PASS

_WORDS = {PASS: "ok", FAIL: "FAIL", NOT_RUN: "not run"}
_MOST_SHOWN = 5  # failures of a stage


def text(verdicts):
    return "\n\n".join("\n".join(_paragraph(each)) for each in verdicts)


def _paragraph(verdict):
    rows = [_row(each) for each in verdict.stages]
    head = [verdict.runtime, "", "seconds", "what was done"]
    return [
        *table.lines(head, rows, left=2, texts=["what was done"]),
        *_reasons(verdict),
        *_failures(verdict),
        "",
        sentence(verdict),
    ]


def _row(stage):
    done = ", ".join(_work(stage.found.work)) if stage.found.status != NOT_RUN else "-"
    return [stage.name, _WORDS[stage.found.status], f"{stage.seconds:.0f}", done]


def _work(work):
    """88 cases, or 10 of 88 cases; nothing of what there was none of."""
    for name, count in work.items():
        whole = work.get(f"of_{name}")
        if name.startswith("of_") or (not count and not whole):
            continue
        some = f" of {whole:,}" if whole not in (None, count) else ""
        yield f"{count:,}{some} {name.replace('_', ' ')}"


def _reasons(verdict):
    return [
        f"  {each.name} not run: {each.found.reason}"
        for each in verdict.of_status(NOT_RUN)
    ]


def _failures(verdict):
    lines = []
    for stage in verdict.of_status(FAIL):
        for failure in stage.found.failures[:_MOST_SHOWN]:
            lines += [
                "",
                f"{stage.name} found: {failure.what}",
                f"  {failure.message}",
                *([f"  again  {failure.command}"] if failure.command else []),
            ]
        more = len(stage.found.failures) - _MOST_SHOWN
        if more > 0:
            lines.append(f"  and {more} more")
    return lines


def sentence(verdict):
    """The verdict, with what it does not rest on."""
    took = duration.show(sum(each.seconds for each in verdict.stages))
    missing = _names(verdict, NOT_RUN)
    unseen = f"; not looked at by {missing}" if missing else ""
    if verdict.status == PASS:
        means = _names(verdict, PASS)
        return f"{verdict.runtime}: no fault was found by {means} in {took}{unseen}"
    if verdict.status == FAIL:
        return f"{verdict.runtime}: WRONG, say {_names(verdict, FAIL)} after {took}{unseen}"
    return f"{verdict.runtime}: nothing is known{unseen}"


def _names(verdict, status):
    names = [each.name for each in verdict.of_status(status)]
    return (
        " and ".join([", ".join(names[:-1]), names[-1]])
        if names[1:]
        else "".join(names)
    )
