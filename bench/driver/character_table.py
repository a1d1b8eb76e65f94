"""The table of workloads' characters, and what it says of the suite."""

from . import character, table
from .quantity import digits

HEAD = (
    ("workload", "", "as `refbench list` has it"),
    ("made", "M/s", "objects made, millions in a second of one thread of gil"),
    ("alloc", "MiB/s", "their bytes, tables of containers left out"),
    ("size", "p50 p90", "bytes of an object, in steps of 16"),
    (
        "lifetime",
        "p50 p90",
        "objects made while one lived, of those that died; powers of two",
    ),
    (
        "ops",
        "/object",
        "count operations that an eager strategy does, over objects made",
    ),
    ("owner", "%", "of these: by the thread that made the object"),
    ("foreign", "%", "by other threads"),
    ("immortal", "%", "on objects that are not counted at all"),
    ("borrowed", "%", "of all: of references taken on the stack and dropped there"),
    ("shared", "%", "of objects with an operation: touched by a second thread"),
    (
        "old",
        "/1000",
        "writes to slots of objects after which 10,000 were made, over operations",
    ),
    (
        "cyclic",
        "%",
        "of the objects that died: containers that only the collector could find",
    ),
    ("most like", "", "the workload nearest to it, and how far it is"),
)


def cells(rows):
    near = character.nearest(rows)
    return [_cells(row, near.get(row["workload"])) for row in rows]


def _cells(row, near):
    return [
        row["workload"],
        digits(row["made_per_s"] / 1e6),
        digits(row["mib_per_s"]),
        _pair(row["size_p50"], row["size_p90"]),
        _pair(row["lifetime_p50"], row["lifetime_p90"]),
        _number(row["operations_per_object"]),
        *(
            _percent(row[of])
            for of in ("owner", "foreign", "immortal", "borrowed", "shared")
        ),
        _number(row["old_writes_per_1000"]),
        _percent(row["cyclic"]),
        f"{near['workload']} {near['distance']:.1f}" if near else "-",
    ]


def _number(value):
    return "-" if value is None else digits(value)


def _percent(share):
    return "-" if share is None else f"{100 * share:.0f}"


def _pair(low, high):
    return "-" if low is None else f"{_short(low)} {_short(high)}"


def _short(number):
    for unit, name in ((1 << 30, "G"), (1 << 20, "M"), (1 << 10, "k")):
        if number >= unit:
            return f"{number // unit:.0f}{name}"
    return f"{number:.0f}"


def text(rows):
    head = [f"{name} {unit}".strip() for name, unit, _ in HEAD]
    return "\n".join([*table.lines(head, cells(rows)), "", *alike(rows)])


def alike(rows):
    """Lines that say which workloads could stand for each other."""
    near = character.nearest(rows)
    pairs = {
        tuple(sorted((name, found["workload"]))): found["distance"]
        for name, found in near.items()
        if found["distance"] < character.ALIKE
    }
    if not pairs:
        return [f"no two workloads are nearer than {character.ALIKE} to each other"]
    return [
        f"alike: {a} and {b} ({off:.2f})"
        for (a, b), off in sorted(pairs.items(), key=lambda p: p[1])
    ]


def markdown(document):
    """A page: how it was made, where, and the table."""
    head = [f"{name}{', ' + unit if unit else ''}" for name, unit, _ in HEAD]
    lines = [
        "# What the workloads are like",
        "",
        "Made by `bench/refbench characterise --write`; the same figures for programs: `characterisation.json`.",
        f"Each workload's whole work on {document['threads']} threads, seen by `refbench-profile`; rates: one thread of gil.",
        "",
        *_environment(document),
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(each) + " |" for each in cells(document["rows"])),
        "",
        *(f"- **{name}**: {meaning}." for name, _, meaning in HEAD[1:]),
        "",
        "How far workloads are apart is the root mean square of their differences over all columns, in widths: "
        + ", ".join(_width(axis) for axis in character.AXES)
        + f". Nearer than {character.ALIKE}, one could stand for the other:",
        "",
        *(f"- {line}" for line in alike(document["rows"])),
        *_failures(document),
    ]
    return "\n".join(lines) + "\n"


def _width(axis):
    kind, width = character.AXES[axis]
    name = axis.replace("_", " ")
    return (
        f"{name} {width:g} doublings"
        if kind == "doublings"
        else f"{name} {100 * width:g} %"
    )


def _environment(document):
    facts, source = document["environment"]["facts"], document["source"]
    return [
        f"- source: {source['revision']}{' and changes' if source['dirty'] else ''}",
        f"- machine: {facts.get('cpu') or 'unknown processor'}, {facts.get('kernel') or 'unknown kernel'}",
        f"- compiler: {document['compiler']}, {document['flags']}",
    ]


def _failures(document):
    return (
        [
            "",
            *(
                f"- not seen: {each['workload']}: {each['reason']}"
                for each in document["failed"]
            ),
        ]
        if document["failed"]
        else []
    )
