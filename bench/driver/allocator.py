"""The allocators there are to compare: ours, the floor, and those of others.

A peer is a program of its own, or the program of malloc with a library preloaded.  One that is not
there is kept, with the reason, so that every table says so.  What is measured under a peer's name
is that peer: preload.malloc_of has said that malloc and free are the library's.
"""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import alloc_program, preload
from .alloc_program import CALLED, FREELIST, INLINED, MALLOC, OBMALLOC
from .refusal import Refusal

OURS = "refbench"
CALL = "call/"  # begins the names of our rows that are called and not inlined
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True)
class Known:
    """A malloc of others, as distributions name it."""

    name: str
    package: str
    libraries: tuple  # names the loader may know it by, best first


KNOWN = (
    Known("mimalloc", "libmimalloc2.0", ("libmimalloc.so.2", "libmimalloc.so.3")),
    Known("jemalloc", "libjemalloc2", ("libjemalloc.so.2",)),
    Known(
        "tcmalloc",
        "libtcmalloc-minimal4",
        ("libtcmalloc_minimal.so.4", "libtcmalloc.so.4"),
    ),
)


@dataclass(frozen=True)
class Allocator:
    name: str
    program: alloc_program.AllocProgram = None  # None: there is nothing to measure
    malloc_file: Path = None  # that malloc and free are to be of
    preloaded: bool = False  # it, or there anyhow
    version: str = None
    package: str = None  # that has it
    absent: str = None  # why it cannot be measured
    prefix: str = ""  # of the names its tests have in tables

    @property
    def title(self):
        return f"{self.name} {self.version}" if self.version else self.name

    @property
    def controlled(self):
        """Whether every block has it twice: what it is compared with is itself."""
        return self.name == OURS and not self.prefix

    @property
    def build(self):
        """A hash of what is measured: the program, and the library if there is one."""
        whole = self.program.build
        if self.malloc_file:
            whole += hashlib.sha256(self.malloc_file.read_bytes()).hexdigest()
        return whole


def find(folder, given):
    """Every allocator, in the order of tables; `given` are further peers, NAME=LIBRARY."""
    programs = {
        name: alloc_program.describe(folder, name)
        for name in (INLINED, CALLED, FREELIST, MALLOC)
    }
    malloc = programs[MALLOC]
    return [
        Allocator(OURS, programs[INLINED]),
        Allocator(OURS, programs[CALLED], prefix=CALL),
        Allocator("freelist", programs[FREELIST]),
        _glibc(malloc),
        *(_known(each, malloc) for each in KNOWN),
        _obmalloc(folder),
        *_given(given, malloc),
    ]


def _glibc(malloc):
    found = preload.malloc_of(_asks(malloc))
    if not preload.is_glibc(found):
        whose = found or "a library that the loader does not tell"
        absent = f"without a preload malloc is of {whose}"
        return Allocator("glibc", absent=absent)
    version = os.confstr("CS_GNU_LIBC_VERSION").rpartition(" ")[2]
    return Allocator("glibc", malloc, found, version=version)


def _asks(malloc):
    """What starts the program without measuring anything."""
    return [malloc.path, "--describe"]


def _known(known, malloc):
    """The first library of a known peer that takes malloc over."""
    for name in known.libraries:
        found = preload.malloc_of(_asks(malloc), name)
        if found is not None and not preload.is_glibc(found):
            return Allocator(
                known.name, malloc, found, True, _version(found), known.package
            )
    absent = f"{known.package} is not installed (no {known.libraries[0]} to preload)"
    return Allocator(known.name, package=known.package, absent=absent)


def _obmalloc(folder):
    found = alloc_program.built(folder, OBMALLOC)
    needs = alloc_program.OBMALLOC_NEEDS
    if found is None:
        absent = f"{needs} was not installed when the programs were built"
        return Allocator(OBMALLOC, package=needs, absent=absent)
    library = found.facts.get("library")
    version = _version(Path(os.path.realpath(library))) if library else None
    return Allocator(OBMALLOC, found, version=version, package=needs)


def _given(given, malloc):
    taken = {OURS, FREELIST, "glibc", OBMALLOC, *(known.name for known in KNOWN)}
    for text in given:
        name, _, path = text.partition("=")
        if not _NAME.fullmatch(name) or not path:
            raise Refusal(f"--peer takes NAME=LIBRARY.so, not {text!r}")
        if name in taken:
            raise Refusal(f"--peer {text}: there is a peer of the name {name} already")
        taken.add(name)
        yield _preloaded(name, Path(os.path.realpath(path)), malloc)


def _preloaded(name, path, malloc):
    """Refused unless malloc and free become those of the library."""
    if not path.is_file():
        raise Refusal(f"--peer {name}: {path} is missing")
    found = preload.malloc_of(_asks(malloc), path)
    if found is None or not found.samefile(path):
        raise Refusal(
            f"--peer {name}: with {path} preloaded malloc is of "
            f"{found or 'no single library'}: it is no library that replaces malloc and free"
        )
    return Allocator(name, malloc, found, True, _version(found))


def _version(library):
    """Of the package that the library is from, else what its name ends in."""
    return _package_version(library) or library.name.partition(".so.")[2] or None


def _package_version(library):
    if not shutil.which("dpkg-query"):
        return None
    for line in _dpkg("--search", f"*/{library.name}").splitlines():
        package, _, path = line.rpartition(": ")
        if os.path.realpath(path) == str(library):
            return _upstream(_dpkg("--show", "--showformat=${Version}", package))
    return None


def _upstream(version):
    """2.0.9 of 1:2.0.9+ds-2."""
    return re.split(r"[+~-]", version.rpartition(":")[2])[0] or None


def _dpkg(*words):
    answer = subprocess.run(["dpkg-query", *words], capture_output=True, text=True)
    return answer.stdout if answer.returncode == 0 else ""
