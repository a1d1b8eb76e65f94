"""What the objects of a workload go through, as refbench-profile sees it: kept in the run's folder.

A profile is a property of the work, so it is taken once, after the run: of each workload, its settings
and number of threads.  It belongs to the run only if the work was the same, which the checksum tells.
"""

import json
from pathlib import Path

from . import ending, explain_sites, journal, lock, reading
from .arm import Arm

SCHEMA = "refbench.profile/1"
FILE = "profiles.jsonl"
_TIMEOUT = 600
_NEEDED = ("increments", "decrements", "kept", "allocations", "types", "sites")
_NEEDED += ("levels", "checksum")


class Profiles:
    def __init__(self, run, program, folder, say=lambda what: None):
        self.path = Path(run.path) / FILE
        self.program = program
        self.folder = folder
        self.say = say
        self.known = {}
        if self.path.exists():
            for line in journal.read(self.path, ["key", "profile"]).values:
                self.known[line["key"]] = line["profile"]

    def of(self, workload, settings, threads):
        """(profile, None), or (None, why there is none)."""
        arm = Arm("workload", self.program.name, workload, threads, settings=settings)
        key = f"{arm.subject}/{self.program.build[:16]}"
        if key not in self.known:
            with lock.MachineLock():
                self.say(f"looking at the objects of {arm.subject}")
                found, reason = self._look(arm)
            if found is None:
                return None, reason
            journal.append(self.path, {"key": key, "profile": found})
            self.known[key] = found
        return self.known[key], None

    def _look(self, arm):
        output, log = self.folder / "out", self.folder / "err"
        kept = self.folder / "profile"
        kept.unlink(missing_ok=True)
        command = [*arm.command(self.program), f"--profile={kept}"]
        ended, errors = ending.start(command, output, log, _TIMEOUT)
        if ended is None or ended.timed_out or ended.exit or ended.signal:
            outcome = ending.outcome(ended, errors, _TIMEOUT)[1]
            return None, outcome or ending.complaint(ended, errors)
        found, reason = _parsed(kept)
        if found:
            found["sites"] = explain_sites.named(self.program.path, found["sites"])
        return found, reason


def _parsed(path):
    try:
        found = json.loads(reading.of_file(path).partition("\n")[0])
        missing = [name for name in _NEEDED if name not in found]
    except (OSError, *reading.NONSENSE) as error:
        return None, f"left no profile: {error}"
    if found.get("schema") != SCHEMA or missing:
        return None, f"left a profile as {found.get('schema')!r}: build it again"
    return found, None
