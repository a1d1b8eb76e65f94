"""A figure: a table made of a run, and a drawing made of the table."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass

from . import style


@dataclass(frozen=True)
class Definition:
    name: str
    table: Callable  # of a run
    draw: Callable  # of a table and a run: a matplotlib figure


def write(definition, run):
    """Writes figures/<name>.svg and .csv below a run; returns their paths, none if the run has
    nothing to draw."""
    table = definition.table(run)
    if not table.rows:
        return []
    with style.context():
        drawing = _svg(definition.draw(table, run))
    folder = run.path / "figures"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{definition.name}.{kind}" for kind in ("svg", "csv")]
    for path, data in zip(paths, (drawing, table.csv().encode())):
        _replace(path, data)
    return paths


def _svg(drawn):
    """The same bytes whenever and with whichever minor version they are made."""
    out = io.BytesIO()
    drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _replace(path, data):
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    os.replace(beside, path)
