"""Reading what the kernel tells in files.

ROOT is where its file systems are; tests put a machine of their own there.
"""

from pathlib import Path

ROOT = Path("/")


class Unknown(Exception):
    """A fact that this machine does not give; the text says why."""


def text(path):
    """The contents of a file.  Unknown if it cannot be read."""
    try:
        return (ROOT / path.lstrip("/")).read_text("utf-8", "replace").strip()
    except OSError as error:
        raise Unknown(f"{path}: {error.strerror}") from None


def number(path):
    found = text(path)
    try:
        return int(found)
    except ValueError:
        raise Unknown(f"{path} holds no number: {found[:40]!r}") from None


def chosen(path):
    """The word in brackets, as in `always [madvise] never`."""
    for word in text(path).split():
        if word.startswith("[") and word.endswith("]"):
            return word[1:-1]
    raise Unknown(f"{path} marks no choice")


def field(path, *names):
    """The value of the first `name : value` in a file whose name is one of these."""
    for line in text(path).splitlines():
        key, _, value = line.partition(":")
        if key.strip() in names:
            return value.strip()
    raise Unknown(f"{path} has no line {' or '.join(names)}")


def kilobytes(path, name):
    """Bytes of a line such as `MemTotal: 100 kB`."""
    return int(field(path, name).split()[0]) * 1024


def gather(readers):
    """What the readers return, by name; null where one does not know, with the reason under
    `unknown`."""
    values, unknown = {}, {}
    for name, read in readers.items():
        try:
            values[name] = read()
        except Unknown as reason:
            values[name], unknown[name] = None, str(reason)
        except (ValueError, LookupError) as error:
            values[name], unknown[name] = None, f"told in an unusual way: {error}"
    return {**values, "unknown": unknown}
