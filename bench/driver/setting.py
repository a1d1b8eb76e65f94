"""Settings of workloads: --set in, what is run out; and how they are told.

A variant is a tuple of (name, value) of what is not the default, in the workload's own order: numbers
are int, words str.  A workload that nothing was set of has one, which is empty.
"""

from itertools import product

from . import heap, option
from .refusal import Refusal

USUAL = ()


def variants(programs, given):
    """Workload -> its variants, for every one of which something was set.  Refused if a program that
    has workloads cannot be given this."""
    found = {}
    for text in given:
        workload, name, values = _parts(text)
        chosen = found.setdefault(workload, {}).setdefault(name, [])
        chosen += [each for each in values if each not in chosen]
    return {name: _variants(programs, name, of) for name, of in found.items()}


def _parts(text):
    """(workload, setting, values) as they were written."""
    where, _, values = text.partition("=")
    workload, _, name = where.partition(".")
    values = option.names(values)
    if not (workload and name and values):
        raise Refusal(f"--set takes WORKLOAD.NAME=VALUE[,VALUE...], not {text!r}")
    return workload, name, values


def _variants(programs, workload, chosen):
    having = [each for each in programs if workload in each.workloads]
    if not having:
        names = dict.fromkeys(name for each in programs for name in each.workloads)
        raise Refusal(
            f"--set {workload}: no such workload: there are {', '.join(names) or 'none'}"
        )
    found = [_checked(each.workloads[workload], chosen) for each in having]
    other = next((i for i, each in enumerate(found) if each != found[0]), None)
    if other is not None:
        raise Refusal(
            f"--set {workload}: {having[0].name} and {having[other].name} have other "
            "defaults: build both from one revision"
        )
    return found[0]


def _checked(facts, chosen):
    """Every combination of what was chosen of one workload."""
    settings = {each["name"]: each for each in facts.get("settings", [])}
    for name in chosen:
        if name not in settings:
            there = f"setting {name}: there are {', '.join(settings)}"
            what = there if settings else "settings"
            raise Refusal(
                f"--set {facts['name']}.{name}: {facts['name']} has no {what}"
            )
    ways = [
        [(name, _value(facts["name"], each, text)) for text in chosen[name]]
        for name, each in settings.items()
        if name in chosen
    ]
    return tuple(dict.fromkeys(_unusual(settings, way) for way in product(*ways)))


def _unusual(settings, way):
    return tuple(
        (name, value) for name, value in way if value != default(settings[name])
    )


def _value(workload, setting, text):
    where = f"--set {workload}.{setting['name']}={text}"
    if words := setting["words"]:
        if text not in words:
            raise Refusal(f"{where}: give one of {', '.join(words)}")
        return text
    least, most = setting["least"], setting["most"]
    plain = text.isascii() and text.isdigit() and len(text) <= 20
    if not plain or not least <= int(text) <= most:
        raise Refusal(f"{where}: give a number from {least} to {most}")
    return int(text)


def default(setting):
    """As it would be given."""
    words = setting["words"]
    return words[setting["standard"]] if words else setting["standard"]


def reach(setting):
    """Its values, as people read them."""
    words = setting["words"]
    return ", ".join(words) if words else f"{setting['least']} to {setting['most']}"


def of_line(parameters):
    """The variant that a line of the store, or a row, tells; old ones had none."""
    return tuple(parameters.get("settings", {}).items())


def words(variant):
    """mix=a size=100"""
    return " ".join(f"{name}={value}" for name, value in variant)


def title(row):
    """A row's workload, with what is set and what heap it was left."""
    left = heap.of_line(row)
    more = [words(of_line(row)), f"in {heap.words(left)}" if left else ""]
    return " ".join([row["workload"], *filter(None, more)])
