"""Sentences about what speed costs: pauses and memory, and lower bounds of what both cost in time.

Neither has a verdict.  A figure is the median over processes, a longest pause the longest of all; so
sentences say what was measured, and not who is better.
"""

from . import bound, subject, words
from .sentence import Number, Paragraph, Sentence, joined

_ALIKE = 0.05  # peak memory that is nearer to the base's is called alike


class Cost:
    def __init__(self, facts):
        self.facts = facts
        self.rows = [
            row
            for row in facts.rows
            if row["status"] == "ok" and not row.get("control")
        ]

    def paragraphs(self):
        found = [
            Paragraph("Pauses", [*self._pauses()]),
            Paragraph("Memory", [*self._memory()]),
            Paragraph("Lower bounds of the overhead", [*self._overhead()]),
        ]
        return [each for each in found if each.sentences]

    def _with(self, threads, runtime=None):
        return [
            row
            for row in self.rows
            if row["threads"] == threads and runtime in (None, row["runtime"])
        ]

    def _when(self, threads):
        over = " (oversubscribed)" if threads in self.facts.oversubscribed else ""
        return f"With {words.threads(threads)}{over}"

    # --- pauses

    def _pauses(self):
        for threads in self.facts.threads:
            rows = [row for row in self._with(threads) if _count(row)]
            if rows:
                yield from self._paused(threads, rows)
            elif any(row.get("pause_us") for row in self._with(threads)):
                yield Sentence(f"{self._when(threads)} no collector held a thread up.")

    def _paused(self, threads, rows):
        own = [row for row in rows if row["runtime"] == self.facts.base]
        when = f"{self._when(threads)} "
        if own:
            yield Sentence(when, "the longest pause of ", self._longest(own), ".")
        worst = self._worst(rows)
        others = [row for name, row in worst.items() if name != self.facts.base]
        if len(others) > 1:
            high = max(others, key=_most)
            low = min(others, key=_most)
            yield Sentence(
                f"{when}the longest pauses of the others reach from ",
                self._brief(low),
                " to ",
                self._brief(high),
                ".",
            )
        elif others:
            yield Sentence(when, "the longest pause of ", self._longest(others), ".")
        yield from self._floor(threads, worst)

    def _longest(self, rows):
        row = max(rows, key=_most)
        of = subject.of(row)
        told = row["pause_us"]
        return [
            f"{self.facts.name(of.runtime)} is ",
            Number(words.time(told["max"]), (of,)),
            f", on {of.task}: there half of its pauses are below ",
            Number(words.time(told["p50"]), (of,)),
            " and 99% below ",
            Number(words.time(told["p99"]), (of,)),
        ]

    def _brief(self, row):
        of = subject.of(row)
        number = Number(words.time(_most(row)), (of,))
        return [number, f" ({self.facts.name(of.runtime)} on {of.task})"]

    def _worst(self, rows):
        """Runtime -> the row with its longest pause."""
        found = {}
        for row in rows:
            kept = found.get(row["runtime"])
            if kept is None or _most(row) > _most(kept):
                found[row["runtime"]] = row
        return found

    def _floor(self, threads, worst):
        """What the machine does by itself."""
        noise = [n for n in self.facts.pause_noise if n["threads"] == threads]
        most = max((n["pause_us"]["max"] or 0 for n in noise), default=0)
        if not most:
            return
        of = tuple(subject.of(n) for n in noise)
        below = [self.facts.name(n) for n, row in worst.items() if _most(row) <= most]
        start = f"The machine alone held {words.threads(threads)} up for as long as "
        rest = (
            f", so not even the longest pauses of {words.listed(below)} tell anything of a collector"
            if below
            else ""
        )
        yield Sentence(start, Number(words.time(most), of), rest, ".")

    # --- memory

    def _memory(self):
        for threads in self.facts.threads:
            found = {
                runtime: ratios
                for runtime in self.facts.others
                if (ratios := self._peaks(threads, runtime))
            }
            if found:
                yield self._beside(threads, found)

    def _peaks(self, threads, runtime):
        """(ratio of peak memory, subject), ascending."""
        base = {
            subject.of(row).task: row["peak_rss_bytes"]
            for row in self._with(threads, self.facts.base)
        }
        found = []
        for row in self._with(threads, runtime):
            of = subject.of(row)
            if row["peak_rss_bytes"] and base.get(of.task):
                found.append((row["peak_rss_bytes"] / base[of.task], of))
        return sorted(found)

    def _beside(self, threads, found):
        """Who takes most, floors apart; and who takes as much as the base."""
        start = f"{self._when(threads)} "
        parts = []
        floors = [name for name in self.facts.floors if name in found]
        others = [name for name in found if name not in floors]
        for names, who in ((floors, " of the floors"), (others, " of the others")):
            own = [found[name][-1] for name in names]
            if own and max(own)[0] > 1 + _ALIKE:
                parts.append(self._most(*max(own), who if floors and others else ""))
        alike = [name for name, ratios in found.items() if _alike(ratios)]
        if alike:
            names = words.listed(map(self.facts.name, alike))
            within = f"within {_ALIKE:.0%} of {self.facts.base} everywhere"
            parts.append(f"{within}: {names}")
        if not parts:
            parts = [
                f"none takes over {1 + _ALIKE:g} times as much as {self.facts.base}"
            ]
        return Sentence(start, joined(parts, "; ", "; "), ".")

    def _most(self, ratio, of, among):
        number = Number(words.digits(ratio), (of, of.of(self.facts.base)))
        tail = f" times the peak memory of {self.facts.base}, on {of.task}"
        return [f"{self.facts.name(of.runtime)} takes most{among}: ", number, tail]

    # --- lower bounds

    def _overhead(self):
        for threads in self.facts.threads:
            rows = [
                row
                for row in self.facts.overhead.get("means") or []
                if row["threads"] == threads and not row["heap"]
            ]
            known = [row for row in rows if _ideal(row).get("ratio") is not None]
            if known:
                yield self._bounds(threads, known)

    def _bounds(self, threads, rows):
        """Of the base, and from the lowest to the highest of all."""
        own = [row for row in rows if row["runtime"] == self.facts.base]
        shown = sorted(rows, key=lambda row: _ideal(row)["ratio"])
        parts = [self._bound(row) for row in own]
        if len(shown) > 1:
            ends = joined([self._bound(shown[0]), self._bound(shown[-1])], " to ")
            parts.append(["all from ", ends])
        return Sentence(
            f"{self._when(threads)}, time over that of the fastest runtime without its pauses "
            "(geometric mean over workloads): ",
            joined(parts, "; "),
            ".",
        )

    def _bound(self, row):
        over = _ideal(row)
        of = bound.subjects(self.facts.overhead, row["runtime"], row["threads"])
        text = words.digits(over["ratio"])
        interval = words.bounds(over.get("low"), over.get("high"))
        number = Number(" ".join(filter(None, [text, interval])), of)
        return [self.facts.name(row["runtime"]), " ", number]


def _ideal(row):
    return row["over"].get("ideal") or {}


def _count(row):
    return (row.get("pause_us") or {}).get("count")


def _most(row):
    return row["pause_us"]["max"] or 0


def _alike(ratios):
    return 1 - _ALIKE <= ratios[0][0] and ratios[-1][0] <= 1 + _ALIKE
