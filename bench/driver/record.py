"""JSON on disk: files that are replaced at once, journals that lose at most the line in flight.

NaN and the infinities have no place in JSON: they are written as null.
"""

import errno
import fcntl
import json
import math
import os


def plain(value):
    """The same value with null for every number that JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def text(value, indent=None):
    return json.dumps(plain(value), indent=indent, allow_nan=False, ensure_ascii=False)


def write(path, value):
    """Replaces the file at once: a reader sees the old one or the new one."""
    beside = path.with_name(path.name + ".new")
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text(value, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def append(path, *values):
    """Adds lines: one write and one fsync under the file's lock."""
    whole = "".join(text(value) + "\n" for value in values)
    data = whole.encode("utf-8", "backslashreplace")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, "written in part only", str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines(path):
    """The values of a journal; an unterminated last line was never finished and is left out."""
    if not path.exists():
        return []
    whole = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in whole if line.strip()]


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
