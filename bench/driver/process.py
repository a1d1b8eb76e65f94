"""A child process: started, left alone, ended if it takes too long, reaped.

While it runs nothing here runs: output goes to files and the driver sleeps in the kernel.
"""

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass


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


def run(command, folder, output, errors, timeout):
    """Runs a command in a group of its own, with its output in two files.  OSError if it cannot
    be started.  The whole group is killed after `timeout` seconds, or if we are interrupted.
    """
    begin = time.monotonic()
    with open(output, "wb") as out, open(errors, "wb") as err:
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    late = threading.Event()
    timer = threading.Timer(timeout, _end_late, (child.pid, late))
    timer.daemon = True
    try:
        timer.start()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    except BaseException:
        _kill(child.pid)
        raise
    finally:
        timer.cancel()
        timer.join()  # from here on the number may belong to another process
        usage = _reap(child)
    wall = time.monotonic() - begin
    return Ended(
        child.returncode,
        late.is_set(),
        wall,
        usage.ru_utime,
        usage.ru_stime,
        usage.ru_nivcsw,
    )


def _end_late(pid, late):
    late.set()
    _kill(pid)


def _kill(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _reap(child):
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage
