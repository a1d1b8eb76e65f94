"""refbench alloc --stats: what lies in the allocator while a workload runs."""

from . import alloc_map, alloc_source, place, record, table
from .alloc_snapshot import BLOCKS, KINDS, STATES, in_arenas, peak, share_wasted, title
from .quantity import NONE, digits, size

SCHEMA = "refbench.alloc_stats/1"
_BYTES = ("live", "committed", "resident", "waiting")


def add_arguments(parser):
    what = "blocks, pools and arenas of a workload, at the peak and at the end"
    parser.add_argument("--stats", action="store_true", help=what)
    alloc_source.add_arguments(parser)


def go(asked):
    """Carries out --stats, --map, or both, on the same snapshots."""
    source = alloc_source.obtain(asked)
    drawn = alloc_map.draw(source, asked.out) if asked.map else None
    if asked.json:
        print(record.text(build(source, drawn), indent=2))
        return 0
    if asked.stats:
        print(text(build(source, drawn)))
    for path in drawn or ():
        print(f"map: {place.shown(path)}")
    return 0


# --- what it comes to ------------------------------------------------------------------------


def build(source, drawn=None):
    """refbench.alloc_stats/1 of a trial."""
    first, last = source.trial[0], source.trial[-1]
    return {
        "schema": SCHEMA,
        "source": place.shown(source.path),
        "title": title(last),
        "trial": last["trial"],
        "runtime": last["runtime"],
        "threads": last["threads"],
        "trials": source.trials,
        "snapshots": len(source.trial),
        "stopped_us": _most(source.trial, "stopped_ns") / 1000,
        "peak": figures(peak(source.trial), first),
        "end": figures(last, first),
        "over_time": over_time(source.trial),
        "map": [place.shown(path) for path in drawn] if drawn else None,
    }


def _most(trial, name):
    return max(each[name] for each in trial)


def over_time(trial):
    """Bytes at each moment."""
    return [
        {
            "at_ms": _since(each, trial[0]),
            **{name: each[f"{name}_bytes"] for name in _BYTES},
        }
        for each in trial
    ]


def _since(snapshot, first):
    return (snapshot["at_ns"] - first["at_ns"]) / 1e6


def figures(snapshot, first):
    """One snapshot, summed up."""
    live, committed = snapshot["live_bytes"], snapshot["committed_bytes"]
    classes = [_class(each, snapshot["pool_bytes"]) for each in snapshot["classes"]]
    return {
        "reason": snapshot["reason"],
        "at_ms": _since(snapshot, first),
        **{f"{name}_bytes": snapshot[f"{name}_bytes"] for name in _BYTES},
        "fragmentation": share_wasted(live, committed),
        "in_arenas": in_arenas(snapshot),
        "arenas": snapshot["arenas"],
        "large": snapshot["large"],
        "classes": classes,
        "kinds": [_kind(kind, classes) for kind in KINDS],
        "all": _sum(classes),
    }


def _class(found, pool_bytes):
    held = pool_bytes * sum(found[state] for state in STATES)
    live = found["bytes"] * found["live"]
    return {
        **{name: found[name] for name in ("kind", "bytes", *BLOCKS, *STATES)},
        "live_bytes": live,
        "held_bytes": held,
        "wasted": share_wasted(live, held),
    }


def _kind(kind, classes):
    """All classes of a kind."""
    return {"kind": kind, **_sum([each for each in classes if each["kind"] == kind])}


def _sum(classes):
    """All pools of these classes."""
    names = (*BLOCKS, *STATES, "live_bytes", "held_bytes")
    sums = {name: sum(each[name] for each in classes) for name in names}
    wasted = share_wasted(sums["live_bytes"], sums["held_bytes"])
    return {**sums, "wasted": wasted}


# --- as text ---------------------------------------------------------------------------------

_HEAD = ["blocks", "bytes", *BLOCKS, "pools", *STATES, "in use", "held", "wasted"]


def text(stats):
    count = stats["snapshots"]
    lines = [
        f"{stats['title']}: {count} snapshot{'' if count == 1 else 's'}, "
        f"the longest stop {digits(stats['stopped_us'])} us",
        "",
        *_moments(stats),
        "live: with a caller; remote: given back by another heap, not yet taken in; "
        "absent: free, its page given back;",
        "uncarved: never handed out; held: what the pools take; wasted: 1 - in use / held;",
        "bytes of the arenas are without large blocks, which lie outside: resident is what of the "
        "arenas has memory behind it;",
        "fragmentation: 1 - live / committed of both",
    ]
    return "\n".join(lines)


def _moments(stats):
    both = stats["peak"] == stats["end"]
    lines = _moment(
        "at the peak and at the end" if both else "at the peak", stats["peak"]
    )
    return lines if both else [*lines, *_moment("at the end", stats["end"])]


def _moment(name, found):
    return [
        f"{name}, {digits(found['at_ms'])} ms after the first",
        *table.lines(_HEAD, _rows(found)),
        "",
        *_totals(found),
        "",
    ]


def _rows(found):
    rows = []
    for kind in found["kinds"]:
        classes = [each for each in found["classes"] if each["kind"] == kind["kind"]]
        rows += [_row(each["kind"], each["bytes"], each) for each in classes]
        rows += [_row(kind["kind"], "all", kind)] if len(classes) > 1 else []
    rows.append(_row("all", "", found["all"]))
    return table.unrepeated(rows, 1)


def _row(kind, bytes_, found):
    return [
        kind,
        bytes_,
        *(found[name] for name in BLOCKS),
        sum(found[state] for state in STATES),
        *(found[state] for state in STATES),
        size(found["live_bytes"]),
        size(found["held_bytes"]),
        percent(found["wasted"]),
    ]


def percent(share):
    return NONE if share is None else f"{digits(share * 100)} %"


def _totals(found):
    arenas, large = found["arenas"], found["large"]
    blocks = sum(large[kind] for kind in KINDS)
    held = ", ".join(
        f"{name.removesuffix('_bytes')} {size(count)}"
        for name, count in found["in_arenas"].items()
    )
    both = ", ".join(
        f"{name} {size(found[f'{name}_bytes'])}"
        for name in ("committed", "live", "waiting")
    )
    return [
        f"bytes of the arenas: {held}",
        f"with large blocks: {both}; fragmentation {percent(found['fragmentation'])}",
        f"arenas: {arenas['mapped']} mapped, {arenas['spare']} of them spare; "
        f"ever made {arenas['made']}, returned {arenas['returned']}",
        f"large blocks: {blocks} of {size(large['bytes'])}; "
        f"waiting {large['waiting']} of {size(large['waiting_bytes'])}",
    ]
