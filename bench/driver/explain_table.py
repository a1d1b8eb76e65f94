"""The table of explanations, and what has to be known to read it."""

from . import explain, table
from .quantity import NONE, digits, percent

_HEAD = ("workload", "threads", "runtime", "ms", *explain.PARTS, "sum", "residual")
_MORE = ("explained", "above floor", "harness")


def text(document):
    rows = [_cells(row) for row in document["rows"]]
    shown = table.unrepeated(rows, 2)
    return "\n".join(
        [
            *table.lines([*_HEAD, *_MORE], shown, left=3),
            "",
            *_notes(document),
            *_contention(document),
            *(
                f"not explained: {each['workload']} on {each['runtime']}, "
                f"{each['threads']} threads: {each['reason']}"
                for each in document["failed"]
            ),
        ]
    )


def _cells(row):
    low, high = row["sum_interval_ms"]
    interval = "" if low is None else f" [{digits(low)} {digits(high)}]"
    return [
        _name(row),
        str(row["threads"]),
        row["runtime"] + ("*" if row["oversubscribed"] else ""),
        digits(row["ms"]),
        *(_part(row, name) for name in explain.PARTS),
        digits(row["sum_ms"]) + interval,
        digits(row["residual_ms"]),
        NONE if row["is_floor"] else percent(row["explained"]),
        NONE if row["is_floor"] else _share(row["above_floor_explained"]),
        percent(row["harness_share"]),
    ]


def _part(row, name):
    """Of crossing the least, too."""
    if name != "crossing" or not any(row["crossing_band_ms"]):
        return digits(row["parts_ms"][name])
    return "..".join(map(digits, row["crossing_band_ms"]))


def _name(row):
    settings = " ".join(f"{name}={value}" for name, value in row["settings"].items())
    return f"{row['workload']} {settings}".strip()


def _share(share):
    """Of what is above the floor; far from 100 % where next to nothing is."""
    return NONE if share is None else f"{100 * share:.0f}%"


def _notes(document):
    floor = document["floor"]
    yield f"ms of the wall clock; floor: {floor} at 1 thread over the cores, the others: what they take beyond {floor}"
    yield "sum: with the interval or range over the blocks of the calibration; residual: measured less the sum"
    yield "waiting: what threads of the work wait for each other, as none does, which counts nothing"
    yield "far: what operations take more on far objects; barrier: those for all threads that scans ask for, timed in the trial"
    yield "crossing: as it was seen, with one thread at a time, .. as if threads came in random order; the sum has the latter"
    yield "explained: sum / ms; above floor: of what is beyond the floor, the share that the parts make"
    shares = [
        row["harness_share"]
        for row in document["rows"]
        if row["harness_share"] is not None
    ]
    if shares:
        most = max(shares)
        told = "within" if most <= explain.MOST_OVERHEAD else "MORE THAN"
        yield f"harness: at most {percent(most)} of a trial's time, {told} {percent(explain.MOST_OVERHEAD)}"
    if any(row["oversubscribed"] for row in document["rows"]):
        yield "* more threads than cores"
    yield ""


def _contention(document):
    if not document["contention"]:
        return
    rows = [
        [
            _name(of),
            str(of["threads"]),
            each["name"],
            each["where"] or NONE,
            percent(each["share"]),
            digits(each["foreign"]),
            digits(each["shared"]),
            digits(each["most"]),
            digits(each["moved"]),
            digits(each["mixed"]),
        ]
        for of in document["contention"]
        for each in of["sites"]
    ]
    head = [
        "foreign operations",
        "threads",
        "type",
        "made at",
        "share",
        "foreign",
        "objects",
    ]
    yield from table.lines(
        [*head, "on one", "moved", "mixed"],
        table.unrepeated(rows, 2),
        left=1,
        texts=("type", "made at"),
    )
    yield "objects: touched by a second thread; on one: the most foreign operations on one object"
    yield "moved: operations after another thread's, seen with one thread at a time; mixed: in random order"
