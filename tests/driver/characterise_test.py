"""refbench characterise: what it asks of two programs, and the table it makes of their answers."""

import json
import unittest

from laboratory import LaboratoryTest

from driver import character

SEEN = {
    "profile_made": 1000,
    "profile_bytes": 48000,
    "profile_size_p50": 48,
    "profile_size_p90": 64,
    "profile_died": 800,
    "profile_lifetime_p50": 16,
    "profile_lifetime_p90": 1024,
    "profile_seen": 1000,
    "profile_shared": 250,
    "profile_owner": 6000,
    "profile_foreign": 3000,
    "profile_immortal": 1000,
    "profile_taken": 5000,
    "profile_kept": 1000,
    "profile_writes": 500,
    "profile_old_writes": 100,
    "collected": 200,
}
FACTS = {"name": "words", "tags": ["classic"]}


class Row(unittest.TestCase):
    def test_shares_of_the_whole(self):
        row = character.row(FACTS, 2, SEEN, 0.5)
        self.assertEqual(row["made_per_s"], 2000)
        self.assertEqual(row["operations_per_object"], 10)
        kinds = [row[kind] for kind in ("owner", "foreign", "immortal")]
        self.assertEqual(kinds, [0.6, 0.3, 0.1])
        self.assertEqual(row["borrowed"], 0.8, "4000 taken and dropped, of 10000")
        self.assertEqual((row["shared"], row["cyclic"]), (0.25, 0.25))
        self.assertEqual(row["old_writes_per_1000"], 10)

    def test_what_makes_nothing_has_no_shares(self):
        nothing = dict.fromkeys(SEEN, 0)
        row = character.row(FACTS, 2, nothing, 0.5)
        for axis in ("owner", "shared", "cyclic", "size_p50", "lifetime_p50"):
            self.assertIsNone(row[axis], axis)

    def test_nearest(self):
        rows = [
            {**character.row(FACTS, 2, SEEN, 0.5), "workload": "a"},
            {**character.row(FACTS, 2, SEEN, 0.51), "workload": "b"},
            {**character.row(FACTS, 2, SEEN, 50), "workload": "c"},
        ]
        near = character.nearest(rows)
        self.assertEqual([near[each]["workload"] for each in "abc"], ["b", "a", "b"])
        self.assertLess(near["a"]["distance"], character.ALIKE)
        self.assertGreater(near["c"]["distance"], character.ALIKE)


class Characterised(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil")
        self.program("profile")

    def characterise(self, *words):
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("characterise", *words, *where)

    def test_table(self):
        found = self.characterise()
        self.assertEqual(found.returncode, 0, found.stderr)
        rows = [line.split()[0] for line in found.stdout.splitlines() if line][:3]
        self.assertEqual(rows, ["workload", "words", "binary_trees"])
        self.assertIn("alike: binary_trees and words (0.00)", found.stdout)
        self.assertFalse(self.results.exists(), "written only when asked to")

    def test_written(self):
        found = self.characterise("--write", "--json", "words")
        self.assertEqual(found.returncode, 0, found.stderr)
        document = json.loads((self.results / "characterisation.json").read_text())
        self.assertEqual(document, json.loads(found.stdout))
        self.assertEqual([row["workload"] for row in document["rows"]], ["words"])
        self.assertIn("facts", document["environment"])
        page = (self.results / "characterisation.md").read_text()
        self.assertIn("| words |", page)

    def test_one_that_fails_is_told(self):
        self.program("profile", [("words", "crash")])
        found = self.characterise()
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("not seen: words: killed by SIGSEGV", found.stdout)
        self.assertIn("\nbinary_trees", found.stdout)

    def test_refused(self):
        self.assert_one_line(self.characterise("zzz"), 3, "zzz")
        self.assert_one_line(self.characterise("("), 2, "'('")
        self.assert_one_line(self.characterise("--threads", "1,2"), 2, "1,2")
        (self.programs / "refbench-profile").unlink()
        self.assert_one_line(self.characterise(), 2, "refbench-profile")

    def test_is_no_runtime(self):
        listed = self.refbench("list", "--programs", self.programs).stdout
        self.assertNotIn("profile", listed)


if __name__ == "__main__":
    unittest.main()
