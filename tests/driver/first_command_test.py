"""bench/run, in a project of stand-ins: packages there or not, a build that works or does not."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from laboratory import ROOT

_NOTES = 'printf "%s\\n" "$(basename "$0") $*" >>"$NOTES"\n'


class FirstCommand(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.notes = self.folder / "notes"
        self.notes.touch()
        self.project = self.folder / "a project"
        for name in ("bench", "cmake"):
            (self.project / name).mkdir(parents=True)
        shutil.copy(ROOT / "bench" / "run", self.project / "bench" / "run")
        self.stand_in("a project/cmake/install-packages")
        self.stand_in("a project/bench/refbench")
        self.stand_in("bin/cmake", 'echo building\npwd >>"$NOTES"\n')

    def stand_in(self, name, script="", code=0):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{_NOTES}{script}exit {code}\n")
        path.chmod(0o755)

    def run_it(self, *words):
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [self.project / "bench" / "run", *words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PATH": path, "NOTES": str(self.notes)},
            timeout=30,
        )

    def done(self):
        """What was started, in order."""
        return self.notes.read_text().splitlines()

    def assert_refused(self, found, *parts):
        self.assertEqual(
            (found.returncode, found.stderr.count("\n")), (2, 1), found.stderr
        )
        for part in parts:
            self.assertIn(part, found.stderr)
        self.assertEqual(self.done(), [], "something was started")

    def test_installs_builds_and_runs(self):
        found = self.run_it()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(
            self.done(),
            [
                "install-packages --for bench",
                "cmake --preset release",
                str(self.project),
                "cmake --build --preset programs",
                str(self.project),
                "refbench run",
            ],
        )
        self.assertNotIn("building\n", found.stdout, "the build is quiet")

    def test_arguments_reach_the_driver(self):
        self.run_it("--fast", "--budget", "5m", "--label=a-b", "--no-install")
        self.assertEqual(self.done()[0], "install-packages --no-install --for bench")
        self.assertEqual(self.done()[-1], "refbench run --fast --budget=5m --label=a-b")

    def test_what_is_wrong_is_refused_before_anything(self):
        self.assert_refused(self.run_it("--fastest"), "--fastest", "--help")
        self.assert_refused(self.run_it("-x"), "-x")
        self.assert_refused(self.run_it("words"), "bench/refbench run words")
        self.assert_refused(self.run_it("--budget"), "--budget")
        self.assert_refused(self.run_it("--budget", "soon"), "soon")
        self.assert_refused(self.run_it("--label", "a/b"), "a/b")

    def test_help(self):
        found = self.run_it("--help")
        self.assertEqual((found.returncode, found.stderr, self.done()), (0, "", []))
        for flag in ("--fast", "--budget", "--label", "--no-install", "exit:"):
            self.assertIn(flag, found.stdout)

    def test_missing_packages_stop_it(self):
        self.stand_in("a project/cmake/install-packages", "echo missing: gcc >&2\n", 2)
        found = self.run_it("--no-install")
        self.assertEqual((found.returncode, found.stderr), (2, "missing: gcc\n"))
        self.assertEqual(len(self.done()), 1, "nothing is built")

    def test_a_build_that_fails_is_shown(self):
        self.stand_in("bin/cmake", "echo error: no such type >&2\n", 1)
        found = self.run_it()
        self.assertEqual(found.returncode, 2)
        self.assertIn("error: no such type", found.stderr)
        self.assertIn("build/release/build.log", found.stderr.splitlines()[-1])
        self.assertNotIn("refbench run", self.done())

    def test_exit_code_of_the_driver(self):
        self.stand_in("a project/bench/refbench", "", 4)
        self.assertEqual(self.run_it().returncode, 4)


if __name__ == "__main__":
    unittest.main()
