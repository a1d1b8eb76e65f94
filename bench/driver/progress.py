"""Where a run is: on a terminal one line that is rewritten, elsewhere a plain line per trial.

It is written between trials only: while one runs the driver is silent.
"""

import shutil

from . import duration


class Progress:
    def __init__(self, stream):
        self.stream = stream
        self.terminal = stream.isatty()
        self.open = False  # a line on the terminal waits to be rewritten

    def trial(self, position, total, what, left):
        """About to run number `position` of `total`; `left` seconds remain, None if not known."""
        digits = len(str(total))
        rest = "" if left is None else f"  {duration.show(left)} left"
        self._show(f"[{position:{digits}d}/{total}] {what}{rest}")

    def note(self, text):
        """The same of something that is in no plan."""
        self._show(text)

    def say(self, text):
        """A line that stays."""
        self.close()
        self._write(text + "\n")

    def close(self):
        if self.open:
            self._write("\r\033[K")
            self.open = False

    def _show(self, text):
        if not self.terminal:
            self._write(text + "\n")
            return
        width = shutil.get_terminal_size().columns
        self._write("\r\033[K" + text[: width - 1])
        self.open = True

    def _write(self, text):
        self.stream.write(text)
        self.stream.flush()
