"""The report of a sound run: one file that asks for nothing, whose numbers are the summary's and link to their
trials, and which names neither host nor folder."""

import re
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from reports import SMALL, Made, Page, derive

import synthetic
from driver import record

from analysis import report, writing
from analysis.folder import Run
from analysis.page import drawings

HEADINGS = re.compile("h[1-6]")


class Sound(Made):
    """One run, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.path = derive(synthetic.make(cls.folder, synthetic.Shape(**SMALL)))
        cls.html = report.html([Run(cls.path)], cls.path)
        cls.found = Page(cls.html)
        cls.summary = record.read(cls.path / "summary.json")

    def test_it_asks_for_nothing(self):
        for each in self.found.elements:
            for name in ("src", "href", "xlink:href", "action", "srcset", "poster"):
                told = each["has"].get(name) or ""
                fine = told.startswith("#") or told in ("", "trials.jsonl")
                self.assertTrue(fine, (each["tag"], name, told))
        self.assertFalse(self.found.all("link") + self.found.all("img"))
        styles = " ".join(each["text"] for each in self.found.all("style"))
        self.assertNotRegex(styles, r"@import|url\((?!#)|@font-face")
        policy = self.found.one("meta", **{"http-equiv": "Content-Security-Policy"})
        self.assertIn("default-src 'none'", policy["has"]["content"])
        self.assertNotIn("script-src 'unsafe", policy["has"]["content"])

    def test_the_policy_lets_its_own_script_run(self):
        (script,) = [e for e in self.found.all("script") if not e["has"]]
        policy = self.found.one("meta", **{"http-equiv": "Content-Security-Policy"})
        self.assertIn(
            f"'sha256-{report._hash(script['text'])}'", policy["has"]["content"]
        )

    def test_links_resolve(self):
        self.assertEqual(len(self.found.ids), len(set(self.found.ids)))
        groups = len(self.found.data()["trials"]["groups"])
        for each in self.found.all("a"):
            if "data-trials" in each["has"]:
                for number in each["has"]["data-trials"].split(","):
                    self.assertLess(int(number), groups)
            elif each["has"]["href"].startswith("#"):
                self.assertIn(each["has"]["href"][1:], self.found.ids)
        for each in self.found.elements:
            for name in ("aria-labelledby", "for"):
                for there in (each["has"].get(name) or "").split():
                    self.assertIn(there, self.found.ids)

    def test_headings_are_in_order(self):
        levels = [
            int(each["tag"][1])
            for each in self.found.elements
            if HEADINGS.fullmatch(each["tag"])
        ]
        self.assertEqual((levels[0], levels.count(1)), (1, 1))
        for before, level in zip(levels, levels[1:]):
            self.assertLessEqual(level, before + 1)

    def test_tables_tell_what_they_are(self):
        tables = self.found.all("table")
        self.assertGreater(len(tables), 8)
        for table in tables:
            self.assertTrue(self.found.within(table, "caption")[0]["text"].strip())
            for head in self.found.within(table, "th"):
                self.assertIn(head["has"].get("scope"), ("col", "row"))
        for tag in ("main", "nav", "header", "footer"):
            self.found.one(tag)
        self.assertEqual(
            self.found.one("span", id="shown")["has"]["aria-live"], "polite"
        )

    def rows(self):
        """(workload, threads, runtime) -> texts of the cells of its row, by column."""
        found = {}
        for section in self.found.all("section", **{"class": "workload"}):
            table = self.found.within(section, "table")[0]
            head, *rows = self.found.within(table, "tr")
            names = [each["text"] for each in self.found.within(head, "th")]
            for row in rows:
                cells = [e for e in self.found.elements if row in e["in"]]
                texts = [e["text"] for e in cells if e["tag"] in ("td", "th")]
                sorts = [
                    e["has"].get("data-sort") for e in cells if e["tag"] in ("td", "th")
                ]
                where = (row["has"]["data-workload"], int(row["has"]["data-threads"]))
                key = (*where, row["has"]["data-runtime"])
                found[key] = dict(zip(names, zip(texts, sorts)))
        return found

    def test_cells_are_the_summary(self):
        rows = self.rows()
        compared = record.read(self.path / "compare.json")["comparisons"]
        verdicts = {
            (row["workload"], row["threads"], each["b"]["side"]): row
            for each in compared
            for row in each["rows"]
        }
        for row in self.summary["rows"]:
            key = (row["workload"], row["threads"], row["runtime"])
            shown = rows[key]
            self.assertEqual(float(shown["speed"][1]), row["ops_per_s"])
            self.assertEqual(float(shown["peak RSS"][1]), row["peak_rss_bytes"])
            self.assertEqual(float(shown["pause p50"][1]), row["pause_us"]["p50"])
            self.assertEqual(shown["trials"][0], str(row["trials"]))
            if row["runtime"] != "gil":
                self.assertTrue(
                    shown["verdict"][0].startswith(verdicts[key]["verdict"])
                )
                self.assertEqual(float(shown["ratio"][1]), verdicts[key]["ratio"])
        over = "oversubscribed"
        self.assertIn(over, rows["words", 4, "biased"]["remarks"][0])
        self.assertNotIn(over, rows["words", 1, "biased"]["remarks"][0])
        missing = rows["words", 4, "plain"]["remarks"][0]
        self.assertEqual(missing, "missing: it runs 1 thread at most; oversubscribed")

    def test_numbers_link_to_their_trials(self):
        groups = self.found.data()["trials"]["groups"]
        texts = self.found.data()["trials"]["texts"]
        row = next(
            each
            for each in self.found.all("tr")
            if each["has"].get("data-workload") == "words"
            and each["has"].get("data-runtime") == "biased"
            and each["has"].get("data-threads") == "1"
        )
        links = [e["has"]["data-trials"] for e in self.found.within(row, "a")]
        speed, ratio = links[0].split(","), links[1].split(",")
        label, _, total, trials = groups[int(speed[0])]
        self.assertEqual((label, total, len(trials)), ("biased, words, 1 thread", 8, 8))
        self.assertEqual(
            [groups[int(n)][0].split(",")[0] for n in ratio], ["biased", "gil"]
        )
        lines = {
            line["block"]: line
            for line in Run(self.path).trials
            if line["kind"] == "workload"
            and (
                line["arm"],
                line["parameters"]["workload"],
                line["parameters"]["threads"],
            )
            == ("biased", "words", 1)
        }
        for block, order, again, figure, status, *_, counts in trials:
            self.assertEqual((order, again), (lines[block]["order"], 0))
            self.assertAlmostEqual(figure / lines[block]["ops_per_s"], 1, 5)
            self.assertEqual((texts[status], counts), ("ok", 1))

    def test_the_noise_floor_links_to_both_that_ran(self):
        groups = self.found.data()["trials"]["groups"]
        said = next(
            each
            for each in self.found.all("p") + self.found.all("li")
            if " against itself " in each["text"] and self.found.within(each, "a")
        )
        (link,) = self.found.within(said, "a")
        numbers = link["has"]["data-trials"].split(",")
        names = [groups[int(n)][0].split(",")[0] for n in numbers]
        self.assertEqual(names, ["gil", "gil again"])

    def test_figures_are_drawn(self):
        figures = self.found.all("figure")
        self.assertGreater(len(figures), 4)
        for each in figures:
            (svg,) = self.found.within(each, "svg")
            self.assertEqual(svg["has"]["role"], "img")
            self.assertTrue(self.found.within(svg, "title"))
            self.assertTrue(self.found.within(each, "figcaption")[0]["text"].strip())

    def test_what_is_not_there_says_what_makes_it(self):
        self.assertIn("bench/refbench explain RUN", self.html)

    def test_host_and_folders_are_named_nowhere(self):
        self.assertNotIn(synthetic.HOST, self.html)
        self.assertNotIn(str(self.folder), self.html)

    def test_the_same_run_gives_the_same_bytes(self):
        self.assertEqual(report.html([Run(self.path)], self.path), self.html)

    def test_filters_offer_what_there_is(self):
        for name, wanted in (
            ("runtime", {"gil", "plain", "biased"}),
            ("threads", {"1", "4"}),
            ("workload", {"words", "kv_store", "arithmetic"}),
        ):
            boxes = self.found.all("input", name=name)
            self.assertEqual({each["has"]["value"] for each in boxes}, wanted)

    def test_the_script_is_small(self):
        (script,) = [e for e in self.found.all("script") if not e["has"]]
        self.assertLess(len(script["text"]), 12_000)


class Written(Made):
    def test_files(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=6)
        paths = report.write([Run(path)])
        self.assertEqual(paths[-1], path / "report.html")
        self.assertIn(path / "figures" / "throughput.svg", paths)
        for each in paths:
            self.assertTrue(each.is_file(), each)
        first = paths[-1].read_bytes()
        report.write([Run(path)])
        self.assertEqual((path / "report.html").read_bytes(), first)

    def test_of_several_it_is_in_the_folder_of_the_last(self):
        paths = [
            self.make(label=label, runtimes=("gil",), workloads=("words",), blocks=1)
            for label in ("one", "two")
        ]
        with mock.patch.object(report, "FIGURES", ()), mock.patch.object(
            writing, "FIGURES", ()
        ), mock.patch.object(drawings, "FIGURES", ()):
            found = report.write([Run(path) for path in paths])
        self.assertEqual(found[-1], paths[-1] / "report.html")

    def test_another_folder_names_no_run(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        out = self.results / "elsewhere"
        report.write([Run(path)], out)
        page = Page((out / "report.html").read_text(encoding="utf-8"))
        self.assertEqual(page.data()["folders"], [None])
        links = {e["has"]["href"] for e in page.all("a") if "data-trials" in e["has"]}
        self.assertEqual(links, {"#trials"})


if __name__ == "__main__":
    unittest.main()
