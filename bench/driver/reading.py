"""What a program printed: the JSON of Google Benchmark, one entry per benchmark."""

import json
import math
import re
from dataclasses import dataclass, field

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
    except ValueError as error:
        raise Unreadable(f"printed no JSON: {error}") from None
    found = document.get("benchmarks") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise Unreadable("printed JSON without benchmarks")
    try:
        return [_entry(item) for item in found if item.get("run_type") != "aggregate"]
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable(
            f"printed a benchmark that cannot be read: {error!r}"
        ) from None


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
    return Entry(name, threads, ns, _counters(item))


def _counters(item):
    return {
        key: _whole(value)
        for key, value in item.items()
        if key not in _OWN
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
    }


def _whole(value):
    """Counters are printed as floating point; one that is a whole number is one."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
