"""Commands, each in a process of its own with a time limit, two at a time."""

import os
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
                    child.kill()
                raise

    def run(self, command, seconds, most_written=MOST_SAID):
        """How it ended and what it said.  OSError if it cannot be started."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            begin = time.monotonic()
            child = process.Child(command, most_written, stdout=out, stderr=errors)
            self.running.add(child)
            if self.interrupted:
                child.kill()
            hung = child.wait(seconds)
            left = 0 if hung else begin + seconds - time.monotonic()
            hung |= child.end(left)
            self.running.discard(child)
            return Ended(child.exit, hung, _text(out), _text(errors))


def _take(future, told):
    found = future.result()
    told(found)
    return found


def _text(file):
    """The end of it, if it is long."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - MOST_SAID))
    return file.read().decode(errors="replace")
