"""The plan: arms, order, keys; and the files and programs it rests on."""

import hashlib
import json
import os
import re
import shutil
import unittest
from collections import Counter
from dataclasses import replace
from itertools import groupby
from unittest import mock

from laboratory import MICROS, LaboratoryTest, facts

from driver import input as inputs
from driver import place, plan, program
from driver.arm import Arm
from driver.refusal import NothingMatched, Refusal

EVERY = ("words", "binary_trees", "cycles", "arithmetic")


def made(name, build="b" * 64, **about):
    about = {"workloads": EVERY, "micros": MICROS, **about}
    return program.Program(name, place.ROOT / name, facts(name, **about), build)


def selected(*names, **chosen):
    return plan.Selection(tuple(made(name) for name in names), **chosen)


class Arms(unittest.TestCase):
    def subjects(self, selection):
        return Counter(f"{arm.subject} {arm.name}" for arm in plan.arms(selection))

    def test_the_expression_is_searched_in_bare_names(self):
        arms = plan.arms(selected("gil", regex="^words$", threads=(1,)))
        self.assertEqual(
            [(arm.workload, arm.name) for arm in arms],
            [("words", "gil"), ("words", "gil/again")],
        )

    def test_every_arm_once(self):
        found = self.subjects(selected("gil", "atomic"))
        self.assertEqual(set(found.values()), {1})
        self.assertIn("arithmetic/threads:2 atomic", found)
        self.assertNotIn("arithmetic/threads:4 atomic", found)
        self.assertIn("binary_trees/threads:2/collector:off gil", found)
        self.assertNotIn("binary_trees/threads:4/collector:off gil", found)

    def test_the_noise_of_pauses_is_watched_beside_every_workload(self):
        programs = tuple(
            made(name, workloads=(*EVERY, "clock")) for name in ("gil", "atomic")
        )
        found = self.subjects(plan.Selection(programs, "^words$", (1, 3)))
        self.assertEqual(found["clock/threads:1 gil"], 1)
        self.assertEqual(found["clock/threads:3 gil"], 1)
        self.assertFalse([name for name in found if name.startswith("clock")][2:])
        for regex in ("arithmetic", "^micro/"):
            found = self.subjects(plan.Selection(programs, regex))
            self.assertFalse([name for name in found if "clock" in name], regex)
        found = self.subjects(plan.Selection(programs, "clock"))
        self.assertEqual(
            set(found), {f"clock/threads:{n} gil" for n in (1, 2, 4)}, "when asked for"
        )

    def test_micro_benchmarks_by_name(self):
        (arm, again) = plan.arms(selected("gil", regex="pair_private"))
        self.assertEqual((arm.kind, arm.micros), ("micro", ("micro/pair_private",)))
        self.assertEqual((again.name, again.micros), ("gil/again", arm.micros))
        (arm, _) = plan.arms(selected("gil", regex="^micro/"))
        self.assertEqual(arm.micros, (), "all of them need no names")

    def test_micro_benchmarks_share_a_time(self):
        many = plan.arms(selected("gil", regex="^micro/", micro_seconds=0.6))[0]
        self.assertEqual(many.min_time, 0.1, "6 of them")
        few = plan.arms(selected("gil", regex="pair_private", micro_seconds=6))[0]
        self.assertEqual(few.min_time, 0.5, "longer adds nothing")
        command = few.command(made("gil"))
        self.assertIn("--benchmark_min_time=0.5", command)
        self.assertNotIn("--threads=1", command)

    def test_a_peer_has_micro_benchmarks_only(self):
        peer = made("cpython", workloads=(), capabilities={"max_threads": 2}, peer=True)
        found = plan.arms(plan.Selection((made("gil"), peer), threads=(1, 4)))
        kinds = [arm.kind for arm in found if arm.runtime == "cpython"]
        self.assertEqual(
            kinds, ["micro"], "workloads it does not have, threads neither"
        )
        (arm, again) = plan.arms(
            plan.Selection((made("gil"), peer), "words", threads=(1,))
        )
        self.assertEqual((arm.runtime, again.runtime), ("gil", "gil"))

    def test_a_peer_is_the_base_of_peers_only(self):
        peer = made("cpython", workloads=(), peer=True)
        for others, base in (
            (("atomic", "biased"), "atomic"),
            (("atomic", "gil"), "gil"),
        ):
            programs = (peer, *map(made, others))
            selection = plan.Selection(programs, "words", threads=(1,))
            self.assertEqual(selection.base, base)
            again = [arm.runtime for arm in plan.arms(selection) if arm.again]
            self.assertEqual(again, [base], "no control of noise")
        self.assertEqual(plan.Selection((peer,)).base, "cpython")

    def test_the_control_of_noise(self):
        again = [
            arm
            for arm in plan.arms(selected("atomic", "gil", regex="words|cycles"))
            if arm.again
        ]
        self.assertEqual(
            [(a.name, a.workload, a.threads) for a in again],
            [("gil/again", "words", 1)],
        )
        again = [
            arm
            for arm in plan.arms(selected("atomic", "biased", threads=(4, 2)))
            if arm.again
        ]
        self.assertEqual(
            [(a.name, a.subject) for a in again],
            [("atomic/again", "binary_trees/threads:2"), ("atomic/again", "micro")],
        )

    def test_no_more_threads_than_a_runtime_has(self):
        few = made("gil", capabilities={"max_threads": 2})
        arms = plan.arms(plan.Selection((few,)))
        self.assertEqual(
            {arm.threads for arm in arms if arm.workload == "words"}, {1, 2}
        )
        with self.assertRaisesRegex(Refusal, "gil runs at most 2 threads"):
            plan.arms(plan.Selection((few,), threads=(1, 4)))

    def test_who_cannot_run_so_many_threads_is_left_out_where_another_can(self):
        one = made("plain", capabilities={"max_threads": 1})
        arms = plan.arms(plan.Selection((made("gil"), one), "words", (1, 2)))
        self.assertEqual(
            {(arm.runtime, arm.threads) for arm in arms},
            {("gil", 1), ("gil", 2), ("plain", 1)},
        )

    def test_the_base_is_one_that_can_run_so_many_threads(self):
        one = made(
            "plain", capabilities={"max_threads": 1}, workloads=(*EVERY, "clock")
        )
        both = (one, made("atomic", workloads=(*EVERY, "clock")))
        chosen = plan.Selection(both, "words", (2,))
        self.assertEqual(chosen.base, "atomic")
        self.assertEqual({arm.runtime for arm in plan.arms(chosen)}, {"atomic"})
        chosen = plan.Selection(both, "words", (1, 2))
        self.assertEqual(chosen.base, "plain")
        threads = {arm.threads for arm in plan.arms(chosen) if arm.runtime == "plain"}
        self.assertEqual(threads, {1}, "its clock, too")

    def test_all_of_the_base_twice(self):
        chosen = selected("gil", "atomic", again=True, threads=(1, 2))
        again = [arm for arm in plan.arms(chosen) if arm.again]
        once = [
            replace(arm, again=True)
            for arm in plan.arms(selected("gil", "atomic", threads=(1, 2)))
            if arm.runtime == "gil" and arm.collector == "on" and not arm.again
        ]
        self.assertGreater(len(again), 3)
        self.assertEqual(set(again), set(once))

    def test_memory_is_that_of_the_largest(self):
        programs = (made("gil"),)
        for facts_, size in zip(programs[0].facts["workloads"], (5, 9, 7, 1)):
            facts_["bytes"] = size
        self.assertEqual(plan.Selection(programs).memory(), 9)
        self.assertEqual(plan.Selection(programs, regex="words").memory(), 5)

    def test_nothing(self):
        with self.assertRaisesRegex(NothingMatched, "'nothing'"):
            plan.arms(selected("gil", regex="nothing"))

    def test_what_is_counted(self):
        arms = plan.tallies(selected("gil", regex="words|arith|micro"), made("tally"))
        self.assertEqual(
            [(arm.kind, arm.workload, arm.threads) for arm in arms],
            [("tally", "words", 1)],
        )
        self.assertEqual(plan.tallies(selected("gil"), None), [])


class Order(unittest.TestCase):
    def plan(self, seed=1, build="b" * 64, digest="d", again=""):
        programs = [
            made("gil", build, inputs=["text"]),
            made("atomic", inputs=["text"]),
        ]
        arms = plan.arms(plan.Selection(tuple(programs), regex=again))
        return plan.Plan(arms, seed, programs, {"text": digest})

    def test_a_seed_gives_an_order(self):
        self.assertEqual(self.plan().block(0), self.plan().block(0))
        self.assertNotEqual(self.plan(1).block(0), self.plan(2).block(0))

    def test_each_block_has_its_own(self):
        planned = self.plan()
        self.assertNotEqual(planned.block(0), planned.block(1))
        self.assertEqual(set(planned.block(0)), set(planned.block(1)))

    def test_the_order_is_the_same_everywhere(self):
        """So a seed in a paper can be tried again: this order must never change."""
        arms = [
            Arm("workload", runtime, workload, threads)
            for workload in "abc"
            for threads in (1, 2)
            for runtime in "xyz"
        ]
        drawn = plan.Plan(arms, 7, [], {}).block(3)
        text = " ".join(f"{arm.workload}{arm.threads}{arm.runtime}" for arm in drawn)
        expected = (
            "c1x c1y c1z c2y c2x c2z b2y b2x b2z b1y b1x b1z a1z a1y a1x a2y a2z a2x"
        )
        self.assertEqual(text, expected)

    def test_what_is_compared_most_runs_one_after_another(self):
        order = self.plan().block(5)
        for near in (lambda arm: arm.workload, lambda arm: arm.subject):
            groups = [key for key, _ in groupby(order, near)]
            self.assertEqual(len(groups), len(set(groups)), "each of them once")
        first = {
            next(arm.name for arm in self.plan().block(n) if arm.workload == "words")
            for n in range(30)
        }
        self.assertEqual(first, {"gil", "atomic"}, "either may be first")

    def test_keys_hold_what_a_trial_depends_on(self):
        arm = self.plan().arms[0]
        key = self.plan().key(arm, 0)
        self.assertEqual(key, self.plan(seed=2).key(arm, 0), "the seed says only when")
        self.assertNotEqual(key, self.plan(build="c" * 64).key(arm, 0))
        self.assertNotEqual(key, self.plan(digest="e").key(arm, 0))
        self.assertNotEqual(key, self.plan().key(arm, 1))

    def test_the_hash_is_of_the_plan(self):
        self.assertEqual(self.plan().hash, self.plan().hash)
        others = [
            self.plan(seed=2),
            self.plan(build="c" * 64),
            self.plan(digest="e"),
            self.plan(again="words"),
        ]
        self.assertEqual(len({self.plan().hash, *(other.hash for other in others)}), 5)


class Input(LaboratoryTest):
    def test_file(self):
        (self.folder / "a").write_bytes(b"abc")
        self.assertEqual(
            inputs.digest(self.folder / "a"), hashlib.sha256(b"abc").hexdigest()
        )

    def test_folder_depends_on_names_and_bytes(self):
        texts = self.folder / "texts"
        texts.mkdir()
        (texts / "a").write_text("one")
        first = inputs.digest(texts)
        self.assertEqual(first, inputs.digest(texts))
        (texts / "a").write_text("two")
        second = inputs.digest(texts)
        (texts / "a").rename(texts / "b")
        self.assertEqual(len({first, second, inputs.digest(texts)}), 3)

    def test_a_link_is_what_it_leads_to_and_nothing_counts_twice(self):
        texts, outside = self.folder / "texts", self.folder / "outside"
        texts.mkdir()
        (outside / "below").mkdir(parents=True)
        (outside / "below" / "far").write_text("far")
        (texts / "a").write_text("one")
        first = inputs.digest(texts)
        os.symlink("a", texts / "b")  # another name of a file
        os.symlink(".", texts / "loop")
        os.symlink("nowhere", texts / "dangling")
        self.assertEqual(inputs.digest(texts), first)
        os.symlink("../outside", texts / "out")
        second = inputs.digest(texts)
        self.assertNotEqual(second, first)
        (outside / "below" / "far").write_text("farther")
        self.assertNotEqual(inputs.digest(texts), second)

    def test_names_are_from_the_root_of_the_project(self):
        self.assertEqual(inputs.located("bench/run"), place.ROOT / "bench" / "run")
        self.assertEqual(inputs.located("/etc/passwd").as_posix(), "/etc/passwd")


class Programs(LaboratoryTest):
    def test_strategies_are_those_of_the_runtime(self):
        text = place.STRATEGIES.read_text()
        names = program.strategies()
        self.assertIn("gil", names)
        self.assertNotIn("name", names, "the comment is no entry")
        self.assertEqual(
            len(names), len(re.findall(r"^STRATEGY\(", text, re.MULTILINE))
        )

    def test_a_folder_lists_known_strategies_first(self):
        for name in ("zeta", "biased", "alpha", "gil", "tally", "gil-debug"):
            self.program(name)
        (self.programs / "refbench-notes").write_text("no program")
        self.assertEqual(
            list(program.paths_in(self.programs)), ["gil", "biased", "alpha", "zeta"]
        )

    def test_peers_come_last_and_only_if_they_are_built(self):
        sources = self.folder / "peers"
        for name in ("cpython", "other"):
            (sources / name).mkdir(parents=True)
        with mock.patch.object(place, "PEERS", sources):
            for name in ("cpython", "zeta", "gil"):
                self.program(name)
            found = program.paths_in(self.programs)
            self.assertEqual(list(found), ["gil", "zeta", "cpython"])
            with mock.patch.object(place, "PROGRAMS", self.programs):
                names = list(program.standard_paths())
        self.assertEqual(names, [*program.strategies(), "cpython"])

    def test_a_program_by_its_path_is_called_what_it_says(self):
        path = self.program("mine").rename(self.programs / "renamed")
        (found,) = program.find([str(path)], [])
        self.assertEqual(found.name, "mine")
        self.assertEqual(found.build, hashlib.sha256(path.read_bytes()).hexdigest())

    def test_the_counting_build_is_no_runtime(self):
        """It says that it is gil, which it is compiled from."""
        gil = self.program("gil")
        shutil.copy(gil, gil.with_name("refbench-tally"))
        found = program.beside([program.describe(gil)])
        self.assertEqual((found.facts["name"], found.name), ("gil", "tally"))

    def test_two_of_one_name(self):
        path = self.program("gil")
        shutil.copy(path, path.with_name("refbench-other"))
        with self.assertRaisesRegex(Refusal, "both named gil"):
            program.find([str(self.programs)], [])

    def test_those_not_asked_for_need_not_be_built(self):
        self.program("gil")
        with mock.patch.object(place, "PROGRAMS", self.programs):
            (found,) = program.find([], ["gil"])
            self.assertEqual(found.name, "gil")
            with self.assertRaisesRegex(
                Refusal, "refbench-atomic is missing: bench/run"
            ):
                program.find([], ["atomic"])


class Pins(LaboratoryTest):
    def test_threads_are_pinned_as_asked(self):
        self.program("gil", micros=MICROS)
        self.measure(".", "--threads", "1", "--pin", "spread")
        for line in self.lines():
            self.assertEqual(line["parameters"]["pin"], "spread", line["key"])
            argv = json.loads((self.run_folder() / line["raw"]).read_text())["context"]
            self.assertIn("--pin=spread", argv["argv"])
        self.assertEqual(self.shown()["pin"], "spread")
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn("threads pinned: spread", text)

    def test_pins_are_part_of_the_key(self):
        self.program("gil")
        keys = []
        for pin in ("near", "none"):
            self.measure("words", "--threads", "1", "--pin", pin, "--label", pin)
            (run,) = (self.results / "runs").glob(f"*-{pin}")
            keys.append(
                json.loads((run / "plan.jsonl").read_text().split("\n")[0])["key"]
            )
        self.assertNotEqual(*keys)

    def test_what_cannot_be_pinned_is_refused(self):
        self.program("gil", pins=[])
        found = self.measure("words", "--pin", "spread")
        self.assert_one_line(found, 2, "gil", "--pin spread")
        self.assert_one_line(self.measure("words", "--pin", "off"), 2, "off", "spread")
        self.assertEqual(self.measure("words", "--threads", "1").returncode, 0)
        argv = json.loads((self.run_folder() / self.lines()[0]["raw"]).read_text())
        self.assertNotIn("--pin", argv["context"]["argv"])

    def test_pauses_are_kept_beside_the_output(self):
        self.program("gil")
        self.measure("words", "--threads", "1")
        for line in self.lines():
            kept = json.loads((self.run_folder() / line["pause_file"]).read_text())
            self.assertEqual(kept["count"], line["pauses"]["count"])
            self.assertEqual(kept["phase"], line["pauses"]["phase"])


if __name__ == "__main__":
    unittest.main()
