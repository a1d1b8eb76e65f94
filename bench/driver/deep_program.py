"""What stages ask of programs: an answer in JSON, one object to a line."""

import json
import shlex

from .case_trial import ERROR, FAIL, last_words, signal_name
from .deep_stage import Failure

GRACE = 30  # seconds that a program may take longer than it was told to


def answer(ended, schema):
    """The last object of this schema that it printed; {} if there is none."""
    for line in reversed(ended.out.splitlines()):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and found.get("schema") == schema:
            return found
    return {}


def number(found, name):
    """A figure of an answer; 0 if it tells none."""
    value = found.get(name)
    return value if isinstance(value, (int, float)) and value == value else 0


def started(outcomes):
    """Those of cases that were run.  OSError if some could not be started, and none failed: that is
    no fault of a runtime."""
    done = [each for each in outcomes if each]
    run = [each for each in done if each.word != ERROR]
    if len(run) < len(done) and all(each.status != FAIL for each in run):
        raise OSError(next(each.seen for each in done if each.word == ERROR))
    return run


def broken(what, command, ended):
    """The failure of a program that gave no verdict; None if it has none to give."""
    if ended.hung:
        why = "it had not ended when its time was over, and was killed"
    elif ended.exit < 0:
        why = f"killed by {signal_name(-ended.exit)}"
    else:
        why = f"ended with {ended.exit} and no verdict"
    said = last_words(ended.errors)
    return Failure(what, f"{why}: {said}" if said else why, shlex.join(command))
