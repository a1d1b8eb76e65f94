"""What a text shows of a run, in Markdown: its glance at all runtimes, and some of its figures.

The README's excerpt of results/reference is made by this, so its numbers are those of the report.
"""

from . import private
from .figures import named
from .page import glance
from .page.chapter import Chapter
from .page.trials import Trials

FIGURES = ("heat", "throughput")  # the two that say most
_COLUMNS = (
    "runtime",
    "speed",
    "faster",
    "slower",
    "same",
    "unclear",
    "longest pause",
    "most memory",
    "overhead",
)


def text(run, folder, figures=FIGURES):
    """The excerpt; figures lie in `folder`, as whoever reads it sees it."""
    chapter = Chapter(0, run, private.of(run, False), Trials())
    tables = [line for grid in _grids(chapter) for line in _table(grid)]
    notes = [f"{mark} {_escaped(means)}  " for mark, _, _, means in chapter.notes]
    return "\n".join([*tables, *notes, "", *_figures(run, folder, figures)])


def _grids(chapter):
    """Of as many threads as there are cores, at most; of all if there are none of these."""
    rows = chapter.summary["rows"]
    within = {row["threads"] for row in rows if not row["oversubscribed"]}
    grids = glance.grids(chapter)
    return [grid for grid in grids if grid.rows[0].threads in within] or grids


def _table(grid):
    chosen = [i for i, each in enumerate(grid.columns) if each.title in _COLUMNS]
    titles = [grid.columns[i].title for i in chosen]
    yield f"{_escaped(grid.caption)}:"
    yield ""
    yield f"| {' | '.join(titles)} |"
    yield f"|---{'|---:' * (len(chosen) - 1)}|"
    for row in grid.rows:
        yield f"| {' | '.join(_cell(row.cells[i]) for i in chosen)} |"
    yield ""


def _cell(cell):
    return _escaped(f"{cell.text} ({cell.small})" if cell.small else cell.text)


def _escaped(text):
    """What Markdown would take for something else."""
    for sign in "\\`*_|<[":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("&", "&amp;")


def _figures(run, folder, figures):
    for name in figures:
        definition = named(name)
        if definition.table(run).rows:
            yield f"![{definition.title}]({folder}/{name}.svg)"
            yield ""
            yield f"*{definition.title}.* {definition.says}"
            yield ""
