"""A journal: one JSON object per line, appended and never changed.

What can befall it, and what is made of that:

    a last line without its end   whoever wrote it was killed, or the disk was full: it was never
                                  finished, is left out, and the next line takes its place
    a line with other bytes       is left out and told of: those around it count
    a line that stands twice      counts once

So whatever ends a writer, every line it has finished is there, once.  A line ends in the CRC of what
is before it, `"crc": "<8 digits>"`; those of older drivers have none, and are objects at least.
"""

import contextlib
import errno
import fcntl
import gc
import json
import os
import re
import zlib
from dataclasses import dataclass

from . import record

_CHUNK = 1 << 16
_SEALED = re.compile(rb'(.*), "crc": "([0-9a-f]{8})"\}')


@dataclass(frozen=True)
class Journal:
    """What a file holds."""

    values: list
    damaged: list  # the numbers of the lines that could not be read, from 1


def append(path, *values):
    """Adds lines: one write and one fsync under the file's lock.  All of them or, with OSError,
    none."""
    whole = b"".join(_line(value) for value in values)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        end = _cut_unfinished(descriptor)
        _write(descriptor, whole, end, path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(value):
    """With its CRC as the last member."""
    bare = record.text(value).encode("utf-8", "backslashreplace")[:-1]
    return b'%s, "crc": "%08x"}\n' % (bare, zlib.crc32(bare))


def _write(descriptor, data, end, path):
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, "written in part only", str(path))
    except OSError:
        os.ftruncate(descriptor, end)
        raise


def _cut_unfinished(descriptor):
    """Where the last finished line ends, and so the file from now on."""
    size = end = os.fstat(descriptor).st_size
    while end > 0:
        begin = max(0, end - _CHUNK)
        found = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if found >= 0:
            end = begin + found + 1
            break
        end = begin
    if end != size:
        os.ftruncate(descriptor, end)
    return end


def read(path, members=()):
    """All that can be read and has these members; nothing if there is no file."""
    values, damaged, seen = [], [], set()
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    with _without_collector():
        for number, line in enumerate(whole, 1):
            if not line.strip() or line in seen:
                continue
            seen.add(line)
            try:
                values.append(_object(line, members))
            except (ValueError, RecursionError):
                damaged.append(number)
    return Journal(values, damaged)


@contextlib.contextmanager
def _without_collector():
    """Python's own would look at all that was read again and again: half of the time of a long file."""
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if runs:
            gc.enable()


def _object(line, members):
    """What was appended; ValueError if it is something else by now."""
    sealed = _SEALED.fullmatch(line)
    if sealed and zlib.crc32(sealed[1]) != int(sealed[2], 16):
        raise ValueError("other bytes")
    value = json.loads(sealed[1] + b"}" if sealed else line)
    if not isinstance(value, dict) or not value.keys() >= set(members):
        raise ValueError("no object of this journal")
    return value


def remarks(damaged):
    """What is to be said of damaged lines: nothing if there is none."""
    if not damaged:
        return []
    which = f"line{'s' if len(damaged) > 1 else ''} {', '.join(map(str, damaged))}"
    return [f"damaged: {which} of trials.jsonl cannot be read and not counted"]
