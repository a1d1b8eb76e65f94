"""Work done beside other work: by a forked process, which has all that was read and tells nothing but its end.

It leaves files.  If it fails, which is told by its end only, the work is done once more by who waits, and fails there
as it would have without.
"""

import multiprocessing


class Beside:
    """Inside, `work` is done; at the end it is done."""

    def __init__(self, work):
        self.work = work
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(target=_quietly, args=(work,), daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, failed, *_):
        if failed:
            self.process.terminate()
        self.process.join()
        if not failed and self.process.exitcode != 0:
            self.work()


def _quietly(work):
    """What goes wrong is told when it goes wrong again."""
    try:
        work()
    except BaseException:
        raise SystemExit(1) from None
