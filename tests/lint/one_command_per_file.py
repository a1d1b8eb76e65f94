#!/usr/bin/python3
"""Of a compile_commands.json with several commands for a file keeps the first one.

usage: one_command_per_file.py FROM TO

Every source is compiled once for each strategy; a checker needs to read it once.
"""

import json
import sys
from pathlib import Path


def first_of_each(commands):
    """The first command of each file, in the order given."""
    first = {}
    for command in commands:
        first.setdefault(command["file"], command)
    return list(first.values())


def main():
    source, target = (Path(argument) for argument in sys.argv[1:])
    commands = first_of_each(json.loads(source.read_text(encoding="utf-8")))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(commands, indent=1), encoding="utf-8")
    print(f"{len(commands)} files")
    return 0 if commands else 1


if __name__ == "__main__":
    sys.exit(main())
