"""Lengths of time as people write and read them: 90, 90s, 10m, 1h30m."""

import re

_UNITS = {"h": 3600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")


def parse(text):
    """Seconds; ValueError if `text` is no length of time, or none at all."""
    match = _WRITTEN.fullmatch(text.strip())
    parts = match.groups() if match else (None, None, None)
    seconds = sum(
        float(part) * unit for part, unit in zip(parts, _UNITS.values()) if part
    )
    if not 0 < seconds < 1e7:
        raise ValueError(text)
    return seconds


def show(seconds):
    """Short: 7s, 2m05s, 1h02m."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
