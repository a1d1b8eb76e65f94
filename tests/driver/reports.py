"""Reports of runs that nobody measured, and a page taken apart as a browser does it."""

import json
import shutil
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

from laboratory import ROOT

import synthetic
from driver import cell, comparison, overhead, side, store, summary

sys.path.insert(0, str(ROOT / "results"))

from analysis import report
from analysis.figures import named
from analysis.folder import Run
from analysis.page import drawings

VOID = {"meta", "link", "br", "hr", "img", "input"}


def derive(path):
    """What the driver derives from a run."""
    run = store.Run(path)
    manifest, cells = run.manifest(), cell.by_arm(run.lines())
    run.write("summary.json", summary.build(run))
    base, *others = [
        side.Side(each["name"], run, each["name"], None, cells, manifest)
        for each in sorted(
            manifest["runtimes"], key=lambda e: e["name"] != manifest["base"]
        )
    ]
    found = [comparison.build(base, other) for other in others]
    told = {"schema": "refbench.comparisons/1", "base": base.runtime}
    run.write("compare.json", {**told, "comparisons": found})
    run.write("overhead.json", overhead.build(run))
    return path


class Page(HTMLParser):
    """A report as a browser takes it: elements, their attributes and text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.ids = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        element = {"tag": tag, "has": found, "text": "", "in": list(self.open)}
        self.elements.append(element)
        if "id" in found:
            self.ids.append(found["id"])
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1]["tag"] == tag, (tag, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag, **wanted):
        return [
            each
            for each in self.elements
            if each["tag"] == tag and wanted.items() <= each["has"].items()
        ]

    def one(self, tag, **wanted):
        (found,) = self.all(tag, **wanted)
        return found

    def within(self, outer, tag):
        return [e for e in self.elements if e["tag"] == tag and outer in e["in"]]

    def data(self):
        return json.loads(self.one("script", id="data")["text"])


class Made(unittest.TestCase):
    def setUp(self):
        self.results = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.results)

    def make(self, **shape):
        return derive(synthetic.make(self.results, synthetic.Shape(**shape)))

    def text(self, *paths, **more):
        """Without most figures, which take their time."""
        runs = [Run(path) for path in paths]
        with mock.patch.object(
            report, "FIGURES", (named("throughput"),)
        ), mock.patch.object(drawings, "FIGURES", (named("throughput"),)):
            return report.html(runs, more.pop("out", paths[0]), **more)

    def page(self, *paths, **more):
        return Page(self.text(*paths, **more))


SMALL = {
    "runtimes": ("gil", "plain", "biased"),
    "workloads": ("words", "kv_store", "arithmetic"),
    "threads": (1, 4),
}
