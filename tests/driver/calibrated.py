"""What micro benchmarks would say where unit costs are known, and a profile to multiply them with."""

KINDS = ("owner", "foreign", "immortal")
LOOP = 1.0


def cost(stack=2.0, foreign=6.0, immortal=1.5, read=3.0, keep=0.0, release=2.5, **more):
    """The units of a runtime, ns."""
    usual = {
        "find": 13.0,
        "change": 17.0,
        "write": 7.0,
        "object": 20.0,
        "table": 11.0,
        "apart": 4.0,
        "second": 2.0,
        "third": 8.0,
        "memory": 32.0,
        "clock": 30.0,
    }
    of = {"stack": stack, "foreign": foreign, "immortal": immortal, "read": read}
    return {**usual, **of, "keep": keep, "release": release, **more}


def ns(c):
    """Benchmark -> ns: each body written out in what it does."""
    item = c["stack"] + c["keep"] + c["release"]
    leaf = LOOP + c["object"] + c["stack"]
    shared = (c["stack"] + c["foreign"]) / 2 + c["apart"] / 2
    loaded = LOOP + c["read"] + c["stack"]
    kept = LOOP + c["read"] + c["keep"] + c["release"]
    # None ends with the box before: as any reference in a slot, at what its kind takes more
    none = c["release"] + (0 if c.get("borrows") else c["immortal"] - c["stack"])
    return {
        "loop": LOOP,
        "pair_private": LOOP + 2 * c["stack"],
        "pair_foreign/threads:2": LOOP + 2 * c["foreign"],
        "pair_immortal/threads:1": LOOP + 2 * c["immortal"],
        "pair_shared/threads:2": LOOP + 2 * shared,
        "load_drop": loaded,
        "load_drop_shared/threads:1": loaded,
        "load_keep_shared/threads:1": kept,
        "load_keep_shared/threads:2": kept + 9,
        "new_store": LOOP + c["object"] + c["write"] + c["release"] + none,
        **_visits(c, "visit", 1.0),
        **_visits(c, "visit_keep", 1.5),
        "alloc_free/float": leaf,
        "alloc_free/str10": leaf + 1,
        "alloc_free/tuple3": leaf + 3 * item,
        "alloc_free/list3": leaf + 3 * item + c["table"],
        "alloc_free/dict0": leaf + 2,
        "alloc_free/node3": leaf + 3 * item,
        "dict_get": loaded + c["find"],
        "dict_set": LOOP + item + c["write"] + c["change"],
        "safepoint": 1.2,
        "clock": c["clock"],
        "request": 2 * c["clock"] + 1,
    }


def _visits(c, name, times):
    """A visit takes 5 ns, and what its object is away."""
    away = {"4K": c["second"], "64K": c["third"], "1M": c["memory"]}
    far = {f"{name}/{n}": 5.0 + times * ns for n, ns in away.items()}
    return {f"{name}/64": 5.0, **far}


def counts(**places):
    """place -> kind -> how many; those not named none."""
    names = ("stack", "read", "found", "constant", "owned", "written", "ended", "named")
    return {
        place: dict(zip(KINDS, places.get(place, (0, 0, 0)), strict=True))
        for place in names
    }


def profile(**more):
    """Of 1000 floats and 10 lists of their own tables, aliased, stored and ended."""
    return {
        "schema": "refbench.profile/1",
        "checksum": 5,
        "increments": counts(
            stack=(4000, 300, 200), read=(980, 0, 0), found=(20, 0, 0)
        ),
        "decrements": counts(stack=(4500, 300, 200), ended=(500, 0, 0)),
        "kept": {"owner": 500, "foreign": 0, "immortal": 0},
        "levels": {"visited": [6000, 300, 20, 10], "held": [480, 12, 6, 2]},
        "allocations": {"table": {"count": 10}},
        "writes": 100,
        "locks": 70,
        "moved": 20,
        "mixed": 400.0,
        "types": [
            _type("float", 1000, 600, shared=50, most=40),
            _type("list", 10, 0),
        ],
        "sites": [
            _type("float", 400, 150, shared=50, most=40, calls=[0x1007]),
            _type("float", 600, 450, shared=50, most=30, calls=[0x1009, 0x1001]),
            _type("list", 10, 0, calls=[]),
        ],
        **more,
    }


def _type(name, made, foreign, **more):
    usual = {"shared": 0, "most": 0, "moved": 0, "mixed": 0.0, "block": "object"}
    seen = {"name": name, "made": made, "died": made, "foreign": foreign}
    usual.update(bytes=32 * made, seen=made)
    return {**usual, **seen, "owner": 10, "immortal": 0, **more}
