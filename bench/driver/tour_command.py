"""refbench tour: the memory model, shown on a running program."""

import sys

from . import option, program, record, tour_canvas, tour_collector, tour_costs
from . import tour_memory, tour_objects, tour_page, tour_program
from .refusal import OK, TRIALS_FAILED, NothingMatched

NAME = "tour"
HELP = "show the memory model on a running program, drawn and checked"
EXAMPLES = """  refbench tour
  refbench tour 8
  refbench tour threads --runtime gil,biased
  refbench tour --json | jq '.statements[].checks[] | select(.ok | not)'"""
RUNTIME = "gil"

_DRAWINGS = {
    "names": tour_objects.names,
    "values": tour_objects.values,
    "layout": tour_objects.layout,
    "counting": tour_objects.counting,
    "sizes": tour_costs.sizes,
    "ownership": tour_costs.ownership,
    "threads": tour_costs.threads,
    "memory": tour_memory.memory,
    "cycles": tour_collector.cycles,
    "generations": tour_collector.generations,
    "bytes": tour_collector.bytes_,
}


def add_arguments(parser):
    add = parser.add_argument
    what = "numbers or names of statements (default: all)"
    add("statement", nargs="*", metavar="STATEMENT", help=what)
    whose = f"the first is shown, the others' headers beside it (default: {RUNTIME}, all that are built)"
    add("--runtime", default="", metavar="A,B", help=whose)
    add("--json", action="store_true", help=f"for programs: {tour_program.SCHEMA}")
    option.add_programs(parser)


def go(asked):
    tours = [tour_program.take(each.path, each.name) for each in _programs(asked)]
    shown = _chosen(tours[0], asked.statement)
    if asked.json:
        print(record.text(_document(tours, shown), indent=2))
    else:
        _print(tours, shown)
    return TRIALS_FAILED if any(map(tour_program.failed, tours)) else OK


def _ends(found):
    """Whether objects end there: the tour shows how."""
    return found.capabilities.get("frees", True)


def _programs(asked):
    """Whose tour it is, then those to compare with; the counting program last, if it is there."""
    where, names = option.programs(asked.programs), option.names(asked.runtime)
    if names:
        found = program.find(where, names)
    else:
        built = program.built(where)
        found = [each for each in built.values() if each and _ends(each)]
        found.sort(key=lambda each: each.name != RUNTIME)
    ours = [each for each in found if not program.is_peer(each.facts)]
    if not ours:
        raise NothingMatched("a peer has no tour: name a runtime of ours, such as gil")
    counting = program.beside(ours)
    return [*ours, *([counting] if counting else [])]


def _chosen(tour, wanted):
    """The statements asked for, in their order."""
    known = {str(each["number"]): each for each in tour["statements"]}
    known.update({each["name"]: each for each in tour["statements"]})
    for each in wanted:
        if each not in known:
            names = ", ".join(each["name"] for each in tour["statements"])
            raise NothingMatched(
                f"no statement {each}: there are 1 to {len(known) // 2}, {names}"
            )
    numbers = {known[each]["number"] for each in wanted}
    return [
        each for each in tour["statements"] if not wanted or each["number"] in numbers
    ]


def _document(tours, shown):
    """The first tour, and the others in it."""
    return {**tours[0], "statements": shown, "others": tours[1:]}


def _print(tours, shown):
    encoding = (sys.stdout.encoding or "").lower()
    spell = str if encoding.startswith("utf") else tour_canvas.plain
    for statement in shown:
        print(spell("\n".join([*page(tours, statement), ""])))
    print(spell("\n".join(_verdict(tours))))


def page(tours, statement):
    draw = _DRAWINGS.get(statement["name"], lambda *_: [])
    drawing = draw(statement["evidence"], tours)
    return tour_page.lines(statement, tours[0]["runtime"], drawing)


def _verdict(tours):
    """How many checks hold, of every program; what does not, of those that are not shown."""
    return [line for tour in tours for line in _verdict_of(tour)]


def _verdict_of(tour):
    checks = sum(len(each["checks"]) for each in tour["statements"])
    failed = tour_program.failed(tour)
    lines = [f"{tour['runtime']}: {checks - len(failed)} of {checks} checks hold"]
    for statement, check in failed:
        lines.append(
            f"  ✗ {statement['number']} {check['what']}: expected {check['expected']}, "
            f"seen {check['seen']}"
        )
    return lines
