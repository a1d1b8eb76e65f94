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
            preexec_fn=mortal(MOST_WRITTEN),
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
        timer.join()
        _kill(child.pid)  # what it left; once it is reaped the number may be another's
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
