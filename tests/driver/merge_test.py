"""run --shard and merge: a plan shared by several, and one run of what they measured."""

import json
import unittest
from unittest import mock

from laboratory import LaboratoryTest

from driver import cell, figures, lock, machine, merger, plan, shard, store
from driver.refusal import Refusal

WORDS = ("words", "--threads", "1", "--seed", "3")


class Shards(unittest.TestCase):
    def test_together_they_are_the_plan(self):
        for count in (1, 2, 3, 7):
            parts = [shard.of(f"{i}/{count}", 1, 10) for i in range(1, count + 1)]
            blocks = [b for p in parts for b in range(p.first, 10, p.step)]
            self.assertEqual(sorted(blocks), list(range(10)))
            self.assertEqual(
                [p.blocks(10) for p in parts],
                [len(range(p.first, 10, p.step)) for p in parts],
            )

    def test_refused(self):
        for text in ("0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "-1/4", ""):
            with self.subTest(text), self.assertRaisesRegex(Refusal, "--shard"):
                shard.of(text, 1, 10)
        with self.assertRaisesRegex(Refusal, "--seed"):
            shard.of("1/4", None, 10)
        with self.assertRaisesRegex(Refusal, "has none"):
            shard.of("4/4", 1, 3)


class MergeTest(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name in ("gil", "atomic", "tally"):
            self.program(name)

    def part(self, text, *words, host=None, blocks=5):
        """Runs a shard; its folder."""
        asked = ["--shard", text] if text else []
        asked += ["--blocks", str(blocks), *words]
        where = self.results / "runs"
        before = set(where.iterdir()) if where.exists() else set()
        facts = machine.facts()
        told = {**facts, "host": host or facts["host"], "usable_cores": 2}
        told["usable_cores"] -= host == "small"
        with mock.patch.object(machine, "facts", lambda: told):
            found = self.measure(*WORDS, *asked)
        self.assertEqual(found.returncode, 0, found.stderr)
        (folder,) = set(where.iterdir()) - before
        return store.Run(folder)

    def merge(self, *runs, label="whole"):
        names = [run.id for run in runs]
        return self.refbench(
            "merge", *names, "--label", label, "--results", self.results
        )

    def merged(self, *runs, **more):
        """The run that they make."""
        found = self.merge(*runs, **more)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.printed = found.stdout
        return store.find(self.results, more.get("label", "whole"))

    def blocks(self, run):
        return sorted({line["block"] for line in run.lines()} - {None})


class Shard(MergeTest):
    def test_every_second_block(self):
        odd, even = self.part("1/2"), self.part("2/2")
        self.assertEqual((self.blocks(odd), self.blocks(even)), ([0, 2, 4], [1, 3]))

    def test_blocks_are_those_of_the_plan(self):
        """Their arms are in the order in which the whole plan has them."""
        whole = {}
        for line in self.part(None).planned():
            whole[line["key"]] = line["order"]
        for line in self.part("2/2").planned():
            self.assertEqual(whole[line["key"]], line["order"], line["key"])

    def test_it_goes_on_as_a_shard(self):
        run = self.part("2/2")
        text = run.trials.read_bytes().splitlines(keepends=True)
        run.trials.write_bytes(b"".join(text[:4]))
        manifest = run.manifest()
        del manifest["outcome"]
        run.write("manifest.json", manifest)
        found = self.refbench("resume", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(self.blocks(run), [1, 3])
        self.assertEqual(len(run.lines()), len(text))

    def test_it_says_what_it_is(self):
        self.part("2/2")
        self.assertEqual(self.shown()["shard"], [2, 2])
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("shard 2 of 2: refbench merge", text)

    def test_refused(self):
        found = self.measure("words", "--shard", "1/2", "--blocks", "4")
        self.assert_one_line(found, 2, "--shard", "--seed")
        found = self.measure(
            "binary_trees", "--heap", "2x", "--shard", "1/2", *WORDS[1:]
        )
        self.assert_one_line(found, 2, "--shard", "--heap")
        self.assertFalse(self.results.exists())

    def test_a_dry_run_shows_its_first_block(self):
        asked = (*WORDS, "--dry-run", "--blocks", "9")
        first = self.measure(*asked).stdout
        second = self.measure(*asked, "--shard", "4/9").stdout
        self.assertEqual(sorted(first), sorted(second))
        self.assertNotEqual(first, second)


class Merged(MergeTest):
    def test_shards_are_the_whole_run(self):
        whole = self.part(None)
        run = self.merged(self.part("1/2"), self.part("2/2"))
        lines, wanted = (
            [line for line in each.lines() if line["block"] is not None]
            for each in (run, whole)
        )
        names = ("key", "block", "order", "arm", "status", "checksum")
        self.assertEqual(
            [[line[name] for name in names] for line in lines],
            [[line[name] for name in names] for line in wanted],
        )
        self.assertEqual(
            [line["key"] for line in run.planned()],
            [line["key"] for line in whole.planned()],
        )
        self.assertEqual(run.manifest()["outcome"], "complete")
        self.assertEqual(run.manifest()["plan_hash"], whole.manifest()["plan_hash"])
        shown = self.shown()
        self.assertEqual((shown["blocks"], shown["shard"]), (5, None))
        self.assertEqual(len(shown["tally"]), 1)

    def test_lines_tell_their_origin(self):
        parts = [self.part("1/2"), self.part("2/2")]
        run = self.merged(*parts)
        for line in run.lines():
            if line["block"] is not None:
                part = parts[line["block"] % 2]
                origin = {"run": part.id, "block": line["block"]}
                self.assertEqual(line["origin"], origin)

    def test_files_come_along(self):
        parts = [self.part("1/2"), self.part("2/2")]
        before = {part.id: (part.trials).read_bytes() for part in parts}
        run = self.merged(*parts)
        for line in run.lines():
            theirs = store.Run(self.results / "runs" / line["origin"]["run"])
            name = line["raw"].replace(f"{theirs.id}/", "")
            copied = (run.path / line["raw"]).read_bytes()
            self.assertEqual(copied, (theirs.path / name).read_bytes())
        for part in parts:
            self.assertEqual(part.trials.read_bytes(), before[part.id])

    def test_the_same_blocks_on_two_machines(self):
        """No block has two machines, and what is paired is of one block."""
        fast = self.part(None, host="fast", blocks=3)
        slow = self.part(None, host="slow", blocks=3)
        run = self.merged(fast, slow)
        self.assertEqual(self.blocks(run), list(range(6)))
        origins = {}
        for line in run.lines():
            if line["block"] is not None:
                origins.setdefault(line["block"], set()).add(line["origin"]["run"])
                self.assertIn(f"/block:{line['block']}/", line["key"])
        self.assertEqual([len(each) for each in origins.values()], [1] * 6)
        self.assertEqual([origins[b] for b in (0, 3)], [{fast.id}, {slow.id}])
        keys = [line["key"] for line in run.lines() if line["block"] is not None]
        self.assertEqual(len(set(keys)), len(keys))

    def test_ratios_stay_within_a_machine(self):
        runs = [self.part(None, host=host, blocks=3) for host in ("fast", "slow")]
        for run, factor in zip(runs, (1.0, 0.1)):
            lines = run.lines()
            for line in lines:
                line["ops_per_s"] *= factor * (2 if line["arm"] == "atomic" else 1)
            run.trials.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.merged(*runs)
        (row,) = [r for r in self.shown()["rows"] if r["runtime"] == "atomic"]
        self.assertEqual(row["ratio_range"], [2.0, 2.0])
        self.assertEqual(row["ops_per_s_range"], [1e6, 1e7])

    def test_machines(self):
        runs = [self.part("1/2", host="big"), self.part("2/2", host="small")]
        run = self.merged(*runs)
        environment = run.environment()
        machines = environment["machines"]
        self.assertEqual([each["run"] for each in machines], [r.id for r in runs])
        self.assertEqual([each["blocks"] for each in machines], [[0, 2, 4], [1, 3]])
        self.assertEqual(machines[1]["facts"]["host"], "small")
        self.assertIsNone(environment["facts"]["host"])
        self.assertEqual(environment["facts"]["unknown"]["host"], "machines differ")
        self.assertEqual(environment["facts"]["usable_cores"], 1, "the fewest")
        shown = self.shown()
        told = [(each["host"], each["blocks"]) for each in shown["machines"]]
        self.assertEqual(told, [("big", 3), ("small", 2)])
        self.assertIn(
            "merged of 2 runs on 2 machines: big (3 blocks), small (2 blocks)",
            self.printed,
        )
        self.assertIn("ratios are taken within a block", self.printed)

    def test_one_machine(self):
        run = self.merged(self.part("1/2"), self.part("2/2"))
        self.assertEqual(run.environment()["facts"]["usable_cores"], 2)
        self.assertIn("merged of 2 runs on 1 machine: ", self.printed)
        self.assertNotIn("ratios are taken within a block,", self.printed)

    def test_what_is_merged_can_be_merged(self):
        one, two, three = (self.part(f"{i}/3") for i in (1, 2, 3))
        half = self.merged(one, two, label="half")
        run = self.merged(half, three)
        self.assertEqual(self.blocks(run), list(range(5)))
        origins = {line["origin"]["run"] for line in run.lines()}
        self.assertEqual(origins, {one.id, two.id, three.id})
        machines = run.environment()["machines"]
        self.assertEqual([each["blocks"] for each in machines], [[0, 3], [1, 4], [2]])
        self.assert_one_line(self.merge(run, two), 2, two.id, "twice")

    def test_nothing_is_drawn_while_something_is_measured(self):
        parts = self.part("1/2"), self.part("2/2")

        def draw(run):
            with self.assertRaises(Refusal), lock.MachineLock():
                pass
            return f"drew {run.id}"

        with mock.patch.object(figures, "draw", draw):
            found = self.merge(*parts, label="alone")
            self.assertIn("drew ", found.stderr)
            with lock.MachineLock():
                found = self.merge(*parts)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertNotIn("drew ", found.stderr)
        self.assertIn("no report: another run", found.stderr)
        self.assertIn("results: ", found.stdout)

    def test_a_part_that_ended_early(self):
        one, two = self.part("1/2"), self.part("2/2")
        manifest = two.manifest()
        manifest["outcome"] = "interrupted"
        two.write("manifest.json", manifest)
        run = self.merged(one, two)
        self.assertIn("incomplete: not all that was planned", self.printed)
        found = self.refbench("resume", run.id, "--results", self.results)
        self.assert_one_line(found, 2, "is merged", "merge them again")

    def test_a_comparison_pairs_its_blocks(self):
        run = self.merged(self.part("1/2"), self.part("2/2"))
        cells = cell.by_arm(run.lines())
        self.assertEqual({len(each.speeds()) for each in cells.values()}, {5})
        found = self.refbench(
            "compare", "gil@whole", "atomic@whole", "--json", "--results", self.results
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertTrue(json.loads(found.stdout)["paired"])


class Refused(MergeTest):
    def assert_refused(self, found, *parts):
        self.assert_one_line(found, 2, *parts)
        runs = [path.name for path in (self.results / "runs").iterdir()]
        self.assertFalse([name for name in runs if name.endswith("-whole")])

    def test_one_alone(self):
        self.assert_refused(self.merge(self.part("1/2")), "two runs")

    def test_twice_the_same(self):
        run = self.part("1/2")
        self.assert_refused(self.merge(run, run), run.id, "twice")

    def test_another_seed(self):
        one = self.part("1/2")
        two = self.part("2/2", "--seed", "4")
        self.assert_refused(self.merge(one, two), two.id, "its seed is 4, not 3")

    def test_other_threads(self):
        runs = [self.part("1/2"), self.part("2/2", "--threads", "2")]
        self.assert_refused(self.merge(*runs), "other names, threads")

    def test_other_runtimes(self):
        runs = [self.part("1/2"), self.part("2/2", "--runtime", "gil")]
        self.assert_refused(self.merge(*runs), "it measured gil, not gil, atomic")

    def change(self, name):
        path = self.programs / f"refbench-{name}"
        path.write_text(path.read_text() + "# built anew\n")

    def test_another_build(self):
        one = self.part("1/2")
        self.change("atomic")
        self.assert_refused(
            self.merge(one, self.part("2/2")), "atomic is another build"
        )

    def test_another_counting_build(self):
        one = self.part("1/2")
        self.change("tally")
        two = self.part("2/2")
        self.assert_refused(self.merge(one, two), "counting program is another build")

    def test_another_input(self):
        text = self.folder / "text"
        text.write_text("to be")
        self.program("gil", inputs=[str(text)])
        one = self.part("1/2")
        text.write_text("or not")
        self.assert_refused(self.merge(one, self.part("2/2")), "input", "another")

    def test_no_such_run(self):
        found = self.refbench("merge", "a", "b", "--results", self.results)
        self.assert_one_line(found, 2, "no run a")


class Numbers(unittest.TestCase):
    def test_own_while_nobody_has_them(self):
        self.assertEqual(merger._numbers([1, 3], {0, 2}), {1: 1, 3: 3})
        self.assertEqual(merger._numbers([], {0}), {})

    def test_after_those_that_are_taken(self):
        self.assertEqual(merger._numbers([0, 2], {0, 1}), {0: 2, 2: 4})
        self.assertEqual(merger._numbers([1, 3], {0, 1}), {1: 2, 3: 4})

    def test_keys_are_those_of_the_plan(self):
        class Program:
            name, build, workloads = "gil", "b", {"words": {}}

        whole = plan.Plan([plan.Arm("workload", "gil", "words")], 1, [Program], {})
        arm = whole.arms[0]
        line = {"key": whole.key(arm, 7), "block": 7}
        moved = merger._moved(line, {7: 12})
        self.assertEqual(moved, {"key": whole.key(arm, 12), "block": 12})


if __name__ == "__main__":
    unittest.main()
