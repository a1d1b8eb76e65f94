"""refbench run --resume: go on with a run that ended before its plan did.

It goes on only as what it was: the same programs, inputs and workloads on the same host, or its
trials could not be compared.  What it was asked stands in its manifest.
"""

from . import heap, look, machine, memory, place, plan, program, store
from .refusal import Refusal

_NEEDED = {"threads", "micro_seconds", "limits", "plan_hash", "runtimes", "inputs"}
_NEEDED |= {"suite", "tags", "settings", "usual_threads"}
_BESIDE = (look.KIND, memory.KIND)
_COMPLETE = "complete"


def reopened(asked):
    """(run, its manifest, selection, plan and tallies): of the run that is named, else the newest."""
    run = store.find(asked.results, asked.resume or None)
    manifest = resumable(run, store.SCHEMA, _NEEDED)
    selection = _selection(manifest)
    planned, tallies = plan.made(selection, manifest["seed"])
    _check(run, manifest, selection, planned, tallies)
    return run, again(manifest), selection, planned, tallies


def again(manifest):
    """The manifest of a run that goes on now."""
    return {**manifest, "resumed": [*manifest.get("resumed", []), store.now()]}


def resumable(run, schema, needed):
    """The manifest of a run.  Refused if it is complete, or cannot go on here."""
    manifest = run.manifest(schema)
    if manifest.get("outcome") == _COMPLETE:
        raise Refusal(f"{run.id} is complete: there is nothing to go on with")
    if manifest.get("merged"):
        raise Refusal(
            f"{run.id} is merged of others: resume those and merge them again"
        )
    if not manifest.keys() >= needed:
        raise Refusal(f"{run.id} is of an older driver, which kept too little to go on")
    host = run.environment().get("facts", {}).get("host")
    if host not in (None, machine.host()):
        raise Refusal(f"{run.id} was begun on {host}: it goes on there, or not at all")
    return manifest


def _selection(manifest):
    paths = [place.ROOT / each["program"] for each in manifest["runtimes"]]
    return plan.Selection(
        tuple(program.describe(path) for path in paths),
        manifest["regex"],
        tuple(manifest["threads"]),
        manifest["pin"],
        manifest["micro_seconds"],
        manifest["suite"],
        tuple(manifest["tags"]),
        {name: _variants(found) for name, found in manifest["settings"].items()},
        tuple(manifest["usual_threads"]),
        heap.reopened(manifest.get("heaps")),
        manifest.get("again", False),
    )


def _variants(found):
    return tuple(tuple(each.items()) for each in found)


def _check(run, manifest, selection, planned, tallies):
    """Refused if it is not the same any more."""
    if planned.hash != manifest["plan_hash"]:
        changed = ", ".join(_changed(manifest, selection, planned)) or "what is run"
        raise Refusal(f"{run.id} cannot go on: {changed} is not what it was")
    known = {line["key"] for line in run.planned() if _is_tally(line)}
    if known and known != {planned.key(arm, None) for arm in tallies}:
        raise Refusal(f"{run.id} cannot go on: the counting program is not what it was")


def _is_tally(line):
    return line.get("block") is None and line.get("kind") not in _BESIDE


def _changed(manifest, selection, planned):
    """The programs and inputs that are others by now."""
    for old, new in zip(manifest["runtimes"], selection.programs):
        if old["build_id"] != new.build:
            yield place.shown(new.path)
    for name, digest in manifest["inputs"].items():
        if planned.inputs.get(name) != digest:
            yield name
