"""refbench new-runtime: a counting strategy to begin with."""

import shlex
from pathlib import Path

from . import kit, place, program

NAME = "new-runtime"
HELP = "write a counting strategy that compiles, passes and explains itself"
EXAMPLES = """  refbench new-runtime mine                 # in this tree
  refbench new-runtime mine --dir ~/mine    # a project of its own, which uses refbench"""
_IN_TREE = """\
cmake --preset release
bench/refbench check {name}
tests/model/run {name}_drop
tests/fault/run {name}_relaxed_drop
cmake --build --preset programs
bench/refbench run --runtime gil,{name}"""
_OUTSIDE = """\
cd {folder}
cmake -G Ninja -S . -B build -Drefbench_DIR={root}/cmake
cmake --build build --target refbench-{name}-debug
{root}/bench/refbench check build/bin/refbench-{name}
{root}/tests/model/run --project . model/{name}_drop.c"""


def add_arguments(parser):
    add = parser.add_argument
    add("name", metavar="NAME", help="small letters, digits and underscores")
    where = "an empty folder, or one to be made (default: in this tree)"
    add("--dir", metavar="DIR", help=where)


def go(asked):
    taken = {*program.strategies(), *program.peers(), *program.VARIANTS, program.TALLY}
    name = kit.checked_name(asked.name, taken)
    made = kit.outside(name, asked.dir) if asked.dir else kit.in_tree(name)
    made.write()
    for path in made.new:
        print(f"wrote {place.shown(path)}")
    for path in made.changed:
        print(f"added a line to {place.shown(path)}")
    print(f"\n{_next(name, asked.dir)}")
    return 0


def _next(name, folder):
    """What to do with it, to be pasted into a shell."""
    if not folder:
        return _IN_TREE.format(name=name)
    return _OUTSIDE.format(
        name=name,
        folder=shlex.quote(str(Path(folder).absolute())),
        root=shlex.quote(str(place.ROOT)),
    )
