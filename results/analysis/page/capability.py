"""What runtimes do not do alike, beside their names: so that nobody compares a leak with a free.

The differences, their marks and notes are those of the driver's tables.
"""

_MARKS = (
    "\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}\N{SUPERSCRIPT FOUR}"
)
_NOTES = {
    "frees nothing": "no memory is used again: each page is new, and at the end all that was ever made is there",
    "frees later": "an object whose last reference is gone waits: its end is not in the time of the operation that let it go",
    "borrows": "references on the stack need not be counted: reading costs no count",
    "one thread": "nothing is paid for the safety of others: a floor for what counts",
}


def _differences(of):
    frees = of.get("frees", True)
    return {
        "frees nothing": not frees,
        "frees later": frees and not of.get("prompt_death", True),
        "borrows": frees and of.get("borrows", False),
        "one thread": of.get("max_threads") == 1,
    }


class Marks:
    def __init__(self, summary):
        told = summary.get("capabilities") or {}
        self._of = {
            name: [each for each, there in _differences(can or {}).items() if there]
            for name, can in told.items()
        }
        there = [n for n in _NOTES if any(n in found for found in self._of.values())]
        self._marks = dict(zip(there, _MARKS))

    def name(self, runtime):
        """The runtime's name with its marks."""
        return runtime + "".join(self._marks[n] for n in self._of.get(runtime, []))

    def is_floor(self, runtime):
        """Whether it leaves out what others must do: freeing, or safety among threads."""
        return bool({"frees nothing", "one thread"} & set(self._of.get(runtime, [])))

    def notes(self):
        """(mark, who, what, what it means) of each."""
        return [
            (mark, [who for who, found in self._of.items() if name in found], name)
            + (_NOTES[name],)
            for name, mark in self._marks.items()
        ]
