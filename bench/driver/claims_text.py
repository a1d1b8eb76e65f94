"""The two claims and what a run says of them, as text or Markdown."""

from . import claims, table
from .quantity import NONE, size

_NEARLY = "Counting is nearly as fast as managing memory by hand."
_LOCK = "Counts keep the global lock in place."
_HEAD_HAND = ["workload", "threads", "runtime", "over malloc", "the claim"]
_HEAD_HAND += ["over our allocator", "the claim"]
_HEAD_LOCK = ["workload", "way", "1 thread over gil", "over plain"]
_HEAD_LOCK += ["2 threads over gil", "over itself with 1", "the claim"]


def _interval(row):
    if row is None or row["ratio"] is None:
        return NONE
    if row["low"] is None:
        return f"{row['ratio']:.3f}"
    return f"{row['ratio']:.3f} [{row['low']:.3f}-{row['high']:.3f}]"


def _name(row):
    off = " without the collector" if row["collector"] == "off" else ""
    return row["workload"] + off


def _by_hand(found):
    """A line for each runtime, with what it is compared with beside one another."""
    lines = {}
    for row in found["by_hand"]:
        where = (row["workload"], row["collector"], row["threads"], row["runtime"])
        lines.setdefault(where, {})[row["over"]] = row
    return [_beside(lines[where]) for where in sorted(lines, key=_place)]


def _place(where):
    workload, collector, threads, runtime = where
    order = (*claims.WORKLOADS, claims.MEAN)
    on = collector != "on"
    return order.index(workload), on, threads, claims.COUNTING.index(runtime)


def _beside(over):
    row = next(iter(over.values()))
    cells = [_name(row), str(row["threads"]), row["runtime"]]
    for name in claims.MANUAL:
        found = over.get(name)
        cells += [_interval(found), found["settled"] if found else ""]
    return cells


def _lock(found):
    of = {
        (row["workload"], row["runtime"], row["threads"], row["over"]): row
        for row in found["lock"]
    }
    ways = {each["workload"]: each["ways"] for each in found["settled"]}
    rows = []
    for name in [*ways, claims.MEAN]:
        for way in claims.WAYS:
            cells = [of.get((name, way, *place)) for place in _places(way)]
            if any(cells):
                said = ways.get(name, {}).get(way, "")
                rows.append([name, way, *map(_interval, cells), said])
    return rows


def _places(way):
    few, many = claims.THREADS
    return (few, claims.LOCKED), (few, claims.FLOOR), (many, claims.LOCKED), (many, way)


def conclusions(found):
    """A line for each workload of the second claim."""
    for each in found["settled"]:
        by = [way for way, said in each["ways"].items() if said == claims.FAILS]
        against = f", by {', '.join(by)}" if by else ""
        if each["ways"]:
            yield f"{each['workload']}: {each['settled']}{against}"


def _notes_hand(found):
    least = 1 - found["nearly"]
    yield (
        "speed over that of the same work on the same objects freed by hand in C, with as many threads: by malloc and "
        "free (manual), or by the project's own allocator (manual_pools); 95 % intervals"
    )
    yield (
        f"it holds where all of the interval is {least:.2f} or more, and does not where all of it is below"
    )
    yield (
        "a counted object has a count and a type, can be in a cycle and is reached through functions of a runtime: "
        "the ratio is of all that, not of the counts alone"
    )


def _notes_lock(found):
    yield (
        "it does not hold where a way is as fast as gil with 1 thread and faster with 2; it holds where each way is "
        f"slower with 1, or not faster with 2 (same: within {found['margin']:.0%})"
    )
    yield (
        f"at most {found['level']:.0%} of the verdicts are false (Benjamini and Hochberg)"
    )
    if any(row["ratio"] is None for row in (*found["by_hand"], *found["lock"])):
        yield f"{NONE} no block has both: contaminated trials are left out where there are others"
    for floor in found["noise_floor"]:
        where = f"{floor['runtime']} on {floor['workload']}, {floor['threads']} threads"
        yield f"against itself: {where}: {_interval(floor)}, {floor['verdict']}"
    if found["blocks"] < 6:
        yield f"{found['blocks']} of the 6 blocks that an interval takes: nothing is settled"
    for each in found["failed"]:
        where = f"{each['runtime']} on {each['workload']}, {each['threads']} threads"
        yield f"{each['status']}: {where}: {each['reason']}"


def text(found):
    lines = [found["run"], "", f"1. {_NEARLY}", ""]
    lines += table.lines(
        _HEAD_HAND, table.unrepeated(_by_hand(found), 2), 3, _HEAD_HAND[3:]
    )
    lines += ["", *(f"  {note}" for note in _notes_hand(found)), ""]
    lines += [f"2. {_LOCK}", ""]
    lines += table.lines(
        _HEAD_LOCK, table.unrepeated(_lock(found), 1), 2, _HEAD_LOCK[2:]
    )
    lines += ["", *(f"  {note}" for note in _notes_lock(found)), ""]
    return "\n".join([*lines, *(f"  {line}" for line in conclusions(found))])


def markdown(found, manifest, environment):
    """A page that stands by itself."""
    lines = ["# Two claims, measured", "", *_of(found, manifest, environment), ""]
    lines += [f"## 1. {_NEARLY}", "", *_table(_HEAD_HAND, _by_hand(found)), ""]
    lines += [*(f"- {note}" for note in _notes_hand(found)), ""]
    lines += [f"## 2. {_LOCK}", "", *_table(_HEAD_LOCK, _lock(found)), ""]
    lines += [*(f"- {note}" for note in _notes_lock(found)), ""]
    return "\n".join([*lines, *(f"- {line}" for line in conclusions(found))]) + "\n"


def _table(head, rows):
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]


def _of(found, manifest, environment):
    """Where it comes from: the run, the source, the machine."""
    facts, before = environment.get("facts", {}), environment.get("before", {})
    source = manifest.get("source") or {}
    dirty = ", changed" if source.get("dirty") else ""
    memory = (before.get("memory") or {}).get("total")
    libc = (facts.get("libraries") or {}).get("libc6")
    rows = {
        "run": f"{found['run']}, {found['blocks']} blocks, {manifest.get('outcome', 'unfinished')}",
        "source": f"{source.get('revision') or 'not known'}{dirty}",
        "compiler": f"{manifest.get('compiler')} {manifest.get('flags')}",
        "processor": f"{facts.get('cpu')}, {facts.get('usable_cores')} usable",
        "virtual machine": {True: "yes", False: "no"}.get(facts.get("virtual")),
        "memory": size(memory),
        "kernel": facts.get("kernel"),
        "C library": libc,
        "governor": before.get("governor"),
        "threads pinned": manifest.get("pin"),
    }
    return _table(
        ["", ""],
        [[name, "not known" if it is None else it] for name, it in rows.items()],
    )
