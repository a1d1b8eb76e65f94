"""Runs of as many blocks as a test wants, of two runtimes."""

import json

from laboratory import LaboratoryTest

BLOCKS = 7


class RunsTest(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.program("gil", speed=4e6)
        self.program("biased", speed=5e6)

    def run_blocks(self, label="one", blocks=BLOCKS):
        """A run as an earlier one would be if it had had so many blocks."""
        found = self.measure("--threads", "1,2", "--label", label)
        self.assertEqual(found.returncode, 0, found.stderr)
        (folder,) = (self.results / "runs").glob(f"*-{label}")
        path = folder / "trials.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        text = ""
        for block in range(blocks):
            for line in lines:
                line.pop("crc", None)
                copy = {**line, "key": f"{line['key']}/{block}", "block": block}
                text += json.dumps(copy) + "\n"
        path.write_text(text)
        return folder
