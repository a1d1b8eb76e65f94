"""Runs beside each other: what compare-runs.json says of them."""

from . import overview, subject, words
from .grid import Cell, Column, Grid, Row
from .sentence import Sentence
from .verdicts import UNCLEAR

FILE, SCHEMA = "compare-runs.json", "refbench.comparisons/1"


class Several:
    """`clean` takes out names of all the runs; `numbers` has those of their chapters, by id."""

    def __init__(self, told, clean, numbers, trials):
        self.clean, self.numbers, self.trials = clean, numbers, trials
        self.parts = [
            self._part(number, each)
            for number, each in enumerate(told.get("comparisons") or [])
        ]

    def _part(self, number, each):
        sides = [self.clean(_side(each[name])) for name in "ab"]
        title = f"{sides[1]} over {sides[0]}"
        grid = Grid(
            f"runs-{number}",
            f"Speed of {title}",
            [
                Column("workload", "text"),
                Column("threads", "number"),
                Column("runtime", "text"),
                Column("ratio", "number"),
                Column("verdict", "text"),
                Column("blocks", "number"),
            ],
            [self._row(row, each) for row in each["rows"]],
        )
        grid.notes = self._notes(each)
        return {"title": title, "says": _says(each, sides), "grid": grid}

    def _row(self, row, each):
        mean = row["workload"] == subject.MEAN
        of = subject.of({**row, "runtime": row.get("runtime") or ""})
        runtime, threads = of.runtime, row.get("threads")
        cells = [
            Cell(subject.MEAN if mean else of.task),
            Cell(str(threads or words.NONE), threads),
            Cell(runtime or words.NONE),
            self._ratio(row, () if mean else self._links(of, each)),
            Cell(row["verdict"], small=self.clean(row.get("reason") or "")),
            Cell(str(row["blocks"] or words.NONE), row["blocks"], kind="number"),
        ]
        return Row(cells, runtime, "" if mean else of.workload, threads or "")

    def _links(self, of, each):
        """The trials of both sides."""
        found = []
        for name in "ab":
            number = self.numbers.get(each[name].get("run"))
            found += self.trials.of(number, (of,))
        return tuple(found)

    def _ratio(self, row, links):
        if row["ratio"] is None:
            return Cell(words.NONE, kind="absent")
        return overview.coloured(row, row["ratio"], links)

    def _notes(self, each):
        found = []
        if each.get("differences"):
            names = words.listed(each["differences"])
            found.append(f"The runs differ in more than what is compared: {names}.")
        for name in "ab":
            if left := (each.get("left_out") or {}).get(name):
                side = self.clean(_side(each[name]))
                found.append(self.clean(f"Only {side} has {words.listed(left)}."))
        return found


def _side(told):
    return told["side"] if isinstance(told, dict) else str(told)


def _says(each, sides):
    """How many rows have which verdict."""
    rows = [row for row in each["rows"] if row["workload"] != subject.MEAN]
    counts = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    parts = words.listed(f"{count} {verdict}" for verdict, count in counts.items())
    said = [
        Sentence(f"{sides[1]} beside {sides[0]}, {len(rows)} comparisons: {parts}.")
    ]
    means = [row for row in each["rows"] if row["workload"] == subject.MEAN]
    for row in means:
        if row["ratio"] is not None:
            interval = words.bounds(row["low"], row["high"])
            ratio = " ".join(filter(None, (words.digits(row["ratio"]), interval)))
            sure = "not decided" if row["verdict"] == UNCLEAR else row["verdict"]
            text = f"Over all workloads together (geometric mean): {ratio}, {sure}."
            said.append(Sentence(text))
    return said
