"""Latency, minimum mutator utilisation, time to safepoint and the order of a run: what their tables hold."""

import unittest
from statistics import median

from pictures import drawn, inline, lines, marks, run_of, texts

from analysis import latency, mmu, order, safepoint, style


class Latency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(cls)

    def test_a_point_is_the_median_over_processes(self):
        (row,) = [
            row
            for row in self.run_.rows
            if (row["workload"], row["threads"], row["runtime"])
            == ("kv_store", 2, "gil")
        ]
        for kind, key in (("simple", "latency_us"), ("metered", "metered_us")):
            found = {
                point["percentile"]: point["us"]
                for point in latency.table(self.run_).where(
                    threads=2, runtime="gil", kind=kind
                )
            }
            told = row[key]
            wanted = {50: "p50", 90: "p90", 99: "p99", 99.9: "p999", 100: "max"}
            self.assertEqual(
                found, {at: told[name] for at, name in wanted.items()}, kind
            )

    def test_the_band_is_from_the_lowest_to_the_highest(self):
        trials = [
            trial["counters"]["metered_p99_us"]
            for trial in self.run_.trials
            if trial["arm"] == "gil"
            and trial["parameters"].get("workload") == "kv_store"
            and trial["parameters"]["threads"] == 1
        ]
        self.assertEqual(len(trials), 3)
        (row,) = latency.table(self.run_).where(
            threads=1, runtime="gil", kind="metered", percentile=99.0
        )
        self.assertEqual((row["us_low"], row["us_high"]), (min(trials), max(trials)))

    def test_only_workloads_with_requests(self):
        def befalls(line):
            hit = line["arm"] == "biased"
            return {"status": "failed", "reason": "it crashed"} if hit else {}

        table = latency.table(run_of(self, befalls=befalls))
        self.assertEqual(table.values("workload"), ["kv_store"])
        self.assertEqual(latency.table(self.run_).values("workload"), ["kv_store"])
        self.assertFalse(latency.table(run_of(self, workloads=("words",))).rows)

    def test_a_percentile_that_nobody_exceeds_is_left_out(self):
        def few(line):
            counters = line.get("counters", {})
            counters = {
                name: 120.0 if name.endswith("_count") else value
                for name, value in counters.items()
            }
            return {"counters": counters} if counters else {}

        found = latency.table(run_of(self, befalls=few)).values("percentile")
        self.assertEqual(found, [50, 90, 99, 100])

    def test_kinds_are_side_by_side(self):
        run = run_of(self, threads=(1, 2, 4), blocks=1)
        drawing = drawn(latency, latency.table(run), run)
        titles = [panel.get_title(loc="left") for panel in drawing.axes]
        dot = "\N{MIDDLE DOT}"
        self.assertEqual(
            titles,
            [
                f"kv_store {dot} {threads}, {kind}"
                for threads in ("1 thread", "2 threads", "4 threads")
                for kind in ("simple", "metered")
            ],
        )
        boxes = [panel.get_position() for panel in drawing.axes]
        for simple, metered in zip(boxes[::2], boxes[1::2]):
            self.assertAlmostEqual(simple.y0, metered.y0)
            self.assertGreater(metered.x0, simple.x1)

    def test_axes_have_units_and_the_figure_says_what_is_kept(self):
        drawing = drawn(latency, latency.table(self.run_), self.run_)
        self.assertEqual(drawing.axes[0].get_ylabel(), "latency, \N{MICRO SIGN}s")
        self.assertEqual(drawing.axes[2].get_xlabel(), "percentile")
        self.assertIn("p50, p90, p99 and p99.9 are kept", " ".join(texts(drawing)))

    def test_points_are_where_the_percentile_is(self):
        table = latency.table(self.run_).only(kind="simple", threads=1, runtime="gil")
        (panel,) = drawn(latency, table, self.run_).axes
        (line,) = lines(panel)
        for found, wanted in zip(line.get_xdata(), (2, 10, 100, 1000)):
            self.assertAlmostEqual(found, wanted, places=4)
        self.assertEqual(
            list(line.get_ydata()),
            [row["us"] for row in table.rows if row["exceeding"]],
        )
        longest = marks(panel)[-1]
        self.assertEqual(list(longest.get_xdata()), [1000], "one in so many")
        self.assertEqual(list(longest.get_ydata()), [table.rows[-1]["us"]])


class Utilisation(unittest.TestCase):
    def lines_of(self, run, **wanted):
        table = mmu.table(run).only(**wanted)
        (panel,) = drawn(mmu, table, run).axes
        (line,) = lines(panel)
        return list(line.get_xdata()), list(line.get_ydata()), panel

    def test_of_three_windows(self):
        run = run_of(self)
        for row in run.summary["rows"]:
            row.pop("mmu_curve", None)
            row["mmu"] = {"1ms": 0.0, "10ms": 0.25, "100ms": 0.5}
        x, y, panel = self.lines_of(run, workload="words", threads=1, runtime="gil")
        self.assertEqual((x, y), ([1, 10, 100], [0, 0.25, 0.5]))
        self.assertEqual(panel.get_ylim()[0], 0, "zero has its place")
        self.assertEqual(panel.get_xlabel(), "window, ms")
        ticks = [text.get_text() for text in panel.get_yticklabels()]
        self.assertIn("100 %", ticks)

    def test_of_as_many_windows_as_are_told(self):
        run = run_of(self)
        for row in run.summary["rows"]:
            row["mmu_curve"] = {
                "windows_us": [100, 300, 1000, 300000],
                "median": [0.1, 0.2, 0.3, 0.4],
                "low": [0.0, 0.1, 0.2, 0.3],
                "high": [0.2, 0.3, 0.4, 0.5],
            }
        x, y, _ = self.lines_of(run, workload="words", threads=1, runtime="gil")
        self.assertEqual((x, y), ([0.1, 0.3, 1, 300], [0.1, 0.2, 0.3, 0.4]))
        (row,) = mmu.table(run).where(
            workload="words", threads=1, runtime="gil", window_ms=0.3
        )
        self.assertEqual((row["utilisation_low"], row["utilisation_high"]), (0.1, 0.3))

    def test_where_nobody_pauses_there_is_no_panel(self):
        run = run_of(self)
        for row in run.summary["rows"]:
            if row["workload"] == "words":
                row["pause_us"] = {**row["pause_us"], "count": 0}
        self.assertEqual(mmu.table(run).values("workload"), ["kv_store"])


class Safepoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = run_of(cls)

    def test_a_point_is_a_cell(self):
        told = [
            trial["pauses"]
            for trial in self.run_.trials
            if trial["arm"] == "none"
            and trial["parameters"].get("workload") == "words"
            and trial["parameters"]["threads"] == 2
        ]
        rows = safepoint.table(self.run_).where(
            runtime="none", workload="words", threads=2
        )
        found = {row["figure"]: (row["pause_us"], row["safepoint_us"]) for row in rows}
        half = [
            median(each[name] for each in told)
            for name in ("p50_us", "safepoint_p50_us")
        ]
        most = [
            max(each[name] for each in told) for name in ("max_us", "safepoint_max_us")
        ]
        self.assertEqual(found, {"median": tuple(half), "longest": tuple(most)})

    def test_points_are_drawn_where_they_are(self):
        table = safepoint.table(self.run_)
        drawing = drawn(safepoint, table, self.run_)
        for panel, figure in zip(drawing.axes, ("median", "longest")):
            points = {
                (line.get_xdata()[0], line.get_ydata()[0]) for line in marks(panel)
            }
            wanted = {
                (row["pause_us"], row["safepoint_us"])
                for row in table.where(figure=figure)
            }
            self.assertEqual(points, wanted)
            self.assertEqual(panel.get_xlabel(), "pause, \N{MICRO SIGN}s")
        self.assertIn("all of it", texts(drawing))

    def test_the_first_diagonal_is_all_of_a_pause(self):
        table = safepoint.table(self.run_)
        panel = drawn(safepoint, table, self.run_).axes[0]
        shares = sorted(
            line.get_ydata()[0] / line.get_xdata()[0] for line in lines(panel)
        )
        for share, wanted in zip(reversed(shares), (1, 0.1, 0.01)):
            self.assertAlmostEqual(share, wanted)


def slower(line):
    """Every block is slower by a tenth than the one before."""
    speed = line.get("ops_per_s")
    return {"ops_per_s": speed * 0.9 ** line["block"]} if speed else {}


class Order(unittest.TestCase):
    def test_drift_shows_in_the_medians_of_blocks(self):
        run = run_of(self, blocks=5, befalls=slower)
        rows = order.table(run).rows
        middles = {row["block"]: row["block_median"] for row in rows}
        falling = [middles[block] for block in range(5)]
        self.assertEqual(falling, sorted(falling, reverse=True))
        self.assertAlmostEqual(falling[4] / falling[0], 0.9**4, delta=0.1)
        (panel,) = drawn(order, order.table(run), run).axes
        steps = [
            line.get_ydata()[0]
            for line in lines(panel)
            if line.get_color() == style.INK and len(line.get_xdata()) == 2
        ]
        self.assertEqual(steps, falling)

    def test_a_speed_is_over_the_median_of_its_like(self):
        run = run_of(self)
        own = order.table(run).where(
            workload="words", threads=1, runtime="gil", again=False
        )
        middle = median(row["ops_per_s"] for row in own)
        self.assertEqual(len(own), 3)
        for row in own:
            self.assertEqual(row["relative"], row["ops_per_s"] / middle)

    def test_points_are_in_the_order_of_the_run(self):
        run = run_of(self)
        run.trials.reverse()  # as of a merged run
        table = order.table(run)
        started = [row["started_s"] for row in table.rows]
        self.assertEqual(started, sorted(started))
        self.assertEqual(
            [row["order"] for row in table.rows], list(range(len(table.rows)))
        )
        (panel,) = drawn(order, table, run).axes
        points = {(line.get_xdata()[0], line.get_ydata()[0]) for line in marks(panel)}
        self.assertEqual(
            points, {(row["order"], row["relative"]) for row in table.rows}
        )
        for block in range(3):
            self.assertIn(f"block {block}", texts(panel.figure))

    def test_failed_trials_are_crosses(self):
        def befalls(line):
            hit = line["arm"] == "biased" and line["block"] == 1
            return {"status": "failed", "reason": "it crashed"} if hit else {}

        run = run_of(self, befalls=befalls)
        table = order.table(run)
        failed = table.where(status="failed")
        self.assertEqual(len(failed), 4)
        self.assertEqual({row["relative"] for row in failed}, {None})
        drawing = drawn(order, table, run)
        crosses = [
            line for line in drawing.axes[0].get_lines() if line.get_marker() == "x"
        ]
        self.assertEqual(len(crosses), 4)
        self.assertIn("crosses: 4 trials that failed", " ".join(texts(drawing)))
        told = [each.text for each in inline(order.DEFINITION, run).iter("title")]
        self.assertEqual(sum("it crashed" in text for text in told), 4)

    def test_of_many_trials_some_are_drawn_and_it_says_so(self):
        run = run_of(self, blocks=150, detailed=False, threads=(1, 2, 4))
        table = order.table(run)
        few = [row for row in table.rows if row["drawn"]]
        self.assertGreater(len(table.rows), order._MOST)
        self.assertLessEqual(len(few), order._MOST)
        drawing = drawn(order, table, run)
        self.assertEqual(len(marks(drawing.axes[0])), len(few))
        said = f"{len(few)} of {len(table.rows)} trials are drawn"
        self.assertIn(said, " ".join(texts(drawing)))


if __name__ == "__main__":
    unittest.main()
