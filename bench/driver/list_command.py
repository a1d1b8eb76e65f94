"""refbench list: what there is to run."""

from . import capability, option, place, program, record, table

NAME = "list"
HELP = "show the runtimes, workloads and micro benchmarks there are"
EXAMPLES = "  refbench list\n  refbench list --json"
SUITES = ["fast", "default"]  # every workload is part of both
_RUNTIME_HEAD = ["runtime", "threads", "objects end", "on the stack", "program"]
MICRO_FACTS = ("name", "group", "summary")  # null where an old program does not tell


def add_arguments(parser):
    parser.add_argument(
        "--json", action="store_true", help="for programs: refbench.list/1"
    )
    option.add_programs(parser)


def go(asked):
    listed = _listed(program.built(option.programs(asked.programs)))
    print(record.text(listed, indent=2) if asked.json else "\n".join(_text(listed)))
    return 0


def _listed(programs):
    found = [each for each in programs.values() if each]
    workloads, micros = {}, {}
    for each in found:
        for name, facts in each.workloads.items():
            workloads.setdefault(name, facts)
        for name, facts in each.micros.items():
            micros.setdefault(name, facts)
    return {
        "schema": "refbench.list/1",
        "runtimes": [_runtime(name, each) for name, each in programs.items()],
        "workloads": [{**facts, "suites": SUITES} for facts in workloads.values()],
        "micros": list(micros),
        "micro_facts": [
            {name: facts.get(name) for name in MICRO_FACTS} for facts in micros.values()
        ],
    }


def _runtime(name, found):
    if found is None:
        return {"name": name, "program": None, "capabilities": {}}
    path = place.shown(found.path)
    return {"name": name, "program": path, "capabilities": found.capabilities}


def _text(listed):
    runtimes = [
        [
            each["name"],
            *capability.words(each["capabilities"]),
            each["program"] or "not built: bench/run builds it",
        ]
        for each in listed["runtimes"]
    ]
    workloads = [
        [each["name"], ",".join(each.get("tags", [])), each.get("summary", "")]
        for each in listed["workloads"]
    ]
    micros = [[each["name"], each["summary"] or ""] for each in listed["micro_facts"]]
    named = ["micro benchmark", "what it does"]
    return [
        *table.lines(_RUNTIME_HEAD, runtimes, left=len(_RUNTIME_HEAD)),
        "",
        *table.lines(["workload", "tags", "what it does"], workloads, left=3),
        *(["", *table.lines(named, micros, left=2)] if micros else []),
    ]
