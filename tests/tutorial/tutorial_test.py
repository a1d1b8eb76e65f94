#!/usr/bin/python3
"""Does what docs/tutorial.md says, block by block, in a scratch folder.

usage: tutorial_test.py REFBENCH SCRATCH

REFBENCH is this tree, or an installed package of it.  SCRATCH is made anew, and stays.
"""

import os
import shutil
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

import blocks

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
SECONDS = 300  # for one block


def main():
    refbench, scratch = (Path(each).resolve() for each in sys.argv[1:])
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    environment = {
        **os.environ,
        "REFBENCH": str(refbench),
        "REFBENCH_LOCK": f"refbench/tutorial/{os.getpid()}",
    }
    reader = blocks.Reader(scratch, environment, SECONDS)
    found = blocks.blocks(TUTORIAL.read_text(encoding="utf-8"))
    if not found:
        sys.exit(f"{TUTORIAL} has no blocks")
    for block in found:
        begin = time.monotonic()
        try:
            reader.do(block)
        except (blocks.Broken, OSError) as problem:
            sys.exit(f"{TUTORIAL}:{block.line}: {problem}")
        what = " ".join([block.kind, *block.words])
        print(f"line {block.line}: {what}: {time.monotonic() - begin:.1f} s")
    print(f"{len(found)} blocks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
