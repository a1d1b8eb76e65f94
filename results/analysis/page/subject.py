"""What a number is of: a runtime at a workload as it was set, with so many threads, in such a heap.

Rows of all derived files name the same five, so one can be found from the other, and the trials of
both (trials.py).
"""

from typing import NamedTuple

from . import words

MEAN = "geometric mean"


class Subject(NamedTuple):
    runtime: str
    workload: str
    settings: str
    threads: int
    heap: str

    @property
    def task(self):
        """The workload, with what is set and what heap it was left."""
        left = f"in {self.heap}" if self.heap else ""
        return " ".join(filter(None, (self.workload, self.settings, left)))

    @property
    def what(self):
        return self.workload, self.settings, self.heap

    def of(self, runtime):
        return self._replace(runtime=runtime)


def of(row, runtime=None):
    """Of a row; of a comparison's, which names two runtimes, with one of them."""
    return Subject(
        runtime or row["runtime"],
        row["workload"],
        settings(row.get("settings")),
        row["threads"],
        heap(row.get("heap")),
    )


def settings(told):
    """mix=a size=8; as it is where it is a text already."""
    if isinstance(told, str):
        return told
    return " ".join(f"{name}={value}" for name, value in (told or {}).items())


def heap(told):
    """2x, or 64 MiB; nothing without a limit.  Bytes of a multiple may differ: it is one heap."""
    if not told:
        return ""
    if isinstance(told, str):
        return told
    if told.get("multiple"):
        return f"{told['multiple']:g}x heap"
    return f"{words.size(told['bytes'])} heap"
