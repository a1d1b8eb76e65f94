"""A trial: one tool on one fault, step after step, again and again, until it finds it or its time is up."""

import time
from dataclasses import asdict, dataclass

from attempt import attempt

CRASHES = 20  # a crash without a word is tried again so often, for a word
_innocent = {}  # step -> whether it ends well without a fault


@dataclass(frozen=True)
class Trial:
    fault: str
    runtime: str
    tool: str
    steps: int  # that the tool has
    tried: int  # times that one was run
    found: bool
    told: bool  # in words, not by a crash alone
    refused: int  # steps that could not be run
    label: str  # of the step that found it
    words: str  # if none found it: why one could not be run, or did not end
    work: str
    seconds: float

    def facts(self):
        return asdict(self)


def try_tool(fault, tool, steps, budget, rounds=1):
    """`budget` seconds after the first step began no further one begins."""
    begin = time.monotonic()
    endings = []  # (step, ending)
    finder = None
    for step in _in_rounds(steps, rounds):
        ending = _until_told(step, fault.name, begin + budget)
        endings.append((step, ending))
        if ending.found and is_innocent(step):
            finder = endings[-1] if ending.told else finder or endings[-1]
            if ending.told:
                break
        if time.monotonic() > begin + budget:
            break
    return _trial(fault, tool, len(steps), time.monotonic() - begin, endings, finder)


def _in_rounds(steps, rounds):
    yield from steps
    for _ in range(1, rounds):
        yield from (each for each in steps if not each.settled)


def is_innocent(step):
    """What fails, or hangs, without a fault, too, finds none."""
    key = (*step.command, *sorted(step.environment.items()))
    if step.proven:
        return True
    if key not in _innocent:
        without = attempt(step, None)
        _innocent[key] = not (without.found or without.hung)
    return _innocent[key]


def _until_told(step, fault, end):
    """What the fault breaks may end the program before a check sees it."""
    for _ in range(CRASHES):
        ending = attempt(step, fault)
        if not ending.crashed or ending.told or time.monotonic() > end:
            break
    return ending


def _trial(fault, tool, steps, seconds, endings, finder):
    odd = [each for _, each in endings if each.refused or each.hung]
    step, ending = finder or (None, odd[0] if odd else None)
    return Trial(
        fault=fault.name,
        runtime=fault.runtime,
        tool=tool,
        steps=steps,
        tried=sum(not each.refused for _, each in endings),
        found=step is not None,
        told=step is not None and ending.told,
        refused=sum(each.refused for _, each in endings),
        label=step.label if step else "",
        words=ending.words if ending else "",
        work=ending.work or step.work if step else "",
        seconds=round(seconds, 2),
    )
