"""Files and elements of figures: the same bytes, harmless names, and what is drawn is the table."""

import csv
import os
import re
import subprocess
import unittest
from xml.etree import ElementTree

from pictures import SVG, drawn, inline, references, run_of, styles, texts

from analysis import figure, latency, left_out, mmu, order, pauses, safepoint
from analysis import throughput
from driver import place

OWN = tuple(
    module.DEFINITION for module in (throughput, pauses, latency, mmu, safepoint, order)
)
NAMES = (
    "gil",
    "$x^{$",
    "<script>alert(1)</script>",
    "a&b\"'",
    "new\nline",
    "_under",
    "L" * 200,
    "bell\x07\N{RIGHT-TO-LEFT OVERRIDE}",
)


def befalls(line):
    """One trial fails, and some are disturbed."""
    asked = line["parameters"]
    if asked.get("runtime") == "biased" and asked.get("threads") == 2:
        return {"status": "failed", "reason": "it ended by signal 11"}
    if asked.get("runtime") == "gil" and line["block"] == 1:
        return {"contaminated": ["steal"]}
    return {}


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(cls, befalls=befalls)

    def draw(self, **environment):
        """As the command does it, in a process of its own; returns name -> bytes."""
        words = [place.PYTHON, "-B", "-m", "analysis", "figures", str(self.run_.path)]
        ended = subprocess.run(
            words,
            cwd=place.ANALYSIS.parent,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=200,
        )
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        paths = sorted((self.run_.path / "figures").iterdir())
        self.assertEqual(
            sorted(ended.stdout.splitlines()), [str(path) for path in paths]
        )
        found = {path.name: path.read_bytes() for path in paths}
        for path in paths:
            path.unlink()
        return found

    def test_again_gives_the_same_bytes(self):
        first = self.draw(PYTHONHASHSEED="1", TZ="UTC")
        again = self.draw(PYTHONHASHSEED="2", TZ="Asia/Tokyo", MPLBACKEND="agg")
        self.assertEqual(first.keys(), again.keys())
        for name in first:
            self.assertEqual(first[name], again[name], name)
        for definition in OWN:
            for kind in figure.KINDS:
                self.assertIn(f"{definition.name}.{kind}", first)
        for name, data in first.items():
            self.assertNotIn(b"CreationDate", data, name)
            self.assertNotIn(b"hostthatis", data, name)

    def test_each_is_as_wide_as_it_says(self):
        for definition in OWN:
            table = definition.table(self.run_)
            picture, document, _ = figure.files(definition, table, self.run_)
            width = ElementTree.fromstring(picture).get("viewBox").split()[2]
            self.assertAlmostEqual(float(width) / 72, definition.width, 2)
            box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", document)
            self.assertAlmostEqual(float(box[1]) / 72, definition.width, 2)

    def test_all_say_what_they_are_in_a_sentence(self):
        for definition in OWN:
            self.assertRegex(definition.says, r"^[A-Z].*[a-z]\.$")
            self.assertNotIn(". ", definition.says)


class TheTable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(cls, befalls=befalls)
        cls.other = run_of(cls, befalls=befalls, seed=2)

    def test_is_all_that_is_drawn(self):
        """Of another run with the same plan the same table makes the same picture."""
        for definition in OWN:
            table = definition.table(self.run_)
            self.assertNotEqual(table.csv(), definition.table(self.other).csv())
            own = figure.files(definition, table, self.run_)
            other = figure.files(definition, table, self.other)
            self.assertEqual(own, other, definition.name)

    def test_makes_the_picture(self):
        for definition in OWN:
            own = figure.files(definition, definition.table(self.run_), self.run_)
            table = definition.table(self.other)
            other = figure.files(definition, table, self.run_)
            for kind, one, two in zip(figure.KINDS, own, other):
                self.assertNotEqual(one, two, f"{definition.name}.{kind}")

    def test_is_in_the_file(self):
        for definition in OWN:
            table = definition.table(self.run_)
            (path,) = [
                path
                for path in figure.write(definition, self.run_)
                if path.suffix == ".csv"
            ]
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), len(table.rows))
            self.assertEqual(tuple(rows[0]), table.columns)

    def test_of_one_workload_makes_its_own_picture(self):
        for definition in OWN[:4]:
            table = definition.table(self.run_).only(workload="kv_store")
            drawing = drawn(definition, table, self.run_)
            said = " ".join(texts(drawing))
            self.assertIn("kv_store", said, definition.name)
            self.assertNotIn("words", said, definition.name)

    def test_what_failed_is_said_where_it_stands(self):
        for definition in (throughput, pauses, latency, mmu, safepoint):
            table = definition.table(self.run_)
            said = " ".join(texts(drawn(definition, table, self.run_)))
            self.assertRegex(said, "left out.*: biased.*: it ended by signal 11")
            rows = table.where(runtime="biased", threads=2)
            self.assertTrue(rows, definition)
            self.assertEqual({row["status"] for row in rows}, {"failed"})

    def test_disturbed_points_are_hollow_and_the_figure_says_so(self):
        for definition in (throughput, latency, mmu, safepoint, order):
            table = definition.table(self.run_)
            drawing = drawn(definition, table, self.run_)
            hollow = {
                line.get_markeredgecolor()
                for panel in drawing.axes
                for line in panel.get_lines()
                if line.get_markerfacecolor() == "#ffffff"
            }
            self.assertIn("#0072b2", hollow, definition)
            self.assertRegex(" ".join(texts(drawing)), "hollow|open mark")


class Oversubscribed(unittest.TestCase):
    def test_is_said(self):
        run = run_of(self, threads=(1, 4))
        for definition in OWN[:5]:
            drawing = drawn(definition, definition.table(run), run)
            said = " ".join(texts(drawing))
            self.assertRegex(said, "oversubscribed|more threads than", definition.name)


class InAPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(cls, befalls=befalls)

    def test_ids_are_its_own(self):
        for definition in OWN:
            found = []
            for prefix in ("one", "two"):
                element = inline(definition, self.run_, prefix)
                ids = [each.get("id") for each in element.iter() if each.get("id")]
                self.assertTrue(set(references(element)) <= set(ids), definition.name)
                self.assertTrue(all(name.startswith(f"{prefix}-") for name in ids))
                found += ids
            self.assertEqual(len(found), len(set(found)), definition.name)

    def test_classes_are_its_own(self):
        for definition in OWN:
            element = inline(definition, self.run_, "one")
            used = {each.get("class") for each in element.iter()} - {None, "figure"}
            told = set(re.findall(r"\.([\w-]+)\{", " ".join(styles(element))))
            self.assertEqual(used, told)
            self.assertTrue(all(name.startswith("one-") for name in told))

    def test_colours_are_those_of_the_page(self):
        for definition in OWN:
            written = " ".join(styles(inline(definition, self.run_)))
            self.assertNotRegex(written, "#[0-9a-f]{3}", definition.name)
            self.assertIn("var(--hue-blue)", written)
            self.assertIn("var(--ink)", written)

    def test_it_says_what_it_is(self):
        for definition in OWN:
            element = inline(definition, self.run_, "one")
            self.assertEqual(element.get("role"), "img")
            self.assertIsNone(element.get("width"))
            self.assertIsNone(element.get("height"))
            title, desc = list(element)[:2]
            self.assertEqual(
                (title.text, desc.text), (definition.title, definition.says)
            )
            labels = element.get("aria-labelledby").split()
            self.assertEqual(labels, [title.get("id"), desc.get("id")])

    def test_points_tell_and_are_told_apart(self):
        element = inline(throughput.DEFINITION, self.run_, workload="words", threads=1)
        told = {
            each.get("data-runtime"): each.find("title").text
            for each in element.iter("g")
            if each.get("data-threads") == "1" and each.get("data-workload") == "words"
        }
        self.assertEqual(set(told), {"none", "gil", "biased"})
        row = throughput.table(self.run_).where(
            workload="words", threads=1, runtime="none"
        )[0]
        million = f"{row['ops_per_s'] / 1e6:.3g}"
        self.assertIn(f"none, words, 1 thread: {million} Mop/s", told["none"])

    def test_text_is_text(self):
        element = inline(throughput.DEFINITION, self.run_)
        written = {each.text for each in element.iter("text")}
        self.assertLessEqual({"none", "gil", "words", "kv_store", "threads"}, written)


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(
            cls, runtimes=NAMES, workloads=("kv_store", NAMES[1], NAMES[6]), blocks=2
        )

    def elements(self):
        for definition in OWN:
            table = definition.table(self.run_)
            picture, document, _ = figure.files(definition, table, self.run_)
            self.assertTrue(document.startswith(b"%PDF"))
            yield definition.name, picture.decode()
            yield definition.name, figure.inline(definition, table, self.run_, "p")

    def test_every_name_is_drawn_harmlessly(self):
        for name, text in self.elements():
            element = ElementTree.fromstring(text)
            self.assertNotRegex(text, "(?i)<script|\x07|\N{RIGHT-TO-LEFT OVERRIDE}")
            self.assertFalse(list(element.iter(f"{SVG}script")), name)
            told = {each.get("data-runtime") for each in element.iter()}
            for wanted in NAMES[1:6]:
                if "\n" not in wanted:
                    self.assertIn(wanted, told, name)
            self.assertTrue(any("L" * 200 in (each or "") for each in told), name)

    def test_a_legend_names_all(self):
        for module in (safepoint, order):
            (legend,) = drawn(module, module.table(self.run_), self.run_).legends
            named = [text.get_text() for text in legend.get_texts()]
            self.assertEqual(len(named), len(NAMES), module.__name__)
            self.assertEqual(named[:2], list(NAMES[:2]))
            self.assertEqual(named[5], "_under")

    def test_names_are_seen_as_they_are_but_long_ones(self):
        run = self.run_
        for module in (throughput, pauses, mmu, safepoint, order):
            said = texts(drawn(module, module.table(run), run))
            seen = " ".join(said)
            for wanted in ("$x^{$", "_under", "new line", "a&b"):
                self.assertIn(wanted, seen, module.__name__)
            self.assertNotIn("L" * 60, seen)
            self.assertIn("L\N{HORIZONTAL ELLIPSIS}L", seen)


class NothingSound(unittest.TestCase):
    def test_failed_trials_only(self):
        run = run_of(
            self, befalls=lambda line: {"status": "failed", "reason": "no file <b>"}
        )
        for definition in OWN:
            table = definition.table(run)
            self.assertFalse(
                [row for row in table.rows if row["status"] == left_out.SOUND]
            )
            if table.rows:
                said = " ".join(texts(drawn(definition, table, run)))
                self.assertIn("no file <b>", said, definition.name)

    def test_one_block(self):
        run = run_of(self, blocks=1)
        for definition in OWN:
            table = definition.table(run)
            if table.rows:
                ElementTree.fromstring(figure.inline(definition, table, run, "p"))
        self.assertFalse(order.table(run).rows, "all are their own median")


if __name__ == "__main__":
    unittest.main()
