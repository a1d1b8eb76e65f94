"""What about this machine spoils measurements, why, and what its user could do.  Nothing is changed here.

A remark is unfit, if results would mislead, or a note, if they are sound but one should know.  Each says three things: what
was found, what that does to figures, and a remedy that its user may apply, or how to measure in spite of it.
"""

from dataclasses import dataclass

from . import topology
from .refusal import Unfit

UNFIT, NOTE = "unfit", "note"
LOAD_LIMIT = 0.25  # of the cores busy with something else
PRESSURE_LIMIT = 0.10
MEMORY_LIMIT = 1 << 30
STEAL_LIMIT = 0.005  # of the processors' time since the start of the system
_STEADY = ("performance", "userspace")
_CHEAP_CLOCKS = ("tsc", "arch_sys_counter", "timebase", "kvm-clock", "tod")
_PERMISSION = "not allowed"  # begins the reason of counters.py


@dataclass(frozen=True)
class Remark:
    level: str
    what: str
    why: str
    remedy: str

    @property
    def text(self):
        return f"{self.what}: {self.why}; {self.remedy}"

    def told(self):
        names = ("level", "text", "what", "why", "remedy")
        return {name: getattr(self, name) for name in names}


def remarks(environment):
    """All that can be said, the unfit first."""
    facts, state = environment["facts"], environment["before"]
    near = environment.get("topology")
    unfit = [check(facts, state) for check in _UNFIT]
    notes = [check(facts, state) for check in _NOTES]
    notes += [check(near) for check in (_siblings, _numa)] if near else []
    return [Remark(UNFIT, *said) for said in unfit if said] + [
        Remark(NOTE, *said) for said in notes if said
    ]


def check(environment):
    """Unfit is raised if the machine is."""
    found = [each.text for each in remarks(environment) if each.level == UNFIT]
    if found:
        raise Unfit(f"unfit to measure on: {'; '.join(found)}")


def _unknown(of, name):
    return of.get("unknown", {}).get(name)


# --- what misleads: (what, why, remedy), None if there is nothing to say ------------------------------------


def _load(facts, state):
    load, cores = (state["load"] or [0])[0], facts["usable_cores"] or 1
    if load <= LOAD_LIMIT * cores:
        return None
    return (
        f"load {load:.2f} on {cores} cores",
        "what else runs takes time, caches and memory bandwidth from what is measured",
        "end it, or wait until the load is gone",
    )


def _pressure(_, state):
    share = state["pressure"]
    if share is None or share <= PRESSURE_LIMIT:
        return None
    return (
        f"tasks waited for a processor {share:.0%} of the last ten seconds",
        "a thread that waits for its turn is measured as a slow one, a lock's owner holds up all others",
        "end other work",
    )


def _quota(facts, _):
    quota = facts["cpu_quota"]
    if quota is None:
        return None
    return (
        f"the control group gives {quota:g} processors' worth of time",
        "programs that use more are stopped for the rest of each period, which looks like a pause",
        "raise cpu.max of the group, or of the container (docker run --cpus)",
    )


def _memory(_, state):
    available = state["memory"]["available"] if state["memory"] else None
    if available is None or available >= MEMORY_LIMIT:
        return None
    return (
        f"{available >> 20} MiB of memory are free",
        "the kernel takes pages back while programs run, and ends those that take too much",
        "end other programs",
    )


def _governor(_, state):
    governor = state["governor"]
    if governor is None or governor in _STEADY:
        return None
    return (
        f"the governor {governor} changes the frequency while it is measured",
        "the same code is faster in a busy minute than in a quiet one",
        "cpupower frequency-set -g performance, as root",
    )


def _cores(facts, _):
    if facts["usable_cores"] != 1:
        return None
    return (
        "one core",
        "threads can only take turns, so nothing is said about scaling",
        "allow more (taskset, cpuset), or measure with --threads 1",
    )


# --- what one should know ------------------------------------------------------------------------------------


def _no_governor(_, state):
    if state["governor"] is not None:
        return None
    return (
        "the governor is not told",
        "whether the frequency changes while it is measured is not known",
        "look on the host, if this is a guest, and trust figures of one block only beside one another",
    )


def _turbo(_, state):
    if not state["turbo"]:
        return None
    return (
        "turbo is on",
        "one busy core runs faster than several, and a warm one slower, so scaling looks worse than it is",
        "echo 0 >/sys/devices/system/cpu/cpufreq/boost, or 1 >.../intel_pstate/no_turbo, as root",
    )


def _no_turbo(_, state):
    if state["turbo"] is not None:
        return None
    return (
        "whether turbo is on is not told",
        "if it is, one busy core runs faster than several, so scaling looks worse than it is",
        "look on the host, and compare runtimes with the same number of threads",
    )


def _smt(facts, _):
    if not facts["smt"]:
        return None
    return (
        "cores have several hardware threads",
        "two on one core share its caches and units, so the second adds far less than a core",
        "teams fill every core's first one first; measure with no more threads than cores",
    )


def _virtual(facts, _):
    if not facts["virtual"]:
        return None
    return (
        "a virtual machine",
        "its host may move or stop its processors at any time, and tells nothing of it",
        "compare within one run only, and take several blocks; use a machine of your own for what is published",
    )


def _steal(_, state):
    share = state.get("steal_share")
    if share is None or share <= STEAL_LIMIT:
        return None
    return (
        f"the host took {share:.1%} of the processors' time since the start",
        "a stolen moment is a pause of whoever ran, and of all who wait for it",
        "trials that suffer are marked as contaminated; choose a host with less on it",
    )


def _swap(_, state):
    used = state.get("swap_used")
    if not used:
        return None
    return (
        f"{max(used >> 20, 1)} MiB are swapped out",
        "a page that is read back takes longer than a collection",
        "end other programs, then swapoff -a, as root",
    )


def _aslr(facts, _):
    if facts["aslr"] in (None, "0"):
        return None
    return (
        "addresses are random",
        "a process may be faster or slower by its layout, all its life",
        "take several blocks, each of which has processes of its own; setarch -R for a single program",
    )


def _huge_pages(facts, _):
    if facts["transparent_huge_pages"] != "always":
        return None
    return (
        "huge pages are given without asking",
        "resident memory is larger than what is used, and page faults are few and long",
        "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled, as root",
    )


def _clock(facts, _):
    clock = facts["clock_source"]
    if clock is None or clock in _CHEAP_CLOCKS:
        return None
    return (
        f"the clock source {clock} is slow to read",
        "every pause has two readings in it, so short ones look longer",
        "boot with clocksource=tsc if the processor's is steady; judge no pause of few microseconds",
    )


def _counters(facts, _):
    reason = _unknown(facts, "counters")
    if facts["counters"] is not None:
        return None
    allowed = "sysctl kernel.perf_event_paranoid=1, as root"
    there = str(reason).startswith(_PERMISSION)
    return (
        f"no hardware counters: {reason}",
        "cache misses and instructions cannot be told, so a difference has no cause beside it",
        allowed
        if there
        else "let the hypervisor pass them on, or explain by counts of operations",
    )


def _siblings(found):
    counted = topology.counts(found)
    if counted["core"] > 1 or counted["processor"] < 2:
        return None
    return (
        f"the {counted['processor']} usable processors are siblings on one core",
        "they share its units and caches: a second thread is no second core, and a line is handed over in no time",
        "allow processors of other cores (taskset, cpuset, the machine's size)",
    )


def _numa(found):
    nodes = topology.counts(found)["node"]
    if nodes < 2:
        return None
    return (
        f"{nodes} memory nodes",
        "memory of another node is slower, and where pages lie is decided by who touches them first",
        "numactl --cpunodebind=0 --membind=0, or --pin near with no more threads than a node has",
    )


_UNFIT = (_load, _pressure, _quota, _memory, _governor, _cores)
_NOTES = (
    _turbo,
    _no_governor,
    _no_turbo,
    _smt,
    _virtual,
    _steal,
    _swap,
    _aslr,
    _huge_pages,
    _clock,
    _counters,
)
