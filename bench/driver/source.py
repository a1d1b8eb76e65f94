"""Which source a run was made of."""

import subprocess

from . import place


def _git(*words):
    try:
        answer = subprocess.run(
            ["git", "-C", str(place.ROOT), *words], capture_output=True, text=True
        )
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def revision():
    """The commit and whether the tree differs from it; null where git does not tell."""
    status = _git("status", "--porcelain")
    return {
        "revision": _git("rev-parse", "--verify", "--quiet", "HEAD"),
        "dirty": None if status is None else bool(status),
    }
