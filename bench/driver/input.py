"""The files a workload reads.  Results are comparable only over the same bytes, so these are
part of every key."""

import hashlib
import os
from pathlib import Path

from . import place
from .refusal import Refusal


def located(name):
    """Inputs are named from the root of the project; absolute ones stay."""
    return place.ROOT / name


def digest(name):
    """sha256 of a file, or of a folder's files in the order of their names.  A symbolic link
    counts as what it leads to, and no file or folder counts twice."""
    path = located(name)
    if not path.is_dir():
        return _file(path)
    whole = hashlib.sha256()
    for relative, file in sorted(_files(path)):
        whole.update(f"{relative}\0{_file(file)}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def _file(path):
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()


def _files(top):
    seen = {top.resolve()}
    for folder, below, names in os.walk(top, followlinks=True):
        below[:] = sorted(name for name in below if _first(Path(folder, name), seen))
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file() and _first(file, seen):
                yield str(file.relative_to(top)), file


def _first(path, seen):
    real = path.resolve()
    first = real not in seen
    seen.add(real)
    return first


def digests(programs, workloads):
    """Input -> sha256, for the inputs of these workloads.  Refused if one cannot be read."""
    found = {}
    for program in programs:
        for name in workloads:
            for item in program.workloads.get(name, {}).get("inputs", []):
                if item not in found:
                    found[item] = _readable_digest(name, item)
    return found


def _readable_digest(workload, item):
    try:
        return digest(item)
    except OSError as error:
        raise Refusal(
            f"{workload} reads {item}, which cannot be read ({error.strerror}): "
            "cmake/install-packages installs what is missing"
        ) from None
