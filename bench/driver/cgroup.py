"""Limits that the container or the session puts on us: control groups, of both versions.

A limit may be set on any group above our own too; the tightest counts.
"""

import os

from . import kernel
from .kernel import Unknown

_UNIFIED = "/sys/fs/cgroup"
_NO_LIMIT = 1 << 62  # how the first version writes "none"


def _folders(controller):
    """(version, folders): our group and all above it."""
    unified = None
    for line in kernel.text("/proc/self/cgroup").splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return 1, _upwards(f"{_UNIFIED}/{controller}", path)
        if names == "":
            unified = path
    if unified is None:
        raise Unknown("we are in no control group")
    return 2, _upwards(_UNIFIED, unified)


def _upwards(top, path):
    parts = [part for part in path.split("/") if part]
    return ["/".join([top, *parts[:n]]) for n in range(len(parts), -1, -1)]


def _tightest(folders, limit):
    """The lowest limit of the folders and the folder that sets it; (None, None) if there is no
    limit.  Unknown if no folder tells."""
    found, told, reason = [], _only_the_top(folders), "no control group"
    for folder in folders:
        try:
            value = limit(folder)
            told = True
        except Unknown as unknown:
            reason = str(unknown)
            continue
        if value is not None:
            found.append((value, folder))
    if not told:
        raise Unknown(reason)
    return min(found, default=(None, None), key=lambda each: each[0])


def _only_the_top(folders):
    """Whether we are in the topmost group of the second version.  It sets no limits and has no
    file that says so, but it lists controllers: the folder is there without being mounted too.
    """
    if folders != [_UNIFIED]:
        return False
    try:
        kernel.text(f"{_UNIFIED}/cgroup.controllers")
    except Unknown:
        return False
    return True


def cpu_quota():
    """Processors' worth of time that we may use; None: no limit."""
    version, folders = _folders("cpu")
    return _tightest(folders, _quota_1 if version == 1 else _quota_2)[0]


def _quota_1(folder):
    quota = kernel.number(f"{folder}/cpu.cfs_quota_us")
    return None if quota < 0 else quota / kernel.number(f"{folder}/cpu.cfs_period_us")


def _quota_2(folder):
    quota, period = kernel.text(f"{folder}/cpu.max").split()
    return None if quota == "max" else int(quota) / int(period)


def memory_limit():
    """Bytes that we may use; None: no limit."""
    return _tightest_memory()[0]


def _tightest_memory():
    version, folders = _folders("memory")
    name = "memory.limit_in_bytes" if version == 1 else "memory.max"

    def limit(folder):
        found = kernel.text(f"{folder}/{name}")
        return None if found == "max" or int(found) >= _NO_LIMIT else int(found)

    return _tightest(folders, limit)


def memory_used():
    """Bytes in use in the group whose limit is the tightest, in our own if there is none."""
    version, folders = _folders("memory")
    name = "memory.usage_in_bytes" if version == 1 else "memory.current"
    return kernel.number(f"{_tightest_memory()[1] or folders[0]}/{name}")


def processors():
    """The processors that we may run on, as the kernel writes them: 0-3,6."""
    allowed = sorted(os.sched_getaffinity(0))
    runs = []
    for number in allowed:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in runs)
