"""Options of refbench alloc that belong to one of the things it does, and mean nothing to another:
it measures allocators, or looks into one (--stats, --map), in a run, a file or a process."""

import os
from pathlib import Path

from .refusal import Refusal

# name -> attribute
_OF_MEASURING = {
    "REGEX": "regex",
    "--fast": "fast",
    "--peer": "peer",
    "--allocator": "allocator",
    "--blocks": "blocks",
    "--budget": "budget",
    "--dry-run": "dry_run",
    "--seed": "seed",
    "--resume": "resume",
}
_OF_LOOKING = {
    "--workload": "workload",
    "--runtime": "runtime",
    "--threads": "threads",
    "--every": "every",
    "--from": "source",
    "--pid": "pid",
    "--out": "out",
}
_OF_A_TRIAL = {
    name: _OF_LOOKING[name] for name in ("--workload", "--runtime", "--threads")
}


def check(asked):
    """Refused if one is given that would be ignored."""
    if not asked.stats and not asked.map:
        _none(asked, _OF_LOOKING, "is of --stats and --map: add one of them")
        if asked.resume:
            others = {name: at for name, at in _OF_MEASURING.items() if at != "resume"}
            _none(
                asked, others, "is of a new run, and --resume goes on with an old one"
            )
        return
    which = "--stats" if asked.stats else "--map"
    _none(asked, _OF_MEASURING, f"measures allocators: leave it or {which} out")
    if not asked.map:
        _none(asked, {"--out": "out"}, "is the folder of a picture: add --map")
    if asked.source and asked.pid:
        raise Refusal("--from and --pid exclude each other")
    if asked.source or asked.pid:
        where = "--from" if asked.source else "--pid"
        why = f"is of a run that is started: leave it or {where} out"
        _none(asked, {"--every": "every"}, why)
    if asked.pid:
        _none(asked, _OF_A_TRIAL, "is what to run: leave it or --pid out")
    if asked.out is not None:
        folder(asked.out)


def _none(asked, options, why):
    for name, attribute in options.items():
        value = getattr(asked, attribute)
        if value is not None and value is not False and value != "" and value != []:
            raise Refusal(f"{name} {why}")


def folder(out):
    """The folder of --out, made if need be."""
    path = Path(out)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "is no folder" if path.exists() else f"cannot be made: {error.strerror}"
        raise Refusal(f"--out {out} {why}; name one that can be written to") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise Refusal(f"--out {out} cannot be written to; name another folder")
    return path
