"""Machine and method: where and how a run was measured, and how to make its report again."""

import shlex

from . import words
from .subject import settings

GLOSSARY = (
    (
        "block",
        "one pass over everything, in an order by chance; what is compared ran in the same block",
    ),
    ("trial", "one process that measures one thing once"),
    ("base", "the runtime whose speed is 1"),
    ("ratio", "speed over that of the base within a block; above 1 is faster"),
    (
        "verdict",
        "faster, slower, the same (within the margin), or unclear: not decided",
    ),
    (
        "contaminated",
        "something else disturbed the trial; it was repeated where it could be",
    ),
    ("oversubscribed", "more threads than cores: they share them"),
    (
        "pause",
        "a time in which the collector kept a thread from running, or made it wait",
    ),
    ("p50, p99", "what 50 or 99 percent stay below, as medians over processes"),
    (
        "MMU",
        "minimum mutator utilisation: in the worst window of a length, the share a thread had for itself",
    ),
    ("RSS", "resident memory, at most"),
    ("garbage", "unreachable objects that lay about at a time, at most"),
    ("control", "a workload that touches no object: it shows the machine"),
    ("noise floor", "by how much the same thing measured twice in each block differs"),
)
_NO_BUDGET = 1e6  # seconds
METHOD = (
    "The unit is a process. In each block everything is measured once, in an order by chance; a ratio is taken "
    "within a block, whose trials ran under the same conditions.",
    "A ratio and its 95% interval are those of Hodges and Lehmann over logarithms of the blocks' ratios; its p is that of "
    "Wilcoxon's signed ranks, two-sided.",
    "Faster or slower are those that chance explains too rarely: Benjamini and Hochberg's procedure keeps the share of "
    "false verdicts among all that are asked for at 5%. The same: all of the interval is nearer to 1 than the margin. "
    "Unclear: the rest. A verdict takes 6 blocks.",
    "The noise floor is the base measured against itself, twice in each block: what differs there is no difference.",
)


def facts(chapter):
    """(name, value) of machine, build and plan; what is not known is left out."""
    found = [*_machine(chapter), *_build(chapter), *_plan(chapter)]
    return [(name, chapter.clean(str(value))) for name, value in found if value]


def _machine(chapter):
    told = chapter.environment.get("facts") or {}
    yield "processor", told.get("cpu")
    yield "architecture", told.get("architecture")
    cores = told.get("usable_cores")
    if cores:
        total = told.get("cores")
        siblings = told.get("threads_per_core")
        text = f"{cores} usable of {total}" if total else str(cores)
        if siblings:
            text += f", {words.plural(siblings, 'hardware thread')} each"
        yield "cores", text
    if told.get("virtual") is not None:
        yield "virtual machine", "yes" if told["virtual"] else "no"
    yield "kernel", told.get("kernel")
    if memory := _memory(chapter):
        yield "memory", words.size(memory)
    for level, size in _caches(chapter):
        yield f"cache of level {level}", words.size(size)
    yield "clock", told.get("clock_source")
    yield "huge pages", told.get("transparent_huge_pages")
    yield "libraries", _pairs(told.get("libraries"))
    before = chapter.environment.get("before") or {}
    yield "governor", before.get("governor")
    yield "turbo", before.get("turbo")
    if chapter.names.shown:
        yield "host", told.get("host")


def _memory(chapter):
    before = chapter.environment.get("before") or {}
    return (before.get("memory") or {}).get("total")


def _caches(chapter):
    topology = chapter.environment.get("topology") or {}
    found = {each["level"]: each["bytes"] for each in topology.get("caches") or []}
    return sorted(found.items())


def _pairs(told):
    return ", ".join(f"{name} {value}" for name, value in (told or {}).items())


def _build(chapter):
    manifest = chapter.manifest
    source = manifest.get("source") or {}
    revision = source.get("revision")
    if revision:
        dirty = " with changes that are not committed" if source.get("dirty") else ""
        yield "source", f"{revision}{dirty}"
    yield "compiler", manifest.get("compiler")
    yield "flags", manifest.get("flags")
    yield "peers", words.listed(p["title"] for p in chapter.summary.get("peers") or [])


def _plan(chapter):
    manifest, summary = chapter.manifest, chapter.summary
    yield "started", manifest.get("started")
    yield "ended", manifest.get("ended")
    yield "outcome", summary["outcome"]
    yield "blocks", str(summary["blocks"])
    counts = sorted((summary.get("trials") or {}).items())
    yield "trials", words.listed(f"{count} {status}" for status, count in counts)
    yield "seed", str(summary["seed"])
    yield "pinning", summary.get("pin")
    yield "suite", summary.get("suite")
    yield "heaps", _heaps(summary)
    limits = manifest.get("limits") or {}
    if 0 < limits.get("budget", 0) < _NO_BUDGET:
        yield "budget", f"{limits['budget']:g} s"
    if limits.get("timeout"):
        yield "timeout of a trial", f"{limits['timeout']:g} s"
    if manifest.get("rigorous"):
        yield "rigorous", "yes"
    for each in summary.get("machines") or []:
        yield "machine", _one_of(chapter, each)


def _one_of(chapter, each):
    names = ("host", "cpu", "kernel") if chapter.names.shown else ("cpu", "kernel")
    parts = [str(each[name]) for name in names if each.get(name)]
    return ", ".join([*parts, words.plural(each["blocks"], "block")])


def _heaps(summary):
    told = (summary.get("heaps") or {}).get("smallest") or []
    named = (
        f"{' '.join(filter(None, (each['workload'], settings(each['settings']))))} with "
        f"{words.threads(each['threads'])} {words.size(each['bytes'])}"
        for each in told
    )
    return f"smallest: {words.listed(named, most=40)}" if told else ""


def commands(chapter):
    """How the run, and its report, are made again."""
    argv = chapter.manifest.get("argv") or []
    run = chapter.clean(shlex.join(map(str, argv)))
    again = chapter.run.id if chapter.names.shown else "RUN"
    return [line for line in (run, f"bench/refbench report {again}") if line]
