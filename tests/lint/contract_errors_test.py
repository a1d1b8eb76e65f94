#!/usr/bin/python3
"""A strategy that breaks its contract does not compile, and one line says what is wrong and what to do.

usage: contract_errors_test.py [COMPILER...]     default: gcc and clang, those that there are

cmake/contract.py is held to it on copies of the strategy gil, each of which breaks the contract in one place: an
operation is left out or has another result type, a constant or a type is missing, a constant is one
that nobody reads, the contract is of another number.  And rc.h itself is, for who compiles without it.
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
SHARED = (
    "runtimes/rc/plain_count.h",
    "runtimes/rc/eager.h",
    "runtimes/rc/eager_loc.h",
    "runtimes/rc/plain_unit.h",
    "runtimes/rc/plain_slot.h",
)
CONTRACT = ROOT / "runtimes/rc/contract.h"
SAYS = ROOT / "cmake/contract.py"
READERS = ("runtimes", "bench", "gc", "alloc")
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


def groups(verbs):
    """A few at a time: a compiler gives up after many errors."""
    return [verbs[begin : begin + 6] for begin in range(0, len(verbs), 6)]


def definition_of(verb):
    """Matches the head of strategy_<verb>: result type, then the name."""
    return re.compile(
        rf"^(?P<prefix>(?:static inline )?)(?P<result>[a-z][\w ]*[ *]+)strategy_{verb}(?=\()",
        re.MULTILINE,
    )


def flags(folder):
    return [
        "-std=gnu17",
        f"-I{folder}",
        f"-I{ROOT}",
        "-DREFBENCH_DEBUG=0",
        "-DRC_TALLY=0",
        '-DRC_STRATEGY_HEADER="scratch.h"',
    ]


def run(header_text, command):
    """What a command says on standard error, where {folder} has this text as a strategy; and its exit."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scratch.h").write_text(header_text)
        (Path(folder) / "use.c").write_text('#include "runtimes/rc/rc.h"\n')
        result = subprocess.run(
            command(folder), capture_output=True, text=True, check=False, timeout=60
        )
        return result.returncode, result.stderr.splitlines()


def errors_of(compiler, header_text):
    """What the compiler itself says of a file that includes rc.h with this text as its strategy."""
    strict = ["-fsyntax-only", "-Wall", "-Werror=implicit-function-declaration"]
    _, said = run(
        header_text,
        lambda folder: [compiler, *flags(folder), *strict, f"{folder}/use.c"],
    )
    return "\n".join(line for line in said if "error:" in line)


def breaches_of(compiler, header_text):
    """The lines in which cmake/contract.py says what this text lacks.  With others from the compiler
    it fails all the same, but only these are of the contract."""
    code, said = run(
        header_text,
        lambda folder: [
            sys.executable,
            "-B",
            str(SAYS),
            compiler,
            "scratch.h",
            *flags(folder),
        ],
    )
    head = "scratch.h: error: "
    found = [line.removeprefix(head) for line in said if line.startswith(head)]
    if bool(found or said) != (code != 0):
        raise AssertionError(f"exit {code} after {said}")
    return found


class ContractErrors(unittest.TestCase):
    def setUp(self):
        self.assertTrue(COMPILERS, "no compiler to try: install gcc or clang")
        self.gil = whole_strategy()

    def test_gil_itself_compiles(self):
        for compiler in COMPILERS:
            self.assertEqual("", errors_of(compiler, self.gil))

    def test_contract_lists_all_operations(self):
        defined = set(re.findall(r"strategy_(\w+)\(", self.gil))
        self.assertEqual(set(), set(operations()) - defined)
        self.assertGreater(len(operations()), 30)

    def breaks(self, text, *parts):
        """The contract is broken in one place, and one line names these."""
        for compiler in COMPILERS:
            with self.subTest(says=parts[0], compiler=compiler):
                found = breaches_of(compiler, text)
                self.assertEqual(1, len(found), found)
                for part in parts:
                    self.assertIn(part, found[0])

    def replaced(self, old, new):
        self.assertEqual(1, self.gil.count(old), old)
        return self.gil.replace(old, new)

    def test_gil_keeps_the_contract(self):
        for compiler in COMPILERS:
            self.assertEqual([], breaches_of(compiler, self.gil))

    def breaks_each(self, text, verbs, says):
        """All of these operations at once: each is named by one line, and nothing else is said."""
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                found = breaches_of(compiler, text)
                named = [re.match(rf"strategy_(\w+) {says}", line) for line in found]
                self.assertTrue(all(named), found)
                self.assertEqual(sorted(verbs), sorted(line[1] for line in named))
                for line in found:
                    self.assertEqual(2, len(re.findall(r"strategy_\w+", line)), line)

    def test_missing_operations_are_named_with_their_remedies(self):
        called = set(
            re.findall(r"(?<=[ (])strategy_(\w+)\((?!struct|rc_|void|const)", self.gil)
        )
        verbs = [verb for verb in operations() if verb not in called]
        self.assertGreater(len(verbs), 30)
        for some in groups(verbs):
            text = self.gil
            for verb in some:
                text = re.sub(rf"\bstrategy_{verb}\b", f"elsewhere_{verb}", text)
            self.breaks_each(text, some, "is missing: define ")

    def test_missing_operation_is_named_by_the_compiler(self):
        for verb in operations():
            with self.subTest(verb=verb):
                pattern = re.compile(rf"\bstrategy_{verb}\b")
                text = pattern.sub(f"elsewhere_{verb}", self.gil)
                self.assertRegex(errors_of(COMPILERS[0], text), pattern)

    def test_mistyped_operations_are_named_with_their_types(self):
        for some in groups(operations()):
            text = "typedef struct { long x; } rc_mistyped;\n" + self.gil
            for verb in some:
                head = definition_of(verb)
                self.assertTrue(head.search(text), f"gil.h defines {verb}")
                text = head.sub(rf"\g<prefix>rc_mistyped strategy_{verb}", text)
            for compiler in COMPILERS:
                found = breaches_of(compiler, text)
                for verb in some:
                    lines = [each for each in found if f"strategy_{verb} must" in each]
                    self.assertEqual(1, len(lines), f"{compiler}: {verb}: {found}")

    def test_missing_constant_is_named_with_its_meaning(self):
        for name in re.findall(r"^    (RC_\w+) = ", self.gil, re.MULTILINE):
            text = re.sub(rf"\b{name}\b", f"X_{name}", self.gil)
            self.breaks(text, f"{name} is missing: give it a value in the enum (")

    def test_name_is_asked_for(self):
        text = self.replaced('#define RC_NAME "gil"', "")
        self.breaks(text, "RC_NAME is missing: #define RC_NAME")

    def test_capability_that_nobody_reads(self):
        text = self.replaced("    RC_SERIAL = 1,", "    RC_SERIAL = 1, RC_FAST = 1,")
        self.breaks(text, "RC_FAST is read by nobody", "RC_SERIAL, RC_BORROWS")

    def test_contract_of_another_number(self):
        text = re.sub(r"RC_CONTRACT = \d+", "RC_CONTRACT = 0", self.gil)
        number = re.search(
            r"RC_CONTRACT_NUMBER (\d+)", (ROOT / "runtimes/rc/types.h").read_text()
        )[1]
        self.breaks(text, f"RC_CONTRACT must be {number}", "docs/extending.md")

    def test_missing_type_is_named(self):
        text = self.replaced("struct rc_thread {", "struct rc_threat {")
        self.breaks(text, "struct rc_thread is missing: define it (")

    def test_missing_frames(self):
        text = re.sub(r'#include "runtimes/rc/frame_eager.h"', "", self.gil)
        self.breaks(text, "RC_FRAME and RC_LEAVE are missing: include ")

    def test_what_is_no_breach_is_passed_on(self):
        text = self.replaced("struct rc_thread {", "struct rc_thread { nonsense n;")
        for compiler in COMPILERS:
            code, said = run(
                text,
                lambda folder: [
                    sys.executable,
                    str(SAYS),
                    compiler,
                    "scratch.h",
                    *flags(folder),
                ],
            )
            self.assertEqual(1, code)
            self.assertIn("nonsense", "\n".join(said))

    def test_each_capability_has_a_reader(self):
        listed = re.search(r"RC_CAPABILITIES_DEFINED =([^}]+)", CONTRACT.read_text())[1]
        texts = [
            path.read_text()
            for folder in READERS
            for path in (ROOT / folder).rglob("*.[ch]")
            if ROOT / "runtimes/rc" not in path.parents and path.name != "describe.c"
        ]
        for name in re.findall(r"RC_\w+", listed):
            if name != "RC_BORROWS":  # read by the tests, and in tables
                pattern = re.compile(rf"\b{name}\b")
                self.assertTrue(any(map(pattern.search, texts)), f"nobody reads {name}")

    def test_contradiction_is_named(self):
        for compiler in COMPILERS:
            frees_nothing = self.gil.replace("RC_FREES = 1", "RC_FREES = 0")
            self.assertNotEqual(frees_nothing, self.gil)
            self.assertRegex(
                errors_of(compiler, frees_nothing), "RC_PROMPT_DEATH.*RC_FREES"
            )


if __name__ == "__main__":
    sys.exit(unittest.main(argv=sys.argv[:1]))
