"""An arm: what one process measures, once in every block.

    workload  one workload on one runtime with one number of threads
    micro     all chosen micro benchmarks of one runtime
    tally     one workload in the counting build: not timed, not compared, in no block
    look      one workload, to see how long it takes: in no block
    memory    one workload with snapshots of the allocator (memory.py): not timed, in no block
"""

import re
from dataclasses import dataclass

MEMORY = "memory"
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
    min_time: float = 0.5  # seconds that each of them takes at least
    pin: str = "near"  # where the threads of a team are put
    settings: tuple = ()  # of the workload, what is not its default (setting.py)
    heap: tuple = None  # that it is left (heap.py); None: as much as there is
    repetitions: int = (
        1  # within the process: no parameter, for a look decides (look.py)
    )
    every_ms: int = 3  # between two snapshots; the same holds
    mapped: bool = False  # the peak is kept with all pools: of one of a run

    @property
    def name(self):
        return self.runtime + ("/again" if self.again else "")

    @property
    def subject(self):
        """What is measured, whoever runs it."""
        if self.kind == "micro":
            return "micro"
        off = "/collector:off" if self.collector == "off" else ""
        heap = f"/heap:{self.heap.name}" if self.heap else ""
        return f"{self.benchmark}/threads:{self.threads}{off}{heap}"

    @property
    def benchmark(self):
        """The name of a workload's benchmark, as far as its threads."""
        parts = [f"{name}:{value}" for name, value in self.settings]
        return "/".join([self.workload, *parts])

    @property
    def parameters(self):
        if self.kind == "micro":
            micros = list(self.micros) or None
            return {
                "runtime": self.runtime,
                "micros": micros,
                "min_time": self.min_time,
                "pin": self.pin,
            }
        return {
            "runtime": self.runtime,
            "workload": self.workload,
            "settings": dict(self.settings),
            "threads": self.threads,
            "collector": self.collector,
            "pin": self.pin,
            **({"heap": self.heap.told} if self.heap else {}),
            **({"snapshots": True} if self.kind == MEMORY else {}),
        }

    @property
    def filter(self):
        """Matches the names of what this arm measures, and of nothing else."""
        if self.kind != "micro":
            return f"^workload/{_escaped(self.benchmark)}/threads:{self.threads}(/|$)"
        if not self.micros:
            return "^micro/"
        return f"^({'|'.join(map(_escaped, self.micros))})(/|$)"

    def command(self, program, pauses=None, snapshots=None):
        """Flags that not every program knows are given to those that say so."""
        flags = [f"--benchmark_filter={self.filter}", "--benchmark_format=json"]
        if self.kind == "micro":
            flags.append(f"--benchmark_min_time={self.min_time:g}")
        else:
            flags.append(f"--threads={self.threads}")
            flags += [
                f"--set={self.workload}.{n}={value}" for n, value in self.settings
            ]
        if self.repetitions > 1:
            flags.append(f"--benchmark_repetitions={self.repetitions}")
        if self.collector == "off":
            flags.append("--collector=off")
        if self.heap:
            flags.append(self.heap.flag)
        if program.pins:
            flags.append(f"--pin={self.pin}")
        if pauses and program.keeps_pauses and self.kind == "workload":
            flags.append(f"--pauses={pauses}")
        if self.kind == MEMORY:
            flags += [
                f"--alloc-snapshots={snapshots}",
                f"--alloc-every={self.every_ms}",
            ]
        return [str(program.path), *flags]


def _escaped(name):
    return _CONTROL.sub(r"\\\1", name)
