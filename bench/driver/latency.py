"""Latencies of requests, as the processes of a cell tell them.

A figure is the median over processes; a maximum is the highest of all.  Null if no process told any: most
workloads answer no requests.
"""

from statistics import median

FIGURES = ("count", "p50", "p90", "p99", "p999", "max")
KINDS = {"latency_us": "latency", "metered_us": "metered"}  # and their counters


def figures(told):
    """latency_us and metered_us of the counters of each process."""
    return {name: _figures(told, prefix) for name, prefix in KINDS.items()}


def _figures(told, prefix):
    found = {name: _of(told, f"{prefix}_{_key(name)}", name) for name in FIGURES}
    return found if found["count"] else None


def _key(name):
    return name if name == "count" else f"{name}_us"


def _of(told, key, name):
    known = [each[key] for each in told if each.get(key) is not None]
    if not known:
        return None
    return max(known) if name == "max" else median(known)
