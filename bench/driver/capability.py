"""What runtimes do not do alike, in words: so that nobody compares a leak with a free.

A program says what it is capable of (`--describe`, `--cases`).  What keeps its figures from being
compared with those of others is a difference: tables have its mark behind the runtime's name, and a
note for each mark below.
"""

_MARKS = "¹²³⁴"
_NOTES = {  # in the order of their marks
    "frees nothing": "no memory is used again: each page is new, and at the end all that was ever made is there",
    "frees later": "an object whose last reference is gone waits: its end is not in the time of the operation that let it go",
    "borrows": "references on the stack need not be counted: reading costs no count",
    "one thread": "nothing is paid for the safety of others: a floor for what counts",
}
NONE = "-"


def of_facts(facts):
    """The capabilities in what a program says of itself, in full: older ones said less."""
    told = facts.get("capabilities", {})
    return {"frees": True, "prompt_death": True, "borrows": False, **told}


def differences(capabilities):
    """Their names, in the order of their marks."""
    frees = capabilities.get("frees", True)
    found = {
        "frees nothing": not frees,
        "frees later": frees and not capabilities.get("prompt_death", True),
        "borrows": frees and capabilities.get("borrows", False),
        "one thread": capabilities.get("max_threads") == 1,
    }
    return [name for name in _NOTES if found[name]]


def words(capabilities):
    """(threads, when objects end, references on the stack), each in a word or two."""
    if not capabilities:
        return NONE, NONE, NONE
    if not capabilities.get("frees", True):
        return _threads(capabilities), "never", "not counted"
    ends = "at once" if capabilities.get("prompt_death", True) else "later"
    stack = "borrowed" if capabilities.get("borrows", False) else "counted"
    return _threads(capabilities), ends, stack


def _threads(capabilities):
    if capabilities.get("max_threads") == 1:
        return "one only"
    return "one at a time" if capabilities.get("serial", False) else "all at once"


class Marks:
    """Of the runtimes in one table: `of` has their capabilities by name."""

    def __init__(self, of):
        self._of = {name: differences(each) for name, each in of.items()}
        there = [
            name for name in _NOTES if any(name in found for found in self._of.values())
        ]
        self._marks = dict(zip(there, _MARKS))

    def name(self, runtime):
        """The runtime's name with its marks."""
        return runtime + "".join(
            self._marks[each] for each in self._of.get(runtime, [])
        )

    def legend(self):
        """A line for each mark."""
        return [
            f"  {mark} {self._who(name)}: {name}: {_NOTES[name]}"
            for name, mark in self._marks.items()
        ]

    def _who(self, difference):
        return ", ".join(
            name for name, found in self._of.items() if difference in found
        )


def marks(summary):
    """Those of a run."""
    return Marks(summary.get("capabilities", {}))
