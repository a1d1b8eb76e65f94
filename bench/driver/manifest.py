"""What a run was asked to do, and with what: written before its first trial."""

import sys

from . import heap, place, plan, source, store, suite


def make(selection, planned, limits, kind):
    """The manifest of a run that is about to start."""
    first = selection.programs[0].facts
    workloads = _workloads(selection)
    return {
        "schema": store.SCHEMA,
        "started": store.now(),
        "argv": sys.argv,
        "looks": kind != "fast",
        "rigorous": kind == "rigorous",
        "memory": _watches(selection, limits, kind),
        "regex": selection.regex,
        "suite": selection.suite,
        "tags": list(selection.tags),
        "settings": _settings(selection),
        "heaps": heap.manifest(selection.heaps),
        "again": selection.again,
        "pin": selection.pin,
        "threads": list(selection.threads),
        "usual_threads": list(selection.usual),
        "micro_seconds": selection.micro_seconds,
        "seed": planned.seed,
        "limits": vars(limits),
        "plan_hash": planned.hash,
        "source": source.revision(),
        "compiler": first.get("compiler"),
        "flags": first.get("flags"),
        "base": selection.base,
        "runtimes": [_runtime(each) for each in selection.programs],
        "workloads": list(workloads),
        "controls": _named(workloads, plan.is_yardstick),
        "noise": _named(workloads, plan.is_noise),
        "micros": _micros(selection),
        "inputs": planned.inputs,
    }


def _watches(selection, limits, kind):
    """Whether memory is watched over time: of shards by the first; not where a run is to be over in no time."""
    hurried = kind == "fast" and selection.suite == suite.FAST
    return limits.first == 0 and not hurried


def _settings(selection):
    """Workload -> what it is run with, in order."""
    return {
        name: [dict(variant) for variant in variants]
        for name, variants in selection.settings.items()
    }


def _runtime(program):
    return {
        "name": program.name,
        "program": place.shown(program.path),
        "build_id": program.build,
        "facts": program.facts,
    }


def _workloads(selection):
    """Name -> facts, in the order of the first program that has it."""
    found = {}
    for program in selection.programs:
        for name, facts in program.workloads.items():
            found.setdefault(name, facts)
    return found


def _named(workloads, holds):
    return [name for name, facts in workloads.items() if holds(facts)]


def _micros(selection):
    names = [name for program in selection.programs for name in program.micros]
    return list(dict.fromkeys(names))
