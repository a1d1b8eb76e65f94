"""refbench run --resume, refbench resume: what was measured is not measured again, and what was not is."""

import json
import shutil
import unittest
from unittest import mock

from alloc_laboratory import AllocLaboratoryTest
from laboratory import LaboratoryTest

from driver import machine


class Resume(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name in ("gil", "atomic", "tally"):
            self.program(name)

    def begin(self, keep, *words):
        """A whole run of which all but the first lines are taken away again, as if it had been killed
        then; returns those it keeps."""
        self.measure("words", "--threads", "1,2", "--seed", "3", *words)
        self.whole = self.lines()
        self.forget()
        path = self.run_folder() / "trials.jsonl"
        kept = path.read_bytes().splitlines(keepends=True)[:keep]
        path.write_bytes(b"".join(kept))
        return kept

    def forget(self):
        """That the run was complete."""
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        del manifest["outcome"]
        path.write_text(json.dumps(manifest))
        (self.run_folder() / "summary.json").unlink()

    def resume(self, *words):
        return self.refbench("run", "--results", self.results, "--resume", *words)

    def assert_whole(self):
        """Every planned trial is there, once, in the order of the plan."""
        keys = [line["key"] for line in self.lines()]
        self.assertEqual(keys, [line["key"] for line in self.lines("plan.jsonl")])
        self.assertEqual(keys, [line["key"] for line in self.whole])
        self.assertEqual(len(set(keys)), len(keys), "a trial twice")

    def test_the_rest_is_run(self):
        for keep in range(6):
            with self.subTest(keep):
                kept = self.begin(keep)
                found = self.resume()
                self.assertEqual(found.returncode, 0, found.stderr)
                path = self.run_folder() / "trials.jsonl"
                self.assertTrue(path.read_bytes().startswith(b"".join(kept)))
                self.assert_whole()
                shutil.rmtree(self.results)

    def test_every_second_measurement_of_the_base_is_run(self):
        self.begin(2, "--again")
        self.assertEqual(self.resume().returncode, 0)
        self.assert_whole()
        self.assertEqual(len(self.shown()["noise_floors"]), 2)

    def test_blocks_that_had_not_begun(self):
        self.begin(7, "--budget", "1s")
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        manifest["limits"]["blocks"] = blocks = manifest["blocks"]
        manifest["limits"]["budget"] = 600
        path.write_text(json.dumps(manifest))
        self.assertEqual(self.resume().returncode, 0)
        self.assert_whole()
        self.assertEqual(self.shown()["blocks"], blocks)

    def test_it_is_named_or_the_newest(self):
        self.begin(2)
        name = self.run_folder().name
        self.assertEqual(self.resume(name).returncode, 0)
        self.assert_whole()

    def test_it_is_a_command_too(self):
        for named in (False, True):
            self.begin(2)
            words = [self.run_folder().name] if named else []
            found = self.refbench("resume", *words, "--results", self.results)
            self.assertEqual(found.returncode, 0, found.stderr)
            self.assert_whole()
            shutil.rmtree(self.results)

    def test_the_manifest_tells(self):
        self.begin(2)
        self.resume()
        manifest = json.loads((self.run_folder() / "manifest.json").read_text())
        self.assertEqual(manifest["outcome"], "complete")
        self.assertEqual(len(manifest["resumed"]), 1)
        environment = json.loads((self.run_folder() / "env.json").read_text())
        self.assertEqual(len(environment["resumed"]), 1)

    def test_pauses_of_a_killed_attempt_are_not_taken_over(self):
        """Programs append to that file."""
        self.begin(0)
        found = list((self.run_folder() / "raw").glob("*.pauses"))
        self.assertTrue(found)
        for path in found:
            path.write_text('{"generation": "of another attempt"}\n')
        self.resume()
        for line in self.lines():
            if line["kind"] == "workload":
                self.assertIn("generation", line["pauses"], line["key"])

    def test_complete_run(self):
        self.measure("words", "--threads", "1")
        self.assert_one_line(self.resume(), 2, "is complete")

    def test_other_program(self):
        self.begin(2)
        path = self.programs / "refbench-atomic"
        path.write_text(path.read_text() + "# built anew\n")
        self.assert_one_line(self.resume(), 2, path, "not what it was")

    def test_other_counting_program(self):
        self.begin(2)
        path = self.programs / "refbench-tally"
        path.write_text(path.read_text() + "# built anew\n")
        self.assert_one_line(self.resume(), 2, "counting program is not what it was")

    def test_other_host(self):
        self.begin(2)
        with mock.patch.object(machine, "host", lambda: "elsewhere"):
            self.assert_one_line(self.resume(), 2, "was begun on")

    def test_older_driver(self):
        self.begin(2)
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        del manifest["threads"]
        path.write_text(json.dumps(manifest))
        self.assert_one_line(self.resume(), 2, "older driver")

    def test_nothing_else_can_be_asked(self):
        self.begin(2)
        found = self.resume("--threads", "4")
        self.assert_one_line(found, 2, "nothing else can be asked", "threads")

    def test_no_run(self):
        self.assert_one_line(self.resume(), 2, "no run")


class Alloc(AllocLaboratoryTest):
    """Runs of allocators go on alike."""

    NAME = "pair/64"

    def setUp(self):
        super().setUp()
        self.all_programs()

    def begin(self, keep):
        """As above; all its lines."""
        self.told(self.NAME, "--blocks", "2")
        whole = self.lines()
        folder = self.run_folder()
        lines = (folder / "trials.jsonl").read_bytes().splitlines(keepends=True)
        (folder / "trials.jsonl").write_bytes(b"".join(lines[:keep]))
        manifest = json.loads((folder / "manifest.json").read_text())
        del manifest["outcome"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return [line["key"] for line in whole]

    def resume(self, *words):
        name = self.run_folder().name
        return self.refbench(
            "alloc", "--resume", name, "--results", self.results, *words
        )

    def test_the_rest_is_run(self):
        for keep in (0, 3, 9):
            with self.subTest(keep):
                keys = self.begin(keep)
                found = self.resume()
                self.assertEqual(found.returncode, 0, found.stderr)
                kept = dict.fromkeys(line["key"] for line in self.lines())
                self.assertEqual(list(kept), list(dict.fromkeys(keys)))
                shutil.rmtree(self.results)

    def test_it_is_the_newest_or_begun_by_another_command(self):
        for named in (False, True):
            keys = self.begin(3)
            name = self.run_folder().name
            words = ["resume", name] if named else ["alloc", "--resume"]
            found = self.refbench(*words, "--results", self.results)
            self.assertEqual(found.returncode, 0, found.stderr)
            kept = dict.fromkeys(line["key"] for line in self.lines())
            self.assertEqual(list(kept), list(dict.fromkeys(keys)))
            shutil.rmtree(self.results)

    def test_no_run(self):
        found = self.refbench("alloc", "--resume", "--results", self.results)
        self.assert_one_line(found, 2, "no run of allocators", "refbench alloc")
        found = self.refbench("alloc", "--stats", "--resume")
        self.assert_one_line(found, 2, "--resume", "--stats")

    def test_complete_run(self):
        self.told(self.NAME, "--fast")
        self.assert_one_line(self.resume(), 2, "is complete")

    def test_other_program(self):
        self.begin(3)
        path = self.programs / "refbench-alloc-malloc"
        path.write_text(path.read_text() + "# built anew\n")
        self.assert_one_line(self.resume(), 2, "not what it was")

    def test_nothing_else_can_be_asked(self):
        self.begin(3)
        self.assert_one_line(self.resume("--blocks", "4"), 2, "--blocks", "--resume")


if __name__ == "__main__":
    unittest.main()
