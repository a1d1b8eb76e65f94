"""The folder of a run, as the driver wrote it."""

import contextlib
import gc
import json
import re
import zlib
from collections import defaultdict
from datetime import datetime, timezone
from functools import cached_property
from itertools import groupby
from pathlib import Path

from . import optional, private
from .histogram import Histogram

_SUMMARY = "refbench.summary/1"
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


@contextlib.contextmanager
def _to_stay():
    """Inside, what is read stays until the end: Python's collector would look at it again and again, which
    takes half of the time of a long run."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def variant(told):
    """What is set of a workload, and what heap it was left; old runs tell nothing."""
    parts = [f"{name}={value}" for name, value in told.get("settings", {}).items()]
    if heap := told.get("heap"):
        mib = f"{heap['bytes'] / (1 << 20):.3g} MiB"
        parts.append(f"{heap['multiple']:g}x heap" if heap["multiple"] else mib)
    return " ".join(parts)


def label(name):
    """What a run was called by whoever started it: its id without time and host."""
    named = _ID.fullmatch(name)
    return named["label"] if named else name


def of(row):
    """What is run: a workload and its settings."""
    return row["workload"], row["settings"]


class Unreadable(Exception):
    """One line: what of a run cannot be read, and what to do."""


class Run:
    def __init__(self, path):
        self.path = Path(path)
        self._found = {}

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
        found = self._read("summary.json")
        if not optional.is_of(found, _SUMMARY):
            raise Unreadable(
                f"summary.json of {self.title} is not of schema {_SUMMARY}:"
                " bench/refbench figures RUN writes it anew"
            )
        return found

    def _read(self, name):
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            raise Unreadable(
                f"the run's {name} cannot be read: it is no JSON, or not there"
            ) from None

    @property
    def comparisons(self):
        """What the driver derived: refbench.comparisons/1; None if it is not there."""
        return self._derived("comparisons")[0]

    @property
    def overhead(self):
        return self._derived("overhead")[0]

    @property
    def explain(self):
        return self._derived("explain")[0]

    @property
    def check(self):
        return self._derived("check")[0]

    @property
    def memory(self):
        return self._derived("memory")[0]

    def lacks(self, name):
        """Why one of these is not there, and what makes it; None if it is."""
        return self._derived(name)[1]

    def _derived(self, name):
        if name not in self._found:
            made = name == "memory"
            found = optional.memory(self) if made else optional.read(self, name)
            self._found[name] = found
        return self._found[name]

    @cached_property
    def rows(self):
        """The summary's rows: one for each runtime, workload with settings and number of threads.
        `settings` is a text: mix=a size=8."""
        return [{**row, "settings": variant(row)} for row in self.summary["rows"]]

    @cached_property
    def cells(self):
        """The rows, and one of status "missing" for each runtime that lacks what another has."""
        found = []
        for _, group in groupby(self.rows, lambda row: (*of(row), row["threads"])):
            own = {row["runtime"]: row for row in group}
            like = next(iter(own.values()))
            for runtime in self.runtimes:
                row = own.get(runtime, {**like, "runtime": runtime, **_MISSING})
                found.append({**row, "reason": self.without_host(row["reason"])})
        return found

    def without_host(self, reason):
        """A reason may name files of the run."""
        return reason and self._names.clean(reason.replace(self.id, self.title))

    @cached_property
    def _names(self):
        return private.of(self)

    @property
    def runtimes(self):
        return list(dict.fromkeys(row["runtime"] for row in self.rows))

    @cached_property
    def trials(self):
        """The finished lines of the store that are as they were written, each once."""
        whole = (self.path / "trials.jsonl").read_bytes().split(b"\n")[:-1]
        with _to_stay():
            read = [_trial(line) for line in dict.fromkeys(whole)]
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
                    return line["status"], self.without_host(line["reason"])
        return cell["status"], cell["reason"]

    def _trials_of(self, cell, again):
        names = ("runtime", "workload", "threads", "settings")
        return self._by_cell.get((*(cell[name] for name in names), again), [])

    @cached_property
    def _by_cell(self):
        """The trials of each cell, and those of the arm that ran it again."""
        found = defaultdict(list)
        for line in self.trials:
            asked = line["parameters"]
            if line["kind"] == "workload" and asked.get("collector") == "on":
                names = ("runtime", "workload", "threads")
                cell = (*(asked.get(name) for name in names), variant(asked))
                found[*cell, line["arm"] != asked["runtime"]].append(line)
        return found

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
