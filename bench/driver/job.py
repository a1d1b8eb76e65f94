"""Commands, each in a process of its own with a time limit, two at a time."""

import os
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import process

AT_A_TIME = 2
MOST_SAID = 16 << 20  # bytes: who says more, or writes a larger file, is killed


@dataclass(frozen=True)
class Ended:
    exit: int  # negative: the number of the signal that killed it
    hung: bool  # it, or what it had started, had to be killed
    out: str
    errors: str


class Jobs:
    """Runs commands.  Whatever ends this ends what runs."""

    def __init__(self):
        self.running = set()
        self.interrupted = False

    def each(self, work, items, told):
        """What `work` makes of each item, in their order; `told` is called with it as it comes."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                return [_take(future, told) for future in futures]
            except BaseException:
                self.interrupted = True
                pool.shutdown(wait=False, cancel_futures=True)
                for child in list(self.running):
                    _kill(child)
                raise

    def run(self, command, seconds, most_written=MOST_SAID):
        """How it ended and what it said.  OSError if it cannot be started."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            child = _start(command, out, errors, most_written)
            self.running.add(child)
            if self.interrupted:
                _kill(child)
            hung = _wait(child, seconds)
            self.running.discard(child)
            return Ended(child.returncode, hung, _text(out), _text(errors))


def _take(future, told):
    found = future.result()
    told(found)
    return found


def _text(file):
    """The end of it, if it is long."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - MOST_SAID))
    return file.read().decode(errors="replace")


def _start(command, out, errors, most_written):
    """The process; what it says goes to files, of bounded size."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=errors,
        start_new_session=True,
        preexec_fn=process.mortal(most_written),
    )


def _wait(child, seconds):
    """Whether it, or what it started, had to be killed."""
    end = time.monotonic() + seconds
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(child)
        child.wait()
        return True
    while _has_left_some(child):
        if time.monotonic() > end:
            _kill(child)
            return True
        time.sleep(0.01)
    return False


def _has_left_some(child):
    """Whether processes that it started still run."""
    try:
        os.killpg(child.pid, 0)
        return True
    except ProcessLookupError:
        return False


def _kill(child):
    """With all that it started; nobody else has reaped it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
