"""Files of a run that need not be there, or whole: then nothing is told of them."""

import json


def read(path):
    """The object in a file of JSON; an empty one if there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
