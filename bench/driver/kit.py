"""The files of a new strategy, from the templates of bench/kit.

In a template @name@ stands for the strategy's name, @NAME@ for that in capitals, and so on: the words
of a Kit.  A line that begins with @tree@ is for a strategy in the tree only.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from . import place
from .refusal import Refusal

TEMPLATES = place.ROOT / "bench" / "kit"
LONGEST = 24
_RC = place.ROOT / "runtimes" / "rc"
_FAULTS = place.ROOT / "alloc" / "base" / "faults.def"
_IN_TREE = "@tree@"
_KEYWORDS = """auto break case char const continue default do double else enum extern float for goto if
inline int long register restrict return short signed sizeof static struct switch typedef union
unsigned void volatile while bool true false main eager rc strategy""".split()


@dataclass(frozen=True)
class Kit:
    """What is to be written: path -> text of new files, path -> (old text, new text) of changes."""

    name: str
    new: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)

    def write(self):
        """All of it, or nothing that was there before is lost."""
        for path, text in self.new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "x", encoding="utf-8") as out:
                out.write(text)
        for path, text in self.changed.items():
            path.write_text(text, encoding="utf-8")


def checked_name(name, taken):
    if not re.fullmatch(rf"[a-z][a-z0-9_]{{0,{LONGEST - 1}}}", name):
        raise Refusal(
            f"{name!r} is no name of a strategy: small letters, digits and underscores, "
            f"a letter first, {LONGEST} at most"
        )
    if name in _KEYWORDS:
        raise Refusal(f"{name} is a word of C or of the contract: take another name")
    if name in taken:
        raise Refusal(f"there is a runtime {name} already: take another name")
    return name


def in_tree(name):
    """The strategy's files in the tree, its line of strategies.def and a seeded fault."""
    if not (place.ROOT / "CMakeLists.txt").exists():
        raise Refusal("this is an installed package: --dir DIR makes a project outside")
    words = _words(name, f"runtimes/rc/{name}.h", f"runtimes/rc/{name}.c")
    new = {
        _RC / f"{name}.h": _filled("strategy.h.in", words, True),
        _RC / f"{name}.c": _filled("strategy.c.in", words, True),
        _model(place.ROOT / "tests", name): _filled("model.c.in", words, True),
    }
    for path in new:
        if path.exists():
            raise Refusal(f"{place.shown(path)} is there already: take another name")
    changed = {
        place.STRATEGIES: _with_strategy(place.STRATEGIES.read_text("utf-8"), name),
        _FAULTS: _with_fault(_FAULTS.read_text("utf-8"), name),
    }
    return Kit(name, new, changed)


def outside(name, folder):
    """A project of its own."""
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(
            f"{place.shown(folder)} is not empty: --dir takes a new folder, or an empty one"
        )
    words = _words(name, f"{name}.h", f"{name}.c")
    templates = {
        "CMakeLists.txt": "CMakeLists.txt.in",
        "README.md": "README.md.in",
        f"{name}.h": "strategy.h.in",
        f"{name}.c": "strategy.c.in",
        f"model/{name}_drop.c": "model.c.in",
    }
    return Kit(
        name,
        {
            folder / file: _filled(template, words, False)
            for file, template in templates.items()
        },
    )


def _model(folder, name):
    return folder / "model" / f"{name}_drop.c"


def _words(name, header, source):
    return {
        "name": name,
        "NAME": name.upper(),
        "header": header,
        "source": source,
        "guard": re.sub(r"\W", "_", header).upper(),
        "contract": str(contract()),
        "root": str(place.ROOT),
        "refbench": str(place.ROOT / "bench" / "refbench"),
        "models": str(place.ROOT / "tests" / "model" / "run"),
        "package": f"-Drefbench_DIR={place.ROOT / 'cmake'}",
    }


def contract():
    """The number of the contract that this tree has."""
    text = (_RC / "types.h").read_text("utf-8")
    return int(re.search(r"^#define RC_CONTRACT_NUMBER (\d+)$", text, re.M).group(1))


def _filled(template, words, tree):
    """The text of a template with these words in it."""
    lines = []
    for line in (TEMPLATES / template).read_text("utf-8").splitlines():
        if line.startswith(_IN_TREE):
            if not tree:
                continue
            line = line.removeprefix(_IN_TREE)
        lines.append(re.sub(r"@(\w+)@", lambda word: words[word[1]], line))
    return "\n".join(lines) + "\n"


def _with_strategy(text, name):
    """The line goes before the last one: the last strategy stands for all in builds with sanitizers."""
    before = text.rindex("STRATEGY(")
    return f"{text[:before]}STRATEGY({name})\n{text[before:]}"


def _with_fault(text, name):
    """A fault after those of counts, which come first."""
    line = (
        f'SEED({name}_relaxed_drop, {name}, "model {name}_drop", '
        f'"{name}: who ends a reference does not tell what was done with it")\n'
    )
    after = text.index("\n\n", text.index("SEED(")) + 1
    return text[:after] + line + text[after:]
