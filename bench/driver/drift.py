"""Whether the speed of a cell is steady: it goes neither up nor down over the blocks.

What drifts is in every arm of a block alike, so ratios and verdicts hold all the same; but a speed by
itself is then that of a moment, and the range of its blocks says how far it went.

The test is that of Mann and Kendall (rank_test.trend), over the blocks of each machine's run in their order,
two-sided; of all cells that are called unsteady at most 1 % are so by chance (Benjamini and Hochberg).
With fewer than six blocks of a run no order is rare enough: nothing is said.
"""

from collections import defaultdict
from math import factorial, prod

from . import rank_test, verdict

LEVEL = 0.01


def steady(cells):
    """Key -> True, False, or None where there are too few blocks."""
    found = {key: _p(each) for key, each in cells.items()}
    known = [p for p in found.values() if p is not None]
    limit = verdict.significant(known, LEVEL)
    return {key: None if p is None else p > limit for key, p in found.items()}


def _p(cell):
    series = _series(cell)
    if 2 / prod(factorial(len(each)) for each in series) > LEVEL:
        return None
    return rank_test.trend(series)


def _series(cell):
    """The speeds of each run it was measured in, in the order of blocks."""
    found = defaultdict(list)
    for line in sorted(cell.used, key=lambda line: line["block"]):
        run = line.get("origin", {}).get("run")
        found[run].append(line["ops_per_s"])
    return list(found.values())
