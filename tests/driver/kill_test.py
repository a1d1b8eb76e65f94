"""Kills at random moments, of the driver and of what it runs, until the run is complete all the same.

How often: REFBENCH_KILLS, which the long form of the tests sets.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from laboratory import UNDISTURBED, LaboratoryTest

KILLS = int(os.environ.get("REFBENCH_KILLS", "10"))
_LATEST = 1.5  # seconds before the next kill, at most: no run is as short
_TRIALS = 0.3  # of the kills
_SLOW = "sleep 0.0"  # begins how long a trial takes
_OF_A_TRIAL = b"--benchmark_filter="  # stands in its command line
_LONGEST = 120  # seconds that a driver may take to end


def _children(pid):
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _is_trial(pid):
    try:
        return _OF_A_TRIAL in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _running(marker):
    """Processes that have the marker in their command line, and have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (path / "cmdline").read_bytes():
                found.append(path.name)
        except OSError:
            continue
    return found


class Kill(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(os.environ.get("REFBENCH_SEED", "kills"))
        for name in ("gil", "atomic", "tally"):
            path = self.program(name)
            log = f"echo $$ >>'{self.folder}/started'\n{_SLOW}$((RANDOM % 8))"
            text = path.read_text().replace("entries=\n", f"{log}\nentries=\n", 1)
            self.assertIn(log, text)
            path.write_text(text.replace("#!/bin/sh", "#!/bin/bash", 1))

    def start(self, *words):
        command = [*UNDISTURBED, "run", *words, "--results", self.results]
        driver = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(driver.kill)
        return driver

    def finished(self):
        """The lines that are whole."""
        runs = list((self.results / "runs").glob("*/manifest.json"))
        if not runs:
            return b""
        data = (runs[0].parent / "trials.jsonl").read_bytes()
        return data[: data.rfind(b"\n") + 1]

    def assert_nothing_runs_on(self):
        marker = str(self.programs).encode()
        for _ in range(500):
            if not _running(marker):
                return
            time.sleep(0.01)
        self.fail(f"trials outlived their driver: {_running(marker)}")

    def begun(self):
        """Whether there is a run to go on with.  One that was killed before it was there holds
        nothing, and goes."""
        for path in (self.results / "runs").glob("*"):
            if (path / "manifest.json").exists():
                return True
            for journal in path.glob("*.jsonl"):
                self.assertEqual(journal.read_bytes(), b"", "lost with its run")
            shutil.rmtree(path)
        return False

    def words(self):
        """Of a command that begins, or goes on."""
        new = ["words", "--threads", "1,2", "--programs", self.programs]
        return ["--resume"] if self.begun() else new

    def kill_trial(self, driver):
        """The trial that the driver runs at this moment; False if there is none."""
        for pid in filter(_is_trial, _children(driver.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def kill_driver(self, driver):
        driver.kill()
        driver.wait(_LONGEST)
        self.drivers += 1
        self.assert_nothing_runs_on()

    def kill_often(self, most):
        """One run, until it is complete; returns how many kills it took, at most so many."""
        kills = 0
        while not self.is_complete():
            before = self.finished()
            driver = self.start(*self.words())
            while kills < most and driver.poll() is None:
                time.sleep(self.chance.uniform(0, _LATEST))
                if driver.poll() is not None:
                    break
                kills += 1
                if self.chance.random() >= _TRIALS or not self.kill_trial(driver):
                    self.kill_driver(driver)
            self.assertIn(driver.wait(_LONGEST), (0, 4, -signal.SIGKILL))
            self.assertTrue(self.finished().startswith(before), "a line was lost")
        return kills

    def assert_complete(self):
        """Each planned trial is there once, and hardly one was run in vain."""
        run = self.run_folder()
        manifest = json.loads((run / "manifest.json").read_text())
        self.assertEqual(manifest["outcome"], "complete")
        keys = [line["key"] for line in self.lines()]
        self.assertEqual(keys, [line["key"] for line in self.lines("plan.jsonl")])
        self.assertEqual(len(set(keys)), len(keys), "a trial twice")
        started = len((self.folder / "started").read_text().split())
        self.assertLessEqual(started - len(keys), self.drivers, "trials run in vain")
        self.assertLessEqual({line["status"] for line in self.lines()}, {"ok", "oom"})
        looks = sum(line["kind"] == "look" for line in self.lines())
        self.assertEqual(sum(self.shown()["trials"].values()), len(keys) - looks)

    def test_kills(self):
        kills = 0
        while kills < KILLS:
            self.drivers = 0
            kills += self.kill_often(KILLS - kills)
            self.assert_complete()
            shutil.rmtree(self.results)
            (self.folder / "started").unlink()

    def is_complete(self):
        if not self.begun():
            return False
        manifest = json.loads((self.run_folder() / "manifest.json").read_text())
        return manifest.get("outcome") == "complete"


if __name__ == "__main__":
    unittest.main()
