"""A trial of an allocator: one process that ran one test, as a line of the store.

The process prints one line of JSON.  It counts only if it is of the test that was asked, has a
number for what the test is about, and malloc was the allocator's own until the end: the process
itself tells which library that is.

A trial may be ok and yet contaminated, as those of runtimes (trial).
"""

import json
import os
from datetime import datetime, timezone

from . import alloc_program, ending, noise, preload, reading
from .trial import identity

_NUMBERS = (
    "ns",
    "operations",
    "rss_bytes",
    "requested_bytes",
    "share",
    "control_ns",
    "single_ns",
    "control_single_ns",
    "gain",
    "overhead_ns",
)
_TAIL = 2000  # characters of standard error kept in the line


def run(arm, program, where, folder, timeout):
    """Measures one arm; `where` is a Place.  Returns its line; never fails for what the program
    does."""
    key, block, order, _ = where
    name = f"{block:02d}-{order:03d}-{arm.subject}-{arm.name}".replace("/", "-")
    name += where.suffix
    raw, log = folder / "raw" / f"{name}.json", folder / "log" / f"{name}.txt"
    started = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    watch = noise.Watch()
    ended, errors = ending.start(arm.command(program), raw, log, timeout)
    seen = watch.read()
    status, reason, answer = _outcome(arm, ended, raw, errors, timeout)
    if status == "ok":
        raw.unlink()  # the line has all of it
    return {
        **identity(arm, key, block, order),
        "status": status,
        "reason": reason,
        "contaminated": _contamination(seen, arm) if status == "ok" else None,
        **_measured(answer),
        "noise": seen,
        "process": vars(ended) if ended else None,
        "started": started,
        "stderr_tail": errors[-_TAIL:],
        "raw": ending.kept(raw, folder),
        "log": ending.kept(log, folder),
    }


def _outcome(arm, ended, raw, errors, timeout):
    """(status, reason, answer): what became of the process."""
    if ended is None or ended.timed_out:
        return *ending.outcome(ended, errors, timeout), {}
    answer = _answer(raw)
    problem = ending.complaint(ended, errors) or _problem(arm, answer, errors)
    status, reason = ending.outcome(ended, errors, timeout, problem)
    return status, reason, answer if status == "ok" else {}


def _answer(raw):
    """What the process printed; None if it is no JSON object."""
    try:
        answer = json.loads(reading.of_file(raw))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _problem(arm, answer, errors):
    """Why the process measured nothing that counts; None if it did."""
    if answer is None:
        return "printed no JSON object"
    if answer.get("test") != arm.test:
        return f"measured {answer.get('test')!r} instead of {arm.test}"
    value = answer.get(arm.figure)
    if not alloc_program.is_number(value) or value < 0:
        return f"measured without a number for {arm.figure}"
    return _foreign(arm, answer.get("library"), errors)


def _foreign(arm, used, errors):
    """Whose malloc it was, if not the allocator's own; None if all is well."""
    if arm.preloaded and preload.refused(arm.malloc_file, errors):
        return f"{arm.malloc_file} was not preloaded"
    if arm.malloc_file is None or _same(used, arm.malloc_file):
        return None
    return f"malloc was of {used or 'an unknown library'} and not of {arm.malloc_file}"


def _same(used, library):
    return bool(used) and os.path.realpath(used) == str(library)


def _measured(answer):
    """The fields of the line; null where they mean nothing."""
    numbers = {name: answer.get(name) for name in _NUMBERS}
    return {
        **{
            name: value if alloc_program.is_number(value) else None
            for name, value in numbers.items()
        },
        "trials_ns": answer.get("trials_ns", []),
        "checksum": answer.get("checksum"),
        "trim": answer.get("trim"),
        "library": answer.get("library"),
    }


def _contamination(seen, arm):
    return noise.contamination(seen) or noise.crowd(seen, arm.threads)
