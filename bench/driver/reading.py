"""What a program printed: the JSON of Google Benchmark, one entry per benchmark."""

import json
import math
import re
from dataclasses import dataclass, field

MOST_PRINTED = 16 << 20  # bytes
_UNITS_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
_THREADS = re.compile(r"/threads:(\d+)(?=/|$)")
_OWN = {  # numbers that Google Benchmark says of itself
    "family_index",
    "per_family_instance_index",
    "repetition_index",
    "repetitions",
    "threads",
    "iterations",
    "real_time",
    "cpu_time",
    "time_unit",
}


# What comes of reckoning with something that is not what it should be.
NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Unreadable(ValueError):
    """The output is not what a program prints when it has measured."""


@dataclass(frozen=True)
class Entry:
    name: str
    threads: int
    ns: float  # real time of one iteration
    counters: dict = field(default_factory=dict)
    error: str = ""


def parse(text):
    """The entries in their order; aggregates of repetitions are left out."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"printed no JSON: {error}") from None
    found = document.get("benchmarks") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise Unreadable("printed JSON without benchmarks")
    try:
        return [_entry(item) for item in found if item.get("run_type") != "aggregate"]
    except NONSENSE as bad:
        raise Unreadable(f"printed a benchmark that cannot be read: {bad!r}") from None


def _entry(item):
    name = item["name"]
    named = _THREADS.search(name)
    threads = int(named.group(1)) if named else int(item.get("threads", 1))
    if item.get("error_occurred"):
        return Entry(
            name,
            threads,
            math.nan,
            error=item.get("error_message") or "no reason given",
        )
    ns = float(item["real_time"]) * _UNITS_NS[item.get("time_unit", "ns")]
    if not math.isfinite(ns):
        raise ValueError(f"{name} took {ns}")
    return Entry(name, threads, ns, _counters(item))


def of_file(path):
    """What a process wrote, as text; Unreadable if it is more than any that measured writes."""
    size = path.stat().st_size
    if size > MOST_PRINTED:
        raise Unreadable(f"printed {size >> 20} MiB")
    return path.read_text(encoding="utf-8", errors="replace")


def _counters(item):
    return {
        key: _whole(value)
        for key, value in item.items()
        if key not in _OWN
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
    }


def _whole(value):
    """Counters are printed as floating point; one that is a whole number is one.  OverflowError if
    it is none that a program has."""
    float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
