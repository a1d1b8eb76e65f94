"""Comparisons with the base, by what they compare: what compare.json says, found by a subject.

A verdict is the driver's.  Nothing here judges: where there is no row there is no verdict.
"""

from . import subject

FASTER, SLOWER, SAME, UNCLEAR = "faster", "slower", "same", "unclear"
SIGNS = {
    FASTER: "\N{BLACK UP-POINTING TRIANGLE}",
    SLOWER: "\N{BLACK DOWN-POINTING TRIANGLE}",
    SAME: "=",
    UNCLEAR: "?",
}


def side(told):
    """The runtime that a side of a comparison names: gil of gil/2@run."""
    text = told["side"] if isinstance(told, dict) else told
    return text.partition("@")[0].partition("/")[0]


class Verdicts:
    def __init__(self, comparisons):
        """`comparisons`: compare.json, or None."""
        self.known = bool(comparisons and comparisons.get("comparisons"))
        self.rows, self._means = {}, {}
        for each in (comparisons or {}).get("comparisons", []):
            self._take(each)

    def _take(self, comparison):
        runtime = side(comparison["b"])
        for row in [*comparison["rows"], *comparison.get("means", [])]:
            if row["workload"] == subject.MEAN:
                self._means[runtime, row["threads"]] = row
            else:
                self.rows[subject.of(row, runtime)] = row

    def row(self, of):
        return self.rows.get(of)

    def mean(self, runtime, threads=None):
        """Over the workloads with so many threads; over all of all numbers without."""
        return self._means.get((runtime, threads))

    def of_threads(self, threads):
        """(subject, row) of all with so many threads."""
        return [item for item in self.rows.items() if item[0].threads == threads]

    def undecided(self):
        return [item for item in self.rows.items() if item[1]["verdict"] == UNCLEAR]
