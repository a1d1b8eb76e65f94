"""Figures of what is derived from a run: overheads, attribution, cases of conformance."""

import copy
import unittest

from drawings import HOSTILE, WORKLOADS, Drawings, keys, renamed, texts, titles

from analysis import attribution, conformance, figure, overhead, stack, style

PARTS = tuple(stack.PARTS)


def explained(workload="words", threads=1, runtime="atomic", **parts):
    """A row of explain.json: the sum is that of its parts, 250 ms were measured."""
    told = {**dict.fromkeys(PARTS, 0.0), "floor": 200.0, **parts}
    total, measured = sum(told.values()), 250.0
    return {
        "runtime": runtime,
        "workload": workload,
        "settings": {},
        "threads": threads,
        "oversubscribed": False,
        "is_floor": False,
        "ms": measured,
        "parts_ms": told,
        "crossing_band_ms": [0.0, told["crossing"]],
        "sum_ms": total,
        "sum_interval_ms": [total - 1, total + 1],
        "residual_ms": measured - total,
        "explained": total / measured,
        "above_floor_ms": 50.0,
        "above_floor_explained": (total - 200.0) / 50.0,
        "harness_share": 0.001,
    }


def explanation(rows, failed=()):
    return {
        "schema": "refbench.explain/1",
        "run": "r",
        "floor": "plain",
        "cores": 2,
        "calibrated": "2026-01-01",
        "rows": rows,
        "contention": [],
        "failed": list(failed),
    }


class Attribution(Drawings):
    def put_rows(self, *rows, failed=()):
        self.put("explain.json", explanation(rows, failed))

    def bars(self, drawn):
        return [
            (patch.get_x(), patch.get_x() + patch.get_width(), patch.get_hatch())
            for panel in drawn.axes
            for patch in panel.patches
        ]

    def test_parts_stand_behind_each_other_and_less_than_nothing_left(self):
        self.put_rows(explained(counting=60.0, allocation=-30.0, collector=10.0))
        drawn = self.drawn(attribution.DEFINITION)
        found = {(round(a), round(b)): hatch for a, b, hatch in self.bars(drawn)}
        self.assertEqual(
            list(found), [(0, 200), (200, 260), (0, -30), (260, 270), (270, 280)]
        )
        self.assertEqual(found[270, 280], "/////", "the residual is hatched")
        ticks = [list(li.get_xdata()) for li in drawn.axes[0].get_lines()]
        self.assertIn([250.0, 250.0], ticks, "where it was measured")
        self.assertIn("96%", texts(drawn))

    def test_right_less_left_is_what_was_measured(self):
        for parts in ({"counting": 90.0}, {"allocation": -120.0, "lock": 3.0}):
            self.put_rows(explained(**parts))
            (row,) = attribution.table(self.run_).rows
            lengths = [end - begin for _, begin, end in stack.pieces(row)]
            self.assertAlmostEqual(sum(lengths), row["measured_ms"])
            self.assertIn("residual", [name for name, _, _ in stack.pieces(row)])

    def test_a_small_residual_is_drawn_too(self):
        self.put_rows(explained(counting=49.9))
        hatches = [
            hatch for _, _, hatch in self.bars(self.drawn(attribution.DEFINITION))
        ]
        self.assertIn("/////", hatches)

    def test_what_is_not_explained_says_why(self):
        failed = {
            "runtime": "biased",
            "workload": "words",
            "settings": {},
            "threads": 1,
        }
        self.put_rows(
            explained(), failed=[{**failed, "reason": "its objects were not seen"}]
        )
        self.assertTrue(any("not seen" in t for t in self.told(attribution.DEFINITION)))
        self.put_rows(failed=[{**failed, "reason": "its objects were not seen"}])
        self.assertEqual(len(figure.write(attribution.DEFINITION, self.run_)), 3)

    def many(self, **more):
        """More workloads than anybody could read panels of."""
        names = [f"w{i}" for i in range(13)]
        return [explained(w, n, **more) for w in names for n in (1, 2)]

    def test_many_workloads_are_told_as_sums(self):
        rows = self.many(counting=20.0) + self.many(runtime="biased", counting=40.0)
        rows += self.many(runtime="plain", counting=900.0)
        self.put_rows(*rows)
        drawn = self.drawn(attribution.DEFINITION)
        self.assertEqual(titles(drawn), ["1 thread", "2 threads"])
        found = {
            (round(begin), round(end))
            for begin, end, hatch in self.bars(drawn)
            if hatch is None
        }
        self.assertEqual(found, {(0, 80), (80, 92)}, "400 and 60 of 500 ms; no floor")
        self.assertEqual(texts(drawn).count("60%"), 26, "60 of 100 ms above the floor")
        table = attribution.table(self.run_)
        one = self.drawn(attribution.DEFINITION, table.only(workload="w3"))
        self.assertEqual(titles(one), ["w3, 1 thread", "w3, 2 threads"])

    def test_sums_have_no_share_of_nothing_and_say_what_they_lack(self):
        rows = self.many()
        for row in rows:
            row.update(ms=200.0, residual_ms=0.0)
        failed = {"runtime": "biased", "workload": "w0", "settings": {}, "threads": 1}
        self.put_rows(*rows, failed=[{**failed, "reason": "its objects were not seen"}])
        drawn = self.drawn(attribution.DEFINITION)
        self.assertEqual(texts(drawn).count("\N{EN DASH}"), 26)
        said = " ".join(" ".join(text.get_text() for text in drawn.texts).split())
        self.assertIn("1 not explained and left out", said)

    def test_panels_are_in_the_order_of_the_run(self):
        rows = [explained(w, n) for n in (2, 1) for w in reversed(WORKLOADS)]
        self.put_rows(*rows)
        found = [
            t.partition(" thread")[0]
            for t in titles(self.drawn(attribution.DEFINITION))
        ]
        self.assertEqual(found, [f"{w}, {n}" for w in WORKLOADS for n in (1, 2)])

    def test_harmless_again_or_nothing(self):
        self.assert_nothing(attribution.DEFINITION)
        self.put_rows(explained(), explained(HOSTILE, runtime=HOSTILE))
        self.assert_harmless(attribution.DEFINITION)
        self.assert_same_bytes(attribution.DEFINITION)


class Overhead(Drawings):
    def heaped(self, multiples=(1.0, 2.0, 4.0)):
        """The bounds as if they had been measured in heaps; biased does not run in the smallest."""
        found, rows = self.read("overhead.json"), []
        for row in found["rows"]:
            for multiple in multiples:
                told = copy.deepcopy(row)
                told["heap"] = {"multiple": multiple, "bytes": int(multiple * 5e6)}
                for each in told["over"].values():
                    each["ratio"] = each["ratio"] and each["ratio"] + 1 / multiple
                if row["runtime"] == "biased" and multiple == 1.0:
                    told["status"] = "oom"
                    for each in told["over"].values():
                        each.update(ratio=None, low=None, high=None)
                rows.append(told)
        self.put("overhead.json", {**found, "rows": rows})

    def test_the_table_is_what_the_driver_told(self):
        found = self.read("overhead.json")
        table = overhead.table(self.run_)
        for row in found["rows"]:
            for over, each in row["over"].items():
                (same,) = table.where(
                    workload=row["workload"],
                    threads=row["threads"],
                    runtime=row["runtime"],
                    over=over,
                )
                for name in ("ratio", "low", "high", "floor"):
                    self.assertEqual(same[name], each[name])

    def test_bars_are_more_time_than_the_floor(self):
        table = overhead.table(self.run_)
        wanted = sorted(
            row["ratio"] - 1
            for row in table.rows
            if row["over"] in ("none", "plain", "best") and row["ratio"] is not None
        )
        drawn = self.drawn(overhead.DEFINITION)
        found = sorted(
            patch.get_height() for panel in drawn.axes for patch in panel.patches
        )
        starts = {patch.get_y() for panel in drawn.axes for patch in panel.patches}
        self.assertEqual(starts, {1.0}, "what the floor takes")
        self.assertEqual(len(found), len(wanted))
        for value, same in zip(found, wanted):
            self.assertAlmostEqual(value, same)
        self.assertEqual(
            titles(drawn),
            [
                "over plain, 1 thread",
                "over the best there, 1 thread",
                "over the best there, 2 threads",
            ],
        )

    def test_in_heaps_lines_go_over_their_sizes(self):
        self.heaped()
        table = overhead.table(self.run_)
        drawn = self.drawn(overhead.DEFINITION)
        panel = drawn.axes[0]
        self.assertEqual(panel.get_xscale(), "log")
        lines = [
            li for li in panel.get_lines() if list(li.get_xdata()) == [1.0, 2.0, 4.0]
        ]
        self.assertEqual(len(lines), 4)
        rows = [
            r
            for r in table.where(
                workload="binary_trees", threads=1, runtime="gil", over="ideal"
            )
            if r["heap_bytes"]
        ]
        wanted = [100 * (row["ratio"] - 1) for row in rows]
        self.assertIn(wanted, [list(line.get_ydata()) for line in lines])

    def test_a_heap_that_is_too_small_is_told(self):
        self.heaped()
        said = " ".join(" ".join(texts(self.drawn(overhead.DEFINITION))).split())
        self.assertIn("biased (1x): too small", said)

    def test_sizes_without_multiples_are_told_as_such(self):
        rows = [{"heap_multiple": None, "heap_bytes": n << 20} for n in (8, 16, 64)]
        self.assertEqual([overhead.size_of(row, rows) for row in rows], [1, 2, 8])

    def test_harmless_again_or_nothing(self):
        self.assert_same_bytes(overhead.DEFINITION)
        one = overhead.table(self.run_).only(
            workload="words", runtime="atomic", over="best", threads=1
        )
        self.assertEqual(len(one.rows), 1)
        self.assertTrue(
            any("atomic, words" in t for t in self.told(overhead.DEFINITION, one))
        )
        found = renamed(self.read("overhead.json"), "words", HOSTILE)
        self.put("overhead.json", renamed(found, "atomic", HOSTILE))
        self.assert_harmless(overhead.DEFINITION)
        self.heaped()
        self.assert_harmless(overhead.DEFINITION)
        self.take("overhead.json")
        self.assert_nothing(overhead.DEFINITION)

    def test_all_failed_is_a_figure(self):
        found = self.read("overhead.json")
        for row in [*found["rows"], *found["means"]]:
            for each in row["over"].values():
                each.update(ratio=None, low=None, high=None, blocks=None)
        self.put("overhead.json", found)
        self.assertEqual(len(figure.write(overhead.DEFINITION, self.run_)), 3)


def case(name, runtime, status="pass", group="counts", **more):
    told = {"message": "", "expected": "", "seen": "", "says": f"what {name} says"}
    return {
        "runtime": runtime,
        "case": name,
        "group": group,
        "status": status,
        **told,
        **more,
    }


class Conformance(Drawings):
    def put_cases(self, *cases):
        self.put("check.json", {"schema": "refbench.check/1", "cases": list(cases)})

    def marks(self, drawn):
        """(sign, where) of every mark."""
        return [
            (line.get_marker(), (x, y))
            for panel in drawn.axes
            for line in panel.get_lines()
            if line.get_marker() != "None"
            for x, y in zip(line.get_xdata(), line.get_ydata())
        ]

    def test_every_case_of_every_runtime_has_its_sign(self):
        self.put_cases(
            case("one", "gil"),
            case("one", "none", "skip", message="nothing is freed"),
            case("two", "gil", "fail", "cycles", expected="3", seen="4"),
            case("two", "none", group="cycles"),
        )
        drawn = self.drawn(conformance.DEFINITION)
        wanted = {("o", (0, 1)), ("_", (1, 1)), ("X", (0, 3)), ("o", (1, 3))}
        self.assertEqual(set(self.marks(drawn)), wanted)
        names = [text.get_text() for text in drawn.axes[0].get_yticklabels()]
        self.assertEqual(names, ["counts", "one", "cycles", "two"])
        self.assertEqual(
            keys(drawn), ["2 passed", "1 failed", "1 skipped: not promised"]
        )
        told = self.told(conformance.DEFINITION)
        self.assertIn("two on gil: fail: expected 3, seen 4; what two says", told)

    def test_another_status_is_neither_passed_nor_failed(self):
        self.put_cases(case("one", "gil", "odd"), case("two", "gil"))
        self.assertIn("1 ended otherwise", keys(self.drawn(conformance.DEFINITION)))

    def test_long_lists_go_on_in_a_column_and_fit_a_page(self):
        cases = [
            case(f"case_{i}", runtime, group=f"group_{i // 13}")
            for i in range(120)
            for runtime in ("gil", "none", "plain", "atomic", "biased", "mine", "yours")
        ]
        self.put_cases(*cases)
        drawn = self.drawn(conformance.DEFINITION)
        self.assertEqual(len(drawn.axes), 2)
        self.assertLessEqual(drawn.get_figheight(), style.TALLEST + 1e-9)
        self.assertEqual(len(self.marks(drawn)), len(cases))
        second = [text.get_text() for text in drawn.axes[1].get_yticklabels()]
        self.assertTrue(
            second[0].startswith("group_"), "the group that goes on is named again"
        )

    def test_harmless_again_or_nothing(self):
        self.assert_nothing(conformance.DEFINITION)
        self.put_cases(
            case(HOSTILE, HOSTILE, "fail", HOSTILE, expected=HOSTILE), case("b", "gil")
        )
        self.assert_harmless(conformance.DEFINITION)
        self.assert_same_bytes(conformance.DEFINITION)
        self.put_cases(*(case(str(i), "gil", "fail") for i in range(40)))
        self.assertEqual(
            {sign for sign, _ in self.marks(self.drawn(conformance.DEFINITION))}, {"X"}
        )


if __name__ == "__main__":
    unittest.main()
