"""The control of tests with two threads: arithmetic on the same processors, which shares nothing.

It takes as long in every trial of a test unless the processors were not the same two: far from each
other, shared with somebody, or slowed down.  Such a trial is contaminated.  The lowest control so
far is what a trial of a running session is held against, the lowest of all what its lines are.
"""

LIMIT = 1.25  # times the lowest of the test
REASON = "cores were far or busy"


class Controls:
    def __init__(self, lines=()):
        self.lowest = {}  # test -> ns
        for line in lines:
            self._take(line)

    def judged(self, line):
        """The line, contaminated if its control is too slow.  Lowers what comes after."""
        self._take(line)
        if line["contaminated"] or not self._slow(line):
            return line
        return {**line, "contaminated": REASON}

    def _take(self, line):
        if line["control_ns"]:
            test = line["parameters"]["test"]
            known = self.lowest.get(test, line["control_ns"])
            self.lowest[test] = min(known, line["control_ns"])

    def _slow(self, line):
        lowest = self.lowest.get(line["parameters"]["test"])
        control = line["control_ns"] if line["status"] == "ok" else None
        return bool(control) and control > LIMIT * lowest


def judged(lines):
    """All lines of a run, now that all are there."""
    controls = Controls(lines)
    return [controls.judged(line) for line in lines]
