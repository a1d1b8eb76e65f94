"""refbench report: what runs come to, on a page."""

import sys
from pathlib import Path

from . import derived, figures, journal, lock, option, place, store
from .progress import Progress
from .refusal import Refusal

NAME = "report"
HELP = "write a report of runs, with figures: a page that explains itself"
EXAMPLES = """  refbench report                           # of the newest run, into its folder
  refbench report before after              # of two, and how they compare; into the folder of the last
  refbench report before --out /tmp/page --with-names
  refbench report --check                   # with the cases of conformance, which takes minutes"""


def add_arguments(parser):
    add = parser.add_argument
    what = "its id, its label or the path of its folder (default: the newest)"
    add("runs", nargs="*", metavar="RUN", help=what)
    where = "folder of the report (default: that of the run, of several the last)"
    add("--out", metavar="DIR", help=where)
    check = "hold the runtimes to the cases of conformance first"
    add("--check", action="store_true", help=check)
    names = "tell names of hosts and folders, which are left out"
    add("--with-names", action="store_true", help=names)
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)


def go(asked):
    runs = _found(asked)
    folder = _folder(asked.out) if asked.out else runs[-1].path
    progress = Progress(sys.stderr)
    with lock.MachineLock():
        whole = [_derived(asked, run, progress) for run in runs]
        for reason in derived.write_runs(whole, folder):
            progress.say(f"refbench: left out: {reason}")
        written = figures.report(runs, folder, asked.with_names)
    for path in written:
        print(place.shown(path))
    return 0


def _found(asked):
    """The runs; refused if one of them is not of a schema that can be read, or there twice."""
    runs = [store.find(asked.results, name) for name in asked.runs or [None]]
    paths = [run.path.resolve() for run in runs]
    for run, path in zip(runs, paths):
        run.manifest()
        if paths.count(path) > 1:
            raise Refusal(f"{run.id} is named twice: name each run once")
    return runs


def _folder(text):
    folder = Path(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise Refusal(f"--out {text}: {why}; name a folder of yours") from None
    return folder


def _derived(asked, run, progress):
    found = derived.Derived(run)
    for remark in journal.remarks(found.run.damaged()):
        progress.say(f"refbench: {run.id}: {remark}")
    try:
        if asked.check:
            found.check(option.programs(asked.programs), progress)
        found.write()
    except PermissionError:
        what = "what is derived from a run stands in its folder"
        raise Refusal(
            f"{place.shown(run.path)} cannot be written to: {what}, so copy it first"
        ) from None
    return found
