"""What a run has behind it when a session begins: nothing, or what earlier ones measured before they
ended early.

A trial that has a line has been measured, whatever came of it, and is not run again.  One that was
cut short has none.  A contaminated one is repeated: each try has a line, so a trial is done when the
last is clean, or there are as many as there may be.
"""

from collections import defaultdict

from . import machine


class Past:
    def __init__(self, run, repeats=0):
        self.run = run
        self.planned = {line["key"] for line in run.planned()}
        self.done = set()
        self.took = defaultdict(float)  # block -> seconds that its processes took
        self.tries = defaultdict(int)  # key -> how often it was measured
        for line in run.lines():
            key = line["key"]
            self.tries[key] = max(self.tries[key], line.get("try", 0) + 1)
            if not line.get("contaminated") or self.tries[key] > repeats:
                self.done.add(key)
            self.took[line["block"]] += (line["process"] or {}).get("wall_s", 0.0)

    def begun(self, block):
        return block in self.took

    def seconds(self, *blocks):
        """Of these blocks, all if none is named."""
        return sum(self.took.get(block, 0.0) for block in blocks or self.took)

    def environment(self, now):
        """The machine as the first session found it, and how later ones did."""
        first = self.run.environment()
        if not first:
            return now
        return {**first, "resumed": [*first.get("resumed", []), machine.state()]}
