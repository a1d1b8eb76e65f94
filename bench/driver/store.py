"""The folder of a run, results/runs/<UTC>-<host>-<label>/.

    manifest.json  what was asked, of which source, programs and files; when and how it ended
    plan.jsonl     every trial in the order it is to run, a block at a time
    trials.jsonl   one line per process that ended
    env.json       the machine before and after
    memory/        what some processes' memory was over time
    raw/ log/      what each process printed, and the pauses of each trial
    summary.json   figures/    derived: may be deleted and made again

Nothing here is changed once written but the manifest, env.json and what is derived.  A run that ended
before its plan did can go on (resume): a trial that has a line is not run again.
"""

import errno
import functools
import os
import re
import shutil
from datetime import datetime, timezone
from pathlib import Path

from . import journal, machine, place, record
from .refusal import Refusal

SCHEMA = "refbench.run/1"
ALLOC_SCHEMA = "refbench.alloc_run/1"  # runs of allocators, kept alike
LEAST_ROOM = 16 << 20  # bytes: with less no trial is started
_TRIAL = ("key", "kind", "block", "status", "parameters", "process")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def now():
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def checked_label(text):
    if not _LABEL.fullmatch(text):
        raise Refusal(
            f"{text!r} is no label: it becomes part of a folder's name, "
            "so letters, digits, '.', '_' and '-' only"
        )
    return text


class Run:
    """The folder of one run, old or new."""

    def __init__(self, path):
        self.path = Path(path)

    @property
    def id(self):
        return self.path.name

    @property
    def plan(self):
        return self.path / "plan.jsonl"

    @property
    def trials(self):
        return self.path / "trials.jsonl"

    @property
    def log(self):
        return self.path / "log"

    def write(self, name, value):
        record.write(self.path / name, value)

    def manifest(self, wanted=SCHEMA):
        manifest = record.read(self.path / "manifest.json")
        schema = manifest.get("schema")
        if schema == wanted:
            return manifest
        whose = place.shown(self.path)
        if schema == ALLOC_SCHEMA:
            raise Refusal(f"{whose} is a run of refbench alloc: only show reads it")
        raise Refusal(
            f"{whose} was written as {schema!r}, and this driver reads {wanted}: "
            "use the driver of its time"
        )

    @property
    def of_allocators(self):
        manifest = record.read(self.path / "manifest.json")
        return manifest.get("schema") == ALLOC_SCHEMA

    def environment(self):
        """Nothing if the file is not there, or damaged: then no trial is the worse for it."""
        try:
            return record.read(self.path / "env.json")
        except (FileNotFoundError, Refusal):
            return {}

    def lines(self):
        """Those of trials, each once."""
        return journal.read(self.trials, _TRIAL).values

    def damaged(self):
        """The numbers of the lines of trials that cannot be read."""
        return journal.read(self.trials, _TRIAL).damaged

    def planned(self):
        """What is known of the plan."""
        return journal.read(self.plan, ["key"]).values

    def check_room(self):
        """OSError where what a trial leaves might not find a place."""
        if shutil.disk_usage(self.path).free < LEAST_ROOM:
            room = f"less than {LEAST_ROOM >> 20} MiB are free"
            raise OSError(errno.ENOSPC, room, str(self.path))


class Still(Run):
    """A run that nothing is added to while it is looked at: its trials are read once."""

    @functools.cached_property
    def _read(self):
        return journal.read(self.trials, _TRIAL)

    def lines(self):
        return self._read.values

    def damaged(self):
        return self._read.damaged


def create(results, label):
    """A new run's folder.  Refused if nothing can be written there."""
    utc = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    host = re.sub(r"[^A-Za-z0-9.]+", "_", machine.host())
    try:
        path = _new(Path(results) / "runs", f"{utc}-{host}-{label}")
        for below in ("raw", "log"):
            (path / below).mkdir()
        (path / "trials.jsonl").touch()
    except OSError as error:
        raise Refusal(
            f"cannot write results into {place.shown(results)} ({error.strerror}): "
            "--results DIR names another folder"
        ) from None
    return Run(path)


def _new(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("", *(f"-{n}" for n in range(2, 100))):
        try:
            os.mkdir(folder / (name + suffix))
        except FileExistsError:
            continue
        return folder / (name + suffix)
    raise FileExistsError(0, "a hundred runs of one second", name)


def find(results, name=None, of_allocators=False):
    """A run by its id, its path or its label, the newest that has it; without any the newest of
    runtimes, or of allocators.  Refused if there is none."""
    runs = Path(results) / "runs"
    if name is None:
        return _newest(runs, of_allocators)
    for path in (runs / name, Path(name), place.ROOT / name):
        if (path / "manifest.json").is_file():
            return Run(path)
    for run in _newest_first(runs):
        if _LABEL.fullmatch(name) and run.id.endswith(f"-{name}"):
            return run
    raise Refusal(
        f"no run {name} in {place.shown(runs)}: refbench show without a name takes the newest"
    )


def newest_with(results, runtime):
    """The newest run that measured a runtime, and what build of it.  Refused if there is none."""
    runs = Path(results) / "runs"
    for run in _newest_first(runs):
        if run.of_allocators:
            continue
        for each in run.manifest()["runtimes"]:
            if each["name"] == runtime:
                return run, each["build_id"]
    raise Refusal(
        f"no run of {runtime} in {place.shown(runs)} yet: "
        "refbench run --runtime with its path makes one"
    )


def _newest_first(runs):
    paths = [path.parent for path in runs.glob("*/manifest.json")]
    return map(Run, sorted(paths, key=lambda path: path.name, reverse=True))


def _newest(runs, of_allocators):
    for run in _newest_first(runs):
        if run.of_allocators == of_allocators:
            return run
    which, makes = ("run of allocators", "alloc") if of_allocators else ("run", "run")
    raise Refusal(f"no {which} in {place.shown(runs)} yet: refbench {makes} makes one")
