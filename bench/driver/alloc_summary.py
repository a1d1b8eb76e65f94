"""What the trials of an allocator run come to: refbench.alloc/1.  Derived, may be made again.

    rows     what each allocator did in each test: medians over blocks, each with its range.  An
             allocator that is not here has rows too, absent and with the reason.
    ratios   ours / theirs within blocks, so below 1 is better for us: the estimate of
             signed_rank, with its interval, or the range if blocks are few, or neither if there
             is one.  Null with the reason if a figure is 0.  `peer` refbench is the control:
             ours against itself.
    targets  the figures to reach: met, missed, unclear, or not measured
"""

from collections import Counter, defaultdict
from pathlib import PurePath

from . import alloc_control, alloc_target, signed_rank, store
from .allocator import CALL, OURS
from .cell import spread
from .trial import STATUSES

SCHEMA = "refbench.alloc/1"
# Besides the statuses of trials:
ABSENT, UNSUPPORTED, NOT_RUN = "absent", "unsupported", "not run"
_MEDIANS = ("operations", "rss_bytes", "requested_bytes", "overhead_ns", "control_ns")


def build(run):
    """The summary of a run's folder."""
    manifest = run.manifest(store.ALLOC_SCHEMA)
    lines = alloc_control.judged(run.lines())
    cells = _cells(lines)
    conflicts = _conflicts(lines)
    rows = _rows(cells, manifest, {each["test"] for each in conflicts})
    ratios = _ratios(cells, manifest)
    return {
        "schema": SCHEMA,
        "run": run.id,
        "outcome": manifest.get("outcome", "unfinished"),
        "blocks": len({line["block"] for line in lines}),
        "confidence": signed_rank.CONFIDENCE,
        "seed": manifest["seed"],
        "allocators": manifest["allocators"],
        "tests": manifest["tests"],
        "debug_builds": manifest["debug_builds"],
        "trials": dict(Counter(line["status"] for line in lines)),
        "damaged": run.damaged(),
        "contaminated": sum(bool(line["contaminated"]) for line in lines),
        "rows": rows,
        "ratios": ratios,
        "targets": alloc_target.Judge(manifest, lines, ratios, _ours(cells)).rows(),
        "checksum_conflicts": conflicts,
        "failures": [_failure(line) for line in lines if line["status"] != "ok"],
    }


def sound(summary):
    """Every trial was measured and every checksum agrees."""
    return not summary["failures"] and not summary["checksum_conflicts"]


class Cell:
    """All trials of one allocator in one test."""

    def __init__(self):
        self.lines = []

    @property
    def used(self):
        """Block -> its trial that counts: a clean one, else the last."""
        good = [line for line in self.lines if line["status"] == "ok"]
        good.sort(key=lambda line: not line["contaminated"])  # the clean ones last
        return {line["block"]: line for line in good}

    @property
    def worst(self):
        return max(self.lines, key=lambda line: STATUSES.index(line["status"]))

    def figures(self, name):
        """Block -> number, where there is one."""
        found = {block: line[name] for block, line in self.used.items()}
        return {block: number for block, number in found.items() if number is not None}


def _cells(lines):
    """(subject, allocator, whether it is the control) -> Cell"""
    found = defaultdict(Cell)
    for line in lines:
        asked = line["parameters"]
        key = (asked["subject"], asked["allocator"], asked["again"])
        found[key].lines.append(line)
    return found


def _ours(cells):
    """Subject -> our Cell."""
    return {
        subject: found
        for (subject, allocator, again), found in cells.items()
        if allocator == OURS and not again
    }


def _rows(cells, manifest, disagreeing):
    """One for each test and allocator, in their orders."""
    has = _supported(manifest)
    allocators = [
        {**each, "has": has.get(each["program"], ())} for each in manifest["allocators"]
    ]
    return [
        _row(cells, test, allocator, test["name"] in disagreeing)
        for test in manifest["tests"]
        for allocator in allocators
    ]


def _supported(manifest):
    """Name of a program's file -> the names of its tests."""
    found = {}
    for each in manifest["programs"]:
        tests = {test["name"] for test in each["facts"]["tests"]}
        found[PurePath(each["program"]).name] = tests
    return found


def _row(cells, test, allocator, disagrees):
    subject = allocator["prefix"] + test["name"]
    found = cells.get((subject, allocator["name"], False))
    state = _state(found, allocator, test["name"])
    row = {"test": subject, "allocator": allocator["name"], **state}
    if disagrees and row["status"] == "ok":
        row.update(status="failed", reason="checksums disagree")
    cell = found or Cell()
    checksums = {line["checksum"] for line in cell.used.values()}
    return {
        **row,
        "version": allocator["version"],
        "threads": test.get("threads", 1),
        "trials": len(cell.lines),
        "contaminated": sum(bool(line["contaminated"]) for line in cell.lines),
        **spread("ns", cell.figures("ns").values()),
        **spread("share", cell.figures("share").values()),
        **spread("gain", cell.figures("gain").values()),
        **{name: spread(name, cell.figures(name).values())[name] for name in _MEDIANS},
        "checksum": checksums.pop() if len(checksums) == 1 else None,
    }


def _state(found, allocator, test):
    if found is not None:
        worst = found.worst
        return {"status": worst["status"], "reason": worst["reason"]}
    if allocator["absent"]:
        return {"status": ABSENT, "reason": allocator["absent"]}
    if test in allocator["has"]:
        return {"status": NOT_RUN, "reason": "the run ended before it"}
    reason = f"{allocator['program']} has no such test"
    return {"status": UNSUPPORTED, "reason": reason}


def _ratios(cells, manifest):
    """Ours, plain and called, over every other in the same test, then over itself."""
    found = []
    for test in manifest["tests"]:
        for prefix in ("", CALL):
            ours = cells.get((prefix + test["name"], OURS, False), Cell())
            for peer, theirs in _peers(cells, manifest, test["name"], prefix):
                found += _ratio(test, prefix, ours, peer, theirs)
    return found


def _peers(cells, manifest, test, prefix):
    """(name, Cell) of those that ours is compared with."""
    names = [each["name"] for each in manifest["allocators"] if each["name"] != OURS]
    for name in names:
        yield name, cells.get((test, name, False), Cell())
    if not prefix:
        yield OURS, cells.get((test, OURS, True), Cell())


def _ratio(test, prefix, ours, peer, theirs):
    """One row, none if no block has both."""
    figure = test["figure"]
    sides = ours.figures(figure), theirs.figures(figure)
    if not sides[0].keys() & sides[1].keys():
        return []
    nothing = signed_rank.Estimate(None, None, None, None, 0)
    found = signed_rank.ratio(*sides) or nothing
    return [
        {
            "test": prefix + test["name"],
            "allocator": OURS,
            "peer": peer,
            "figure": figure,
            "ratio": found.middle,
            "low": found.low,
            "high": found.high,
            "bounds": found.bounds,
            "blocks": found.count,
            "control": peer == OURS,
            "reason": signed_rank.unrelated(*sides),
        }
    ]


def _conflicts(lines):
    """Tests whose checksum is not the same everywhere."""
    sums = defaultdict(lambda: defaultdict(dict))  # test -> checksum -> who
    for line in lines:
        if line["status"] == "ok" and line["checksum"] is not None:
            asked = line["parameters"]
            who = f"{asked['allocator']} ({asked['program']})"
            sums[asked["test"]][line["checksum"]][who] = None
    return [
        {
            "test": test,
            "sums": [
                {"checksum": each, "allocators": list(who)} for each, who in of.items()
            ],
        }
        for test, of in sums.items()
        if len(of) > 1
    ]


def _failure(line):
    return {name: line[name] for name in ("key", "status", "reason", "log")}
