"""The figures and the report of runs: made by results/analysis, a process of its own with modules of its own, of what is
derived (derived.py).

Nothing is drawn while something is measured: who calls this holds the machine's lock.
"""

import re
import subprocess
from pathlib import Path

from . import place
from .derived import Derived
from .refusal import Refusal

REPORT = "report.html"
_SECONDS = 300  # of a run; one of 10^5 trials takes half a minute
_MODULES = "matplotlib, numpy, jinja2"


def draw(run):
    """Derives and reports at the end of a run, of which nothing may get lost: returns the line that says where
    the report is, or why there is none."""
    try:
        if missing := _missing():
            return f"no report: {missing}; then refbench report {run.id}"
        Derived(run).write()
        return _line(run, report([run], run.path))
    except Exception as error:  # whatever it is, the run is whole
        kind = "" if isinstance(error, Refusal) else f"{type(error).__name__}: "
        return f"no report: {kind}{error}; refbench report {run.id} tries again"


def _line(run, paths):
    drawn = any(path.parent.name == "figures" for path in paths)
    where = place.shown(run.path / "figures")
    figures = f"figures: {where}" if drawn else "no figures: no workload was run"
    return f"report: {place.shown(run.path / REPORT)}; {figures}"


def draw_or_refuse(run):
    """The paths of the figures."""
    return _made(1, ["figures", str(run.path.absolute())])


def report(runs, folder, with_names=False):
    """Of runs of which all is derived, into a folder; the paths of what was written."""
    where = [f"--out={Path(folder).absolute()}"]
    names = ["--with-names"] if with_names else []
    paths = [str(run.path.absolute()) for run in runs]
    return _made(len(runs), ["report", *where, *names, "--", *paths])


def _made(runs, arguments):
    if missing := _missing():
        raise Refusal(f"figures and reports need a module: {missing}")
    ended = _start(["-m", place.ANALYSIS.name, *arguments], runs * _SECONDS)
    if ended.returncode != 0:
        last = ended.stderr.strip().rpartition("\n")[2] or f"exit {ended.returncode}"
        raise Refusal(f"{place.shown(place.ANALYSIS)} could not draw them: {last}")
    return [Path(line) for line in ended.stdout.splitlines()]


def _missing():
    """What to do that it can draw; None if it can."""
    ended = _start(["-c", f"import {_MODULES}"])
    if ended.returncode == 0:
        return None
    named = re.search(r"No module named '(\w+)", ended.stderr)
    module = named[1] if named else "matplotlib"
    return f"{place.PYTHON} has no {module}, which cmake/install-packages installs"


def _start(arguments, seconds=_SECONDS):
    try:
        return subprocess.run(
            [place.PYTHON, "-B", *arguments],
            cwd=place.ANALYSIS.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise Refusal(f"{place.PYTHON} did not end within {seconds} s") from None
    except OSError as error:
        raise Refusal(f"{place.PYTHON} did not run: {error}") from None
