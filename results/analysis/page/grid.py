"""A table of a report: what stands in it, apart from how it is written (template/grid.html.j2)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    text: str
    sort: object = None  # a number; without one it is sorted by its text, or not at all
    trials: tuple = ()  # numbers of groups of trials.Trials
    small: str = ""  # below the text: an interval
    kind: str = ""  # classes
    said: str = ""  # instead of a sign, to who cannot see it
    runtime: str = ""  # hidden together with a runtime


@dataclass(frozen=True)
class Column:
    title: str
    sorts: str = ""  # "number", "text" or not
    runtime: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Row:
    cells: list
    runtime: str = ""
    workload: str = ""
    threads: object = ""


@dataclass
class Grid:
    name: str  # its id
    caption: str
    columns: list
    rows: list = field(default_factory=list)
    foot: list = field(default_factory=list)  # rows that stay below
    heads: int = 1  # of the first cells of a row
    notes: list = field(default_factory=list)
