"""Drawn figures of runs that nobody measured, and what stands in them."""

import re
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from laboratory import ROOT  # finds the driver

import synthetic
from driver import record, store, summary

sys.path.insert(0, str(ROOT / "results"))

from analysis import figure, style
from analysis.folder import Run

SVG = "{http://www.w3.org/2000/svg}"
SMALL = {"runtimes": ("none", "gil", "biased"), "workloads": ("words", "kv_store")}


def run_of(case, **shape):
    """A run of this shape, read as analysis reads it, until the test or its class is done."""
    below = tempfile.TemporaryDirectory()
    tidy = getattr(case, "addClassCleanup" if isinstance(case, type) else "addCleanup")
    tidy(below.cleanup)
    asked = {**SMALL, "blocks": 3, "threads": (1, 2), **shape}
    made = synthetic.make(Path(below.name), synthetic.Shape(**asked))
    run = store.find(Path(below.name), str(made))
    record.write(made / "summary.json", summary.build(run))
    return Run(made)


def drawn(definition, table, run):
    """The figure as matplotlib has it."""
    with style.context():
        return definition.draw(table, run)


def inline(definition, run, prefix="p", **wanted):
    """The element of a page, read."""
    table = definition.table(run).only(**wanted)
    return ElementTree.fromstring(figure.inline(definition, table, run, prefix))


def texts(drawing):
    """All that is written in a figure of matplotlib, each on one line."""
    found = [text for where in (drawing, *drawing.axes) for text in where.texts]
    found += [panel.title for panel in drawing.axes]
    found += [panel._left_title for panel in drawing.axes]
    found += [t for legend in drawing.legends for t in legend.get_texts()]
    return [" ".join(text.get_text().split()) for text in found if text.get_text()]


def lines(panel):
    """The lines of a panel that are neither markers nor leaders to names."""
    return [
        line
        for line in panel.get_lines()
        if line.get_linestyle() != "None" and line.get_linewidth() > 0.5
    ]


def marks(panel):
    """The markers of a panel."""
    return [line for line in panel.get_lines() if line.get_linestyle() == "None"]


def styles(element):
    """All that stands in an SVG's styles."""
    found = [each.get("style", "") for each in element.iter()]
    return found + [each.text or "" for each in element.iter("style")]


def references(element):
    """What ids an SVG refers to."""
    for each in element.iter():
        for value in each.attrib.values():
            yield from re.findall(r"url\(#([^)]*)\)", value)
        if each.get("href"):
            yield each.get("href").removeprefix("#")
