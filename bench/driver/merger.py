"""One run made of several of the same plan: of shards, or of the whole plan on other machines.

Only what has the same plan goes together: the same programs to the byte, the same inputs, the same
seed.  A block stays what it was, the arms of a plan measured one after another on one machine; so what
is paired within blocks, ratios and verdicts, does not mix machines.  Blocks keep their numbers; those of
a run that would take another's get new ones, in the same order.

Every line tells its origin, the run and the block it had there; env.json has each machine; files of
trials are in folders named after their runs.  The runs themselves stay as they are.
"""

import shutil
from pathlib import Path

from . import journal, memory, store
from .refusal import Refusal

_FILES = ("raw", "pause_file", "log")  # of a line: where one is
_COMPLETE, _INCOMPLETE = "complete", "incomplete"


def check(runs):
    """Their manifests.  Refused if they are not of one plan, or one of them is there twice."""
    if len(runs) < 2:
        raise Refusal("merge takes two runs or more, of one plan")
    manifests = [run.manifest() for run in runs]
    for run, manifest in zip(runs[1:], manifests[1:]):
        difference = _difference(manifests[0], manifest)
        difference = difference or _counted_otherwise(runs[0], run)
        if difference:
            raise Refusal(
                f"{run.id} is of another plan than {runs[0].id}: {difference}"
            )
    known = set()
    for run, manifest in zip(runs, manifests):
        for name in _parts(run, manifest):
            if name in known:
                raise Refusal(f"{name} is there twice: its trials would count twice")
            known.add(name)
    return manifests


def _parts(run, manifest):
    """The runs it is made of."""
    return [part["run"] for part in manifest.get("merged", [])] or [run.id]


def _difference(first, other):
    """Why two are of different plans; None if they are of one."""
    ours, theirs = (_builds(each) for each in (first, other))
    if ours.keys() != theirs.keys():
        return f"it measured {', '.join(theirs)}, not {', '.join(ours)}"
    for name, build in ours.items():
        if theirs[name] != build:
            return f"{name} is another build: copy one to all machines"
    for name in sorted(first["inputs"].keys() | other["inputs"].keys()):
        if first["inputs"].get(name) != other["inputs"].get(name):
            return f"the input {name} is another"
    if first["seed"] != other["seed"]:
        return f"its seed is {other['seed']}, not {first['seed']}: --seed says which"
    if first["plan_hash"] != other["plan_hash"]:
        return "it was asked for other names, threads, settings or heaps"
    return None


def _builds(manifest):
    return {each["name"]: each["build_id"] for each in manifest["runtimes"]}


def _counted_otherwise(first, other):
    """Keys of what is counted hold the build of the program that counts."""
    ours, theirs = (
        {line["key"] for line in run.planned() if line.get("kind") == "tally"}
        for run in (first, other)
    )
    if ours and theirs and ours != theirs:
        return "the counting program is another build"
    return None


def merged(runs, results, label):
    """The new run; its manifest is written last, so that there is a whole one or none."""
    manifests = check(runs)
    whole = store.create(results, label)
    lines, planned, machines, taken = [], {}, [], set()
    for run in runs:
        numbers = _numbers(_blocks(run), taken)
        taken.update(numbers.values())
        lines += [_copied(run, line, numbers, whole) for line in run.lines()]
        for line in run.planned():
            moved = _moved(line, numbers)
            planned.setdefault(moved["key"], moved)
        machines += _machines(run, numbers)
        memory.copied(run, whole)
    _append(whole.plan, planned.values())
    _append(whole.trials, lines)
    whole.write("env.json", _environment(machines))
    whole.write("manifest.json", _manifest(runs, manifests, taken))
    return whole


def _append(path, lines):
    journal.append(path, *sorted(lines, key=_place))


def _place(line):
    block = -1 if line["block"] is None else line["block"]
    return block, line["order"], line.get("try", 0)


def _blocks(run):
    return sorted(
        {line["block"] for line in run.lines() if line["block"] is not None}
        | {line["block"] for line in run.planned() if line.get("block") is not None}
    )


def _numbers(own, taken):
    """Block -> its number in the whole: the same, or if one is taken all of them after those."""
    shift = max(taken) + 1 - own[0] if taken.intersection(own) else 0
    return {block: block + shift for block in own}


def _moved(line, numbers):
    """The same with its new block, which its key names, too."""
    old = line["block"]
    if old is None:
        return line
    new = numbers[old]
    bare, _, digest = line["key"].rpartition("/")
    key = f"{bare.removesuffix(f'/block:{old}')}/block:{new}/{digest}"
    return {**line, "key": key, "block": new}


def _copied(run, line, numbers, whole):
    """The line in the whole, and its files there."""
    files = {name: _file(run, line[name], whole) for name in _FILES if line.get(name)}
    origin = line.get("origin", {"run": run.id, "block": line["block"]})
    return {**_moved(line, numbers), **files, "origin": origin}


def _file(run, name, whole):
    if not (run.path / name).is_file():
        return None
    folder, *below = Path(name).parts
    new = Path(folder, run.id, *below)
    (whole.path / new).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(run.path / name, whole.path / new)
    return str(new)


def _machines(run, numbers):
    """Those that measured, with the numbers of their blocks from now on."""
    environment = run.environment()
    own = [{"run": run.id, "blocks": list(numbers), **environment}]
    return [
        {**each, "blocks": [numbers[block] for block in each["blocks"]]}
        for each in environment.get("machines", own)
    ]


def _environment(machines):
    """What holds on all of them, and each: facts in which they differ are not known of the whole.  A
    trial is on more threads than cores if it is on any."""
    facts = [each.get("facts", {}) for each in machines]
    cores = [each["usable_cores"] for each in facts if each.get("usable_cores")]
    common = {**_common(facts), "usable_cores": min(cores, default=None)}
    first = {name: machines[0].get(name) for name in ("topology", "topology_unknown")}
    ends = {"before": machines[0].get("before"), "after": machines[-1].get("after")}
    return {"facts": common, **first, **ends, "machines": machines}


def _common(facts):
    """The facts that are the same everywhere; the others are null, with the reason."""
    names = dict.fromkeys(name for each in facts for name in each)
    unknown = dict(facts[0].get("unknown") or {})
    found = {"unknown": unknown}
    for name in names.keys() - {"unknown"}:
        values = [each.get(name) for each in facts]
        same = all(value == values[0] for value in values)
        found[name] = values[0] if same else None
        if not same:
            unknown[name] = "machines differ"
    return found


def _manifest(runs, manifests, blocks):
    """Of the first, and where the whole is from."""
    complete = all(each.get("outcome") == _COMPLETE for each in manifests)
    parts = [
        part
        for run, manifest in zip(runs, manifests)
        for part in manifest.get("merged", [_part(run, manifest)])
    ]
    ended = [each["ended"] for each in manifests if each.get("ended")]
    limits = {**manifests[0]["limits"], "first": 0, "step": 1}
    return {
        **manifests[0],
        "started": min(each["started"] for each in manifests),
        "ended": max(ended, default=None),
        "outcome": _COMPLETE if complete else _INCOMPLETE,
        "limits": limits,
        "blocks": len(blocks),
        "merged": parts,
    }


def _part(run, manifest):
    facts = run.environment().get("facts", {})
    return {
        "run": run.id,
        "outcome": manifest.get("outcome"),
        "argv": manifest.get("argv"),
        "source": manifest.get("source"),
        "damaged": run.damaged(),
        **{name: facts.get(name) for name in ("host", "cpu", "kernel", "usable_cores")},
    }
