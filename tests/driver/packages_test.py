"""cmake/install-packages, beside stand-ins for the tools of a Debian system."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from laboratory import ROOT

_TOOLS = {
    "dpkg-query": """
        for package; do :; done
        grep -qx "$package" "$DATA/installed" && echo -n installed""",
    "apt-cache": """
        grep -qx "$2" "$DATA/lists" || exit 0
        grep -qx "$2" "$DATA/none" && echo "  Candidate: (none)" || echo "  Candidate: 1.0-1" """,
    "apt-get": """
        echo "apt-get $*" >>"$DATA/notes"
        [ "$1" = update ] && cp "$DATA/remote" "$DATA/lists"
        for package; do :; done
        ! grep -qx "$package" "$DATA/broken" """,
    "sudo": 'exec "$@"',
}


class Packages(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        for name, script in _TOOLS.items():
            path = self.folder / name
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        shutil.copy(ROOT / "cmake" / "install-packages", self.folder)
        self.file(
            "packages.txt",
            "# for",
            "cc bench",
            "heap4|heap4t64 bench",
            "spin tests",
            "surf4 tests?",
        )
        for name in ("installed", "lists", "none", "remote", "notes", "broken"):
            self.file(name)

    def file(self, name, *lines):
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))

    def run_it(self, *words):
        path = f"{self.folder}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "DATA": str(self.folder)}
        return subprocess.run(
            [self.folder / "install-packages", *words],
            capture_output=True,
            text=True,
            env=environment,
            timeout=30,
        )

    def installed_by(self, *words):
        """The packages that apt-get was asked for."""
        found = self.run_it(*words)
        self.assertEqual(found.returncode, 0, found.stderr)
        notes = (self.folder / "notes").read_text().splitlines()
        self.assertEqual(notes[0], "apt-get update -q", "lists first")
        self.assertEqual(len(notes), 2)
        return notes[1].partition("--no-install-recommends ")[2].split()

    def test_either_name_will_do(self):
        for name in ("heap4", "heap4t64"):
            self.file("installed", "cc", name)
            found = self.run_it("--for", "bench")
            self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual((self.folder / "notes").read_text(), "", "nothing to do")

    def test_missing_is_named_by_its_first(self):
        self.file("installed", "cc")
        found = self.run_it("--no-install", "--for", "bench")
        self.assertEqual(found.returncode, 2)
        self.assertIn("missing: heap4 (run", found.stderr)
        self.assertEqual((self.folder / "notes").read_text(), "")

    def test_the_one_that_the_system_has_is_installed(self):
        self.file("remote", "cc", "heap4", "heap4t64")
        self.assertEqual(self.installed_by("--for", "bench"), ["cc", "heap4"])

    def test_or_the_other(self):
        self.file("installed", "cc", "spin")
        self.file("remote", "cc", "heap4t64")
        self.assertEqual(self.installed_by(), ["heap4t64"])

    def test_a_name_without_a_version_is_none(self):
        """As Ubuntu has of names that others only provide."""
        self.file("installed", "cc")
        self.file("remote", "cc", "heap4", "heap4t64")
        self.file("none", "heap4")
        self.assertEqual(self.installed_by("--for", "bench"), ["heap4t64"])

    def test_what_nobody_has_is_asked_for_by_its_first_name(self):
        self.file("installed", "cc")
        self.assertEqual(self.installed_by("--for", "bench"), ["heap4"])

    def notes_of(self, *words):
        """What apt-get was told, of a call that succeeds; and the last line of error."""
        found = self.run_it(*words)
        self.assertEqual(found.returncode, 0, found.stderr)
        notes = (self.folder / "notes").read_text().splitlines()
        return [line.split()[-1] for line in notes], found.stderr.split("\n")[-2:][0]

    def test_optional_is_installed_apart(self):
        self.file("installed", "cc", "heap4")
        self.file("remote", "spin", "surf4")
        self.assertEqual(self.notes_of()[0], ["-q", "spin", "surf4"])

    def test_optional_is_installed_though_nothing_else_is_missing(self):
        self.file("installed", "cc", "heap4", "spin")
        for name in ("lists", "remote"):
            self.file(name, "surf4")
        self.assertEqual(self.notes_of("--for", "bench")[0], [], "it is for tests")
        self.assertEqual(self.notes_of("--no-install")[0], [])
        self.assertEqual(self.notes_of()[0], ["-q", "surf4"])

    def test_optional_is_not_missed_where_the_system_has_none(self):
        self.file("installed", "cc", "heap4", "spin")
        self.assertEqual(self.notes_of(), ([], ""))
        self.file("installed", "cc", "heap4")
        self.file("remote", "spin")
        self.assertEqual(self.notes_of()[0], ["-q", "spin"])

    def test_a_command_will_do_for_what_is_optional(self):
        self.file("installed", "cc", "heap4", "spin")
        self.file("lists", "surf4")
        (self.folder / "surf4").touch(0o755)
        self.assertEqual(self.notes_of(), ([], ""))

    def test_optional_may_fail(self):
        self.file("installed", "cc", "heap4", "spin")
        for name in ("lists", "remote", "broken"):
            self.file(name, "surf4")
        self.assertIn("could not install surf4", self.notes_of()[1])


if __name__ == "__main__":
    unittest.main()
