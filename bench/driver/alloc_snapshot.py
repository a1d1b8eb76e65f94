"""Snapshots of the allocator, as a runtime program writes them: a line of JSON each
(refbench.alloc_snapshot/1, told in bench/snapshot.h).

A file may hold several trials of several processes.  A program that was killed leaves its last
line unfinished: it is left out.
"""

import json
from dataclasses import dataclass

from . import place
from .refusal import NothingMatched, Refusal

SCHEMA = "refbench.alloc_snapshot/1"
KINDS = ("data", "object", "container")
STATES = ("full", "partial", "empty", "waiting")
BLOCKS = ("live", "free", "remote", "absent", "uncarved")
_POOL = ("arena", "slot", "bytes", "kind", "state", *BLOCKS, "heap")
_NUMBERS = (
    "pid number trial_number at_ns stopped_ns threads arena_bytes pool_bytes header_bytes "
    "live_bytes committed_bytes resident_bytes waiting_bytes"
).split()
_ARENAS = ("mapped", "spare", "made", "returned")
_LARGE = (*KINDS, "bytes", "waiting", "waiting_bytes")
_SLOTS_MOST = 4096  # of an arena: no pool is smaller than a few blocks


@dataclass(frozen=True)
class Pool:
    arena: int
    slot: int
    bytes: int
    kind: str
    state: str
    blocks: dict  # how many are live, free, remote, absent, uncarved
    heap: int  # 0: nobody's

    @property
    def capacity(self):
        return sum(self.blocks.values())

    @property
    def fullness(self):
        """The share of its blocks that a caller has."""
        return self.blocks["live"] / self.capacity if self.capacity else 0.0


def pools(snapshot):
    """The pools of a snapshot, in address order."""
    return [_pool(row) for row in snapshot["pools"]]


def _pool(row):
    found = dict(zip(_POOL, row, strict=True))
    blocks = {name: found.pop(name) for name in BLOCKS}
    found.update(kind=KINDS[found["kind"]], state=STATES[found["state"]])
    return Pool(**found, blocks=blocks)


class _Malformed(Exception):
    """A line says something that no program writes."""


def read(path):
    """All snapshots of a file.  Refused if one is of another schema or makes no sense."""
    return list(_each(path, _with_pools))


def totals(path):
    """The same, one at a time, since there may be more than there is memory for; their pools are as they were
    found (check_pools)."""
    return _each(path, _checked)


def check_pools(snapshot, path):
    """Refused if a pool of this one of the file makes no sense."""
    try:
        _with_pools(snapshot)
    except _Malformed as wrong:
        where = f"{place.shown(path)}, snapshot {snapshot['number']}"
        raise Refusal(f"{where}: {wrong}") from None


def _each(path, check):
    number = 0
    for number, line in enumerate(_whole_lines(path), 1):
        try:
            found = check(json.loads(line, parse_constant=_refuse_constant))
        except (ValueError, RecursionError):
            raise Refusal(f"{place.shown(path)}:{number}: no JSON") from None
        except _Malformed as wrong:
            raise Refusal(f"{place.shown(path)}:{number}: {wrong}") from None
        yield found
    if number == 0:
        raise NothingMatched(f"{place.shown(path)} holds no snapshot")


def _whole_lines(path):
    """The lines that were finished."""
    with open(path, "rb") as file:
        for line in file:
            if line.endswith(b"\n") and line.strip():
                yield line


def _refuse_constant(text):
    raise ValueError(text)


def _checked(snapshot):
    schema = snapshot.get("schema") if isinstance(snapshot, dict) else None
    if schema != SCHEMA:
        raise _Malformed(
            f"written as {str(schema)[:60]!r}, and this driver reads {SCHEMA}"
        )
    _numbers(snapshot, _NUMBERS)
    _numbers(_part(snapshot, "arenas", dict), _ARENAS)
    _numbers(_part(snapshot, "large", dict), _LARGE)
    for name in ("runtime", "reason", "trial"):
        _part(snapshot, name, str)
    for each in _part(snapshot, "classes", list):
        _class(each)
    _part(snapshot, "pools", list)
    _process(snapshot)
    return snapshot


def _process(snapshot):
    """What older programs do not tell."""
    _numbers(snapshot, [name for name in ("rss_bytes",) if name in snapshot])
    if "collections" in snapshot:
        if not all(map(_is_count, _part(snapshot, "collections", list))):
            raise _Malformed("collections are no numbers")


def _with_pools(snapshot):
    slots = _checked(snapshot)["arena_bytes"] // max(1, snapshot["pool_bytes"])
    for row in snapshot["pools"]:
        _row(row, min(slots, _SLOTS_MOST))
    return snapshot


def _part(whole, name, kind):
    if not isinstance(whole.get(name), kind):
        raise _Malformed(f"without {name}, or with one that is no {kind.__name__}")
    return whole[name]


def _is_count(value):
    return type(value) is int and 0 <= value < 1 << 63


def _numbers(whole, names):
    for name in names:
        if not _is_count(whole.get(name)):
            raise _Malformed(f"{name} is no number: {str(whole.get(name))[:60]}")


def _class(found):
    if not isinstance(found, dict) or found.get("kind") not in KINDS:
        raise _Malformed("a class without a kind")
    _numbers(found, ("bytes", *BLOCKS, *STATES))


def _row(row, slots):
    if (
        not isinstance(row, list)
        or len(row) != len(_POOL)
        or not all(map(_is_count, row))
        or row[1] >= slots
        or row[3] >= len(KINDS)
        or row[4] >= len(STATES)
    ):
        raise _Malformed(f"{str(row)[:60]} is no pool")


def trials(snapshots):
    """(pid, number of the trial) -> its snapshots in order of time, in the file's order."""
    found = {}
    for each in snapshots:
        found.setdefault((each["pid"], each["trial_number"]), []).append(each)
    return {key: sorted(of, key=lambda s: s["at_ns"]) for key, of in found.items()}


def peak(trial):
    """The one with the most memory committed, and of several the one with the most in use."""
    return max(trial, key=lambda each: (each["committed_bytes"], each["live_bytes"]))


def in_arenas(snapshot):
    """Bytes without large blocks, which lie outside: committed, resident and live."""
    large = snapshot["large"]
    outside = large["bytes"] + large["waiting_bytes"]
    return {
        "committed_bytes": max(0, snapshot["committed_bytes"] - outside),
        "resident_bytes": snapshot["resident_bytes"],
        "live_bytes": max(0, snapshot["live_bytes"] - large["bytes"]),
    }


def share_wasted(live, held):
    """1 - live / held; None of nothing."""
    return 1 - live / held if held else None


def title(snapshot):
    """What ran, and where: words, 2 threads, gil."""
    named = snapshot["trial"].split("/")
    what = named[1] if len(named) > 1 else snapshot["trial"] or "no trial"
    count = snapshot["threads"]
    return f"{what}, {count} thread{'' if count == 1 else 's'}, {snapshot['runtime']}"
