"""One run at a time on a machine: two that share its cores would measure each other.

The lock is a listening socket with an abstract name: it leaves no file behind, belongs to no user,
and is gone when its owner is, however that ended.  The kernel tells who listens.
"""

import errno
import os
import socket
import struct

from .refusal import Refusal

NAME = "refbench/run"


class MachineLock:
    """Held from entry to exit of a `with`; refused if another process has it."""

    def __init__(self, name=None):
        self.address = "\0" + (name or os.environ.get("REFBENCH_LOCK") or NAME)
        self.socket = None

    def __enter__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.bind(self.address)
        except OSError as error:
            self.socket.close()
            if error.errno != errno.EADDRINUSE:
                raise
            raise Refusal(
                f"another run{self._holder()} is measuring on this machine: "
                "wait until it has ended"
            ) from None
        self.socket.listen(16)
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _holder(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            try:
                asking.settimeout(1)
                asking.connect(self.address)
                who = asking.getsockopt(
                    socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
                )
            except OSError:
                return ""
            return f" (process {struct.unpack('3i', who)[0]})"
