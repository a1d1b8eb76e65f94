"""What of a run was not measured soundly, and where: the lines that stand before everything else.

Each is of the whole run; what is wrong with one number stands beside the number too.
"""

import re
from dataclasses import dataclass

from . import subject, words

_SHORT_NS = 100e6
_BLOCK = re.compile(r"/block:\d+$")


@dataclass(frozen=True)
class Warning:
    text: str
    grave: bool = False
    of: tuple = ()  # subjects


def of(summary, clean):
    """All there are, grave ones first."""
    found = [
        *_grave(summary, clean),
        *_disturbed(summary),
        *_limits(summary),
        *_speeds(summary),
    ]
    return sorted(found, key=lambda each: not each.grave)


def _grave(summary, clean):
    if summary["outcome"] != "complete":
        text = (
            f"The run is {summary['outcome']}: not all that was planned was measured."
        )
        yield Warning(clean(text), True)
    if names := summary.get("debug_builds"):
        text = f"Built for finding faults, not for speed: {words.listed(names)}."
        yield Warning(text, True)
    for each in summary.get("checksum_conflicts") or []:
        yield Warning(_conflict(each), True)
    for each in _failures(summary):
        yield Warning(clean(each), True)
    if damaged := summary.get("damaged"):
        lines = words.listed(map(str, damaged))
        be = "is" if len(damaged) == 1 else "are"
        line = words.plural(len(damaged), "line").split(" ", 1)[1].capitalize()
        text = f"{line} {lines} of trials.jsonl cannot be read and {be} not counted."
        yield Warning(text, True)


def _conflict(each):
    sums = [f"{one['checksum']} on {words.listed(one['arms'])}" for one in each["sums"]]
    what = " ".join(
        filter(None, (each["workload"], subject.settings(each["settings"])))
    )
    return f"Checksums of {what} disagree, so it counts as failed: {'; '.join(sums)}."


def _failures(summary):
    """One line for all that failed alike."""
    found = {}
    for bad in summary.get("failures") or []:
        what = _BLOCK.sub("", bad["key"].rpartition("/")[0])
        found.setdefault((bad["status"], bad["reason"]), []).append(what)
    for (status, reason), keys in found.items():
        where = words.listed(dict.fromkeys(keys), most=4)
        yield f"{words.plural(len(keys), 'trial')} {status}: {where}: {reason or 'no reason told'}."


def _disturbed(summary):
    repeated, contaminated = summary.get("repeated"), summary.get("contaminated")
    if contaminated:
        text = f"{words.plural(contaminated, 'trial')} stayed contaminated to the last"
        if repeated:
            text += f" ({repeated} were repeated)"
        yield Warning(f"{text}; such a trial is used only where there is no other.")
    elif repeated:
        yield Warning(f"{words.plural(repeated, 'trial')} contaminated and repeated.")
    over = dict.fromkeys(r["threads"] for r in summary["rows"] if r["oversubscribed"])
    if over:
        counts = words.listed(map(str, sorted(over)))
        text = f"Oversubscribed: {counts} threads are more than the {summary['cores']} cores."
        yield Warning(text)


def _limits(summary):
    if summary["blocks"] == 1:
        yield Warning("Only one block: no spread is known, and there are no verdicts.")
    if summary.get("shard"):
        which, total = summary["shard"]
        yield Warning(f"Shard {which} of {total}: a part of a run.")
    machines = summary.get("machines") or []
    if len(machines) > 1:
        yield Warning(
            f"Merged of {len(machines)} machines: speeds are over all of them; "
            "ratios are taken within a block, which is of one machine."
        )
    if summary.get("pin") not in (None, "near"):
        yield Warning(f"Threads were pinned: {summary['pin']}.")


def _speeds(summary):
    rows = summary["rows"]
    unsteady = [subject.of(row) for row in rows if row.get("steady") is False]
    if unsteady:
        names = words.listed(f"{o.task}/{o.threads} {o.runtime}" for o in unsteady)
        text = f"Not steady, the speed goes up or down over the blocks: {names}."
        yield Warning(text, of=tuple(unsteady))
    short = [
        each
        for each in summary.get("lengths") or []
        if each["ns"] is not None and each["ns"] < _SHORT_NS
    ]
    if short:
        names = words.listed(
            f"{each['workload']} ({words.digits(each['ns'] / 1e6)} ms)"
            for each in short
        )
        yield Warning(f"Trials shorter than 100 ms: {names}.")
