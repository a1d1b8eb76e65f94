"""How fast each runtime is beside the base: what the driver compared, joined with what was measured.

A ratio is speed over that of the base, so above 1 the runtime is faster; the verdict and how many more
blocks would decide it are the driver's.  There is a row for each cell of the run, whether it has a ratio
or not: one that has none says why.  Geometric means are rows of the workload `naming.MEAN`.
"""

from pathlib import PurePath

from . import folder, left_out, naming
from .table import Table

COLUMNS = (
    "workload",
    "settings",
    "threads",
    "runtime",
    "base",
    "control",
    "oversubscribed",
    "status",
    "reason",
    "contaminated",
    "ratio",
    "low",
    "high",
    "blocks",
    "verdict",
    "more",
)
FASTER, SLOWER, SAME, UNCLEAR = "faster", "slower", "same", "unclear"
SIGNS = {
    FASTER: "\N{BLACK UP-POINTING TRIANGLE}",
    SLOWER: "\N{BLACK DOWN-POINTING TRIANGLE}",
    SAME: "=",
    UNCLEAR: "?",
}
FAILED = "\N{MULTIPLICATION SIGN}"
_ABSENT = {  # status -> sign, and what it means
    "missing": ("\N{EN DASH}", "not run"),
    "not compared": ("\N{WHITE CIRCLE}", "not compared"),
}
_FIGURES = COLUMNS[-6:]


def side(told):
    """What a side of a comparison is of: the runtime of gil/2@run; else the run, by its label alone,
    since its id names the host."""
    runtime, _, run = told["side"].partition("@")
    name = runtime.partition("/")[0]
    if name:
        return name
    found = folder.label(PurePath(run).name)
    return found or "this run"


def table(run):
    """Of all comparisons; no rows if the driver derived none."""
    rows = []
    for each in (run.comparisons or {}).get("comparisons", []):
        rows += _workloads(run, each) + _means(run, each)
    return Table(COLUMNS, sorted(rows, key=_place(run)))


def _place(run):
    """The run's order: workloads with settings, threads, runtimes; means last."""
    subjects = {of: i for i, of in enumerate(dict.fromkeys(map(folder.of, run.rows)))}
    runtimes = {name: i for i, name in enumerate(run.runtimes)}
    return lambda row: (
        row["workload"] == naming.MEAN,
        subjects.get(folder.of(row), len(subjects)),
        row["threads"] or 0,
        runtimes.get(row["runtime"], len(runtimes)),
    )


def _workloads(run, comparison):
    """A row for each cell of the runtime, and of what only the comparison has."""
    found = {
        _key(row, comparison): row
        for row in comparison["rows"]
        if row["workload"] != naming.MEAN
    }
    wanted, base = side(comparison["b"]), side(comparison["a"])
    cells = {_of_cell(cell): cell for cell in run.cells}
    own = [key for key, cell in cells.items() if cell["runtime"] == wanted]
    every = dict.fromkeys([*own, *found])
    return [_row(run, base, key, cells, found.get(key)) for key in every]


def _key(row, comparison):
    runtime = row["runtime"] or side(comparison["b"])
    return row["workload"], folder.variant(row), row["threads"], runtime


def _of_cell(cell):
    return tuple(cell[name] for name in COLUMNS[:4])


def _row(run, base, key, cells, compared):
    own = cells.get(key, {})
    other = cells.get((*key[:3], base), {})
    status, reason = _verdict(own, other, base)
    if compared and compared["ratio"] is None and status == left_out.SOUND:
        told = compared["reason"] or "it was not compared"
        status, reason = "not compared", run.without_host(told)
    sound = compared is not None and status == left_out.SOUND
    figures = {name: compared[name] if sound else None for name in _FIGURES}
    if not sound and status == left_out.SOUND:
        status, reason = "not compared", f"{base} has none beside it"
    return {
        **dict(zip(COLUMNS, key)),
        "base": base,
        "control": bool(own.get("control")),
        "oversubscribed": bool(own.get("oversubscribed")),
        "status": status,
        "reason": reason,
        "contaminated": (own.get("contaminated") or 0)
        + (other.get("contaminated") or 0),
        **figures,
    }


def _verdict(own, other, base):
    """(status, reason): its own, or that of the base beside it."""
    if own.get("status", left_out.SOUND) != left_out.SOUND:
        return own["status"], own["reason"]
    if other.get("status", left_out.SOUND) != left_out.SOUND:
        return other["status"], f"{base}: {other['reason'] or other['status']}"
    return left_out.SOUND, None


def _means(run, comparison):
    """Of each number of threads; the one over all numbers belongs to none of them."""
    return [
        _mean(run, comparison, row)
        for row in comparison.get("means", [])
        if row["threads"] is not None and row["ratio"] is not None
    ]


def _mean(run, comparison, row):
    cores = run.summary["cores"]
    return {
        **dict.fromkeys(COLUMNS),
        "workload": naming.MEAN,
        "settings": "",
        "threads": row["threads"],
        "runtime": row["runtime"] or side(comparison["b"]),
        "base": side(comparison["a"]),
        "control": False,
        "oversubscribed": bool(cores and row["threads"] > cores),
        "status": left_out.SOUND,
        "contaminated": 0,
        **{name: row[name] for name in _FIGURES},
    }


def ran(table, threads):
    """The runtimes that ran anything with so many threads, and those that did not."""
    rows = table.where(threads=threads)
    there = {row["runtime"] for row in rows if row["status"] != "missing"}
    names = table.values("runtime")
    return [n for n in names if n in there], [n for n in names if n not in there]


def sound(row):
    return row["ratio"] is not None


def absent(row):
    """The sign of a cell without a ratio."""
    sign, _ = _ABSENT.get(row["status"], (FAILED, ""))
    return sign


def absences(rows):
    """What the signs mean, of those that there are; an empty text if every cell has a ratio."""
    there = {absent(row) for row in rows if not sound(row)}
    known = [(FAILED, "failed"), *_ABSENT.values()]
    return ", ".join(f"{sign} {meaning}" for sign, meaning in known if sign in there)


def words(row):
    """What stands behind a cell, as a sentence."""
    if not sound(row):
        return f"{naming.cell(row)}: {left_out.why(row)}"
    told = (
        f"{naming.cell(row)}: {naming.interval(row)} of {row['base']}, {decided(row)}"
    )
    notes = [
        "oversubscribed" if row["oversubscribed"] else "",
        f"{row['contaminated']} trials contaminated" if row["contaminated"] else "",
    ]
    return "; ".join(filter(None, [told, *notes]))


def decided(row):
    """The verdict in words; of an unclear one, what would decide it."""
    if not row["more"]:
        return row["verdict"]
    plural = "" if row["more"] == 1 else "s"
    return f"{row['verdict']}, about {row['more']} more block{plural}"


def caption(table):
    """What the figures of a comparison have in common to say."""
    rows = [row for row in table.rows if sound(row)]
    if rows and all(row["low"] is None for row in rows):
        blocks = max(row["blocks"] or 0 for row in rows)
        told = f"{blocks} block{'' if blocks == 1 else 's'}"
        return f"{told}: an interval takes 6, so none is drawn and all is unclear"
    return "intervals of 95 %, differences within blocks"
