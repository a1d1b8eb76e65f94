"""A run from its first trial to its last.

Every line is in the store before the next trial starts, so whatever ends a run, what was
measured is kept, and another session goes on with what was not (past).
"""

import contextlib
import signal
import time
from dataclasses import replace

from . import environment, journal, look, machine, memory, place, store, summary, trial
from .pace import Pace
from .past import Past
from .trial import Place
from .refusal import OK, TRIALS_FAILED, Broken, Interrupted


def _signals():
    """Those that ask to end; a hangup only if nobody chose to outlive it (nohup)."""
    outlives = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    hangup = () if outlives else (signal.SIGHUP,)
    return (signal.SIGINT, signal.SIGTERM, *hangup)


@contextlib.contextmanager
def interruptible():
    """Inside, a signal that asks to end raises Interrupted."""
    numbers = _signals()

    def interrupt(number, _frame):
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)  # ending is under way
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Session:
    """Runs a plan into a run's folder."""

    trial = trial  # how an arm is measured
    summary = summary  # what the trials come to
    command = "run"  # goes on with what ended early

    def __init__(self, plan, run, limits, progress):
        self.plan = plan
        self.run = run
        self.progress = progress
        self.timeout = limits.timeout
        self.repeats = limits.repeats
        self.repetitions = {}  # of short workloads within a process
        self.past = Past(run, limits.repeats)
        self.pace = Pace(limits)
        self.pace.spent(self.past.seconds())
        self.environment = environment.of_run(list(plan.programs.values()))

    def go(self, manifest, tallies, looks=(), memories=()):
        """Runs everything; returns the exit code and the summary."""
        try:
            return self._go(manifest, (tallies, looks, memories))
        except OSError as error:
            self.progress.close()
            raise Broken(f"{error}: {self._kept()}") from None

    def _kept(self):
        again = f"refbench {self.command} --resume {self.run.id} goes on"
        return f"{place.shown(self.run.path)} keeps what was measured; {again}"

    def _go(self, manifest, before):
        self.environment = self.past.environment(self.environment)
        self.run.write("env.json", self.environment)
        self.run.write("manifest.json", manifest)
        outcome, code = "complete", OK
        try:
            with interruptible():
                self._prepare(manifest, *before)
                self._measure()
        except Interrupted as interrupted:
            outcome, code = "interrupted", interrupted.code
        self.progress.close()
        return self._finish(manifest, outcome, code)

    def _prepare(self, manifest, tallies, looks, memories):
        """What is in no block."""
        self._before(tallies, "counting operations of")
        self._before(looks, "looking at the length of")
        lengths = look.lengths(self.run.lines())
        if manifest.get("rigorous"):
            self.repetitions = look.of_short(lengths)
        self._before(memory.spaced(memories, lengths), "watching the memory of")

    def _finish(self, manifest, outcome, code):
        self.environment["after"] = machine.state()
        self.run.write("env.json", self.environment)
        done = {
            "ended": store.now(),
            "outcome": outcome,
            "blocks": len(self.pace.blocks),
        }
        self.run.write("manifest.json", {**manifest, **done})
        found = self.summary.build(store.Still(self.run.path))
        self.run.write("summary.json", found)
        if code == OK and not self.summary.sound(found):
            code = TRIALS_FAILED
        return code, found

    def _before(self, arms, doing):
        """Those that are in no block."""
        if not arms:
            return
        self._write_plan(arms, None)
        for order, arm in self._waiting(arms, None):
            what = f"{doing} {arm.benchmark}"
            self.progress.trial(order + 1, len(arms), what, None)
            self._trial(arm, None, order)

    def _measure(self):
        while self.past.begun(self.pace.number) or self.pace.another():
            number = self.pace.number
            begin = time.monotonic()
            self._block(number)
            took = time.monotonic() - begin
            self.pace.block_took(took + self.past.seconds(number))

    def _block(self, number):
        arms = self.plan.block(number)
        self._write_plan(arms, number)
        for order, arm in self._waiting(arms, number):
            self._announce(arms, number, order)
            begin = time.monotonic()
            self._trial(arm, number, order)
            self.pace.trial_took(arm, time.monotonic() - begin)

    def _waiting(self, arms, block):
        """Those that have no line yet, with their places."""
        return [
            (order, arm)
            for order, arm in enumerate(arms)
            if self.plan.key(arm, block) not in self.past.done
        ]

    def _announce(self, arms, number, order):
        left = self.pace.left(arms, arms[order:])
        what = f"block {number + 1}: {arms[order].subject} {arms[order].name}"
        self.progress.trial(order + 1, len(arms), what, left)

    def _write_plan(self, arms, block):
        lines = [
            self.trial.identity(arm, self.plan.key(arm, block), block, order)
            for order, arm in enumerate(arms)
        ]
        new = [line for line in lines if line["key"] not in self.past.planned]
        if new:
            journal.append(self.run.plan, *new)

    def _trial(self, arm, block, order):
        """Until it is clean, or often enough; each try is a line."""
        key = self.plan.key(arm, block)
        for attempt in range(self.past.tries[key], 1 + self.repeats):
            line = self._try(arm, Place(key, block, order, attempt))
            if not line["contaminated"]:
                break
            if attempt < self.repeats:
                what = f"{arm.subject} {arm.name}: {line['contaminated']}"
                self.progress.note(f"again: {what}")

    def _repeated(self, arm):
        """The same, if its trial is short as often as makes it long enough."""
        if not self.repetitions or arm.kind != "workload":
            return arm
        often = self.repetitions.get((arm.workload, arm.settings), 1)
        return replace(arm, repetitions=often)

    def _try(self, arm, where):
        program = self.plan.programs[arm.runtime]
        arm = self._repeated(arm)
        self.run.check_room()
        line = self.trial.run(arm, program, where, self.run.path, self.timeout)
        line["try"] = where.attempt
        journal.append(self.run.trials, line)
        if line["status"] != "ok":
            log = f"; {place.shown(self.run.path / line['log'])}" if line["log"] else ""
            self.progress.say(
                f"{line['status']}: {arm.subject} {arm.name}: {line['reason']}{log}"
            )
        return line
