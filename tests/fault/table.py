"""The table fault x tool, in Markdown."""

import os
import platform
import subprocess
from functools import lru_cache

import tools
from catalogue import ROOT

LONGEST = 150  # characters of what a tool said
_LEGEND = """A cell is the time until the tool found the fault, with all of it that ran before, the part of the tool that
did, and how much that part does, if it says so. `-`: not found in that time. *No word*: it crashed, or ended badly, and said
nothing: the fault does not count as found by that. *Refused*: it could not be run with the fault. `?`: not tried. Empty: the tool
has no step that comes near."""


def environment():
    """Where and with what the table was made."""
    compiler = _said(["gcc", "--version"]).split("\n")[0]
    cores = os.cpu_count()
    return (
        f"{platform.machine()}, {cores} cores, Linux {platform.release()}, {compiler}"
    )


@lru_cache
def revision():
    return _said(["git", "-C", str(ROOT), "describe", "--always", "--dirty"])


def _said(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return "unknown"


def _duration(seconds):
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def _cell(trial):
    if trial is None:
        return "?"
    if not trial["steps"]:
        return ""
    if not trial["found"]:
        return "-" if trial["tried"] else "refused"
    work = f" ({trial['work']})" if trial["work"] else ""
    mark = "" if trial["told"] else ", no word"
    return f"{_duration(trial['seconds'])}: {trial['label']}{work}{mark}"


def _row(cells):
    return "| " + " | ".join(cells) + " |"


def _words(trial):
    words = trial["words"].replace(str(ROOT) + "/", "").replace("../../", "")
    words = words.replace("|", "\\|")
    return words if len(words) <= LONGEST else words[: LONGEST - 3] + "..."


def _best(trials):
    """The quickest trial that found the fault and said so."""
    told = [each for each in trials if each["told"]]
    return min(told, key=lambda each: each["seconds"], default=None)


def _found_by(faults, by_fault, columns):
    counts = []
    for tool in columns:
        tried = [by_fault[each.name].get(tool) for each in faults]
        tried = [each for each in tried if each is not None and each["tried"]]
        found = sum(each["told"] for each in tried)
        counts.append(f"{found} of {len(tried)}" if tried else "")
    return counts


def _head(faults, trials, how, builds, columns):
    """What the table rests on, and what it does not."""
    revisions = ", ".join(sorted({each["revision"] for each in trials}))
    begun = {each["tool"] for each in trials}
    untried = [each for each in tools.names() if each not in begun]
    stepless = [each for each in tools.names() if each in begun - set(columns)]
    found = {each["fault"] for each in trials if each["told"]}
    lines = [
        f"{len(faults)} faults (`alloc/base/faults.def`), {len(found)} found. Made by {how}; builds: {', '.join(builds)};"
        f" {environment()}; revision {revisions}."
    ]
    if untried:
        lines += ["", f"Tools that were not tried on any fault: {'; '.join(untried)}."]
    if stepless:
        lines += ["", f"Tools without a step for any: {'; '.join(stepless)}."]
    return lines


def _refusals(trials):
    refused = [each for each in trials if each["refused"] and not each["tried"]]
    if not refused:
        return []
    rows = [
        _row([f"`{each['fault']}`", each["tool"], _words(each)]) for each in refused
    ]
    head = [_row(["fault", "tool", "which could not be run"]), _row(["---"] * 3)]
    return ["", *head, *rows]


def markdown(faults, trials, how, builds):
    """All of it; `how` it was made, and with which builds."""
    by_fault = {each.name: {} for each in faults}
    trials = [each for each in trials if each["fault"] in by_fault]
    for trial in trials:
        by_fault[trial["fault"]][trial["tool"]] = trial
    run = {each["tool"] for each in trials if each["steps"]}
    columns = [each for each in tools.names() if each in run]
    lines = ["# Seeded faults, and what finds them", ""]
    lines += _head(faults, trials, how, builds, columns)
    lines += ["", _LEGEND, "", _row(["fault", "runtime", *columns])]
    lines.append(_row(["---"] * (2 + len(columns))))
    for fault in faults:
        cells = [_cell(by_fault[fault.name].get(tool)) for tool in columns]
        lines.append(_row([f"`{fault.name}`", fault.runtime, *cells]))
    lines.append(_row(["found", "", *_found_by(faults, by_fault, columns)]))
    lines += ["", "What each is, and the words of the tool that was quickest:", ""]
    lines.append(_row(["fault", "what is wrong", "found by", "in these words"]))
    lines.append(_row(["---"] * 4))
    for fault in faults:
        trial = _best(by_fault[fault.name].values())
        by = f"{trial['tool']}: {trial['label']}" if trial else "**nothing**"
        words = _words(trial) if trial else ""
        lines.append(_row([f"`{fault.name}`", fault.what, by, words]))
    return "\n".join(lines + _refusals(trials)) + "\n"
