"""Sentences about doubt: what the same thing measured twice differs by, and what stayed unclear."""

from collections import Counter
from math import expm1, log
from statistics import median

from . import subject, words
from .sentence import Number, Paragraph, Sentence

_MOST_BLOCKS = 1000  # the driver's: so many, or more


def paragraphs(facts):
    found = [
        Paragraph("Noise floor", [*_noise(facts)]),
        Paragraph("What stayed unclear", [*_unclear(facts)]),
    ]
    return [each for each in found if each.sentences]


def _noise(facts):
    floors = [row for row in facts.noise_floors if row.get("ratio")]
    if not floors:
        yield Sentence(
            "No runtime was measured against itself: the noise is not known."
        )
    elif len(floors) == 1:
        yield _one(*floors, facts)
    else:
        yield _many(floors)


def _one(row, facts):
    of = subject.of(row)
    start = f"{of.runtime} against itself has "
    where = f" of its own speed on {of.task} with {words.threads(of.threads)}"
    told = row.get("interval")
    ratio = told["ratio"] if told else row["ratio"]
    if told:
        low, high = told["low"], told["high"]
        text = f"{ratio:.3f} {words.bounds(low, high, _three)}"
        tail = f": noise is up to {max(high - 1, 1 - low):.1%}."
    elif facts.blocks > 1 and row.get("ratio_range"):
        low, high = row["ratio_range"]
        text = f"{ratio:.3f}"
        tail = f": single blocks differ by up to {max(high - 1, 1 - low):.1%}."
    else:
        text, tail = f"{ratio:.3f}", ": of one block, so its spread is not known."
    return Sentence(start, Number(text, (of,), True), where, tail)


def _many(floors):
    off = lambda row: expm1(abs(log(row["ratio"])))
    worst = max(floors, key=off)
    middle = median(map(off, floors))
    of = subject.of(worst)
    return Sentence(
        f"{of.runtime} against itself is off by {middle:.1%} in the median of {len(floors)} arms, by ",
        Number(f"{off(worst):.1%}", (of,), True),
        f" in the worst, {of.task} with {words.threads(of.threads)}.",
    )


def _three(value):
    return f"{value:.3f}"


def _unclear(facts):
    every, open_ = facts.verdicts.rows, facts.verdicts.undecided()
    if not every:
        return
    if not open_:
        have = "has" if len(every) == 1 else "have"
        count = words.plural(len(every), "comparison")
        yield Sentence(f"Nothing: {count} of {len(every)} {have} a verdict.")
        return
    total = words.plural(len(every), "comparison")
    yield Sentence(f"Unclear: {len(open_)} of {total}.")
    known = [item for item in open_ if item[1].get("more")]
    yield from _fewer([row["more"] for _, row in known if row["low"] is None])
    needs = sorted((row["more"], of) for of, row in known if row["low"] is not None)
    if needs:
        yield _more(needs)
    reasons = Counter(row["reason"] for _, row in open_ if row.get("reason"))
    for reason, count in sorted(reasons.items()):
        which = words.plural(count, "comparison")
        yield Sentence(f"{which} cannot be decided so: {reason}.")


def _fewer(needs):
    """Without an interval nobody can say what would decide it: only what an interval takes."""
    if needs:
        which = words.plural(len(needs), "comparison")
        have = "has" if len(needs) == 1 else "have"
        least, most = _count(min(needs)), _blocks(max(needs))
        count = most if min(needs) == max(needs) else f"{least} to {most}"
        yield Sentence(
            f"{which} {have} fewer blocks than a verdict takes: {count} more allow for one, and may leave it"
            " unclear."
        )


def _more(needs):
    (least, first), (most, last) = needs[0], needs[-1]
    half = needs[(len(needs) - 1) // 2][0]
    if least == most:
        which = f"the {len(needs)}" if len(needs) > 1 else "the one"
        return Sentence(
            f"About {_blocks(least)} more would decide {which} that blocks can decide."
        )
    return Sentence(
        f"About {_blocks(half)} more would decide half of the {len(needs)} that blocks can decide: ",
        Number(str(least), (first,)),
        f" the nearest ({first.runtime} on {first.task}), ",
        Number(_count(most), (last,)),
        f" the farthest ({last.runtime} on {last.task}).",
    )


def _blocks(count):
    return f"{_count(count)} block{'' if count == 1 else 's'}"


def _count(count):
    return f"{count} or more" if count >= _MOST_BLOCKS else str(count)
