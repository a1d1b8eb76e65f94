"""A child process: started, left alone, ended if it takes too long, reaped.

While it runs nothing here runs: output goes to files and the driver sleeps in the kernel.  It does not
outlive us, not even if we are killed, so that a run that goes on has the machine for itself; nor does
what it started outlive it.
"""

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from functools import partial

MOST_WRITTEN = 1 << 30  # bytes: who writes a longer file is ended by SIGXFSZ
_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl


@dataclass(frozen=True)
class Ended:
    exit: int  # negative: the number of the signal that killed it
    timed_out: bool
    wall_s: float
    user_s: float
    system_s: float
    involuntary_switches: int

    @property
    def signal(self):
        """The name of the signal that killed it, None if it ended by itself."""
        if self.exit >= 0:
            return None
        try:
            return signal.Signals(-self.exit).name
        except ValueError:
            return f"signal {-self.exit}"


class Child:
    """A command in a group of its own.  Any thread may kill it; the one that made it waits for it,
    and ends it in any case.  OSError if it cannot be started."""

    def __init__(self, command, most_written=None, **where):
        """`where` it works and its output goes is told as subprocess has it."""
        self._guard = threading.Lock()
        self._late = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=mortal(most_written or MOST_WRITTEN),
            **where,
        )
        self.usage = None  # when it has ended

    @property
    def exit(self):
        """Negative: the number of the signal that killed it.  None until it has ended."""
        return self._process.returncode

    def kill(self):
        """With all that it started."""
        with self._guard:
            if self.exit is None:
                self._kill()

    def wait(self, seconds):
        """Sleeps until its program ends; whether it was too late, and killed."""
        timer = threading.Timer(seconds, self._end_late)
        timer.daemon = True
        try:
            timer.start()
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            timer.cancel()
            if timer.is_alive():
                timer.join()
        return self._late

    def end(self, patience=0):
        """Reaps it, after killing it if it is still there.  What it left running is killed if it
        has not ended after so many seconds; whether it had to be."""
        with self._guard:
            if patience <= 0:
                self._kill()  # once it is reaped the number may be another's
            self._reap()
        end = time.monotonic() + patience
        while self._has_left_some():
            if time.monotonic() >= end:
                self._kill()
                return True
            time.sleep(0.01)
        return False

    def _end_late(self):
        self._late = True
        self.kill()

    def _kill(self, number=signal.SIGKILL):
        try:
            os.killpg(self._process.pid, number)
            return True
        except ProcessLookupError:
            return False

    def _has_left_some(self):
        return self._kill(0)

    def _reap(self):
        _, status, self.usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)


def run(command, folder, output, errors, timeout):
    """Runs a command with its output in two files.  OSError if it cannot be started.  All that it
    started is killed after `timeout` seconds, or if we are interrupted.
    """
    begin = time.monotonic()
    with open(output, "wb") as out, open(errors, "wb") as err:
        child = Child(command, cwd=folder, stdout=out, stderr=err)
    try:
        late = child.wait(timeout)
    finally:
        child.end()
    wall = time.monotonic() - begin
    usage = child.usage
    return Ended(
        child.exit,
        late,
        wall,
        usage.ru_utime,
        usage.ru_stime,
        usage.ru_nivcsw,
    )


def mortal(most_written):
    """What a child does before its program starts: it asks to be killed when the thread that started
    it ends, and writes no longer files than that."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    known = [each for each in limits if each != resource.RLIM_INFINITY]
    return partial(_bind, os.getpid(), min([most_written, *known]))


def _bind(parent, most_written):
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # too late to be told
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_written, most_written))
