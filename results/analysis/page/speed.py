"""Sentences about speed, for one number of threads: who wins where, by how much, and how sure.

Every comparison is with the base, so of two runtimes that are both faster than it none is called the
winner unless their intervals lie apart; where they overlap the sentence names both.

Invariant: "faster", "slower" and "the same" stand only where a verdict says so.
"""

from collections import defaultdict

from . import words
from .sentence import Number, Paragraph, Sentence, joined
from .verdicts import FASTER, SAME, SLOWER, UNCLEAR

_LEAST_BLOCKS = 6  # of a verdict: the driver's
_NAMED = 8  # workloads of one sentence


class Speed:
    """What the comparisons with one number of threads say."""

    def __init__(self, facts, threads):
        self.facts, self.threads = facts, threads
        self.base = facts.base
        self.found = [
            (of, row)
            for of, row in facts.verdicts.of_threads(threads)
            if of.of(self.base) not in facts.controls
        ]
        there = dict.fromkeys(of.runtime for of, _ in self.found)
        self.racing = [n for n in there if n not in facts.floors] or list(there)

    def paragraph(self):
        title = f"Speed with {words.threads(self.threads)}"
        over = self.threads in self.facts.oversubscribed
        if over:
            title += f", oversubscribed: more than the {self.facts.cores} cores"
        if any(row["low"] is not None for _, row in self.found):
            said, more = self._decided(), self._each(self._counts)
        else:
            said, more = self._undecided(), self._each(self._extremes)
        return Paragraph(title, said, self.threads, more)

    # --- with verdicts

    def _decided(self):
        return [*self._means(), *self._floors(), *self._leaders()]

    def _floors(self):
        """Who is measured to be compared with, and does not do what the others do."""
        there = [n for n in self.facts.floors if self._subjects(n)]
        if not there or not self.racing:
            return []
        be = "are floors" if len(there) > 1 else "is a floor"
        names = words.listed(map(self.facts.name, there))
        return [Sentence(f"{names} {be} to compare with, and no winner below.")]

    def _means(self):
        """Over all workloads: a sentence for each verdict."""
        found = defaultdict(list)
        for runtime in self.facts.others:
            row = self.facts.verdicts.mean(runtime, self.threads)
            if row and row["ratio"] is not None:
                found[row["verdict"]].append((runtime, row))
        whole = "Over all workloads together (geometric mean) "
        said = []
        for verdict, text in (
            (FASTER, f"faster than {self.base}"),
            (SAME, f"the same as {self.base}, within {self.facts.margin}"),
            (SLOWER, f"slower than {self.base}"),
        ):
            if found[verdict]:
                be = " are " if len(found[verdict]) > 1 else " is "
                said.append(
                    Sentence(whole, self._ranked(found[verdict]), be, text, ".")
                )
        if found[UNCLEAR]:
            who = self._ranked(found[UNCLEAR])
            said.append(Sentence(whole, "it is unclear for ", who, "."))
        return said

    def _ranked(self, rows):
        ordered = sorted(rows, key=lambda item: -item[1]["ratio"])
        return joined([self._mean(*item) for item in ordered])

    def _mean(self, runtime, row):
        subjects = tuple(
            each for of in self._subjects(runtime) for each in (of, of.of(self.base))
        )
        text = f"{_ratio(row)}"
        return [self.facts.name(runtime), " (", Number(text, subjects), ")"]

    def _subjects(self, runtime):
        return [of for of, _ in self.found if of.runtime == runtime]

    def _leaders(self):
        """Of each workload who is fastest, as far as that is known."""
        groups = defaultdict(list)
        for of, row in self.found:
            if of.runtime in self.racing:
                groups[of.task].append((of, row))
        leads, base_leads, none_shown = defaultdict(list), [], []
        for task, items in groups.items():
            faster = [item for item in items if item[1]["verdict"] == FASTER]
            if faster:
                leader = max(faster, key=lambda item: item[1]["ratio"])
                leads[leader[0].runtime].append((leader, _level(leader, faster)))
            elif all(item[1]["verdict"] == SLOWER for item in items):
                base_leads.append(task)
            else:
                none_shown.append((task, items))
        return [
            *(self._lead(*item) for item in leads.items()),
            *self._base_leads(base_leads),
            *self._none_shown(none_shown),
        ]

    def _lead(self, runtime, wins):
        wins.sort(key=lambda win: -win[0][1]["ratio"])
        shown = [self._win(*win) for win in wins[:_NAMED]]
        rest = len(wins) - len(shown)
        more = [f"{words.plural(rest, 'more workload')}"] if rest else []
        who = self.facts.name(runtime)
        if len(self.racing) == 1:
            start = f"{who} is faster than {self.base} on "
        else:
            start = f"{who} leads those that are faster than {self.base} on "
        return Sentence(start, joined([*shown, *more]), ".")

    def _win(self, leader, level):
        of, row = leader
        parts = [
            f"{of.task} (",
            Number(f"{_ratio(row)} times its speed", self._both(of)),
        ]
        if level:
            names = words.listed(self.facts.name(each.runtime) for each in level)
            parts.append(f", not told apart from {names}")
        return [*parts, ")"]

    def _both(self, of):
        return (of, of.of(self.base))

    def _base_leads(self, tasks):
        if not tasks:
            return []
        others = self.racing
        whom = "all others" if len(others) > 1 else self.facts.name(others[0])
        if len(others) > 1 and any(map(self._subjects, self.facts.floors)):
            whom += " but the floors"
        where = words.listed(tasks, most=_NAMED)
        return [Sentence(f"{self.base} is faster than {whom} on {where}.")]

    def _none_shown(self, tasks):
        """Nobody is faster by a verdict, nor everybody slower: the same, or not decided."""
        said = []
        all_decided = [t for t, items in tasks if not _unclear(items)]
        if all_decided:
            where = words.listed(all_decided, most=_NAMED)
            said.append(Sentence(f"None is faster than {self.base} on {where}."))
        open_ = [(task, _unclear(items)) for task, items in tasks if _unclear(items)]
        if open_:
            each = [f"{task} (unclear: {self._names(of)})" for task, of in open_]
            where = words.listed(each, most=_NAMED)
            text = f"None is shown to be faster than {self.base} on {where}."
            said.append(Sentence(text))
        return said

    def _names(self, subjects):
        return words.listed(self.facts.name(of.runtime) for of in subjects)

    def _each(self, what):
        """A sentence of each runtime."""
        return [
            Sentence(self.facts.name(runtime), ": ", what(rows), ".")
            for runtime in self.facts.others
            if (rows := [item for item in self.found if item[0].runtime == runtime])
        ]

    def _counts(self, rows):
        """On how many workloads a runtime is what."""
        parts = []
        for verdict, text in (
            (FASTER, f"faster than {self.base}"),
            (SLOWER, f"slower than {self.base}"),
            (SAME, "the same"),
            (UNCLEAR, "unclear"),
        ):
            own = [item for item in rows if item[1]["verdict"] == verdict]
            if own:
                parts.append([text, _of(len(own), len(rows)), self._within(own)])
        return joined(parts)

    def _within(self, items):
        found = self._extremes(items)
        return [" (", found, ")"] if found else ""

    def _extremes(self, items):
        """From the lowest to the highest ratio, with the workloads they are of."""
        known = [item for item in items if item[1]["ratio"] is not None]
        if not known:
            return ""
        ordered = sorted(known, key=lambda item: item[1]["ratio"])
        ends = ordered if len(ordered) == 1 else (ordered[0], ordered[-1])
        shown = [
            [Number(_ratio(row), self._both(of)), f" on {of.task}"] for of, row in ends
        ]
        return joined(shown, " to ")

    # --- without

    def _undecided(self):
        blocks = max((row["blocks"] or 0 for _, row in self.found), default=0)
        if not blocks:
            return [Sentence("Nothing could be compared: see what failed below.")]
        few = f"no verdict: an interval of 95% takes {_LEAST_BLOCKS} blocks"
        count = words.plural(blocks, "block")
        said = [Sentence(f"There is {few}, and there {_be(blocks)} {count} at most.")]
        return [*said, Sentence("Not decided, but measured: ", self._ends(), ".")]

    def _ends(self):
        """The lowest and the highest ratio of all."""
        known = [item for item in self.found if item[1]["ratio"] is not None]
        low, high = (f(known, key=lambda item: item[1]["ratio"]) for f in (min, max))
        return [
            "ratios to the speed of ",
            self.base,
            " from ",
            self._end(*low),
            " to ",
            self._end(*high),
        ]

    def _end(self, of, row):
        number = Number(_ratio(row), self._both(of))
        return [number, f" ({self.facts.name(of.runtime)} on {of.task})"]


def _of(count, total):
    if count == total:
        return f" on all {words.plural(total, 'workload')}" if total > 1 else ""
    return f" on {count} of {words.plural(total, 'workload')}"


def _be(count):
    return "is" if count == 1 else "are"


def _ratio(row):
    return " ".join(
        filter(
            None, [words.digits(row["ratio"]), words.bounds(row["low"], row["high"])]
        )
    )


def _level(leader, faster):
    """Those whose interval reaches into that of the leader."""
    return [
        of for of, row in faster if of != leader[0] and row["high"] >= leader[1]["low"]
    ]


def _unclear(items):
    return [of for of, row in items if row["verdict"] == UNCLEAR]
