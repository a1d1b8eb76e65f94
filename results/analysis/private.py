"""Names that reach no report unless asked for: of the host, of its user, of folders.

They stand in ids of runs, arguments, file names, reasons and environments, so every text that a report
takes out of a run goes through here.
"""

import json
import re
from pathlib import PurePath

_ID = re.compile(r"\b(\d{8}T\d{6}Z)-(?P<host>[^-\s/]+)-(?P<label>[A-Za-z0-9._-]+)")
_PATH = re.compile(
    r"(?<![\w.:/~-])(?:file://)?(?:~(?:[A-Za-z_][\w.-]*)?|/[\w.+@-]+)(?:/[\w.+@-]+)+/?"
)
_SHARED = ("/usr/", "/sys/", "/proc/", "/etc/", "/dev/", "/lib/", "/bin/", "/opt/")
_HOME = re.compile(r"/(?:home|Users)/([^/\s]+)")


class Names:
    """What to leave out of one run's texts; nothing if names are asked for."""

    def __init__(self, run_id, texts=(), hosts=(), shown=False):
        self.shown = shown
        found = _ID.match(run_id)
        own = {found["host"]} if found else set()
        own |= {each for each in hosts if each}
        own |= {user for text in texts for user in _HOME.findall(text)}
        ordered = sorted(own, key=lambda name: (-len(name), name))
        words = "|".join(re.escape(name) for name in ordered)
        self._words = re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])") if words else None

    def clean(self, text):
        """The text without them."""
        if self.shown or not isinstance(text, str):
            return text
        text = _HOME.sub("\N{HORIZONTAL ELLIPSIS}", _PATH.sub(_short, text))
        text = _ID.sub(r"\1-\g<label>", text)
        return self._words.sub("host", text) if self._words else text


def _short(found):
    """Of a path that says where somebody keeps things, its last part."""
    path = found[0]
    if path.startswith(_SHARED):
        return path
    return "\N{HORIZONTAL ELLIPSIS}/" + PurePath(path).name


def of(run, shown=False):
    """The names that a run's folder has, to be left out of what is told of it."""
    manifest, environment = (
        _read(run.path / name) for name in ("manifest.json", "env.json")
    )
    machines = [environment, *(environment.get("machines") or [])]
    hosts = {(each.get("facts") or {}).get("host") for each in machines}
    hosts |= {each.get("host") for each in run.summary.get("machines") or []}
    texts = [*map(str, manifest.get("argv") or []), str(run.path.absolute())]
    return Names(run.id, texts, hosts, shown)


def _read(path):
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
