"""Values of options: text in, checked value out; Refusal names what is wrong."""

from . import duration
from .refusal import Refusal


def names(text):
    """a,b -> [a, b]; empty parts and repetitions fall away."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def threads(text):
    counts = names(text)
    for count in counts:
        if not count.isascii() or not count.isdigit() or not 1 <= int(count) <= 1024:
            raise Refusal(f"--threads takes numbers such as 1,2,4, not {count!r}")
    return tuple(sorted({int(count) for count in counts}))


def seconds(option, text):
    try:
        return duration.parse(text)
    except ValueError:
        raise Refusal(
            f"{option} takes a time such as 90s or 10m, not {text!r}"
        ) from None


def add_programs(parser):
    parser.add_argument(
        "--programs",
        action="append",
        default=[],
        metavar="PATHS",
        help="folder of programs, or programs, separated by commas (default: build/release/bin)",
    )


def programs(given):
    return [name for text in given for name in names(text)]


def add_results(parser, default):
    parser.add_argument(
        "--results",
        default=default,
        metavar="DIR",
        help="folder that holds runs/ (default: results)",
    )
