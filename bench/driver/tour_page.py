"""A statement of the tour as a page: what is stated, what is to be seen, what was checked."""

import textwrap

from .tour_canvas import width
from .tour_text import TEXTS, Text

COLUMNS = 100
_HALF = COLUMNS // 2 - 1


def lines(statement, runtime, drawing):
    """The page; `drawing` are its lines of evidence."""
    text = TEXTS.get(statement["name"], Text("", ""))
    page = [
        _title(statement, runtime),
        *_wrapped(text.says),
        "",
        *drawing,
        "",
        *_wrapped(text.knows),
        *_measures(text.measure),
        "",
        *_checks(statement["checks"]),
    ]
    return [line.rstrip() for line in page]


def _title(statement, runtime):
    name = f"══ {statement['number']}  {statement['states']} "
    end = f" {runtime} ══"
    return name + "═" * (COLUMNS - len(name) - len(end)) + end


def _wrapped(text):
    return textwrap.wrap(text, COLUMNS, fix_sentence_endings=False)


def _measures(measure):
    longest = max((len(command) for command, _ in measure), default=0)
    return [f"  {command:{longest}}  # {what}" for command, what in measure]


def _checks(checks):
    """What failed, whole; what held, two in a line where they are short."""
    failed = [line for each in checks if not each["ok"] for line in _failure(each)]
    held = [f"✓ {each['what']}: {each['seen']}" for each in checks if each["ok"]]
    return [*failed, *paired(held)]


def _failure(check):
    return [
        f"✗ {check['what']}",
        f"    expected: {check['expected']}",
        f"    seen:     {check['seen']}",
    ]


def paired(texts):
    """Lines of two texts each, where both are no longer than half of a line."""
    found, waiting = [], None
    for text in texts:
        if width(text) > _HALF:
            found.append(text[:COLUMNS])
        elif waiting is None:
            waiting = text
        else:
            found.append(f"{waiting:{_HALF + 2}}{text}")
            waiting = None
    return found + ([waiting] if waiting else [])
