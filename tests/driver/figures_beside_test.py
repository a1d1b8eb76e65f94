"""Figures of comparisons: bars, the map of the run and the forest show what the driver compared."""

import unittest

from matplotlib.colors import to_hex

from drawings import HOSTILE, Drawings, comparisons, keys, renamed, texts, titles

from analysis import bars, beside, figure, folder, forest, heat, naming, style

DEFINITIONS = (bars.DEFINITION, heat.DEFINITION, forest.DEFINITION)
FIGURES = ("ratio", "low", "high", "verdict", "more", "blocks")


class Compared(Drawings):
    def rows(self, **wanted):
        return beside.table(self.run_).where(**wanted)

    def compared(self, runtime):
        found = self.read("compare.json")["comparisons"]
        return next(each for each in found if beside.side(each["b"]) == runtime)

    def test_the_table_is_the_comparison(self):
        for runtime in ("plain", "atomic", "biased"):
            told = self.compared(runtime)
            wanted = {(r["workload"], r["threads"]): r for r in told["rows"][:-1]}
            found = [
                r for r in self.rows(runtime=runtime) if r["workload"] != naming.MEAN
            ]
            self.assertEqual(len(found), 6)
            for row in found:
                if row["status"] == "ok":
                    same = wanted[row["workload"], row["threads"]]
                    for name in FIGURES:
                        self.assertEqual(row[name], same[name])
                    self.assertIsNotNone(row["low"])
                else:
                    self.assertEqual([row[name] for name in FIGURES], [None] * 6)
        self.assertTrue(self.rows(workload="arithmetic")[0]["control"])

    def test_means_are_of_a_number_of_threads_and_last(self):
        every = beside.table(self.run_).rows
        means = [row for row in every if row["workload"] == naming.MEAN]
        self.assertEqual(every[-len(means) :], means)
        self.assertEqual(len(means), 4)  # biased fails at one of two workloads on two
        wanted = {(r["threads"]): r["ratio"] for r in self.compared("atomic")["means"]}
        found = {r["threads"]: r["ratio"] for r in means if r["runtime"] == "atomic"}
        self.assertEqual(found, wanted)

    def test_a_mean_of_all_numbers_of_threads_stands_with_none_of_them(self):
        found = self.read("compare.json")
        for each in found["comparisons"]:
            each["means"] = [each["rows"][-1]]
        self.put("compare.json", found)
        self.assertEqual(self.rows(workload=naming.MEAN), [])

    def test_what_has_no_ratio_says_why(self):
        (failed,) = self.rows(runtime="biased", workload="words", threads=2)
        self.assertEqual(failed["status"], "failed")
        self.assertEqual(failed["reason"], "the dictionary has no entries")
        (missing,) = self.rows(runtime="plain", workload="words", threads=2)
        self.assertEqual((missing["status"], missing["ratio"]), ("missing", None))

    def test_a_base_that_failed_is_named(self):
        found = self.read("summary.json")
        for row in found["rows"]:
            if (row["runtime"], row["workload"]) == ("gil", "words"):
                row.update(status="failed", reason="it has crashed")
        self.put("summary.json", found)
        for row in self.rows(runtime="atomic", workload="words"):
            self.assertEqual(row["reason"], "gil: it has crashed")
            self.assertIsNone(row["ratio"])

    def test_sides_do_not_name_hosts(self):
        for told, name in (
            ("gil/2@20260102T030405Z-hostthatis-a-b", "gil"),
            ("@/home/somebody/runs/20260102T030405Z-hostthatis-a-b", "a-b"),
            ("@before", "before"),
            ("/2", "this run"),
        ):
            self.assertEqual(beside.side({"side": told}), name)

    def test_nothing_is_drawn_without_comparisons(self):
        self.take("compare.json")
        for definition in DEFINITIONS:
            self.assert_nothing(definition)

    def test_again_gives_the_same_bytes(self):
        for definition in DEFINITIONS:
            self.assert_same_bytes(definition)

    def test_names_are_harmless(self):
        for name in ("compare.json", "summary.json"):
            found = renamed(self.read(name), "words", HOSTILE)
            found = renamed(found, "atomic", HOSTILE)
            for each in found.get("comparisons", []):
                if each["b"]["side"].startswith("atomic"):
                    for row in [*each["rows"], *each["means"]]:
                        row["runtime"] = HOSTILE
            self.put(name, found)
        for definition in DEFINITIONS:
            self.assert_harmless(definition)
            self.assertEqual(len(figure.write(definition, self.run_)), 3)
            width, height = self.drawn(definition).get_size_inches()
            self.assertLessEqual((width, height), (style.TWO_COLUMNS, style.TALLEST))

    def test_one_row_is_a_figure(self):
        table = forest.table(self.run_).only(
            runtime="atomic", workload="words", threads=1
        )
        self.assertEqual(len(table.rows), 1)
        for definition in DEFINITIONS:
            self.assertTrue(
                any("atomic, words" in t for t in self.told(definition, table))
            )

    def test_all_failed_is_said(self):
        found = self.read("summary.json")
        for row in found["rows"]:
            row.update(status="failed", reason="no luck", ops_per_s=None)
        self.put("summary.json", found)
        self.put(
            "compare.json",
            comparisons(
                "gil",
                [{**c, "means": []} for c in self.read("compare.json")["comparisons"]],
            ),
        )
        for definition in DEFINITIONS:
            table = definition.table(self.run_)
            own = [row for row in table.rows if not row.get("again")]
            self.assertEqual({row["ratio"] for row in own}, {None})
            self.assertTrue(any("no luck" in t for t in self.told(definition)))


class Bars(Drawings):
    def patches(self, drawn):
        return [p for panel in drawn.axes for p in panel.patches if p.get_height() > 0]

    def test_a_bar_is_as_high_as_its_ratio(self):
        table = bars.DEFINITION.table(self.run_)
        wanted = sorted(row["ratio"] for row in table.rows if row["ratio"] is not None)
        found = sorted(
            patch.get_height() for patch in self.patches(self.drawn(bars.DEFINITION))
        )
        self.assertEqual(found, wanted)

    def test_intervals_stand_at_their_bars(self):
        table = bars.DEFINITION.table(self.run_)
        wanted = sorted((row["low"], row["high"]) for row in table.rows if row["low"])
        drawn = self.drawn(bars.DEFINITION)
        lines = [
            tuple(end[1] for end in line)
            for panel in drawn.axes
            for collection in panel.collections
            for line in collection.get_segments()
        ]
        self.assertEqual(sorted(lines), wanted)

    def test_what_is_unclear_is_pale(self):
        table = bars.DEFINITION.table(self.run_)
        unclear = [row for row in table.rows if row["verdict"] == beside.UNCLEAR]
        drawn = self.drawn(bars.DEFINITION)
        pale = [patch for patch in self.patches(drawn) if patch.get_alpha()]
        self.assertEqual(len(pale), len(unclear))
        self.assertEqual("pale: unclear" in keys(drawn), bool(unclear))
        for row in table.rows:
            row["verdict"] = beside.UNCLEAR
        drawn = self.drawn(bars.DEFINITION, table)
        self.assertTrue(all(patch.get_alpha() for patch in self.patches(drawn)))
        self.assertIn("pale: unclear", keys(drawn))

    def test_what_failed_has_a_sign_and_a_reason(self):
        drawn = self.drawn(bars.DEFINITION)
        self.assertIn(beside.FAILED, texts(drawn))
        self.assertTrue(
            any("has no entries" in " ".join(t.split()) for t in texts(drawn))
        )
        self.assertTrue(any("not run: plain" in title for title in titles(drawn)))

    def test_what_is_too_high_is_cut_and_told(self):
        table = bars.DEFINITION.table(self.run_)
        table.rows[0].update(ratio=40.0, low=39.0, high=41.0)
        drawn = self.drawn(bars.DEFINITION, table)
        self.assertIn("40", texts(drawn))
        self.assertLess(max(p.get_height() for p in self.patches(drawn)), 10)

    def test_one_workload_has_its_threads_beside_each_other(self):
        table = bars.DEFINITION.table(self.run_).only(workload="binary_trees")
        (panel,) = self.drawn(bars.DEFINITION, table).axes
        labels = [text.get_text() for text in panel.get_xticklabels()]
        self.assertEqual(labels, ["1 thread", "2 threads"])

    def test_oversubscribed_and_contaminated_say_so(self):
        table = bars.DEFINITION.table(self.run_)
        for row in table.where(threads=2):
            row.update(oversubscribed=True, contaminated=2)
        drawn = self.drawn(bars.DEFINITION, table)
        self.assertTrue(any("oversubscribed" in title for title in titles(drawn)))
        self.assertIn("*", texts(drawn))


class Heat(Drawings):
    def cells(self, table=None):
        drawn = self.drawn(heat.DEFINITION, table)
        return texts(drawn), [p for panel in drawn.axes for p in panel.patches]

    def test_every_number_has_the_sign_of_its_verdict(self):
        table = heat.DEFINITION.table(self.run_)
        found, _ = self.cells()
        wanted = [
            f"{row['ratio']:.2f}{beside.SIGNS[row['verdict']]}"
            for row in table.rows
            if row["ratio"] is not None
        ]
        self.assertEqual(sorted(t for t in found if t[0].isdigit()), sorted(wanted))

    def test_a_cell_without_a_number_is_hatched(self):
        found, patches = self.cells()
        self.assertEqual(found.count(beside.FAILED), 1)
        hatched = [patch for patch in patches if patch.get_hatch()]
        self.assertEqual(len(hatched), found.count(beside.FAILED))

    def test_what_was_not_compared_has_not_failed(self):
        table = heat.DEFINITION.table(self.run_).only(threads=1)
        figures = dict.fromkeys(("ratio", "low", "high", "verdict", "more"))
        table.rows[0].update(status="not compared", reason="cores near by turns")
        table.rows[0].update(figures)
        found, _ = self.cells(table)
        self.assertIn("\N{WHITE CIRCLE}", found)
        self.assertNotIn(beside.FAILED, found)
        said = keys(self.drawn(heat.DEFINITION, table))
        self.assertIn("\N{WHITE CIRCLE} not compared", said)

    def test_what_is_oversubscribed_is_striped(self):
        table = heat.DEFINITION.table(self.run_).only(threads=1)
        for row in table.rows:
            row["oversubscribed"] = True
        _, patches = self.cells(table)
        self.assertTrue(all(patch.get_hatch() for patch in patches))

    def test_shades_are_as_far_above_one_as_below(self):
        table = heat.DEFINITION.table(self.run_).only(runtime="atomic", threads=1)
        for ratio in (0.1, 0.55, 0.7, 0.9, 1.0):
            places = []
            for value in (ratio, 1 / ratio):
                (row,) = table.where(workload="words")
                row.update(ratio=value)
                _, (patch,) = self.cells(table.only(workload="words"))
                places.append(style.DIVERGING.index(to_hex(patch.get_facecolor())))
            self.assertEqual(sum(places), len(style.DIVERGING) - 1, ratio)

    def test_many_workloads_go_down(self):
        table = heat.DEFINITION.table(self.run_)
        rows = [
            {**row, "settings": f"size={i}"} for i in range(10) for row in table.rows
        ]
        drawn = self.drawn(heat.DEFINITION, type(table)(table.columns, rows))
        labels = [text.get_text() for text in drawn.axes[0].get_xticklabels()]
        self.assertEqual(labels, ["plain", "atomic", "biased"])


class Forest(Drawings):
    def test_marks_and_intervals_stand_at_the_ratios(self):
        table = forest.table(self.run_)
        rows = [row for row in table.where(again=False) if row["ratio"] is not None]
        drawn = self.drawn(forest.DEFINITION)
        dots = [
            line.get_xdata()[0]
            for panel in drawn.axes
            for line in panel.get_lines()
            if len(line.get_xdata()) == 1
        ]
        self.assertEqual(sorted(dots), sorted(row["ratio"] for row in rows))
        bounds = [
            tuple(end[0] for end in line)
            for panel in drawn.axes
            for collection in panel.collections
            for line in collection.get_segments()
        ]
        self.assertEqual(sorted(bounds), sorted((r["low"], r["high"]) for r in rows))

    def test_every_line_ends_with_its_verdict(self):
        table = forest.table(self.run_)
        for row in table.where(again=False, runtime="atomic"):
            row.update(verdict="unclear", more=7)
        found = texts(self.drawn(forest.DEFINITION, table))
        counted = table.where(again=False, runtime="atomic")
        self.assertEqual(found.count("unclear (+7)"), len(counted))
        self.assertIn("failed", found)
        self.assertIn("not run", found)
        for word in (beside.FASTER, beside.SLOWER):
            own = [r for r in table.where(again=False, verdict=word)]
            self.assertEqual(found.count(word), len(own))

    def test_the_margin_is_a_band_and_the_base_against_itself_a_line(self):
        margin = self.read("compare.json")["comparisons"][0]["margin"]
        floors = forest.table(self.run_).where(again=True)
        self.assertEqual([row["runtime"] for row in floors], ["gil"])
        for panel in self.drawn(forest.DEFINITION).axes:
            if not panel.axison:
                continue
            ends = panel.patches[0].get_xy()[:, 0]
            self.assertAlmostEqual(max(ends), 1 + margin)
            self.assertAlmostEqual(min(ends), 1 / (1 + margin))
            dotted = [
                li.get_xdata()[0]
                for li in panel.get_lines()
                if li.get_linestyle() == "--"
            ]
            self.assertIn(floors[0]["ratio"], dotted)

    def test_of_many_against_themselves_the_farthest_are_drawn(self):
        table = forest.table(self.run_)
        (again,) = table.where(again=True)
        more = [
            {**again, "workload": f"w{i}", "ratio": 1 + i / 100} for i in range(-5, 6)
        ]
        rows = [*table.where(again=False), *more]
        drawn = self.drawn(forest.DEFINITION, type(table)(table.columns, rows))
        dotted = [
            line.get_xdata()[0]
            for line in drawn.axes[0].get_lines()
            if line.get_linestyle() == "--"
        ]
        self.assertEqual(dotted, [0.95, 1.05])

    def test_lines_are_the_same_in_all_panels(self):
        drawn = self.drawn(forest.DEFINITION)
        self.assertEqual(
            len({panel.get_ylim() for panel in drawn.axes if panel.axison}), 1
        )
        plain, atomic = drawn.axes[:2]
        self.assertEqual(plain.get_title(loc="left"), "plain")
        lines = [
            {
                line.get_ydata()[0]
                for line in panel.get_lines()
                if line.get_xydata().shape == (1, 2)
            }
            for panel in (plain, atomic)
        ]
        self.assertLess(lines[0], lines[1], "plain ran a part of what atomic did")

    def test_two_runs_are_told_by_their_labels(self):
        found = self.read("compare.json")["comparisons"][1]
        row = {**found["rows"][0], "runtime": "atomic"}
        of = "20260102T030405Z-hostthatis"
        told = {**found, "rows": [row], "means": [], "noise_floor": []}
        told.update(a={"side": f"@{of}-old"}, b={"side": f"@{of}-new"})
        self.put("compare.json", comparisons("old", [told]))
        table = forest.table(self.run_)
        self.assertEqual(
            [(r["base"], r["runtime"]) for r in table.rows], [("old", "atomic")]
        )
        self.assertEqual(table.rows[0]["ratio"], row["ratio"])


class Names(unittest.TestCase):
    def test_names_are_broken_where_they_may_be(self):
        self.assertEqual(naming.lines("hog_and_requests", 9), "hog_and_\nrequests")
        self.assertEqual(naming.lines("words", 9), "words")
        for line in naming.lines("x" * 300, 9).split("\n"):
            self.assertLessEqual(len(line), 9)

    def test_a_label_is_what_is_behind_time_and_host(self):
        self.assertEqual(folder.label("20260102T030405Z-box-a-b"), "a-b")
        self.assertEqual(folder.label("before"), "before")


if __name__ == "__main__":
    unittest.main()
