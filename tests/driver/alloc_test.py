"""refbench alloc: who is compared, in which order, what counts, and how it is told."""

import itertools
import json
import os
import signal
import unittest
from unittest import mock

from alloc_laboratory import LIBC, SHARES, TIMES, AllocLaboratoryTest

from driver import alloc_control, alloc_trial, allocator

ROW = {"test", "allocator", "ns", "rss_bytes", "status", "reason"}
RATIO = {"test", "peer", "ratio", "low", "high"}


class Json(AllocLaboratoryTest):
    """One run of two blocks, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.lab = AllocLaboratoryTest()
        cls.lab.setUp()
        cls.addClassCleanup(cls.lab.doCleanups)
        cls.lab.all_programs()
        peer = f"mine={cls.lab.shared_object('libmine.so.7')}"
        cls.shown = cls.lab.told("--blocks", "2", "--seed", "1", "--peer", peer)
        cls.rows = {(row["test"], row["allocator"]): row for row in cls.shown["rows"]}
        cls.ratios = {(row["test"], row["peer"]): row for row in cls.shown["ratios"]}

    def test_shape(self):
        self.assertEqual(self.shown["schema"], "refbench.alloc/1")
        self.assertEqual(self.shown["blocks"], 2)
        for row in self.shown["rows"]:
            self.assertLessEqual(ROW, row.keys())
        for row in self.shown["ratios"]:
            self.assertLessEqual(RATIO, row.keys())
        self.assertEqual(len(self.rows), len(self.shown["rows"]), "a row twice")

    def test_every_test_has_a_row_of_every_allocator(self):
        names = ("refbench", "freelist", "glibc", "mimalloc", "obmalloc", "mine")
        for name in (*TIMES, *SHARES):
            for who in names:
                self.assertIn((name, who), self.rows)
            self.assertIn((f"call/{name}", "refbench"), self.rows)

    def test_figures(self):
        self.assertEqual(self.rows["pair/64", "refbench"]["ns"], 2.0)
        self.assertEqual(self.rows["call/pair/64", "refbench"]["ns"], 3.0)
        self.assertEqual(self.rows["pair/64", "mine"]["status"], "ok")
        self.assertEqual(self.rows["pair/64", "obmalloc"]["version"], "9.9")
        self.assertEqual(self.rows["memory/after_free_all", "glibc"]["share"], 0.04)
        self.assertIsNone(self.rows["memory/after_free_all", "glibc"]["ns"])

    def test_ratios_are_ours_over_theirs(self):
        for pair, ratio in (
            (("pair/64", "glibc"), 0.25),
            (("pair/64", "mine"), 0.25),
            (("pair/64", "obmalloc"), 0.4),
            (("call/pair/64", "glibc"), 0.375),
            (("call/pair/64", "freelist"), 2.0),
            (("memory/after_free_all", "glibc"), 1.0),
        ):
            row = self.ratios[pair]
            self.assertAlmostEqual(row["ratio"], ratio, msg=pair)
            self.assertEqual((row["blocks"], row["bounds"]), (2, "range"))

    def test_ours_against_itself(self):
        for name in (*TIMES, *SHARES):
            row = self.ratios[name, "refbench"]
            self.assertEqual((row["ratio"], row["control"]), (1.0, True))
        controls = [row for row in self.shown["ratios"] if row["control"]]
        self.assertEqual(len(controls), len(TIMES) + len(SHARES))

    def test_absent_peers_name_their_package(self):
        for name in (*TIMES, *SHARES):
            row = self.rows[name, "mimalloc"]
            self.assertEqual((row["status"], row["ns"]), ("absent", None))
            self.assertIn("libmimalloc2.0 is not installed", row["reason"])
            self.assertNotIn((name, "mimalloc"), self.ratios)

    def test_targets(self):
        targets = {(row["what"], row["peer"]): row for row in self.shown["targets"]}
        kept = targets["resident after freeing all", None]
        self.assertEqual((kept["measured"], kept["limit"]), (0.04, 0.05))
        pair = targets["pair, inlined", "freelist"]
        self.assertAlmostEqual(pair["measured"], 2 / 1.5)
        self.assertEqual(pair["tests"], 2)
        gain = targets["gain of two threads, of the control's", None]
        self.assertEqual(gain["measured"], 0.95)
        for row in (kept, pair, gain):
            judged = (row["verdict"], row["met"], row["reason"])
            self.assertEqual(judged, ("unclear", None, "2 blocks"))
        absent = targets["pair, called", "jemalloc"]
        self.assertIsNone(absent["met"])
        self.assertIn("libjemalloc2", absent["reason"])
        self.assertNotIn(("enumerate, 90 % live, ns", None), targets, "was not run")

    def test_each_block_has_all_arms_grouped_by_test(self):
        lines = self.lab.lines()
        self.assertEqual({line["status"] for line in lines}, {"ok"})
        orders = [self.orders(lines, block) for block in (0, 1)]
        for names, by_test in orders:
            changes = sum(a != b for a, b in zip(names, names[1:]))
            self.assertEqual(changes, 4, f"a test is not in one piece: {names}")
            for arms in by_test.values():
                self.assertEqual((len(arms), len(set(arms))), (7, 7), "ours twice")
        (first, then), (one, other) = zip(*orders)
        self.assertNotEqual(list(dict.fromkeys(first)), list(dict.fromkeys(then)))
        for name in TIMES:
            self.assertNotEqual(one[name], other[name], "blocks have their own orders")

    @staticmethod
    def orders(lines, block):
        """(the names of tests, test -> arms) as a block ran them."""
        names, by_test = [], {}
        for line in lines:
            asked = line["parameters"]
            if line["block"] == block:
                arm = (asked["allocator"], asked["program"], asked["again"])
                names.append(asked["test"])
                by_test.setdefault(asked["test"], []).append(arm)
        return names, by_test

    def test_kept_and_shown_again(self):
        folder = self.lab.run_folder()
        self.assertTrue(folder.name.endswith("-alloc"), folder)
        kept = json.loads((folder / "summary.json").read_text())
        self.assertEqual(kept, self.shown)
        again = self.lab.refbench("show", "--json", folder)
        self.assertEqual(json.loads(again.stdout), self.shown)
        self.assertEqual(list((folder / "raw").iterdir()), [], "the lines have it all")

    def test_is_no_run_of_runtimes(self):
        where = ["--results", self.lab.results]
        self.lab.assert_one_line(self.lab.refbench("show", *where), 2, "no run in")
        found = self.lab.refbench("figures", self.lab.run_folder())
        self.lab.assert_one_line(found, 2, "refbench alloc")

    def test_text(self):
        text = self.lab.refbench("show", self.lab.run_folder()).stdout
        for part in (
            "ns per operation",
            "ours / theirs",
            "obmalloc 9.9",
            "figures to reach",
            "noise floor: ours against itself is off by 0.0% in the median test",
            "too few blocks for an interval",
            "absent: mimalloc: libmimalloc2.0 is not installed",
            "met 0, missed 0, unclear 4, not measured 6",
            "gain of two threads",
            "an operation is one block made and dropped",
            "memory/after_free_all: does memory/after_free_all",
        ):
            self.assertIn(part, text)


class Order(AllocLaboratoryTest):
    def order(self, *words):
        found = self.alloc("--dry-run", *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found.stdout

    def test_seed(self):
        self.all_programs()
        self.assertEqual(self.order("--seed", "3"), self.order("--seed", "3"))
        self.assertNotEqual(self.order("--seed", "3"), self.order("--seed", "4"))
        self.assertFalse(self.results.exists(), "nothing is measured")
        self.assertRegex(
            self.order(), r"\nthreads2/pair_64 +2 +does threads2/pair_64\n"
        )

    def test_selection(self):
        self.all_programs()
        shown = self.order("^pair/64", "--allocator", "glibc")
        self.assertIn("4 processes", shown, "ours twice, called, glibc")
        for part in ("pair/64  refbench/again", "call/pair/64  refbench", "64  glibc"):
            self.assertIn(part, shown)
        self.assertIn("call/pair/16", self.order("^call/pair/16"))
        peer = f"mine={self.shared_object('libmine.so')}"
        shown = self.order("^pair/64", "--allocator", "glibc", "--peer", peer)
        self.assertIn("5 processes", shown, "who gives a peer wants it")


class Preload(AllocLaboratoryTest):
    def test_library_that_is_none(self):
        self.all_programs()
        path = self.folder / "libtext.so"
        path.write_text("this is no library")
        found = self.alloc("--fast", "--peer", f"text={path}")
        self.assert_one_line(found, 2, "--peer text", path, LIBC)
        self.assertFalse(self.results.exists(), "refused before the first trial")

    def test_library_without_malloc(self):
        self.all_programs()
        path = self.shared_object("libempty.so", "int nothing_that_allocates;")
        found = self.alloc("--fast", "--peer", f"empty={path}")
        self.assert_one_line(found, 2, "--peer empty", "replaces malloc and free")

    def test_library_without_free(self):
        self.all_programs()
        only = "#include <stddef.h>\nvoid *malloc(size_t n) { return NULL; }"
        path = self.shared_object("libhalf.so", only)
        found = self.alloc("--fast", "--peer", f"half={path}")
        self.assert_one_line(found, 2, "--peer half", "no single library")

    def test_library_that_is_missing(self):
        self.all_programs()
        found = self.alloc("--fast", "--peer", f"gone={self.folder / 'gone.so'}")
        self.assert_one_line(found, 2, "gone.so is missing")

    def test_peer_that_is_not_written_right(self):
        self.all_programs()
        self.assert_one_line(self.alloc("--peer", "x.so"), 2, "NAME=LIBRARY.so")
        self.assert_one_line(self.alloc("--peer", "glibc=/x.so"), 2, "glibc already")

    def test_library_that_is_lost_during_the_run(self):
        """The loader only warns, and glibc would be measured under the peer's name."""
        self.all_programs()
        path = self.shared_object("libmine.so")
        lost = mock.patch.object(alloc_trial.noise, "Watch", self.losing(path))
        with lost:
            found = self.alloc("--json", "pair/64", "--fast", "--peer", f"mine={path}")
        self.assertEqual(found.returncode, 4, found.stderr)
        row = next(
            row
            for row in json.loads(found.stdout)["rows"]
            if row["allocator"] == "mine"
        )
        self.assertEqual((row["status"], row["ns"]), ("failed", None))
        self.assertIn("was not preloaded", row["reason"])

    @staticmethod
    def losing(path):
        whole = alloc_trial.noise.Watch

        class Losing(whole):
            def __init__(self):
                path.unlink(missing_ok=True)
                super().__init__()

        return Losing

    def test_malloc_of_another_than_was_asked(self):
        self.all_programs(malloc=[["pair/64", "foreign"]])
        path = self.shared_object("libmine.so")
        found = self.alloc("--json", "pair/", "--fast", "--peer", f"mine={path}")
        self.assertEqual(found.returncode, 4, found.stderr)
        rows = {
            (row["test"], row["allocator"]): row
            for row in json.loads(found.stdout)["rows"]
        }
        for who in ("glibc", "mine"):
            self.assertEqual(rows["pair/64", who]["status"], "failed")
            self.assertIn("malloc was of /lib/other.so", rows["pair/64", who]["reason"])
            self.assertEqual(rows["pair/16", who]["status"], "ok")

    def test_preload_of_the_caller_is_not_measured(self):
        self.all_programs()
        mine = str(self.shared_object("libmine.so"))
        with mock.patch.dict("os.environ", {"LD_PRELOAD": mine}):
            shown = self.told("pair/64", "--fast")
        rows = [row for row in shown["rows"] if row["allocator"] == "glibc"]
        self.assertEqual([row["status"] for row in rows], ["ok"])

    def test_known_peer_is_found_by_its_library(self):
        self.all_programs()
        path = self.shared_object("libmine.so.7")
        known = (allocator.Known("mimalloc", "libmine", ("libnowhere.so", str(path))),)
        with mock.patch.object(allocator, "KNOWN", known):
            shown = self.told("pair/64", "--fast")
        found = [row for row in shown["rows"] if row["allocator"] == "mimalloc"]
        self.assertEqual([(r["status"], r["version"]) for r in found], [("ok", "7")])


class Trouble(AllocLaboratoryTest):
    def row_of(self, word, *words):
        """The row of pair/64 on freelist, which does what the word says."""
        self.all_programs(freelist=[["pair/64", word]])
        found = self.alloc("--json", "pair/", "--fast", *words)
        shown = json.loads(found.stdout)
        rows = {(row["test"], row["allocator"]): row for row in shown["rows"]}
        self.assertEqual(rows["pair/16", "freelist"]["status"], "ok")
        self.assertEqual(rows["pair/64", "refbench"]["status"], "ok")
        self.assertEqual(found.returncode, 4, found.stderr)
        return rows["pair/64", "freelist"]

    def assert_row(self, word, status, reason, *words):
        row = self.row_of(word, *words)
        self.assertEqual((row["status"], row["ns"]), (status, None), row)
        self.assertIn(reason, row["reason"])

    def test_crash(self):
        self.assert_row("crash", "failed", "SIGSEGV")

    def test_exit(self):
        self.assert_row("exit", "failed", "ended with 4: no core to pin to")

    def test_hang(self):
        self.assert_row("hang", "timeout", "0.5 s", "--timeout", "0.5s")

    def test_garbage(self):
        self.assert_row("garbage", "failed", "no JSON")

    def test_not_a_number(self):
        self.assert_row("nan", "failed", "without a number for ns")

    def test_another_test(self):
        self.assert_row("wrong", "failed", "'pair/0' instead of pair/64")

    def test_failure_is_told_to_people(self):
        self.all_programs(freelist=[["pair/64", "crash"]])
        found = self.alloc("pair/64", "--fast")
        self.assertEqual(found.returncode, 4, found.stderr)
        told = "failed: pair/64/freelist/block:0: killed by SIGSEGV"
        self.assertIn(told, found.stdout)

    def test_checksums_that_disagree(self):
        self.all_programs(malloc=[["pair/64", "other"]])
        found = self.alloc("--json", "pair/", "--fast")
        self.assertEqual(found.returncode, 4, found.stderr)
        shown = json.loads(found.stdout)
        self.assertEqual([c["test"] for c in shown["checksum_conflicts"]], ["pair/64"])
        sums = [
            sorted(each["allocators"])
            for each in shown["checksum_conflicts"][0]["sums"]
        ]
        self.assertIn(["glibc (malloc)"], sums)

    def test_a_figure_of_zero_has_no_ratio(self):
        name = "memory/after_free_all"
        self.all_programs(inlined=[[name, "zero"]])
        words = (name, "--fast", "--allocator", "freelist")
        ratios = {row["test"]: row for row in self.told(*words)["ratios"]}
        found = (ratios[name]["ratio"], ratios[name]["reason"])
        self.assertEqual(found, (None, "ours is 0 in 1 of 1 blocks"))
        self.assertEqual(ratios[f"call/{name}"]["ratio"], 1.0)
        text = self.alloc(*words).stdout
        told = f"no ratio of {name} to freelist: ours is 0 in 1 of 1 blocks"
        self.assertIn(told, text)

    def test_fast_repeats_nothing(self):
        self.all_programs()
        with mock.patch.object(alloc_trial.noise, "contamination", lambda seen: "why"):
            shown = self.told("pair/64", "--fast", "--allocator", "freelist")
        self.assertEqual((len(self.lines()), shown["contaminated"]), (4, 4))

    def test_disturbed_trial_is_repeated_twice_and_kept(self):
        self.all_programs()
        said = iter(["the host took it"] * 4 + [None] * 100)
        disturbed = mock.patch.object(
            alloc_trial.noise, "contamination", lambda seen: next(said)
        )
        with disturbed:
            shown = self.told("pair/64", "--blocks", "1", "--allocator", "freelist")
        lines = self.lines()
        self.assertEqual(len(lines), 4 + 3, "three of the first arm, two of the second")
        self.assertEqual(shown["contaminated"], 4)
        self.assertEqual(
            [bool(line["contaminated"]) for line in lines][:5], [True] * 4 + [False]
        )
        self.assertTrue(
            all(row["ns"] for row in shown["rows"] if row["status"] == "ok")
        )

    def interrupted(self, after):
        """The JSON of a run that is interrupted in the trial with that number, from 0."""
        whole, count = alloc_trial.noise.Watch, itertools.count()

        def watch():
            if next(count) == after:
                os.kill(os.getpid(), signal.SIGINT)
            return whole()

        with mock.patch.object(alloc_trial.noise, "Watch", watch):
            found = self.alloc("--json", "pair/", "--blocks", "6", "--seed", "1")
        self.assertEqual(found.returncode, 130, found.stderr)
        return json.loads(found.stdout)

    def test_tests_that_an_interrupted_run_did_not_reach(self):
        self.all_programs()
        self.program("obmalloc", tests=("memory/after_free_all",))
        rows = self.interrupted(5)["rows"]  # five arms of a test, none of the other
        states = {}
        for row in rows:
            if row["allocator"] in ("refbench", "freelist", "glibc"):
                name = row["test"].removeprefix("call/")
                states.setdefault(name, set()).add((row["status"], row["reason"]))
            if row["allocator"] == "obmalloc":
                self.assertEqual(row["status"], "unsupported")
        wanted = [[("ok", None)], [("not run", "the run ended before it")]]
        self.assertCountEqual([list(each) for each in states.values()], wanted)

    def test_an_interrupted_run_is_not_judged(self):
        self.all_programs()
        shown = self.interrupted(40)  # in the fourth block or later
        self.assertTrue(shown["targets"])
        for row in shown["targets"]:
            self.assertIsNone(row["met"], row)
        pair = next(row for row in shown["targets"] if row["peer"] == "freelist")
        self.assertEqual(pair["verdict"], "unclear")
        self.assertIn("interrupted, ", pair["reason"])


class Verdict(AllocLaboratoryTest):
    """What a run of few allocators is judged by."""

    def setUp(self):
        super().setUp()
        self.all_programs()

    def pair(self, *words):
        """(verdict, met, reason) of pairs beside the floor."""
        shown = self.told("--allocator", "freelist", *words)
        rows = {(row["what"], row["peer"]): row for row in shown["targets"]}
        row = rows["pair, inlined", "freelist"]
        return row["verdict"], row["met"], row["reason"]

    def test_enough_to_go_by(self):
        found = self.pair("^pair/", "--blocks", "6")
        self.assertEqual(found, ("met", True, None))
        self.program("freelist", ns=0.9)
        found = self.pair("^pair/", "--blocks", "6")
        self.assertEqual(found, ("missed", False, None))

    def test_some_tests_of_a_family(self):
        found = self.pair("^pair/16", "--blocks", "6")
        self.assertEqual(found, ("unclear", None, "1 of 2 tests"))

    def test_one_block_has_no_bounds(self):
        shown = self.told("^pair/", "--fast", "--allocator", "freelist")
        for row in (*shown["ratios"], *shown["targets"]):
            self.assertEqual((row["low"], row["high"]), (None, None), row)
        self.assertEqual(self.pair("^pair/", "--fast"), ("unclear", None, "1 block"))

    def test_contaminated(self):
        """Nothing is repeated here.  A third of the trials may be, not more."""
        for bad, judged in ((16, "met"), (17, "unclear")):
            said = iter(["why"] * bad + [None] * 100)
            seen = mock.patch.object(
                alloc_trial.noise, "contamination", lambda _: next(said)
            )
            with seen, mock.patch("driver.alloc_command.REPEATS", 0):
                verdict, _, reason = self.pair("^pair/", "--blocks", "6")
            self.assertEqual(verdict, judged, reason)
        self.assertIn("17 of 48 trials of the run contaminated", reason)

    def test_peers_that_were_not_asked_for(self):
        self.program("inlined", ns=2.0, tests=("pair/16", "handoff/56"))
        self.program("freelist", ns=1.5, tests=("pair/16", "handoff/56"))
        shown = self.told("", "--fast", "--allocator", "freelist")
        rows = {(row["what"], row["peer"]): row for row in shown["targets"]}
        for what, peer, reason in (
            ("one allocates, one frees", "snmalloc", "--peer snmalloc=LIBRARY"),
            ("one allocates, one frees", "mimalloc", "left out by --allocator"),
            ("pair, inlined", "jemalloc", "left out by --allocator"),
        ):
            row = rows[what, peer]
            found = (row["verdict"], row["met"], row["reason"])
            self.assertEqual(found, ("not measured", None, reason))


class Control(AllocLaboratoryTest):
    def test_cores_that_were_far(self):
        name = "threads2/pair_64"
        self.all_programs(malloc=[[name, "far"]], freelist=[[name, "near"]])
        words = ["--blocks", "2", "--allocator", "glibc,freelist"]
        shown = self.told(name, *words)
        rows = {
            (row["test"], row["allocator"]): (row["trials"], row["contaminated"])
            for row in shown["rows"]
        }
        self.assertEqual(rows[name, "freelist"], (2, 0), "1.2 times the lowest")
        trials, contaminated = rows[name, "glibc"]
        self.assertEqual(trials, contaminated, "1.3 times the lowest")
        self.assertGreaterEqual(trials, 4, "three of the second block")
        last = [x for x in self.lines() if x["parameters"]["allocator"] == "glibc"][-1]
        self.assertEqual(last["contaminated"], "cores were far or busy")

    def test_what_came_before_the_lowest(self):
        def line(control, **more):
            asked = {"parameters": {"test": "larson/2"}, "status": "ok"}
            return {**asked, "contaminated": None, "control_ns": control, **more}

        lines = [line(1.3), line(1.0), line(1.25), line(None), line(9, status="failed")]
        found = [each["contaminated"] for each in alloc_control.judged(lines)]
        self.assertEqual(found, ["cores were far or busy", None, None, None, None])
        other = line(9, parameters={"test": "xmalloc/2"}, contaminated="why")
        found = alloc_control.judged([line(1.0), other])
        self.assertEqual([each["contaminated"] for each in found], [None, "why"])


class Refusals(AllocLaboratoryTest):
    def test_what_only_stats_and_map_take(self):
        self.all_programs()
        for option in "pid workload from every out runtime threads".split():
            found = self.alloc(f"--{option}", "1")
            said = f"--{option} is of --stats and --map: add one of them"
            self.assert_one_line(found, 2, said)
        self.assertFalse(self.results.exists(), "nothing was run")

    def test_program_that_is_not_built(self):
        self.program("inlined")
        found = self.alloc("--fast")
        self.assert_one_line(found, 2, "refbench-alloc-called", "bench/run builds it")

    def test_obmalloc_may_be_absent(self):
        self.all_programs()
        (self.programs / "refbench-alloc-obmalloc").unlink()
        shown = self.told("pair/64", "--fast")
        rows = [row for row in shown["rows"] if row["allocator"] == "obmalloc"]
        self.assertEqual([row["status"] for row in rows], ["absent"])
        self.assertIn("libpython3-dev", rows[0]["reason"])

    def test_test_that_a_program_lacks(self):
        self.all_programs()
        self.program("obmalloc", tests=("pair/16",))
        shown = self.told("pair/", "--fast")
        rows = {r["test"]: r for r in shown["rows"] if r["allocator"] == "obmalloc"}
        self.assertEqual(rows["pair/64"]["status"], "unsupported")
        self.assertEqual(rows["pair/16"]["status"], "ok")

    def test_nothing_matches(self):
        self.all_programs()
        self.assert_one_line(self.alloc("nothing"), 3, "nothing matches", "pair/16")

    def test_what_is_wrong(self):
        self.all_programs()
        for words, part in (
            (("(",), "no regular expression"),
            (("--blocks", "0"), "--blocks"),
            (("--budget", "soon"), "soon"),
            (("--allocator", "hoard"), "no allocator hoard"),
        ):
            self.assert_one_line(self.alloc(*words), 2, part)

    def test_programs_of_another_kind(self):
        self.all_programs()
        path = self.programs / "refbench-alloc-called"
        path.write_text('#!/bin/sh\necho \'{"schema": "refbench.describe/1"}\'\n')
        self.assert_one_line(self.alloc("--fast"), 2, "refbench.describe/1")

    def test_are_no_runtimes(self):
        self.all_programs()
        found = self.refbench("list", "--programs", self.programs)
        self.assert_one_line(found, 2, "no program")


if __name__ == "__main__":
    unittest.main()
