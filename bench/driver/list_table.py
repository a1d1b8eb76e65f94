"""What there is to run, as text: workloads by their first tag, or some of them in full."""

from . import capability, setting, suite, table

_RUNTIME_HEAD = ["runtime", "threads", "objects end", "on the stack", "program"]
_WORKLOAD_HEAD = ["workload", "suites", "settings", "what it does"]
_SETTING_HEAD = ["setting", "default", "may be", "what it sets"]
_OTHERS = "others"  # of no tag
_INDENT = "  "


def text(listed):
    """Everything."""
    runtimes = [
        [
            each["name"],
            *capability.words(each["capabilities"]),
            each["program"] or "not built: bench/run builds it",
        ]
        for each in listed["runtimes"]
    ]
    micros = [[each["name"], each["summary"] or ""] for each in listed["micro_facts"]]
    named = ["micro benchmark", "what it does"]
    parts = [
        table.lines(_RUNTIME_HEAD, runtimes, left=len(_RUNTIME_HEAD)),
        _workloads(listed["workloads"]),
        table.lines(named, micros, left=2) if micros else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _workloads(workloads):
    """A line above the workloads of a tag."""
    if not workloads:
        return []
    groups = {}
    for each in workloads:
        groups.setdefault((each["tags"] or [_OTHERS])[0], []).append(each)
    rows = []
    for tag, of in groups.items():
        rows += [[tag, "", "", ""], *map(_line, of)]
    notes = [
        f"suites: run takes {suite.HEADLINE}, with --fast {suite.FAST}; --suite {suite.ALL} is everything",
        "settings: run --set WORKLOAD.NAME=VALUE; list WORKLOAD, or --verbose, tells of them",
    ]
    lines = table.lines(_WORKLOAD_HEAD, rows, left=len(_WORKLOAD_HEAD))
    return [*lines, *(_INDENT + note for note in notes)]


def _line(workload):
    others = "".join(f" [{tag}]" for tag in workload["tags"][1:])
    count = len(workload["settings"]) or "-"
    summary = workload.get("summary", "") + others
    return [_INDENT + workload["name"], _suites(workload) or "-", count, summary]


def _suites(workload):
    return " ".join(name for name in workload["suites"] if name != suite.ALL)


def in_full(workloads):
    return "\n\n".join("\n".join(_facts(each)) for each in workloads)


def _facts(workload):
    told = {
        "tags": " ".join(workload["tags"]),
        "suites": " ".join(workload["suites"]),
        "why headline": workload["reason"],
        "source": workload["source"],
        "heap": "its time depends on the memory it is left"
        if workload.get("heap")
        else "",
    }
    lines = [f"{workload['name']}: {workload.get('summary', '')}"]
    lines += [f"{_INDENT}{name}: {said}" for name, said in told.items() if said]
    rows = [
        [each["name"], setting.default(each), setting.reach(each), each["summary"]]
        for each in workload["settings"]
    ]
    shown = table.lines(_SETTING_HEAD, rows, left=len(_SETTING_HEAD)) if rows else []
    return [*lines, *(_INDENT + line for line in shown)]
