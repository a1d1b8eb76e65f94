"""The folder of a run, as the driver wrote it."""

import json
import re
import zlib
from datetime import datetime, timezone
from functools import cached_property
from itertools import groupby
from pathlib import Path

from .histogram import Histogram

_ID = re.compile(r"\d{8}T\d{6}Z-[^-]+-(?P<label>.+)")  # <UTC>-<host>-<label>
_SEALED = re.compile(rb'(.*), "crc": "([0-9a-f]{8})"\}')
_MEMBERS = {"key", "kind", "block", "status", "parameters", "process"}  # of a trial
_MISSING = {
    "status": "missing",
    "reason": "not run",
    "trials": 0,
    "contaminated": 0,
    "ops_per_s": None,
    "ops_per_s_range": None,
}


def _trial(line):
    """What was written; None if these are other bytes, which the driver tells of.  Old lines have no
    CRC."""
    sealed = _SEALED.fullmatch(line)
    if sealed and zlib.crc32(sealed[1]) != int(sealed[2], 16):
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.keys() >= _MEMBERS else None


def _text(told):
    """What is set of a workload, and what heap it was left; old runs tell nothing."""
    parts = [f"{name}={value}" for name, value in told.get("settings", {}).items()]
    if heap := told.get("heap"):
        mib = f"{heap['bytes'] / (1 << 20):.3g} MiB"
        parts.append(f"{heap['multiple']:g}x heap" if heap["multiple"] else mib)
    return " ".join(parts)


def of(row):
    """What is run: a workload and its settings."""
    return row["workload"], row["settings"]


class Run:
    def __init__(self, path):
        self.path = Path(path)

    @property
    def id(self):
        return self.path.name

    @cached_property
    def title(self):
        """When it started and its label: the id without the host."""
        started = datetime.fromisoformat(self._read("manifest.json")["started"])
        when = f"{started.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
        named = _ID.fullmatch(self.id)
        return f"{when}, {named['label']}" if named else when

    @cached_property
    def summary(self):
        return self._read("summary.json")

    def _read(self, name):
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    @cached_property
    def rows(self):
        """The summary's rows: one for each runtime, workload with settings and number of threads.
        `settings` is a text: mix=a size=8."""
        return [{**row, "settings": _text(row)} for row in self.summary["rows"]]

    @cached_property
    def cells(self):
        """The rows, and one of status "missing" for each runtime that lacks what another has."""
        found = []
        for _, group in groupby(self.rows, lambda row: (*of(row), row["threads"])):
            own = {row["runtime"]: row for row in group}
            like = next(iter(own.values()))
            for runtime in self.runtimes:
                row = own.get(runtime, {**like, "runtime": runtime, **_MISSING})
                found.append({**row, "reason": self._without_host(row["reason"])})
        return found

    def _without_host(self, reason):
        """A reason may name files of the run."""
        return reason and reason.replace(self.id, self.title)

    @property
    def runtimes(self):
        return list(dict.fromkeys(row["runtime"] for row in self.rows))

    @cached_property
    def trials(self):
        """The finished lines of the store that are as they were written, each once."""
        whole = (self.path / "trials.jsonl").read_bytes().split(b"\n")[:-1]
        read = (_trial(line) for line in dict.fromkeys(whole))
        return [trial for trial in read if trial is not None]

    def verdict(self, cell, again=False):
        """(status, reason) of a cell, or of the arm that ran it again, which needs the cell to be
        sound; None if none did."""
        lines = self._trials_of(cell, again)
        if again and not lines:
            return None
        if again and cell["status"] == "ok":
            for line in lines:
                if line["status"] != "ok":
                    return line["status"], self._without_host(line["reason"])
        return cell["status"], cell["reason"]

    def _trials_of(self, cell, again):
        names = ("runtime", "workload", "threads")
        wanted = {**{name: cell[name] for name in names}, "collector": "on"}
        return [
            line
            for line in self.trials
            if line["kind"] == "workload"
            and (line["arm"] != line["parameters"]["runtime"]) == again
            and wanted.items() <= line["parameters"].items()
            and cell["settings"] == _text(line["parameters"])
        ]

    def used(self, cell, again=False):
        """The trials that stand behind a cell, as the summary chooses them: measured, of each block
        the last try, and clean if any is."""
        lines = self._trials_of(cell, again)
        tries = {line["block"]: line for line in lines if line["status"] == "ok"}
        found = list(tries.values())
        return [line for line in found if not line["contaminated"]] or found

    def pauses(self, trial):
        """The pauses of a trial; None if the run did not keep them."""
        name = trial.get("pause_file")
        if not name or not (self.path / name).exists():
            return None
        line = (self.path / name).read_text(encoding="utf-8").partition("\n")[0]
        kept = json.loads(line)
        return Histogram(kept["buckets"], kept["max_ns"], kept["lost"])
