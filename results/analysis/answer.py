"""The answer in words: which runtime wins where, by how much, how sure, and what that costs.

Computed from summary.json, compare.json and overhead.json; every sentence is made of rows of these, and
none says more than the row's verdict does.

    speed    who wins where           doubt    the noise floor, and what stayed unclear
    cost     pauses, memory, bounds
"""

from .page import doubt, subject, words
from .page.capability import Marks
from .page.cost import Cost
from .page.sentence import Number, Paragraph, Sentence
from .page.speed import Speed
from .page.verdicts import Verdicts

REPORT = "refbench report"


class Facts:
    """What sentences are made of."""

    def __init__(self, summary, comparisons=None, overhead=None, paced=()):
        self.base = summary["base"]
        self.rows = summary["rows"]
        self.blocks, self.cores = summary["blocks"], summary.get("cores")
        self.pause_noise = summary.get("pause_noise") or []
        self.noise_floors = summary.get("noise_floors") or []
        self.verdicts = Verdicts(comparisons)
        self.overhead = overhead or {}
        marks = Marks(summary)
        self.name = marks.name
        names = dict.fromkeys(row["runtime"] for row in self.rows)
        self.others = [name for name in names if name != self.base]
        self.runtimes = list(names)
        self.floors = [name for name in self.others if marks.is_floor(name)]
        self.threads = sorted({row["threads"] for row in self.rows})
        self.oversubscribed = {r["threads"] for r in self.rows if r["oversubscribed"]}
        self.controls = {
            subject.of(row).of(self.base)
            for row in self.rows
            if row.get("control") or row["workload"] in paced
        }
        margins = (comparisons or {}).get("comparisons") or [{}]
        self.margin = f"{margins[0].get('margin', 0.02):.0%}"


def of(summary, comparisons=None, overhead=None, paced=()):
    """The paragraphs of the answer, in their order; the speed of a workload that is paced, which goes by
    the clock, is no speed."""
    facts = Facts(summary, comparisons, overhead, paced)
    if not facts.rows:
        return [Paragraph("What was measured", [_nothing(summary)])]
    return [
        Paragraph(
            "What was measured", [_measured(summary, facts), *_incomparable(facts)]
        ),
        *_speeds(facts),
        *Cost(facts).paragraphs(),
        *doubt.paragraphs(facts),
    ]


def _nothing(summary):
    if summary.get("micros"):
        return Sentence("Single operations only: no workload was run.")
    return Sentence("No workload was run, so there is no answer.")


def _measured(summary, facts):
    tasks = dict.fromkeys(subject.of(row).task for row in facts.rows)
    trials = sum(summary["trials"].values())
    few = words.listed([str(n) for n in facts.threads])
    plural = "" if facts.threads == [1] else "s"
    return Sentence(
        f"{words.plural(len(facts.runtimes), 'runtime')} ran {words.plural(len(tasks), 'workload')} "
        f"with {few} thread{plural}, {words.plural(facts.blocks, 'block')}, "
        f"{words.plural(trials, 'trial')}; speeds are told beside {facts.base}."
    )


def _incomparable(facts):
    """Why nothing is compared, where nothing is."""
    if not facts.others:
        only = words.listed(facts.runtimes)
        return [
            Sentence(f"Only {only} was measured: there is nothing to compare it with.")
        ]
    sound = [row for row in facts.rows if row["status"] == "ok"]
    if not sound:
        return [
            Sentence(
                "No trial of a workload ended well, so there is nothing to compare."
            )
        ]
    if not facts.verdicts.known:
        return [
            Sentence(
                f"There are no verdicts, for compare.json is missing: {REPORT} makes it."
            )
        ]
    return []


def _speeds(facts):
    if not facts.others or not any(row["status"] == "ok" for row in facts.rows):
        return []
    return [
        found.paragraph()
        for threads in facts.threads
        if (found := Speed(facts, threads)).found
    ]


__all__ = ["Facts", "Number", "of"]
