"""The figures of a run: drawn by results/analysis, a process of its own with modules of its own.

Nothing is drawn while something is measured: who calls this holds the machine's lock.
"""

import subprocess

from . import place
from .refusal import Refusal

_SECONDS = 300


def draw(run):
    """Draws the figures of a run; returns the line that says where they are, or why there are
    none."""
    try:
        missing = _missing()
        if missing:
            return f"no figures: {missing}; then refbench figures {run.id}"
        drawn = draw_or_refuse(run)
    except Refusal as refusal:
        return f"no figures: {refusal}"
    if not drawn:
        return "no figures: no workload was run"
    return f"figures: {place.shown(run.path / 'figures')}"


def draw_or_refuse(run):
    """The paths of the figures."""
    missing = _missing()
    if missing:
        raise Refusal(f"figures need matplotlib: {missing}")
    ended = _start(["-m", place.ANALYSIS.name, "figures", str(run.path.absolute())])
    if ended.returncode != 0:
        last = ended.stderr.strip().rpartition("\n")[2] or f"exit {ended.returncode}"
        raise Refusal(f"{place.shown(place.ANALYSIS)} could not draw them: {last}")
    return ended.stdout.splitlines()


def _missing():
    """What to do that it can draw; None if it can."""
    if _start(["-c", "import matplotlib, numpy"]).returncode == 0:
        return None
    return f"{place.PYTHON} has no matplotlib, which cmake/install-packages installs"


def _start(arguments):
    try:
        return subprocess.run(
            [place.PYTHON, "-B", *arguments],
            cwd=place.ANALYSIS.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refusal(f"{place.PYTHON} did not run: {error}") from None
