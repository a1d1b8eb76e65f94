"""Drawings of the tour: sizes, ownership, threads."""

import sys

from .program import TALLY
from .table import lines, unrepeated
from .tour_canvas import bar
from .tour_objects import grouped

_HERE = {
    "none": None,
    "bool": True,
    "int": 1 << 40,
    "float": 0.5,
    "str": "",
    "str_10": "references",
    "tuple": (),
    "tuple_3": (None, None, None),
    "list": [],
    "list_3": [None, None, None],
    "dict": {},
    "dict_3": {0: None, 1: None, 2: None},
    "set": set(),
    "set_9": set(range(9)),
}
_TITLES = {
    "int": "int 1 << 40",
    "float": "float 0.5",
    "str": "str ''",
    "str_10": "str of 10",
    "tuple": "tuple ()",
    "tuple_3": "tuple of 3",
    "list": "list []",
    "list_3": "list of 3",
    "dict": "dict {}",
    "dict_3": "dict of 3",
    "set_9": "set of 9 ints",
    "instance_2": "instance, 2 fields",
    "weakref": "weak reference",
}
_MOMENTS = {
    "x = []": "x = []",
    "y = x": "y = x",
    "a global holds it too": "global = x",
    "another thread holds it twice": "thread + 2",
    "that thread has ended both": "thread - 2",
    "only x is left": "only x left",
}
_FIELDS = {
    "owner": "the thread that made the list; it alone changes `count`, by plain instructions",
    "shared": "what all other threads have taken minus ended, by locked instructions",
    "state": "0 plain, 1 others read it without a lock, 2 queued for the owner, 3 merged: no owner",
    "lock": "held while more than one reference of a container changes",
}


def sizes(evidence, tours):
    """This runtime's, those of others that differ, the classic ones, and this Python's."""
    others = _others(evidence, tours[1:])
    python = f"{sys.version_info.major}.{sys.version_info.minor} here"
    names = [tours[0]["runtime"], "block", *others, "classic", python]
    rows = [
        [*_size(each), *(other[i] for other in others.values()), *_beside(each)]
        for i, each in enumerate(evidence["samples"])
    ]
    return [
        f"  {line}" for line in lines(["", "formula", *names], rows, texts=("formula",))
    ]


def _others(evidence, tours):
    """Runtime -> sizes, each different."""
    seen = [_bytes(evidence)]
    found = {}
    for tour in tours:
        sizes_ = _bytes(_evidence(tour, "sizes"))
        if sizes_ not in seen:
            seen.append(sizes_)
            found[tour["runtime"]] = sizes_
    return found


def _evidence(tour, name):
    (found,) = [each for each in tour["statements"] if each["name"] == name]
    return found["evidence"]


def _bytes(evidence):
    return [each["bytes"] for each in evidence["samples"]]


def _size(sample):
    title = _TITLES.get(sample["name"], sample["literal"])
    return [title, sample["formula"], sample["bytes"], sample["block_bytes"] or "-"]


def _beside(sample):
    name, formula = sample["name"], sample.get("classic_formula", "")
    classic = str(sample.get("classic_bytes", ""))
    if "n" in formula:
        classic = f"{formula} = {classic}"
    return [classic, sys.getsizeof(_HERE[name]) if name in _HERE else ""]


def ownership(evidence, tours):
    things = evidence["things"]
    rows = [
        "  things in lists              end                                                      live",
        _living("made and shared", "", things, things),
    ]
    for each in evidence["ends"]:
        rows.append(
            _living(each["code"], each["ended"], min(each["living"], things), things)
        )
    return [*rows, *_tally(tours)]


def _living(code, ended, living, things):
    return f"    {code:18} {ended:>9}   {bar(living, things, 50):50} {living:8}"


def _tally(tours):
    """What a counting build counted of the same."""
    for each in tours:
        found = _evidence(each, "ownership").get("tally")
        if found:
            return ["", *_tally_lines(found)]
    return []


def _tally_lines(found):
    each = (found["increments"] + found["decrements"]) / found["allocations"]
    return [
        f"  nobody called free; the program counted instead: {found['increments']} times + 1 and "
        f"{found['decrements']} times - 1,",
        f"  {each:.1f} such operations for each of {found['allocations']} objects "
        "(refbench-tally, which counts them)",
    ]


def threads(evidence, tours):
    return [*_headers(tours), "", *_race(evidence)]


def _headers(tours):
    """The fields of the header at each moment, for every runtime; and what they are for."""
    head = ["header in", "field", *_MOMENTS.values(), "None"]
    rows = [row for tour in tours if tour["runtime"] != TALLY for row in _fields(tour)]
    named = {row[1] for row in rows}
    return [
        *(f"  {line}" for line in lines(head, unrepeated(rows, 1), left=2)),
        *(f"  {name}: {what}" for name, what in _FIELDS.items() if name in named),
    ]


def _fields(tour):
    evidence = _evidence(tour, "threads")
    moments = {each["moment"]: each["header"] for each in evidence["moments"]}
    shown = [moments.get(moment) for moment in _MOMENTS] + [evidence["immortal"]]
    fields = [field["name"] for field in evidence["immortal"]["fields"]]
    if not fields:
        return [
            [tour["runtime"], "bytes", *_cells(shown, lambda h: grouped(h["bytes"]))]
        ]
    return [
        [
            tour["runtime"],
            name,
            *_cells(shown, lambda h: _value(h["fields"][i]["value"])),
        ]
        for i, name in enumerate(fields)
    ]


def _cells(headers, text):
    """What `text` says of each; of a moment that needs more threads than there can be: nothing."""
    return ["-" if header is None else text(header) for header in headers]


def _value(value):
    """Large numbers, which immortal objects have, as an odd one and a power of two."""
    if abs(value) < 1 << 24:
        return value
    twos = (value & -value).bit_length() - 1
    return f"{value >> twos}·2^{twos}"


def _race(evidence):
    steps, seen = evidence["plain_steps"], evidence["plain_seen"]
    lost = steps - seen
    if lost <= 0:
        end = "none was lost"
    else:
        end = f"{lost} are lost"
    return [
        f"  A count that nothing protects: two threads add 1 to a word, {steps // 2} times each",
        f"    should be {steps:8}  {bar(steps, steps, 50)}",
        f"    is        {seen:8}  {bar(seen, steps, 50)}  {end}",
        _exact(evidence["pairs"]),
    ]


def _exact(pairs):
    if not pairs:
        return "  This runtime has one thread, and needs no protection."
    return f"  This runtime's: two threads take and end {pairs} references to one list, and its count is exact."
