"""The reports that are tested: of runs that nobody measured, made by bench/refbench report."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "driver"))

import synthetic
import synthetic_extras

MARKUP = '<img src=x onerror="document.title=1">'
_SECONDS = 240


def _usual(line):
    """One cell failed, and one has trials that something else had a hand in."""
    asked = line["parameters"]
    who = (asked["runtime"], asked.get("workload"), asked.get("threads"))
    if who == ("biased", "words", 4):
        return {"status": "failed", "reason": "the dictionary has no entries"}
    if who == ("atomic", "words", 1) and line["block"] == 3:
        return {"contaminated": "5% of the time was stolen"}
    return {}


def _hostile(line):
    if line["block"] == 0 and line["parameters"]["runtime"] == "atomic":
        return {"status": "failed", "reason": f"no file & {MARKUP} </script> ]]> $x_$"}
    return {}


SHAPES = {
    "usual": synthetic.Shape(
        label="usual",
        runtimes=("gil", "plain", "atomic", "biased", "deferred"),
        workloads=("words", "kv_store", "arithmetic"),
        settings={"kv_store": [{}, {"mix": "b"}]},
        threads=(1, 4),
        befalls=_usual,
    ),
    "hostile": synthetic.Shape(
        label="hostile",
        runtimes=("gil", "atomic", MARKUP, "$\\frac{1}{2}$", "x" * 200),
        workloads=(
            "words",
            "</script><script>document.title=2</script>",
            "a'b\"c&d\nline",
        ),
        settings={"words": [{}, {MARKUP: '"><svg onload=document.title=3>'}]},
        threads=(1, 2),
        blocks=2,
        micros=(),
        befalls=_hostile,
    ),
    "single": synthetic.Shape(
        label="single",
        runtimes=("gil",),
        workloads=("words",),
        threads=(1,),
        blocks=1,
        micros=(),
    ),
}


def make(name, folder):
    """Makes the run and its report below the folder; returns the run's folder."""
    results = Path(folder) / name
    shutil.rmtree(results, ignore_errors=True)
    run = synthetic.make(results, SHAPES[name])
    if name == "usual":
        synthetic_extras.add(run, SHAPES[name])
    report(results, run)
    return run


def report(results, *runs):
    """What refbench report ended with; an AssertionError if it did not succeed."""
    ended = subprocess.run(
        [sys.executable, "-B", ROOT / "bench" / "refbench", "report", *runs]
        + ["--results", results],
        env={**os.environ, "REFBENCH_LOCK": f"refbench/test/{results}"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    assert ended.returncode == 0, f"refbench report: {ended.stderr}{ended.stdout}"
    return ended
