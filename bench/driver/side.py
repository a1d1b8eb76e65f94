"""One side of a comparison: what `[RUNTIME][/THREADS][@RUN]` stands for.

    gil          a runtime of the newest run             gil/2       and a number of threads
    /1           all runtimes, with so many threads      gil@before  a runtime of the run with that label
    @before      all of a run; its id, its label or the path of its folder

Two sides of one run have been measured block by block beside each other; those of two runs have not.
"""

import re
from dataclasses import dataclass, field

from . import cell, store
from .refusal import Refusal

_SIDE = re.compile(r"(?P<runtime>[\w.-]*)(/(?P<threads>\d+))?(@(?P<run>.+))?")


@dataclass(frozen=True)
class Side:
    text: str
    run: store.Run = field(repr=False)
    runtime: str = None  # None: all
    threads: int = None
    cells: dict = field(default_factory=dict, repr=False)
    manifest: dict = field(default_factory=dict, repr=False)

    def series(self):
        """What is compared -> cell, under keys without what only this side has."""
        return {
            key._replace(
                runtime=None if self.runtime else key.runtime,
                threads=None if self.threads else key.threads,
                heap=key.heap and key.heap.asked,
            ): found
            for key, found in self.cells.items()
            if key.collector == "on" and not key.again
            if self.runtime in (None, key.runtime)
            and self.threads in (None, key.threads)
        }


def of(text, results):
    """Refused if it is no side, or there is no such run or runtime."""
    found = _SIDE.fullmatch(text)
    if not found or not any(found.groupdict().values()):
        raise Refusal(
            f"{text!r} is nothing to compare: give RUNTIME, RUNTIME/THREADS, /THREADS or @RUN"
        )
    run = store.find(results, found["run"])
    manifest, runtime = run.manifest(), found["runtime"] or None
    names = [each["name"] for each in manifest["runtimes"]]
    if runtime and runtime not in names:
        raise Refusal(
            f"{run.id} has no runtime {runtime}: there are {', '.join(names)}; "
            "a run is named @RUN"
        )
    threads = int(found["threads"]) if found["threads"] else None
    return Side(text, run, runtime, threads, cell.by_arm(run.lines()), manifest)


def whole(run, text):
    """All of a run, under the name `text`."""
    return Side(text, run, cells=cell.by_arm(run.lines()), manifest=run.manifest())
