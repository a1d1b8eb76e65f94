#!/usr/bin/python3
"""A seeded fault counts as found only if a tool ends badly and says why; the list and the code name the same faults."""

import dataclasses
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fault"))
sys.dont_write_bytecode = True

import catalogue
import table
import tools
import trial

FAULT = catalogue.Fault("leak_item", "gil", "case x", "what", ("runtimes/x.c",))


SEEDED = '[ "$REFBENCH_FAULT" = leak_item ] || exit 0; '


def tried(*shells, budget=60, always=False, limit=20, rounds=1, **options):
    """What comes of a tool whose steps are these shell commands, which need the fault to fail."""
    when = "" if always else SEEDED
    steps = [
        tools.Step(f"step {i}", ["sh", "-c", when + shell], limit, **options)
        for i, shell in enumerate(shells)
    ]
    return trial.try_tool(FAULT, "case", steps, budget, rounds)


def lives(number):
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(") ")[2][0] != "Z"


class Trials(unittest.TestCase):
    def assert_found(self, found, words, told=True):
        self.assertEqual((True, told, words), (found.found, found.told, found.words))

    def test_a_word_is_found(self):
        self.assert_found(tried("echo leaked 3 objects; exit 1"), "leaked 3 objects")

    def test_an_abort_with_a_word_is_found(self):
        found = tried("echo a.c:3: CHECK: no >&2; kill -ABRT $$")
        self.assert_found(found, "a.c:3: CHECK: no")

    def test_an_expectation_comes_before_a_summary(self):
        found = tried("echo SUMMARY: x; echo expected: 1, seen: 2; exit 4")
        self.assert_found(found, "expected: 1, seen: 2")

    def test_the_error_of_a_verdict_is_found(self):
        self.assert_found(tried('echo \'{"error": "lost"}\'; exit 4'), "lost")

    def test_a_crash_is_tried_again(self):
        with tempfile.TemporaryDirectory() as folder:
            once = f"test -e {folder}/x || {{ touch {folder}/x; kill -SEGV $$; }}"
            self.assert_found(tried(f"{once}; echo leaked 3; exit 1"), "leaked 3")

    def test_a_crash_alone_is_no_word(self):
        self.assert_found(tried("kill -SEGV $$"), "killed by SIGSEGV", told=False)
        self.assert_found(tried("kill -SEGV $$", may_crash=True), "killed by SIGSEGV")

    def test_a_silent_failure_is_no_word(self):
        self.assert_found(tried("exit 1"), "ended with 1", told=False)

    def test_a_hang_is_an_answer_only_of_who_may_hang(self):
        words = "it had not ended after 1 s and was killed"
        unfound = tried("sleep 60", limit=1)
        self.assertEqual(
            (False, False, 1), (unfound.found, unfound.told, unfound.tried)
        )
        self.assertEqual(words, unfound.words)
        self.assert_found(tried("sleep 60", limit=1, may_hang=True), words)

    def test_what_hangs_without_a_fault_finds_none(self):
        hung = tried("sleep 60", limit=1, may_hang=True, always=True)
        self.assertFalse(hung.found)

    def test_nothing_is_left_of_a_step(self):
        with tempfile.TemporaryDirectory() as folder:
            left = f"sleep 60 & echo $! >{folder}/x"
            tried(left)
            number = int(Path(folder, "x").read_text(encoding="utf-8"))
        end = time.monotonic() + 20
        while lives(number) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertFalse(lives(number))

    def test_success_is_not_found(self):
        found = tried("echo leaked 3", "exit 77")
        self.assertEqual((False, 2), (found.found, found.tried))

    def test_what_fails_without_a_fault_finds_none(self):
        words = "echo leaked 3; exit 1"
        self.assertFalse(tried(words, always=True).found)
        self.assertTrue(tried(words).found)

    def test_a_refusal_is_no_trial(self):
        found = tried("echo no such case; exit 2", refusals=(2,))
        self.assertEqual((False, 0, 1), (found.found, found.tried, found.refused))
        self.assertEqual("no such case", found.words)

    def test_what_does_not_compile_is_told(self):
        said = "a.c:3:5: error: no x; echo cc1: bad"
        found = tried(f"echo {said}; exit 1", refusals=(1,))
        self.assertEqual("it does not compile: a.c:3:5: error: no x", found.words)

    def test_a_tool_is_tried_in_rounds(self):
        with tempfile.TemporaryDirectory() as folder:
            third = f"echo >>{folder}/x; [ $(wc -l <{folder}/x) = 3 ] || exit 0; "
            third += "echo leaked 3; exit 1"
            found = tried(third, rounds=5)
        self.assert_found(found, "leaked 3")
        self.assertEqual((3, 1), (found.tried, found.steps))
        self.assertEqual(1, tried("true", rounds=5, settled=True).tried)

    def test_the_step_that_finds_it_is_the_last(self):
        found = tried("true", "echo leaked 1; exit 1", "touch /nowhere/at/all")
        self.assertEqual(("step 1", 2, 3), (found.label, found.tried, found.steps))

    def test_nothing_begins_after_the_budget(self):
        self.assertEqual(1, tried("true", "true", budget=0, rounds=2).tried)


class Catalogue(unittest.TestCase):
    def test_the_list_and_the_code_agree(self):
        faults = catalogue.faults()
        self.assertGreaterEqual(len(faults), 20)
        self.assertEqual(len(faults), len({each.name for each in faults}))

    def test_each_has_a_tool_of_ours(self):
        for fault in catalogue.faults():
            self.assertIn(fault.tool.split()[0], tools.TOOLS, fault.name)

    def test_what_a_file_includes_is_reached(self):
        self.assertIn("runtimes/rc/rc.h", catalogue.reached_by(["runtimes/thread.c"]))


class Table(unittest.TestCase):
    def table(self, *found):
        """Of trials of different tools."""
        trials = [
            {**each.facts(), "tool": tool, "revision": "x"} for tool, each in found
        ]
        other = dataclasses.replace(FAULT, name="end_immortals")
        return table.markdown([FAULT, other], trials, "hand", ["debug"])

    def test_a_row_has_what_was_found_and_what_was_not(self):
        word = tried("echo leaked 3 after 12 schedules; exit 1")
        text = self.table(("case", word), ("stress", tried("true")))
        row = r"\| `leak_item` \| gil \| [\d.]+ s: step 0 \(12 schedules\) \| - \|"
        self.assertRegex(text, row)
        self.assertIn("| what | case: step 0 | leaked 3 after", text)
        self.assertIn("2 faults (`alloc/base/faults.def`), 1 found", text)

    def test_what_was_not_tried_is_told(self):
        found = tried("echo no; exit 2", refusals=(2,))
        text = self.table(("case", tried("true")), ("unit", tried()), ("fuzz", found))
        self.assertIn("| `leak_item` | gil | - | refused |", text)
        self.assertIn("| `end_immortals` | gil | ? | ? |", text)
        self.assertIn("builds: debug;", text)
        self.assertRegex(text, "not tried on any fault: contract; stress; .*fuzz, tsan")
        self.assertIn("Tools without a step for any: unit.", text)
        self.assertIn("| `leak_item` | fuzz | no |", text)

    def test_a_crash_alone_does_not_count(self):
        text = self.table(("case", tried("kill -SEGV $$")))
        self.assertRegex(text, r"\| [\d.]+ s: step 0, no word \|")
        self.assertIn("0 found", text)
        self.assertIn("| what | **nothing** |  |", text)


if __name__ == "__main__":
    sys.exit(unittest.main())
