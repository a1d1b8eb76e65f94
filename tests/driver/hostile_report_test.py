"""refbench report of what nobody wants to measure: markup for names, nothing but failures, one trial, damage, a great
many trials.  It is drawn, escaped or refused with a line; how a browser takes it, tests/report tells."""

import json
import os
import time
import unittest
from dataclasses import replace
from html.parser import HTMLParser

from laboratory import FOREIGN, LaboratoryTest

import synthetic

MOST = 3_000_000  # bytes
MARKUP = '<script>alert("$x^2$")</script>'
LONG = "n" * 200
MANY = 100_000  # trials, with REFBENCH_FULL; else a tenth
FEW = synthetic.Shape(
    runtimes=("gil", "biased"),
    workloads=("words",),
    threads=(1,),
    blocks=1,
    micros=(),
)


class _Parsed(HTMLParser):
    """The tags of a page, those that are left open, and its text."""

    _EMPTY = ("meta", "input", "br", "link", "img", "hr")

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.wrong, self.text = [], [], [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self._EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(tag)

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text += data


class HostileReport(LaboratoryTest):
    def report(self, *words):
        return self.refbench("report", *words, "--results", self.results)

    def page(self, shape, spoil=lambda folder: None):
        """What the report of such a run holds, which is whole and not too large."""
        folder = synthetic.make(self.results, shape)
        spoil(folder)
        found = self.report()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertNotIn("Traceback", found.stderr)
        return self.whole(folder / "report.html")

    def whole(self, path):
        page = path.read_text(encoding="utf-8")
        self.assertLessEqual(len(page.encode()), MOST)
        parsed = _Parsed(page)
        self.assertEqual((parsed.open, parsed.wrong), ([], []), "unbalanced")
        scripts = [about for tag, about in parsed.tags if tag == "script"]
        self.assertEqual(len(scripts), 2, "the page's own and its data")
        for tag, about in parsed.tags:
            self.assertNotIn(tag, ("img", "iframe", "object", "embed", "link", "base"))
            handlers = [name for name in about if name.startswith("on")]
            self.assertEqual(handlers, [], tag)
            self.assertNotIn("javascript:", about.get("href") or "")
        self.assertNotIn(synthetic.HOST, page)
        return parsed

    def test_names_are_text(self):
        shape = replace(
            FEW,
            runtimes=("gil", MARKUP, LONG, "a&b'c\"d", "--x"),
            workloads=("words", "</title>", "$\\frac$ ]]>"),
            settings={"words": [{"</svg>": MARKUP}]},
            threads=(1, 2),
        )
        text = " ".join(self.page(shape).text.split())
        for name in (MARKUP, LONG, "a&b'c\"d", "</title>", "$\\frac$ ]]>", "</svg>="):
            self.assertIn(name, text)

    def test_reasons_are_text(self):
        reason = f"no file <b>x</b> {MARKUP} \0 \u202e"

        def befalls(line):
            bad = line["parameters"]["runtime"] == "biased"
            return {"status": "failed", "reason": reason} if bad else {}

        page = self.page(replace(FEW, befalls=befalls, blocks=2))
        self.assertIn("no file <b>x</b>", page.text)

    def test_nothing_but_failures(self):
        def befalls(line):
            none = {"ops_per_s": None, "operations": None, "checksum": None}
            empty = {"pauses": {}, "counters": {}, "trial_ns": []}
            return {"status": "failed", "reason": "no entries", **none, **empty}

        page = self.page(replace(FEW, befalls=befalls, detailed=False))
        self.assertIn("no entries", page.text)
        self.assertRegex(page.text, r"trials? failed")
        self.assertNotRegex(page.text, r"\b(nan|NaN|None|inf|undefined)\b(?! )")

    def test_one_trial(self):
        page = self.page(replace(FEW, runtimes=("gil",)))
        self.assertIn("words", page.text)

    def test_no_trial(self):
        page = self.page(FEW, lambda folder: (folder / "trials.jsonl").write_text(""))
        self.assertIn("No workload was run", page.text)

    def test_damaged_lines_are_left_out_and_told(self):
        def spoil(folder):
            path = folder / "trials.jsonl"
            first, *rest = path.read_bytes().split(b"\n")
            changed = rest[0].replace(b'"ok"', b'"no"')
            path.write_bytes(b"\n".join([first, changed, *FOREIGN, *rest[1:]]))

        page = self.page(replace(FEW, blocks=4), spoil)
        told = "Lines 2, 3, 4, 5, 6, 7 and 8 of trials.jsonl cannot be read"
        self.assertIn(told, page.text)

    def test_missing_files(self):
        def spoil(folder):
            (folder / "env.json").unlink()
            (folder / "plan.jsonl").unlink()
            for path in (folder / "raw").iterdir():
                path.unlink()

        page = self.page(replace(FEW, blocks=2), spoil)
        self.assertIn("words", page.text)

    def test_a_schema_of_another_time_is_refused(self):
        folder = synthetic.make(self.results, FEW)
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "schema": "refbench.run/9"}))
        self.assert_one_line(self.report(), 2, "refbench.run/9", "refbench.run/1")
        self.assertFalse((folder / "report.html").exists())

    def test_two_schemas_that_do_not_go_together_are_refused(self):
        first = synthetic.make(self.results, FEW)
        other = synthetic.make(self.results, replace(FEW, label="other"))
        path = other / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "schema": "refbench.run/2"}))
        found = self.report(first.name, other.name)
        self.assert_one_line(found, 2, "refbench.run/2")

    def test_several_runs(self):
        shapes = [replace(FEW, label=name, seed=i) for i, name in enumerate("abc")]
        runs = [synthetic.make(self.results, replace(s, blocks=7)) for s in shapes]
        out = self.folder / "page"
        found = self.report(*(run.name for run in runs), "--out", out)
        self.assertEqual(found.returncode, 0, found.stderr)
        page = self.whole(out / "report.html")
        for name in "abc":
            self.assertRegex(page.text, rf"UTC, {name}\b")

    def test_the_same_bytes_again(self):
        folder = synthetic.make(self.results, replace(FEW, blocks=3))
        kept = []
        for _ in "12":
            self.assertEqual(self.report().returncode, 0)
            paths = [folder / "report.html", *sorted((folder / "figures").iterdir())]
            kept.append({path.name: path.read_bytes() for path in paths})
            for path in paths:
                path.unlink()
        self.assertEqual(kept[0].keys(), kept[1].keys())
        for name, data in kept[0].items():
            self.assertEqual(data, kept[1][name], name)

    def test_a_great_many_trials(self):
        trials = MANY if os.environ.get("REFBENCH_FULL") == "ON" else MANY // 10
        shape = replace(
            FEW,
            runtimes=synthetic.RUNTIMES,
            workloads=("words", "json", "graph", "arithmetic"),
            threads=(1, 2),
            detailed=False,
        )
        blocks = -(-trials // len(synthetic.arms(shape)))
        began = []  # when the run is there
        page = self.page(
            replace(shape, blocks=blocks), lambda _: began.append(time.monotonic())
        )
        print(f"a report of {trials} trials: {time.monotonic() - began[0]:.1f} s")
        self.assertRegex(page.text, rf"\b{blocks * len(synthetic.arms(shape))} trials")


if __name__ == "__main__":
    unittest.main()
