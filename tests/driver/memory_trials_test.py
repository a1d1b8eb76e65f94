"""Memory over time: processes of their own, which leave files and disturb nothing."""

import json
import tempfile
import tracemalloc
import unittest
from dataclasses import replace
from pathlib import Path

from laboratory import LaboratoryTest
from snapshots import snapshot

from driver import memory, store
from driver.arm import Arm
from driver.refusal import Refusal

MOMENTS = [
    snapshot(1, rss_bytes=5 << 20, collections=[1, 0, 0]),
    snapshot(2, 290, 2, rss_bytes=9 << 20, collections=[4, 1, 0]),
    snapshot(3, 210, rss_bytes=7 << 20, collections=[9, 1, 1]),
]


def moment(number, **more):
    names = dict.fromkeys(("rss_bytes", "live_bytes", "committed_bytes"), 0)
    return {"t_ms": number, **names, **more}


class Thinned(unittest.TestCase):
    def test_few_are_kept_all(self):
        few = [moment(n) for n in range(memory.MOST)]
        self.assertEqual(memory.thinned(few), few)
        self.assertEqual(memory.thinned(few[:1]), few[:1])

    def test_of_many_the_ends_and_the_peaks_are_kept(self):
        many = [moment(n) for n in range(5000)]
        for place, name in ((1001, "rss_bytes"), (2002, "live_bytes")):
            many[place][name] = 7
        many[3003]["committed_bytes"] = 7
        found = [each["t_ms"] for each in memory.thinned(many)]
        self.assertLessEqual(len(found), memory.MOST)
        self.assertGreater(len(found), memory.MOST - 10)
        self.assertLessEqual({0, 1001, 2002, 3003, 4999}, set(found))
        self.assertEqual(found, sorted(found))
        self.assertLess(max(b - a for a, b in zip(found, found[1:])), 50)


class Kept(unittest.TestCase):
    def kept(self, *snapshots):
        """What is kept of them, and the most memory that took."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        path = folder / "snapshots"
        path.write_text("".join(json.dumps(each) + "\n" for each in snapshots))
        arm = Arm("memory", "gil", "words", mapped=True)
        tracemalloc.start()
        try:
            name = memory.keep(arm, path, folder)
            return folder / name, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def test_of_a_large_heap_one_snapshot_at_a_time(self):
        """A heap of a GiB has 65,536 pools, and a line of them takes tens of megabytes to read."""
        pools = [[0, i % 64, 64, 0, 0, 100 + i, 0, 0, 0, 0, 1] for i in range(2000)]
        _, least = self.kept(snapshot(1, pools=pools))
        path, most = self.kept(*(snapshot(n, pools=pools) for n in range(1, 41)))
        self.assertLess(most, 5 * least)
        self.assertEqual(len(path.read_text().splitlines()), 40)

    def test_the_map_has_no_pools_that_no_program_writes(self):
        wrong = snapshot(2, 290, 2, pools=[[0, 64, 64, 0, 0, 1, 0, 0, 0, 0, 1]])
        with self.assertRaisesRegex(Refusal, "snapshot 2: .* is no pool"):
            self.kept(snapshot(1), wrong, snapshot(3))


class Spaced(unittest.TestCase):
    def test_as_far_apart_as_the_trial_is_long(self):
        arm = Arm("memory", "gil", "words")
        rows = [
            {"workload": "words", "settings": {}, "ns": 4e9},
            {"workload": "long", "settings": {}, "ns": 4e12},
            {"workload": "failed", "settings": {}, "ns": None},
        ]
        arms = [replace(arm, workload=row["workload"]) for row in rows]
        arms.append(replace(arm, workload="unseen"))
        found = [each.every_ms for each in memory.spaced(arms, rows)]
        self.assertEqual(found, [80, 1000, 3, 3])


class Watched(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.watched("gil")
        self.watched("lazy")
        self.program("plain", keeps_memory=False)

    def watched(self, name, behaviours=(), moments=MOMENTS, **about):
        path = self.program(name, behaviours, keeps_memory=True, **about)
        lines = "".join(json.dumps(each) + "\n" for each in moments)
        (path.parent / f".{name}" / "snapshots").write_text(lines)

    def run_of(self, *words, code=0):
        found = self.measure(*words, "--threads", "2,1", "--suite", "headline")
        self.assertEqual(found.returncode, code, found.stderr)
        return found

    def files(self, folder=None):
        found = (folder or self.run_folder()) / "memory"
        return sorted(path.name for path in found.glob("*"))

    def of_memory(self):
        return [line for line in self.lines() if line["kind"] == "memory"]

    def test_one_of_each_runtime_and_workload(self):
        self.run_of()
        ways = [
            f"{w}-1-{r}.jsonl"
            for w in ("binary_trees", "words")
            for r in ("gil", "lazy")
        ]
        self.assertEqual(self.files(), sorted([*ways, "map.json"]))
        path = self.run_folder() / "memory" / "words-1-lazy.jsonl"
        first, second, third = map(json.loads, path.read_text().splitlines())
        self.assertEqual(first["t_ms"], 0)
        self.assertEqual(
            second,
            {
                "t_ms": 1.0,
                "rss_bytes": 9 << 20,
                "live_bytes": MOMENTS[1]["live_bytes"],
                "committed_bytes": MOMENTS[1]["committed_bytes"],
                "collections": [4, 1, 0],
            },
        )
        self.assertEqual((third["t_ms"], third["collections"]), (2.0, [9, 1, 1]))
        peak = self.run_folder() / "memory" / "map.json"
        self.assertEqual(json.loads(peak.read_text()), MOMENTS[1])

    def test_they_are_in_no_figure(self):
        self.run_of()
        lines = self.of_memory()
        self.assertEqual(len(lines), 4)
        self.assertEqual({line["block"] for line in lines}, {None})
        self.assertEqual({line["contaminated"] for line in lines}, {None})
        self.assertEqual(
            {line["memory_file"].partition("/")[0] for line in lines}, {"memory"}
        )
        summary = self.shown()
        self.assertEqual(summary["trials"], {"ok": len(self.lines()) - 4})
        self.assertEqual({row["trials"] for row in summary["rows"]}, {1})
        left = list((self.run_folder() / "raw").glob("*.snapshots"))
        self.assertEqual(left, [], "they are many, and are kept thinned")

    def test_not_where_a_run_is_to_be_over_in_no_time(self):
        found = self.measure("--threads", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual((self.files(), self.of_memory()), ([], []))

    def test_settings_are_in_the_name(self):
        self.watched("gil", workloads=("kv_store",))
        what = ("kv_store", "--set", "kv_store.mix=c", "--set", "kv_store.size=8")
        found = self.measure(*what, "--threads", "1", "--runtime", "gil")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(
            self.files(), ["kv_store-mix=c size=8-1-gil.jsonl", "map.json"]
        )

    def test_one_that_fails_is_told_and_fails_no_run(self):
        self.watched("lazy", moments=[])
        found = self.run_of("words")
        self.assertEqual(self.files(), ["map.json", "words-1-gil.jsonl"])
        self.assertIn("failed: words/threads:1 lazy: ", found.stderr)
        self.assertEqual(self.shown()["failures"], [])
        (failed,) = [line for line in self.of_memory() if line["status"] != "ok"]
        self.assertIsNone(failed["memory_file"])

    def test_a_program_that_writes_something_else(self):
        self.watched("lazy", moments=[{"schema": "refbench.alloc_snapshot/2"}])
        found = self.run_of("words")
        self.assertIn("failed: words/threads:1 lazy: ", found.stderr)
        self.assertIn("this driver reads refbench.alloc_snapshot/1", found.stderr)

    def test_a_run_that_goes_on_watches_what_is_left(self):
        self.run_of()
        folder = self.run_folder()
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["outcome"] = "interrupted"
        (folder / "manifest.json").write_text(json.dumps(manifest))
        trials = folder / "trials.jsonl"
        lines = trials.read_text().splitlines(keepends=True)
        trials.write_text("".join(lines[:3]))  # one of memory is left
        (folder / "memory" / "words-1-gil.jsonl").unlink(missing_ok=True)
        before = {line["key"] for line in self.of_memory()}
        self.assertEqual(len(before), 3)
        found = self.refbench("run", "--resume", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        keys = [line["key"] for line in self.of_memory()]
        self.assertEqual((len(keys), len(set(keys))), (4, 4))

    def test_of_shards_the_first_watches_and_the_whole_has_it(self):
        for shard in ("1/2", "2/2"):
            found = self.measure(
                *("words", "--threads", "1", "--blocks", "2", "--seed", "1"),
                *("--shard", shard, "--label", f"of-{shard[0]}"),
            )
            self.assertEqual(found.returncode, 0, found.stderr)
        names = sorted(path.name for path in (self.results / "runs").iterdir())
        first, second = sorted(names, key=lambda name: name[-1])
        of = {name: self.files(self.results / "runs" / name) for name in names}
        files = ["map.json", "words-1-gil.jsonl", "words-1-lazy.jsonl"]
        self.assertEqual(of, {first: files, second: []})
        merged = self.refbench(
            *("merge", second, first, "--label", "whole", "--results", self.results)
        )
        self.assertEqual(merged.returncode, 0, merged.stderr)
        whole = store.find(self.results, "whole")
        self.assertEqual(self.files(whole.path), files)


if __name__ == "__main__":
    unittest.main()
