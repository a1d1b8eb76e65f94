#!/usr/bin/python3
"""What the programs of allocators do with their command lines, and that all do the same work.

usage: alloc_test.py PROGRAM... [unittest argument]...
"""

import ctypes.util
import functools
import json
import os
import subprocess
import sys
import unittest

PROGRAMS = {}  # by variant
OVERHEADS = ("pair", "lifo", "random", "steady", "handoff", "mstress", "cache_scratch")
DONE, REFUSED, NOTHING_MATCHED = 0, 2, 3

ONE_THREAD = (
    [f"pair/{size}" for size in (16, 24, 32, 48, 64, 128, 256)]
    + [
        "lifo/64x48",
        "random/10k_48",
        "steady/10k_mixed",
        "steady/100k_mixed",
        "sh8bench",
    ]
    + ["memory/live_1M_56", "memory/after_free_all", "memory/after_free_99_trim"]
)
TWO_THREADS = [
    "threads2/pair_64",
    "threads2/steady_10k",
    "larson/2",
    "cache_scratch/2",
]
GIVES_AWAY = [
    "handoff/56",
    "handoff/mixed",
    "xmalloc/2",
    "xmalloc/2_small",
    "mstress/2",
]
WALK = ["enumerate/live_90", "enumerate/live_50"]
TESTS = {
    "inlined": ONE_THREAD + TWO_THREADS + GIVES_AWAY + WALK,
    "called": ONE_THREAD + TWO_THREADS + GIVES_AWAY,
    "freelist": ONE_THREAD + TWO_THREADS,
    "malloc": ONE_THREAD + TWO_THREADS + GIVES_AWAY,
    "obmalloc": ONE_THREAD,
}
TRIMS = {
    "inlined": "heap_trim",
    "called": "heap_trim",
    "freelist": "none",
    "malloc": "malloc_trim",
    "obmalloc": "none",
}


def run(variant, *arguments, **environment):
    return subprocess.run(
        [PROGRAMS[variant], *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, **environment},
    )


def described(variant):
    return json.loads(run(variant, "--describe").stdout)


@functools.cache
def row(variant, test):
    """What the program says of one short run."""
    result = run(variant, f"--test={test}", "--seconds=0.001")
    if (result.returncode, result.stderr) != (DONE, ""):
        raise AssertionError(f"{variant}: {test}: {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def rows(variant):
    return {test: row(variant, test) for test in TESTS[variant]}


class CommandLine(unittest.TestCase):
    def expect_refusal(self, status, result, *words):
        """One line that has all of the words."""
        self.assertEqual(result.returncode, status, result)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_help_names_every_flag(self):
        for variant in PROGRAMS:
            result = run(variant, "--help")
            self.assertEqual(result.returncode, DONE)
            for flag in ("--test", "--seconds", "--describe", "--help"):
                self.assertIn(flag, result.stdout)

    def test_unknown_flags_are_named(self):
        for variant in PROGRAMS:
            for flag in ("--nonsense", "word", "--test=", "--seconds="):
                self.expect_refusal(REFUSED, run(variant, flag), flag, "--help")

    def test_bad_seconds_are_refused(self):
        for value in ("0", "-1", "nan", "inf", "1e9", "long", "1s"):
            result = run("inlined", "--test=pair/16", f"--seconds={value}")
            self.expect_refusal(REFUSED, result, value, "--help")

    def test_nothing_asked_for(self):
        for variant in PROGRAMS:
            self.expect_refusal(REFUSED, run(variant), "--test=NAME")

    def test_unknown_tests_are_named(self):
        for variant in PROGRAMS:
            result = run(variant, "--test=pair/17")
            self.expect_refusal(NOTHING_MATCHED, result, "pair/17")

    def test_what_an_allocator_cannot_run_is_no_test_of_it(self):
        every = TESTS["inlined"]
        for variant in PROGRAMS:
            for test in set(every) - set(TESTS[variant]):
                result = run(variant, f"--test={test}")
                self.expect_refusal(NOTHING_MATCHED, result, test)


class Description(unittest.TestCase):
    def test_program(self):
        for variant, program in PROGRAMS.items():
            facts = described(variant)
            self.assertEqual(facts["schema"], "refbench.alloc_program/1")
            self.assertEqual(facts["variant"], variant)
            self.assertEqual(os.path.basename(program), f"refbench-alloc-{variant}")
            self.assertIs(facts["late_readers"], False)
            self.assertIn(facts["debug"], (True, False))
            self.assertTrue(facts["compiler"] and facts["flags"], facts)

    def test_tests(self):
        for variant in PROGRAMS:
            listed = described(variant)["tests"]
            self.assertEqual(sorted(t["name"] for t in listed), sorted(TESTS[variant]))
            for test in listed:
                self.assertEqual(test["family"], test["name"].split("/")[0])
                self.assertEqual(
                    test["threads"], 2 if self.is_threaded(test) else 1, test
                )
                memory = test["family"] == "memory"
                self.assertEqual(test["measures"], "memory" if memory else "time")
                self.assertTrue(test["summary"], test)

    @staticmethod
    def is_threaded(test):
        return test["name"] in TWO_THREADS + GIVES_AWAY

    def test_a_foreign_library_is_told(self):
        for variant in PROGRAMS:
            library = described(variant)["library"]
            if variant == "malloc":
                self.assertIn("libc.so", library)
            elif variant == "obmalloc":
                self.assertIn("libpython3", library)
            else:
                self.assertIsNone(library)


class Runs(unittest.TestCase):
    def test_a_row_names_what_was_run(self):
        for variant in PROGRAMS:
            for test, found in rows(variant).items():
                self.assertEqual((found["test"], found["variant"]), (test, variant))

    def test_every_allocator_does_the_same_work(self):
        for test in TESTS["inlined"]:
            sums = {v: row(v, test)["checksum"] for v in PROGRAMS if test in TESTS[v]}
            self.assertEqual(len(set(sums.values())), 1, f"{test}: {sums}")
            self.assertGreater(sums["inlined"], 0, test)

    def test_tests_of_time_have_trials(self):
        for variant in PROGRAMS:
            for test, found in rows(variant).items():
                if not test.startswith("memory/"):
                    self.assertEqual(len(found["trials_ns"]), 5, found)
                    self.assertEqual(sorted(found["trials_ns"])[2], found["ns"], found)
                    self.assertGreater(found["operations"], 0, found)

    def test_tests_with_threads_have_a_control(self):
        for variant in PROGRAMS:
            for test, found in rows(variant).items():
                threaded = test in TWO_THREADS + GIVES_AWAY
                self.assertEqual(found["control_ns"] is not None, threaded, found)

    def test_the_gain_of_a_second_thread(self):
        found = row("inlined", "threads2/pair_64")
        gain = found["single_ns"] / found["ns"]
        control = found["control_single_ns"] / found["control_ns"]
        self.assertAlmostEqual(
            found["gain"], gain / control, delta=0.01 * found["gain"]
        )

    def test_the_loop_alone_is_told(self):
        for variant in PROGRAMS:
            for test, found in rows(variant).items():
                if test.split("/")[0] in OVERHEADS:
                    self.assertGreater(found["overhead_ns"], 0, found)
                else:
                    self.assertIsNone(found["overhead_ns"], found)

    def test_small_sizes_are_less_work(self):
        for variant in PROGRAMS:
            if "xmalloc/2" in TESTS[variant]:
                of_all = row(variant, "xmalloc/2")["checksum"]
                self.assertLess(row(variant, "xmalloc/2_small")["checksum"], of_all)

    def test_summaries_tell_which_sizes_are_beyond_the_pools(self):
        said = {test["name"]: test["summary"] for test in described("malloc")["tests"]}
        self.assertIn("2 of them above 512 bytes", said["xmalloc/2"])
        self.assertIn("up to 512 bytes", said["xmalloc/2_small"])


class Memory(unittest.TestCase):
    REQUESTED = 56_000_000

    def test_a_million_blocks_are_resident(self):
        for variant in PROGRAMS:
            found = row(variant, "memory/live_1M_56")
            self.assertIsNone(found["ns"])
            self.assertEqual(found["requested_bytes"], self.REQUESTED)
            self.assertGreaterEqual(found["rss_bytes"], self.REQUESTED)
            share = found["rss_bytes"] / self.REQUESTED
            self.assertAlmostEqual(found["share"], share, places=3)

    def test_ours_gives_back_what_is_free(self):
        for variant in ("inlined", "called"):
            found = row(variant, "memory/after_free_all")
            self.assertLess(found["share"], 0.2, found)

    def test_a_bare_list_keeps_everything(self):
        found = row("freelist", "memory/after_free_all")
        self.assertGreater(found["share"], 0.9, found)

    def test_what_was_called_to_trim_is_told(self):
        for variant in PROGRAMS:
            trimmed = row(variant, "memory/after_free_99_trim")
            self.assertEqual(trimmed["trim"], TRIMS[variant])
            self.assertIsNone(row(variant, "memory/live_1M_56")["trim"])

    def test_tcmalloc_gives_back_first_what_its_thread_keeps(self):
        library = ctypes.util.find_library("tcmalloc_minimal")
        if library is None:
            self.skipTest("libtcmalloc_minimal is not there")
        result = run("malloc", "--test=memory/after_free_99_trim", LD_PRELOAD=library)
        self.assertEqual((result.returncode, result.stderr), (DONE, ""))
        self.assertEqual(
            json.loads(result.stdout)["trim"].split(", "),
            ["MallocExtension_MarkThreadIdle", "MallocExtension_ReleaseFreeMemory"],
        )

    def test_trimming_ours_gives_pages_back(self):
        for variant in ("inlined", "called"):
            found = row(variant, "memory/after_free_99_trim")
            self.assertLess(found["share"], 0.7, found)
            self.assertGreater(found["share"], 0.01, found)


def take_programs():
    """The arguments that are programs, out of the command line."""
    paths = [
        os.path.abspath(argument)
        for argument in sys.argv[1:]
        if os.path.isfile(argument)
    ]
    sys.argv[1:] = [
        argument for argument in sys.argv[1:] if not os.path.isfile(argument)
    ]
    return {os.path.basename(path).rsplit("-", 1)[-1]: path for path in paths}


if __name__ == "__main__":
    PROGRAMS = take_programs()
    unittest.main()
