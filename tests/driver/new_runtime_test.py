#!/usr/bin/python3
"""refbench new-runtime: what it writes, in a copy of this tree and outside; and programs given by path."""

import re
import shutil
import subprocess
import sys
import unittest

from laboratory import ROOT, LaboratoryTest

from driver import kit, program  # found there only now

_TREE = ("alloc", "bench", "cmake", "gc", "runtimes", "tests")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "corpus")


class InTree(unittest.TestCase):
    """One strategy, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.lab = LaboratoryTest()
        cls.lab.setUp()
        cls.addClassCleanup(cls.lab.doCleanups)
        cls.tree = cls.lab.folder / "tree"
        for name in _TREE:
            shutil.copytree(ROOT / name, cls.tree / name, ignore=_LEFT_OUT)
        shutil.copy(ROOT / "CMakeLists.txt", cls.tree)
        cls.before = cls.strategies()
        cls.found = cls.run_it("bench/refbench", "new-runtime", "mine")

    @classmethod
    def run_it(cls, *command):
        command = [sys.executable, "-B", cls.tree / command[0], *command[1:]]
        return subprocess.run(command, capture_output=True, text=True, timeout=110)

    @classmethod
    def strategies(cls):
        text = (cls.tree / "runtimes/rc/strategies.def").read_text()
        return re.findall(r"^STRATEGY\((\w+)\)", text, re.MULTILINE)

    def test_says_what_it_wrote_and_what_to_do_next(self):
        self.assertEqual(self.found.returncode, 0, self.found.stderr)
        for name in re.findall(
            r"^(?:wrote|added .* to) (.+)$", self.found.stdout, re.M
        ):
            self.assertIn("mine", (self.tree / name).read_text())
        for name in ("mine.h", "mine.c", "mine_drop.c", "strategies.def", "faults.def"):
            self.assertRegex(self.found.stdout, rf"(wrote|added a line to) \S*{name}\n")
        self.assertIn("bench/refbench check mine", self.found.stdout)

    def test_last_strategy_stays_last(self):
        expected = [*self.before[:-1], "mine", self.before[-1]]
        self.assertEqual(self.strategies(), expected)

    def test_keeps_the_contract(self):
        flags = f"-std=gnu17 -I{self.tree} -DREFBENCH_DEBUG=1 -DRC_TALLY=0".split()
        header = "runtimes/rc/mine.h"
        named = f'-DRC_STRATEGY_HEADER="{header}"'
        found = self.run_it("cmake/contract.py", "gcc", header, *flags, named)
        self.assertEqual((found.returncode, found.stderr), (0, ""))

    def test_model_finds_its_faults(self):
        found = self.run_it("tests/model/run", "mine_drop")
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertRegex(found.stdout, r"model mine_drop: \d+ schedules .*no error")
        self.assertEqual(found.stdout.count(": caught ("), 4, found.stdout)

    def test_seeded_fault_is_found(self):
        found = self.run_it("tests/fault/run", "mine_relaxed_drop")
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_stands_on_its_floor(self):
        found = self.run_it("tests/lint/floors.py", self.tree)
        self.assertEqual(found.returncode, 0, found.stdout)

    @unittest.skipUnless(shutil.which("clang-format-14"), "needs clang-format-14")
    def test_is_formatted(self):
        files = [f"runtimes/rc/mine.{end}" for end in "hc"] + [
            "tests/model/mine_drop.c"
        ]
        style = f"--style=file:{ROOT / '.clang-format'}"
        command = ["clang-format-14", "--dry-run", "-Werror", style, *files]
        found = subprocess.run(command, cwd=self.tree, capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stderr)

    def test_is_not_written_twice(self):
        found = self.run_it("bench/refbench", "new-runtime", "mine")
        self.assertEqual(found.returncode, 2)
        self.assertIn("there is a runtime mine already", found.stderr)
        self.assertEqual(self.strategies().count("mine"), 1)


class Outside(LaboratoryTest):
    def new(self, name, *words):
        return self.refbench("new-runtime", name, *words)

    def test_writes_a_project(self):
        folder = self.folder / "a project"
        found = self.new("mine", "--dir", folder)
        self.assertEqual(found.returncode, 0, found.stderr)
        files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*"))
        expected = "CMakeLists.txt README.md mine.c mine.h model/mine_drop.c".split()
        self.assertEqual(files, expected)
        self.assertIn(f"cd '{folder}'", found.stdout)
        for path in folder.rglob("*.*"):
            self.assertNotRegex(path.read_text(), r"@\w+@|FAULT", str(path))

    def test_other_files_are_left_alone(self):
        (self.folder / "mine.h").write_text("mine")
        found = self.new("mine", "--dir", self.folder)
        self.assert_one_line(found, 2, "is not empty", "--dir takes a new folder")
        self.assertEqual((self.folder / "mine.h").read_text(), "mine")

    def test_names_that_are_none(self):
        for name in ("Mine", "1st", "a-b", "", "x" * (kit.LONGEST + 1), "../x", "ä"):
            found = self.new(name, "--dir", self.folder / "new")
            self.assert_one_line(found, 2, "is no name of a strategy")
        for name in ("gil", "tally", "gil_linked", *program.peers()):
            found = self.new(name, "--dir", self.folder / "new")
            self.assert_one_line(found, 2, f"there is a runtime {name} already")
        self.assert_one_line(
            self.new("int", "--dir", self.folder / "new"), 2, "word of C"
        )
        self.assertFalse((self.folder / "new").exists())


class ByPath(LaboratoryTest):
    def run_one(self, path, *words):
        results = ["--results", self.results]
        return self.refbench("run", "--fast", "--runtime", path, *results, *words)

    def test_run(self):
        mine = self.program("mine")
        gil = self.program("gil")
        found = self.run_one(f"{gil},{mine}", "words")
        self.assertEqual(found.returncode, 0, found.stderr)
        rows = {row["runtime"] for row in self.shown()["rows"]}
        self.assertEqual(rows, {"gil", "mine"})

    def test_run_of_nothing(self):
        found = self.run_one(self.folder / "refbench-mine")
        self.assert_one_line(found, 2, "refbench-mine is missing")

    def test_show_takes_the_newest_run_of_it(self):
        mine, other = self.program("mine"), self.program("other")
        self.assertEqual(self.run_one(mine, "--label", "first").returncode, 0)
        self.assertEqual(self.run_one(other, "--label", "second").returncode, 0)
        found = self.refbench("show", mine, "--results", self.results)
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertIn("-first", found.stdout)

    def test_show_says_that_it_was_another_build(self):
        mine = self.program("mine")
        self.assertEqual(self.run_one(mine).returncode, 0)
        with open(mine, "a", encoding="utf-8") as more:
            more.write("# built anew\n")
        found = self.refbench("show", mine, "--results", self.results)
        self.assertEqual(found.returncode, 0)
        self.assertIn("is another build than the one measured in", found.stderr)

    def test_show_of_what_was_not_measured(self):
        mine, other = self.program("mine"), self.program("other")
        self.assertEqual(self.run_one(other).returncode, 0)
        found = self.refbench("show", mine, "--results", self.results)
        self.assert_one_line(found, 2, "no run of mine in")


if __name__ == "__main__":
    unittest.main()
