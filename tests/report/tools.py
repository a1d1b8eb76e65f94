"""What the tests of reports need: node, Chromium, and playwright-core, which npm installs into the build folder.

Only tests need them, so a machine that lacks one runs the others.
"""

import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
_BROWSERS = ("chromium", "google-chrome", "google-chrome-stable")
_SECONDS = 120


class Missing(Exception):
    """Says what, and what to do."""


def node():
    return _found("node", "nodejs or another package with node")


def browser():
    """Those of snaps cannot read files of a build folder."""
    for name in _BROWSERS:
        path = shutil.which(name)
        if path and "snap" not in Path(path).resolve().parts:
            return path
    raise Missing("there is no chromium: cmake/install-packages installs it on Debian")


def _found(name, package):
    path = shutil.which(name)
    if not path:
        raise Missing(f"there is no {name}: install {package}")
    return path


def library(build):
    """The folder that playwright-core is in, as package.json wants it."""
    folder = Path(build) / "node_modules" / "playwright-core"
    wanted = _version(HERE / "package.json", "dependencies", "playwright-core")
    if _version(folder / "package.json", "version") != wanted:
        _install(Path(build))
    return folder


def _version(path, *names):
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for name in names:
            found = found[name]
        return found
    except (OSError, ValueError, KeyError):
        return None


def _install(build):
    npm = _found("npm", "npm")
    build.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", build)
    flags = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        ended = subprocess.run(
            [npm, "install", "--prefix", str(build), *flags],
            cwd=build,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"npm did not install playwright-core in {_SECONDS} s") from None
    if ended.returncode != 0:
        lines = [each for each in ended.stderr.splitlines() if "error" in each]
        why = lines[0] if lines else f"exit {ended.returncode}"
        raise Missing(f"npm cannot install playwright-core: {why}")
