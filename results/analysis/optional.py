"""What a run's folder may hold besides the run itself: files that the driver derives from it.

Any of them may be missing, and one of another major version of its schema is as good as missing; then
there is a line that says why, and which command makes it.
"""

import json

_FILES = {
    "comparisons": ("compare.json", "refbench.comparisons/1", "report {}"),
    "overhead": ("overhead.json", "refbench.overhead/1", "report {}"),
    "explain": ("explain.json", "refbench.explain/1", "explain {}"),
    "check": ("check.json", "refbench.check/1", "report {} --check"),
}
_NO_MEMORY = "no memory over time: this run did not keep it"


def is_of(found, schema):
    """Whether this is an object of the major version of a schema."""
    told = found.get("schema") if isinstance(found, dict) else None
    return isinstance(told, str) and _major(told) == _major(schema)


def _major(schema):
    """refbench.summary/1.2 -> refbench.summary, 1"""
    name, _, version = schema.rpartition("/")
    return name, version.partition(".")[0]


def read(run, name):
    """(what the file holds, None), or (None, why there is nothing)."""
    file, schema, command = _FILES[name]
    makes = f"bench/refbench {command.format('RUN')} makes it"
    try:
        found = json.loads((run.path / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, f"no {file}: {makes}"
    except (OSError, ValueError, RecursionError):
        return None, f"{file} cannot be read: {makes} anew"
    if not is_of(found, schema):
        return None, f"{file} is not of schema {schema}: {makes} anew"
    return found, None


def memory(run):
    """({"series": [...], "map": ...}, None): each series the samples of one process, with its
    workload, settings as the file's name has them, threads and runtime; or (None, why not).
    """
    folder = run.path / "memory"
    paths = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    series = [found for path in paths if (found := _series(path, run.runtimes))]
    found = {"series": series, "map": _json(folder / "map.json")}
    return (found, None) if series or found["map"] else (None, _NO_MEMORY)


def _series(path, runtimes):
    """None if its name is not <workload>[-settings]-<threads>-<runtime>, or it holds nothing."""
    named = [each for each in runtimes if path.stem.endswith(f"-{each}")]
    runtime = max(named, key=len, default="")
    what, _, threads = path.stem.removesuffix(f"-{runtime}").rpartition("-")
    workload, _, settings = what.partition("-")
    if not threads.isdigit() or not workload:
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    samples = [sample for line in lines if (sample := _sample(line))]
    who = {"workload": workload, "settings": settings, "threads": int(threads)}
    return samples and {**who, "runtime": runtime, "samples": samples}


def _sample(line):
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "t_ms" in found else None


def _json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
