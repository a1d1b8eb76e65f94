"""A library before all others in a process: whose malloc does the program get?

The loader only warns when it cannot preload a library, and the program then runs with the malloc it
has anyhow; a library may also be preloaded and have no malloc.  So the loader is asked, in a process
of that very program, to which library it binds malloc and free (LD_DEBUG=bindings).  Only its
answer counts.

A name without a slash is looked up as any library is, in the loader's cache and path.
"""

import os
import re
import subprocess
from pathlib import Path

from .refusal import Refusal

_ENV = "/usr/bin/env"
_BOUND = re.compile(
    r"binding file \S+ \[\d+\] to (\S+) \[\d+\]: normal symbol `(?:malloc|free)'"
)
_SECONDS = 30
_TUNING = ("GLIBC_TUNABLES", "MALLOC_", "MIMALLOC_", "TCMALLOC_", "PYTHONMALLOC")


def command(words, library=None, **variables):
    """The command with that library preloaded and no other, whatever our environment has."""
    preload = [f"LD_PRELOAD={library}"] if library else []
    given = [f"{name}={value}" for name, value in variables.items()]
    return [_ENV, "-u", "LD_PRELOAD", *preload, *given, *map(str, words)]


def malloc_of(words, library=None):
    """The library whose malloc and free the program gets; None if the loader does not tell,
    or they are not of one library."""
    asked = command(words, library, LD_DEBUG="bindings", LD_BIND_NOW="1")
    try:
        answer = subprocess.run(
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refusal(f"{words[0]} did not run: {error}") from None
    said = answer.stderr.decode(errors="replace")
    bound = {os.path.realpath(path) for path in _BOUND.findall(said)}
    return Path(bound.pop()) if len(bound) == 1 else None


def refused(library, said):
    """Whether the loader warned that it could not preload the library."""
    return f"'{library}' from LD_PRELOAD cannot be preloaded" in said


def is_glibc(path):
    return path is not None and re.match(r"libc[.-]", path.name) is not None


def tuning():
    """Variables of our environment that allocators read: they reach every process."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith(_TUNING)
    }
