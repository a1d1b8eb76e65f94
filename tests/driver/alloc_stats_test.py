#!/usr/bin/python3
"""refbench alloc --stats: where snapshots of the allocator come from and what they come to."""

import json
import subprocess
import sys
import time
import unittest
from pathlib import Path
from unittest import mock

from laboratory import facts
from snapshots import TRIAL, WORDS, SnapshotTest, snapshot

from driver import alloc_source  # found there only now

_PROGRAM = """#!/bin/sh
# Keeps its flags, and the file `snapshots` where it is told to.
cd '{folder}' || exit 2
for flag; do
    case $flag in
    --describe) exec cat describe ;;
    --alloc-snapshots=*) cat snapshots >>"${{flag#*=}}" ;;
    esac
done
printf '%s\\n' "$@" >flags
echo 'reading /no/such/words failed' >&2
exit {status}
"""

# Takes a snapshot for each signal, as a runtime program does; or is deaf to it.
_PROCESS = """
import json, os, signal, sys, threading, time
path, line, hears = sys.argv[1].partition("=")[2], json.loads(sys.argv[2]), sys.argv[3]
if hears == "deaf":
    time.sleep(600)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
def answer():  # in a thread of its own: who waits for a signal does not block it
    while True:
        signal.sigwait([signal.SIGUSR1])
        with open(path, "a") as file:
            text = json.dumps({**line, "pid": os.getpid()}, separators=(",", ":"))
            file.write(text + "\\n")
threading.Thread(target=answer).start()
"""


MEASURING = (
    ("--fast",),
    ("--peer", "a=b.so"),
    ("--allocator", "glibc"),
    ("--blocks", "2"),
    ("--budget", "1m"),
    ("--dry-run",),
    ("--seed", "0"),
)


class Stats(SnapshotTest):
    def test_peak_is_most_committed_and_end_is_last(self):
        found = self.stats("--from", self.write(*TRIAL))
        self.assertEqual(found["schema"], "refbench.alloc_stats/1")
        self.assertEqual((found["trial"], found["snapshots"]), (WORDS, 4))
        peak, end = found["peak"], found["end"]
        self.assertEqual((peak["at_ms"], end["at_ms"]), (2, 3))
        self.assertEqual(peak["live_bytes"], 300 * 64 + 5000)
        self.assertEqual(peak["committed_bytes"], (2 << 20) + 5000)
        wasted = 1 - peak["live_bytes"] / peak["committed_bytes"]
        self.assertAlmostEqual(peak["fragmentation"], wasted)
        self.assertEqual(end["live_bytes"], 210 * 64 + 5000)
        self.assertEqual(found["stopped_us"], 4)

    def test_over_time(self):
        found = self.stats("--from", self.write(*TRIAL))
        times = [each["at_ms"] for each in found["over_time"]]
        self.assertEqual(times, [0, 1, 2, 3])
        live = [each["live"] for each in found["over_time"]]
        self.assertEqual(live, [each["live_bytes"] for each in TRIAL])

    def test_classes_and_kinds(self):
        peak = self.stats("--from", self.write(*TRIAL))["peak"]
        data, objects = peak["classes"]
        self.assertEqual((data["live"], data["full"]), (300, 3))
        self.assertEqual(data["live_bytes"], 300 * 64)
        self.assertEqual(data["held_bytes"], 3 * (16 << 10))
        self.assertAlmostEqual(data["wasted"], 1 - 300 * 64 / (48 << 10))
        self.assertEqual((objects["live"], objects["wasted"]), (0, 1))
        kinds = {each["kind"]: each for each in peak["kinds"]}
        self.assertEqual(kinds["object"]["waiting"], 1)
        self.assertIsNone(kinds["container"]["wasted"])
        self.assertEqual(peak["all"]["held_bytes"], 4 * (16 << 10))

    def test_text(self):
        path = self.write(*TRIAL)
        found = self.refbench("alloc", "--stats", "--from", path)
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        text = found.stdout
        self.assertIn("words, 1 thread, gil: 4 snapshots", text)
        self.assertRegex(text, r"at the peak, 2\.00 ms after the first\n")
        self.assertRegex(text, r"\ndata +64 +300 +0 .* 18\.8 KiB +48\.0 KiB +60\.9 %\n")
        self.assertIn("\nat the end, 3.00 ms after the first\n", text)
        self.assertIn("2 mapped, 0 of them spare; ever made 4, returned 2", text)
        self.assertIn("large blocks: 1 of 4.88 KiB", text)
        held = "committed 2.00 MiB, resident 40.0 KiB, live 18.8 KiB"
        self.assertIn(f"bytes of the arenas: {held}\n", text)
        self.assertNotIn("map:", text)

    def test_one_snapshot_is_peak_and_end(self):
        found = self.refbench("alloc", "--stats", "--from", self.write(TRIAL[0]))
        self.assertIn("at the peak and at the end", found.stdout)
        self.assertEqual(found.stdout.count("bytes of the arenas: committed"), 1)

    def test_the_last_trial_or_the_one_that_is_named(self):
        other = {"trial": "workload/binary_trees/threads:2", "trial_number": 2}
        later = snapshot(9, threads=2, **other)
        outside = snapshot(10, reason="signal", trial="", trial_number=0)
        path = self.write(*TRIAL, later, outside)
        self.assertEqual(self.stats("--from", path)["trial"], other["trial"])
        found = self.stats("--from", path, "--workload", "words")
        self.assertEqual((found["trial"], found["trials"]), (WORDS, 3))
        found = self.stats("--from", path, "--threads", "2")
        self.assertEqual(found["title"], "binary_trees, 2 threads, gil")
        self.refused(
            3,
            "no such trial",
            words=["--stats", "--from", path] + ["--runtime", "atomic"],
        )


class Hostile(SnapshotTest):
    def test_an_unfinished_line_is_left_out(self):
        path = self.write(TRIAL[0], json.dumps(TRIAL[1])[:700], end="")
        self.assertEqual(self.stats("--from", path)["snapshots"], 1)
        path = self.write('{"schema": "refb', end="")
        self.refused(3, "no snapshot", words=["--stats", "--from", path])

    def test_what_no_program_writes_is_refused(self):
        def without(name):
            return {key: value for key, value in TRIAL[0].items() if key != name}

        wrong = {
            "refbench.alloc_snapshot/2": {
                **TRIAL[0],
                "schema": "refbench.alloc_snapshot/2",
            },
            "no JSON": "{}}",
            "None": [1],
            "at_ns": without("at_ns"),
            "pools": without("pools"),
            "live_bytes": {**TRIAL[0], "live_bytes": -1},
            "committed_bytes": {**TRIAL[0], "committed_bytes": 1.5},
            "rss_bytes is": {**TRIAL[0], "rss_bytes": None},
            "without collections": {**TRIAL[0], "collections": 3},
            "collections are": {**TRIAL[0], "collections": [1, "2", 3]},
            "is no pool": {**TRIAL[0], "pools": [[0, 64, 64, 0, 0, 1, 0, 0, 0, 0, 1]]},
            "without a kind": {**TRIAL[0], "classes": [{"kind": "page"}]},
            "trial": {**TRIAL[0], "trial": None},
        }
        for said, line in wrong.items():
            with self.subTest(said):
                path = self.write(TRIAL[0], line)
                words = ["--stats", "--from", path]
                self.refused(2, f"{path}:2: ", said, words=words)
        text = json.dumps(TRIAL[0]).replace("0.5", "NaN")
        self.refused(2, "no JSON", words=["--stats", "--from", self.write(text)])
        self.refused(
            2, "no JSON", words=["--stats", "--from", self.write("[" * 100000)]
        )

    def test_files_that_are_not_there(self):
        words = ["--map", "--from", self.folder / "nothing"]
        self.refused(2, "nothing", "--alloc-snapshots=FILE", words=words)
        words = ["--stats", "--from", "x", "--pid", "1"]
        self.refused(2, "--from", "--pid", words=words)


class Running(SnapshotTest):
    def make(self, status=0):
        (self.programs / "describe").write_text(json.dumps(facts("gil")))
        (self.programs / "snapshots").write_text(
            "".join(json.dumps(each) + "\n" for each in TRIAL)
        )
        path = self.programs / "refbench-gil"
        path.write_text(_PROGRAM.format(folder=self.programs, status=status))
        path.chmod(0o755)

    def flags(self):
        return (self.programs / "flags").read_text().splitlines()

    def test_a_workload_is_run_once(self):
        self.make()
        found = self.stats("--programs", self.programs)
        self.assertEqual((found["snapshots"], found["trial"]), (4, WORDS))
        (run,) = (self.results / "runs").iterdir()
        wanted = [
            "--benchmark_filter=^workload/words/threads:1(/|$)",
            "--threads=1",
            f"--alloc-snapshots={run / 'snapshots.jsonl'}",
            "--alloc-every=50",
        ]
        self.assertEqual([flag for flag in self.flags() if flag in wanted], wanted)
        again = self.stats("--from", run.name)
        self.assertEqual(again["peak"], found["peak"])

    def test_what_is_asked_for_is_passed_on(self):
        self.make()
        words = "--workload binary_trees --threads 2 --every 1s".split()
        self.stats("--programs", self.programs, *words)
        self.assertIn(
            "--benchmark_filter=^workload/binary_trees/threads:2(/|$)", self.flags()
        )
        self.assertIn("--alloc-every=1000", self.flags())

    def test_the_map_lies_in_the_runs_folder(self):
        self.make()
        path, _ = self.picture("--programs", self.programs)
        (run,) = (self.results / "runs").iterdir()
        self.assertEqual(path, str(run / "snapshots-map.svg"))

    def test_refusals(self):
        self.make()
        for code, said, *words in (
            (3, "no workload sums: there are words", "--workload", "sums"),
            (2, "no runtime other", "--runtime", "other"),
            (2, "--every takes a time", "--every", "0ms"),
            (2, "--every takes a time", "--every", "often"),
            (2, "--every takes a time", "--every", "99999999s"),
            (2, "one number", "--threads", "1,2"),
            (2, "--pid takes the number", "--pid", "self"),
            (2, "--every is of a run", "--pid", "1", "--every", "1s"),
            (2, "--threads is what to run", "--pid", "1", "--threads", "2"),
            (2, "--out is the folder of a picture: add --map", "--out", "x"),
            *((2, f"{words[0]} measures", *words) for words in MEASURING),
            (2, "REGEX measures", "pair/"),
        ):
            with self.subTest(words):
                words = ["--stats", "--programs", self.programs, *words]
                self.refused(code, said, words=words)

    def test_a_peer_has_no_snapshots(self):
        self.make()
        (self.programs / "describe").write_text(
            json.dumps(facts("gil") | {"peer": True})
        )
        words = ["--stats", "--programs", self.programs, "--runtime", "gil"]
        self.refused(2, "--runtime gil: a peer", "a runtime of ours", words=words)

    def test_a_program_that_fails_is_quoted(self):
        self.make(status=2)
        words = ["--stats", "--programs", self.programs]
        self.refused(4, "refbench-gil ended with 2: reading /no/such", words=words)


class Process(SnapshotTest):
    def start(self, flag, hears="hears"):
        line = json.dumps(snapshot(5, 220, reason="signal"))
        command = [sys.executable, "-c", _PROCESS, flag, line, hears]
        child = subprocess.Popen(command, cwd=self.folder)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        while not Path("/proc", str(child.pid), "cmdline").read_bytes():
            time.sleep(0.01)  # it is not quite there yet
        return child

    def test_a_snapshot_of_now(self):
        child = self.start("--alloc-snapshots=live.jsonl")
        for count in (1, 2):
            found = self.stats("--pid", child.pid)
            self.assertEqual(found["snapshots"], count)
            self.assertEqual(found["end"]["live_bytes"], 220 * 64 + 5000)
        self.assertIsNone(child.poll())

    def test_a_process_that_is_not_ready_lives_on(self):
        child = self.start("--alloc-snapshots=live.jsonl", "deaf")
        with mock.patch.object(alloc_source, "_ANSWER_SECONDS", 0.2):
            words = ["--stats", "--pid", child.pid]
            self.refused(4, "takes no snapshots yet", words=words)
        self.assertIsNone(child.poll())

    def test_processes_without_snapshots(self):
        child = self.start("--pauses=live.jsonl")
        words = ["--stats", "--pid", child.pid]
        self.refused(2, "--alloc-snapshots=FILE", words=words)
        self.assertIsNone(child.poll())
        child.kill()
        child.wait()
        self.refused(2, f"--pid {child.pid}: there is no such process", words=words)


if __name__ == "__main__":
    unittest.main()
