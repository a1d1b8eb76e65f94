"""The plan: which arms a block has, and in which order each block runs them.

Arms of a block are compared with each other, so a block runs every arm once, in an order of
its own drawn from the seed: what drifts on the machine then falls on all of them alike.

Those that are compared most run one after another: the order is drawn of workloads, then of the numbers of
threads of each, then of the arms of each of these.  What drifts within seconds falls on both sides of such a
pair, what drifts within a minute on neither more than on the other.  (On a virtual machine two trials of one
program differed by 6 % in the median where at most four others were between them, and by 13 to 15 % where 30
or more were.)
"""

import hashlib
import random
import re
from dataclasses import dataclass, field, replace

from . import input as inputs
from . import heap, record, setting, suite
from .arm import Arm
from .program import beside, is_peer
from .refusal import NothingMatched, Refusal

SCALING = "binary_trees"  # again without the collector: does counting scale?
BASE = "gil"  # what the others are compared with, if it is there
THREADS = (1, 2, 4)
THREADS_FAST = (1, 2)  # where the suite is all that was asked of a fast run
YARDSTICK_THREADS = (1, 2)  # for controls and scaling
MICRO_SECONDS = (
    4.5  # least time of all micro benchmarks of a program: they take about twice it
)
MICRO_SECONDS_FAST = 0.9
_MICRO_LONGEST = 0.5  # for one of a few
PINS = ("near", "spread", "none")


@dataclass(frozen=True)
class Selection:
    """What the user chose of what the programs have."""

    programs: tuple
    regex: str = ""
    threads: tuple = ()  # empty: the usual ones
    pin: str = PINS[0]
    micro_seconds: float = MICRO_SECONDS
    suite: str = suite.ALL
    tags: tuple = ()  # any of them; empty: with whatever tags
    settings: dict = field(
        default_factory=dict
    )  # workload -> its variants (setting.py)
    usual: tuple = THREADS
    heaps: heap.Heaps = heap.Heaps()
    again: bool = False  # the base runtime's workloads all twice, not one of them

    def matches(self, name):
        return re.search(self.regex, name) is not None

    def workloads(self, program):
        return [
            facts
            for name, facts in program.workloads.items()
            if self.matches(name)
            and self.suite in suite.of_workload(facts)
            and (not self.tags or set(self.tags) & set(facts.get("tags", [])))
        ]

    def variants(self, workload):
        return self.settings.get(workload, (setting.USUAL,))

    def micros(self, program):
        """Of every suite, of no tag; large ones only where they are asked for."""
        found = [] if self.tags else program.micros.items()
        small = [name for name, facts in found if self.regex or not facts.get("large")]
        return [name for name in small if self.matches(name)]

    def counts(self, program, usual):
        """Numbers of threads: those asked for, else as many of the usual as it can run."""
        return [
            count for count in self.threads or usual if count <= program.max_threads
        ]

    def check_threads(self):
        """What none of the programs can run is no number of threads to ask for."""
        most = max(self.programs, key=lambda each: each.max_threads)
        if self.threads and max(self.threads) > most.max_threads:
            raise Refusal(
                f"{most.name} runs at most {most.max_threads} threads: --threads names more"
            )

    def check_pin(self):
        for program in self.programs:
            if self.pin not in program.pins and self.pin != PINS[0]:
                raise Refusal(
                    f"{program.name} cannot pin threads as --pin {self.pin} asks: "
                    "choose others with --runtime"
                )

    def check_settings(self):
        """What is set of a workload that is not run would be lost."""
        run = {w["name"] for each in self.programs for w in self.workloads(each)}
        for name in self.settings:
            if name not in run:
                raise Refusal(
                    f"--set {name}: {name} is not among what is run: name it, or --suite all"
                )

    def memory(self):
        """Bytes that the largest of them needs."""
        sizes = [
            facts.get("bytes", 0)
            for program in self.programs
            for facts in self.workloads(program)
        ]
        return max(sizes, default=0)

    @property
    def base(self):
        """The runtime that others are compared with.  A peer, which has no workloads, only if
        there is nothing else."""
        own = [each for each in self.programs if not is_peer(each.facts)]
        able = [each for each in own if self.counts(each, self.usual)]
        names = [program.name for program in able or own or self.programs]
        return BASE if BASE in names else names[0]


def checked_regex(text):
    try:
        re.compile(text)
    except re.error as error:
        raise Refusal(f"{text!r} is no regular expression: {error}") from None
    return text


def arms(selection):
    """Every arm of a block.  NothingMatched if there is none."""
    selection.check_threads()
    found = []
    for program in selection.programs:
        own = _workload_arms(selection, program)
        if selection.heaps.asked:
            found += heap.arms(selection, own)
        else:
            found += own + _micro_arms(selection, program)
    heap.check(selection, found)
    found += _again(selection, found)
    if not selection.heaps.asked:
        found += _noise(selection, found)
    if not found:
        raise NothingMatched(
            f"nothing matches {_asked(selection)}: refbench list shows what there is"
        )
    selection.check_pin()
    return [replace(arm, pin=selection.pin) for arm in found]


def _asked(selection):
    parts = [repr(selection.regex)] if selection.regex else []
    parts += [f"suite {selection.suite}"] if selection.suite != suite.ALL else []
    parts += [f"tag {','.join(selection.tags)}"] if selection.tags else []
    return ", ".join(parts) or "at all"


def _workload_arms(selection, program):
    if not selection.workloads(program):
        return []
    usual = selection.counts(program, selection.usual)
    yardstick = selection.counts(program, YARDSTICK_THREADS)
    found = []
    for facts in selection.workloads(program):
        if is_noise(facts):
            continue
        counts = yardstick if facts.get("control") else usual
        own = [Arm("workload", program.name, facts["name"], count) for count in counts]
        if facts["name"] == SCALING:
            both = [count for count in usual if count in YARDSTICK_THREADS]
            own += [Arm("workload", program.name, SCALING, n, "off") for n in both]
        found += _each_variant(selection, own)
    return found


def workload_arm(selection, program, subject):
    """One that is in no block: of a search."""
    own = Arm("workload", program.name, subject.workload, subject.threads)
    return replace(own, settings=subject.settings, pin=selection.pin)


def _each_variant(selection, arms_):
    return [
        replace(arm, settings=variant)
        for arm in arms_
        for variant in selection.variants(arm.workload)
    ]


def _micro_arms(selection, program):
    chosen = selection.micros(program)
    if not chosen:
        return []
    some = () if len(chosen) == len(program.micros) else tuple(chosen)
    each = min(_MICRO_LONGEST, selection.micro_seconds / len(chosen))
    return [Arm("micro", program.name, micros=some, min_time=round(each, 4))]


def _again(selection, found):
    """The A/A control: of the base runtime a workload, or all, and the micro benchmarks a second time."""
    of_base = [arm for arm in found if arm.runtime == selection.base]
    micros = [arm for arm in of_base if arm.kind == "micro"]
    workloads = [
        arm for arm in of_base if arm.kind == "workload" and arm.collector == "on"
    ]
    # Of all that can be it: the scaling workload first, then the fewest threads.
    workloads.sort(key=lambda arm: (arm.workload != SCALING, arm.threads))
    chosen = workloads if selection.again else workloads[:1]
    return [replace(arm, again=True) for arm in chosen + micros]


def is_yardstick(facts):
    """A control that speeds are judged beside."""
    return bool(facts.get("control")) and not is_noise(facts)


def is_noise(facts):
    """A workload whose pauses are the machine's own: no runtime has a part in them."""
    return bool(facts.get("noise"))


def _noise(selection, found):
    """The noise floor of pauses: on the base runtime, with as many threads as are measured."""
    program = next(each for each in selection.programs if each.name == selection.base)
    controls = {
        name for name, facts in program.workloads.items() if facts.get("control")
    }
    measured = {arm.threads for arm in found if arm.workload not in {"", *controls}}
    arms_ = []
    for name, facts in program.workloads.items():
        if is_noise(facts):
            asked = facts in selection.workloads(program)
            more = selection.counts(program, selection.usual) if asked else ()
            able = {count for count in measured if count <= program.max_threads}
            counts = sorted(able.union(more))
            arms_ += [Arm("workload", program.name, name, count) for count in counts]
    return arms_


def tallies(selection, program):
    """Workloads to count the operations of, each with one thread."""
    if program is None:
        return []
    wanted = {
        facts["name"]
        for timed in selection.programs
        for facts in selection.workloads(timed)
        if not facts.get("control") and (facts.get("heap") or not selection.heaps.asked)
    }
    counted = [
        Arm("tally", program.name, name, pin=selection.pin)
        for name in program.workloads
        if name in wanted
    ]
    return _each_variant(selection, counted)


def made(selection, seed):
    """The plan of a selection, and what is to be counted before."""
    chosen = arms(selection)
    selection.check_settings()
    counting = beside(selection.programs)
    digests = inputs.digests(selection.programs, {arm.workload for arm in chosen})
    involved = [*selection.programs, *([counting] if counting else [])]
    return Plan(chosen, seed, involved, digests), tallies(selection, counting)


class Plan:
    """Arms with what they depend on: same hash, same measurement."""

    def __init__(self, arms_of_block, seed, programs, inputs):
        self.arms = arms_of_block
        self.seed = seed
        self.programs = {program.name: program for program in programs}
        self.inputs = inputs

    @property
    def hash(self):
        keys = [self.key(arm, None) for arm in self.arms]
        return _hash({"seed": self.seed, "order": _ORDER, "keys": keys})

    def key(self, arm, block):
        """Names a trial, and holds a hash of all it depends on: parameters, the program, and
        the files the workload reads."""
        program = self.programs[arm.runtime]
        read = program.workloads.get(arm.workload, {}).get("inputs", [])
        basis = {
            "parameters": arm.parameters,
            "again": arm.again,
            "build": program.build,
            "inputs": {name: self.inputs[name] for name in read},
        }
        where = "" if block is None else f"/block:{block}"
        return f"{arm.subject}/{arm.name}{where}/{_hash(basis)[:16]}"

    def block(self, number):
        """The arms in the order of this block."""
        chance = random.Random(f"{self.seed}/{number}")
        return _drawn(chance, self.arms, _NEARNESS)


_ORDER = 2  # of how it is drawn, so that shards of one plan have one order
_NEARNESS = (
    lambda arm: (arm.kind, arm.workload, arm.settings),
    lambda arm: arm.subject,
    lambda arm: arm.name,
)


def _drawn(chance, arms_, by):
    """In an order by chance of what the first function tells apart, and within that by the others."""
    if not by:
        return list(arms_)
    groups = {}
    for arm in arms_:
        groups.setdefault(by[0](arm), []).append(arm)
    order = list(groups.values())
    chance.shuffle(order)
    return [arm for group in order for arm in _drawn(chance, group, by[1:])]


def _hash(value):
    return hashlib.sha256(record.text(value).encode()).hexdigest()
