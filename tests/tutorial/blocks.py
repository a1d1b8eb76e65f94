"""The blocks of a tutorial in Markdown, each of which is done in turn in a folder.

    ```sh               is run, and must end well
    ```sh fails         is run, and must not
    ```text             what the block before printed: its lines, in this order, others may be between;
                        ... in a line stands for any text
    ```text once        what it printed once: shown, not held to
    ```c FILE           the whole of a new FILE
    ```c FILE opening   the comment that FILE begins with, instead of the one that it has
    ```diff             changes: `--- FILE`, then hunks after lines of @@; what a hunk has without + must be
                        in the file exactly once, and is replaced by what it has without -
"""

import re
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(r"\A/\*.*?\*/\n", re.DOTALL)


class Broken(Exception):
    """A block that does not do what the tutorial says."""


@dataclass(frozen=True)
class Block:
    kind: str
    words: tuple
    text: str
    line: int


def blocks(markdown):
    return [
        Block(
            found[1],
            tuple(found[2].split()),
            found[3],
            markdown.count("\n", 0, found.start()) + 1,
        )
        for found in _BLOCK.finditer(markdown)
    ]


class Reader:
    """Does what a reader does with the blocks."""

    def __init__(self, folder, environment, seconds):
        self.folder = Path(folder)  # where the last block left off
        self.environment = environment
        self.seconds = seconds
        self.printed = ""
        self.does = {
            "sh": self._run,
            "text": self._compare,
            "c": self._write,
            "diff": self._change,
        }

    def do(self, block):
        if block.kind not in self.does:
            raise Broken(f"nobody knows what to do with a block of {block.kind}")
        self.does[block.kind](block)

    def _run(self, block):
        script = f"set -eu\ntrap 'pwd >\"$LEFT_OFF\"' EXIT\n{block.text}"
        left_off = self.folder / ".left_off"
        ended = subprocess.run(
            ["sh", "-c", script],
            cwd=self.folder,
            env={**self.environment, "LEFT_OFF": str(left_off)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=self.seconds,
            check=False,
        )
        self.printed = ended.stdout
        self.folder = Path(left_off.read_text().strip())
        left_off.unlink()
        if (ended.returncode != 0) != ("fails" in block.words):
            wanted = "failure" if "fails" in block.words else "0"
            raise Broken(
                f"expected exit: {wanted}, seen: {ended.returncode}\n{ended.stdout}"
            )

    def _compare(self, block):
        if "once" in block.words:
            return
        printed = iter([line.strip() for line in self.printed.splitlines()])
        for wanted in block.text.splitlines():
            pattern = re.sub(r"([*?[])", r"[\1]", wanted.strip()).replace("...", "*")
            if not any(fnmatchcase(line, pattern) for line in printed):
                raise Broken(f"expected a line: {wanted}\nseen:\n{self.printed}")

    def _write(self, block):
        path = self.folder / block.words[0]
        if "opening" not in block.words:
            path.write_text(block.text, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        changed, times = _OPENING.subn(lambda _: block.text, text)
        if times == 0:
            raise Broken(f"{path.name} does not begin with a comment")
        path.write_text(changed, encoding="utf-8")

    def _change(self, block):
        head, _, hunks = block.text.partition("\n")
        if not head.startswith("--- "):
            raise Broken("expected first: --- FILE")
        path = self.folder / head[4:]
        text = path.read_text(encoding="utf-8")
        for hunk in re.split(r"^@@\n", hunks, flags=re.MULTILINE):
            old, new = _side(hunk, "+"), _side(hunk, "-")
            if text.count(old) != 1:
                times = text.count(old)
                raise Broken(
                    f"expected in {path.name} once, seen {times} times:\n{old}"
                )
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def _side(hunk, without):
    lines = [line for line in hunk.splitlines() if not line.startswith(without)]
    return "".join(line[1:] + "\n" for line in lines)
