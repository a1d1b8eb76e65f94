#!/usr/bin/python3
"""A strategy that breaks its contract does not compile, and the compiler's error names what is wrong.

usage: contract_errors_test.py [COMPILER...]     default: gcc and clang, those that there are

Every operation is tried twice on a copy of the strategy gil: once left out, once with another result type.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIL = ROOT / "runtimes/rc/gil.h"
SHARED = ("runtimes/rc/plain_count.h", "runtimes/rc/eager.h")
CONTRACT = ROOT / "runtimes/rc/contract.h"
COMPILERS = [name for name in sys.argv[1:] or ["gcc", "clang-14"] if shutil.which(name)]


def whole_strategy():
    """The text of gil, with what it shares with other strategies in its place."""
    text = GIL.read_text()
    for shared in SHARED:
        text = text.replace(f'#include "{shared}"', (ROOT / shared).read_text())
    return text


def operations():
    """The verbs that contract.h requires."""
    return re.findall(r"^RC_REQUIRE\((\w+),", CONTRACT.read_text(), re.MULTILINE)


def definition_of(verb):
    """Matches the head of strategy_<verb>: result type, then the name."""
    return re.compile(
        rf"^(?P<prefix>(?:static inline )?)(?P<result>[a-z][\w ]*[ *]+)strategy_{verb}(?=\()",
        re.MULTILINE,
    )


def errors_of(compiler, header_text):
    """What the compiler says of a file that includes rc.h with this text as its strategy."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scratch.h").write_text(header_text)
        (Path(folder) / "use.c").write_text('#include "runtimes/rc/rc.h"\n')
        command = [
            compiler,
            "-std=gnu17",
            "-fsyntax-only",
            "-Wall",
            f"-I{ROOT}",
            f"-I{folder}",
        ]
        command += [
            "-DREFBENCH_DEBUG=0",
            "-DRC_TALLY=0",
            '-DRC_STRATEGY_HEADER="scratch.h"',
        ]
        command += ["-Werror=implicit-function-declaration", f"{folder}/use.c"]
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60
        )
        return "\n".join(
            line for line in result.stderr.splitlines() if "error:" in line
        )


class ContractErrors(unittest.TestCase):
    def setUp(self):
        self.assertTrue(COMPILERS, "no compiler to try: install gcc or clang")
        self.gil = whole_strategy()

    def each(self):
        for verb in operations():
            for compiler in COMPILERS:
                with self.subTest(verb=verb, compiler=compiler):
                    yield verb, compiler

    def test_gil_itself_compiles(self):
        for compiler in COMPILERS:
            self.assertEqual("", errors_of(compiler, self.gil))

    def test_contract_lists_all_operations(self):
        defined = set(re.findall(r"strategy_(\w+)\(", self.gil))
        self.assertEqual(set(), set(operations()) - defined)
        self.assertGreater(len(operations()), 30)

    def test_missing_operation_is_named(self):
        for verb, compiler in self.each():
            pattern = re.compile(rf"\bstrategy_{verb}\b")
            errors = errors_of(compiler, pattern.sub(f"elsewhere_{verb}", self.gil))
            self.assertRegex(
                errors, pattern, f"{compiler} did not name strategy_{verb}"
            )

    def test_mistyped_operation_is_named(self):
        for verb, compiler in self.each():
            head = definition_of(verb)
            self.assertEqual(
                1, len(head.findall(self.gil)), f"gil.h defines strategy_{verb} once"
            )
            mistyped = head.sub(rf"\g<prefix>long double strategy_{verb}", self.gil)
            errors = errors_of(compiler, mistyped)
            self.assertRegex(
                errors,
                rf"strategy_{verb}\b",
                f"{compiler} did not name strategy_{verb}",
            )

    def test_missing_constant_is_named(self):
        for compiler in COMPILERS:
            for name in re.findall(r"^    (RC_\w+) = ", self.gil, re.MULTILINE):
                with self.subTest(name=name, compiler=compiler):
                    errors = errors_of(
                        compiler, re.sub(rf"\b{name}\b", f"X_{name}", self.gil)
                    )
                    self.assertRegex(errors, rf"[^X_]{name}\b")


if __name__ == "__main__":
    sys.exit(unittest.main(argv=sys.argv[:1]))
