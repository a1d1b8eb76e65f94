"""Children: how they end, and that none is left behind."""

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path
from unittest import mock

from laboratory import ROOT, LaboratoryTest

from driver import process
from driver.refusal import Interrupted


class Process(LaboratoryTest):
    def run_shell(self, script, timeout=20):
        self.out, self.err = self.folder / "out", self.folder / "err"
        command = ["/bin/sh", "-c", script]
        return process.run(command, self.folder, self.out, self.err, timeout)

    def test_output_goes_to_files(self):
        ended = self.run_shell("echo said; echo complained >&2; pwd; exit 7")
        self.assertEqual((ended.exit, ended.timed_out, ended.signal), (7, False, None))
        self.assertEqual(self.out.read_text(), f"said\n{self.folder}\n")
        self.assertEqual(self.err.read_text(), "complained\n")

    def test_signal_is_named(self):
        ended = self.run_shell("kill -ABRT $$")
        self.assertEqual((ended.exit, ended.signal), (-6, "SIGABRT"))

    def test_real_time_signal_has_a_name_too(self):
        self.assertEqual(self.run_shell("kill -40 $$").signal, "signal 40")

    def test_late_child_is_killed_with_its_own_children(self):
        ended = self.run_shell("sleep 600 & echo $!; wait", timeout=0.3)
        self.assertTrue(ended.timed_out)
        self.assertEqual(ended.signal, "SIGKILL")
        self.assert_gone(int(self.out.read_text()))

    def test_what_a_child_leaves_running_ends_with_it(self):
        ended = self.run_shell("sleep 600 & echo $!")
        self.assertEqual((ended.exit, ended.timed_out), (0, False))
        self.assert_gone(int(self.out.read_text()))

    def test_a_child_does_not_outlive_us(self):
        """Not even if we are killed, which nobody can prepare for."""
        out = self.folder / "out"
        script = (
            f"import sys; sys.path.insert(0, {str(ROOT / 'bench')!r})\n"
            "from driver import process\n"
            "words = ['/bin/sh', '-c', 'echo $$; exec sleep 600']\n"
            f"process.run(words, '/', {str(out)!r}, '/dev/null', 600)\n"
        )
        with subprocess.Popen([sys.executable, "-B", "-c", script]) as driver:
            self.addCleanup(driver.kill)
            end = time.monotonic() + 60
            while not out.exists() or not out.read_text().endswith("\n"):
                if time.monotonic() > end:
                    driver.kill()
                    self.fail("the driver starts nothing")
                time.sleep(0.01)
            driver.kill()
        self.assert_gone(int(out.read_text()))

    def test_long_files_are_not_written(self):
        with mock.patch.object(process, "MOST_WRITTEN", 4096):
            ended = self.run_shell("exec cat /dev/zero")
        self.assertEqual(ended.signal, "SIGXFSZ")
        self.assertEqual(self.out.stat().st_size, 4096)

    def test_interrupt_ends_the_child(self):
        def interrupt(number, _frame):
            raise Interrupted(number)

        before = signal.signal(signal.SIGALRM, interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with self.assertRaises(Interrupted):
            self.run_shell("echo $$; exec sleep 600")
        self.assert_gone(int(self.out.read_text()))

    def test_child_reads_nothing(self):
        self.assertEqual(self.run_shell("read line").exit, 1, "standard input is empty")

    def test_missing_program(self):
        with self.assertRaises(FileNotFoundError):
            process.run(
                ["/nowhere"], self.folder, self.folder / "o", self.folder / "e", 1
            )

    def assert_gone(self, pid):
        """The process has ended: gone, or waiting to be reaped by whoever inherits it."""
        for _ in range(200):
            try:
                state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
            except FileNotFoundError:
                return
            if state.rpartition(") ")[2].startswith("Z"):
                return
            time.sleep(0.02)
        self.fail(f"process {pid} still runs: {os.readlink(f'/proc/{pid}/exe')}")


if __name__ == "__main__":
    unittest.main()
