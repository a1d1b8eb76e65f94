"""The machine as a run keeps it (env.json) and as `refbench env` shows it: one and the same.

    facts     what does not change        topology   what lies close to what, as a program tells
    before    the state, and `after` a run

What is null stands under `unknown` with the reason; of the topology, under `topology_unknown`.
"""

from . import machine, program
from .refusal import Refusal


def of_run(programs):
    """For a run of these programs that is about to start."""
    told = [each.facts["topology"] for each in programs if each.facts.get("topology")]
    return {
        "facts": machine.facts(),
        "topology": told[0] if told else None,
        "topology_unknown": None if told else "no program here tells of it",
        "before": machine.state(),
        "after": None,
    }


def now(where):
    """(what is known without a run, the programs that were asked)"""
    try:
        programs = program.find(where, []) if where else _built()
    except Refusal as refusal:
        return {**of_run([]), "topology_unknown": str(refusal)}, []
    return of_run(programs), programs


def _built():
    return [each for each in program.built([]).values() if each is not None]
