"""What a source file of a project may include, read from its lines: whatever their conditions say."""

import functools
import re

from places import file_of, is_there

INCLUDE = re.compile(
    r'^\s*#\s*(?:include|define\s+\w+)\s+"([^"]+[.][ch])"|^\s*#\s*include\s+(\w+)', re.M
)


@functools.cache
def _lines_of(file):
    """(name, macro): what the file names, to be included or as what a macro stands for."""
    return INCLUDE.findall(file_of(file).read_text(encoding="utf-8"))


def _of(file, definitions):
    meant = dict(each[2:].replace('"', "").split("=", 1) for each in definitions)
    named = [name or meant.get(macro, "") for name, macro in _lines_of(file)]
    return [name for name in named if is_there(name)]


def all_of(file, definitions):
    """The file and those that it includes, also by others; definitions are those of macros (-DNAME=TEXT)."""
    found, due = set(), [file]
    while due:
        each = due.pop()
        if each not in found:
            found.add(each)
            due += _of(each, definitions)
    return sorted(found)
