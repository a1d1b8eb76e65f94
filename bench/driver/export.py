"""A run in the forms that others' tools read.

    google-benchmark  the JSON of Google Benchmark, for its compare.py and whoever reads that: one entry for each
                      trial, repetitions of one name in the order of blocks
    benchstat         the text of Go's benchmarks, for benchstat: one line for each trial

Times are of one operation.  Trials that failed are left out; so are contaminated ones where others are left.
"""

from . import cell

GOOGLE, BENCHSTAT = "google-benchmark", "benchstat"
FORMATS = (GOOGLE, BENCHSTAT)


def google(run, runtime=None):
    """The document.  Names are the same for every runtime if one is asked for, so that two documents
    can be compared; else they begin with it."""
    manifest = run.manifest()
    entries = [
        entry
        for key, found in _cells(run, runtime)
        for entry in _entries(_name(key, prefix=runtime is None), found)
    ]
    return {"context": _context(run, manifest), "benchmarks": entries}


def benchstat(run, runtime=None):
    """The text."""
    manifest = run.manifest()
    lines = [
        f"{name}: {value}" for name, value in _context(run, manifest).items() if value
    ]
    for key, found in _cells(run, runtime):
        name = "/".join(_go(part) for part in _parts(key, prefix=runtime is None))
        for line in found.used:
            lines.append(
                f"Benchmark{name} {line['operations']} {1e9 / line['ops_per_s']:.6g} ns/op "
                f"{line['counters'].get('peak_rss_bytes', 0):.0f} peak-bytes "
                f"{(line['pauses'] or {}).get('max_us') or 0:.6g} max-pause-us"
            )
    return "\n".join(lines) + "\n"


def _cells(run, runtime):
    return [
        (key, found)
        for key, found in cell.by_arm(run.lines()).items()
        if not key.again and runtime in (None, key.runtime)
    ]


def _parts(key, prefix):
    parts = [key.runtime] if prefix else []
    parts += ["workload", key.workload]
    parts += [f"{name}:{value}" for name, value in key.settings]
    parts.append(f"threads:{key.threads}")
    parts += ["collector:off"] if key.collector == "off" else []
    return parts + ([f"heap:{key.heap.name}"] if key.heap else [])


def _name(key, prefix):
    return "/".join(_parts(key, prefix))


def _go(part):
    """Go has key=value, and a capital after "Benchmark" and after each slash that has none."""
    return part.replace(":", "=") if ":" in part else part[:1].upper() + part[1:]


def _entries(name, found):
    for number, line in enumerate(found.used):
        ns = 1e9 / line["ops_per_s"]
        yield {
            "name": name,
            "run_name": name,
            "run_type": "iteration",
            "repetitions": len(found.used),
            "repetition_index": number,
            "threads": 1,
            "iterations": line["operations"],
            "real_time": ns,
            "cpu_time": _cpu_ns(line),
            "time_unit": "ns",
            "items_per_second": line["ops_per_s"],
            **line["counters"],
        }


def _cpu_ns(line):
    """Of one operation: what the whole process took, its setup too."""
    process = line["process"] or {}
    seconds = process.get("user_s", 0.0) + process.get("system_s", 0.0)
    return 1e9 * seconds / line["operations"] if line["operations"] else 0.0


def _context(run, manifest):
    facts = run.environment().get("facts", {})
    return {
        "date": manifest.get("started"),
        "host_name": facts.get("host"),
        "num_cpus": facts.get("usable_cores"),
        "cpu": facts.get("cpu"),
        "executable": run.id,
        "revision": (manifest.get("source") or {}).get("revision"),
        "library_build_type": "debug" if _debug(manifest) else "release",
    }


def _debug(manifest):
    return any(each["facts"].get("debug") for each in manifest["runtimes"])
