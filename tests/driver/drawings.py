"""What the tests of figures share: a run that nobody measured with what is derived from it, and ways to look
at a drawing."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from laboratory import ROOT

from driver import comparison, overhead, side, store, summary

import synthetic

sys.path.insert(0, str(ROOT / "results"))

from analysis import figure, folder, style

HOSTILE = "<b onload='x'>&amp;\"$\\frac{1}{2}$\n\N{RIGHT-TO-LEFT OVERRIDE}" + "w" * 200
NAMES = ("gil", "plain", "atomic", "biased")
WORKLOADS = ("binary_trees", "words", "arithmetic")


def failing(line):
    """biased fails at words with two threads."""
    asked = line["parameters"]
    subject = asked.get("workload"), asked.get("threads"), asked["runtime"]
    if subject == ("words", 2, "biased"):
        return {"status": "failed", "reason": "the dictionary has no entries"}
    return {}


def make(results, shape):
    """The folder of a run with summary.json, compare.json and overhead.json."""
    path = synthetic.make(results, shape)
    run = store.Run(path)
    write(path, "summary.json", summary.build(run))
    base, others = "gil", [name for name in shape.runtimes if name != "gil"]
    ours = side.of(f"{base}@{path}", results)
    found = [comparison.build(ours, side.of(f"{n}@{path}", results)) for n in others]
    write(path, "compare.json", comparisons(base, found))
    write(path, "overhead.json", overhead.build(run))
    return path


def comparisons(base, found):
    return {"schema": "refbench.comparisons/1", "base": base, "comparisons": found}


def write(path, name, document):
    (path / name).parent.mkdir(exist_ok=True)
    (path / name).write_text(json.dumps(document), encoding="utf-8")


def renamed(document, old, new):
    """The document with another name wherever the old one stands alone."""
    if isinstance(document, dict):
        return {
            new if key == old else key: renamed(value, old, new)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [renamed(each, old, new) for each in document]
    return new if document == old else document


class Drawings(unittest.TestCase):
    """A run, and figures of it."""

    SHAPE = synthetic.Shape(
        runtimes=NAMES, workloads=WORKLOADS, threads=(1, 2), micros=(), befalls=failing
    )

    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        cls.path = make(Path(held.name), cls.SHAPE)

    @property
    def run_(self):
        """As it is read anew."""
        return folder.Run(self.path)

    def put(self, name, document):
        """Puts a file into the run's folder, for this test alone."""
        path = self.path / name
        before = path.read_bytes() if path.exists() else None
        self.addCleanup(self._back, path, before)
        write(self.path, name, document)

    def take(self, name):
        """Takes a file out of it."""
        path = self.path / name
        self.addCleanup(self._back, path, path.read_bytes())
        path.unlink()

    @staticmethod
    def _back(path, before):
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)

    def read(self, name):
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def drawn(self, definition, table=None):
        run = self.run_
        with style.context():
            return definition.draw(table or definition.table(run), run)

    def page(self, definition, table=None):
        """The element of a page, parsed."""
        run = self.run_
        table = table or definition.table(run)
        return ElementTree.fromstring(figure.inline(definition, table, run))

    def told(self, definition, table=None):
        """What can be hovered over."""
        every = self.page(definition, table).iter()
        return [each.text for each in every if each.tag.endswith("title")][1:]

    def assert_same_bytes(self, definition):
        run = self.run_
        table = definition.table(run)
        first = figure.files(definition, table, run)
        self.assertEqual(
            figure.files(definition, definition.table(self.run_), run), first
        )
        for data in first:
            self.assertNotIn(synthetic.HOST.encode(), data)

    def assert_nothing(self, definition):
        self.assertEqual(definition.table(self.run_).rows, [])
        self.assertEqual(figure.write(definition, self.run_), [])

    def assert_harmless(self, definition, table=None):
        """A page with hostile names in it has no element of theirs, and tells them."""
        root = self.page(definition, table)
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        self.assertNotIn("b", tags)
        words = "".join(root.itertext()) + json.dumps([e.attrib for e in root.iter()])
        self.assertIn("onload", words)
        self.assertIn("frac{1}{2}", words)


def texts(drawn):
    return [text.get_text() for panel in drawn.axes for text in panel.texts]


def titles(drawn):
    return [panel.get_title(loc="left") for panel in drawn.axes]


def keys(drawn):
    return [text.get_text() for legend in drawn.legends for text in legend.get_texts()]
