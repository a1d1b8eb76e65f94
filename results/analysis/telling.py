"""What a drawn thing tells: a text to hover over, and what a page's script selects it by.

An artist of matplotlib carries it in its group id, which is all that its SVG writer lets through;
svg.py turns the id into a <title> and attributes.
"""

import base64
import json

from .plain_text import clean

MARK = "tell:"


def tell(artist, text, runtime=None, workload=None, threads=None):
    """Marks an artist, or each of several that were drawn together; returns it."""
    told = {
        "text": clean(text),
        "runtime": runtime,
        "workload": workload,
        "threads": threads,
    }
    packed = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
    for each in artist if isinstance(artist, (list, tuple)) else [artist]:
        each.set_gid(MARK + packed)
    return artist


def told(mark):
    """What tell() put into this id: (text, attribute -> value)."""
    found = json.loads(base64.urlsafe_b64decode(mark.removeprefix(MARK)))
    text = found.pop("text")
    return text, {f"data-{n}": clean(v) for n, v in found.items() if v is not None}
