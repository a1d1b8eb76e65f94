"""refbench alloc: the pooled allocator beside others."""

import argparse
import secrets
import sys
from pathlib import Path

from . import alloc_map, alloc_option, alloc_plan, alloc_printout, alloc_program
from . import (
    alloc_stats,
    allocator,
    lock,
    option,
    place,
    plan,
    preload,
    record,
    resume,
    source,
    store,
    table,
)
from .alloc_session import AllocSession
from .pace import Limits
from .progress import Progress
from .refusal import Refusal

NAME = "alloc"
HELP = "measure the pooled allocator beside others, or look into it"
EXAMPLES = """  refbench alloc --fast
  refbench alloc '^(pair|lifo)/' --blocks 6
  refbench alloc --peer mimalloc3=/opt/lib/libmimalloc.so.3
  refbench alloc --stats --map --workload words
  refbench alloc --json | jq '.targets[] | select(.verdict == "missed")'"""
BLOCKS = 9  # of a run without --blocks and --budget
BUDGET = "5m"
TIMEOUT = "30s"
REPEATS = 2  # of a disturbed trial, at most
SECONDS = 0.05  # measured in a process
_UNLIMITED = 1_000_000
_NEWEST = True  # of --resume without a name
_ASKED = ("regex", "peer", "allocator", "fast")  # what a plan follows from


def add_arguments(parser):
    add = parser.add_argument
    add("regex", nargs="?", default="", metavar="REGEX", help="which tests to run")
    add("--json", action="store_true", help="for programs: refbench.alloc/1")
    add("--fast", action="store_true", help="one block, nothing repeated: no spread")
    peer = "one more peer: a library that replaces malloc, preloaded; may be repeated"
    add("--peer", action="append", default=[], metavar="NAME=LIBRARY.so", help=peer)
    only = f"only these beside {allocator.OURS}: freelist, glibc, mimalloc, ..."
    add("--allocator", default="", metavar="A,B", help=only)
    blocks = f"each runs everything once (default: {BLOCKS}, as far as {BUDGET} goes)"
    add("--blocks", type=int, metavar="N", help=blocks)
    add("--budget", metavar="T", help="as many blocks as fit in T, at most --blocks")
    add("--timeout", default=TIMEOUT, metavar="T", help="for one trial (default: 30s)")
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    add("--seed", type=int, metavar="N", help="of the trials' order (default: random)")
    again = "go on with a run that ended before its plan did (default: the newest)"
    add("--resume", nargs="?", const=_NEWEST, metavar="RUN", help=again)
    programs = "folder of the programs (default: build/release/bin)"
    add("--programs", default=place.PROGRAMS, metavar="DIR", help=programs)
    option.add_results(parser, place.RESULTS)
    alloc_stats.add_arguments(parser)
    alloc_map.add_arguments(parser)


def go(asked):
    alloc_option.check(asked)
    if asked.stats or asked.map:
        return alloc_stats.go(asked)
    return _measure(asked)


def _measure(asked):
    if asked.resume:
        return _go_on(asked)
    limits = _limits(asked)
    seed = secrets.randbits(32) if asked.seed is None else asked.seed
    known, found, chosen, planned = _plan(asked, seed)
    if asked.dry_run:
        return _dry_run(planned, chosen)
    with lock.MachineLock():
        run = store.create(asked.results, NAME)
        made = {
            **_manifest(asked, planned, chosen, found, limits),
            "subjects": alloc_plan.subjects(found),
            "left_out": [each.name for each in known if each not in found],
        }
        return _run(asked, run, made, planned)


def _go_on(asked):
    """With a run that ended early, as it was asked."""
    with lock.MachineLock():
        name = None if asked.resume is _NEWEST else asked.resume
        run = store.find(asked.results, name, of_allocators=True)
        manifest = resume.resumable(run, store.ALLOC_SCHEMA, {"asked"})
        before = argparse.Namespace(**manifest["asked"])
        *_, planned = _plan(before, manifest["seed"])
        if planned.hash != manifest["plan_hash"]:
            raise Refusal(f"{run.id} cannot go on: an allocator is not what it was")
        return _run(asked, run, resume.again(manifest), planned)


def _plan(asked, seed):
    """(all allocators there are, those that were chosen, their tests, the plan)"""
    regex = plan.checked_regex(asked.regex)
    known = allocator.find(asked.programs, asked.peer)
    found = _chosen(known, asked)
    chosen = alloc_plan.tests(found, regex)
    return known, found, chosen, alloc_plan.Plan(chosen, found, seed, SECONDS)


def _run(asked, run, made, planned):
    limits = Limits(**made["limits"])
    session = AllocSession(planned, run, limits, Progress(sys.stderr))
    code, told = session.go(made, [])
    if asked.json:
        print(record.text(told, indent=2))
    else:
        print(alloc_printout.text(told))
        print(f"\nresults: {place.shown(run.path)}")
    return code


def _limits(asked):
    if asked.blocks is not None and asked.blocks < 1:
        raise Refusal(f"--blocks takes a number from 1, not {asked.blocks}")
    if asked.fast:
        blocks = 1
    else:
        blocks = asked.blocks or (_UNLIMITED if asked.budget else BLOCKS)
    usual = f"{_UNLIMITED}s" if asked.blocks else BUDGET
    budget = option.seconds("--budget", asked.budget or usual)
    timeout = option.seconds("--timeout", asked.timeout)
    return Limits(blocks, budget, timeout, 0 if asked.fast else REPEATS)


def _chosen(found, asked):
    """Ours, those that were named, all without a name, and those that were given."""
    names = option.names(asked.allocator)
    known = {each.name for each in found}
    for name in names:
        if name not in known:
            raise Refusal(f"no allocator {name}: there are {', '.join(sorted(known))}")
    given = {text.partition("=")[0] for text in asked.peer}
    wanted = {allocator.OURS, *given, *(names or known)}
    return [each for each in found if each.name in wanted]


def _dry_run(planned, chosen):
    order = planned.block(0)
    rows = [
        [name, facts.get("threads", 1), facts.get("summary", "")]
        for name, facts in chosen.items()
    ]
    print("\n".join(table.lines(["test", "threads", ""], rows)) + "\n")
    print(f"{len(order)} processes in each block.")
    print(f"The first block, seed {planned.seed}:")
    for number, arm in enumerate(order, 1):
        print(f"{number:4d}  {arm.subject}  {arm.name}")
    return 0


def _manifest(asked, planned, chosen, found, limits):
    """What the run was asked, and with what: written before its first trial."""
    return {
        "schema": store.ALLOC_SCHEMA,
        "started": store.now(),
        "argv": sys.argv,
        "asked": {name: getattr(asked, name) for name in _ASKED}
        | {"programs": str(Path(asked.programs).absolute())},
        "regex": asked.regex,
        "seed": planned.seed,
        "seconds": SECONDS,
        "limits": vars(limits),
        "plan_hash": planned.hash,
        "source": source.revision(),
        "environment": preload.tuning(),
        "programs": [_program(each) for each in planned.programs.values()],
        "debug_builds": [
            name for name, each in planned.programs.items() if each.facts.get("debug")
        ],
        "allocators": [_allocator(each) for each in found],
        "tests": [
            {**facts, "figure": alloc_program.figure_of(facts)}
            for facts in chosen.values()
        ],
    }


def _program(found):
    return {
        "name": found.name,
        "program": place.shown(found.path),
        "build_id": found.build,
        "facts": found.facts,
    }


def _allocator(found):
    return {
        "name": found.name,
        "title": found.title,
        "prefix": found.prefix,
        "version": found.version,
        "program": found.program.path.name if found.program else None,
        "library": str(found.malloc_file) if found.malloc_file else None,
        "preloaded": found.preloaded,
        "package": found.package,
        "absent": found.absent,
    }
