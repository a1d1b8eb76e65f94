"""Pauses of trials that nobody measured: what the line of a trial tells, and what the process keeps."""

from driver import pauses  # as found by laboratory, which synthetic imports

_PHASES = {"stop": 0.1, "subtract": 0.4, "mark": 0.3, "clear": 0.2}  # shares of a pause
_SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
_STEPS = 128  # buckets in every power of two
_TRIAL_US = 250_000


def told(chance, threads, detailed):
    """What a line tells of the pauses of a process."""
    times = sorted(chance.lognormvariate(3, 1) for _ in range(40))
    whole = sum(times)
    mmu = {window: 0.5 + 0.4 * chance.random() for window in pauses.WINDOWS}
    line = {
        **_figures(times),
        "lost": 0,
        "share": whole / _TRIAL_US,
        **{f"mmu_{window}": value for window, value in sorted(mmu.items())},
        "safepoint_p50_us": times[20] / 10,
        "safepoint_max_us": times[-1] / 10,
        "work_p50_us": times[20] * 0.9,
        "work_max_us": times[-1] * 0.9,
    }
    return {**line, **_detail(times, mmu, threads)} if detailed else line


def _figures(times):
    """`times` ascend."""
    if not times:
        return {"count": 0} | {f"{name}_us": 0.0 for name in pauses.FIGURES[1:]}
    last = len(times) - 1
    found = {f"{n}_us": times[round(share * last)] for n, share in _SHARES.items()}
    return {
        "count": len(times),
        **found,
        "max_us": times[-1],
        "total_us": sum(times),
    }


def _detail(times, mmu, threads):
    young, full = times[:-2], times[-2:]
    phases = {
        name: _figures([each * _PHASES.get(name, 0) for each in times])
        if name in _PHASES
        else _figures([])
        for name in pauses.PHASES
    }
    whole = sum(times)
    thread = {**_figures(times), "share": whole / _TRIAL_US, "mmu": mmu}
    return {
        "generation": [_figures(young), _figures([]), _figures(full)],
        "phase": phases,
        "stopped": _figures(times),
        "weighed": {"us": sum(full), "cpu_us": sum(full) * 0.9, "switches": 1},
        "thread": [thread] * threads,
    }


def kept(chance, line):
    """The file of a process whose line tells so many pauses, as long as those."""
    longest = int(line["max_us"] * 1000)
    middle = line["p50_us"]
    values = [
        chance.lognormvariate(0, 1) * middle * 1000 for _ in range(line["count"] - 1)
    ]
    buckets = {}
    for ns in sorted(min(longest, int(value)) for value in [*values, longest]):
        low = _low(ns)
        buckets[low] = buckets.get(low, 0) + 1
    names = ("generation", "phase", "stopped", "weighed", "thread")
    return {
        "schema": "refbench.pauses/1",
        "count": line["count"],
        "lost": 0,
        "max_ns": longest,
        "buckets": [list(each) for each in buckets.items()],
        **{name: line[name] for name in names},
    }


def _low(ns):
    """The lowest value of its bucket."""
    shift = max(ns.bit_length() - _STEPS.bit_length(), 0)
    return ns >> shift << shift
