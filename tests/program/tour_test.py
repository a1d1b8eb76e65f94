#!/usr/bin/python3
"""The tour that a runtime program gives: all of it, and evidence that agrees with itself.

What the program checks by itself is believed only as far as the evidence, looked at here, bears it
out: references are counted in the pictures, headers put together from their fields, addresses from
their parts.

usage: tour_test.py PROGRAM [unittest argument]...
"""

import os
import re
import sys
import unittest
from pathlib import Path

import program_test
from program_test import DONE, REFUSED, read_strictly, run

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from driver import tour_command, tour_page  # found there only now

COLUMNS, ROWS = 100, 50


def stated():
    """(name, what is stated), in order."""
    text = (ROOT / "bench" / "tour" / "statements.def").read_text(encoding="utf-8")
    return re.findall(r'^STATEMENT\((\w+), "(.*)"\)$', text, flags=re.MULTILINE)


class Tour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = run("--tour")
        if not program_test.capabilities()["frees"]:
            raise unittest.SkipTest("it is refused: nothing is freed")
        cls.tour = read_strictly(cls.result.stdout)
        found = cls.tour["statements"]
        cls.evidence = {each["name"]: each["evidence"] for each in found}

    def test_every_statement_is_shown_and_every_check_holds(self):
        self.assertEqual(self.tour["schema"], "refbench.tour/1")
        found = self.tour["statements"]
        self.assertEqual([(each["name"], each["states"]) for each in found], stated())
        self.assertEqual(
            [each["number"] for each in found], list(range(1, 1 + len(found)))
        )
        for each in found:
            self.assertGreaterEqual(len(each["checks"]), 2, each["name"])
            for check in each["checks"]:
                self.assertTrue(check["ok"], f"{each['name']}: {check}")
        self.assertEqual(self.result.returncode, DONE, self.result.stderr)

    def scenes(self):
        evidence = self.evidence
        return [
            *evidence["names"]["scenes"],
            *evidence["values"]["mutable"],
            *evidence["values"]["immutable"],
            *evidence["cycles"]["scenes"],
        ]

    def test_references_are_those_in_the_picture(self):
        for scene in self.scenes():
            arrows = [each["holds"] for each in scene["names"]]
            arrows += [held for each in scene["objects"] for held in each["holds"]]
            for each in scene["objects"]:
                seen = arrows.count(each["address"])
                self.assertEqual(each["references"], seen, f"{scene['code']}: {each}")

    def test_names_hold_objects_of_the_picture(self):
        for scene in self.scenes():
            there = {each["address"] for each in scene["objects"]}
            for each in scene["names"]:
                self.assertIn(each["holds"], there, scene["code"])

    def headers(self):
        """Of strategies that name their fields."""
        if not self.evidence["threads"]["immortal"]["fields"]:
            self.skipTest("the strategy names no fields of its header")
        yield self.evidence["threads"]["immortal"]
        for events in (
            self.evidence["counting"]["events"],
            self.evidence["threads"]["moments"],
            self.evidence["layout"]["objects"],
        ):
            yield from (each["header"] for each in events)

    def test_fields_make_up_the_header(self):
        for header in self.headers():
            whole, bit = 0, 0
            for field in header["fields"]:
                mask = (1 << field["bits"]) - 1
                whole |= (field["value"] & mask) << bit
                bit += field["bits"]
            data = bytes.fromhex(header["bytes"])
            self.assertEqual(bit, 8 * len(data), header)
            self.assertEqual(whole, int.from_bytes(data, "little"), header)

    def test_words_are_the_header_and_the_type(self):
        layout = self.evidence["layout"]
        types = {each["type"]: each for each in layout["objects"]}
        self.assertEqual(len(types), 4)
        for each in layout["objects"]:
            count = layout["header_bytes"] // 8
            words = [int(word["word"], 16) for word in each["words"]]
            data = b"".join(word.to_bytes(8, "little") for word in words[:count])
            self.assertEqual(data.hex(), each["header"]["bytes"])
        addresses = {each["words"][count]["word"] for each in layout["objects"]}
        self.assertEqual(len(addresses), 4, "four types have four addresses")

    def test_an_address_is_arena_pool_and_block(self):
        memory = self.evidence["memory"]
        place = memory["place"]
        address, arena = int(memory["address"], 16), int(place["arena"], 16)
        self.assertEqual(arena % memory["arena_bytes"], 0)
        self.assertEqual((address - arena) // memory["pool_bytes"], place["pool"])
        begin = int(place["blocks_begin"], 16)
        self.assertEqual(begin + place["block"] * place["block_bytes"], address)
        self.assertEqual(memory["arena_map"][place["pool"]], "c")
        self.assertEqual(memory["pool_map"][place["block"]], "#")
        freed = memory["pool_map_freed"]
        changed = [i for i, each in enumerate(memory["pool_map"]) if each != freed[i]]
        self.assertEqual(changed, [place["block"]])

    def test_it_fits_on_a_screen(self):
        for statement in self.tour["statements"]:
            page = tour_command.page([self.tour], statement)
            self.assertLessEqual(len(page), ROWS, statement["name"])
            for line in page:
                self.assertLessEqual(len(line), COLUMNS, line)
            self.assertEqual(len(page[0]), tour_page.COLUMNS)

    def test_what_is_drawn_was_seen(self):
        seen = {
            "names": [each["address"] for each in self.scenes()[1]["objects"]],
            "memory": [self.evidence["memory"]["address"]],
            "cycles": [self.evidence["cycles"]["scenes"][0]["names"][0]["holds"]],
        }
        for statement in self.tour["statements"]:
            drawn = "\n".join(tour_command.page([self.tour], statement))
            for address in seen.get(statement["name"], []):
                self.assertIn(address, drawn)

    def test_a_changed_collector_is_refused(self):
        for flag in ("--thresholds=1,1,1", "--collector=off", "--gc-policy=bytes"):
            result = run("--tour", flag)
            self.assertEqual(result.returncode, REFUSED, result)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertIn("--tour", result.stderr)


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
