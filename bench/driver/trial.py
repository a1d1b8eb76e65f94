"""A trial: one process of the plan, and the line of the store that it becomes.

Status:  ok       measured
         timeout  did not end in time and was killed
         oom      had no memory
         failed   anything else

A trial may be ok and yet contaminated: it measured, but something else had a hand in it.  The
line says what; such trials are kept and counted, and repeated at once: each try is a line, and has
files, of its own.
"""

import json
import math
import re
from datetime import datetime, timezone
from statistics import median
from typing import NamedTuple

from . import ending, memory, noise, pauses, reading
from .refusal import Refusal

STATUSES = ("ok", "timeout", "oom", "failed")  # from best to worst
_NEEDED = ("operations", "ops_per_s", "checksum")
_PAUSE = re.compile(r"(pause_(?P<pause>\w+)|(?P<part>(safepoint|work)_\w+_us|mmu_\w+))")
_NOISE = (
    "start_skew_us",
    "involuntary_switches",
    "handoff_before_ns",
    "handoff_after_ns",
)
_KEPT = ("generation", "phase", "stopped", "weighed", "thread")  # in the pause file
_TAIL = 2000  # characters of standard error kept in the line


class Place(NamedTuple):
    """Of a trial in its run."""

    key: str
    block: int  # None: before the first
    order: int
    attempt: int = 0

    @property
    def suffix(self):
        """Of the names of its files."""
        return f"-try{self.attempt}" if self.attempt else ""


def stem(arm, block, order):
    """Names the files of a trial: sorts in the order they ran."""
    what = "micro" if arm.kind == "micro" else f"{arm.workload}-{arm.threads}"
    what += "".join(f"-{name}={value}" for name, value in arm.settings)
    off = "-off" if arm.collector == "off" else ""
    off += f"-heap={arm.heap.name}" if arm.heap else ""
    where = arm.kind if block is None else f"{block:02d}-{order:03d}"
    return f"{where}-{what}{off}-{arm.name.replace('/', '-')}"


def run(arm, program, where, folder, timeout):
    """Measures one arm; `where` is a Place.  Returns its line; never fails for what the program
    does."""
    key, block, order, _ = where
    name = stem(arm, block, order) + where.suffix
    raw, log = folder / "raw" / f"{name}.json", folder / "log" / f"{name}.txt"
    started = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    kept = folder / "raw" / f"{name}.pauses"
    snapshots = folder / "raw" / f"{name}.snapshots"
    for old in (kept, snapshots):
        old.unlink(missing_ok=True)  # of an attempt that was killed: programs append
    command = arm.command(program, kept.absolute(), snapshots.absolute())
    watch = noise.Watch()
    ended, errors = ending.start(command, raw, log, timeout)
    seen = watch.read()
    status, reason, entries = _outcome(arm, ended, raw, errors, timeout)
    of_memory = {}
    if arm.kind == memory.KIND:
        status, reason, of_memory = _remembered(arm, status, reason, snapshots, folder)
    seen = {"overlap": None, **seen, **_own_noise(entries)}
    judged = status == "ok" and arm.kind == "workload"
    return {
        **identity(arm, key, block, order),
        "status": status,
        "reason": reason,
        "contaminated": _contamination(seen, arm, entries) if judged else None,
        **_measured(arm, entries, kept),
        **of_memory,
        "noise": seen,
        "process": vars(ended) if ended else None,
        "started": started,
        "stderr_tail": errors[-_TAIL:],
        "raw": ending.kept(raw, folder),
        "pause_file": ending.kept(kept, folder),
        "log": ending.kept(log, folder),
    }


def _remembered(arm, status, reason, snapshots, folder):
    """(status, reason, what else the line tells) of a process that took snapshots; they are many, and end here."""
    name = None
    try:
        if status == "ok":
            name = memory.keep(arm, snapshots, folder)
    except Refusal as refusal:
        status, reason = "failed", str(refusal)
    snapshots.unlink(missing_ok=True)
    return status, reason, {"memory_file": name}


def identity(arm, key, block, order):
    """What the plan and the line of a trial have in common."""
    return {
        "key": key,
        "kind": arm.kind,
        "block": block,
        "arm": arm.name,
        "order": order,
        "parameters": arm.parameters,
    }


def _contamination(seen, arm, entries):
    return (
        noise.contamination(seen)
        or noise.crowd(seen, arm.threads)
        or noise.late(seen, arm.threads, min(entry.ns for entry in entries))
    )


def _outcome(arm, ended, raw, errors, timeout):
    """(status, reason, entries): what became of the process."""
    if ended is None or ended.timed_out:
        return *ending.outcome(ended, errors, timeout), []
    entries, unreadable = _entries(raw)
    problem = _problem(arm, ended, entries, unreadable, errors)
    return *ending.outcome(ended, errors, timeout, problem), entries


def _entries(raw):
    """(entries, why there are none)"""
    try:
        return reading.parse(reading.of_file(raw)), None
    except reading.Unreadable as error:
        return [], str(error)


def _problem(arm, ended, entries, unreadable, errors):
    """Why the process measured nothing that counts; None if it did."""
    for entry in entries:
        if not re.search(arm.filter, entry.name):
            return f"measured {entry.name!r}, which was not asked for"
        if entry.error:
            return f"{entry.name}: {entry.error}"
    if found := ending.complaint(ended, errors) or unreadable:
        return found
    if not entries:
        return f"measured nothing: no benchmark matches {arm.filter}"
    return None if arm.kind == "micro" else _incomplete(entries)


def _incomplete(entries):
    for name in _NEEDED:
        for entry in entries:
            value = entry.counters.get(name)
            if value is None or not math.isfinite(value):
                return f"measured without a number for {name}"
    sums = {entry.counters["checksum"] for entry in entries}
    if len(sums) > 1:
        return f"checksums of repetitions disagree: {', '.join(map(str, sorted(sums)))}"
    return None


def _measured(arm, entries, kept):
    good = [entry for entry in entries if not entry.error]
    if arm.kind == "micro":
        return {"micros": [_micro(entry) for entry in good]}
    counters = _middle(good)
    return {
        "operations": counters.pop("operations", None),
        "ops_per_s": counters.pop("ops_per_s", None),
        "checksum": counters.pop("checksum", None),
        "trial_ns": [entry.ns for entry in good],
        "pauses": {**_pauses(counters), **_kept_pauses(kept)},
        "counters": {
            name: value for name, value in counters.items() if name not in _NOISE
        },
    }


def _middle(entries):
    """The medians of what repetitions of one trial counted."""
    names = dict.fromkeys(name for entry in entries for name in entry.counters)
    return {
        name: median(e.counters[name] for e in entries if name in e.counters)
        for name in names
    }


def _micro(entry):
    return {
        "name": entry.name,
        "threads": entry.threads,
        "ns": entry.ns,
        "counters": entry.counters,
    }


def _pauses(counters):
    """Moves the counters of pauses out into a summary of their own."""
    found = {}
    for name in list(counters):
        if match := _PAUSE.fullmatch(name):
            found[match["pause"] or match["part"]] = counters.pop(name)
    return found


def _kept_pauses(path):
    """What the pause file tells besides how many were how long; nothing where there is none, or
    one that is not whole."""
    try:
        kept = json.loads(reading.of_file(path).partition("\n")[0])
        found = {name: kept[name] for name in _KEPT}
        return found if pauses.is_whole(found) else {}
    except (OSError, *reading.NONSENSE):
        return {}


def _own_noise(entries):
    """What the program itself saw of disturbances: of repetitions the worst, and of the way between
    cores the first before and the last after."""
    found = dict.fromkeys(_NOISE)
    for name in _NOISE:
        values = [each.counters[name] for each in entries if name in each.counters]
        if values:
            found[name] = max(values)
            if name.startswith("handoff"):
                found[name] = values[0 if "before" in name else -1]
    return found
