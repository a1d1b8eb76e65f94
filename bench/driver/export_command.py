"""refbench export: a run for other tools, Google Benchmark's and benchstat."""

import sys
from pathlib import Path

from . import export, option, place, record, store
from .refusal import OK, NothingMatched, Refusal

NAME = "export"
HELP = "write a run as Google Benchmark's JSON or as the text that benchstat reads"
EXAMPLES = """  refbench export --runtime gil >gil.json
  refbench export before --runtime gil --format benchstat -o old.txt"""


def add_arguments(parser):
    add = parser.add_argument
    add("run", nargs="?", metavar="RUN", help="id, label or path (default: the newest)")
    add(
        "--format",
        choices=export.FORMATS,
        default=export.GOOGLE,
        help="(default: %(default)s)",
    )
    add(
        "--runtime",
        metavar="NAME",
        help="only this one, whose name is then left out of the names",
    )
    add("-o", "--output", metavar="FILE", help="(default: standard output)")
    option.add_results(parser, place.RESULTS)


def go(asked):
    run = store.find(asked.results, asked.run)
    names = [each["name"] for each in run.manifest()["runtimes"]]
    if asked.runtime and asked.runtime not in names:
        raise NothingMatched(
            f"{run.id} has no runtime {asked.runtime}: there are {', '.join(names)}"
        )
    if asked.format == export.BENCHSTAT:
        text = export.benchstat(run, asked.runtime)
    else:
        text = record.text(export.google(run, asked.runtime), indent=2) + "\n"
    _write(asked.output, text)
    return OK


def _write(path, text):
    if path is None:
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}: -o names another file") from None
