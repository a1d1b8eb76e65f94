"""The folder of a run, as the driver wrote it."""

import json
from functools import cached_property
from pathlib import Path

from .histogram import Histogram


class Run:
    def __init__(self, path):
        self.path = Path(path)

    @property
    def id(self):
        return self.path.name

    @cached_property
    def summary(self):
        return json.loads((self.path / "summary.json").read_text(encoding="utf-8"))

    @property
    def rows(self):
        """The summary's rows: one for each runtime, workload and number of threads."""
        return self.summary["rows"]

    @property
    def runtimes(self):
        return list(dict.fromkeys(row["runtime"] for row in self.rows))

    @cached_property
    def trials(self):
        """The finished lines of the store."""
        whole = (self.path / "trials.jsonl").read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in whole if line.strip()]

    def used(self, runtime, workload, threads, again=False):
        """The trials that stand behind a cell, as the summary chooses them: measured, and clean if
        any is."""
        wanted = {
            "runtime": runtime,
            "workload": workload,
            "threads": threads,
            "collector": "on",
        }
        found = [
            line
            for line in self.trials
            if line["kind"] == "workload"
            and line["status"] == "ok"
            and (line["arm"] != line["parameters"]["runtime"]) == again
            and wanted.items() <= line["parameters"].items()
        ]
        return [line for line in found if not line["contaminated"]] or found

    def pauses(self, trial):
        """The pauses of a trial; None if the run did not keep them."""
        name = trial.get("pause_file")
        if not name or not (self.path / name).exists():
            return None
        line = (self.path / name).read_text(encoding="utf-8").partition("\n")[0]
        kept = json.loads(line)
        return Histogram(kept["buckets"], kept["max_ns"], kept["lost"])
