"""What the README shows of a run: the numbers of its summary, as a table that Markdown takes for one."""

import json
import re
import unittest

from reports import SMALL, Made

from analysis import excerpt
from analysis.folder import Run


class Excerpt(Made):
    def excerpt(self, **shape):
        self.path = self.make(**{**SMALL, "blocks": 8, **shape})
        return excerpt.text(Run(self.path), "pictures")

    def test_a_row_for_each_runtime_and_number_of_threads_that_cores_hold(self):
        text = self.excerpt()
        summary = json.loads((self.path / "summary.json").read_text())
        rows = re.findall(r"^\| (gil|plain|biased)\S* \|", text, re.MULTILINE)
        wanted = {
            (row["threads"], row["runtime"])
            for row in summary["rows"]
            if not row["control"] and not row["oversubscribed"]
        }
        self.assertEqual(sorted(rows), sorted(name for _, name in wanted))
        heads = re.findall(r"^\|---(?:\|---:)*\|$", text, re.MULTILINE)
        self.assertEqual(len(heads), len({threads for threads, _ in wanted}))

    def test_speeds_are_those_of_the_comparison(self):
        text = self.excerpt()
        told = json.loads((self.path / "compare.json").read_text())["comparisons"]
        (mean,) = [
            mean
            for each in told
            if each["b"]["side"] == "biased"
            for mean in each["means"]
            if mean["threads"] == 1
        ]
        first = re.search(r"^\| biased \| (\S+) ([\d.]+)", text, re.MULTILINE)
        self.assertAlmostEqual(float(first[2]), mean["ratio"], delta=0.006)

    def test_figures_lie_where_it_is_told(self):
        text = self.excerpt()
        self.assertIn("](pictures/heat.svg)", text)
        self.assertEqual(text.count("!["), len(excerpt.FIGURES))

    def test_names_are_no_markup(self):
        text = self.excerpt(runtimes=("gil", "plain", "a|b_<i>"))
        self.assertIn(r"a\|b\_\<i>", text)


if __name__ == "__main__":
    unittest.main()
