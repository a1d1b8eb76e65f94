#!/usr/bin/python3
"""Compiles runtimes/rc/contract.c and says in one line each what the strategy lacks.

usage: contract.py COMPILER HEADER [FLAG...]

The compiler finds what is missing or mistyped, but does not know what to do about it: that is read
from the lists in contract.h and from the prose of rc.h.  Other errors are passed on, whole if the
contract is kept.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RC = ROOT / "runtimes" / "rc"
TYPES = {
    "struct rc_header": "what the strategy keeps in each object",
    "struct rc_thread": "what it keeps for each thread; { char none; } if nothing",
    "rc_slot": "a field that threads may race on",
    "rc_cslot": "a field that never changes; runtimes/rc/eager.h has one",
}


def operations():
    """Operation -> how it is declared."""
    text = re.sub(r"\s+", " ", (RC / "contract.h").read_text("utf-8"))
    found = re.findall(r"RC_REQUIRE\((\w+), ([^;\"]+?)\);", text)
    return {f"strategy_{verb}": declaration(verb, types) for verb, types in found}


def declaration(verb, types):
    result, _, arguments = types.partition(", ")
    space = "" if result.endswith("*") else " "
    return f"{result}{space}strategy_{verb}({arguments})"


def constants():
    """Constant -> what it says of a strategy."""
    listed = re.search(
        r"RC_CAPABILITIES_DEFINED =([^}]+)", (RC / "contract.h").read_text("utf-8")
    )
    names = ["RC_CONTRACT", *re.findall(r"RC_\w+", listed[1])]
    prose = (RC / "rc.h").read_text("utf-8")
    return {name: meaning(name, prose) for name in names}


def meaning(name, prose):
    """The first line of rc.h that explains it."""
    found = re.search(rf"^ \*\s+{name}\s+(.+)$", prose, re.MULTILINE)
    return found[1].partition(":")[0] if found else "a capability"


def without_quotes(line):
    return re.sub("[‘’`']", "'", line)


def said(line, known_operations, known_constants):
    """What a line with an error of the compiler means for the strategy; None if something else."""
    line = without_quotes(line)
    missing = re.search(
        r"'(\w+)' undeclared|undeclared identifier '(\w+)'|undeclared function '(\w+)'"
        r"|implicit declaration of function '(\w+)'|unknown type name '(\w+)'"
        r"|incomplete type '(struct \w+)'|'(struct \w+)'? has incomplete type",
        line,
    )
    if missing:
        return remedy(
            next(filter(None, missing.groups())), known_operations, known_constants
        )
    words = re.search(
        r'static[_ ]assert\w* failed\b[^"]*"(.+)"|error: #error "(.+)"|error: "(.+)"',
        line,
    )
    if words:
        return re.sub(r'"\s*"', "", next(filter(None, words.groups())))
    return None


def remedy(name, known_operations, known_constants):
    if name in known_operations:
        return f"{name} is missing: define {known_operations[name]}"
    if name in known_constants:
        return (
            f"{name} is missing: give it a value in the enum ({known_constants[name]})"
        )
    if name in TYPES:
        return f"{name} is missing: define it ({TYPES[name]})"
    if name in ("eager_increment", "eager_decrement"):
        return f"{name} is missing: define it before eager.h is included"
    return None


def unread(compiler, flags, known_constants):
    """Constants of the strategy that nobody reads."""
    text = '#include "runtimes/rc/types.h"\n#include RC_STRATEGY_HEADER\n'
    command = [compiler, *flags, "-E", "-P", "-x", "c", "-"]
    found = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False
    )
    names = dict.fromkeys(re.findall(r"\b(RC_[A-Z]\w*)\s*=(?!=)", found.stdout))
    known = ", ".join(known_constants)
    return [
        f"{name} is read by nobody: it must be one of {known}, or have another prefix"
        for name in names
        if name not in known_constants
    ]


def explained(errors):
    """The compiler's errors in the words of the contract where there are any, each once.  What follows
    in contract.h from an error that was named is left out."""
    known = operations(), constants()
    lines = dict.fromkeys(said(line, *known) or line for line in errors)
    missing = {line.partition(" is missing")[0] for line in lines}
    return [
        line
        for line in lines
        if "contract.h:" not in line
        and (" must be" not in line or line.partition(" must be")[0] not in missing)
    ]


def compiled(compiler, flags):
    checked = [*flags, "-Werror=implicit-function-declaration", "-fsyntax-only"]
    return subprocess.run(
        [compiler, *checked, str(RC / "contract.c")],
        capture_output=True,
        text=True,
        check=False,
    )


def main():
    compiler, header, *flags = sys.argv[1:]
    found = compiled(compiler, flags)
    errors = [line for line in found.stderr.splitlines() if "error: " in line]
    told = explained(errors) + unread(compiler, flags, constants())
    if found.returncode and set(told) <= set(errors):
        sys.stderr.write(found.stderr)
        return 1
    for line in told:
        print(line if line in errors else f"{header}: error: {line}", file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
