"""refbench characterise: what each workload makes, how long that lives, who counts and shares it."""

import re
import sys
import tempfile
from pathlib import Path

from . import character, character_table, environment, lock, option, place, program
from . import record, source
from .progress import Progress
from .refusal import OK, TRIALS_FAILED, NothingMatched, Refusal

NAME = "characterise"
HELP = "show what each workload is like: objects, lifetimes, count operations, sharing, cycles"
EXAMPLES = """  refbench characterise
  refbench characterise '^(json|words)$' --threads 4
  refbench characterise --write             # results/characterisation.md and .json"""
SCHEMA = "refbench.characterise/1"
TIMED = "gil"
_TIMEOUT = (
    600  # seconds of one process: looking takes some ten times as long as the work
)


def add_arguments(parser):
    add = parser.add_argument
    add(
        "regex",
        nargs="?",
        default="",
        metavar="REGEX",
        help="which workloads (default: all but the controls)",
    )
    add(
        "--threads",
        default="2",
        metavar="N",
        help="how many threads share the work (default: 2)",
    )
    add("--json", action="store_true", help=f"for programs: {SCHEMA}")
    add(
        "--write",
        action="store_true",
        help="into characterisation.md and .json of the results, too",
    )
    option.add_results(parser, place.RESULTS)
    option.add_programs(parser)


def go(asked):
    threads = _threads(asked.threads)
    profile, timed = _programs(option.programs(asked.programs))
    chosen = _chosen(profile, asked.regex)
    if not chosen:
        raise NothingMatched(f"no workload matches {asked.regex!r}: see refbench list")
    with lock.MachineLock():
        document = _document(profile, timed, chosen, threads)
    if asked.write:
        _write(Path(asked.results), document)
    print(record.text(document, indent=2) if asked.json else _text(document))
    return TRIALS_FAILED if document["failed"] else OK


def _threads(text):
    counts = option.threads(text)
    if len(counts) != 1:
        raise Refusal(f"--threads takes one number here, not {text!r}")
    return counts[0]


def _programs(where):
    folder = Path(where[0]) if where else place.PROGRAMS
    if len(where) > 1 or (where and not folder.is_dir()):
        raise Refusal(
            "--programs takes one folder here: that of refbench-profile and refbench-gil"
        )
    return [
        program.describe(folder / f"{program.PREFIX}{name}")
        for name in (program.PROFILE, TIMED)
    ]


def _chosen(profile, regex):
    try:
        wanted = re.compile(regex)
    except re.error as error:
        raise Refusal(f"{regex!r} is no regular expression: {error}") from None
    return [
        facts
        for name, facts in profile.workloads.items()
        if wanted.search(name) and (regex or not facts["control"])
    ]


def _document(profile, timed, chosen, threads):
    rows, failed = [], []
    progress = Progress(sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for number, facts in enumerate(chosen, 1):
            progress.trial(number, len(chosen), facts["name"], None)
            found, reason = _measure(profile, timed, facts, threads, Path(folder))
            if found is None:
                failed.append({"workload": facts["name"], "reason": reason})
            else:
                rows.append(found)
    progress.close()
    return {
        "schema": SCHEMA,
        "threads": threads,
        "source": source.revision(),
        "compiler": profile.facts.get("compiler"),
        "flags": profile.facts.get("flags"),
        "environment": environment.of_run([timed]),
        "rows": rows,
        "nearest": character.nearest(rows),
        "failed": failed,
    }


def _measure(profile, timed, facts, threads, folder):
    """(its row, None), or (None, why there is none)"""
    seen, reason = character.counters(profile, facts["name"], threads, folder, _TIMEOUT)
    if seen is None:
        return None, reason
    if "profile_made" not in seen:
        return None, f"{place.shown(profile.path)} counts no objects: build it again"
    trial, reason = character.counters(timed, facts["name"], 1, folder, _TIMEOUT)
    if trial is None:
        return None, reason
    return character.row(facts, threads, seen, trial["seconds"]), None


def _text(document):
    failed = [
        f"not seen: {each['workload']}: {each['reason']}" for each in document["failed"]
    ]
    return "\n".join([character_table.text(document["rows"]), *failed])


def _write(folder, document):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "characterisation.md").write_text(character_table.markdown(document))
        record.write(folder / "characterisation.json", document)
    except OSError as error:
        raise Refusal(
            f"{error.filename}: {error.strerror}: choose another --results"
        ) from None
