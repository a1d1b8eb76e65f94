"""An arm: what one process measures, once in every block.

    workload  one workload on one runtime with one number of threads
    micro     all chosen micro benchmarks of one runtime
    tally     one workload in the counting build: not timed, not compared, in no block
"""

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"([.\\+*?()|\[\]{}^$])")  # of extended regular expressions


@dataclass(frozen=True)
class Arm:
    kind: str
    runtime: str
    workload: str = ""
    threads: int = 1
    collector: str = "on"
    again: bool = False  # the same as another arm of the block: their ratio is noise
    micros: tuple = ()  # the ones chosen, where it is not all

    @property
    def name(self):
        return self.runtime + ("/again" if self.again else "")

    @property
    def subject(self):
        """What is measured, whoever runs it."""
        if self.kind == "micro":
            return "micro"
        off = "/collector:off" if self.collector == "off" else ""
        return f"{self.workload}/threads:{self.threads}{off}"

    @property
    def parameters(self):
        if self.kind == "micro":
            return {"runtime": self.runtime, "micros": list(self.micros) or None}
        return {
            "runtime": self.runtime,
            "workload": self.workload,
            "threads": self.threads,
            "collector": self.collector,
        }

    @property
    def filter(self):
        """Matches the names of what this arm measures, and of nothing else."""
        if self.kind != "micro":
            return f"^workload/{_escaped(self.workload)}/threads:{self.threads}(/|$)"
        if not self.micros:
            return "^micro/"
        return f"^({'|'.join(map(_escaped, self.micros))})(/|$)"

    def command(self, program):
        flags = [f"--benchmark_filter={self.filter}", "--benchmark_format=json"]
        if self.kind != "micro":
            flags.append(f"--threads={self.threads}")
        if self.collector == "off":
            flags.append("--collector=off")
        return [str(program.path), *flags]


def _escaped(name):
    return _CONTROL.sub(r"\\\1", name)
