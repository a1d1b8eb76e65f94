"""Reports of runs that went wrong, are hostile, or do not fit: escaped, told, and cut."""

import unittest
from unittest import mock

from reports import SMALL, Made, Page

import synthetic
from driver import comparison, record, side, store

from analysis import private, report
from analysis.folder import Run

HOSTILE = '<b onload="x">&\'"</script><!-- $a_1$'


class Unsound(Made):
    def test_hostile_names_are_escaped(self):
        def spoilt(line):
            return {"contaminated": HOSTILE, "noise": line["noise"]}

        path = self.make(
            runtimes=("gil", HOSTILE),
            workloads=("words", HOSTILE),
            threads=(1,),
            blocks=6,
            settings={"words": [{HOSTILE: HOSTILE}]},
            befalls=spoilt,
        )
        told = record.read(path / "summary.json")
        told["failures"] = [
            {"key": f"{HOSTILE}/x", "status": HOSTILE, "reason": HOSTILE, "log": None}
        ]
        told["outcome"] = HOSTILE
        told["rows"][0].update(status="failed", reason=HOSTILE)
        record.write(path / "summary.json", told)
        page = self.page(path)
        self.assertFalse(page.all("b", onload="x"))
        self.assertEqual(len(page.all("script")), 2)
        self.assertFalse(
            [e for e in page.elements for n in e["has"] if n.startswith("on")]
        )
        names = {e["has"].get("data-workload") for e in page.all("tr")}
        self.assertIn(HOSTILE, names)
        self.assertIn(HOSTILE, page.data()["trials"]["texts"])
        failed = [e["text"] for e in page.all("td") if e["text"].startswith("failed: ")]
        self.assertEqual(failed, [f"failed: {HOSTILE}; 6 contaminated to the last"])

    def test_characters_that_cannot_be_written(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        told = record.read(path / "summary.json")
        told["rows"][0].update(status="failed", reason="half \ud800, \u202eback")
        record.write(path / "summary.json", told)
        shown = "half \N{REPLACEMENT CHARACTER}, \N{REPLACEMENT CHARACTER}back"
        self.assertIn(shown, self.text(path))

    def test_controls_only(self):
        page = self.page(
            self.make(runtimes=("gil", "biased"), workloads=("arithmetic",), blocks=1)
        )
        self.assertFalse([n for n in page.ids if n.startswith("glance")])
        self.assertIn("heat-1", page.ids)

    def test_what_was_not_told_is_not_called_none(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        told = record.read(path / "summary.json")
        for row in told["rows"]:
            row.update(pause_us=None, peak_rss_bytes=None)
        record.write(path / "summary.json", told)
        page = self.page(path)
        self.assertFalse([e for e in page.all("td") if e["text"] == "none"])
        self.assertFalse([e for e in page.all("h3") if e["text"] == "Pauses"][:-1])

    def test_a_base_that_was_disturbed_has_a_star_at_every_ratio(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), threads=(1,))
        told = record.read(path / "summary.json")
        (base,) = [row for row in told["rows"] if row["runtime"] == "gil"]
        base["contaminated"] = 1
        record.write(path / "summary.json", told)
        page = self.page(path)
        for table, who in (("heat-1", "gil"), ("longest-1", "biased")):
            (found,) = [
                e
                for e in page.within(page.one("table", id=table), "td")
                if e["has"].get("data-runtime") != who and e["has"].get("data-sort")
                if page.within(page.one("table", id=table), "tbody")[0] in e["in"]
            ]
            links = page.within(found, "a")
            self.assertTrue(links[0]["text"].endswith("*"), found)
        notes = [e for e in page.all("p") if e["text"].startswith("* trials of it")]
        self.assertGreater(len(notes), 2)

    def test_names_of_200_letters(self):
        name = "n" * 200
        page = self.page(
            self.make(runtimes=("gil", name), workloads=("words",), blocks=1)
        )
        cells = [e for e in page.all("th", scope="row") if e["text"] == name]
        self.assertTrue(cells and all("long" in e["has"]["class"] for e in cells))

    def test_all_failed(self):
        def fell(line):
            if line["kind"] != "workload":
                return {}
            return {"status": "failed", "reason": "it fell"}

        path = self.make(runtimes=("gil", "biased"), workloads=("words",), befalls=fell)
        text = self.text(path)
        self.assertIn("No trial of a workload ended well", text)
        page = Page(text)
        (warned,) = page.all("div", **{"class": "warnings"})
        self.assertIn("80 trials failed: ", warned["text"])
        self.assertIn("words/threads:4/biased", warned["text"])
        self.assertIn("it fell", warned["text"])
        bad = [e["text"] for e in page.all("td") if e["text"] == "failed: it fell"]
        self.assertEqual(
            len(bad), 2 * 2, bad
        )  # two runtimes, threads 1 and 2; four are oversubscribed

    def test_one_block(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        text = self.text(path)
        self.assertIn("Only one block", text)
        page = Page(text)
        answer = page.one("section", id="answer")
        self.assertIn("There is no verdict", answer["text"])
        signs = [e for e in page.all("td") if "ratio" in e["has"].get("class", "")]
        self.assertTrue(signs)
        for each in signs:
            self.assertIn("unclear", each["has"]["class"])

    def test_one_runtime(self):
        text = self.text(self.make(runtimes=("gil",), workloads=("words",)))
        self.assertIn("Only gil was measured", text)
        self.assertIn("Nothing is beside gil in this run", text)

    def test_warnings(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        told = record.read(path / "summary.json")
        told.update(
            outcome="unfinished", debug_builds=["gil"], damaged=[3, 7], repeated=4
        )
        told.update(contaminated=2, shard=[1, 4], pin="spread")
        told["machines"] = [
            {"host": name, "cpu": "c", "kernel": "k", "blocks": 1, "runs": ["r"]}
            for name in ("secrethost", "otherhost")
        ]
        sums = [{"checksum": n, "arms": ["gil/threads:1"]} for n in (1, 2)]
        conflict = {"workload": "words", "settings": {}, "sums": sums}
        told["checksum_conflicts"] = [conflict]
        record.write(path / "summary.json", told)
        text = self.text(path)
        (warned,) = Page(text).all("div", **{"class": "warnings"})
        for words in (
            "The run is unfinished",
            "not for speed: gil",
            "Lines 3 and 7 of trials.jsonl cannot be read",
            "2 trials stayed contaminated to the last (4 were repeated)",
            "Shard 1 of 4",
            "Threads were pinned: spread",
            "Merged of 2 machines",
            "Checksums of words disagree",
            "Oversubscribed: 4 threads are more than the 2 cores",
        ):
            self.assertIn(words, warned["text"])
        self.assertNotIn("secrethost", text)

    def test_names_are_there_if_asked_for(self):
        path = self.make(runtimes=("gil",), workloads=("words",), blocks=1)
        self.assertIn(synthetic.HOST, self.text(path, with_names=True))

    def test_paths_and_hosts_in_texts(self):
        def fell(line):
            where = f"/home/somebody/run/{synthetic.HOST}/x.json on {synthetic.HOST}: no, nor /srv/another/z.json"
            where += ", -I/home/builder/x, no such file:/home/builder/x y"
            return {"status": "failed", "reason": where} if line["block"] == 0 else {}

        path = self.make(runtimes=("gil", "biased"), workloads=("words",), befalls=fell)
        manifest = record.read(path / "manifest.json")
        manifest["argv"] = [
            "/home/somebody/refbench",
            "run",
            "--programs",
            "/home/somebody/b",
        ]
        record.write(path / "manifest.json", manifest)
        text = self.text(path)
        self.assertIn("x.json on host: no, nor \N{HORIZONTAL ELLIPSIS}/z.json", text)
        for name in ("somebody", "another", "builder", synthetic.HOST):
            self.assertNotIn(name, text)

    def test_several_runs(self):
        first = self.make(label="one", runtimes=("gil", "biased"), workloads=("words",))
        second = self.make(
            label="two", runtimes=("gil", "biased"), workloads=("words",)
        )
        sides = [side.whole(store.Run(p), f"@{p.name}") for p in (first, second)]
        told = {"schema": "refbench.comparisons/1", "base": sides[0].text}
        out = self.results / "out"
        out.mkdir()
        both = comparison.build(*sides)
        record.write(
            out / "compare-runs.json",
            {**told, "comparisons": [both]},
        )
        text = self.text(first, second, out=out)
        page = Page(text)
        self.assertEqual(len(page.ids), len(set(page.ids)))
        (table,) = page.all("table", id="runs-0")
        self.assertEqual(len(page.within(table, "tr")), 1 + len(both["rows"]))
        self.assertTrue(page.within(table, "a"))
        self.assertNotIn(synthetic.HOST, text)
        for name in ("run1-answer", "run2-answer", "runs"):
            self.assertIn(name, page.ids)
        for each in page.all("a"):
            if "data-trials" not in each["has"]:
                self.assertIn(each["has"]["href"][1:], page.ids)

    def bare(self, path):
        """Bytes of a report without figures and trials, and with room for captions."""
        run = Run(path)
        draft = report.Draft([run], [private.of(run)], [{}], path)
        return draft.size() + report._SPARE

    def test_figures_go_first(self):
        path = self.make(**SMALL)
        most = self.bare(path) + 8_000
        with mock.patch.object(report, "MOST", most):
            text = self.text(path)
        self.assertLessEqual(len(text.encode()), most)
        self.assertIn("left out for size: figures/throughput.svg has it", text)
        self.assertNotIn("summary.json has them", text)

    def test_chapters_go_last(self):
        path = self.make(**SMALL)
        most = self.bare(path) - 6000
        with mock.patch.object(report, "MOST", most):
            text = self.text(path)
        self.assertLessEqual(len(text.encode()), most)
        self.assertRegex(
            text, r"\d more workloads? (is|are) left out for size: summary.json"
        )
        self.assertRegex(
            text, r"trials? (is|are) not listed here, for size: trials.jsonl has all"
        )

    def test_what_cannot_fit_at_all_is_refused(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=1)
        with mock.patch.object(report, "MOST", 20_000):
            with self.assertRaisesRegex(report.Unreadable, "name fewer"):
                self.text(path)

    def test_many_trials_are_listed_as_far_as_there_is_room(self):
        path = self.make(runtimes=("gil", "biased"), workloads=("words",), blocks=40)
        with mock.patch.object(report, "_TRIALS", (9000,)):
            data = self.page(path).data()["trials"]
        rows = [len(each[3]) for each in data["groups"]]
        self.assertTrue(0 < max(rows) < 40, rows)
        self.assertEqual({each[2] for each in data["groups"]}, {40})


if __name__ == "__main__":
    unittest.main()
