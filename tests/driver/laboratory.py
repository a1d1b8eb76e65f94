"""What the driver's tests share: programs that behave as told, and a place to run them.

A fake program answers `--describe` and the benchmark flags as a runtime program does.  Its
behaviours are pairs of a regular expression and a word; the first expression found in a
benchmark's name says what happens there:

    crash killed hang vanish oom garbage silent   of the process
    error nomem nan noisy                         of the measurement; `other` is another checksum
    needs-6.5                                     a heap of so many MiB
    short                                         30 ms
"""

import contextlib
import io
import itertools
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

# A driver in a process of its own, which nothing on the machine disturbs.
UNDISTURBED = (
    sys.executable,
    "-B",
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT / 'bench')!r}); "
    "from driver import cli, noise; "
    "noise._pressure, noise._steal = lambda _: 0, lambda: 0; "
    "sys.exit(cli.main())",
)

from driver import cli, figures, machine, noise, pauses  # found there only now

_PROGRAM = """#!/bin/sh
# Line N of the file `names` is a benchmark, file N what it prints, N.does what it does besides,
# N.pauses what it keeps of its pauses, N.profile of the life of objects; the file snapshots is what it takes.
cd '{data}' || exit 2
for flag; do
    case $flag in
    --describe) exec cat describe ;;
    --handoff) exec cat handoff ;;
    --pauses=*) pauses=${{flag#*=}} ;;
    --profile=*) profile=${{flag#*=}} ;;
    --alloc-snapshots=*) snapshots=${{flag#*=}} ;;
    --benchmark_repetitions=*) repeats=${{flag#*=}} ;;
    --heap=*) heap=${{flag#*=}} ;;
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
    [ -z "$snapshots" ] || cat snapshots >>"$snapshots"
    [ -z "$profile" ] || cat $n.profile >>"$profile"
    for _ in $(seq ${{repeats:-1}}); do
        entries="$entries${{entries:+, }}$entry"
    done
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
# In MiB, and the trial is counted.
_NEEDS = (
    "echo >>trials; "
    """[ -z "$heap" ] || awk "BEGIN {{ exit !($heap < {0}) }}" && [ -n "$heap" ] && """
    "{{ echo out of memory >&2; exit 4; }}"
)
_ERRORS = {"error": "the dictionary has no entries", "nomem": "no memory for the arena"}
_RAW_NS = {"plain": 1.0, "locked": 5.0, "threads:2": 20.0}

# What a program sees that looks at objects' lives.
_PROFILE = {
    **{f"profile_{of}": 1000.0 for of in ("made", "seen", "shared", "foreign", "kept")},
    **{f"profile_{of}": 500.0 for of in ("died", "immortal", "writes", "old_writes")},
    **{f"profile_size_{of}": 48.0 for of in ("p50", "p90")},
    **{f"profile_lifetime_{of}": 16.0 for of in ("p50", "p90")},
    "profile_bytes": 48000.0,
    "profile_owner": 6000.0,
    "profile_taken": 4000.0,
}

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


# Of a workload called kv_store, which answers requests.
SETTINGS = [
    {
        "name": "mix",
        "summary": "of reads and writes",
        "value": 1,
        "standard": 1,
        "least": 0,
        "most": 2,
        "words": ["a", "b", "c"],
    },
    {
        "name": "size",
        "summary": "of a value, bytes",
        "value": 100,
        "standard": 100,
        "least": 8,
        "most": 4096,
        "words": [],
    },
]
LATENCY = {
    "latency_count": 1000.0,
    "latency_p50_us": 2.0,
    "latency_p90_us": 3.0,
    "latency_p99_us": 9.0,
    "latency_p999_us": 70.0,
    "latency_max_us": 900.0,
    "metered_count": 1000.0,
    "metered_p50_us": 2.5,
    "metered_p90_us": 4.0,
    "metered_p99_us": 300.0,
    "metered_p999_us": 800.0,
    "metered_max_us": 1200.0,
}


def _group(name):
    """micro/raw_pair_plain belongs to the raws."""
    return re.split("[_/]", name)[1] + "s"


def facts(name, workloads=WORKLOADS, micros=(), inputs=(), memory=0, **more):
    """What a program says of itself.  A workload called arithmetic is a control, and one called
    clock another, whose pauses are the machine's; one called kv_store has settings, and is in no
    suite."""
    return {
        "schema": "refbench.describe/1",
        "name": name,
        "capabilities": {"concurrent": name != "gil"},
        "workloads": [
            {
                "name": each,
                "summary": f"does {each}",
                "tags": ["server", "sharing"] if each == "kv_store" else ["classic"],
                "suites": [] if each == "kv_store" else ["fast", "headline"],
                "reason": None,
                "source": "Cooper et al., SoCC 2010" if each == "kv_store" else None,
                "settings": SETTINGS if each == "kv_store" else [],
                "inputs": list(inputs),
                "heap": each == "binary_trees",
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
    """`bare` is the workload with what is set of it; that makes another checksum."""
    figures = {
        "real_time": 30.0 if word == "short" else about.get("trial_ms", 200.0),
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
    if word.startswith("needs-"):
        figures.update(heap_peak_bytes=2.5 * float(word[6:]) * (1 << 20))
    if bare.startswith("kv_store"):
        figures.update(LATENCY)
    if threads > 1:
        after = 90.0 if word == "noisy" else 31.0
        figures.update(handoff_before_ns=30.0, handoff_after_ns=after)
    if "barriers_us" in about:
        figures.update(barriers_us=about["barriers_us"])
    if about["name"] == "tally":
        figures.update(allocations=1e5, count_ops_per_allocation=9.0)
    if about["name"] == "profile":
        figures.update(_PROFILE, collected=200.0)
    return figures


def _micro(about, name):
    if name in about.get("ns", {}):
        return {"real_time": about["ns"][name], "time_unit": "ns"}
    if "collect" in name:
        return {"real_time": 2.0, "time_unit": "ms", "ns_per_object": 20.0}
    last = re.split("[_/]", name)[-1]
    return {"real_time": _RAW_NS.get(last, 2.0), "time_unit": "ns"}


def _variants(facts_):
    """Its name with every setting that is not the default; of numbers the extremes."""
    ways = []
    for each in facts_.get("settings", []):
        values = each["words"] or [each["standard"], each["least"], each["most"]]
        usual = (each["words"] or values)[each["standard"] if each["words"] else 0]
        ways.append(["" if v == usual else f"/{each['name']}:{v}" for v in values])
    return [facts_["name"] + "".join(way) for way in itertools.product(*ways)]


def _benchmarks(about, speed, word_of):
    """(name, entry) of everything the program can run."""
    for facts_ in about["workloads"]:
        for bare, threads in itertools.product(_variants(facts_), (1, 2, 4, 8)):
            name = f"workload/{bare}/threads:{threads}/iterations:1/manual_time"
            figures = _workload(about, bare, threads, word_of(name), speed)
            yield name, _entry(name, word_of(name), **figures)
    for each in about["micros"]:
        name = f"{each['name']}/real_time"
        yield name, _entry(name, word_of(name), **_micro(about, each["name"]))


def _does(word):
    needs = word.partition("needs-")[2]
    return _NEEDS.format(needs) if needs else _DOES.get(word, "")


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
        seen = {**about.get("seen", {}), "checksum": entry.get("checksum")}
        (data / f"{number}.profile").write_text(json.dumps(seen) + "\n")
        (data / f"{number}.does").write_text(_does(word_of(name)) + "\n")
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
            mock.patch.object(noise, "_pressure", lambda resource: 0),
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
        told = {"--budget", "--blocks", "--rigorous", "--fast"} & set(words)
        blocks = [] if told else ["--fast"]
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
