"""What about this machine disturbs measurements, and what would help.  Nothing is changed here.

A remark is unfit, if results would mislead, or a note, if they are sound but one should know.
"""

from dataclasses import dataclass

UNFIT, NOTE = "unfit", "note"
LOAD_LIMIT = 0.25  # of the cores busy with something else
PRESSURE_LIMIT = 0.10
MEMORY_LIMIT = 1 << 30
_STEADY = ("performance", "userspace")
_CHEAP_CLOCKS = ("tsc", "arch_sys_counter", "timebase", "kvm-clock", "tod")


@dataclass(frozen=True)
class Remark:
    level: str
    text: str


def remarks(environment):
    """All that can be said, the unfit first."""
    facts, state = environment["facts"], environment["before"]
    checks = (_load, _pressure, _quota, _memory, _governor, _cores)
    unfit = [check(facts, state) for check in checks]
    notes = [check(facts, state) for check in (_turbo, *_FACTS)]
    return [Remark(UNFIT, text) for text in unfit if text] + [
        Remark(NOTE, text) for text in notes if text
    ]


def _load(facts, state):
    load, cores = (state["load"] or [0])[0], facts["usable_cores"] or 1
    if load > LOAD_LIMIT * cores:
        return f"load {load:.2f} on {cores} cores: end what else is running"
    return None


def _pressure(_, state):
    share = state["pressure"]
    if share is not None and share > PRESSURE_LIMIT:
        return f"tasks waited for a processor {share:.0%} of the last ten seconds: end other work"
    return None


def _quota(facts, _):
    quota = facts["cpu_quota"]
    if quota is not None:
        return (
            f"the control group gives {quota:g} processors' worth of time and stops "
            "programs that use more: raise cpu.max"
        )
    return None


def _memory(_, state):
    available = state["memory"]["available"] if state["memory"] else None
    if available is not None and available < MEMORY_LIMIT:
        return f"{available >> 20} MiB of memory are free: end other programs"
    return None


def _governor(_, state):
    governor = state["governor"]
    if governor is not None and governor not in _STEADY:
        return (
            f"the governor {governor} changes the frequency while it is measured: "
            "cpupower frequency-set -g performance"
        )
    return None


def _cores(facts, _):
    if facts["usable_cores"] == 1:
        return "one core: threads can only take turns, so nothing is said about scaling"
    return None


def _turbo(_, state):
    if state["turbo"]:
        return "turbo is on: one busy core runs faster than several, so scaling looks worse"
    return None


def _smt(facts, _):
    if facts["smt"]:
        return "cores have several hardware threads: teams fill every core's first one first"
    return None


def _virtual(facts, _):
    if facts["virtual"]:
        return (
            "a virtual machine: its host may move or stop its processors at any time; "
            "compare within one run only"
        )
    return None


def _aslr(facts, _):
    if facts["aslr"] not in (None, "0"):
        return "addresses are random: a process may be faster or slower by its layout; take several blocks"
    return None


def _huge_pages(facts, _):
    if facts["transparent_huge_pages"] == "always":
        return (
            "huge pages are given without asking: resident memory is larger than "
            "what is used"
        )
    return None


def _clock(facts, _):
    clock = facts["clock_source"]
    if clock is not None and clock not in _CHEAP_CLOCKS:
        return f"the clock source {clock} is slow to read: short pauses look longer"
    return None


def _counters(facts, _):
    if facts["counters"] is None:
        return f"no hardware counters: {facts['unknown']['counters']}"
    return None


_FACTS = (_smt, _virtual, _aslr, _huge_pages, _clock, _counters)
