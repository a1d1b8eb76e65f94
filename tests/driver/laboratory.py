"""What the driver's tests share: programs that behave as told, and a place to run them.

A fake program answers `--describe` and the benchmark flags as a runtime program does.  Its
behaviours are pairs of a regular expression and a word; the first expression found in a
benchmark's name says what happens there:

    crash killed hang vanish oom garbage silent   of the process
    error nomem nan noisy                         of the measurement; `other` is another checksum
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
REFBENCH = ROOT / "bench" / "refbench"

from driver import cli, figures, machine, pauses  # found there only now

_PROGRAM = """#!/bin/sh
# Line N of the file `names` is a benchmark, file N what it prints, N.does what it does besides,
# N.pauses what it keeps of its pauses.
cd '{data}' || exit 2
for flag; do
    case $flag in
    --describe) exec cat describe ;;
    --handoff) exec cat handoff ;;
    --pauses=*) pauses=${{flag#*=}} ;;
    --benchmark_filter=*) filter=${{flag#*=}} ;;
    esac
done
chosen=$(grep -nE -- "$filter" names | cut -d: -f1)
[ -n "$chosen" ] || exit 3
entries=
for n in $chosen; do
    . ./$n.does
    read -r entry <$n
    [ -z "$pauses" ] || cat $n.pauses >>"$pauses"
    entries="$entries${{entries:+, }}$entry"
done
printf '{{"context": {{"argv": "%s"}}, "benchmarks": [%s]}}\\n' "$*" "$entries"
"""

_DOES = {
    "crash": "echo about to crash >&2; kill -SEGV $$",
    "killed": "kill -KILL $$",
    "hang": "exec sleep 600",
    "vanish": 'rm -- "$0"',
    "oom": "echo mmap: Cannot allocate memory >&2; exit 1",
    "garbage": "echo '{\"benchmarks\": ['; exit 0",
    "silent": "echo '{\"benchmarks\": []}'; exit 0",
}
_ERRORS = {"error": "the dictionary has no entries", "nomem": "no memory for the arena"}
_RAW_NS = {"plain": 1.0, "locked": 5.0, "threads:2": 20.0}

# Lines of no journal.
FOREIGN = (b"null", b"[1]", b"{}", b"\xfe\xff", b"[" * 100_000, b"7" * 5000)

WORKLOADS = ("words", "binary_trees")
MICROS = (
    "micro/pair_private",
    "micro/pair_shared/threads:2",
    "micro/raw_pair_plain",
    "micro/raw_pair_locked",
    "micro/raw_pair_shared/threads:2",
    "micro/collect_full/1M",
)


# A package with two caches, each shared by two cores of two hardware threads.
TOPOLOGY = {
    "real": True,
    "processors": [
        {"number": n, "core": n // 2, "thread": n % 2, "cache": n // 4}
        | {"node": 0, "package": 0}
        for n in range(8)
    ],
    "caches": [{"level": 3, "bytes": 32 << 20}] * 2,
    "nodes": [{"number": 0, "bytes": 16 << 30}],
    "near": [0, 2, 4, 6, 1, 3, 5, 7],
    "spread": [0, 4, 2, 6, 1, 5, 3, 7],
}


def _figures(count, total):
    """Of so many pauses of 10, 20, 30, ... us."""
    times = {"p50_us": 20, "p90_us": 40, "p99_us": 40, "p999_us": 40, "max_us": 40}
    return {
        "count": count,
        **(times if count else dict.fromkeys(times, 0)),
        "total_us": total,
    }


_PHASES = {"stop": 10, "subtract": 40, "mark": 30, "clear": 20}
# Four pauses: 10, 20, 30 and 40 us, the last a full collection.
PAUSES = {
    "schema": "refbench.pauses/1",
    "count": 4,
    "lost": 0,
    "max_ns": 40000,
    "buckets": [[9984, 1], [19968, 1], [29952, 1], [39936, 1]],
    "generation": [_figures(3, 60), _figures(0, 0), _figures(1, 40)],
    "phase": {
        name: _figures(4 if name in _PHASES else 0, _PHASES.get(name, 0))
        for name in pauses.PHASES
    },
    "stopped": _figures(4, 70),
    "weighed": {"us": 40, "cpu_us": 30, "switches": 2},
    "thread": [
        {
            **_figures(4, 100),
            "share": 0.25,
            "mmu": {"1ms": 0.5, "10ms": 0.75, "100ms": 1},
        }
    ],
}
HANDOFF = {
    "schema": "refbench.handoff/1",
    "pin": "near",
    "pinned": True,
    "processors": [0, 2],
    "lowest_ps": 30000,
    "median_ps": 31000,
    "highest_ps": 104000,
}


def _group(name):
    """micro/raw_pair_plain belongs to the raws."""
    return re.split("[_/]", name)[1] + "s"


def facts(name, workloads=WORKLOADS, micros=(), inputs=(), memory=0, **more):
    """What a program says of itself.  A workload called arithmetic is a control, and one called
    clock another, whose pauses are the machine's."""
    return {
        "schema": "refbench.describe/1",
        "name": name,
        "capabilities": {"concurrent": name != "gil"},
        "workloads": [
            {
                "name": each,
                "summary": f"does {each}",
                "tags": ["classic"],
                "inputs": list(inputs),
                "control": each in ("arithmetic", "clock"),
                "noise": each == "clock",
                "bytes": memory,
            }
            for each in workloads
        ],
        "micros": [
            {"name": each, "group": _group(each), "summary": f"does {each}"}
            for each in micros
        ],
        "pins": ["near", "spread", "none"],
        "keeps_pauses": True,
        "topology": TOPOLOGY,
        "compiler": "cc 1.0",
        "flags": "-O2",
        **more,
    }


def _entry(name, word, **figures):
    entry = {"name": name, "run_type": "iteration", "threads": 1, "iterations": 1}
    if word in _ERRORS:
        return {**entry, "error_occurred": True, "error_message": _ERRORS[word]}
    return {**entry, "cpu_time": 1.0, **figures}


def _workload(about, bare, threads, word, speed):
    figures = {
        "real_time": 200.0,
        "time_unit": "ms",
        "operations": 1e6,
        "checksum": float(len(bare) + (word == "other")),
        "ops_per_s": float("nan") if word == "nan" else speed * threads,
        "pause_count": 4.0,
        "pause_lost": 0.0,
        "pause_p50_us": 10.0,
        "pause_p90_us": 20.0,
        "pause_p99_us": 30.0,
        "pause_p999_us": 40.0,
        "pause_max_us": 60.0 if bare == "clock" else 40.0,
        "pause_total_us": 80.0,
        "pause_share": 0.25,
        "mmu_1ms": 0.5,
        "mmu_10ms": 0.75,
        "mmu_100ms": 1.0,
        "work_max_us": 38.0,
        "collections": 4.0,
        "peak_rss_bytes": float(1 << 20),
        "peak_garbage": 50.0,
        "start_skew_us": 0.5,
        "involuntary_switches": 3.0,
    }
    if threads > 1:
        after = 90.0 if word == "noisy" else 31.0
        figures.update(handoff_before_ns=30.0, handoff_after_ns=after)
    if about["name"] == "tally":
        figures.update(allocations=1e5, count_ops_per_allocation=9.0)
    return figures


def _micro(name):
    if "collect" in name:
        return {"real_time": 2.0, "time_unit": "ms", "ns_per_object": 20.0}
    last = re.split("[_/]", name)[-1]
    return {"real_time": _RAW_NS.get(last, 2.0), "time_unit": "ns"}


def _benchmarks(about, speed, word_of):
    """(name, entry) of everything the program can run."""
    for facts_ in about["workloads"]:
        for threads in (1, 2, 4, 8):
            bare = facts_["name"]
            name = f"workload/{bare}/threads:{threads}/iterations:1/manual_time"
            figures = _workload(about, bare, threads, word_of(name), speed)
            yield name, _entry(name, word_of(name), **figures)
    for each in about["micros"]:
        name = f"{each['name']}/real_time"
        yield name, _entry(name, word_of(name), **_micro(each["name"]))


def make_program(folder, about, behaviours=(), speed=5e6):
    """Writes the program; returns its path."""

    def word_of(name):
        found = (word for regex, word in behaviours if re.search(regex, name))
        return next(found, "ok")

    data = Path(folder) / f".{about['name']}"
    data.mkdir(exist_ok=True)
    (data / "describe").write_text(json.dumps(about))
    (data / "handoff").write_text(json.dumps(HANDOFF))
    benchmarks = list(_benchmarks(about, speed, word_of))
    (data / "names").write_text("".join(f"{name}\n" for name, _ in benchmarks))
    for number, (name, entry) in enumerate(benchmarks, 1):
        (data / str(number)).write_text(json.dumps(entry) + "\n")
        kept = json.dumps({**PAUSES, "name": name}) + "\n"
        (data / f"{number}.pauses").write_text(kept)
        (data / f"{number}.does").write_text(_DOES.get(word_of(name), "") + "\n")
    path = Path(folder) / f"refbench-{about['name']}"
    path.write_text(_PROGRAM.format(data=data))
    path.chmod(0o755)
    return path


class LaboratoryTest(unittest.TestCase):
    """A test with folders of its own for programs and results, and a machine lock of its own."""

    def setUp(self):
        super().setUp()
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        self.results = self.folder / "results"
        self.synced = []
        lock = {"REFBENCH_LOCK": f"refbench/test/{self.folder}"}
        for patch in (
            mock.patch.dict(os.environ, lock),
            mock.patch.object(machine, "steal_ticks", lambda: 0),  # a quiet machine
            mock.patch.object(os, "fsync", self.synced.append),  # and a fast disk
            mock.patch.object(figures, "draw", lambda run: "no figures in a test"),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def program(self, name, behaviours=(), speed=5e6, **about):
        return make_program(self.programs, facts(name, **about), behaviours, speed)

    def refbench(self, *words):
        """Runs a command of the driver, in this process."""
        out, err = (
            io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "12"
        )
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = cli.main([str(word) for word in words])
            except SystemExit as end:  # --help
                code = end.code
        texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return subprocess.CompletedProcess(words, code, *texts)

    def measure(self, *words):
        """refbench run with this test's programs and results; one block unless told otherwise."""
        where = ["--programs", self.programs, "--results", self.results]
        blocks = [] if "--budget" in words else ["--fast"]
        return self.refbench("run", *words, *where, *blocks)

    def run_folder(self):
        """The folder of the only run."""
        runs = list((self.results / "runs").iterdir())
        self.assertEqual(len(runs), 1, f"one run expected, there are {runs}")
        return runs[0]

    def lines(self, name="trials.jsonl"):
        text = (self.run_folder() / name).read_text()
        self.assertTrue(text.endswith("\n"), f"{name} ends in an unterminated line")
        lines = [json.loads(line) for line in text.splitlines()]
        return [{k: v for k, v in each.items() if k != "crc"} for each in lines]

    def rewrite(self, lines):
        """The trials of the only run, as an older driver wrote them: without a CRC."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (self.run_folder() / "trials.jsonl").write_text(text)

    def shown(self):
        """What `show --json` says of the newest run."""
        found = self.refbench("show", "--json", "--results", self.results)
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def assert_one_line(self, found, code, *parts):
        """The command ended with `code` and one line of error that has all parts in it."""
        self.assertEqual(
            found.returncode, code, f"stdout {found.stdout} stderr {found.stderr}"
        )
        self.assertEqual(found.stderr.count("\n"), 1, f"not one line: {found.stderr}")
        for part in parts:
            self.assertIn(str(part), found.stderr)
