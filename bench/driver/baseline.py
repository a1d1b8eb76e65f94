"""Baselines: runs kept under a name, to be compared with later ones.

A baseline is what of a run comparisons read, copied to baselines/<name>/ of the results; small enough to
be committed.
"""

import shutil

from . import place, store
from .refusal import Refusal

_FILES = ("manifest.json", "plan.jsonl", "trials.jsonl", "env.json")


def _folder(results, name):
    return store.Path(results) / "baselines" / store.checked_label(name)


def save(run, results, name):
    """Keeps the run under this name, instead of what was kept so before."""
    folder = _folder(results, name)
    beside = folder.with_name(f".{name}.new")  # no label begins so
    _check(run)
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        for file in _FILES:
            if (run.path / file).exists():
                shutil.copy(run.path / file, beside / file)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except OSError as error:
        raise Refusal(
            f"cannot keep a baseline in {place.shown(folder)} ({error.strerror}): "
            "--results DIR names another folder"
        ) from None
    return store.Run(folder)


def _check(run):
    """Refused unless it is a whole run of runtimes in which something was measured."""
    outcome = run.manifest().get("outcome", "unfinished")
    if outcome != "complete":
        raise Refusal(f"{run.id} is {outcome}: a baseline is a complete run")
    of_blocks = [line for line in run.lines() if line["block"] is not None]
    if not any(line["status"] == "ok" for line in of_blocks):
        raise Refusal(f"{run.id} measured nothing: a baseline has trials that are ok")


def find(results, name):
    folder = _folder(results, name)
    if (folder / "manifest.json").is_file():
        return store.Run(folder)
    known = sorted(path.name for path in folder.parent.glob("*") if path.is_dir())
    raise Refusal(
        f"no baseline {name}: there are {', '.join(known) or 'none'}; refbench gate --save "
        f"--baseline {name} keeps the newest run as one"
    )
