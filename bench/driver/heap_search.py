"""The smallest heap that a workload runs in, by bisection with real trials.

The first trial has a limit that it will not reach, and tells how much the workload takes if nobody
saves: that is enough.  Each further one is in the middle between what was enough and what was not, until
these are within 5% of each other.  What is found is tried a second time: with several threads it may
have been luck; if it was, the next one is 5% larger.

A heap is enough if the trial ends well, in not much more than ten times the time it takes without a limit:
one in which it does nothing but collect is none to measure in.

Every trial is a line of heaps.jsonl in the run's folder before the next one starts, and what comes
next depends on those lines alone: a search that was ended goes on where it was.
"""

from dataclasses import replace

from . import duration, heap, journal, place, plan, session, trial
from .heap import Heap
from .pace import Limits
from .quantity import size
from .refusal import Broken, Interrupted, Refusal

WITHIN = 0.05
AMPLE = 1 << 40  # bytes: nobody reaches it
_SLOWEST = 10  # times the time without a limit,
_PATIENCE = 2.0  # and so many seconds
_KIB = 1 << 10
_MEMBERS = ("subject", "bytes", "status", "seconds")


def next_size(probes):
    """(bytes to try next, None), or (None, the smallest): of (bytes, enough, peak) so far."""
    if not probes:
        return AMPLE, None
    _, enough, peak = probes[0]
    if not enough:
        return None, None
    high, times = _kib(peak), 0
    low = 0
    for bytes_, enough, _ in probes[1:]:
        if enough and bytes_ == high:
            times += 1
        elif enough:
            high, times = bytes_, 1
        else:
            low = max(low, bytes_)
    if low >= high:
        high, times = _kib(low * (1 + WITHIN)), 0
    if high - low > max(WITHIN * high, _KIB):
        return _kib((low + high) / 2), None
    return (None, high) if times > 1 else (high, None)


def _kib(bytes_):
    return max(1, -int(-bytes_ // _KIB)) * _KIB


class Search:
    """Of all subjects of a selection, in a run's folder."""

    def __init__(self, selection, run, limits, progress):
        self.selection = selection
        self.program = selection.heaps.reference
        self.run = run
        self.timeout = limits.timeout
        self.progress = progress
        self.path = run.path / "heaps.jsonl"
        self.lines = journal.read(self.path, _MEMBERS).values

    def found(self):
        """The selection, knowing all smallest heaps."""
        smallest = {}
        subjects = list(dict.fromkeys(map(heap.subject_of, self._arms())))
        for number, subject in enumerate(subjects, 1):
            smallest[subject] = self._smallest(subject, f"[{number}/{len(subjects)}]")
        known = self.selection.heaps.knowing(smallest)
        return replace(self.selection, heaps=known)

    def _arms(self):
        return [arm for arm in plan.arms(self.selection) if arm.heap and not arm.again]

    def _smallest(self, subject, which):
        while True:
            probes = self._probes(subject)
            bytes_, smallest = next_size(probes)
            if smallest is not None:
                found = (
                    f"{subject.words} runs in {size(smallest)} on {self.program.name}"
                )
                self.progress.say(f"smallest heap {which} {found}")
                return smallest
            if bytes_ is None:
                raise Broken(
                    f"{subject.words} does not run on {self.program.name}, which the smallest "
                    f"heap is of: {self._reason(subject)}"
                )
            self._try(subject, bytes_, which)

    def _of(self, subject):
        return [line for line in self.lines if line["subject"] == subject.words]

    def _reason(self, subject):
        return self._of(subject)[0].get("reason")

    def _probes(self, subject):
        return [
            (line["bytes"], line["status"] == "ok", line.get("peak_bytes"))
            for line in self._of(subject)
        ]

    def _patience(self, subject):
        """How long a trial may take."""
        first = self._of(subject)[:1]
        if not first:
            return self.timeout
        return min(self.timeout, first[0]["seconds"] * _SLOWEST + _PATIENCE)

    def _try(self, subject, bytes_, which):
        """One trial, and its line."""
        patience = self._patience(subject)
        tries = len(self._of(subject))
        limit = "any" if bytes_ == AMPLE else size(bytes_)
        what = f"smallest heap of {subject.words}: does {limit} do?"
        wait = f" (trial {tries + 1}, at most {duration.show(patience)})"
        self.progress.note(f"{which} {what}{wait}")
        self.run.check_room()
        arm = plan.workload_arm(self.selection, self.program, subject)
        arm = replace(arm, heap=Heap(None, bytes_))
        where = trial.Place(arm.subject, None, tries)
        line = trial.run(arm, self.program, where, self.run.path, patience)
        self._keep(subject, bytes_, line)

    def _keep(self, subject, bytes_, line):
        took = line["process"]
        kept = {
            "subject": subject.words,
            "bytes": bytes_,
            "status": line["status"],
            "reason": line["reason"],
            "seconds": took["wall_s"] if took else 0.0,
            "peak_bytes": line["counters"].get("heap_peak_bytes"),
        }
        if line["status"] == "ok" and kept["peak_bytes"] is None:
            kept.update(status="failed", reason="did not tell how much heap it took")
        if line["status"] == "failed" or (bytes_ == AMPLE and line["status"] != "ok"):
            raise Broken(  # and nothing is kept of it: a run that goes on tries again
                f"{subject.words} in a heap of {size(bytes_)} on {self.program.name}: "
                f"{line['reason']}"
            )
        journal.append(self.path, kept)
        self.lines.append(kept)


def is_due(selection):
    """Whether a multiple is asked for of what is not known."""
    return selection.heaps.multiples and not selection.heaps.smallest


def planned(run, made, selection, progress):
    """(manifest, plan, tallies) of a run whose smallest heaps are searched for now.  Whatever ends the
    search, the run keeps what it tried and can go on."""
    run.write("manifest.json", made)
    try:
        with session.interruptible():
            limits = Limits(**made["limits"])
            selection = Search(selection, run, limits, progress).found()
    except Interrupted as interrupted:
        run.write("manifest.json", {**made, "outcome": "interrupted"})
        ended = Refusal(f"interrupted: {_kept(run)}")
        ended.code = interrupted.code
        raise ended from None
    except (OSError, Broken) as error:
        raise Broken(f"{error}: {_kept(run)}") from None
    finally:
        progress.close()
    whole, tallies = plan.made(selection, made["seed"])
    kept = heap.manifest(selection.heaps)
    return {**made, "heaps": kept, "plan_hash": whole.hash}, whole, tallies


def _kept(run):
    again = f"refbench run --resume {run.id} goes on"
    return f"{place.shown(run.path)} keeps what was tried; {again}"
