#!/usr/bin/python3
"""refbench alloc --map: the picture of arenas and pools."""

import json
import re
import unittest

from snapshots import TRIAL, SnapshotTest, snapshot

SVG = "{http://www.w3.org/2000/svg}"


class Picture(SnapshotTest):
    def cells(self, root):
        """What is told of each pool, and its cell."""
        rects = root.findall(f"{SVG}rect")
        named = [rect for rect in rects if rect.find(f"{SVG}title") is not None]
        return {rect.find(f"{SVG}title").text: rect for rect in named}

    def test_every_pool_of_the_peak_is_a_cell(self):
        _, root = self.picture("--from", self.write(*TRIAL))
        cells = self.cells(root)
        self.assertEqual(
            list(cells),
            [
                f"arena 0, slot {slot}: data of 64 bytes, full: 100 live of 100; heap 1"
                for slot in (1, 2)
            ]
            + [
                "arena 0, slot 3: data of 64 bytes, partial: 100 live of 100; heap 1",
                "arena 1, slot 5: object of 48 bytes, waiting: "
                "80 free, 20 uncarved of 100; no heap",
            ],
        )
        fills = [cell.get("fill") for cell in cells.values()]
        self.assertEqual(fills, ["#0072b2"] * 3 + ["url(#waits)"])
        texts = [each.text for each in root.findall(f"{SVG}text")]
        self.assertEqual(texts.count("64"), 3)
        self.assertIn("arena 1", texts)
        self.assertIn("Memory of the arenas over time", texts)
        self.assertIn("18.8 KiB in use of 2.00 MiB committed in 2 arenas", texts[1])
        self.assertIn("besides, large blocks of 4.88 KiB", texts[1])

    def test_pools_without_a_block_in_use_look_different(self):
        rows = [
            [0, 1, 64, 1, 2, 0, 100, 0, 0, 0, 1],
            [0, 2, 64, 1, 1, 0, 80, 20, 0, 0, 1],
            [0, 3, 64, 1, 1, 1, 99, 0, 0, 0, 1],
        ]
        _, root = self.picture("--from", self.write(snapshot(1, pools=rows)))
        looks = [cell.get("fill") for cell in self.cells(root).values()]
        self.assertEqual(looks[:2], ["#ffffff", "url(#remote)"])
        self.assertEqual(len(set(looks)), 3)

    def test_a_fuller_pool_is_deeper(self):
        _, root = self.picture("--from", self.write(snapshot(1, 210)))
        cells = list(self.cells(root).values())

        def depth(cell):
            return 255 - int(cell.get("fill")[1:3], 16)

        self.assertGreater(depth(cells[0]), 2 * depth(cells[2]))
        self.assertGreater(depth(cells[2]), 0)

    def test_cells_lie_side_by_side_inside_the_picture(self):
        _, root = self.picture("--from", self.write(*TRIAL))
        width, height = float(root.get("width")), float(root.get("height"))
        spans = []
        for cell in self.cells(root).values():
            x, y, w, h = (float(cell.get(k)) for k in ("x", "y", "width", "height"))
            self.assertTrue(0 <= x and x + w <= width and 0 <= y and y + h <= height)
            spans.append((y, x, x + w))
        spans.sort()
        for (y, _, end), (other, begin, _) in zip(spans, spans[1:]):
            self.assertTrue(other > y or begin >= end - 0.02, spans)

    def test_a_thousand_arenas_fit(self):
        _, root = self.picture("--from", self.write(snapshot(1, arenas=1000)))
        self.assertEqual(len(self.cells(root)), 3 + 999)
        self.assertLess(float(root.get("height")), 2500)

    def test_it_stands_alone(self):
        path, _ = self.picture("--from", self.write(*TRIAL))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(re.findall(r"https?://[^\"]*", text), [SVG.strip("{}")])
        self.assertNotRegex(text, r"href|<image|@import|<style")

    def test_large_blocks_do_not_lift_a_line_above_what_is_resident(self):
        large = {**TRIAL[0]["large"], "bytes": 9 << 20}
        more = {"live_bytes": (9 << 20) + 16000, "committed_bytes": 10 << 20}
        path = self.write(snapshot(1, 250, large=large, **more))
        shown, root = self.picture("--from", path)
        self.assertIn("1.00 MiB", [each.text for each in root.findall(f"{SVG}text")])
        lines = root.findall(f"{SVG}polyline")
        tops = [
            float(line.get("points").split()[0].split(",")[1])
            for line in lines
            if line.get("stroke-width") == "1.5"  # not those of axes and keys
        ]
        committed, resident, live = tops  # down the page
        self.assertLess(committed, resident)
        self.assertLess(resident, live, "40 KiB resident, 16 KB live in arenas")
        with open(shown.replace(".svg", ".json"), encoding="utf-8") as file:
            (moment,) = json.load(file)["over_time"]
        self.assertEqual(moment["arena_live_bytes"], 16000)
        self.assertEqual(moment["arena_committed_bytes"], 1 << 20)

    def test_nothing_in_use(self):
        empty = snapshot(1, pools=[], classes=[], live_bytes=0, committed_bytes=0)
        _, root = self.picture("--from", self.write({**empty, "resident_bytes": 0}))
        self.assertEqual(self.cells(root), {})
        text = self.refbench("alloc", "--stats", "--from", self.folder / "snapshots")
        self.assertIn("fragmentation -", text.stdout)

    def test_json_beside_it_and_another_folder(self):
        out = self.folder / "new" / "pictures"
        words = ["--from", self.write(*TRIAL), "--map", "--out", out]
        drawn = self.stats(*words)["map"]
        self.assertEqual(
            drawn, [str(out / f"snapshots-map.{kind}") for kind in ("svg", "json")]
        )
        told = json.loads((out / "snapshots-map.json").read_text())
        self.assertEqual(told["schema"], "refbench.alloc_map/1")
        self.assertEqual(told["peak"], TRIAL[2])
        self.assertEqual(len(told["over_time"]), 4)

    def test_folder_that_is_a_file(self):
        path = self.write(*TRIAL)
        for out, part in (
            (path, "is no folder"),
            (path / "in", "cannot be made: Not a directory"),
        ):
            words = ["--map", "--from", path, "--out", out]
            self.refused(2, f"--out {out} {part}; name one", words=words)

    def test_strange_names_stay_text(self):
        name = "workload/<script>&\"'\x01/threads:1"
        _, root = self.picture("--from", self.write({**TRIAL[0], "trial": name}))
        title = root.find(f"{SVG}text").text
        self.assertIn("<script>&\"'?", title)
        self.assertEqual(root.findall(f".//{SVG}script"), [])


if __name__ == "__main__":
    unittest.main()
