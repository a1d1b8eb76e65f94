"""refbench env: what the machine is, and what about it disturbs measurements."""

from . import advice, environment, handoff, lock, option, record, table, topology
from .quantity import digits, size
from .refusal import OK, UNFIT

NAME = "env"
HELP = "show what this machine is and what about it disturbs measurements"
EXAMPLES = """  refbench env
  refbench env --handoff
  refbench env --strict && refbench run
  refbench env --json | jq .topology"""
SCHEMA = "refbench.env/1"
_UNKNOWN = "-"


def add_arguments(parser):
    parser.add_argument("--json", action="store_true", help=f"for programs: {SCHEMA}")
    parser.add_argument(
        "--handoff",
        action="store_true",
        help="measure how long a cache line takes between processors, near and far",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit 5 if the machine is unfit"
    )
    option.add_programs(parser)


def go(asked):
    found, programs = environment.now(option.programs(asked.programs))
    ways = _ways(programs) if asked.handoff else None
    said = advice.remarks(found)
    if asked.json:
        print(record.text(_document(found, ways, said), indent=2))
    else:
        print("\n\n".join("\n".join(p) for p in _paragraphs(found, ways, said)))
    unfit = any(remark.level == advice.UNFIT for remark in said)
    return UNFIT if asked.strict and unfit else OK


def _ways(programs):
    with lock.MachineLock():
        return handoff.measure(programs)


def _document(found, ways, said):
    return {
        "schema": SCHEMA,
        "facts": found["facts"],
        "state": found["before"],
        "topology": found["topology"],
        "topology_unknown": found["topology_unknown"],
        "handoff": ways,
        "advice": [remark.told() for remark in said],
    }


def _paragraphs(found, ways, said):
    shown = [_facts(found), _topology(found)]
    if ways is not None:
        shown.append(_handoff(ways))
    return [*shown, _advice(said)]


def _facts(found):
    facts, state = found["facts"], found["before"]
    memory = state["memory"] or {"unknown": {}}
    unknown = {**_why_no_memory(memory), **facts["unknown"], **state["unknown"]}
    rows = [
        ("host", "host", facts["host"]),
        ("processor", "cpu", facts["cpu"]),
        ("architecture", "architecture", facts["architecture"]),
        ("usable processors", "usable", _usable(facts)),
        ("hardware threads of a core", "threads_per_core", facts["threads_per_core"]),
        ("virtual machine", "virtual", _yes(facts["virtual"])),
        ("product", "product", facts["product"]),
        ("kernel", "kernel", facts["kernel"]),
        ("governor", "governor", state["governor"]),
        ("turbo", "turbo", _yes(state["turbo"])),
        ("frequency now", "frequency_khz", _megahertz(state["frequency_khz"])),
        ("address randomisation", "aslr", facts["aslr"]),
        ("huge pages", "transparent_huge_pages", facts["transparent_huge_pages"]),
        ("clock source", "clock_source", facts["clock_source"]),
        ("hardware counters", "counters", _yes(facts["counters"])),
        ("memory, free of all", "memory", _memory(memory)),
        ("limit of memory", "memory_limit", _limit(facts, "memory_limit", size)),
        ("limit of processors", "cpu_quota", _limit(facts, "cpu_quota", digits)),
        ("swap in use", "swap_used", _swap(state["swap_used"])),
        ("taken by the host", "steal_share", _stolen(state["steal_share"])),
        ("load, 1 5 15 minutes", "load", " ".join(f"{x:.2f}" for x in state["load"])),
        ("waiting for a processor", "pressure", _share(state["pressure"])),
    ]
    cells = [
        [label, _UNKNOWN if value is None else value, _why(value, unknown.get(name))]
        for label, name, value in rows
    ]
    return table.lines(["", "", ""], cells, left=3)[1:]


def _why(value, reason):
    return f"({reason})" if value is None and reason else ""


def _yes(value):
    return None if value is None else "yes" if value else "no"


def _usable(facts):
    return f"{facts['usable_cores']} of {facts['cores']}: {facts['usable']}"


def _megahertz(kilohertz):
    return None if kilohertz is None else f"{kilohertz / 1000:.0f} MHz"


def _why_no_memory(memory):
    """The reason that stands under the name of the whole, if there is one."""
    reasons = [memory["unknown"].get(name) for name in ("available", "total")]
    return {"memory": next((each for each in reasons if each), None)}


def _memory(memory):
    if memory.get("available") is None or memory["total"] is None:
        return None
    return f"{size(memory['available'])} of {size(memory['total'])}"


def _limit(facts, name, show):
    """None is "no limit" where the kernel told so, else not known."""
    if facts[name] is not None:
        return show(facts[name])
    return None if name in facts["unknown"] else "none"


def _swap(value):
    return "none" if value == 0 else None if value is None else size(value)


def _stolen(value):
    return None if value is None else f"{value:.2%} since the start"


def _share(value):
    return None if value is None else f"{value:.1%} of the last 10 s"


def _topology(whole):
    found = whole["topology"]
    if found is None:
        return [f"topology: not known ({whole['topology_unknown']})"]
    names = {"package": "packages", "node": "nodes", "cache": "caches", "core": "cores"}
    counted = topology.counts(found)
    words = [
        f"{counted[one]} {one if counted[one] == 1 else many}"
        for one, many in names.items()
    ]
    real = "" if found["real"] else " (HWLOC_SYNTHETIC: not this machine)"
    lines = [f"{', '.join(words)}{real}", *topology.drawing(found)]
    for pin in ("near", "spread"):
        lines.append(f"--pin {pin:7}{' '.join(map(str, found[pin]))}")
    return lines


def _handoff(ways):
    rows = [
        [
            f"{way['pin']}",
            "-".join(map(str, way["processors"])) or _UNKNOWN,
            *(digits(way[name]) for name in ("median_ns", "lowest_ns", "highest_ns")),
            _turns(way),
            way["verdict"] or _why(way["median_ns"], way["reason"]),
        ]
        for way in ways
    ]
    head = [
        "hand-over of a cache line",
        "processors",
        "median ns",
        "lowest",
        "highest",
        "turns: min/median/max",
        "",
    ]
    return [*table.lines(head, rows, left=2), *_moving(ways)]


def _turns(way):
    found = sorted(way["turns_ns"])
    if not found:
        return _UNKNOWN
    return "/".join(digits(each) for each in (found[0], way["median_ns"], found[-1]))


def _moving(ways):
    """What to make of processors that do not stay where they were."""
    if not any("by turns" in (way["verdict"] or "") for way in ways):
        return []
    return [
        "  the way between them changes while nothing is done: speeds of several threads change with it; "
        "take many blocks, and compare within them"
    ]


def _advice(said):
    if not said:
        return ["nothing here disturbs measurements"]
    return [f"{remark.level}: {remark.text}" for remark in said]
