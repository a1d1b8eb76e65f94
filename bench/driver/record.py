"""JSON on disk, in files that are replaced at once (what grows line by line is a journal).

NaN and the infinities have no place in JSON: they are written as null.
"""

import json
import math
import os

from . import place
from .refusal import Refusal


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
    try:
        with open(beside, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text(value, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)  # half of it is worth nothing, and takes room
        raise


def read(path):
    """The object in a file.  Refused if it holds none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            value = json.load(file)
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, error) from None
    if not isinstance(value, dict):
        raise _unreadable(path, "it holds no object")
    return value


def _unreadable(path, why):
    return Refusal(f"{place.shown(path)} is damaged: {why}")
