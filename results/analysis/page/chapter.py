"""One run of a report, and what all its chapters ask: names, verdicts, trials, figures."""

from functools import cached_property

from .. import answer
from . import files, subject, warnings
from .capability import Marks
from .verdicts import Verdicts


class Chapter:
    def __init__(self, number, run, names, trials, prefix=""):
        self.number, self.run, self.names = number, run, names
        self.trials, self.prefix = trials, prefix
        self.summary = run.summary
        self.verdicts = Verdicts(run.comparisons)
        self.marks = Marks(self.summary)
        self.notes = self.marks.notes()

    def id(self, name):
        """An id of this run's chapter: no other run has it."""
        return self.prefix + name

    def clean(self, text):
        return self.names.clean(text)

    def links(self, subjects, again=False):
        find = self.trials.again if again else self.trials.of
        return find(self.number, subjects)

    @cached_property
    def manifest(self):
        return files.read(self.run.path / "manifest.json")

    @cached_property
    def environment(self):
        return files.read(self.run.path / "env.json")

    @cached_property
    def figure_keys(self):
        """(workload, settings, heap) -> workload and settings as the tables of figures have them."""
        both = zip(self.summary["rows"], self.run.rows)
        return {
            subject.of(row).what: (shown["workload"], shown["settings"])
            for row, shown in both
        }

    @cached_property
    def contaminated(self):
        """Subject -> how many of its trials stayed contaminated to the last."""
        return {
            subject.of(row): row["contaminated"] or 0 for row in self.summary["rows"]
        }

    @property
    def base(self):
        return self.summary["base"]

    @cached_property
    def runtimes(self):
        return list(dict.fromkeys(row["runtime"] for row in self.summary["rows"]))

    @cached_property
    def threads(self):
        return sorted({row["threads"] for row in self.summary["rows"]})

    @cached_property
    def tasks(self):
        """(workload, settings, heap) -> its rows, with those that are missing."""
        found = {}
        for row in self.summary["rows"]:
            found.setdefault(subject.of(row).what, []).append(row)
        return {task: self._filled(rows) for task, rows in found.items()}

    def _filled(self, rows):
        """With a row for each runtime that was not measured with so many threads."""
        filled = []
        for threads in sorted({row["threads"] for row in rows}):
            own = {row["runtime"]: row for row in rows if row["threads"] == threads}
            like = next(iter(own.values()))
            for runtime in self.runtimes:
                filled.append(own.get(runtime) or self._missing(like, runtime))
        return filled

    def _missing(self, like, runtime):
        can = (self.summary.get("capabilities") or {}).get(runtime) or {}
        one = like["threads"] > can.get("max_threads", like["threads"])
        most = can.get("max_threads")
        kept = ("workload", "settings", "threads", "heap", "control", "oversubscribed")
        reason = (
            f"it runs {most} thread{'' if most == 1 else 's'} at most"
            if one
            else "not run"
        )
        return {
            **dict.fromkeys(like),
            **{name: like.get(name) for name in kept},
            "runtime": runtime,
            "status": "missing",
            "reason": reason,
        }

    @cached_property
    def workloads(self):
        """Name -> what the manifest says of it."""
        found = {}
        for program in self.manifest.get("runtimes") or []:
            for each in (program.get("facts") or {}).get("workloads") or []:
                found.setdefault(each["name"], each)
        return found

    @cached_property
    def no_speed(self):
        """Workloads whose speed is none: controls, and what goes by the clock."""
        controls = {r["workload"] for r in self.summary["rows"] if r.get("control")}
        return controls | set(self._paced)

    @property
    def _paced(self):
        return [name for name, each in self.workloads.items() if each.get("paced")]

    @cached_property
    def answer(self):
        run = self.run
        return answer.of(self.summary, run.comparisons, run.overhead, self._paced)

    @cached_property
    def warnings(self):
        return warnings.of(self.summary, self.clean)
