"""What befalls a run's folder: damaged lines, a full disk, no right to write."""

import ctypes
import errno
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import unittest

from laboratory import FOREIGN, REFBENCH, UNDISTURBED, LaboratoryTest

from driver import ending, journal, store

_CLONE_NEWNS, _MS_REC, _MS_PRIVATE = 0x20000, 0x4000, 0x40000
_NOBODY = 65534


class Lines(LaboratoryTest):
    """Whatever became of a line, those around it count, once."""

    def setUp(self):
        super().setUp()
        self.program("gil")
        self.measure("words", "--threads", "1,2,4")
        self.path = self.run_folder() / "trials.jsonl"
        self.whole = self.path.read_bytes()
        self.count = len(self.lines())

    def assert_counted(self, trials, damaged):
        shown = self.shown()
        self.assertEqual(sum(shown["trials"].values()), trials)
        self.assertEqual(shown["damaged"], damaged)

    def test_sound(self):
        self.assert_counted(self.count, [])

    def test_one_digit_is_another(self):
        at = self.whole.index(b'"ops_per_s": 5') + len(b'"ops_per_s": ')
        self.path.write_bytes(self.whole[:at] + b"9" + self.whole[at + 1 :])
        number = self.whole.count(b"\n", 0, at) + 1
        self.assert_counted(self.count - 1, [number])
        text = self.refbench("show", "--results", self.results).stdout
        self.assertIn(f"damaged: line {number} of trials.jsonl cannot be read", text)

    def test_every_byte(self):
        """Of the second line, changed or gone: nothing but that line is lost."""
        first, second, *rest = self.whole.splitlines(keepends=True)
        for at in range(0, len(second) - 1, 23):
            for odd in (b"", b"\0", b"\xff", b'"', b"{", bytes([second[at] ^ 1])):
                line = second[:at] + odd + second[at + 1 :]
                if b"\n" in line[:-1]:
                    continue  # that would be two
                self.path.write_bytes(b"".join([first, line, *rest]))
                found = journal.read(self.path)
                kept = self.count - len(found.damaged)
                self.assertEqual(len(found.values), kept, line)
                if found.damaged:
                    self.assertEqual(found.damaged, [2], line)
                else:  # in the CRC's own name or digits: what it is of is as it was
                    own = json.loads(second)
                    del own["crc"]
                    self.assertEqual({**found.values[1], **own}, found.values[1])

    def test_foreign_lines(self):
        for odd in FOREIGN:
            self.path.write_bytes(odd + b"\n" + self.whole)
            self.assert_counted(self.count, [1])

    def test_truncated_anywhere(self):
        last = self.whole.rindex(b"\n", 0, -1) + 1
        for end in range(last, len(self.whole), 97):
            self.path.write_bytes(self.whole[:end])
            self.assertEqual(len(journal.read(self.path).values), self.count - 1)
        self.assert_counted(self.count - 1, [])

    def test_a_line_twice_counts_once(self):
        self.path.write_bytes(self.whole + self.whole)
        self.assert_counted(self.count, [])

    def test_the_next_line_takes_the_place_of_half_a_line(self):
        for half in (self.whole[:-20], self.whole + b"{" * 200_000, b"no end"):
            self.path.write_bytes(half)
            before = journal.read(self.path).values
            journal.append(self.path, {"key": "new"})
            found = journal.read(self.path)
            self.assertEqual(found.values, [*before, {"key": "new"}])
            self.assertEqual(found.damaged, [])

    def test_manifest(self):
        path = self.run_folder() / "manifest.json"
        for odd in ("", "{", "[]", "[" * 100_000):
            path.write_text(odd)
            found = self.refbench("show", self.run_folder())
            self.assert_one_line(found, 2, "manifest.json is damaged")

    def test_environment(self):
        (self.run_folder() / "env.json").write_text("{")
        self.assert_counted(self.count, [])


class FullDisk(LaboratoryTest):
    """A run that finds no room ends, keeps all it finished, and goes on when there is some."""

    def setUp(self):
        super().setUp()
        self.program("gil")

    def command(self, *words):
        where = ["--results", self.results]
        return [str(each) for each in (*UNDISTURBED, "run", *words, *where)]

    def start(self, prepare, *words):
        return subprocess.run(
            self.command(*words), preexec_fn=prepare, capture_output=True, text=True
        )

    def words(self):
        return ("words", "--threads", "1,2,4", "--fast", "--programs", self.programs)

    def assert_kept_and_finished(self, found):
        self.assertEqual(found.returncode, 4, found.stdout + found.stderr)
        last = found.stderr.splitlines()[-1]
        self.assertIn("keeps what was measured", last)
        self.assertIn(f"--resume {self.run_folder().name}", last)
        kept = [line["key"] for line in self.lines()]
        self.assertEqual(len(set(kept)), len(kept))
        again = self.start(None, "--resume")
        self.assertEqual(again.returncode, 0, again.stderr)
        keys = [line["key"] for line in self.lines()]
        self.assertEqual(keys[: len(kept)], kept)
        self.assertEqual(sorted(keys), sorted(each["key"] for each in self.plan()))
        self.assertEqual({line["status"] for line in self.lines()}, {"ok"})
        return kept

    def plan(self):
        return self.lines("plan.jsonl")

    def test_no_file_may_be_longer(self):
        """The kernel writes a line in part, then refuses: as a disk does that gets full."""
        whole = self.start(None, *self.words())
        self.assertEqual(whole.returncode, 0, whole.stderr)
        longest = (self.run_folder() / "trials.jsonl").stat().st_size
        manifest = (self.run_folder() / "manifest.json").stat().st_size
        self.assertGreater(longest * 3 // 4, manifest, "the limit is for the journal")
        shutil.rmtree(self.results)
        limit = longest * 3 // 4
        limits = (limit, resource.RLIM_INFINITY)
        found = self.start(
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits), *self.words()
        )
        self.assertGreater(len(self.assert_kept_and_finished(found)), 1)

    def test_small_file_system(self):
        """One of memory, with room for a few trials only, since each leaves a ballast."""
        if not _can_mount():
            self.skipTest("file systems cannot be mounted here")
        self.results.mkdir()
        path = self.programs / "refbench-gil"
        ballast = 'head -c 1500000 /dev/zero >"$pauses.ballast"; printf \'{{"context'
        text = path.read_text()
        self.assertIn("printf '{\"context", text)
        path.write_text(text.replace("printf '{\"context", ballast.replace("{{", "{")))
        keep = self.folder / "keep"
        script = (
            f"mount -t tmpfs -o size=20m none {self.results} && "
            f"{{ {shlex.join(self.command(*self.words()))}; code=$?; "
            f"cp -r {self.results} {keep}; exit $code; }}"
        )
        found = subprocess.run(
            ["/bin/sh", "-c", script], preexec_fn=_mounts_of_its_own, **_TEXT
        )
        self.assertIn("less than 16 MiB are free", found.stderr)
        self.results.rmdir()
        keep.rename(self.results)
        kept = self.assert_kept_and_finished(found)
        self.assertLess(len(kept), len(self.plan()))

    def test_room_is_asked_for(self):
        run = store.Run(self.folder)
        run.check_room()
        least, store.LEAST_ROOM = store.LEAST_ROOM, 1 << 62
        self.addCleanup(setattr, store, "LEAST_ROOM", least)
        with self.assertRaises(OSError) as raised:
            run.check_room()
        self.assertEqual(raised.exception.errno, errno.ENOSPC)

    def test_endless_output(self):
        """A program that prints without an end is ended, and what it printed is not read."""
        path = self.programs / "refbench-gil"
        text = path.read_text()
        path.write_text(text.replace("printf '{\"context", "exec cat /dev/zero; : '"))
        limit = (20 << 20, resource.RLIM_INFINITY)
        found = self.start(
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit), *self.words()
        )
        self.assertEqual(found.returncode, 4, found.stderr)
        for line in self.lines():
            self.assertEqual(line["status"], "failed")
            self.assertIn(signal.SIGXFSZ.name, line["reason"])
            kept = (self.run_folder() / line["raw"]).stat().st_size
            self.assertEqual(kept, ending.MOST_KEPT)


_TEXT = {"capture_output": True, "text": True}


def _mounts_of_its_own():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) or libc.mount(
        b"none", b"/", None, _MS_REC | _MS_PRIVATE, None
    ):
        raise OSError(ctypes.get_errno(), "unshare")


def _can_mount():
    try:
        return (
            subprocess.run(
                ["/bin/sh", "-c", "mount -t tmpfs none /mnt"],
                preexec_fn=_mounts_of_its_own,
                **_TEXT,
            ).returncode
            == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


class ReadOnly(LaboratoryTest):
    """Folders that nobody may write to are refused before the first trial, and can be shown."""

    def setUp(self):
        super().setUp()
        self.program("gil")
        self.folder.chmod(0o755)

    def as_nobody(self, *words):
        """Without the rights of root, who may write anywhere."""
        other = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        return subprocess.run(
            [str(word) for word in (REFBENCH, *words)],
            **_TEXT,
            **(other if os.geteuid() == 0 else {}),
        )

    def close(self, top):
        for folder, _, files in os.walk(top):
            for name in files:
                os.chmod(os.path.join(folder, name), 0o444)
            os.chmod(folder, 0o555)
            self.addCleanup(os.chmod, folder, 0o755)

    def test_results(self):
        self.results.mkdir()
        self.close(self.results)
        words = ["words", "--fast", "--threads", "1", "--programs", self.programs]
        found = self.as_nobody("run", *words, "--results", self.results)
        self.assert_one_line(found, 2, "cannot write results", "Permission denied")
        self.assertEqual(list(self.results.iterdir()), [])

    def test_a_run_that_may_only_be_read(self):
        self.measure("words", "--threads", "1")
        self.close(self.results)
        found = self.as_nobody("show", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertRegex(found.stdout, r"words +1 +gil")


if __name__ == "__main__":
    unittest.main()
