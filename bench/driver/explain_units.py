"""Unit costs of a runtime, in ns, from one process of its micro benchmarks.

A benchmark's loop is taken off, and what else its body does at the cost found for that; a unit is a
difference, so it may be below 0 where it is small, and is kept so.

    stack     kind -> an alias made, or a stack reference dropped: half of a pair
    read      kind -> a slot read
    release   kind -> an owned reference ended, wherever it was
    keep      a stack reference that becomes an owned one
    write     a slot written, beyond the end of what it held
    find      an item of a container found, beyond the reference to it
    change    a container changed, beyond the slot written and the references
    alloc     what -> an object made and ended, without the references in it
    visited, held   level -> what an operation takes more if its object is no nearer: on references that
              were borrowed or aliased, and on those that were owned
    crossing  what an operation takes more if another thread was at the object before: on the stack,
              and of references that are kept
    clock, request   the harness's own

Where stack references are counted (eager) the kind of an object makes the same difference everywhere.
Where they are borrowed, an owned reference costs what that of an own object costs: no benchmark
separates foreign ones that nobody else uses.
"""

from . import signed_rank

KINDS = ("owner", "foreign", "immortal")
ALLOCATED = ("float", "str10", "tuple3", "list3", "dict0", "node3")
LEVELS = {"second": "4K", "third": "64K", "memory": "1M"}  # -> objects visited
_NEAREST = "64"
REACHES = {"visited": "visit", "held": "visit_keep"}
_VISITS = tuple(
    f"{visit}/{objects}"
    for visit in REACHES.values()
    for objects in (_NEAREST, *LEVELS.values())
)
_ALLOC = tuple(f"alloc_free/{each}" for each in ALLOCATED)
BENCHMARKS = (
    "loop",
    "pair_private",
    "pair_foreign/threads:2",
    "pair_shared/threads:2",
    "pair_immortal/threads:1",
    "load_drop",
    "load_drop_shared/threads:1",
    "load_keep_shared/threads:1",
    "load_keep_shared/threads:2",
    "new_store",
    *_VISITS,
    *_ALLOC,
    "dict_get",
    "dict_set",
    "safepoint",
    "clock",
    "request",
)
_NEEDED = (
    "loop",
    "pair_private",
    "pair_immortal/threads:1",
    "load_drop",
    "load_drop_shared/threads:1",
    "load_keep_shared/threads:1",
    "new_store",
    *_VISITS,
    *_ALLOC,
    "dict_get",
    "dict_set",
)


def of(ns, capabilities):
    """The units of one process; None if it lacks a benchmark that they need."""
    if not all(name in ns for name in _NEEDED):
        return None
    eager = not capabilities.get("borrows", False)
    stack = _stack(ns)
    kept = (
        ns["load_keep_shared/threads:1"]
        - ns["load_drop_shared/threads:1"]
        + stack["owner"]
    )
    keep, release = (0.0, kept) if eager else (kept / 2, kept / 2)
    beyond = {kind: (stack[kind] - stack["owner"]) * eager for kind in KINDS}
    read = ns["load_drop"] - ns["loop"] - stack["owner"]
    alloc = _alloc(ns, stack["owner"], keep, release)
    # A box of None into a slot: the box before it is ended there, and None with that.
    written = ns["new_store"] - ns["loop"] - alloc["node3"]
    write = written - 2 * release - beyond["immortal"]
    taken = ns["loop"] + stack["owner"]
    return {
        "stack": stack,
        "read": {kind: read + beyond[kind] for kind in KINDS},
        "release": {kind: release + beyond[kind] for kind in KINDS},
        "keep": keep,
        "write": write,
        "find": ns["dict_get"] - taken - read,
        "change": ns["dict_set"] - taken - keep - release - write,
        "alloc": alloc,
        **{reach: _far(ns, visit) for reach, visit in REACHES.items()},
        "crossing": _crossing(ns, stack, capabilities),
        "clock": ns.get("clock"),
        "request": ns.get("request"),
    }


def _half(ns, name):
    return (ns[name] - ns["loop"]) / 2


def _stack(ns):
    foreign = "pair_foreign/threads:2"  # one thread has no others
    return {
        "owner": _half(ns, "pair_private"),
        "foreign": _half(ns, foreign if foreign in ns else "pair_private"),
        "immortal": _half(ns, "pair_immortal/threads:1"),
    }


def _alloc(ns, stack, keep, release):
    """Three items are aliased, kept and ended with the object; the object itself is dropped."""
    bare = {name: ns[f"alloc_free/{name}"] - ns["loop"] - stack for name in ALLOCATED}
    items = 3 * (stack + keep + release)
    for name in ("tuple3", "list3", "node3"):
        bare[name] -= items
    bare["table"] = bare["list3"] - bare["tuple3"]
    return bare


def _far(ns, visit):
    """Level -> how much longer a visit takes there than at what is near."""
    near = ns[f"{visit}/{_NEAREST}"]
    return {level: ns[f"{visit}/{n}"] - near for level, n in LEVELS.items()}


def _crossing(ns, stack, capabilities):
    """Per operation of which another thread had the object before.  With two threads at one object
    that is, in random order, every second one: twice what a pair takes more, over its two operations.
    """
    shared = "pair_shared/threads:2"
    if capabilities.get("serial") or shared not in ns:
        return {"stack": 0.0, "kept": 0.0}
    alone = (stack["owner"] + stack["foreign"]) / 2
    kept = ns["load_keep_shared/threads:2"] - ns["load_keep_shared/threads:1"]
    return {"stack": 2 * (_half(ns, shared) - alone), "kept": kept}


def flat(units):
    """name -> ns."""
    found = {}
    for name, value in units.items():
        if isinstance(value, dict):
            found.update({f"{name} {part}": each for part, each in value.items()})
        elif value is not None:
            found[name] = value
    return found


def by_block(runtime):
    """Block -> units, of those that have all."""
    found = {
        each["block"]: of(each["ns"], runtime["capabilities"])
        for each in runtime["blocks"]
    }
    return {block: units for block, units in found.items() if units is not None}


def table(runtime):
    """name -> median or centre over blocks, with its interval."""
    found = {}
    blocks = {block: flat(units) for block, units in by_block(runtime).items()}
    names = dict.fromkeys(name for units in blocks.values() for name in units)
    for name in names:
        values = [units[name] for units in blocks.values() if name in units]
        found[name] = vars(signed_rank.estimate(values))
    return found
