"""The figures of a report: as many as there is room for, and a line for each that is not there.

Throughput, pauses and latency are drawn for each workload in its own chapter, and where time goes if there are too many to tell
them apart in one drawing; everything else is drawn once.  Where the file would grow too large, figures of workloads are left out: figures/ has all of them.
"""

import sys
from dataclasses import dataclass

from .. import attribution, figure
from ..figures import FIGURES

OF_WORKLOADS = ("throughput", "pauses", "latency")
_TOO = "attribution"  # of workloads, too, if the whole is drawn as sums
CHAPTERS = {
    "overview": ("heat", "bars", "forest"),
    "pauses": ("pauses", "latency", "mmu", "safepoint"),
    "memory": ("memory", "allocator"),
    "costs": ("attribution", "overhead"),
    "method": ("order",),
    "checked": ("conformance",),
}
_LAST = ("order",)  # large, with as many marks as there were trials
_NEEDS = {
    "heat": "comparisons",
    "bars": "comparisons",
    "forest": "comparisons",
    "overhead": "overhead",
    "attribution": "explain",
    "conformance": "check",
    "memory": "memory",
    "allocator": "memory",
}


@dataclass(frozen=True)
class Drawing:
    """A figure, or why it is not here."""

    name: str
    title: str
    says: str
    svg: str = ""
    missing: str = ""


class Drawings:
    """Of one run: `pages` are its workloads' chapters, `room` the bytes that figures may take.  What says
    most is drawn first, wherever it stands; without room nothing is drawn."""

    def __init__(self, chapter, room, tables, pages=()):
        self.chapter, self.room, self.tables = chapter, room, tables
        self._made = {}
        for name, each in self._order() if room > 0 else ():
            for page in pages if each else (None,):
                self._made[name, page and page.id] = self._drawing(name, page)

    def _order(self):
        """(name, whether it is of each workload), what says most first: the overview and speeds, then what is
        drawn once, then the rest."""
        placed = [name for names in CHAPTERS.values() for name in names]
        once = [name for name in placed if name not in (*OF_WORKLOADS, *_LAST)]
        first, *others = OF_WORKLOADS
        if self.tables.get(_TOO) and attribution.is_summed(self.tables[_TOO]):
            others.append(_TOO)
        ranked = [
            *((name, False) for name in CHAPTERS["overview"]),
            (first, True),
            *((name, False) for name in once),
            *((name, True) for name in others),
            *((name, False) for name in _LAST),
        ]
        return [each for each in dict.fromkeys(ranked) if each[0] in _named()]

    def of(self, place):
        """Those of a chapter of the report."""
        names = [name for name in CHAPTERS[place] if name not in OF_WORKLOADS]
        return [self._found(name) for name in names if name in _named()]

    def of_workload(self, page):
        """Those of one workload."""
        names = [name for name, each in self._order() if each]
        found = [self._found(name, page) for name in names]
        return [each for each in found if each]

    def _found(self, name, page=None):
        key = (name, page and page.id)
        return self._made[key] if key in self._made else self._drawing(name, page)

    def _drawing(self, name, page=None):
        """The figure, or why it is not there; None if a workload has nothing to draw."""
        definition, table = _named()[name], self.tables.get(name)
        if page and table is not None and table.rows:
            workload, settings = page.key
            table = table.only(workload=workload, settings=settings)
        if table is None or not table.rows:
            return None if page else self._absent(definition, self._why(definition))
        return self._drawn(
            definition, table, page.id if page else self.chapter.id("all")
        )

    def _why(self, definition):
        need = _NEEDS.get(definition.name)
        lacks = self.chapter.run.lacks(need) if need else None
        return self.chapter.clean(lacks or "this run has nothing to draw here")

    def _drawn(self, definition, table, where):
        large = f"left out for size: figures/{definition.name}.svg has it"
        if self.room <= 0:
            return self._absent(definition, large)
        prefix = f"figure-{where}-{definition.name}"
        try:
            svg = figure.inline(definition, table, self.chapter.run, prefix)
        except Exception as error:  # one that fails must not take the report with it
            print(f"report: {definition.name} was not drawn: {error}", file=sys.stderr)
            return self._absent(definition, "it could not be drawn")
        size = len(svg.encode())
        if size > self.room:
            return self._absent(definition, large)
        self.room -= size
        return Drawing(definition.name, definition.title, definition.says, svg)

    def _absent(self, definition, why):
        return Drawing(definition.name, definition.title, definition.says, "", why)


def _named():
    return {each.name: each for each in FIGURES}
