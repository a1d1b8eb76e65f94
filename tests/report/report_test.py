"""Reports in headless Chromium, by tests/report/*_test.mjs.

usage: report_test.py BUILD [NAME...]     of BUILD/report everything that is made stands; NAME is that of a test
exit: 0 passed, 1 failed, 77 what it needs is not there, which it names
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import made
import tools

_SKIPPED = 77
_SECONDS = 400


def main(build, *names):
    folder = Path(build).absolute() / "report"
    try:
        node, browser, library = tools.node(), tools.browser(), tools.library(folder)
    except tools.Missing as reason:
        print(f"skipped: {reason}")
        return _SKIPPED
    runs = {name: str(made.make(name, folder)) for name in made.SHAPES}
    told = {"browser": browser, "library": str(library), "runs": runs}
    told["figures"] = _figures()
    environment = {**os.environ, "REFBENCH_REPORT": json.dumps(told)}
    tests = [tools.HERE / f"{name}_test.mjs" for name in names]
    tests = tests or sorted(tools.HERE.glob("*_test.mjs"))
    command = [node, "--test", *map(str, tests)]
    return subprocess.run(command, env=environment, timeout=_SECONDS).returncode


def _figures():
    """The names of all figures, in the order of the report."""
    code = "from analysis.figures import FIGURES; print(*(f.name for f in FIGURES))"
    asked = ["/usr/bin/python3", "-B", "-c", code]
    where = made.ROOT / "results"
    return subprocess.run(
        asked, cwd=where, capture_output=True, text=True, check=True
    ).stdout.split()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
