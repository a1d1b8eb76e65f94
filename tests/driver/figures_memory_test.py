"""Figures of memory: what processes hold over time, and a map of arenas and pools."""

import json
import unittest

from drawings import HOSTILE, Drawings, keys, renamed, titles
from matplotlib.collections import PatchCollection
from snapshots import snapshot

from analysis import allocator, figure, memory, style


class Memory(Drawings):
    def put_series(self, workload="words", threads=1, runtime="gil", samples=None):
        lines = samples or [
            {"t_ms": 10.0 * i, "rss_bytes": (i + 4) << 20, "live_bytes": (i + 1) << 20}
            | {"committed_bytes": (i + 2) << 20, "collections": [9 * i, 3 * i, i // 2]}
            for i in range(6)
        ]
        name = f"memory/{workload}-{threads}-{runtime}.jsonl"
        self.put(name, {})
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (self.path / name).write_text(text, encoding="utf-8")

    def lines(self, panel, points=6):
        return [li for li in panel.get_lines() if len(li.get_xdata()) == points]

    def test_names_of_runtimes_may_have_dashes(self):
        told = renamed(self.read("summary.json"), "atomic", "my-own")
        self.put("summary.json", told)
        self.put_series(runtime="my-own")
        (series,) = self.run_.memory["series"]
        what = series["workload"], series["threads"], series["runtime"]
        self.assertEqual(what, ("words", 1, "my-own"))

    def test_lines_are_what_the_process_held(self):
        self.put_series()
        held, live = self.drawn(memory.DEFINITION).axes
        (line,) = self.lines(held)
        self.assertEqual(list(line.get_xdata()), [0, 10, 20, 30, 40, 50])
        self.assertEqual(list(line.get_ydata()), [4, 5, 6, 7, 8, 9])
        (line,) = self.lines(live)
        self.assertEqual(list(line.get_ydata()), [1, 2, 3, 4, 5, 6])

    def test_collections_of_the_oldest_generation_are_ticks(self):
        self.put_series()
        _, live = self.drawn(memory.DEFINITION).axes
        (ticks,) = [line for line in live.get_lines() if line.get_marker() == "|"]
        self.assertEqual(list(ticks.get_xdata()), [20.0, 40.0])

    def test_the_table_is_the_files(self):
        self.put_series(runtime="atomic")
        self.put_series()
        rows = memory.table(self.run_).rows
        self.assertEqual([row["runtime"] for row in rows], ["gil"] * 6 + ["atomic"] * 6)
        self.assertEqual(
            [row["collections_0"] for row in rows[:6]], [0, 9, 18, 27, 36, 45]
        )

    def test_what_a_sample_does_not_tell_is_left_out(self):
        odd = [{"t_ms": 1.0}, {"t_ms": 2.0, "rss_bytes": "much", "collections": 3}]
        self.put_series(samples=[*odd, {"t_ms": 3.0, "rss_bytes": 1 << 20}])
        held, _ = self.drawn(memory.DEFINITION).axes
        self.assertEqual([list(li.get_ydata()) for li in self.lines(held, 1)], [[1.0]])

    def test_more_threads_than_cores_are_said(self):
        self.put_series(threads=64)
        self.assertIn(
            "words, 64 threads, oversubscribed", titles(self.drawn(memory.DEFINITION))
        )

    def test_harmless_again_or_nothing(self):
        self.assert_nothing(memory.DEFINITION)
        self.put_series()
        self.assert_same_bytes(memory.DEFINITION)
        table = memory.table(self.run_)
        for row in table.rows:
            row.update(workload=HOSTILE, runtime=HOSTILE)
        self.assert_harmless(memory.DEFINITION, table)
        one = type(table)(table.columns, table.rows[:1])
        self.assertEqual(len(self.drawn(memory.DEFINITION, one).axes), 2)


class Allocator(Drawings):
    POOLS = [
        [0, 1, 48, 0, 0, 341, 0, 0, 0, 0, 1],
        [0, 2, 48, 1, 1, 100, 241, 0, 0, 0, 1],
        [0, 3, 512, 2, 2, 0, 32, 0, 0, 0, 1],
        [1, 1, 512, 2, 3, 0, 32, 0, 0, 0, 0],
        [1, 2, 64, 1, 2, 0, 200, 56, 0, 0, 2],
    ]

    def put_map(self, **other):
        found = {**snapshot(1), "pools": self.POOLS, **other}
        self.put("memory/map.json", found)
        return found

    def cells(self):
        (panel,) = self.drawn(allocator.DEFINITION).axes
        return [c for c in panel.collections if isinstance(c, PatchCollection)][2:]

    def test_the_table_is_the_snapshot(self):
        self.put_map()
        rows = allocator.table(self.run_).rows
        self.assertEqual(
            [[r["arena"], r["slot"], r["bytes"]] for r in rows],
            [p[:3] for p in self.POOLS],
        )
        kinds = ["data", "object", "container", "container", "object"]
        self.assertEqual([row["kind"] for row in rows], kinds)

    def test_colours_are_kinds_and_depth_is_fullness(self):
        self.put_map()
        full, part, empty, waiting, remote = self.cells()
        for cells, hue in ((full, "blue"), (part, "ochre")):
            self.assertEqual(style.hue(hue), _hex(cells.get_facecolor()[0]))
        self.assertEqual(full.get_alpha(), 1)
        self.assertLess(part.get_alpha(), 0.5)
        self.assertEqual(style.hue("green"), _hex(empty.get_edgecolor()[0]))
        hatches = [cells.get_hatch() for cells in (full, part, empty, waiting, remote)]
        self.assertEqual(hatches[:3], [None, None, None])
        self.assertEqual(
            len(set(hatches[2:])), 3, "a state is not told by colour alone"
        )

    def test_states_are_in_the_key_if_they_are_there(self):
        self.put_map()
        found = keys(self.drawn(allocator.DEFINITION))
        for label in ("waits for readers", "given back by others", "no block in use"):
            self.assertIn(label, found)
        self.put_map(pools=self.POOLS[:1])
        found = keys(self.drawn(allocator.DEFINITION))
        self.assertNotIn("waits for readers", found)

    def test_a_snapshot_that_makes_no_sense_is_none(self):
        for odd in (
            {"schema": "refbench.alloc_snapshot/2"},
            {"pools": [[0, 1]]},
            {"pools": [[0, 10**9, *self.POOLS[0][2:]]]},
            {"pool_bytes": 0},
            {"threads": "x"},
        ):
            self.put_map(**odd)
            self.assert_nothing(allocator.DEFINITION)

    def test_harmless_again_or_nothing(self):
        self.assert_nothing(allocator.DEFINITION)
        self.put_map()
        self.assert_same_bytes(allocator.DEFINITION)
        self.put_map(runtime=HOSTILE, trial=f"workload/{HOSTILE}/threads:1")
        self.assertEqual(len(figure.write(allocator.DEFINITION, self.run_)), 3)
        tags = {
            each.tag.rpartition("}")[2]
            for each in self.page(allocator.DEFINITION).iter()
        }
        self.assertNotIn("b", tags)


def _hex(colour):
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])


if __name__ == "__main__":
    unittest.main()
