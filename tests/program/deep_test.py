#!/usr/bin/python3
"""check --deep on a real runtime, in a few seconds: it is looked at in every way that there is here; and
one that is broken on purpose is found out, by commands that find it again.

usage: deep_test.py PROGRAM [unittest argument]...

PROGRAM is a build's bin/refbench-NAME-debug; its programs are looked at as copies, so nothing is built.
"""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path()
REFBENCH = Path(__file__).resolve().parents[2] / "bench" / "refbench"
CASES = "^(count_events|self_list|F_once|W_dead_after_drop|cycle_across_dead_threads)$"
SECONDS = "6"
PASSED, FAILED = 0, 4
STAGES = {"cases", "scenarios", "fuzz", "injection", "stress"}
SANITIZED = {"asan", "tsan"}  # are builds of their own


class Deep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.build = Path(holder.name) / "mine"
        name = PROGRAM.name.removeprefix("refbench-").removesuffix("-debug")
        for path in (
            f"bin/{PROGRAM.name}",
            f"bin/refbench-{name}-explore",
            f"tests/test-stress.{name}.stress",
        ):
            (cls.build / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROGRAM.parent.parent / path, cls.build / path)

    def check(self, code, *words):
        """What it says of the runtime, when it has ended with that code."""
        program = self.build / "bin" / PROGRAM.name
        command = [REFBENCH, "check", "--deep", program, "--case", CASES, "--json"]
        found = subprocess.run(
            [*command, "--seconds", SECONDS, *words],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(found.returncode, code, found.stderr + found.stdout)
        (told,) = json.loads(found.stdout)["runtimes"]
        return told, {stage["stage"]: stage for stage in told["stages"]}

    def test_a_good_runtime_passes_every_stage(self):
        told, stages = self.check(PASSED)
        self.assertEqual(told["verdict"], "pass", told)
        for name in STAGES:
            stage = stages.pop(name)
            self.assertEqual((stage["status"], stage["failures"]), ("pass", []), stage)
            self.assertGreater(next(iter(stage["work"].values())), 0, stage)
        self.assertEqual(set(stages), SANITIZED)
        for stage in stages.values():
            self.assertEqual(stage["status"], "not run", stage)
            self.assertIn("a build with that sanitizer makes it", stage["reason"])

    def test_a_broken_one_is_found_out_and_the_commands_find_it_again(self):
        told, stages = self.check(FAILED, "--fault", "leak_item")
        self.assertEqual(told["verdict"], "fail", told)
        self.assertEqual(stages["cases"]["status"], "fail", stages["cases"])
        self.assertEqual(stages["fuzz"]["status"], "fail", stages["fuzz"])
        for name in ("cases", "fuzz"):
            for failure in stages[name]["failures"]:
                again = subprocess.run(
                    shlex.split(failure["command"]),
                    cwd=self.build / "bin",
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=100,
                )
                self.assertNotIn(again.returncode, (0, 77), failure)


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
