"""How long a cache line takes from one processor to another, as a program measures it by itself
(`--handoff`): between the first two of each order of pinning."""

import json
import subprocess

SCHEMA = "refbench.handoff/1"
PINS = ("near", "spread")
_SECONDS = 30


def measure(programs):
    """A line for each pinning; times are null, with the reason, if there is no answer."""
    capable = [each for each in programs if "near" in each.facts.get("pins", [])]
    return [_way(capable[0] if capable else None, pin) for pin in PINS]


def _way(program, pin):
    if program is None:
        return _unknown(pin, "no program here measures it: bench/run builds them")
    try:
        answer = subprocess.run(
            [program.path, "--handoff", f"--pin={pin}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        found = json.loads(answer.stdout) if answer.returncode == 0 else {}
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return _unknown(pin, f"{program.name} --handoff gave no answer: {error}")
    if found.get("schema") != SCHEMA:
        said = answer.stderr.strip() or f"ended with {answer.returncode}"
        return _unknown(pin, f"{program.name} --handoff: {said}")
    if not found["pinned"]:
        return _unknown(pin, "the system does not let threads be pinned")
    if len(set(found["processors"])) < 2:
        return _unknown(pin, "there is one processor only")
    times = {
        f"{name}_ns": found[f"{name}_ps"] / 1000
        for name in ("median", "lowest", "highest")
    }
    return {"pin": pin, "processors": found["processors"], **times, "reason": None}


def _unknown(pin, reason):
    times = dict.fromkeys(("median_ns", "lowest_ns", "highest_ns"))
    return {"pin": pin, "processors": [], **times, "reason": reason}
