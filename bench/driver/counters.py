"""Whether this process may use the processor's counters: tried, not guessed."""

import ctypes
import errno
import os
import platform
import struct

from . import kernel
from .kernel import Unknown

_CALL = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319, "s390x": 331}
_SIZE = 64  # of the first version of struct perf_event_attr
_EXCLUDE_KERNEL_AND_HYPERVISOR = 1 << 5 | 1 << 6


def available():
    """True, or Unknown with the reason."""
    number = _CALL.get(platform.machine())
    if number is None:
        raise Unknown(f"how to ask is not known for {platform.machine()}")
    problem = _open_cycles(number)
    if problem is None:
        return True
    raise Unknown(_reason(problem))


def _open_cycles(number):
    """Opens a counter of cycles of this process and closes it; the errno, None if it went well."""
    libc = ctypes.CDLL(None, use_errno=True)
    hardware, cycles = 0, 0
    attributes = struct.pack(
        "IIQQQQQ", hardware, _SIZE, cycles, 0, 0, 0, _EXCLUDE_KERNEL_AND_HYPERVISOR
    ).ljust(_SIZE, b"\0")
    longs = [ctypes.c_long(value) for value in (0, -1, -1, 0)]
    descriptor = libc.syscall(ctypes.c_long(number), attributes, *longs)
    if descriptor < 0:
        return ctypes.get_errno()
    os.close(descriptor)
    return None


def _reason(problem):
    if problem in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        return "the processor gives none, as is usual in a virtual machine"
    if problem in (errno.EACCES, errno.EPERM):
        return f"not allowed: kernel.perf_event_paranoid is {_paranoid()}"
    if problem == errno.ENOSYS:
        return "the kernel was built without them"
    return os.strerror(problem)


def _paranoid():
    try:
        return kernel.text("/proc/sys/kernel/perf_event_paranoid")
    except Unknown:
        return "not readable"
