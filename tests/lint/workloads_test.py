"""docs/workloads.md names every workload, and gives for each of the suite headline the reason that its file has."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/workloads.md").read_text(encoding="utf-8")
FOLDER = ROOT / "bench/workloads"


def workloads():
    text = (FOLDER / "workloads.def").read_text(encoding="utf-8")
    return re.findall(r"^WORKLOAD\((\w+)\)", text, flags=re.MULTILINE)


def field(name, of):
    """A string of the definition of a workload, which may be in parts; None if it is not there."""
    text = (FOLDER / f"{of}.c").read_text(encoding="utf-8")
    found = re.search(rf"\.{name} =\s*((?:\"[^\"]*\"\s*)+),", text)
    return "".join(re.findall(r'"([^"]*)"', found.group(1))) if found else None


class Page(unittest.TestCase):
    def test_names_every_workload(self):
        missing = [name for name in workloads() if f"`{name}`" not in PAGE]
        self.assertFalse(missing, "docs/workloads.md does not name them")

    def test_reasons_are_those_of_the_code(self):
        found = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, flags=re.MULTILINE))
        there = {name: field("reason", name) for name in workloads()}
        self.assertEqual(found, {n: reason for n, reason in there.items() if reason})


if __name__ == "__main__":
    unittest.main()
