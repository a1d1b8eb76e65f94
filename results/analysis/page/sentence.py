"""A sentence of the answer: text, and numbers that know which measurements they are of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    text: str
    of: tuple = ()  # subjects
    again: bool = False  # of each also the arm that ran it once more


class Sentence:
    def __init__(self, *parts):
        """Of texts, numbers and lists of these."""
        self.parts = list(_flat(parts))

    @property
    def text(self):
        return "".join(getattr(part, "text", part) for part in self.parts)


def _flat(parts):
    for part in parts:
        if isinstance(part, (list, tuple)):
            yield from _flat(part)
        else:
            yield part


@dataclass
class Paragraph:
    title: str
    sentences: list = field(default_factory=list)
    threads: object = ""  # if it is of one number of them
    more: list = field(default_factory=list)  # for who wants all of it


def joined(items, last=" and ", comma=", "):
    """Parts for a, b and c."""
    found = []
    for i, item in enumerate(items):
        if i:
            found.append(last if i == len(items) - 1 else comma)
        found.append(item)
    return found
