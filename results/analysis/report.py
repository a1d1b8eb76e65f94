"""A report: one file of HTML that answers, shows and explains what runs measured, and asks for nothing.

    python3 -m analysis report RUN... [--out DIR] [--with-names]

What it says is made by page/, how it looks by template/; everything a run says is escaped by the
templates.  The file has at most 3 MB: what does not fit is left out in this order: trials behind the
numbers beyond the first of each group, figures of workloads, the last workloads' chapters.  Each says so.

Invariant: the same folder gives the same bytes.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from . import plain_text, private, style
from .figures import FIGURES
from .folder import Unreadable
from .page import files, glance, machine, overview, pausing, single, words, workload
from .page.chapter import Chapter
from .page.drawings import Drawings
from .page.several import FILE, SCHEMA, Several
from .page.trials import Trials
from .writing import Figures

MOST = 3_000_000  # bytes of the file
_SPARE = 60_000  # for what the figures' captions take
_TRIALS = (700_000, 60_000, 0)  # characters: as many as fit beside the rest
_TEMPLATES = Path(__file__).with_name("template")
_NAME = "report.html"


@dataclass
class Shown:
    """What the template shows of one run."""

    of: Chapter
    drawings: Drawings
    glance: list
    overview: list
    pages: list
    pauses: list
    memory: list
    single: list
    cut: str = ""

    facts = property(lambda self: machine.facts(self.of))
    commands = property(lambda self: machine.commands(self.of))
    method = machine.METHOD


def write(runs, out=None, with_names=False):
    """Writes the figures of each run, and one report of all; returns the paths."""
    out = Path(out) if out else runs[-1].path
    tables = [_tables(run) for run in runs]
    out.mkdir(parents=True, exist_ok=True)
    with Figures(runs, tables) as drawn:
        text = html(runs, out, with_names, tables)
        paths = drawn.paths()
    beside = out / f"{_NAME}.new"
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, out / _NAME)
    return [*paths, out / _NAME]


def _tables(run):
    return {each.name: each.table(run) for each in FIGURES}


def html(runs, out, with_names=False, tables=None):
    """The report, as text."""
    tables = tables or [_tables(run) for run in runs]
    names = [private.of(run, with_names) for run in runs]
    draft = Draft(runs, names, tables, Path(out))
    pages, room = None, -1
    for characters in _TRIALS:
        draft.list_trials(characters)
        room = MOST - _SPARE - draft.size()
        if room >= 0:
            break
    while room < 0 and pages != 0:
        pages = (
            max(len(s.pages) for s in draft.shown) if pages is None else pages
        ) // 2
        draft.keep(pages)
        room = MOST - _SPARE - draft.size()
    if room < -_SPARE:
        raise Unreadable(
            f"{words.plural(len(runs), 'run')} do not fit a report of {MOST // 10**6} MB: name fewer of them"
        )
    return draft.text(room)


class Draft:
    """A report while it is made to fit."""

    def __init__(self, runs, names, tables, out):
        self.out, self.names = out, names
        self.trials = Trials()
        self.shown = []
        for number, (run, own, drawn) in enumerate(zip(runs, names, tables)):
            self.trials.add(number, run, own.clean)
            prefix = f"run{number + 1}-" if len(runs) > 1 else ""
            chapter = Chapter(number, run, own, self.trials, prefix)
            self.shown.append(_shown(chapter, drawn))
        self.tables = tables
        self.list_trials(0)

    def list_trials(self, characters):
        """As many as take so many characters."""
        self.data = self.trials.data(characters)

    def keep(self, pages):
        """Only the first chapters of workloads."""
        for shown in self.shown:
            left = len(shown.pages) - pages
            if left > 0:
                before = shown.cut.partition(" ")[0]
                left += int(before) if before else 0
                shown.pages = shown.pages[:pages]
                plural = "s are" if left > 1 else " is"
                shown.cut = f"{left} more workload{plural} left out for size: summary.json has them."

    def size(self):
        """Bytes without figures."""
        return len(self._rendered(0).encode())

    def text(self, room):
        return self._rendered(max(room, 0))

    def _rendered(self, room):
        for shown, tables in zip(self.shown, self.tables):
            share = room // len(self.shown)
            shown.drawings = Drawings(shown.of, share, tables, shown.pages)
        script = _template("report.js")
        return (
            _environment()
            .get_template("report.html.j2")
            .render(
                title=self._title(),
                chapters=self.shown,
                several=self._several(),
                filters=self._filters(),
                glossary=machine.GLOSSARY,
                left_out=self._left_out(),
                store=self._store(),
                css=style.CSS + _template("report.css"),
                script=script,
                script_hash=_hash(script),
                data=_embedded(self._data()),
            )
        )

    def _title(self):
        if len(self.shown) == 1:
            return f"refbench report: {self.shown[0].of.run.title}"
        return f"refbench report of {len(self.shown)} runs"

    def _several(self):
        told = files.read(self.out / FILE) if len(self.shown) > 1 else {}
        if told.get("schema") != SCHEMA:
            return None
        numbers = {shown.of.run.id: i for i, shown in enumerate(self.shown)}
        return Several(told, self._clean, numbers, self.trials)

    def _clean(self, text):
        for each in self.names:
            text = each.clean(text)
        return text

    def _filters(self):
        chapters = [shown.of for shown in self.shown]
        runtimes = [name for c in chapters for name in c.runtimes]
        workloads = [what[0] for c in chapters for what in c.tasks]
        threads = sorted({n for c in chapters for n in c.threads})
        tags = [tag for of in self._tags().values() for tag in of]
        return [
            ("runtime", "Runtimes", list(dict.fromkeys(runtimes))),
            ("workload", "Workloads", list(dict.fromkeys(workloads))),
            ("tag", "Tags", sorted(set(tags))),
            ("threads", "Threads", threads),
        ]

    def _tags(self):
        return {
            what[0]: shown.of.workloads.get(what[0], {}).get("tags") or []
            for shown in self.shown
            for what in shown.of.tasks
        }

    def _left_out(self):
        left = self.trials.left_out
        if not left:
            return ""
        be = "is" if left == 1 else "are"
        return f"{words.plural(left, 'trial')} {be} not listed here, for size: trials.jsonl has all."

    def _store(self):
        """Where a number links to without the script: beside the report, if that names nothing."""
        folders = [self._folder(shown) for shown in self.shown]
        return "trials.jsonl" if folders == [""] else "#trials"

    def _folder(self, shown):
        """The run's folder from the report's, with a slash; None if its name is not to be told."""
        path = os.path.relpath(shown.of.run.path.absolute(), self.out.absolute())
        if path == ".":
            return ""
        return f"{path}/" if shown.of.names.shown else None

    def _data(self):
        folders = [self._folder(shown) for shown in self.shown]
        return {"tags": self._tags(), "folders": folders, "trials": self.data}


def _shown(chapter, tables):
    return Shown(
        chapter,
        Drawings(chapter, 0, tables),
        glance.grids(chapter),
        overview.grids(chapter),
        workload.pages(chapter),
        pausing.pauses(chapter),
        pausing.memory(chapter),
        single.grids(chapter) if chapter.summary["micros"] else [],
    )


def _environment():
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value):
    """Whatever a template writes, without characters that nobody sees: some steer, some cannot be
    written at all."""
    hidden = type(value) is str and not value.isprintable()
    return plain_text.clean(value) if hidden else value


def _template(name):
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(script):
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _embedded(value):
    """JSON that no markup within can end."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for bad in "<>&":
        text = text.replace(bad, f"\\u{ord(bad):04x}")
    return Markup(text)


__all__ = ["MOST", "Unreadable", "html", "write"]
