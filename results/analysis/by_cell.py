"""A figure with a panel for each workload and number of threads, and lines of runtimes in it.

A panel is drawn of what anybody was run for.  Who was run nowhere with so many threads, and workloads
that have nothing of the kind, are named once, below the panels.
"""

from matplotlib.lines import Line2D

from . import left_out, panels, style
from .folder import of

_NAMED = 16  # workloads, of those that have nothing
_NAMES = ("workload", "settings", "threads")


class ByCell:
    def __init__(self, table, run, nothing, *more, **shared):
        """`nothing` is what other workloads have none of, to say so; `more` are columns that panels differ by too."""
        self.names = (*_NAMES, *more)
        self.table = table
        self.cells = self._cells()
        self.grid = panels.grid(len(self.cells), **shared)
        self.grid.corner = (0.03, 0.87)
        self.looks = style.looks(table.values("runtime"))
        self.never, self.said = left_out.never(table)
        if nothing and (empty := self._empty(run)):
            self.said = [*self.said, f"no {nothing}: {', '.join(empty)}"]

    def _cells(self):
        rows = [row for row in self.table.rows if row["status"] != left_out.MISSING]
        cells = dict.fromkeys(tuple(row[n] for n in self.names) for row in rows)
        cells = cells or self.table.pairs(*self.names)[:1]
        return [dict(zip(self.names, cell)) for cell in cells]

    def _empty(self, run):
        """Of a table of several workloads, those of the run that it does not have."""
        with_any = {(cell["workload"], cell["settings"]) for cell in self.cells}
        if len(with_any) < 2:
            return []
        asked = dict.fromkeys(of(row) for row in run.rows)
        return [
            style.short(" ".join(filter(None, w))) for w in asked if w not in with_any
        ]

    def panels(self):
        """(panel, names of its lines, the table of what is in it)."""
        for place, cell in enumerate(self.cells):
            own = self.table.only(**cell)
            panel = self.grid.panels[place]
            self._title(panel, cell)
            if own.rows[0]["oversubscribed"]:
                panel.set_facecolor(style.SHADE)
                where = {"transform": panel.transAxes, "ha": "left", "va": "top"}
                panel.text(0.03, 0.97, "oversubscribed", **where, **style.SMALL)
            self.grid.left_out[place] = self._left_out(own)
            yield panel, self.grid.labels[place], own

    def _title(self, panel, cell):
        words = cell["workload"], cell["settings"]
        kinds = [cell[name] for name in self.names[len(_NAMES) :]]
        self.grid.title(panel, words, cell["threads"], " ".join(kinds))

    def _left_out(self, table):
        return [
            (who(row), left_out.why(row))
            for row in table.rows
            if row["status"] != left_out.SOUND
            and (row["runtime"], row["threads"]) not in self.never
        ]

    def finish(self, caption, keys=(), **more):
        """`more` are words for plot() that the lines of runtimes have besides their looks."""
        words = "; ".join([*self.said, caption])
        return self.grid.finish(list(keys), keys_of(self.looks, **more), words)


def keys_of(looks, **more):
    """Of a legend that names runtimes."""
    return [
        Line2D([], [], label=name, **{**look, **more}) for name, look in looks.items()
    ]


def who(row):
    return row["runtime"] + (" again" if row.get("again") else "")


def where(row):
    """gil, words, 2 threads"""
    plural = "" if row["threads"] == 1 else "s"
    named = " ".join(filter(None, (row["workload"], row["settings"])))
    return f"{who(row)}, {named}, {row['threads']} thread{plural}"


def tells(row):
    """What a page's script selects a thing by."""
    return {name: row[name] for name in ("runtime", "workload", "threads")}
