"""refbench run --set: settings of workloads, one beside another."""

import csv
import re
import json
import unittest
from unittest import mock

from laboratory import SETTINGS, LaboratoryTest

from driver import figures, program, setting
from driver.refusal import Refusal

DRAW = figures.draw  # the laboratory puts another one there
EVERY = ("words", "kv_store", "clock")


class Variants(unittest.TestCase):
    def setUp(self):
        facts = {"workloads": [{"name": "kv_store", "settings": SETTINGS}]}
        self.programs = [program.Program("gil", None, facts, "")]

    def of(self, *given):
        return setting.variants(self.programs, given)["kv_store"]

    def test_what_is_usual_has_no_name(self):
        self.assertEqual(self.of("kv_store.mix=b"), ((),))
        self.assertEqual(self.of("kv_store.size=0100"), ((),))
        self.assertEqual(
            self.of("kv_store.mix=c,b,c"), ((("mix", "c"),), ()), "each once, as given"
        )

    def test_combinations_in_the_order_of_the_workload(self):
        found = self.of("kv_store.size=8,9", "kv_store.mix=a", "kv_store.mix=b")
        self.assertEqual(
            found,
            (
                (("mix", "a"), ("size", 8)),
                (("mix", "a"), ("size", 9)),
                (("size", 8),),
                (("size", 9),),
            ),
        )

    def test_programs_with_other_defaults_are_no_pair(self):
        other = json.loads(json.dumps(SETTINGS))
        other[1]["standard"] = 8
        facts = {"workloads": [{"name": "kv_store", "settings": other}]}
        self.programs.append(program.Program("mine", None, facts, ""))
        self.assertEqual(self.of("kv_store.size=9"), ((("size", 9),),))
        with self.assertRaisesRegex(Refusal, "gil and mine have other defaults"):
            self.of("kv_store.size=8")

    def test_a_peer_has_nothing_to_set(self):
        peer = program.Program("cpython", None, {"workloads": [], "peer": True}, "")
        self.programs.insert(0, peer)
        self.assertEqual(self.of("kv_store.size=9"), ((("size", 9),),))

    def test_titles(self):
        row = {"workload": "kv_store", "settings": {"mix": "a", "size": 8}}
        self.assertEqual(setting.title(row), "kv_store mix=a size=8")
        self.assertEqual(setting.title({"workload": "words"}), "words")


class Refused(LaboratoryTest):
    def test_what_is_possible_is_named(self):
        self.program("gil", workloads=EVERY)
        for given, *parts in (
            ("kv_store", "WORKLOAD.NAME=VALUE"),
            ("kv_store.mix=,", "WORKLOAD.NAME=VALUE"),
            ("store.mix=a", "store", "words, kv_store"),
            ("kv_store.way=a", "no setting way", "mix, size"),
            ("words.mix=a", "words has no settings"),
            ("kv_store.mix=d", "kv_store.mix=d", "a, b, c"),
            ("kv_store.mix=a,1", "kv_store.mix=1", "a, b, c"),
            ("kv_store.size=7", "size=7", "8 to 4096"),
            ("kv_store.size=4097", "8 to 4096"),
            ("kv_store.size=-8", "8 to 4096"),
            ("kv_store.size=1e2", "8 to 4096"),
        ):
            with self.subTest(given):
                found = self.measure("kv_store", "--set", given)
                self.assert_one_line(found, 2, *parts)
        self.assertFalse(self.results.exists(), "something was written")

    def test_of_what_is_not_run(self):
        self.program("gil", workloads=EVERY)
        found = self.measure("--set", "kv_store.mix=a")
        self.assert_one_line(found, 2, "kv_store is not among what is run", "--suite")
        self.assertFalse(self.results.exists(), "something was written")


class Swept(LaboratoryTest):
    """Two runtimes, one workload at three settings."""

    SWEEP = ("kv_store", "--set", "kv_store.mix=c,b,a", "--threads", "1,2")

    def setUp(self):
        super().setUp()
        self.program("gil", workloads=EVERY, speed=4e6)
        self.program("biased", workloads=EVERY, speed=8e6)
        self.program("tally", workloads=EVERY)

    def test_plan_and_trials(self):
        found = self.measure(*self.SWEEP)
        self.assertEqual(found.returncode, 0, found.stderr)
        lines = self.lines()
        self.assertEqual(
            [line["key"] for line in self.lines("plan.jsonl")],
            [line["key"] for line in lines],
        )
        told = [
            (line["arm"], line["parameters"]["threads"], line["parameters"]["settings"])
            for line in lines
            if line["parameters"]["workload"] == "kv_store"
        ]
        for settings in ({"mix": "c"}, {}, {"mix": "a"}):
            for runtime in ("gil", "biased"):
                for threads in (1, 2):
                    self.assertEqual(told.count((runtime, threads, settings)), 1)
            self.assertEqual(told.count(("tally", 1, settings)), 1)
        self.assertEqual(len(told), 3 * 5 + 1, "and a control of noise")
        self.assertEqual(len({line["key"] for line in lines}), len(lines))
        self.assertEqual(len({line["raw"] for line in lines}), len(lines))

    def test_the_program_is_told(self):
        self.measure("kv_store", "--set", "kv_store.mix=a", "--set", "kv_store.size=8")
        for line in self.lines():
            raw = json.loads((self.run_folder() / line["raw"]).read_text())
            sets = [w for w in raw["context"]["argv"].split() if "--set" in w]
            own = line["parameters"]["workload"] == "kv_store"
            wanted = ["--set=kv_store.mix=a", "--set=kv_store.size=8"] if own else []
            self.assertEqual(sets, wanted)
            (name,) = [entry["name"] for entry in raw["benchmarks"]]
            if own:
                self.assertTrue(name.startswith("workload/kv_store/mix:a/size:8/thr"))

    def test_rows(self):
        self.measure(*self.SWEEP)
        rows = self.shown()["rows"]
        self.assertEqual({row["workload"] for row in rows}, {"kv_store"})
        self.assertEqual(
            [(row["settings"], row["threads"], row["runtime"]) for row in rows[::2]],
            [
                (settings, threads, "gil")
                for settings in ({"mix": "c"}, {}, {"mix": "a"})
                for threads in (1, 2)
            ],
        )
        self.assertEqual({row["ratio"] for row in rows[1::2]}, {2}, "over its own base")
        self.assertEqual(
            [row["settings"] for row in self.shown()["tally"]],
            [{"mix": "c"}, {}, {"mix": "a"}],
        )

    def test_text(self):
        text = self.measure(*self.SWEEP).stdout
        for part in (
            r"\nkv_store mix=c +1 +gil +4.00 Mop/s",
            r"\nkv_store +1 +gil +4.00 Mop/s",
            r"\nkv_store mix=a +1 +gil +4.00 Mop/s",
            r"\nkv_store mix=a +gil +8.00 M +4 ",  # pauses, with 2 threads
            r"\nkv_store mix=a +9.00\n",  # count operations per allocation
            r"gil against itself 1.000 on kv_store mix=[ca] with 1|on kv_store with 1",
        ):
            self.assertRegex(text, part)
        text = self.refbench("show", "--pauses", "--results", self.results).stdout
        self.assertRegex(text, r"\nkv_store mix=a +2 +gil ")

    def test_a_pair_shares_its_settings(self):
        self.measure("kv_store", "--set", "kv_store.mix=a", "--threads", "1")
        (again,) = [line for line in self.lines() if line["arm"] == "gil/again"]
        self.assertEqual(again["parameters"]["settings"], {"mix": "a"})
        floor = self.shown()["noise_floor"]
        self.assertEqual((floor["ratio"], floor["settings"]), (1, {"mix": "a"}))

    def test_checksums_are_compared_at_one_setting(self):
        """They differ from setting to setting."""
        self.assertEqual(self.measure(*self.SWEEP).returncode, 0)
        sums = {row["checksum"] for row in self.shown()["rows"]}
        self.assertEqual(len(sums), 2, "kv_store/mix:a and kv_store")
        lines = self.lines()
        for line in lines:
            at = line["parameters"]
            if (at["runtime"], at["settings"], at["threads"]) == ("biased", {}, 2):
                line["checksum"] += 1
        self.rewrite(lines)
        shown = self.shown()
        (conflict,) = shown["checksum_conflicts"]
        self.assertEqual((conflict["workload"], conflict["settings"]), ("kv_store", {}))
        failed = [row["settings"] for row in shown["rows"] if row["status"] == "failed"]
        self.assertEqual(failed, [{}] * 4)

    def test_keys_depend_on_settings(self):
        runs = {}
        for value in "ac":
            self.measure("kv_store", "--set", f"kv_store.mix={value}", "--label", value)
            (run,) = (self.results / "runs").glob(f"*-{value}")
            manifest = json.loads((run / "manifest.json").read_text())
            runs[value] = manifest["plan_hash"]
            self.assertEqual(manifest["settings"], {"kv_store": [{"mix": value}]})
        self.assertNotEqual(runs["a"], runs["c"])

    def test_a_run_goes_on_with_its_settings(self):
        self.measure(*self.SWEEP, "--seed", "5")
        lines = self.lines()
        self.rewrite(lines[:7])
        path = self.run_folder() / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "outcome": "interrupted"}))
        where = ["--programs", self.programs, "--results", self.results]
        found = self.refbench("run", "--resume", *where[2:])
        self.assertEqual(found.returncode, 0, found.stderr)
        keys = [line["key"] for line in lines]
        self.assertEqual([line["key"] for line in self.lines()], keys)
        found = self.refbench("run", "--resume", "--set", "kv_store.mix=a", *where[2:])
        self.assert_one_line(found, 2, "--resume", "(set)")

    @staticmethod
    def written(figure):
        """The texts of a figure, whose letters are paths."""
        return re.findall("<!-- (.*?) -->", figure.read_text(encoding="utf-8"))

    def test_figures_have_a_panel_for_each(self):
        with mock.patch.object(figures, "draw", DRAW):
            self.measure(*self.SWEEP)
        folder = self.run_folder() / "figures"
        for name in ("throughput", "pauses"):
            head, *rows = (folder / f"{name}.csv").read_text().splitlines()
            self.assertTrue(head.startswith("workload,settings,threads,runtime,"))
            settings = {row.split(",")[1] for row in rows}
            self.assertEqual(settings, {"mix=c", "", "mix=a"})
        with open(folder / "pauses.csv", encoding="utf-8", newline="") as file:
            processes = {row["processes"] for row in csv.DictReader(file)}
        self.assertEqual(processes, {"1"}, "trials of other settings are no part of it")
        written = self.written(folder / "throughput.svg")
        for title in ("kv_store mix=c", "kv_store", "kv_store mix=a"):
            self.assertIn(title, written)
        titles = self.written(folder / "pauses.svg")
        self.assertIn("kv_store mix=a · 2 threads", titles)
        rows = (folder / "throughput.csv").read_text().splitlines()[1:]
        self.assertEqual(len(rows), len(self.shown()["rows"]), "a cell twice, or lost")
        with open(folder / "throughput.csv", encoding="utf-8", newline="") as file:
            linear = {row["linear_ops_per_s"] for row in csv.DictReader(file)}
        self.assertNotIn("", linear, "what one thread does at the same settings")


if __name__ == "__main__":
    unittest.main()
