"""Sizes of the heap that workloads are run in: --heap in, what is run out; and how they are told.

A size is asked for in bytes (64M) or as a multiple (1.5x) of the smallest heap that a workload, with its
settings and its number of threads, runs in on one runtime, the same for all: so the time at 2x says what
each makes of the same room.  The smallest heap is searched for first (heap_search.py).

After the methodology of DaCapo (Blackburn et al., OOPSLA 2006) and MMTk.
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from . import option, place, program
from .quantity import digits, size
from .refusal import NothingMatched, Refusal

_MULTIPLE = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)x", re.A)
_BYTES = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)([KMG])", re.A)
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_MOST = 1 << 44  # what programs take
_KIB = 1 << 10  # what they can tell apart
_WHAT = "--heap takes multiples of the smallest heap or sizes, such as 1.5x,2x or 64M"
REFERENCE = "gil"


class Heap(NamedTuple):
    """What one arm is left."""

    multiple: float  # None where a size was asked for
    bytes: int  # None where the smallest heap is not known yet

    @property
    def name(self):
        return size(self.bytes).replace(" ", "") if not self.multiple else _times(self)

    @property
    def asked(self):
        """The same for every run that was asked for it, whatever the smallest heap was."""
        return self._replace(bytes=None) if self.multiple else self

    @property
    def told(self):
        return {"multiple": self.multiple, "bytes": self.bytes}

    @property
    def flag(self):
        """In MiB, to the KiB: programs round down, so this is a little above."""
        millionths = -(-(self.bytes // _KIB) * 1_000_000 // 1024)
        return f"--heap={millionths // 1_000_000}.{millionths % 1_000_000:06d}"


def _times(heap):
    return f"{heap.multiple:g}x"


class Subject(NamedTuple):
    """What has a smallest heap."""

    workload: str
    settings: tuple
    threads: int

    @property
    def words(self):
        parts = [f"{name}:{value}" for name, value in self.settings]
        return "/".join([self.workload, *parts, f"threads:{self.threads}"])


@dataclass(frozen=True)
class Heaps:
    """What was asked for; no sizes: heaps have no limit."""

    asked: tuple = ()
    reference: object = None  # the program that the smallest heaps are of
    smallest: tuple = ()  # (subject, bytes), as far as they are known

    @property
    def multiples(self):
        return any(heap.multiple for heap in self.asked)

    def of(self, arm):
        """The heaps that an arm is to be run in."""
        least = dict(self.smallest).get(subject_of(arm))
        return [heap if heap.bytes else _multiplied(heap, least) for heap in self.asked]

    def knowing(self, smallest):
        return replace(self, smallest=tuple(smallest.items()))


def _multiplied(heap, least):
    """To whole KiB, never less than was asked for."""
    if least is None:
        return heap
    return heap._replace(bytes=-(-round(heap.multiple * least) // _KIB) * _KIB)


def subject_of(arm):
    return Subject(arm.workload, arm.settings, arm.threads)


def asked(text):
    """1.5x,2x,64M -> what it means.  Refused if it means nothing."""
    found = [_parsed(each) for each in option.names(text)]
    if text and not found:
        raise Refusal(_WHAT)
    return tuple(dict.fromkeys(found))


def _parsed(text):
    if match := _MULTIPLE.fullmatch(text):
        multiple = float(match[1])
        if multiple < 1:
            raise Refusal(f"--heap {text}: no workload runs in less than 1x")
        return Heap(multiple, None)
    match = _BYTES.fullmatch(text)
    if not match:
        raise Refusal(f"{_WHAT}, not {text!r}")
    asked_for = int(float(match[1]) * _UNITS[match[2]]) // _KIB * _KIB
    if not _KIB <= asked_for <= _MOST:
        raise Refusal(f"--heap {text}: give a size from 1K to {_MOST >> 30}G")
    return Heap(None, asked_for)


def heaps(text, reference, where, programs):
    """What --heap and --heap-of ask for, on these programs."""
    sizes = asked(text)
    if reference and not any(heap.multiple for heap in sizes):
        raise Refusal("--heap-of says whose smallest heap --heap 2x is a multiple of")
    if not any(heap.multiple for heap in sizes):
        return Heaps(sizes)
    name = reference or REFERENCE
    there = [each for each in programs if each.name == name]
    of = there[0] if there else program.find(where, [name])[0]
    if not frees(of):
        raise Refusal(f"--heap-of {name}: {name} frees nothing, so choose another")
    return Heaps(sizes, of)


def frees(program_):
    return program_.capabilities.get("frees", True)


def arms(selection, found):
    """Of these arms of workloads, those whose time depends on the heap, in every heap asked for."""
    return [
        replace(arm, heap=heap)
        for arm in found
        if arm.collector == "on" and is_apt(selection, arm)
        for heap in selection.heaps.of(arm)
    ]


def is_apt(selection, arm):
    """Whether a limit means anything to it."""
    of = next(each for each in selection.programs if each.name == arm.runtime)
    return frees(of) and bool(of.workloads[arm.workload].get("heap"))


def check(selection, found):
    """That there is something to be run in them."""
    if selection.heaps.asked and not any(arm.heap for arm in found):
        raise NothingMatched(
            "--heap: of what was chosen no workload depends on its heap, or no runtime frees: "
            "refbench list tells which do"
        )


def of_line(parameters):
    """The heap that a line of the store, or a row, tells; None without a limit."""
    told = parameters.get("heap")
    return Heap(told["multiple"], told["bytes"]) if told else None


def rank(heap):
    """Sorts those without a limit first."""
    return heap.bytes or 0 if heap else 0


def words(heap):
    """2x = 12.5 MiB"""
    if heap is None:
        return ""
    if heap.multiple is None:
        return size(heap.bytes)
    if heap.bytes is None:
        return _times(heap)
    return f"{_times(heap)} = {size(heap.bytes)}"


def is_result(line):
    """A runtime that cannot run in the heap it was left has said so: nothing went wrong."""
    return line["status"] == "oom" and of_line(line["parameters"]) is not None


def manifest(found):
    """What a run keeps of it."""
    of = found.reference
    return {
        "asked": [heap.told for heap in found.asked],
        "of": of and of.name,
        "program": of and place.shown(of.path),
        "build_id": of and of.build,
        "smallest": [
            {**subject._asdict(), "settings": dict(subject.settings), "bytes": bytes_}
            for subject, bytes_ in found.smallest
        ],
    }


def reopened(kept):
    """The same, of a run that goes on.  Refused if the reference is another by now."""
    if not kept or not kept["asked"]:
        return Heaps()
    sizes = tuple(Heap(each["multiple"], each["bytes"]) for each in kept["asked"])
    path = kept["program"]
    of = program.describe(place.ROOT / path) if path else None
    if of and of.build != kept["build_id"]:
        raise Refusal(f"the run cannot go on: {path} is not what it was")
    smallest = [
        (Subject(each["workload"], _variant(each), each["threads"]), each["bytes"])
        for each in kept["smallest"]
    ]
    return Heaps(sizes, of, tuple(smallest))


def _variant(told):
    return tuple(told["settings"].items())


def paragraph(summary):
    """The smallest heaps that multiples are of, for people."""
    kept = summary["heaps"]
    if not kept or not kept["smallest"]:
        return []
    lines = [f"smallest heaps, on {kept['of']}, to within 5%:"]
    for each in kept["smallest"]:
        subject = Subject(each["workload"], _variant(each), each["threads"])
        mib = each["bytes"] / (1 << 20)
        lines.append(f"  {subject.words}  {digits(mib)} MiB")
    return lines
