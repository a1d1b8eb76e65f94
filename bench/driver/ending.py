"""How a measuring process is started, what became of it, and the files it left."""

import os
import re

from . import place, process

# As the system, a library, a loader, or one of our programs says it, before it begins or midway.
_NO_MEMORY = re.compile(
    r"cannot allocate memory|out of memory|no memory|ENOMEM|bad_alloc"
    r"|failed to map segment|not enough memory|needs \d+ MB of memory",
    re.I,
)
MOST_KEPT = 1 << 24  # bytes of a file
_MOST_READ = 1 << 16  # bytes of what it said
_KILLED = (137, -9)  # by the kernel for want of memory: nobody else kills like this


def start(command, output, log, timeout):
    """(how it ended, what it said on standard error); None if it could not be started"""
    try:
        ended = process.run(command, place.ROOT, output, log, timeout)
    except OSError as error:
        return None, f"cannot be started: {error}"
    return ended, _last_of(log)


def _last_of(path):
    """The end of a file, as text: a program may complain without an end."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _MOST_READ))
        return file.read().decode("utf-8", "replace")


def outcome(ended, errors, timeout, problem=None):
    """(status, reason) of a process; `problem` is why it measured nothing that counts."""
    if ended is None:
        return "failed", errors
    if ended.timed_out:
        return "timeout", f"had not ended after {timeout:g} s and was killed"
    if problem is None:
        return "ok", None
    if ended.exit in _KILLED or _NO_MEMORY.search(f"{problem}\n{errors}"):
        return "oom", f"had no memory ({problem})"
    return "failed", problem


def complaint(ended, errors):
    """Why a process that ended otherwise than with 0 did so; None for one that did not."""
    if ended.signal:
        return f"killed by {ended.signal}"
    if ended.exit:
        last = errors.strip().rpartition("\n")[2]
        return f"ended with {ended.exit}" + (f": {last}" if last else "")
    return None


def kept(path, folder):
    """The file as named in a trial's line; an empty one is no evidence and goes, of one without an
    end the beginning is enough."""
    if not path.exists():
        return None
    if path.stat().st_size > MOST_KEPT:
        os.truncate(path, MOST_KEPT)
    if path.stat().st_size == 0:
        path.unlink()
        return None
    return str(path.relative_to(folder))
