"""What the machine is and in what state: read from the kernel, never changed.

What cannot be read here is null, so that a reader can tell "no" from "not known", and the
reason stands under `unknown`.
"""

import os
import platform
import shutil
import socket
import subprocess

from . import cgroup, counters, kernel
from .kernel import Unknown
from .refusal import Refusal

_LIBRARIES = ("libbenchmark1*", "liburcu[0-9]*", "libhwloc[0-9]*", "libc6")
_CPU = "/sys/devices/system/cpu"


def host():
    return socket.gethostname().partition(".")[0] or "unnamed"


def cores():
    """Cores that processes started here may use."""
    return len(os.sched_getaffinity(0))


def memory():
    """Bytes: all there is, and what a program may have now, the container's limit included.  No
    limit is null too, without a reason."""
    found = kernel.gather(
        {
            "total": lambda: kernel.kilobytes("/proc/meminfo", "MemTotal"),
            "available": lambda: kernel.kilobytes("/proc/meminfo", "MemAvailable"),
            "limit": cgroup.memory_limit,
            "used": cgroup.memory_used,
        }
    )
    available, limit, used = found["available"], found["limit"], found["used"]
    if None not in (available, limit):
        available = min(available, limit - (used or 0))
    return {**found, "available": available}


def check_memory(needed):
    available = memory()["available"]
    if available is not None and available < needed:
        raise Refusal(
            f"{available >> 20} MiB of memory are free and this run needs {needed >> 20}: "
            "end other programs, or choose smaller workloads"
        )


def facts():
    """What does not change during a run."""
    return kernel.gather(
        {
            "host": host,
            "cpu": _cpu,
            "architecture": platform.machine,
            "cores": os.cpu_count,
            "usable_cores": cores,
            "usable": cgroup.processors,
            "threads_per_core": _siblings,
            "smt": lambda: bool(kernel.number(f"{_CPU}/smt/active")),
            "kernel": platform.release,
            "virtual": _virtual,
            "product": lambda: kernel.text("/sys/class/dmi/id/product_name"),
            "aslr": lambda: kernel.text("/proc/sys/kernel/randomize_va_space"),
            "transparent_huge_pages": lambda: kernel.chosen(
                "/sys/kernel/mm/transparent_hugepage/enabled"
            ),
            "clock_source": lambda: kernel.text(
                "/sys/devices/system/clocksource/clocksource0/current_clocksource"
            ),
            "cpu_quota": cgroup.cpu_quota,
            "memory_limit": cgroup.memory_limit,
            "counters": counters.available,
            "libraries": _libraries,
        }
    )


def _cpu():
    try:
        return kernel.field("/proc/cpuinfo", "model name", "Processor", "CPU part")
    except Unknown:
        if platform.processor():
            return platform.processor()
        raise


def _siblings():
    listed = kernel.text(f"{_CPU}/cpu0/topology/thread_siblings_list")
    bounds = [part.partition("-") for part in listed.split(",")]
    return sum(int(last or first) - int(first) + 1 for first, _, last in bounds)


def _virtual():
    return "hypervisor" in kernel.field("/proc/cpuinfo", "flags").split()


def _libraries():
    """Versions of the libraries that are measured with, where the distribution can tell."""
    if not shutil.which("dpkg-query"):
        raise Unknown("no dpkg here to ask")
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
    return kernel.gather(
        {
            "load": lambda: list(os.getloadavg()),
            "memory": memory,
            "steal_ticks": steal_ticks,
            "steal_share": _steal_share,
            "swap_used": _swap_used,
            "pressure": _pressure,
            "governor": lambda: kernel.text(f"{_CPU}/cpu0/cpufreq/scaling_governor"),
            "turbo": _turbo,
            "frequency_khz": lambda: kernel.number(
                f"{_CPU}/cpu0/cpufreq/scaling_cur_freq"
            ),
        }
    )


def _steal_share():
    """Of all cores' time since the system started, what other guests of the host had."""
    words = kernel.text("/proc/stat").partition("\n")[0].split()
    ticks = [int(word) for word in words[1:9]]  # those behind are in the first two
    if len(ticks) < 8 or words[0] != "cpu":
        raise Unknown("/proc/stat does not tell of stolen time")
    return ticks[7] / sum(ticks) if sum(ticks) else 0.0


def _swap_used():
    """Bytes that lie on a disk."""
    total = kernel.kilobytes("/proc/meminfo", "SwapTotal")
    return total - kernel.kilobytes("/proc/meminfo", "SwapFree")


def _pressure():
    """Share of the last ten seconds in which some task waited for a processor."""
    line = kernel.text("/proc/pressure/cpu").partition("\n")[0]
    words = dict(word.split("=") for word in line.split()[1:])
    return float(words["avg10"]) / 100


def _turbo():
    """Whether the processor may run faster than its rated frequency."""
    try:
        return not kernel.number(f"{_CPU}/intel_pstate/no_turbo")
    except Unknown:
        return bool(kernel.number(f"{_CPU}/cpufreq/boost"))


def steal_ticks():
    """Ticks in which another guest of the host ran instead of this one, over all cores."""
    words = kernel.text("/proc/stat").partition("\n")[0].split()
    if len(words) < 9 or words[0] != "cpu":
        raise Unknown("/proc/stat does not tell of stolen time")
    return int(words[8])
