"""refbench list: workloads with their suites, settings and sources."""

import json
import unittest

from laboratory import SETTINGS, LaboratoryTest


class List(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil", workloads=("kv_store", "words", "clock"))

    def list(self, *words):
        return self.refbench("list", *words, "--programs", self.programs)

    def test_json_tells_suites_settings_and_source(self):
        workloads = json.loads(self.list("--json").stdout)["workloads"]
        told = {each["name"]: each for each in workloads}
        self.assertEqual(told["kv_store"]["suites"], ["all"])
        self.assertEqual(told["words"]["suites"], ["fast", "headline", "all"])
        self.assertEqual(told["kv_store"]["settings"], SETTINGS)
        self.assertEqual(told["kv_store"]["source"], "Cooper et al., SoCC 2010")
        self.assertIsNone(told["kv_store"]["reason"])

    def test_what_an_older_program_does_not_tell_is_null(self):
        facts = {"name": "old", "tags": ["classic"], "summary": "is old"}
        self.program("gil", workloads=())
        path = self.programs / ".gil" / "describe"
        told = json.loads(path.read_text())
        path.write_text(json.dumps({**told, "workloads": [facts]}))
        (found,) = json.loads(self.list("--json").stdout)["workloads"]
        unknown = {"suites": ["all"], "settings": [], "reason": None, "source": None}
        self.assertEqual(found, {**facts, **unknown})
        self.assertRegex(self.list().stdout, r"\n  old +- +- +is old\n")

    def test_workloads_stand_below_their_first_tag(self):
        text = self.list().stdout
        self.assertRegex(
            text,
            r"\nserver\n  kv_store +- +2 +does kv_store \[sharing\]\n"
            r"classic\n  words +fast headline +- +does words\n  clock ",
        )
        self.assertIn("--set WORKLOAD.NAME=VALUE", text)

    def test_one_in_full(self):
        found = self.list("kv_store")
        self.assertEqual(
            found.stdout.splitlines(),
            [
                "kv_store: does kv_store",
                "  tags: server sharing",
                "  suites: all",
                "  source: Cooper et al., SoCC 2010",
                "  setting  default  may be     what it sets",
                "  mix      b        a, b, c    of reads and writes",
                "  size     100      8 to 4096  of a value, bytes",
            ],
        )
        (told,) = json.loads(self.list("kv_store", "--json").stdout)["workloads"]
        self.assertEqual(told["name"], "kv_store")

    def test_all_in_full(self):
        text = self.list("--verbose").stdout
        self.assertIn("\n\nwords: does words\n  tags: classic\n", text)
        self.assertIn("  mix      b ", text)

    def test_unknown(self):
        self.assert_one_line(self.list("store"), 2, "store", "kv_store, words, clock")


if __name__ == "__main__":
    unittest.main()
