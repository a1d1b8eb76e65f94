"""The figures that the pooled allocator is to reach, and whether it does.

A figure of several tests, such as the pairs of all sizes, is that of its worst test.  A target
against a peer holds for every release of it: one given as --peer mimalloc3=LIBRARY.so is judged as
mimalloc is, one given as snmalloc as snmalloc.  It is judged by the estimate; whether the interval
lies wholly on one side is told too.

Without enough to go by there is no judgement, it is unclear: a run that was interrupted, too few
blocks for an interval, some tests of a figure left out, or too many trials contaminated.
"""

import fnmatch
from dataclasses import dataclass

from . import signed_rank

MET, MISSED, UNCLEAR, NOT_MEASURED = "met", "missed", "unclear", "not measured"
VERDICTS = (MET, MISSED, UNCLEAR, NOT_MEASURED)
BLOCKS = 6  # fewer have no interval
_CONTAMINATED = 1 / 3  # of the lines, at most


@dataclass(frozen=True)
class Target:
    what: str
    tests: str  # the pattern of their names in tables
    limit: float
    against: str = None  # the peer; None: the figure itself counts
    figure: str = "ns"
    least: bool = False  # at least the limit, not at most

    def reached(self, value):
        return value >= self.limit if self.least else value <= self.limit

    def worst(self, found):
        """The one of (test, Estimate) that is furthest from the limit."""
        pick = min if self.least else max
        return pick(found, key=lambda each: each[1].middle)


def _against(peers, what, tests, limit):
    return [Target(what, tests, limit, peer) for peer in peers]


_GENERAL = ("mimalloc", "jemalloc")  # the best of those that distributions have

TARGETS = [
    *_against(_GENERAL, "pair, inlined", "pair/*", 0.40),
    Target("pair, inlined", "pair/*", 2.0, "freelist"),
    *_against(_GENERAL, "pair, called", "call/pair/*", 1.0),
    *_against(_GENERAL, "64 at a time, last in first out", "lifo/64x48", 0.55),
    *_against(_GENERAL, "10 k live, freed at random", "random/10k_48", 0.70),
    *_against(_GENERAL, "steady state, 10 k live", "steady/10k_mixed", 0.85),
    Target("steady state, 10 k live", "steady/10k_mixed", 0.45, "obmalloc"),
    *_against(_GENERAL, "steady state, 100 k live", "steady/100k_mixed", 0.90),
    Target(
        "gain of two threads, of the control's",
        "threads2/*",
        0.9,
        figure="gain",
        least=True,
    ),
    *_against(_GENERAL, "one allocates, one frees", "handoff/*", 0.70),
    Target("one allocates, one frees", "handoff/*", 1.25, "snmalloc"),
    Target("memory for 1 M x 56 B", "memory/live_1M_56", 1.16, figure="share"),
    Target("resident after freeing all", "memory/after_free_all", 0.05, figure="share"),
    Target(
        "after freeing 99 % and trim",
        "memory/after_free_99_trim",
        0.50,
        figure="share",
    ),
    Target("enumerate, 90 % live, ns", "enumerate/live_90", 8.0),
    Target("enumerate, 50 % live, ns", "enumerate/live_50", 15.0),
]


class Judge:
    """Holds a run's figures against the targets."""

    def __init__(self, manifest, lines, ratios, ours):
        """`ours` is subject -> our Cell."""
        self.allocators = manifest["allocators"]
        self.asked = {
            each["prefix"] + test["name"]: None
            for test in manifest["tests"]
            for each in self.allocators
        }
        self.subjects = manifest.get("subjects", self.asked)  # of ours, run or not
        self.left_out = manifest.get("left_out", [])
        self.whole = manifest.get("outcome", "unfinished") == "complete"
        self.lines, self.ratios, self.ours = lines, ratios, ours

    def rows(self):
        """One row for each target and peer that tests of this run belong to."""
        found = []
        for target in TARGETS:
            if fnmatch.filter(self.asked, target.tests):
                found += self._rows(target)
        return found

    def _rows(self, target):
        if target.against is None:
            return [self._row(target, None, list(self._own(target)), None)]
        peers = [
            each for each in self.allocators if each["name"].startswith(target.against)
        ]
        if not peers:
            return [self._row(target, target.against, [], self._missing(target))]
        return [self._compared(target, each) for each in peers]

    def _missing(self, target):
        """Why nothing of the peer's name, whatever its version, is in the run."""
        if any(name.startswith(target.against) for name in self.left_out):
            return "left out by --allocator"
        return f"--peer {target.against}=LIBRARY"

    def _own(self, target):
        """(test, Estimate) of our figures."""
        for subject, cell in self.ours.items():
            found = signed_rank.estimate(cell.figures(target.figure).values())
            if found and fnmatch.fnmatchcase(subject, target.tests):
                yield subject, found

    def _compared(self, target, peer):
        """The row of our ratios to a peer."""
        matching = [
            row
            for row in self.ratios
            if row["peer"] == peer["name"]
            and fnmatch.fnmatchcase(row["test"], target.tests)
        ]
        names = ("ratio", "low", "high", "bounds", "blocks")
        estimates = [
            (row["test"], signed_rank.Estimate(*(row[name] for name in names)))
            for row in matching
            if row["ratio"] is not None
        ]
        reasons = [row["reason"] for row in matching if row["reason"]]
        absent = peer["absent"] or (reasons[0] if reasons else None)
        return self._row(target, peer["name"], estimates, absent)

    def _row(self, target, peer, estimates, absent):
        row = {
            "what": target.what,
            "peer": peer,
            "figure": "ratio" if peer else target.figure,
            "limit": target.limit,
            "least": target.least,
        }
        if not estimates:
            return {**row, **_unknown(absent or self._unmeasured())}
        test, worst = target.worst(estimates)
        return {
            **row,
            "test": test,
            "tests": len(estimates),
            "measured": worst.middle,
            "low": worst.low,
            "high": worst.high,
            "bounds": worst.bounds,
            **_verdict(target, worst, self._doubts(target, estimates)),
        }

    def _unmeasured(self):
        return "no trial was ok" if self.whole else "the run ended before it"

    def _doubts(self, target, estimates):
        """Why the figure is not enough to go by."""
        blocks = min(found.count for _, found in estimates)
        family = len(fnmatch.filter(self.subjects, target.tests))
        if not self.whole:
            yield "interrupted"
        if blocks < BLOCKS:
            yield f"{blocks} block{'s' * (blocks != 1)}"
        if len(estimates) < family:
            yield f"{len(estimates)} of {family} tests"
        subjects = {test for test, _ in estimates}
        own = [each for each in self.lines if each["parameters"]["subject"] in subjects]
        doubt = _contaminated("run", self.lines) or _contaminated("test", own)
        if doubt:
            yield doubt


def _contaminated(whose, lines):
    count = sum(bool(line["contaminated"]) for line in lines)
    if count <= _CONTAMINATED * len(lines):
        return None
    return f"{count} of {len(lines)} trials of the {whose} contaminated"


def _verdict(target, worst, doubts):
    if reason := ", ".join(doubts):
        return {"met": None, "clear": None, "verdict": UNCLEAR, "reason": reason}
    met = target.reached(worst.middle)
    sides = {target.reached(value) for value in (worst.low, worst.high)}
    return {
        "met": met,
        "clear": len(sides) == 1,
        "verdict": MET if met else MISSED,
        "reason": None,
    }


def _unknown(reason):
    names = ("test", "measured", "low", "high", "bounds", "met", "clear")
    told = {"tests": 0, "verdict": NOT_MEASURED, "reason": reason}
    return {**dict.fromkeys(names), **told}
