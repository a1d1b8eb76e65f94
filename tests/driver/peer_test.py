"""A peer: a program of somebody else's runtime, which has micro benchmarks only."""

import json
import unittest

from laboratory import LaboratoryTest

from driver import peer, program

TYPICAL = ("micro/alloc_free/float", "micro/list_append", "micro/dict_get")
OURS = (
    "micro/raw_pair_plain",
    *TYPICAL,
    "micro/call/alloc_free/float",
    "micro/call/list_append",
    "micro/call/dict_get",
    "micro/safepoint",
)
THEIRS = ("micro/raw_pair_plain", *TYPICAL, "micro/shared_dict_get/threads:2")


def line(runtime, block, **ns):
    """A trial as the store keeps it: __ in a name stands for /."""
    micros = [
        {
            "name": f"micro/{name.replace('__', '/')}/real_time",
            "threads": 1,
            "ns": value,
            "counters": {},
        }
        for name, value in ns.items()
    ]
    asked = {"runtime": runtime, "micros": None}
    return {
        "kind": "micro",
        "status": "ok",
        "block": block,
        "arm": runtime,
        "parameters": asked,
        "micros": micros,
    }


def manifest():
    peer_facts = {
        "name": "cpython",
        "peer": True,
        "libraries": {"cpython": "3.11.2"},
        "micros": [{"name": name} for name in THEIRS],
    }
    own_facts = {"name": "gil", "micros": [{"name": name} for name in OURS]}
    return {
        "runtimes": [
            {"name": "gil", "facts": own_facts},
            {"name": "cpython", "facts": peer_facts},
        ],
        "micros": list(dict.fromkeys(OURS + THEIRS)),
    }


class Ratios(unittest.TestCase):
    def test_within_blocks(self):
        """The machine is ten times slower in the second block, for both."""
        lines = [
            line("cpython", 0, list_append=4.0),
            line("gil", 0, list_append=1.0),
            line("gil", 1, list_append=20.0),
            line("cpython", 1, list_append=40.0),
            line("gil", 2, list_append=7.0),
        ]
        (row,) = peer.ratios(lines, manifest())
        self.assertEqual(
            row["ratio_range"], [0.25, 0.5], "a block without both counts not"
        )
        self.assertEqual(row["ratio"], 0.375)
        self.assertEqual((row["peer"], row["runtime"]), ("cpython", "gil"))

    def test_calls_are_compared_with_the_same_of_the_peer(self):
        ours = line("gil", 0, call__list_append=3.0, call__alloc_free__float=8.0)
        theirs = line("cpython", 0, list_append=4.0, alloc_free__float=4.0)
        found = peer.ratios([ours, theirs], manifest())
        self.assertEqual(
            [(row["name"], row["ratio"], row["called"]) for row in found],
            [
                ("micro/call/alloc_free/float", 2.0, True),
                ("micro/call/list_append", 0.75, True),
            ],
        )

    def test_means_are_of_what_is_typical(self):
        ours = line(
            "gil", 0, alloc_free__float=2.0, list_append=1.0, dict_get=4.0, safepoint=9
        )
        theirs = line(
            "cpython", 0, alloc_free__float=1.0, list_append=4.0, dict_get=4.0
        )
        raw = [line(name, 0, raw_pair_plain=ns) for name, ns in (("gil", 9.0),)]
        (mean,) = peer.means([ours, theirs, *raw], manifest())
        self.assertEqual((mean["called"], mean["benchmarks"]), (False, 3))
        self.assertAlmostEqual(mean["ratio"], 0.5 ** (1 / 3))

    def test_a_block_without_one_of_them_has_no_mean(self):
        lines = [
            line("gil", 0, list_append=2.0, dict_get=1.0),
            line("cpython", 0, list_append=1.0, dict_get=1.0),
            line("gil", 1, list_append=8.0),
            line("cpython", 1, list_append=1.0, dict_get=1.0),
        ]
        (mean,) = peer.means(lines, manifest())
        self.assertAlmostEqual(mean["ratio"], 2**0.5)
        self.assertEqual(mean["ratio_range"][0], mean["ratio_range"][1])

    def test_title(self):
        self.assertEqual(
            peer.peers(manifest()), [{"name": "cpython", "title": "cpython 3.11.2"}]
        )
        self.assertEqual(program.title({"name": "gil"}), "gil")


class Run(LaboratoryTest):
    """A run with one, from the plan to the tables."""

    def setUp(self):
        super().setUp()
        self.program("gil", micros=OURS)
        self.program(
            "cpython",
            workloads=(),
            micros=THEIRS,
            peer=True,
            libraries={"cpython": "3.11.2"},
        )

    def test_whole(self):
        found = self.measure("--threads", "1")
        self.assertEqual(found.returncode, 0, found.stderr)
        shown = self.shown()
        self.assertEqual({row["runtime"] for row in shown["rows"]}, {"gil"})
        self.assertEqual(shown["base"], "gil")
        runtimes = {row["runtime"] for row in shown["micros"]}
        self.assertEqual(runtimes, {"gil", "cpython"})
        self.assertEqual(
            [row["name"] for row in shown["peer_ratios"]],
            [name for name in OURS if name != "micro/safepoint"],
        )
        for part in (
            r"ns per operation +threads +gil +cpython 3.11.2\n",
            r"\n +safepoint +1 +2.00 +-\n",
            r"\n +shared_dict_get +2 +- +20.0\n",
            r"\ntimes cpython 3.11.2 +threads +gil\n",
            r"\nlist_append +1 +1.00\n",
            r"\ngeometric mean of 3: alloc_free, list_append, dict +1.00\n",
            r"\ncall/list_append +1 +1.00\n",
            r"\ngeometric mean of 3: call/alloc_free, list_append, dict +1.00\n",
        ):
            self.assertRegex(found.stdout, part)

    def test_alone(self):
        found = self.measure("--runtime", "cpython")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertNotIn("times cpython", found.stdout)

    def test_the_time_reaches_the_program(self):
        self.measure("^micro/")
        raw = [line["raw"] for line in self.lines() if line["kind"] == "micro"]
        for name in raw:
            context = json.loads((self.run_folder() / name).read_text())["context"]
            self.assertRegex(context["argv"], r"--benchmark_min_time=0\.\d+")


if __name__ == "__main__":
    unittest.main()
