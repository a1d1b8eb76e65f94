"""A run of allocators from first to last trial: a session whose arms are tests of allocators.

Trials are short, so one that something disturbed may be repeated at once.  Every attempt is a line
of the store; the clean one counts, or the last.
"""

from . import alloc_summary, alloc_trial
from .alloc_control import Controls
from .session import Session


class _Trials:
    """Those of alloc_trial, with an eye on the controls of the run."""

    identity = staticmethod(alloc_trial.identity)

    def __init__(self):
        self.controls = Controls()

    def run(self, *asked):
        return self.controls.judged(alloc_trial.run(*asked))


class AllocSession(Session):
    summary = alloc_summary
    command = "alloc"

    def __init__(self, *asked):
        super().__init__(*asked)
        self.trial = _Trials()

    def _announce(self, arms, number, order):
        """Of each test once: its trials take a tenth of a second each."""
        if order == 0 or arms[order].test != arms[order - 1].test:
            left = self.pace.left(arms, arms[order:])
            what = f"block {number + 1}: {arms[order].test}"
            self.progress.trial(order + 1, len(arms), what, left)
