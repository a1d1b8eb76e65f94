"""Figures written beside something else: by a process of its own, since drawing keeps a core busy.

The process is forked when everything is read, so nothing has to be told to it; what it writes are the
files, and what it tells are their paths, in order, and what kept them from being written.
"""

import multiprocessing
import sys

from . import figure
from .figures import FIGURES


class Figures:
    """Inside, those of some runs are written; `paths` waits for them."""

    def __init__(self, runs, tables):
        self._ours, self._theirs = multiprocessing.Pipe(duplex=False)
        fork = multiprocessing.get_context("fork")
        given = (runs, tables, self._theirs)
        self._process = fork.Process(target=_write, args=given, daemon=True)

    def __enter__(self):
        self._process.start()
        self._theirs.close()
        return self

    def __exit__(self, *_):
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()
        self._ours.close()

    def paths(self):
        """Of the files, once they are written.  Raises what kept them from being written."""
        try:
            paths, problem = self._ours.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            raise ChildProcessError(f"drawing figures ended with {code}") from None
        if problem is not None:
            raise problem
        return paths


def _write(runs, tables, told):
    paths, problem = [], None
    try:
        for run, found in zip(runs, tables):
            for each in FIGURES:
                paths += _drawn(each, run, found[each.name])
    except Exception as error:  # to be raised by who waits
        problem = error
    told.send((paths, problem))


def _drawn(definition, run, table):
    """Its paths; none of one that fails, which must not take the others and the report with it."""
    try:
        return figure.write(definition, run, table)
    except OSError:
        raise
    except Exception as error:
        print(f"figures: {definition.name} was not drawn: {error}", file=sys.stderr)
        return []
