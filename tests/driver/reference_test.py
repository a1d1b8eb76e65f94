"""results/reference: the README shows what the run says that is kept there, and its report and figures are whole."""

import re
import tarfile
import tempfile
import unittest
from pathlib import Path

from drawings import ROOT
from analysis import excerpt, report
from analysis.figures import FIGURES
from analysis.folder import Run

HERE = ROOT / "results" / "reference"
_SHOWN = re.compile(
    r"<!-- the reference: results/reference/make writes it -->\n(.*?)<!-- end of the reference -->",
    re.DOTALL,
)
_MEND = "results/reference/make --of RUN, of run.tar.xz unpacked, writes it anew"


@unittest.skipUnless((HERE / "run.tar.xz").exists(), "no reference is kept here")
class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        with tarfile.open(HERE / "run.tar.xz") as kept:
            kept.extractall(held.name)
        (cls.path,) = Path(held.name).iterdir()

    def test_the_readme_shows_what_it_says(self):
        (shown,) = _SHOWN.findall((ROOT / "README.md").read_text())
        text = excerpt.text(Run(self.path), "results/reference/figures")
        self.assertEqual(shown, text + "\n", _MEND)

    def test_its_report_is_whole(self):
        text = (HERE / "report.html").read_text()
        self.assertLessEqual(len(text.encode()), report.MOST)
        self.assertIn(f"<title>refbench report: {Run(self.path).title}</title>", text)

    def test_its_figures_are_there(self):
        wanted = {
            f"{each.name}.{kind}" for each in FIGURES for kind in ("svg", "pdf", "csv")
        }
        self.assertEqual({each.name for each in (HERE / "figures").iterdir()}, wanted)


if __name__ == "__main__":
    unittest.main()
