"""A figure: a table made of a run, and a drawing made of the table."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.text import Text

from . import style, svg
from .plain_text import clean
from .within import within

KINDS = ("svg", "pdf", "csv")
_PDF = {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None}


@dataclass(frozen=True)
class Definition:
    name: str  # of its files
    title: str
    says: str  # in a sentence, how to read it
    table: Callable  # of a run
    draw: Callable  # of a table and a run: a matplotlib figure; its panels are those of the table
    width: float = style.TWO_COLUMNS


def write(definition, run, table=None):
    """Writes figures/<name>.svg, .pdf and .csv below a run; returns their paths, none if the run has
    nothing to draw."""
    table = table or definition.table(run)
    if not table.rows:
        return []
    folder = run.path / "figures"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{definition.name}.{kind}" for kind in KINDS]
    for path, data in zip(paths, files(definition, table, run)):
        _replace(path, data)
    return paths


def files(definition, table, run):
    """The bytes of each kind: the same whenever they are made."""
    with style.context():
        drawn = _drawn(definition, table, run)
        picture = svg.alone(drawn, definition.title)
        document = _pdf(drawn, definition.title)
    return picture, document, table.csv().encode()


def inline(definition, table, run, prefix=None):
    """The drawing of a table as an element of a page; no other there may have this prefix."""
    with style.context(**{"svg.fonttype": "none"}):
        drawn = _drawn(definition, table, run)
        words = (prefix or definition.name, definition.title, definition.says)
        return within(drawn, *words)


def _drawn(definition, table, run):
    """No text of it is read as mathematics or steers what reads it, whatever drew it; laid out once, for
    whatever kinds of file it is written as."""
    drawn = definition.draw(table, run)
    for text in drawn.findobj(Text):
        text.set_parse_math(False)
        text.set_text(clean(text.get_text()))
    drawn.get_layout_engine().execute(drawn)
    drawn.set_layout_engine("none")
    return drawn


def _pdf(drawn, title):
    out = io.BytesIO()
    drawn.savefig(out, format="pdf", metadata={**_PDF, "Title": title})
    return out.getvalue()


def _replace(path, data):
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    os.replace(beside, path)
