"""refbench list: what there is to run."""

from . import list_table, option, place, program, record, suite
from .refusal import Refusal

NAME = "list"
HELP = "show the runtimes, workloads and micro benchmarks there are"
EXAMPLES = """  refbench list
  refbench list words            # one workload in full: settings, suites, source
  refbench list --json"""
MICRO_FACTS = ("name", "group", "summary")  # null where an old program does not tell


def add_arguments(parser):
    what = "a workload to tell all of"
    parser.add_argument("workload", nargs="?", metavar="WORKLOAD", help=what)
    more = "all workloads in full: settings, suites, source"
    parser.add_argument("--verbose", action="store_true", help=more)
    parser.add_argument(
        "--json", action="store_true", help="for programs: refbench.list/1"
    )
    option.add_programs(parser)


def go(asked):
    listed = _listed(program.built(option.programs(asked.programs)))
    chosen = _chosen(listed["workloads"], asked)
    if asked.json:
        print(record.text({**listed, "workloads": chosen}, indent=2))
    elif asked.workload or asked.verbose:
        print(list_table.in_full(chosen))
    else:
        print(list_table.text(listed))
    return 0


def _chosen(workloads, asked):
    if not asked.workload:
        return workloads
    found = [each for each in workloads if each["name"] == asked.workload]
    if not found:
        names = ", ".join(each["name"] for each in workloads)
        raise Refusal(f"no workload {asked.workload}: there are {names or 'none'}")
    return found


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
        "workloads": [_workload(facts) for facts in workloads.values()],
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


def _workload(facts):
    unknown = {"tags": [], "settings": [], "reason": None, "source": None}
    return {**unknown, **facts, "suites": suite.of_workload(facts)}
