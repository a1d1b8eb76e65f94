"""Where things are in the project."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STRATEGIES = ROOT / "runtimes" / "rc" / "strategies.def"
PEERS = ROOT / "bench" / "peers"
PROGRAMS = ROOT / "build" / "release" / "bin"
RESULTS = ROOT / "results"
ANALYSIS = RESULTS / "analysis"
PYTHON = "/usr/bin/python3"  # the distribution's, which has its modules


def shown(path):
    """A path as people read it: relative to the project if it lies inside, else whole."""
    path = Path(os.path.abspath(path))
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
