"""The tour as a program gives it: `refbench-<runtime> --tour`, schema refbench.tour/1."""

import json
import subprocess

from . import place
from .refusal import TRIALS_FAILED, Broken, Refusal

SCHEMA = "refbench.tour/1"
_SECONDS = 120
_NEEDED = {"runtime", "statements"}


def take(path, name):
    """What the program at `path` shows, under that name.  Checks may have failed in it."""
    shown = place.shown(path)
    try:
        answer = subprocess.run(
            [path, "--tour"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Broken(f"{shown} --tour did not run: {error}") from None
    if answer.returncode not in (0, TRIALS_FAILED):
        raise Broken(f"{shown} --tour ended with {answer.returncode}{_last(answer)}")
    return {**_read(answer.stdout, shown), "runtime": name}


def _last(answer):
    """What it said last on standard error."""
    said = answer.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return f": {said}" if said else ""


def _read(text, shown):
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Refusal(
            f"{shown} --tour printed no {SCHEMA}: build it and this driver from one revision"
        )
    if not _NEEDED <= found.keys():
        raise Broken(
            f"{shown} --tour leaves out {', '.join(sorted(_NEEDED - found.keys()))}"
        )
    return found


def failed(tour):
    """(statement, check) of every check that does not hold."""
    return [
        (statement, check)
        for statement in tour["statements"]
        for check in statement["checks"]
        if not check["ok"]
    ]
