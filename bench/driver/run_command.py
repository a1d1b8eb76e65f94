"""refbench run: measure."""

import secrets
import sys

from . import advice, environment, figures, heap, heap_search, lock, look
from . import machine
from . import manifest, memory, option, place, plan, printout, program, resume, setting
from . import store, suite
from . import shard as shards
from .pace import Limits
from .progress import Progress
from .refusal import Refusal
from .session import Session

NAME = "run"
HELP = "run workloads and micro benchmarks on every runtime, and show how they compare"
EXAMPLES = """  refbench run --fast
  refbench run words --runtime gil,biased --threads 1,2
  refbench run '^(words|binary_trees)$' --label before --budget 5m
  refbench run --rigorous --strict          # 20 blocks, on a machine that is fit for it
  refbench run --blocks 12 --seed 1 --shard 2/4
  refbench run --resume                     # what a run that was ended early left
  refbench run micro/pair --dry-run
  refbench run --suite all --budget 1h
  refbench run --tag server,cycles
  refbench run binary_trees --heap 1.5x,2x,4x
  refbench run kv_store --set kv_store.mix=a,b,c    # refbench list kv_store tells more
  refbench run --runtime gil,build/mine/bin/refbench-mine"""
BLOCKS = 10  # of a run without a budget
BUDGET = "10m"
RIGOROUS_BLOCKS = 20  # as many as verdicts of a few per cent take
RIGOROUS_BUDGET = "2h"
TIMEOUT = "60s"
REPEATS = 2  # of a contaminated trial, at most
_UNLIMITED = 1_000_000
_ANEW = {  # what only a new run can be asked, and what each is if nothing is said
    "regex": "",
    "fast": False,
    "rigorous": False,
    "blocks": None,
    "strict": False,
    "shard": None,
    "suite": "",
    "tag": "",
    "set": [],
    "heap": "",
    "heap_of": "",
    "again": False,
    "runtime": "",
    "threads": "",
    "pin": plan.PINS[0],
    "label": None,
    "budget": None,
    "timeout": TIMEOUT,
    "dry_run": False,
    "seed": None,
    "programs": [],
}


_UNASKED = {"micro_seconds": plan.MICRO_SECONDS, "usual": plan.THREADS}


def set_defaults(parser):
    """For commands that make a run of their own: what they ask nobody for is as usual.  To be called before
    what they do ask for is added."""
    parser.set_defaults(**_ANEW, **_UNASKED, resume=None)


def add_arguments(parser):
    add = parser.add_argument
    add("regex", nargs="?", default="", metavar="REGEX", help="which names to run")
    _add_blocks(add)
    _add_what(add)
    add("--label", metavar="L", help="part of the run's name")
    add("--timeout", default=TIMEOUT, metavar="T", help="for one trial (default: 60s)")
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    strict = "exit 5 before the first trial if the machine is unfit: refbench env"
    add("--strict", action="store_true", help=strict)
    again = "go on with a run that ended before its plan did (default: the newest)"
    add("--resume", nargs="?", const="", metavar="RUN", help=again)
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)
    parser.set_defaults(**_UNASKED)


def _add_blocks(add):
    """How many, and which."""
    fast = "one block: figures without a spread; of suite fast if nothing else is said"
    add("--fast", action="store_true", help=fast)
    many = f"{RIGOROUS_BLOCKS} blocks, as far as {RIGOROUS_BUDGET} goes"
    add("--rigorous", action="store_true", help=many)
    number = "so many blocks, however long they take, or as far as --budget goes"
    add("--blocks", type=int, metavar="N", help=number)
    blocks = f"(default: {BLOCKS} blocks, as far as {BUDGET} goes)"
    add("--budget", metavar="T", help=f"as many blocks as fit in T {blocks}")
    part = "of N that share a plan: only blocks I, I+N, ...; refbench merge joins them"
    add("--shard", metavar="I/N", help=part)
    add("--seed", type=int, metavar="N", help="of the trials' order (default: random)")


def _add_what(add):
    """What a block has."""
    suites = (
        "fast, headline or all: of its workloads (default: headline, all with REGEX)"
    )
    add("--suite", default="", metavar="NAME", help=suites)
    add(
        "--tag",
        default="",
        metavar="TAG,TAG",
        help="of workloads with one of these tags",
    )
    set_ = "a setting of a workload; of several values each, one beside another"
    add("--set", action="append", default=[], metavar="WORKLOAD.NAME=V,V", help=set_)
    heap_ = "in heaps of these multiples of the smallest one it runs in, or sizes (64M)"
    add("--heap", default="", metavar="1.5x,2x", help=heap_)
    of = f"whose smallest heap that is (default: {heap.REFERENCE})"
    add("--heap-of", default="", metavar="RUNTIME", help=of)
    twice = f"all of the base, {plan.BASE}, twice in each block: a noise floor of every workload"
    add("--again", action="store_true", help=twice)
    only = "only these runtimes; the path of a program is one, too"
    add("--runtime", default="", metavar="A,B", help=only)
    threads = "of workloads (default: 1,2,4; of suite fast with --fast: 1,2)"
    add("--threads", default="", metavar="1,2", help=threads)
    pins = "where threads run: on neighbouring cores (default), far apart, or anywhere"
    add("--pin", choices=plan.PINS, default=plan.PINS[0], help=pins)


def go(asked, text=printout.text):
    if asked.resume is not None:
        return _go_on(asked, text)
    label = store.checked_label(asked.label or _kind(asked))
    limits = _limits(asked)
    selection = _selection(asked)
    if asked.shard and heap_search.is_due(selection):
        raise Refusal("--shard takes --heap of sizes such as 64M: searches may differ")
    seed = secrets.randbits(32) if asked.seed is None else asked.seed
    planned, tallies = plan.made(selection, seed)
    if asked.dry_run:
        return _dry_run(planned, tallies, limits.first)
    machine.check_memory(selection.memory())
    if asked.strict:
        advice.check(environment.of_run(list(selection.programs)))
    with lock.MachineLock():
        run = store.create(asked.results, label)
        made = manifest.make(selection, planned, limits, _kind(asked))
        progress = Progress(sys.stderr)
        if program.beside(selection.programs) is None:
            progress.say("no refbench-tally there: count operations are not counted")
        return _measure(run, made, (selection, planned, tallies), progress, text)


def _go_on(asked, text):
    """With a run that ended early."""
    given = [name for name, usual in _ANEW.items() if getattr(asked, name) != usual]
    if given:
        what = "--resume goes on with what a run was asked: nothing else can be asked"
        raise Refusal(f"{what} ({', '.join(given)})")
    with lock.MachineLock():
        run, made, *planned = resume.reopened(asked)
        machine.check_memory(planned[0].memory())
        return _measure(run, made, planned, Progress(sys.stderr), text)


def _measure(run, made, planned, progress, text):
    """Runs what is planned, with its tallies; shows what there is then."""
    selection, whole, tallies = planned
    if heap_search.is_due(selection):
        made, whole, tallies = heap_search.planned(run, made, selection, progress)
    session = Session(whole, run, Limits(**made["limits"]), progress)
    noises = made.get("noise", [])
    looks = look.arms(whole, made["base"], noises) if made.get("looks") else []
    memories = memory.arms(whole, made, plan.SCALING) if made.get("memory") else []
    code, found = session.go(made, tallies, looks, memories)
    _show(run, found, text)
    try:
        if found["outcome"] != "interrupted":
            progress.say(figures.draw(run))
    finally:
        print(f"results: {place.shown(run.path)}")
    return code


def _kind(asked):
    return "fast" if asked.fast else "rigorous" if asked.rigorous else "default"


def _limits(asked):
    if asked.fast and (asked.rigorous or asked.blocks is not None):
        other = "--rigorous" if asked.rigorous else "--blocks"
        raise Refusal(f"--fast is one block: leave it out, or {other}")
    if asked.blocks is not None and asked.blocks < 1:
        raise Refusal(f"--blocks takes a number from 1, not {asked.blocks}")
    budget = option.seconds("--budget", asked.budget or _usual_budget(asked))
    timeout = option.seconds("--timeout", asked.timeout)
    shard = shards.of(asked.shard, asked.seed, _blocks(asked))
    return Limits(shard.blocks(_blocks(asked)), budget, timeout, REPEATS, *shard)


def _blocks(asked):
    """At most."""
    if asked.fast:
        return 1
    usual = _UNLIMITED if asked.budget else BLOCKS
    return asked.blocks or (RIGOROUS_BLOCKS if asked.rigorous else usual)


def _usual_budget(asked):
    if asked.rigorous:
        return RIGOROUS_BUDGET
    return f"{_UNLIMITED}s" if asked.blocks else BUDGET


def _selection(asked):
    regex = plan.checked_regex(asked.regex)
    counts = option.threads(asked.threads)
    if asked.threads and not counts:
        raise Refusal("--threads takes numbers such as 1,2,4")
    where = option.programs(asked.programs)
    programs = program.find(where, option.names(asked.runtime))
    seconds = plan.MICRO_SECONDS_FAST if asked.fast else asked.micro_seconds
    which, tags = _suite(asked), tuple(option.names(asked.tag))
    if asked.tag and not tags:
        raise Refusal("--tag takes tags such as server,cycles")
    suite.check(programs, which, tags)
    settings = setting.variants(programs, asked.set)
    few = asked.fast and which == suite.FAST
    usual = plan.THREADS_FAST if few else asked.usual
    heaps = heap.heaps(asked.heap, asked.heap_of, where, programs)
    more = (which, tags, settings, usual, heaps, asked.again)
    return plan.Selection(tuple(programs), regex, counts, asked.pin, seconds, *more)


def _suite(asked):
    """The one that is named; else what is named otherwise is looked for among all."""
    usual = suite.FAST if asked.fast else suite.HEADLINE
    return asked.suite or (suite.ALL if asked.regex or asked.tag else usual)


def _dry_run(planned, tallies, first):
    order = planned.block(first)
    print(f"{len(tallies)} processes to count operations, {len(order)} in each block.")
    print(f"The first block, seed {planned.seed}:")
    for number, arm in enumerate(order, 1):
        print(f"{number:4d}  {arm.subject}  {arm.name}")
    return 0


def _show(run, found, text):
    """The tables, on their way to the reader before anything is drawn: that may fail, or be killed."""
    print(text(found))
    if found["outcome"] == "interrupted":
        done = sum(found["trials"].values())
        print(f"\ninterrupted: {done} trials are kept; refbench show {run.id}")
        print(f"refbench run --resume {run.id} goes on with it")
    print(flush=True)
