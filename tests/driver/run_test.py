"""refbench run: what is refused, what is planned, what is kept."""

import errno
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from unittest import mock

from laboratory import MICROS, REFBENCH, ROOT, UNDISTURBED, LaboratoryTest

from driver import figures, journal


class Refused(LaboratoryTest):
    """Before the first trial: one line, exit 2, nothing written."""

    def setUp(self):
        super().setUp()
        self.program("gil")

    def assert_refused(self, found, *parts):
        self.assert_one_line(found, 2, *parts)
        self.assertFalse(self.results.exists(), "something was written")

    def test_unknown_flag(self):
        self.assert_refused(self.measure("--fastest"), "--fastest", "--help")

    def test_abbreviated_flag(self):
        self.assert_refused(self.measure("--runt", "gil"), "--runt")

    def test_unknown_command(self):
        self.assert_refused(self.refbench("walk"), "walk", "--help")

    def test_no_command(self):
        self.assert_refused(self.refbench(), "COMMAND")

    def test_unknown_runtime(self):
        self.assert_refused(
            self.measure("--runtime", "gil,lazy"), "no runtime lazy", "gil"
        )

    def test_threads(self):
        for bad in ("0", "two", "1,-2", ",", "9999"):
            with self.subTest(bad):
                self.assert_refused(self.measure("--threads", bad), "--threads")

    def test_budget(self):
        for bad in ("soon", "0", "-5m", "5x"):
            with self.subTest(bad):
                self.assert_refused(self.measure(f"--budget={bad}"), "--budget", bad)

    def test_seed(self):
        self.assert_refused(self.measure("--seed", "x"), "--seed")

    def test_label(self):
        self.assert_refused(self.measure("--label", "../up"), "../up", "label")

    def test_regular_expression(self):
        self.assert_refused(self.measure("wor(ds"), "wor(ds", "regular expression")

    def test_missing_program(self):
        where = self.programs / "refbench-none"
        self.assert_refused(
            self.measure("--programs", where), where, "missing", "bench/run"
        )

    def test_empty_folder(self):
        empty = self.folder / "empty"
        empty.mkdir()
        found = self.refbench("run", "--programs", empty, "--results", self.results)
        self.assert_refused(found, empty)

    def test_program_that_says_nothing(self):
        mute = self.programs / "refbench-mute"
        mute.write_text("#!/bin/sh\nexit 0\n")
        mute.chmod(0o755)
        self.assert_refused(self.measure(), mute, "no JSON")

    def test_program_that_cannot_start(self):
        odd = self.programs / "refbench-odd"
        odd.write_bytes(b"\x7fELF, but no more")
        odd.chmod(0o755)
        self.assert_refused(self.measure(), odd, "did not run")

    def test_program_of_another_time(self):
        new = self.programs / "refbench-new"
        new.write_text("""#!/bin/sh\necho '{"schema":"refbench.describe/2"}'\n""")
        new.chmod(0o755)
        self.assert_refused(
            self.measure(), "refbench.describe/2", "refbench.describe/1"
        )

    def test_missing_input(self):
        self.program("gil", inputs=["/nowhere/words.txt"])
        self.assert_refused(
            self.measure("words"),
            "words",
            "/nowhere/words.txt",
            "cmake/install-packages",
        )

    def test_results_that_cannot_be_written(self):
        self.results.write_text("a file where a folder should be")
        found = self.measure("words")
        self.assert_one_line(found, 2, self.results, "--results")

    def test_too_little_memory(self):
        self.program("gil", memory=10**18)
        self.assert_refused(self.measure("words"), "MiB of memory are free", "needs")

    def test_second_run(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.bind("\0" + os.environ["REFBENCH_LOCK"])
            other.listen()
            self.assert_refused(
                self.measure("words"), "another run", f"process {os.getpid()}"
            )
        self.assertEqual(self.measure("words").returncode, 0, "the lock was not let go")

    def test_nothing_matched(self):
        found = self.measure("nothing_like_this")
        self.assert_one_line(found, 3, "nothing_like_this", "refbench list")
        self.assertFalse(self.results.exists())


class Kept(LaboratoryTest):
    """The folder of a run."""

    def setUp(self):
        super().setUp()
        self.text = self.folder / "text"
        self.text.write_text("to be or not to be")
        every = ("words", "binary_trees", "arithmetic")
        for name in ("gil", "biased", "tally"):
            self.program(name, workloads=every, micros=MICROS, inputs=[str(self.text)])

    def test_plan(self):
        found = self.measure("--suite", "headline", "--seed", "7", "--label", "first")
        self.assertEqual(found.returncode, 0, found.stderr)
        plan, trials = self.lines("plan.jsonl"), self.lines()
        self.assertEqual(
            [p["key"] for p in plan], [t["key"] for t in trials], "not as planned"
        )
        self.assertEqual(len({p["key"] for p in plan}), len(plan), "a key twice")
        kinds = [(t["kind"], t["parameters"].get("collector")) for t in trials]
        self.assertEqual(kinds.count(("tally", "on")), 2, "no control is counted")
        self.assertEqual(kinds.count(("micro", None)), 2 + 1, "a control of noise too")
        self.assertEqual(kinds.count(("workload", "off")), 4)
        # Each runtime: two workloads with 1, 2 and 4 threads, the control with 1 and 2.
        # And one control of noise.
        self.assertEqual(kinds.count(("workload", "on")), 2 * (2 * 3 + 2) + 1)
        again = [t for t in trials if t["arm"] == "gil/again"]
        names = {t["parameters"].get("workload") for t in again}
        self.assertEqual(names, {"binary_trees", None}, "a workload, and the micros")
        self.assertTrue(self.run_folder().name.endswith("-first"))

    def test_threads_reach_the_program(self):
        self.measure("words", "--threads", "8", "--runtime", "gil")
        for line in self.lines():
            argv = json.loads((self.run_folder() / line["raw"]).read_text())["context"][
                "argv"
            ]
            self.assertIn(f"--threads={line['parameters']['threads']}", argv)

    def test_collector_off_reaches_the_program(self):
        self.measure("binary_trees", "--threads", "1")
        for line in self.lines():
            argv = json.loads((self.run_folder() / line["raw"]).read_text())["context"][
                "argv"
            ]
            off = line["parameters"]["collector"] == "off"
            self.assertEqual("--collector=off" in argv, off, argv)

    def test_each_line_is_on_the_disk_before_the_next_trial(self):
        self.measure("words", "--threads", "1")
        plans = len({line["block"] for line in self.lines("plan.jsonl")})
        whole_files = len(("env", "manifest")) * 2 + len(("summary",))
        self.assertEqual(len(self.synced), plans + len(self.lines()) + whole_files)

    def test_line(self):
        self.measure("words", "--threads", "2", "--runtime", "biased")
        line = self.lines()[1]
        self.assertEqual(
            [
                line[name]
                for name in (
                    "kind",
                    "block",
                    "status",
                    "reason",
                    "operations",
                    "checksum",
                )
            ],
            ["workload", 0, "ok", None, 1000000, 5],
        )
        self.assertEqual(line["trial_ns"], [2e8])
        self.assertEqual(line["pauses"]["p99_us"], 30)
        self.assertEqual(line["pauses"]["work_max_us"], 38)
        self.assertEqual(line["counters"]["peak_rss_bytes"], 1 << 20)
        self.assertEqual(line["noise"]["start_skew_us"], 0.5)
        self.assertEqual(line["noise"]["handoff_after_ns"], 31)
        self.assertIsNone(line["noise"]["overlap"])
        self.assertEqual(set(line["noise"]["pressure"]), {"cpu", "memory", "io"})

    def test_manifest(self):
        self.measure("words", "--seed", "7", "--threads", "1")
        manifest = json.loads((self.run_folder() / "manifest.json").read_text())
        self.assertEqual(manifest["schema"], "refbench.run/1")
        self.assertEqual((manifest["seed"], manifest["outcome"]), (7, "complete"))
        self.assertEqual((manifest["compiler"], manifest["flags"]), ("cc 1.0", "-O2"))
        digest = hashlib.sha256(self.text.read_bytes()).hexdigest()
        self.assertEqual(manifest["inputs"], {str(self.text): digest})
        builds = {each["name"]: each["build_id"] for each in manifest["runtimes"]}
        program = (self.programs / "refbench-gil").read_bytes()
        self.assertEqual(builds["gil"], hashlib.sha256(program).hexdigest())
        self.assertEqual(len(manifest["plan_hash"]), 64)
        self.assertEqual(set(manifest["source"]), {"revision", "dirty"})

    def test_environment(self):
        self.measure("words", "--threads", "1")
        environment = json.loads((self.run_folder() / "env.json").read_text())
        self.assertEqual(
            environment["facts"]["usable_cores"], len(os.sched_getaffinity(0))
        )
        for when in ("before", "after"):
            self.assertGreater(environment[when]["memory"]["available"], 0)

    def test_empty_logs_are_not_kept(self):
        self.measure("words", "--threads", "1")
        self.assertEqual(list((self.run_folder() / "log").iterdir()), [])
        self.assertEqual({line["log"] for line in self.lines()}, {None})

    def test_blocks_fill_a_budget(self):
        self.measure(
            "words",
            "--threads",
            "1",
            "--runtime",
            "gil",
            "--budget",
            "1s",
            "--seed",
            "3",
        )
        blocks = {line["block"] for line in self.lines()} - {None}
        self.assertGreater(len(blocks), 1, "one block takes far less than a second")
        self.assertEqual(self.shown()["blocks"], len(blocks))

    def test_default_is_ten_blocks(self):
        where = ["--programs", self.programs, "--results", self.results]
        self.refbench("run", "words", "--threads", "1", "--runtime", "gil", *where)
        self.assertEqual(
            {line["block"] for line in self.lines()} - {None}, set(range(10))
        )

    def test_dry_run(self):
        found = self.measure("--dry-run", "--seed", "7")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("words/threads:2  biased", found.stdout)
        self.assertFalse(self.results.exists())
        self.assertEqual(found.stdout, self.measure("--dry-run", "--seed", "7").stdout)

    def test_last_line(self):
        found = self.measure("words", "--threads", "1")
        self.assertEqual(found.stdout.splitlines()[-1], f"results: {self.run_folder()}")


class Drawing(LaboratoryTest):
    """The table is out before the figures are drawn."""

    def setUp(self):
        super().setUp()
        self.program("gil")

    def test_the_table_comes_first(self):
        seen = []

        def draw(_):
            seen.append(sys.stdout.buffer.getvalue().decode())
            return "drawn"

        with mock.patch.object(figures, "draw", draw):
            found = self.measure("words", "--threads", "1")
        self.assertRegex(seen[0], r"words +1 +gil")
        self.assertNotIn("results:", seen[0])
        last = f"results: {self.run_folder()}\n"
        self.assertEqual(found.stdout, seen[0] + last)
        self.assertTrue(seen[0].endswith("\n\n"), "an empty line before the last")

    def test_a_failure_leaves_the_last_line_too(self):
        with mock.patch.object(figures, "draw", side_effect=KeyboardInterrupt):
            found = self.measure("words", "--threads", "1")
        self.assertEqual(found.returncode, 130)
        self.assertRegex(found.stdout, r"words +1 +gil")
        self.assertEqual(found.stdout.splitlines()[-1], f"results: {self.run_folder()}")

    def test_a_kill_leaves_the_table(self):
        script = (
            f"import os, sys; sys.path.insert(0, {str(ROOT / 'bench')!r})\n"
            "from driver import cli, figures\n"
            "figures.draw = lambda run: os.kill(os.getpid(), 9)\n"
            "cli.main(sys.argv[1:])\n"
        )
        words = ["run", "words", "--threads", "1", "--fast"]
        words += ["--programs", self.programs, "--results", self.results]
        found = subprocess.run(
            [sys.executable, "-B", "-c", script, *map(str, words)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(found.returncode, -signal.SIGKILL, found.stderr)
        self.assertRegex(found.stdout, r"words +1 +gil")


class Broken(LaboratoryTest):
    def test_a_program_that_vanishes_fails_its_trials(self):
        self.program("gil", [["words", "vanish"]])
        found = self.measure("words", "--threads", "1,2", "--seed", "1")
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertEqual(
            [line["status"] for line in self.lines()], ["ok", "failed", "failed"]
        )
        self.assertIn("cannot be started", self.lines()[1]["reason"])

    def test_a_full_disk_ends_the_run_and_keeps_the_rest(self):
        self.program("gil")
        append, left = journal.append, [1, 2, 3]

        def fill(path, *values):
            if not left:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            left.pop()
            append(path, *values)

        with mock.patch.object(journal, "append", fill):
            found = self.measure("words", "--threads", "1,2")
        self.assertEqual(found.returncode, 4)
        last = found.stderr.splitlines()[-1]
        self.assertIn("No space left on device", last)
        self.assertIn(str(self.run_folder()), last)
        self.assertEqual(len(self.lines()), 2)

    def test_nobody_reads_the_output(self):
        self.program("gil")
        command = f"{REFBENCH} list --json --programs {self.programs} | true"
        found = subprocess.run(
            ["/bin/sh", "-c", command], stderr=subprocess.PIPE, text=True
        )
        self.assertEqual(found.stderr, "")


class Interrupt(LaboratoryTest):
    def interrupted_by(self, number):
        self.program("gil", [["words/threads:2", "hang"]])
        words = ["run", "words", "--threads", "1,2", "--fast", "--seed", "2"]
        words += ["--programs", self.programs, "--results", self.results]
        with subprocess.Popen(
            [str(word) for word in (*UNDISTURBED, *words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while "threads:2" not in running.stderr.readline():
                pass
            time.sleep(0.3)  # the trial that hangs has begun
            running.send_signal(number)
            out, _ = running.communicate(timeout=30)
        return running.returncode, out

    def test_what_is_done_is_kept(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                code, out = self.interrupted_by(number)
                self.assertEqual(code, 128 + number)
                newest = sorted((self.results / "runs").iterdir())[-1]
                self.assertIn(f"refbench show {newest.name}", out)
                self.assertEqual(out.splitlines()[-1], f"results: {newest}")
                done = (newest / "trials.jsonl").read_text().splitlines()
                planned = (newest / "plan.jsonl").read_text().splitlines()
                self.assertLess(len(done), len(planned))
                self.assertTrue(
                    all(json.loads(line)["status"] == "ok" for line in done)
                )
                manifest = json.loads((newest / "manifest.json").read_text())
                self.assertEqual(manifest["outcome"], "interrupted")


if __name__ == "__main__":
    unittest.main()
