"""What the machine is and in what state: read from the kernel, never changed.

What cannot be read here is null, so that a reader can tell "no" from "not known".
"""

import os
import platform
import shutil
import socket
import subprocess
from pathlib import Path

from .refusal import Refusal

_LIBRARIES = ("libbenchmark1*", "liburcu[0-9]*", "libhwloc[0-9]*", "libc6")


def host():
    return socket.gethostname().partition(".")[0] or "unnamed"


def cores():
    """Cores that processes started here may use."""
    return len(os.sched_getaffinity(0))


def _text(path):
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _field(path, name):
    """The value of `name : value` in a file of the kernel."""
    for line in (_text(path) or "").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def memory():
    """Bytes: all there is, and what a program may have now, the container's limit included."""
    sizes = {
        name: _kilobytes(_field("/proc/meminfo", name))
        for name in ("MemTotal", "MemAvailable")
    }
    limit, used = _text("/sys/fs/cgroup/memory.max"), _text(
        "/sys/fs/cgroup/memory.current"
    )
    available = sizes["MemAvailable"]
    if available is not None and (limit or "").isdigit() and (used or "").isdigit():
        available = min(available, int(limit) - int(used))
    return {"total": sizes["MemTotal"], "available": available}


def _kilobytes(text):
    return int(text.split()[0]) * 1024 if text else None


def check_memory(needed):
    available = memory()["available"]
    if available is not None and available < needed:
        raise Refusal(
            f"{available >> 20} MiB of memory are free and this run needs {needed >> 20}: "
            "end other programs, or choose smaller workloads"
        )


def facts():
    """What does not change during a run."""
    return {
        "host": host(),
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor() or None,
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "usable_cores": cores(),
        "threads_per_core": _siblings(),
        "kernel": platform.release(),
        "virtual": _virtual(),
        "aslr": _text("/proc/sys/kernel/randomize_va_space"),
        "libraries": _libraries(),
    }


def _siblings():
    text = _text("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
    return len(text.replace("-", ",").split(",")) if text else None


def _virtual():
    flags = _field("/proc/cpuinfo", "flags")
    return None if flags is None else "hypervisor" in flags.split()


def _libraries():
    """Versions of the libraries that are measured with, where the distribution can tell."""
    if not shutil.which("dpkg-query"):
        return {}
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *_LIBRARIES],
        capture_output=True,
        text=True,
    )
    return dict(
        line.split(" ", 1) for line in answer.stdout.splitlines() if line[-1:] != " "
    )


def state():
    """What may change during a run."""
    cpu = "/sys/devices/system/cpu"
    return {
        "load": list(os.getloadavg()),
        "memory": memory(),
        "steal_ticks": steal_ticks(),
        "governor": _text(f"{cpu}/cpu0/cpufreq/scaling_governor"),
        "boost": _text(f"{cpu}/cpufreq/boost"),
        "frequency_khz": _text(f"{cpu}/cpu0/cpufreq/scaling_cur_freq"),
    }


def steal_ticks():
    """Ticks in which another guest of the host ran instead of this one, over all cores."""
    words = (_text("/proc/stat") or "").partition("\n")[0].split()
    return int(words[8]) if len(words) > 8 and words[0] == "cpu" else None
