"""The topology that a program tells of, as text.

    package 0
      node 0  15.6 GiB
        L3 32.0 MiB  cores 0 1 2 3
          [0 4] [1 5] [2 6] [3 7]

In brackets are the processors of a core, by the operating system's numbers.
"""

from itertools import groupby

from .quantity import size

_PER_LINE = 8  # cores


def counts(topology):
    """How many there are of each kind."""
    processors = topology["processors"]
    kinds = ("package", "node", "cache", "core")
    found = {kind: len({each[kind] for each in processors}) for kind in kinds}
    return {**found, "processor": len(processors)}


def drawing(topology):
    """The lines of the drawing."""
    lines = []
    for package, inside in _groups(topology["processors"], "package"):
        lines.append(f"package {package}")
        for node, of_node in _groups(inside, "node"):
            lines.append(f"  {_node(topology['nodes'][node])}")
            for cache, of_cache in _groups(of_node, "cache"):
                lines += _cache(topology["caches"][cache], of_cache)
    return lines


def _groups(processors, kind):
    for number, group in groupby(processors, key=lambda each: each[kind]):
        yield number, list(group)


def _node(node):
    memory = size(node["bytes"]) if node["bytes"] else "memory not told"
    return f"node {node['number']}  {memory}"


def _cache(cache, processors):
    cores = [
        f"[{' '.join(str(each['number']) for each in group)}]"
        for _, group in _groups(processors, "core")
    ]
    head = f"L{cache['level']} {size(cache['bytes'])}" if cache["level"] else "cores"
    rows = [cores[i : i + _PER_LINE] for i in range(0, len(cores), _PER_LINE)]
    return [f"    {head}", *(f"      {' '.join(row)}" for row in rows)]
