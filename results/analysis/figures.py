"""Every figure there is, in the order of a report."""

from . import (
    allocator,
    attribution,
    bars,
    conformance,
    forest,
    heat,
    latency,
    memory,
    mmu,
    order,
    overhead,
    pauses,
    safepoint,
    throughput,
)

FIGURES = (
    heat.DEFINITION,
    throughput.DEFINITION,
    bars.DEFINITION,
    forest.DEFINITION,
    pauses.DEFINITION,
    latency.DEFINITION,
    mmu.DEFINITION,
    safepoint.DEFINITION,
    memory.DEFINITION,
    overhead.DEFINITION,
    attribution.DEFINITION,
    allocator.DEFINITION,
    conformance.DEFINITION,
    order.DEFINITION,
)


def named(name):
    return next(each for each in FIGURES if each.name == name)
