"""The table of unit costs: a row for each, a column for each runtime, ns."""

from . import signed_rank, table
from .quantity import NONE, digits


def text(document):
    runtimes = {
        name: each for name, each in document["runtimes"].items() if each["blocks"]
    }
    names = dict.fromkeys(unit for each in runtimes.values() for unit in each["units"])
    rows = [
        [name, *(_cell(each["units"].get(name)) for each in runtimes.values())]
        for name in names
    ]
    return "\n".join(
        [
            *table.lines(["ns", *runtimes], rows),
            "",
            *_notes(document, runtimes),
            *(
                f"not measured: {each['runtime']}: {each['reason']}"
                for each in document["failed"]
            ),
        ]
    )


def _cell(found):
    if found is None:
        return NONE
    if found["low"] is None:
        return digits(found["middle"])
    return f"{digits(found['middle'])} [{digits(found['low'])} {digits(found['high'])}]"


def _notes(document, runtimes):
    blocks = document["asked"]["blocks"]
    bounds = {
        found["bounds"]
        for each in runtimes.values()
        for found in each["units"].values()
    }
    what = (
        "centre and its interval of 95 %"
        if bounds == {signed_rank.INTERVAL}
        else "median and range"
    )
    times = sorted(
        each["handoff_ns"]
        for runtime in runtimes.values()
        for each in runtime["blocks"]
        if each["handoff_ns"] is not None
    )
    yield f"{blocks} interleaved blocks; {what}"
    if times:
        far = "; it was near by turns" if times[-1] > 1.5 * times[0] else ""
        yield f"a line went from core to core in {digits(times[0])} to {digits(times[-1])} ns{far}"
    changed = sum(
        each["handoff_ns"] is None
        for runtime in runtimes.values()
        for each in runtime["blocks"]
    )
    if changed:
        yield f"in {changed} processes that time changed, or was not known: no crossing is taken from them"
