"""Where snapshots of the allocator come from: a workload that is run for them, the file of one
that has ended, or a process that is running now."""

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from . import alloc_snapshot, ending, lock, option, place, program, store
from .arm import Arm
from .refusal import Broken, NothingMatched, Refusal

FILE = "snapshots.jsonl"  # in the folder of a run
WORKLOAD, RUNTIME, EVERY = "words", "gil", "50ms"
_FLAG = "--alloc-snapshots"
_ANSWER_SECONDS = 10
_EVERY_MOST = 3_600_000
_WRITTEN = re.compile(r"(\d+)(ms|s)?")


@dataclass(frozen=True)
class Source:
    path: Path  # the file
    trial: list  # snapshots of one trial, in order of time
    trials: int  # how many the file holds
    folder: Path  # where pictures of it go, unless told otherwise


def add_arguments(parser):
    add = parser.add_argument
    names = f"(default: {WORKLOAD} on {RUNTIME}, 1 thread)"
    add("--workload", metavar="W", help=f"of --stats and --map: which to run {names}")
    add("--runtime", metavar="R", help="of --stats and --map: on which")
    add("--threads", metavar="N", help="of --stats and --map: with how many")
    add("--every", metavar="T", help=f"between two snapshots (default: {EVERY})")
    old = "the snapshots of a run that has ended, instead of running one"
    add("--from", dest="source", metavar="FILE|RUN", help=old)
    running = f"those of a process that was started with {_FLAG}=FILE, and one of now"
    add("--pid", metavar="PID", help=running)


def obtain(asked):
    """The Source that was asked for."""
    if asked.source:
        return _from_file(asked)
    return _from_process(asked) if asked.pid else _run(asked)


# --- a file ----------------------------------------------------------------------------------


def _from_file(asked):
    path = _file(asked)
    found = alloc_snapshot.trials(alloc_snapshot.read(path))
    chosen = [trial for trial in found.values() if _is_asked_for(asked, trial[0])]
    if not chosen:
        raise NothingMatched(f"{place.shown(path)} holds no such trial")
    named = [trial for trial in chosen if trial[0]["trial"]] or chosen
    return Source(path, named[-1], len(found), path.parent)


def _file(asked):
    runs = Path(asked.results) / "runs"
    for path in (Path(asked.source), runs / asked.source):
        if path.is_file():
            return path
        if (path / FILE).is_file():
            return path / FILE
    raise Refusal(
        f"no snapshots in {asked.source}: a program writes them with {_FLAG}=FILE"
    )


def _is_asked_for(asked, snapshot):
    """Whether the trial is of the workload, runtime and number of threads, as far as named."""
    _, workload, threads = (snapshot["trial"].split("/") + ["", ""])[:3]
    return (
        asked.workload in (None, workload)
        and asked.runtime in (None, snapshot["runtime"])
        and asked.threads in (None, threads.removeprefix("threads:"))
    )


# --- a process -------------------------------------------------------------------------------


def _from_process(asked):
    if not asked.pid.isascii() or not asked.pid.isdigit():
        raise Refusal(f"--pid takes the number of a process, not {asked.pid!r}")
    pid = int(asked.pid)
    path = _file_of(pid)
    _ask(pid, path)
    ours = [each for each in alloc_snapshot.read(path) if each["pid"] == pid]
    trials = alloc_snapshot.trials(ours)
    last = max(ours, key=lambda each: each["number"])
    folder = store.create(asked.results, "alloc-stats").path
    return Source(path, trials[(pid, last["trial_number"])], len(trials), folder)


def _file_of(pid):
    """The file that a process writes its snapshots to."""
    proc = Path("/proc", str(pid))
    try:
        words = (proc / "cmdline").read_bytes().split(b"\0")
        folder = os.readlink(proc / "cwd")
    except (FileNotFoundError, ProcessLookupError):
        raise Refusal(
            f"--pid {pid}: there is no such process; it takes the number of one that runs"
        ) from None
    except OSError as error:
        raise Refusal(
            f"--pid {pid}: {error.strerror}; it takes a process of yours"
        ) from None
    for word in reversed([os.fsdecode(word) for word in words]):
        if word.startswith(_FLAG + "="):
            return Path(folder, word.partition("=")[2])
    raise Refusal(f"process {pid} was not started with {_FLAG}=FILE")


def _waits_for_signal(pid):
    """Whether it blocks SIGUSR1, which would end a process that is not ready for it."""
    status = Path("/proc", str(pid), "status").read_text()
    blocked = int(re.search(r"^SigBlk:\s*(\w+)$", status, re.MULTILINE)[1], 16)
    return bool(blocked >> (signal.SIGUSR1 - 1) & 1)


def _ask(pid, path):
    """Asks for a snapshot and waits until it is there."""
    until = time.monotonic() + _ANSWER_SECONDS
    try:
        while not _waits_for_signal(pid):
            _pause(until, f"process {pid} takes no snapshots yet, or no more")
        before = _asked_for(path)
        os.kill(pid, signal.SIGUSR1)
        while _asked_for(path) == before:
            os.kill(pid, 0)
            _pause(until, f"process {pid} did not answer in {_ANSWER_SECONDS} s")
    except (ProcessLookupError, FileNotFoundError):
        raise Broken(f"process {pid} has ended") from None


def _asked_for(path):
    """How many snapshots were taken on account of a signal."""
    return path.read_bytes().count(b'"reason":"signal"') if path.exists() else 0


def _pause(until, problem):
    if time.monotonic() > until:
        raise Broken(problem)
    time.sleep(0.01)


# --- a run -----------------------------------------------------------------------------------


def _run(asked):
    found, arm = _arm(asked)
    every = _milliseconds(asked.every or EVERY)
    timeout = option.seconds("--timeout", asked.timeout)
    with lock.MachineLock():
        folder = store.create(asked.results, "alloc-stats").path
        path = (folder / FILE).absolute()
        flags = [f"{_FLAG}={path}", f"--alloc-every={every}"]
        _start([*arm.command(found), *flags], folder, timeout)
    trials = alloc_snapshot.trials(alloc_snapshot.read(path))
    return Source(path, list(trials.values())[-1], len(trials), folder)


def _arm(asked):
    """(program, what it is to run)"""
    where = [] if asked.programs == place.PROGRAMS else [asked.programs]
    (found,) = program.find(where, [asked.runtime or RUNTIME])
    if program.is_peer(found.facts):
        raise Refusal(
            f"--runtime {found.name}: a peer has an allocator of its own, and no snapshots; "
            f"name a runtime of ours, such as {RUNTIME}"
        )
    workload = asked.workload or WORKLOAD
    if workload not in found.workloads:
        known = ", ".join(found.workloads)
        raise NothingMatched(f"no workload {workload}: there are {known}")
    counts = option.threads(asked.threads or "1")
    if len(counts) != 1:
        raise Refusal("--threads takes one number where the allocator is looked at")
    return found, Arm("workload", found.name, workload, counts[0])


def _milliseconds(text):
    match = _WRITTEN.fullmatch(text)
    count = int(match[1]) * (1000 if match[2] == "s" else 1) if match else 0
    if not 1 <= count <= _EVERY_MOST:
        raise Refusal(f"--every takes a time such as 50ms or 1s, not {text!r}")
    return count


def _start(command, folder, timeout):
    """Runs it to its end."""
    log = folder / "log" / "program.txt"
    ended, errors = ending.start(command, folder / "raw" / "report.json", log, timeout)
    problem = ending.complaint(ended, errors) if ended else errors
    if ended and ended.timed_out:
        problem = f"had not ended after {timeout:g} s and was killed"
    if problem:
        raise Broken(f"{Path(command[0]).name} {problem}")
