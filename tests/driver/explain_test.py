"""refbench calibrate and explain: units out of benchmarks, times out of units, and what is refused."""

import json
import os
import socket
import sys
import unittest
from types import SimpleNamespace
from unittest import mock

import calibrated
from laboratory import LaboratoryTest

from driver import calibration, explain, explain_sites, explain_units, record
from driver.reading import Entry

EAGER = {"borrows": False, "serial": False}
BORROWS = {"borrows": True, "serial": False}
SERIAL = {"borrows": False, "serial": True}
MICROS = [f"micro/{name}" for name in explain_units.BENCHMARKS]


def units(capabilities=EAGER, **cost):
    return explain_units.of(calibrated.ns(calibrated.cost(**cost)), capabilities)


class Units(unittest.TestCase):
    def test_found_again(self):
        found = units()
        stack = dict(zip(calibrated.KINDS, (2.0, 6.0, 1.5), strict=True))
        self.assertEqual(found["stack"], stack)
        self.assertEqual(found["read"], {"owner": 3, "foreign": 7, "immortal": 2.5})
        self.assertEqual(
            found["release"], {"owner": 2.5, "foreign": 6.5, "immortal": 2}
        )
        beside = [found[of] for of in ("write", "find", "change")]
        self.assertEqual(beside, [7, 13, 17])
        alloc = {"float": 20, "str10": 21, "tuple3": 20, "list3": 31, "dict0": 22}
        for name, ns in {**alloc, "node3": 20, "table": 11}.items():
            self.assertAlmostEqual(found["alloc"][name], ns, msg=name)
        self.assertAlmostEqual(found["crossing"]["stack"], 4)
        self.assertEqual(found["request"], 61)

    def test_who_borrows_counts_what_is_kept(self):
        cost = dict(stack=0.1, foreign=0.1, immortal=0.1, keep=3.0, release=3.0)
        found = units(BORROWS, **cost, borrows=True)
        self.assertAlmostEqual(found["keep"], 3)
        self.assertEqual(set(found["release"].values()), {found["keep"]})
        self.assertAlmostEqual(found["write"], 7)
        self.assertEqual(found["crossing"]["kept"], 9)

    def test_one_thread_at_a_time_crosses_nothing(self):
        self.assertEqual(units(SERIAL)["crossing"], {"stack": 0, "kept": 0})

    def test_a_small_difference_may_be_below_zero(self):
        self.assertLess(units(stack=-0.25)["stack"]["owner"], 0)

    def test_of_fewer_benchmarks_there_are_none(self):
        ns = calibrated.ns(calibrated.cost())
        del ns["new_store"]
        self.assertIsNone(explain_units.of(ns, EAGER))


class Parts(unittest.TestCase):
    def test_counting(self):
        stack = (8500 * 2) + 600 * 6 + 400 * 1.5
        owned = 1000 * 3 + 500 * 2.5
        found = explain.counting(calibrated.profile(), units())
        self.assertAlmostEqual(found, stack + owned)

    def test_an_owned_reference_to_what_is_immortal_is_free(self):
        one = calibrated.counts(owned=(0, 0, 9))
        none = calibrated.counts()
        seen = calibrated.profile(increments=one, decrements=none)
        seen["kept"] = dict.fromkeys(calibrated.KINDS, 0)
        self.assertEqual(explain.counting(seen, units()), 0)

    def test_far(self):
        visited, held = 300 * 2 + 20 * 8 + 10 * 32, 12 * 2 + 6 * 8 + 2 * 32
        found = explain.far(calibrated.profile(), units())
        self.assertAlmostEqual(found, visited + 1.5 * held)

    def test_allocation(self):
        found = explain.allocation(calibrated.profile(), units())
        self.assertAlmostEqual(found, 1010 * 20 + 10 * 11 + 100 * 7)

    def test_container(self):
        found = explain.container(calibrated.profile(), units())
        self.assertAlmostEqual(found, 20 * 13 + 50 * 17)
        few = explain.container(calibrated.profile(locks=8), units())
        self.assertAlmostEqual(few, 8 * 13, msg="several items in one lock")

    def test_what_lives_on_is_made_only(self):
        seen = calibrated.profile()
        for each in seen["types"]:
            each["died"] = 0
        found = explain.allocation(seen, units())
        self.assertAlmostEqual(found, 1010 * 10 + 10 * 11 + 100 * 7)

    def test_crossings_lie_between_two_orders(self):
        few, many = explain.crossings(calibrated.profile(), units(), False, 1.0)
        self.assertAlmostEqual(few, 20 * 4)
        self.assertAlmostEqual(many, 400 * 4)
        longer = explain.crossings(calibrated.profile(), units(), False, 3.0)
        self.assertAlmostEqual(longer[1], 3 * many, msg="a way three times as long")

    def test_who_borrows_crosses_with_what_is_kept(self):
        seen = calibrated.profile()
        own = units(BORROWS, keep=2.5, borrows=True)
        share = (500 + 500) / (4000 + 300 + 1000 + 4500 + 300 + 500)
        each = (1 - share) * own["crossing"]["stack"] + share * 9
        self.assertAlmostEqual(explain.crossings(seen, own, True, 1)[1], 400 * each)

    def test_contended_types(self):
        found = explain.contended(calibrated.profile())
        self.assertEqual(
            [(each["name"], each["foreign"], each["share"]) for each in found],
            [("float", 450, 0.75), ("float", 150, 0.25)],
        )


class Sites(LaboratoryTest):
    """Addresses as lines, with a tool that knows three."""

    LINES = {
        0x1006: "make\n/lab/runtimes/object/float.c:3\nread\n/lab/bench/lab.c:7 (discriminator 2)",
        0x1008: "make\n/lab/runtimes/object/float.c:3",
        0x1000: "write\n/lab/bench/lab.c:9",
        0x2000: "??\n??:0",
    }

    def setUp(self):
        super().setUp()
        self.tool = self.programs / "addr2line"
        self.tool.write_text(
            f"#!{sys.executable}\nimport sys\nlines = {self.LINES}\n"
            "for at in sys.stdin:\n"
            "    print(f'0x{int(at, 16):016x}', lines[int(at, 16)], sep='\\n')\n"
        )
        self.tool.chmod(0o755)

    def named(self, sites):
        with mock.patch.dict(os.environ, PATH=f"{self.programs}:{os.environ['PATH']}"):
            return explain_sites.named("program", sites)

    def test_the_innermost_outside_of_the_runtime(self):
        found = self.named(calibrated.profile()["sites"])
        self.assertEqual(
            [(each["name"], each["where"], each["made"]) for each in found],
            [
                ("float", "lab.c:7 read", 400),
                ("float", "lab.c:9 write", 600),
                ("list", None, 10),
            ],
        )

    def test_one_line_reached_on_two_ways_is_one_site(self):
        sites = calibrated.profile()["sites"]
        more = [{**sites[1], "calls": [0x1001], "most": 70}, sites[1]]
        (found,) = self.named(more)
        self.assertEqual(
            (found["made"], found["foreign"], found["most"]), (1200, 900, 70)
        )

    def test_what_is_not_known(self):
        sites = [{**calibrated.profile()["sites"][0], "calls": [0x2001]}]
        self.assertIsNone(self.named(sites)[0]["where"])
        self.tool.write_text("#!/bin/sh\nexit 1\n")
        self.assertIsNone(self.named(sites)[0]["where"])


class Near(unittest.TestCase):
    """Cores that are near by turns."""

    def side(self, trial_ns, *handoffs):
        arm = SimpleNamespace(handoff_ns=trial_ns)
        ns = calibrated.ns(calibrated.cost())
        blocks = [
            {"block": number, "ns": ns, "handoff_ns": each}
            for number, each in enumerate(handoffs)
        ]
        return explain.Side(arm, {}, {"capabilities": EAGER, "blocks": blocks})

    def test_blocks_as_near_as_the_trial(self):
        side = self.side(100.0, 31.0, 104.0, None, 90.0)
        self.assertEqual(side.near(range(4)), [1, 3])
        self.assertAlmostEqual(side.way(1), 100 / 104)

    def test_where_there_are_none_the_way_is_longer(self):
        side = self.side(100.0, 25.0, 32.0)
        self.assertEqual(side.near(range(2)), [0, 1])
        self.assertEqual(side.way(0), 4)

    def test_what_is_not_known_changes_nothing(self):
        side = self.side(None, 31.0, None)
        self.assertEqual(side.near(range(2)), [0, 1])
        self.assertIsNone(side.way(0))
        disturbed = self.side(64000.0, 31.0)
        self.assertIsNone(disturbed.way(0), "a thread that did not run is no distance")
        self.assertIsNone(self.side(31.0, 64000.0).way(0))


class Explained(LaboratoryTest):
    """plain takes 100 ms; what atomic is to take beyond follows from its units."""

    SCALE = 2000  # of the profile: some 10 million operations

    def setUp(self):
        super().setUp()
        self.seen = calibrated.profile()
        for of in ("increments", "decrements"):
            for kinds in self.seen[of].values():
                kinds.update({kind: n * self.SCALE for kind, n in kinds.items()})
        self.make("plain", 100.0, SERIAL)
        self.seen["locks"] *= self.SCALE
        self.make("atomic", self.expected(), EAGER, stack=6.0, foreign=9.0, change=19.0)
        self.program("profile", keeps_profile=True, seen=self.seen)

    def make(self, name, ms, capabilities, **cost):
        own = calibrated.ns(calibrated.cost(**cost))
        more = {"ns": {f"micro/{of}": ns for of, ns in own.items()}, "trial_ms": ms}
        self.program(name, micros=MICROS, capabilities=capabilities, **more)

    def expected(self):
        """In ms: the floor's and the difference of what is counted and made."""
        dear, cheap = units(stack=6.0, foreign=9.0, change=19.0), units(SERIAL)
        ns = explain.counting(self.seen, dear) - explain.counting(self.seen, cheap)
        ns += explain.allocation(self.seen, dear) - explain.allocation(self.seen, cheap)
        ns += 50 * self.SCALE * 2.0  # of containers changed
        return 100 + ns * 1e-6 + self.crossing(dear)

    def crossing(self, own):
        return explain.crossings(self.seen, own, False, 1.0)[1] * 1e-6

    def ready(self, *words):
        self.assertEqual(self.measure("words", "--threads", "1", *words).returncode, 0)
        self.assertEqual(self.calibrate().returncode, 0)

    def calibrate(self, *words):
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("calibrate", "--write", "--blocks", 2, *words, *where)

    def explain(self, *words):
        run = self.run_folder().name
        where = ["--programs", self.programs, "--results", self.results]
        return self.refbench("explain", run, *words, *where)

    def rows(self, *words):
        found = self.explain("--json", *words)
        self.assertEqual(found.returncode, 0, found.stderr + found.stdout)
        return {
            (each["runtime"], each["threads"]): each
            for each in json.loads(found.stdout)["rows"]
        }

    def test_all_of_it(self):
        self.ready()
        rows = self.rows()
        atomic, plain = rows["atomic", 1], rows["plain", 1]
        self.assertAlmostEqual(atomic["residual_ms"], 0, places=6)
        self.assertAlmostEqual(atomic["explained"], 1)
        self.assertEqual(atomic["parts_ms"]["floor"], 100)
        self.assertGreater(atomic["parts_ms"]["counting"], 10)
        self.assertTrue(plain["is_floor"])
        self.assertAlmostEqual(plain["sum_ms"], 100)

    def test_a_residual_is_shown_whatever_its_sign(self):
        self.make("atomic", 60.0, EAGER, stack=6.0, foreign=9.0, change=19.0)
        self.ready()
        row = self.rows()["atomic", 1]
        self.assertAlmostEqual(row["residual_ms"], 60.0 - self.expected())
        self.assertLess(row["residual_ms"], 0)
        self.assertGreater(row["explained"], 1)
        shown = self.explain().stdout
        self.assertIn(f" {row['residual_ms']:.0f} ", shown)

    def test_threads_share_the_floor_and_wait_for_a_lock(self):
        self.make("gil", 150.0, SERIAL)
        self.assertEqual(self.measure("words", "--threads", "1,2").returncode, 0)
        self.assertEqual(self.calibrate().returncode, 0)
        rows = self.rows()
        self.assertEqual(rows["atomic", 2]["parts_ms"]["floor"], 50)
        self.assertEqual(rows["atomic", 2]["parts_ms"]["lock"], 0)
        parts = rows["gil", 2]["parts_ms"]
        paused = (
            0.08 / 2
        )  # ms of plain's collections: nobody waits for the lock meanwhile
        alone = parts["floor"] - paused + parts["counting"]
        self.assertAlmostEqual(parts["lock"], alone)

    def test_what_threads_of_the_work_wait_for_each_other_is_told_by_none(self):
        self.make("none", 80.0, EAGER)
        self.assertEqual(self.measure("words", "--threads", "1,2").returncode, 0)
        self.assertEqual(self.calibrate().returncode, 0)
        rows = self.rows()
        self.assertEqual(rows["atomic", 1]["parts_ms"]["waiting"], 0)
        self.assertEqual(rows["none", 2]["parts_ms"]["waiting"], 0, "not by itself")
        parts = rows["atomic", 2]["parts_ms"]
        self.assertAlmostEqual(parts["waiting"], 40, msg="none: 80 ms, and not 40")
        total = rows["atomic", 2]["sum_ms"]
        self.assertAlmostEqual(total, sum(parts.values()))

    def test_barriers_are_those_that_the_trial_timed(self):
        self.make("none", 80.0, EAGER)
        self.program("hazard", micros=MICROS, capabilities=BORROWS, **self.scanning())
        self.assertEqual(self.measure("words", "--threads", "1,2").returncode, 0)
        self.assertEqual(self.calibrate().returncode, 0)
        rows = self.rows()
        self.assertEqual(rows["hazard", 1]["parts_ms"]["barrier"], 20)
        self.assertEqual(rows["hazard", 2]["parts_ms"]["barrier"], 10, "by two at once")
        self.assertEqual(rows["atomic", 2]["parts_ms"]["barrier"], 0)

    def scanning(self):
        own = calibrated.ns(calibrated.cost(borrows=True))
        ns = {f"micro/{of}": each for of, each in own.items()}
        return {"ns": ns, "trial_ms": 200.0, "barriers_us": 20_000.0}

    def test_the_table(self):
        self.ready()
        found = self.explain()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("harness: at most", found.stdout)
        self.assertRegex(found.stdout, r"words +1 +float +- +100% +600")
        self.assertIn("atomic", found.stdout)

    def test_the_harness_by_its_events(self):
        self.ready()
        readings = 2 * 4 + 4 * 4 + 2  # pauses, phases of collections, a thread
        took = readings * 30.0 / (self.expected() * 1e6)
        self.assertAlmostEqual(self.rows()["atomic", 1]["harness_share"], took)

    def test_profiles_are_kept(self):
        self.ready()
        self.rows()
        self.program("profile", [("words", "crash")], keeps_profile=True)
        self.assertEqual(len(self.lines("profiles.jsonl")), 1)
        self.rows()

    def test_nothing_is_looked_at_while_another_run_measures(self):
        self.ready()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.bind("\0" + os.environ["REFBENCH_LOCK"])
            other.listen()
            self.assert_one_line(self.explain(), 2, "another run")

    def test_other_work_is_not_explained(self):
        self.ready()
        self.program(
            "profile", [("words", "other")], keeps_profile=True, seen=self.seen
        )
        found = self.explain()
        self.assertEqual(found.returncode, 4)
        self.assertIn("did other work", found.stdout)

    def test_another_build_is_refused(self):
        self.ready()
        path = self.results / "calibration"
        where = next(path.iterdir())
        document = record.read(where)
        document["runtimes"]["atomic"]["build_id"] = "0" * 64
        record.write(where, document)
        self.assert_one_line(self.explain(), 2, "atomic is of another build")

    def test_another_machine_is_refused(self):
        self.ready()
        where = next((self.results / "calibration").iterdir())
        document = record.read(where)
        document["environment"]["facts"]["cpu"] = "abacus"
        record.write(where, document)
        self.assert_one_line(self.explain(), 2, "another machine", "abacus")

    def test_what_is_missing_is_named(self):
        self.measure("words", "--threads", "1")
        self.assert_one_line(self.explain(), 2, "refbench calibrate --write")
        self.calibrate("--runtime", "plain")
        self.assert_one_line(self.explain(), 2, "atomic is not calibrated")
        self.calibrate()
        self.assert_one_line(self.explain("zzz"), 3, "zzz")
        self.program("profile")
        self.assert_one_line(self.explain(), 2, "keeps no profiles")

    def test_without_a_floor_there_is_nothing_to_explain(self):
        self.ready("--runtime", "atomic")
        self.assert_one_line(self.explain(), 2, "no floor")


class Calibration(LaboratoryTest):
    def test_document(self):
        ns = calibrated.ns(calibrated.cost())
        self.program(
            "gil", micros=MICROS, ns={f"micro/{of}": each for of, each in ns.items()}
        )
        where = ["--programs", self.programs, "--results", self.results]
        found = self.refbench("calibrate", "--json", "--blocks", 6, *where)
        self.assertEqual(found.returncode, 0, found.stderr)
        gil = json.loads(found.stdout)["runtimes"]["gil"]
        self.assertEqual(len(gil["blocks"]), 6)
        self.assertEqual(gil["blocks"][0]["ns"], ns)
        self.assertEqual(gil["blocks"][0]["handoff_ns"], 31)
        self.assertEqual(gil["units"]["stack owner"]["middle"], 2)
        self.assertEqual(gil["units"]["stack owner"]["bounds"], "interval")
        self.assertFalse(self.results.exists(), "written only when asked to")
        shown = self.refbench("calibrate", "--blocks", 1, *where).stdout
        self.assertRegex(shown, r"(?m)^stack owner +2\.00$")

    def test_the_shortest_of_a_process_counts(self):
        entries = [
            Entry(f"micro/{name}/real_time", 1, ns)
            for name, ns in (
                ("loop", 3.0),
                ("loop", 1.0),
                ("loop", 2.0),
                ("clock", 9.0),
            )
        ]
        found = calibration._shortest(entries, ("micro/loop", "micro/clock"))
        self.assertEqual(found, {"loop": 1.0, "clock": 9.0})

    def test_a_program_that_fails_is_told(self):
        self.program("gil", [("loop", "crash")], micros=MICROS)
        where = ["--programs", self.programs, "--results", self.results]
        found = self.refbench("calibrate", "--blocks", 1, *where)
        self.assertEqual(found.returncode, 4, found.stderr)
        self.assertIn("not measured: gil: killed by SIGSEGV", found.stdout)


if __name__ == "__main__":
    unittest.main()
