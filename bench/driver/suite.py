"""Suites and tags: which workloads a run is of.

A workload names the suites and tags it belongs to; `all` is every workload.
"""

from .refusal import Refusal

ALL = "all"
FAST = "fast"
HEADLINE = "headline"
NAMES = (FAST, HEADLINE, ALL)


def of_workload(facts):
    return [*facts.get("suites", []), ALL]


def check(programs, name, tags):
    """Refused if a suite or tag is none of those that there are."""
    workloads = [facts for each in programs for facts in each.workloads.values()]
    suites = dict.fromkeys([*NAMES, *(s for w in workloads for s in of_workload(w))])
    known = dict.fromkeys(tag for each in workloads for tag in each.get("tags", []))
    if name not in suites:
        raise Refusal(f"no suite {name}: there are {', '.join(suites)}")
    for tag in tags:
        if tag not in known:
            raise Refusal(f"no tag {tag}: there are {', '.join(known) or 'none'}")
