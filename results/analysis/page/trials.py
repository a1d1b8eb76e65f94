"""The trials behind the numbers: groups of them, numbered, that links name and the script shows.

A group has the trials of one arm; a number links to the groups it was made of.  What is embedded is as
small as can be: texts once, trials as rows of numbers.  Where there are more than there is room for, each
group has its first ones and says how many there are: the rest is in trials.jsonl.

Invariant: a group's number is its place in `groups`.
"""

import json
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, zip_longest

from . import subject, words

COLUMNS = (
    "block",
    "order",
    "try",
    "figure",
    "status",
    "contaminated",
    "reason",
    "raw",
    "counts",
)


class Trials:
    def __init__(self):
        self.groups, self.places = [], {}
        self._texts = {}
        self.left_out = 0

    def add(self, number, run, clean):
        """Those of one run; `clean` takes out of texts what is not to be told."""
        groups = {}
        for trial in run.trials:
            groups.setdefault(_key(trial), []).append(trial)
        for key, trials in groups.items():
            self.places[number, key] = len(self.groups)
            used = _used(trials)
            rows = [self._row(trial, id(trial) in used, clean) for trial in trials]
            self.groups.append([clean(_label(key, trials[0])), number, len(rows), rows])

    def _row(self, trial, counts, clean):
        told = trial.get("ops_per_s")
        return [
            trial["block"],
            trial.get("order"),
            trial.get("try", 0),
            None if told is None else float(f"{told:.6g}"),
            self._text(trial["status"]),
            self._text(clean(trial.get("contaminated") or "")),
            self._text(clean(trial.get("reason") or "")),
            clean(trial.get("raw") or "").removeprefix("raw/").removesuffix(".json"),
            int(counts),
        ]

    def _text(self, text):
        return self._texts.setdefault(text, len(self._texts))

    def of(self, number, subjects):
        """The numbers of the groups of some subjects; those that have none are left out."""
        keys = [(number, ("workload", *of, "on", False)) for of in subjects]
        found = [self.places[key] for key in keys if key in self.places]
        return tuple(dict.fromkeys(found))

    def again(self, number, subjects):
        """Of what ran twice in each block: the usual arms and those that ran them again."""
        twice = [self._at(number, ("workload", *of, "on", True)) for of in subjects]
        return self.of(number, subjects) + tuple(n for found in twice for n in found)

    def alone(self, number, kind, runtime):
        return self._at(number, (kind, runtime))

    def _at(self, number, key):
        place = self.places.get((number, key))
        return () if place is None else (place,)

    def data(self, room):
        """What the script reads, of so many characters about."""
        most = bisect_right(self._upto, room) - 1
        self.left_out = sum(max(total - most, 0) for _, _, total, _ in self.groups)
        groups = [[*group[:3], group[3][:most]] for group in self.groups]
        return {"columns": COLUMNS, "texts": list(self._texts), "groups": groups}

    @cached_property
    def _upto(self):
        """Characters of the first so many trials of every group."""
        rows = (each[3] for each in self.groups)
        taken = [sum(map(_length, row)) for row in zip_longest(*rows)]
        return list(accumulate(taken, initial=0))


def _length(row):
    return len(_json(row)) + 1 if row else 0


def _json(value):
    return json.dumps(value, separators=(",", ":"))


def _key(trial):
    told = trial["parameters"]
    if trial["kind"] != "workload":
        return trial["kind"], trial.get("arm") or told.get("runtime")
    of = subject.of({"threads": 1, **told})
    again = trial.get("arm", told["runtime"]) != told["runtime"]
    return ("workload", *of, told.get("collector", "on"), again)


def _label(key, trial):
    if key[0] != "workload":
        return f"{key[0]}: {key[1]}"
    of, (collector, again) = subject.Subject(*key[1:6]), key[6:]
    parts = [
        of.runtime + (" again" if again else ""),
        of.task,
        words.threads(of.threads),
    ]
    return ", ".join(parts + (["collector off"] if collector == "off" else []))


def _used(trials):
    """Those that figures are made of: measured, of each block the last try, and clean if any is."""
    last = list({t["block"]: t for t in trials if t["status"] == "ok"}.values())
    return {id(t) for t in [t for t in last if not t["contaminated"]] or last}
