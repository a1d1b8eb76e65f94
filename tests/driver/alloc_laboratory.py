"""What the tests of `refbench alloc` share: programs of allocators that behave as told, and
libraries to preload, real ones.

A fake program is a script, so whose malloc it gets is its shell's.  Its behaviours are pairs of a
test's name and a word:

    crash hang garbage exit     of the process
    other wrong nan foreign     of what it prints: another checksum, another test, no number, a
                                library that is not the one it was given
    zero                        of memory tests: nothing is resident
    near far                    of the control of two threads: 1.2 and 1.3 times what it was
"""

import json
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from unittest import mock

from laboratory import LaboratoryTest

from driver import allocator, preload

_PROGRAM = """#!/bin/sh
cd '{data}' || exit 2
for flag; do
    case $flag in
    --describe) exec cat describe ;;
    --test=*) test=${{flag#*=}} ;;
    esac
done
n=$(grep -nxF -- "$test" names | cut -d: -f1)
[ -n "$n" ] || exit 3
. ./$n.does
exec sed "s|LIBRARY|${{LD_PRELOAD:-{libc}}}|" $n
"""
_DOES = {
    "crash": "echo about to crash >&2; kill -SEGV $$",
    "hang": "exec sleep 600",
    "garbage": "echo '{\"test\":'; exit 0",
    "exit": "echo no core to pin to >&2; exit 4",
}
_MALLOC = """
#include <stddef.h>
#include <string.h>
static _Alignas(16) char room[1 << 24];
static size_t top;
void *malloc(size_t size) {
    size_t *block = (size_t *)(room + top);
    top += (size + 31) & ~(size_t)15;
    *block = size;
    return top <= sizeof room ? block + 2 : NULL;
}
void free(void *block) { (void)block; }
void *calloc(size_t count, size_t size) { return malloc(count * size); }
void *realloc(void *old, size_t size) {
    void *fresh = malloc(size);
    size_t kept = old ? ((size_t *)old)[-2] : 0;
    return old ? memcpy(fresh, old, kept < size ? kept : size) : fresh;
}
"""
_CONTROLS = {"near": 1.2, "far": 1.3}
TIMES = ("pair/16", "pair/64", "steady/10k_mixed", "threads2/pair_64")
SHARES = ("memory/after_free_all",)
LIBC = preload.malloc_of(["/bin/sh", "-c", ":"])
NOT_THERE = (
    allocator.Known("mimalloc", "libmimalloc2.0", ("libnowhere-a.so.2",)),
    allocator.Known("jemalloc", "libjemalloc2", ("libnowhere-b.so.2",)),
)


def _test(name):
    return {
        "name": name,
        "summary": f"does {name}",
        "family": name.partition("/")[0],
        "threads": 2 if name.startswith("threads2/") else 1,
        "measures": "memory" if name in SHARES else "time",
    }


def _answer(variant, name, word, ns):
    shared = name in SHARES
    two = name.startswith("threads2/")
    library = "LIBRARY" if variant == "malloc" else None
    return {
        "test": "pair/0" if word == "wrong" else name,
        "variant": variant,
        "ns": "nan" if word == "nan" else None if shared else ns,
        "operations": 1000,
        "trials_ns": [] if shared else [ns] * 5,
        "rss_bytes": 1 << 20,
        "requested_bytes": 1 << 19,
        "share": (0.0 if word == "zero" else 0.04) if shared else None,
        "control_ns": _CONTROLS.get(word, 1.0) if two else None,
        "gain": 0.95 if two else None,
        "library": "/lib/other.so" if word == "foreign" else library,
        "checksum": len(name) + (word == "other"),
    }


@lru_cache
def _compiled(source):
    """The bytes of a shared library."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.so"
        words = "gcc -shared -fPIC -O1 -fno-builtin -w -x c - -o".split()
        subprocess.run([*words, path], input=source.encode(), check=True)
        return path.read_bytes()


class AllocLaboratoryTest(LaboratoryTest):
    """A test with a folder of programs of allocators; no known peer is installed."""

    def setUp(self):
        super().setUp()
        for patch in (
            mock.patch.object(allocator, "KNOWN", NOT_THERE),
            # Other tests that run beside this one disturb nothing here.
            mock.patch("driver.noise.CROWD_LIMIT", 2.0),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def program(self, variant, behaviours=(), ns=4.0, tests=(*TIMES, *SHARES)):
        words = dict(behaviours)
        data = self.folder / f".alloc-{variant}"
        data.mkdir(exist_ok=True)
        about = {
            "schema": "refbench.alloc_program/1",
            "variant": variant,
            "compiler": "cc 1.0",
            "flags": "-O2",
            "debug": False,
            "library": "/lib/libpython.so.9.9" if variant == "obmalloc" else None,
            "tests": [_test(name) for name in tests],
        }
        (data / "describe").write_text(json.dumps(about))
        (data / "names").write_text("".join(f"{name}\n" for name in tests))
        for number, name in enumerate(tests, 1):
            word = words.get(name, "ok")
            answer = json.dumps(_answer(variant, name, word, ns)).replace(
                '"nan"', "NaN"
            )
            (data / str(number)).write_text(answer + "\n")
            (data / f"{number}.does").write_text(_DOES.get(word, "") + "\n")
        path = self.programs / f"refbench-alloc-{variant}"
        path.write_text(_PROGRAM.format(data=data, libc=LIBC))
        path.chmod(0o755)

    def all_programs(self, **behaviours):
        """Ours in 2 ns, called in 3, the floor in 1.5, all else in 8."""
        for variant, ns in (
            ("inlined", 2.0),
            ("called", 3.0),
            ("freelist", 1.5),
            ("malloc", 8.0),
            ("obmalloc", 5.0),
        ):
            self.program(variant, behaviours.get(variant, ()), ns)

    def shared_object(self, name, source=_MALLOC):
        path = Path(self.folder) / name
        path.write_bytes(_compiled(source))
        return path

    def alloc(self, *words):
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("alloc", *words, *where)

    def told(self, *words):
        """The JSON of a run that went well."""
        found = self.alloc("--json", *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)
