"""Where objects are made: the addresses of a profile's sites, as lines of the workload.

All objects are made in the runtime, because a workload asks for them; so of the calls that lead there, the innermost
one that is outside of the runtime is told.  addr2line of binutils, which comes with the compiler, knows the lines; without it
the place is null.
"""

import re
import subprocess
from pathlib import Path

_RUNTIME = re.compile(r"(^|/)(alloc|gc|runtimes)/(?!.*/bench/)")
_SUMS = ("made", "bytes", "died", "seen", "shared", "moved", "mixed")
_KINDS = ("owner", "foreign", "immortal")
_TIMEOUT = 60


def named(program, sites):
    """The same sites with their place under "where", those of one type and place together."""
    addresses = sorted({address for site in sites for address in site["calls"]})
    lines = _lines(program, addresses)
    found = {}
    for site in sites:
        where = _where(site["calls"], lines)
        _add(found.setdefault((site["name"], where), {"where": where}), site)
    return list(found.values())


def _add(whole, site):
    for name in ("name", "block"):
        whole[name] = site[name]
    for name in (*_SUMS, *_KINDS):
        whole[name] = whole.get(name, 0) + site[name]
    whole["most"] = max(whole.get("most", 0), site["most"])


def _where(calls, lines):
    """`file:line function`, the innermost that is no part of the runtime."""
    for address in calls:
        for function, file, line in lines.get(address, ()):
            if not _RUNTIME.search(file):
                return f"{Path(file).name}:{line} {function}"
    return None


def _lines(program, addresses):
    """address -> (function, file, line) of it and of those it is inlined into."""
    asked = "".join(f"{address - 1:#x}\n" for address in addresses)  # within the call
    command = ["addr2line", "-f", "-i", "-a", "-e", str(program)]
    try:
        told = subprocess.run(
            command, input=asked, capture_output=True, text=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found, rows = {}, told.stdout.splitlines()
    for at, row in enumerate(rows):
        if row.startswith("0x"):
            own = found.setdefault(int(row, 16) + 1, [])
        elif at + 1 < len(rows) and (line := _line(rows[at + 1])):
            own.append((row, *line))
    return found


def _line(text):
    """(file, line), or None if it is not known or no line at all."""
    file, _, line = text.partition(" (discriminator")[0].rpartition(":")
    return (file, line) if file and line.isdigit() and line != "0" else None
