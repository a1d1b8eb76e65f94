"""refbench run: measure."""

import secrets
import sys

from . import figures, lock, machine, manifest, option, place, plan, printout
from . import program, resume, store
from .pace import Limits
from .progress import Progress
from .refusal import Refusal
from .session import Session

NAME = "run"
HELP = "run workloads and micro benchmarks on every runtime, and show how they compare"
EXAMPLES = """  refbench run --fast
  refbench run words --runtime gil,biased --threads 1,2
  refbench run '^(words|binary_trees)$' --label before --budget 5m
  refbench run --resume                     # what a run that was ended early left
  refbench run micro/pair --dry-run
  refbench run --runtime gil,build/mine/bin/refbench-mine"""
BLOCKS = 10  # of a run without a budget
BUDGET = "10m"
TIMEOUT = "60s"
_UNLIMITED = 1_000_000
_ANEW = {  # what only a new run can be asked, and what each is if nothing is said
    "regex": "",
    "fast": False,
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


def add_arguments(parser):
    add = parser.add_argument
    add("regex", nargs="?", default="", metavar="REGEX", help="which names to run")
    add("--fast", action="store_true", help="one block: figures without a spread")
    only = "only these runtimes; the path of a program is one, too"
    add("--runtime", default="", metavar="A,B", help=only)
    add("--threads", default="", metavar="1,2", help="of workloads (default: 1,2,4)")
    pins = "where threads run: on neighbouring cores (default), far apart, or anywhere"
    add("--pin", choices=plan.PINS, default=plan.PINS[0], help=pins)
    add("--label", metavar="L", help="part of the run's name")
    blocks = f"(default: {BLOCKS} blocks, as far as {BUDGET} goes)"
    add("--budget", metavar="T", help=f"as many blocks as fit in T {blocks}")
    add("--timeout", default=TIMEOUT, metavar="T", help="for one trial (default: 60s)")
    add("--dry-run", action="store_true", help="show the plan of a block and end")
    add("--seed", type=int, metavar="N", help="of the trials' order (default: random)")
    again = "go on with a run that ended before its plan did (default: the newest)"
    add("--resume", nargs="?", const="", metavar="RUN", help=again)
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)
    parser.set_defaults(micro_seconds=plan.MICRO_SECONDS)


def go(asked, text=printout.text):
    if asked.resume is not None:
        return _go_on(asked, text)
    label = store.checked_label(asked.label or ("fast" if asked.fast else "default"))
    limits = _limits(asked)
    selection = _selection(asked)
    seed = secrets.randbits(32) if asked.seed is None else asked.seed
    planned, tallies = plan.made(selection, seed)
    if asked.dry_run:
        return _dry_run(planned, tallies)
    machine.check_memory(selection.memory())
    with lock.MachineLock():
        run = store.create(asked.results, label)
        made = manifest.make(asked, selection, planned, limits)
        progress = Progress(sys.stderr)
        if program.beside(selection.programs) is None:
            progress.say("no refbench-tally there: count operations are not counted")
        return _measure(run, made, (planned, tallies), progress, text)


def _go_on(asked, text):
    """With a run that ended early."""
    given = [name for name, usual in _ANEW.items() if getattr(asked, name) != usual]
    if given:
        what = "--resume goes on with what a run was asked: nothing else can be asked"
        raise Refusal(f"{what} ({', '.join(given)})")
    with lock.MachineLock():
        run, made, selection, *planned = resume.reopened(asked)
        machine.check_memory(selection.memory())
        return _measure(run, made, planned, Progress(sys.stderr), text)


def _measure(run, made, planned, progress, text):
    """Runs what is planned, with its tallies; shows what there is then."""
    whole, tallies = planned
    session = Session(whole, run, Limits(**made["limits"]), progress)
    code, found = session.go(made, tallies)
    _show(run, found, text)
    try:
        if found["outcome"] != "interrupted":
            progress.say(figures.draw(run))
    finally:
        print(f"results: {place.shown(run.path)}")
    return code


def _limits(asked):
    budget = option.seconds("--budget", asked.budget or BUDGET)
    blocks = 1 if asked.fast else _UNLIMITED if asked.budget else BLOCKS
    return Limits(blocks, budget, option.seconds("--timeout", asked.timeout))


def _selection(asked):
    regex = plan.checked_regex(asked.regex)
    counts = option.threads(asked.threads)
    if asked.threads and not counts:
        raise Refusal("--threads takes numbers such as 1,2,4")
    where = option.programs(asked.programs)
    programs = program.find(where, option.names(asked.runtime))
    seconds = plan.MICRO_SECONDS_FAST if asked.fast else asked.micro_seconds
    return plan.Selection(tuple(programs), regex, counts, asked.pin, seconds)


def _dry_run(planned, tallies):
    order = planned.block(0)
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
