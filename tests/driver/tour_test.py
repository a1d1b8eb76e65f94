#!/usr/bin/python3
"""refbench tour: whose tour is shown, what of it, how it is drawn, and what comes of checks that fail."""

import copy
import json
import shlex
import unittest

from laboratory import LaboratoryTest, facts

from driver import cli, tour_canvas, tour_scene, tour_text  # found there only now
from driver.tour_canvas import Canvas

_PROGRAM = """#!/bin/sh
cd '{folder}' || exit 2
case $1 in
--describe) exec cat describe ;;
--tour) cat tour; echo 'it went wrong' >&2; exit {status} ;;
esac
"""


def check(what, expected, seen):
    return {
        "what": what,
        "expected": str(expected),
        "seen": str(seen),
        "ok": expected == seen,
    }


def tour(name, ended=3, **more):
    """Two statements, the first with things of which `ended` end with the first list, 3 as is right."""
    ends = [
        {"code": "del first", "ended": ended, "living": 10 - ended},
        {"code": "del second", "ended": 10 - ended, "living": 0},
    ]
    kinds = [{"type": "Small", "block_bytes": 32, "made": 8192, "bytes": 262144}]
    bytes_ = {
        "policies": ["counts", "bytes"],
        "budgets": [262144, 524288, 10485760],
        "list_of_3": 80,
        "kinds": kinds,
    }
    return {
        "schema": "refbench.tour/1",
        "runtime": name,
        "statements": [
            {
                "number": 1,
                "name": "ownership",
                "states": "Counting frees everything once",
                "evidence": {"things": 10, "ends": ends, **more},
                "checks": [check("ended by del first", 3, ended)],
            },
            {
                "number": 2,
                "name": "bytes",
                "states": "Another policy collects by bytes",
                "evidence": bytes_,
                "checks": [check("instances that make 256 KiB", 8192, 8192)],
            },
        ],
    }


class TourTest(LaboratoryTest):
    def guide(self, name, shown=None, status=0, **about):
        """A program that gives this tour."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "describe").write_text(json.dumps(facts(name, **about)))
        text = shown if isinstance(shown, str) else json.dumps(shown or tour(name))
        (folder / "tour").write_text(text)
        path = self.programs / f"refbench-{name}"
        path.write_text(_PROGRAM.format(folder=folder, status=status))
        path.chmod(0o755)

    def show(self, *words):
        return self.refbench("tour", *words, "--programs", self.programs)


class Choice(TourTest):
    def test_gil_is_shown_and_every_program_checked(self):
        for name in ("atomic", "gil", "biased"):
            self.guide(name)
        found = self.show()
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertRegex(found.stdout, "══ 1  Counting frees everything once ═+ gil ══")
        self.assertRegex(found.stdout, "\n══ 2  Another policy .*═ gil ══\n")
        for name in ("gil", "atomic", "biased"):
            self.assertIn(f"\n{name}: 2 of 2 checks hold\n", found.stdout)

    def test_the_first_runtime_that_is_named_is_shown(self):
        for name in ("gil", "atomic", "biased"):
            self.guide(name)
        found = self.show("--runtime", "biased,gil")
        self.assertRegex(found.stdout, "═ biased ══\n")
        self.assertNotIn("atomic", found.stdout)

    def test_statements_by_number_and_by_name(self):
        self.guide("gil")
        for words in (["2"], ["bytes"], ["bytes", "2"]):
            found = self.show(*words)
            self.assertEqual(found.stdout.count("══\n"), 1, words)
            self.assertIn("══ 2  Another policy", found.stdout)

    def test_unknown_ones_are_named(self):
        self.guide("gil")
        self.assert_one_line(self.show("9"), 3, "no statement 9", "ownership, bytes")
        self.assert_one_line(self.show("--runtime", "lock"), 2, "no runtime lock")

    def test_a_peer_has_no_tour(self):
        self.guide("gil")
        self.guide("cpython", peer=True)
        self.assert_one_line(self.show("--runtime", "cpython"), 3, "a peer", "gil")
        self.assertNotIn("cpython:", self.show().stdout)

    def test_the_counting_program_adds_what_it_counted(self):
        self.guide("gil")
        tally = {"allocations": 10, "increments": 30, "decrements": 40}
        self.guide("tally", tour("gil", tally=tally))
        found = self.show()
        self.assertIn("30 times + 1 and 40 times - 1", found.stdout)
        self.assertIn("7.0 such operations for each of 10 objects", found.stdout)
        self.assertIn("tally: 2 of 2 checks hold", found.stdout)

    def test_json(self):
        self.guide("gil")
        self.guide("biased")
        found = self.show("2", "--json")
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        told = json.loads(found.stdout)
        self.assertEqual((told["schema"], told["runtime"]), ("refbench.tour/1", "gil"))
        self.assertEqual([each["name"] for each in told["statements"]], ["bytes"])
        (other,) = told["others"]
        self.assertEqual((other["runtime"], len(other["statements"])), ("biased", 2))


class Failure(TourTest):
    def test_a_check_that_fails_is_shown_and_ends_with_4(self):
        self.guide("gil", tour("gil", ended=4), status=4)
        found = self.show()
        self.assertEqual(found.returncode, 4)
        page = "✗ ended by del first\n    expected: 3\n    seen:     4\n"
        self.assertIn(page, found.stdout)
        self.assertIn("gil: 1 of 2 checks hold\n", found.stdout)

    def test_so_does_one_of_a_program_that_is_not_shown(self):
        self.guide("gil")
        self.guide("biased", tour("biased", ended=4), status=4)
        for words in ([], ["2"], ["--json"]):
            self.assertEqual(self.show(*words).returncode, 4, words)
        line = (
            "biased: 1 of 2 checks hold\n  ✗ 1 ended by del first: expected 3, seen 4"
        )
        self.assertIn(line, self.show().stdout)

    def test_a_program_that_breaks_off(self):
        self.guide("gil", status=2)
        self.assert_one_line(self.show(), 4, "--tour ended with 2: it went wrong")

    def test_a_program_that_says_something_else(self):
        self.guide("gil", "no JSON")
        self.assert_one_line(self.show(), 2, "printed no refbench.tour/1")

    def test_a_tour_without_its_parts(self):
        half = tour("gil")
        del half["statements"]
        self.guide("gil", half)
        self.assert_one_line(self.show(), 4, "leaves out statements")

    def test_a_statement_that_nobody_can_draw_is_told_all_the_same(self):
        newer = copy.deepcopy(tour("gil"))
        newer["statements"][1]["name"] = "moving"
        self.guide("gil", newer)
        found = self.show("moving")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("✓ instances that make 256 KiB: 8192", found.stdout)


class Drawing(unittest.TestCase):
    def test_lines_of_one_net_join_and_others_cross(self):
        canvas = Canvas()
        canvas.line("a", (0, 0), (2, 0), (2, 2), (4, 2))
        canvas.line("a", (2, 2), (2, 3))
        canvas.line("b", (0, 1), (4, 1))
        self.assertEqual(canvas.rows(), ["──┐", "──│──", "  ├──", "  │"])

    def test_a_box_has_a_title(self):
        canvas = Canvas()
        canvas.box(1, 0, 9, 3, "gil")
        self.assertEqual(canvas.rows(), [" ┌─ gil ─┐", " │       │", " └───────┘"])

    def test_arrows_lead_from_names_to_their_objects(self):
        first, second = "0x7f0000000010", "0x7f0000000040"
        objects = [
            {"address": each, "type": "int", "value": each[-2:], "holds": []}
            | {"references": 1}
            for each in (first, second)
        ]
        names = [
            {"name": "a", "cell": "0x1", "holds": first},
            {"name": "b", "cell": "0x2", "holds": second},
        ]
        scene = {"code": "a, b = 10, 40", "names": names, "objects": objects}
        drawn = tour_scene.draw(scene).rows()
        self.assertEqual(drawn[0], ">>> a, b = 10, 40")
        self.assertIn(f"│ a {first} │─────▶│ int 10 ", drawn[4])
        self.assertIn(f"│ b {second} │─┐", drawn[6])
        self.assertIn("└───▶│ int 40 ", drawn[8])

    def test_a_terminal_without_such_characters(self):
        shown = "┌─├┤┬┴┼╞═╡│└┘┐▶◀▲●█░·…✓✗"
        self.assertTrue(tour_canvas.plain(shown).isascii())

    def test_a_bar_shows_that_there_is_something(self):
        self.assertEqual(tour_canvas.bar(1, 1000, 10), "█")
        self.assertEqual(tour_canvas.bar(0, 1000, 10), "")
        self.assertEqual(tour_canvas.bar(1000, 1000, 10), "█" * 10)


class Texts(unittest.TestCase):
    def test_the_commands_that_measure_are_commands(self):
        found = [each for text in tour_text.TEXTS.values() for each in text.measure]
        self.assertTrue(found)
        for command, _ in found:
            program, *words = shlex.split(command)
            if program == "bench/refbench":
                cli.parser().parse_args(words)
            else:
                self.assertEqual(program, "build/release/bin/refbench-gil")


if __name__ == "__main__":
    unittest.main()
