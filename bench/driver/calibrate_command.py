"""refbench calibrate: what single operations cost on this machine."""

import secrets
import sys
import tempfile
from pathlib import Path

from . import calibration, calibration_table, lock, option, place, program, record
from .progress import Progress
from .refusal import OK, TRIALS_FAILED, Refusal

NAME = "calibrate"
HELP = "measure what single operations cost on this machine, for explain"
EXAMPLES = """  refbench calibrate
  refbench calibrate --write                # results/calibration/<host>.json
  refbench calibrate --runtime gil,plain --blocks 10"""
BLOCKS = 6  # the fewest with an interval
SECONDS = 0.01  # of each benchmark, each time that it runs in a process


def add_arguments(parser):
    add = parser.add_argument
    add("--runtime", default="", metavar="A,B", help="only these runtimes")
    blocks = f"how many interleaved repetitions (default: {BLOCKS})"
    add("--blocks", type=int, default=BLOCKS, metavar="N", help=blocks)
    add("--seed", type=int, metavar="N", help="of their order (default: random)")
    add("--json", action="store_true", help=f"for programs: {calibration.SCHEMA}")
    add("--write", action="store_true", help="into calibration/ of the results, too")
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)


def go(asked):
    if asked.blocks < 1:
        raise Refusal(f"--blocks takes a number from 1 on, not {asked.blocks}")
    names = option.names(asked.runtime)
    found = program.find(option.programs(asked.programs), names)
    own = [each for each in found if not program.is_peer(each.facts)]
    if not own:
        raise Refusal("a peer has no workloads to explain: name a runtime")
    seed = secrets.randbits(32) if asked.seed is None else asked.seed
    with lock.MachineLock(), tempfile.TemporaryDirectory() as folder:
        progress = Progress(sys.stderr)
        document = calibration.measure(
            own, asked.blocks, SECONDS, seed, Path(folder), progress
        )
    if asked.write:
        _write(asked.results, document)
    shown = record.text(document, indent=2) if asked.json else None
    print(shown or calibration_table.text(document))
    return TRIALS_FAILED if document["failed"] else OK


def _write(results, document):
    where = calibration.path(results)
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        record.write(where, document)
    except OSError as error:
        raise Refusal(
            f"{error.filename}: {error.strerror}: choose another --results"
        ) from None
