"""The command line: `refbench COMMAND`; the commands are below."""

import argparse
import os
import signal
import sys
from functools import partial

from . import alloc_command, calibrate_command, characterise_command, check_command
from . import claims_command, compare_command, enumerate_command, env_command
from . import explain_command, export_command, figures_command, gate_command
from . import list_command, merge_command, new_runtime_command, overhead_command
from . import (
    ratios_command,
    report_command,
    resume_command,
    run_command,
    show_command,
    tour_command,
)
from .refusal import INTERRUPTED, REFUSED, Refusal

_EXIT_CODES = """exit codes:
  0  done
  1  gate: something has become slower than the baseline
  2  refused before the first trial: the line on standard error names what and the remedy
  3  nothing matched
  4  trials, cases or checks failed, or checksums disagree
  5  --strict: the machine is unfit to measure on
  130  interrupted; what was measured is kept"""

_COMMANDS = (
    env_command,
    list_command,
    run_command,
    resume_command,
    show_command,
    compare_command,
    gate_command,
    merge_command,
    overhead_command,
    claims_command,
    calibrate_command,
    explain_command,
    export_command,
    ratios_command,
    report_command,
    figures_command,
    alloc_command,
    check_command,
    tour_command,
    enumerate_command,
    characterise_command,
    new_runtime_command,
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        raise Refusal(f"{message} (try {self.prog} --help)")


def parser():
    top = _described(
        Parser,
        "runs the runtime programs against each other and shows what they measured",
        "  refbench list\n  refbench run --fast\n  refbench show",
        prog="refbench",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        added = _described(
            partial(commands.add_parser, command.NAME, help=command.HELP),
            command.HELP,
            command.EXAMPLES,
        )
        command.add_arguments(added)
        added.set_defaults(go=command.go)
    return top


def _described(make, what, examples, **more):
    return make(
        description=what[0].upper() + what[1:] + ".",
        epilog=f"examples:\n{examples}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        **more,
    )


def main(arguments=None):
    """Runs one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    try:
        asked = parser().parse_args(arguments)
        code = asked.go(asked)
        sys.stdout.flush()
        return code
    except Refusal as refusal:
        print(f"refbench: {refusal}", file=sys.stderr)
        return refusal.code
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED + signal.SIGPIPE
    except OSError as error:
        print(f"refbench: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("refbench: interrupted", file=sys.stderr)
        return INTERRUPTED + signal.SIGINT
