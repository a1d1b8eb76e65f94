#!/usr/bin/python3
"""What a runtime program does with its command line: names, reports, refusals.

usage: program_test.py PROGRAM [unittest argument]...
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
QUICK = ["--benchmark_filter=micro/raw_pair_plain", "--benchmark_min_time=0.001"]
JSON = "--benchmark_format=json"
DONE, REFUSED, NOTHING_MATCHED, TRIALS_FAILED = 0, 2, 3, 4


def run(*arguments, **more):
    """Runs the program; its exit status and both outputs are in the result."""
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        **more,
    )


def limit_address_space():
    size = 200 << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def is_sanitized():
    """Sanitizers need more address space than that, even for --help."""
    return run("--help", preexec_fn=limit_address_space).returncode != DONE


def capabilities():
    return read_strictly(run("--describe").stdout)["capabilities"]


def max_threads():
    return capabilities()["max_threads"]


def read_strictly(text):
    """JSON, which knows neither NaN nor Infinity."""

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


class Program(unittest.TestCase):
    """One program, as a user meets it."""

    def expect_refusal(self, result, *words):
        """Exit 2 and one line that has all of the words."""
        self.assertEqual(result.returncode, REFUSED, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_help_names_every_own_flag(self):
        result = run("--help")
        self.assertEqual(result.returncode, DONE)
        for (
            flag
        ) in "--describe --collector --thresholds --gc-policy --budgets --pin --threads --licences --words --iso-codes --wordnet --dpkg-status --tzdata --handoff --pauses --alloc-snapshots --alloc-every".split():
            self.assertIn(flag, result.stdout)

    def test_unknown_flags_are_named(self):
        for flag in ("--nonsense", "--benchmark_nonsense=1", "word"):
            self.expect_refusal(run(flag), flag, "--help")

    def test_bad_values_are_named(self):
        for flag in (
            "--threads=0",
            "--threads=1,,2",
            "--threads=1000000",
            "--threads=",
            "--thresholds=700",
            "--thresholds=1,2,x",
            "--collector=maybe",
            "--gc-policy=weight",
            "--gc-policy=",
            "--budgets=256,512",
            "--budgets=256,512,10M",
            "--budgets=1,2,4294967296",
            "--pin=here",
            "--pin=off",
            "--pauses=",
            "--alloc-snapshots=",
            "--alloc-every=0",
            "--alloc-every=50ms",
            "--alloc-every=3600001",
            "--words=",
        ):
            self.expect_refusal(run(flag), flag)

    def test_bad_values_of_the_library_are_refused(self):
        self.expect_refusal(run("--benchmark_filter=("), "regular expression")
        self.assertEqual(run("--benchmark_format=xml").returncode, REFUSED)
        self.assertEqual(run("--benchmark_repetitions=few").returncode, REFUSED)

    def test_nothing_matched(self):
        result = run("--benchmark_filter=^nothing$")
        self.assertEqual(result.returncode, NOTHING_MATCHED)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_names(self):
        result = run("--benchmark_list_tests", "--threads=1")
        self.assertEqual(result.returncode, DONE)
        names = result.stdout.split()
        described = read_strictly(run("--describe").stdout)
        wanted = [
            f"workload/{workload['name']}/threads:1"
            for workload in described["workloads"]
        ]
        wanted += [micro["name"] for micro in described["micros"]]
        for prefix in wanted:
            self.assertTrue(any(name.startswith(prefix) for name in names), prefix)

    def test_filter_and_json(self):
        result = run(*QUICK, JSON)
        self.assertEqual(result.returncode, DONE, result.stderr)
        found = read_strictly(result.stdout)["benchmarks"]
        self.assertEqual(
            [entry["name"] for entry in found], ["micro/raw_pair_plain/real_time"]
        )

    def test_every_micro_benchmark_runs(self):
        result = run(
            "--benchmark_filter=^micro/([^c]|call|clock)",
            "--benchmark_min_time=0.001",
            JSON,
        )
        self.assertEqual(result.returncode, DONE, result.stderr)
        found = read_strictly(result.stdout)["benchmarks"]
        described = read_strictly(run("--describe").stdout)["micros"]
        wanted = [each for each in described if "collect" not in each["name"]]
        self.assertEqual(len(found), len(wanted))
        for entry in found:
            self.assertNotIn("error_message", entry)
            self.assertGreater(entry["real_time"], 0, entry["name"])

    def test_only_a_serial_runtime_hands_over_a_lock(self):
        described = read_strictly(run("--describe").stdout)
        names = [each["name"] for each in described["micros"]]
        can = described["capabilities"]
        hands_over = can["serial"] and can["max_threads"] > 1
        self.assertEqual("micro/gil_handover/threads:2" in names, hands_over)

    def test_repetitions_and_out_are_valid_json(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "report.json"
            result = run(
                "--benchmark_filter=workload/arithmetic/threads:1",
                "--benchmark_repetitions=3",
                f"--benchmark_out={out}",
                JSON,
            )
            self.assertEqual(result.returncode, DONE, result.stderr)
            for text in (result.stdout, out.read_text(encoding="utf-8")):
                found = read_strictly(text)["benchmarks"]
                trials = [entry for entry in found if entry["run_type"] == "iteration"]
                self.assertEqual(len(trials), 3)
                self.assertEqual(len({entry["checksum"] for entry in trials}), 1)
                self.assertEqual(trials[0]["checksum"], int(trials[0]["checksum"]))
                self.assertEqual(trials[0]["leaked_objects"], 0)

    def test_report_tells_how_it_was_measured(self):
        result = run(
            *QUICK,
            JSON,
            "--collector=off",
            "--thresholds=9,8,7",
            "--gc-policy=bytes",
            "--budgets=3,2,1",
            "--pin=spread",
        )
        context = read_strictly(result.stdout)["context"]
        self.assertEqual(context["gc_policy"], "bytes")
        self.assertEqual(context["budgets"], "3072,2048,1024")
        self.assertEqual(context["collector"], "off")
        self.assertEqual(context["thresholds"], "9,8,7")
        self.assertEqual(context["pin"], "spread")

    def test_describe_tells_the_processors_that_may_be_used(self):
        allowed = os.sched_getaffinity(0)
        described = read_strictly(run("--describe").stdout)
        topology = described["topology"]
        numbers = {each["number"] for each in topology["processors"]}
        self.assertEqual(numbers, allowed)
        self.assertEqual(described["pins"], ["near", "spread", "none"])
        for order in (topology["near"], topology["spread"]):
            self.assertEqual(sorted(order), sorted(allowed))
        for each in topology["processors"]:
            self.assertLess(each["node"], len(topology["nodes"]))
            self.assertLess(each["cache"], len(topology["caches"]))

    def test_describe_tells_of_a_machine_that_is_made_up(self):
        shown = {**os.environ, "HWLOC_SYNTHETIC": "pack:2 numa:1 l3:1 core:2 pu:2"}
        topology = read_strictly(run("--describe", env=shown).stdout)["topology"]
        self.assertFalse(topology["real"])
        self.assertEqual(len(topology["nodes"]), 2)
        self.assertEqual(topology["near"], [0, 2, 4, 6, 1, 3, 5, 7])
        self.assertEqual(topology["spread"], [0, 4, 2, 6, 1, 5, 3, 7])

    def test_handoff(self):
        result = run("--handoff", "--pin=spread")
        if max_threads() < 2:
            self.expect_refusal(result, "no second thread")
            return
        self.assertEqual(result.returncode, DONE, result.stderr)
        found = read_strictly(result.stdout)
        self.assertEqual(
            (found["schema"], found["pin"]), ("refbench.handoff/1", "spread")
        )
        self.assertLessEqual(set(found["processors"]), os.sched_getaffinity(0))
        self.assertGreater(found["lowest_ps"], 0)
        self.assertLessEqual(found["lowest_ps"], found["median_ps"])
        self.assertLessEqual(found["median_ps"], found["highest_ps"])

    def test_pauses_are_kept_whole(self):
        if is_sanitized():
            self.skipTest("a whole trial takes too long with a sanitizer")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pauses"
            trial = "--benchmark_filter=workload/binary_trees/threads:1"
            result = run(trial, f"--pauses={path}", JSON)
            self.assertEqual(result.returncode, DONE, result.stderr)
            counters = read_strictly(result.stdout)["benchmarks"][0]
            (line,) = path.read_text(encoding="utf-8").splitlines()
        kept = read_strictly(line)
        self.assertEqual(kept["schema"], "refbench.pauses/1")
        self.assertEqual(kept["name"], "workload/binary_trees/threads:1")
        self.assertEqual(kept["count"], counters["pause_count"])
        self.assertEqual(sum(count for _, count in kept["buckets"]), kept["count"])
        self.assertAlmostEqual(
            kept["max_ns"] / 1000, counters["pause_max_us"], places=2
        )
        self.assert_median(kept["buckets"], kept["count"], counters["pause_p50_us"])
        collections = sum(each["count"] for each in kept["generation"])
        self.assertEqual(collections, counters["collections"])
        spent = sum(each["total_us"] for each in kept["generation"])
        phases = sum(each["total_us"] for each in kept["phase"].values())
        self.assertAlmostEqual(phases, spent, delta=spent / 1000)
        (thread,) = kept["thread"]
        self.assertEqual(thread["count"], kept["count"])
        self.assertAlmostEqual(thread["share"], counters["pause_share"], places=5)
        for window, least in thread["mmu"].items():
            self.assertAlmostEqual(least, counters[f"mmu_{window}"], places=5)
        self.assert_windows(thread["mmu"])

    def assert_windows(self, mmu):
        """A window that is made of shorter ones is left no less than the worst of them."""
        lengths = "100us 300us 1ms 3ms 10ms 30ms 100ms 300ms".split()
        self.assertEqual(list(mmu), lengths)
        for short, long in (("100us", "300us"), ("1ms", "3ms"), ("1ms", "10ms")):
            self.assertLessEqual(mmu[short], mmu[long] + 1e-5, (short, long))
        if capabilities()["frees"]:
            self.assertLess(mmu["100us"], 1, "it was collected")
        else:
            self.assertEqual(set(mmu.values()), {1}, "nothing is collected")

    def assert_median(self, buckets, count, wanted_us):
        below = 0
        for low, number in buckets:
            below += number
            if 2 * below >= count:
                self.assertLessEqual(low / 1000, wanted_us)
                self.assertLessEqual(wanted_us, (low + low / 128 + 1) / 1000)
                return

    def test_running_out_of_memory_is_told(self):
        """By a runtime that needs memory for all that it ever makes."""
        if is_sanitized() or capabilities()["frees"]:
            self.skipTest("what lives at a time fits")
        trial = "--benchmark_filter=workload/binary_trees/threads:1"
        result = run(trial, JSON, preexec_fn=limit_address_space)
        self.assertEqual(result.returncode, TRIALS_FAILED, result.stderr)
        (found,) = read_strictly(result.stdout)["benchmarks"]
        self.assertIn("out of memory", found["error_message"])

    def test_pauses_that_cannot_be_kept_are_refused(self):
        self.expect_refusal(
            run(*QUICK, "--pauses=/no/such/folder/x"), "/no/such/folder/x"
        )

    def test_describe(self):
        result = run("--describe", "--thresholds=701,11,12")
        self.assertEqual(result.returncode, DONE, result.stderr)
        described = read_strictly(result.stdout)
        self.assertEqual(described["schema"], "refbench.describe/1")
        self.assertEqual(described["thresholds"], [701, 11, 12])
        self.assertEqual(described["gc_policy"], "counts")
        self.assertEqual(described["budgets"], [256 << 10, 512 << 10, 10 << 20])
        self.assertRegex(described["build"], "^[0-9a-f]{16,}$")
        self.assertTrue(described["flags"])
        sizes = {entry["name"]: entry for entry in described["types"]}
        header = described["object_header_bytes"]
        self.assertEqual(sizes["none"]["object_bytes"], header)
        self.assertEqual(
            sizes["tuple_3"]["object_bytes"] - sizes["tuple"]["object_bytes"], 3 * 8
        )
        for entry in described["types"]:
            if entry["block_bytes"]:
                self.assertGreaterEqual(
                    entry["block_bytes"], entry["object_bytes"], entry
                )
        for micro in described["micros"]:
            self.assertTrue(micro["group"] and micro["summary"], micro)
        for workload in described["workloads"]:
            for path in workload["inputs"]:
                self.assertTrue(os.path.isfile(path), path)

    def test_operations_are_counted_by_the_program_that_says_so(self):
        if is_sanitized():
            self.skipTest("a whole trial takes too long with a sanitizer")
        counts = read_strictly(run("--describe").stdout)["tally"]
        result = run("--benchmark_filter=workload/shared_dict/threads:1", JSON)
        self.assertEqual(result.returncode, DONE, result.stderr)
        trial = read_strictly(result.stdout)["benchmarks"][0]
        self.assertEqual("count_ops_per_allocation" in trial, counts)
        if counts:
            self.assertGreater(trial["allocations"], trial["operations"] / 100)
            self.assertGreater(trial["increments"], trial["operations"])
            self.assertGreater(trial["decrements"], trial["operations"])

    def test_missing_input_is_refused_before_anything_is_printed(self):
        for workload, flag, remedy in (
            ("words", "words", "wamerican"),
            ("words", "licences", "base-files"),
            ("json", "iso-codes", "iso-codes"),
            ("wordnet", "wordnet", "wordnet-base"),
            ("debian_index", "dpkg-status", "--dpkg-status=FILE"),
            ("timezones", "tzdata", "install tzdata"),
        ):
            result = run(
                f"--benchmark_filter=workload/{workload}",
                f"--{flag}=/no/such/thing",
                JSON,
            )
            self.expect_refusal(result, "/no/such/thing", remedy)
            self.assertEqual(result.stdout, "")

    def test_missing_input_of_what_is_not_selected(self):
        self.assertEqual(run(*QUICK, "--words=/no/such/thing").returncode, DONE)

    def test_unwritable_report_is_no_success(self):
        self.assertNotEqual(
            run(*QUICK, "--benchmark_out=/no/such/folder/report").returncode, DONE
        )

    def test_too_little_memory_is_refused(self):
        if is_sanitized():
            self.skipTest("a sanitizer needs address space without limit")
        result = run(
            "--benchmark_filter=workload/cycle_churn/threads:1",
            preexec_fn=limit_address_space,
        )
        self.expect_refusal(result, "cycle_churn", "MB of memory")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
