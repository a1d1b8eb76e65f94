#!/usr/bin/python3
"""The reader of tutorials does what blocks say, and stops where one is wrong."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from blocks import Broken, Reader, blocks


class Blocks(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name).resolve()
        self.reader = Reader(self.folder, dict(os.environ), 30)

    def do(self, markdown):
        for block in blocks(markdown):
            self.reader.do(block)

    def broken(self, markdown):
        with self.assertRaises(Broken) as caught:
            self.do(markdown)
        return str(caught.exception)

    def test_lines_and_words(self):
        found = blocks(
            "a\n\n```sh fails\nfalse\n```\n\n```\nshown\n```\n\n```text\nb\n```\n"
        )
        told = [(each.kind, each.words, each.text, each.line) for each in found]
        self.assertEqual(
            told, [("sh", ("fails",), "false\n", 3), ("text", (), "b\n", 11)]
        )

    def test_folder_is_kept_between_blocks(self):
        self.do("```sh\nmkdir a\ncd a\n```\n```sh\ntouch b\n```\n")
        self.assertTrue((self.folder / "a" / "b").exists())

    def test_a_command_that_fails(self):
        self.assertIn("seen: 1", self.broken("```sh\necho why\nfalse\ntrue\n```\n"))

    def test_a_command_that_should_fail(self):
        self.do("```sh fails\nfalse\n```\n")
        self.assertIn("seen: 0", self.broken("```sh fails\ntrue\n```\n"))

    def test_what_is_printed(self):
        run = "```sh\necho one; echo '2 [of] 3'; echo four >&2\n```\n"
        self.do(run + "```text\none\n2 [of] ...\nfour\n```\n")
        self.do(run + "```text once\nnothing of this\n```\n")
        self.assertIn("line: five", self.broken(run + "```text\nfive\n```\n"))
        self.broken(run + "```text\nfour\none\n```\n")

    def test_files_and_changes(self):
        self.do("```c a.h\n/* old\n */\none\n\ntwo\nthree\n```\n")
        self.do("```c a.h opening\n/* new */\n```\n")
        self.do("```diff\n--- a.h\n one\n\n-two\n+2\n+zwei\n@@\n-three\n```\n")
        text = (self.folder / "a.h").read_text()
        self.assertEqual(text, "/* new */\none\n\n2\nzwei\n")

    def test_a_change_of_what_is_not_there(self):
        self.do("```c a.h\none\none\n```\n")
        self.assertIn("seen 0 times", self.broken("```diff\n--- a.h\n-two\n```\n"))
        self.assertIn("seen 2 times", self.broken("```diff\n--- a.h\n-one\n```\n"))
        self.broken("```diff\n one\n```\n")
        self.broken("```c a.h opening\n/* there is none */\n```\n")

    def test_a_block_of_another_kind(self):
        self.broken("```python\npass\n```\n")


if __name__ == "__main__":
    unittest.main()
