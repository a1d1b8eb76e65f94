"""What becomes of a trial, by what its program does."""

import unittest

from laboratory import LaboratoryTest


class Status(LaboratoryTest):
    def trial_of(self, behaviour, *words, tries=1):
        """The line of words/threads:2 on atomic, where gil behaves and atomic does not; the last, if
        it was repeated."""
        self.program("gil")
        self.program("atomic", [["words/threads:2", behaviour]])
        self.found = self.measure("words", "--threads", "1,2", *words)
        lines = self.lines()
        planned = {line["key"] for line in lines}
        self.assertEqual(len(planned), 5, "two programs, two thread counts, a control")
        bad = [
            line
            for line in lines
            if (line["arm"], line["parameters"]["threads"]) == ("atomic", 2)
        ]
        others = {line["status"] for line in lines if line not in bad}
        self.assertEqual(others, {"ok"}, "the trials of others")
        self.assertEqual([line["try"] for line in bad], list(range(tries)))
        return bad[-1]

    def assert_bad(self, behaviour, status, *reasons, words=()):
        line = self.trial_of(behaviour, *words)
        self.assertEqual(line["status"], status, line)
        for reason in reasons:
            self.assertIn(reason, line["reason"])
        self.assertEqual(self.found.returncode, 4, self.found.stderr)
        self.assertIn(f"{status}: words/threads:2 atomic: ", self.found.stderr)
        row = [
            r
            for r in self.shown()["rows"]
            if (r["runtime"], r["threads"]) == ("atomic", 2)
        ]
        self.assertEqual([r["status"] for r in row], [status])
        self.assertEqual([r["ops_per_s"] for r in row], [None])
        return line

    def test_good(self):
        line = self.trial_of("ok")
        self.assertEqual((line["status"], line["reason"]), ("ok", None))
        self.assertEqual(self.found.returncode, 0, self.found.stderr)

    def test_crash(self):
        line = self.assert_bad("crash", "failed", "SIGSEGV")
        self.assertIn("about to crash", line["stderr_tail"])
        self.assertIn("about to crash", (self.run_folder() / line["log"]).read_text())
        self.assertEqual(line["process"]["exit"], -11)

    def test_hang(self):
        line = self.assert_bad("hang", "timeout", "0.5 s", words=("--timeout", "0.5s"))
        self.assertLess(line["process"]["wall_s"], 30, "it was not killed in time")

    def test_garbage(self):
        self.assert_bad("garbage", "failed", "no JSON")

    def test_silent(self):
        self.assert_bad("silent", "failed", "measured nothing")

    def test_no_memory_by_message(self):
        self.assert_bad("oom", "oom", "ended with 1")

    def test_no_memory_by_kernel(self):
        self.assert_bad("killed", "oom", "SIGKILL")

    def test_no_memory_by_error(self):
        self.assert_bad("nomem", "oom", "no memory for the arena")

    def test_error_of_the_workload(self):
        self.assert_bad("error", "failed", "the dictionary has no entries")

    def test_not_a_number(self):
        self.assert_bad("nan", "failed", "ops_per_s")
        text = (self.run_folder() / "trials.jsonl").read_text()
        self.assertNotIn("NaN", text)

    def test_cores_moved_apart(self):
        line = self.trial_of("noisy", tries=3)
        self.assertEqual(line["status"], "ok", "it did measure")
        self.assertIn("from 30 to 90 ns", line["contaminated"])
        self.assertEqual(self.found.returncode, 0, "disturbed is not failed")
        row = [
            r
            for r in self.shown()["rows"]
            if (r["runtime"], r["threads"]) == ("atomic", 2)
        ][0]
        self.assertEqual((row["status"], row["contaminated"]), ("ok", 1))
        self.assertEqual(row["ops_per_s"], 1e7, "kept where there is no other")

    def test_failures_leave_the_last_line_alone(self):
        self.trial_of("crash")
        last = self.found.stdout.splitlines()[-1]
        self.assertEqual(last, f"results: {self.run_folder()}")


class Checksum(LaboratoryTest):
    def test_disagreement_fails_the_run(self):
        self.program("gil")
        self.program("atomic", [["words/threads:1/", "other"]])
        found = self.measure("words", "--threads", "1,2")
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("checksums of words disagree", found.stdout)
        self.assertIn("6 on atomic/threads:1", found.stdout)
        self.assertEqual({row["status"] for row in self.shown()["rows"]}, {"failed"})

    def test_disagreement_is_of_one_workload(self):
        self.program("gil")
        self.program("atomic", [["words/threads:1/", "other"]])
        found = self.measure("--threads", "1")
        self.assertEqual(found.returncode, 4, found.stderr)
        trees = [
            row for row in self.shown()["rows"] if row["workload"] == "binary_trees"
        ]
        self.assertEqual({row["status"] for row in trees}, {"ok"})

    def test_counting_build_takes_part(self):
        self.program("gil")
        self.program("tally", [["words", "other"]])
        found = self.measure("words", "--threads", "1")
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("6 on tally/threads:1", found.stdout)


if __name__ == "__main__":
    unittest.main()
