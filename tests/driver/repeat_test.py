"""Trials that something disturbed: repeated at once, every try kept, the clean one counted."""

import json
import unittest
from unittest import mock

from laboratory import LaboratoryTest

from driver import machine, noise, past


def seen(cpu=0.0, skew=0.0, **more):
    return {"pressure": {"cpu": cpu}, "start_skew_us": skew, **more}


class Judged(unittest.TestCase):
    """What of a machine disturbs a trial."""

    def setUp(self):
        cores = mock.patch.object(machine, "cores", lambda: 2)
        cores.start()
        self.addCleanup(cores.stop)

    def test_waiting_for_a_processor(self):
        self.assertIsNone(noise.crowd(seen(noise.CROWD_LIMIT), 2))
        self.assertIn("11%", noise.crowd(seen(0.11), 2))
        self.assertIsNone(noise.crowd(seen(0.9), 3), "it waits for its own threads")
        self.assertIsNone(noise.crowd(seen(None), 1))

    def test_beginning_late(self):
        self.assertIsNone(noise.late(seen(skew=1000.0), 2, 1e8))
        self.assertIn("1001 us late", noise.late(seen(skew=1001.0), 2, 1e8))
        self.assertIsNone(noise.late(seen(skew=1001.0), 3, 1e8), "no processor")
        self.assertIsNone(noise.late(seen(skew=None), 2, 1e8))


class Repeated(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.said = []  # of each trial of a workload in its turn, then nothing
        patch = mock.patch.object(
            noise, "contamination", lambda _: self.said.pop(0) if self.said else None
        )
        patch.start()
        self.addCleanup(patch.stop)
        for name in ("gil", "atomic"):
            self.program(name)

    def measured(self, *said):
        """The lines of a run of four trials a block, of which the first are disturbed so."""
        self.said = list(said)
        words = ("words", "--threads", "1", "--seed", "3")
        found = self.measure(*words)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.printed = found
        return self.lines()

    def tries(self):
        """Of each trial, in order."""
        found = {}
        for line in self.lines():
            found.setdefault(line["key"], []).append(bool(line["contaminated"]))
        return list(found.values())

    def test_until_it_is_clean(self):
        lines = self.measured("moved", None)
        self.assertEqual(self.tries(), [[True, False], [False], [False]])
        self.assertEqual([line["try"] for line in lines], [0, 1, 0, 0])
        self.assertEqual([line["order"] for line in lines], [0, 0, 1, 2], "at once")

    def test_at_most_twice(self):
        self.measured("moved", "moved", "moved", "moved", None)
        self.assertEqual(self.tries(), [[True] * 3, [True, False], [False]])

    def test_each_try_has_its_files(self):
        lines = self.measured("moved", None)
        files = {line["raw"] for line in lines} | {line["pause_file"] for line in lines}
        self.assertEqual(len(files), 2 * len(lines))
        for name in files:
            self.assertTrue((self.run_folder() / name).is_file(), name)

    def test_the_clean_one_counts(self):
        lines = self.measured("moved", None)
        for line in lines:
            if line["contaminated"]:
                line["ops_per_s"] = 1.0
        self.rewrite(lines)
        shown = self.shown()
        speeds = {row["ops_per_s"] for row in shown["rows"]}
        self.assertEqual(speeds, {5e6})
        self.assertEqual({row["trials"] for row in shown["rows"]}, {1})

    def test_the_last_counts_where_none_is_clean(self):
        lines = self.measured(*["moved"] * 9)
        self.assertEqual(self.tries(), [[True] * 3] * 3)
        for line in lines:
            line["ops_per_s"] = 10.0 + line["try"]
        self.rewrite(lines)
        rows = self.shown()["rows"]
        self.assertEqual({row["ops_per_s"] for row in rows}, {12.0})
        self.assertEqual({row["trials"] for row in rows}, {1})

    def test_how_many(self):
        self.measured("moved", "moved", "moved", "moved", None)
        shown = self.shown()
        self.assertEqual((shown["repeated"], shown["contaminated"]), (2, 1))
        self.assertEqual(shown["trials"], {"ok": 6})
        told = "2 trials contaminated and repeated, 1 contaminated to the last"
        self.assertIn(told, self.printed.stdout)
        self.assertIn("again: words/threads:1", self.printed.stderr)

    def test_a_failure_is_not_repeated(self):
        self.program("gil", [["words", "crash"]])
        self.measure("words", "--threads", "1")
        self.assertEqual({line["try"] for line in self.lines()}, {0})

    def keep(self, count):
        """The first lines of the run, as if it had been killed then."""
        self.rewrite(self.lines()[:count])
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        del manifest["outcome"]
        path.write_text(json.dumps(manifest))

    def resumed(self):
        found = self.refbench("run", "--resume", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)

    def test_a_kill_between_tries(self):
        lines = self.measured("moved", "moved", None)
        self.keep(2)
        self.resumed()
        self.assertEqual(self.tries(), [[True, True, False], [False], [False]])
        self.assertEqual(self.lines()[:2], lines[:2], "nothing is lost")
        self.assertEqual([line["try"] for line in self.lines()], [0, 1, 2, 0, 0])

    def test_a_kill_after_the_last_try(self):
        self.measured("moved", "moved", "moved", None)
        self.keep(3)
        self.resumed()
        self.assertEqual(self.tries(), [[True] * 3, [False], [False]])

    def test_runs_of_before_repeat_nothing(self):
        """They did not say how often."""
        self.measured("moved", None)
        lines = [line for line in self.lines() if line["try"] == 0]
        for line in lines:
            del line["try"]
        self.rewrite(lines)
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        del manifest["outcome"], manifest["limits"]["repeats"]
        path.write_text(json.dumps(manifest))
        self.resumed()
        self.assertEqual(self.tries(), [[True], [False], [False]])

    def test_what_is_done(self):
        class Run:
            planned = staticmethod(list)
            lines = staticmethod(
                lambda: [
                    {"key": "a", "block": 0, "process": None, "contaminated": why}
                    | {"try": number}
                    for number, why in enumerate(["moved", "moved"])
                ]
            )

        self.assertEqual(past.Past(Run, 2).done, set())
        self.assertEqual(past.Past(Run, 1).done, {"a"})


if __name__ == "__main__":
    unittest.main()
