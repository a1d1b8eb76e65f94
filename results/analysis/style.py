"""How figures look: a runtime has the same colour, marker and dashes everywhere, in every figure.

Those of the project have theirs for good; runtimes of others take what is left, in the order of their
names.  A family shares a hue: atomic and atomic_locked, biased and biased_deferred.  Whoever sees no
colours goes by marker, dashes and the labels at the lines.
"""

import warnings
from contextlib import contextmanager
from math import ceil
from textwrap import wrap

import matplotlib

from . import palette, telling

ONE_COLUMN, TWO_COLUMNS = 3.35, 7.0  # inches, as papers in two columns have them
TALLEST = 9.2  # inches that a page has for a figure and what is said below it

PAPER = palette.ROLES["paper"].light
INK = palette.ROLES["ink"].light
GREY = palette.ROLES["soft"].light
RULE = palette.ROLES["rule"].light
SHADE = palette.ROLES["shade"].light
SMALL = {"fontsize": 6, "color": GREY}
_KEY_WIDTH = 1.35  # inches of a key of the legend
_LETTERS = 22  # of small text to an inch
_WIDE, _NARROW = "MWmw@%&", "ijl.,:;!|'"
DIVERGING = tuple(shade.light for shade in palette.DIVERGING)

_SOLID, _DASHED, _DOTTED, _MIXED = (
    "-",
    (0, (4, 1.4)),
    (0, (1.1, 1.2)),
    (0, (5, 1.3, 1.1, 1.3)),
)
_OWN = {
    "none": ("black", "X", _DOTTED),
    "plain": ("grey", "*", _DOTTED),
    "gil": ("blue", "o", _SOLID),
    "atomic": ("vermillion", "s", _SOLID),
    "atomic_locked": ("rust", "D", _DASHED),
    "hazard": ("ochre", "p", _MIXED),
    "refcache": ("purple", "v", _SOLID),
    "deferred": ("sky", "P", _MIXED),
    "biased": ("green", "^", _SOLID),
    "biased_deferred": ("pine", "<", _DASHED),
}
_FREE = (  # a number is of the points of a star
    ("indigo", ">", _SOLID),
    ("rose", "d", _DASHED),
    ("olive", (4, 1, 0), _MIXED),
    ("brown", "h", _DOTTED),
    ("indigo", (6, 1, 0), _DASHED),
    ("rose", (3, 1, 0), _MIXED),
    ("olive", (8, 1, 0), _DOTTED),
    ("brown", (5, 0, 180), _SOLID),
)
_RC = {
    "svg.hashsalt": "refbench",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "text.color": INK,
    "grid.color": RULE,
    "patch.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.4,
    "legend.frameon": False,
    "legend.fontsize": 7,
    "figure.dpi": 100,
}
_IN_A_PAGE = (
    "svg.figure{font-family:'DejaVu Sans',Verdana,sans-serif;"
    "width:100%;max-width:calc(var(--width)*1.6px);height:auto;"
    "stroke-linejoin:round;stroke-linecap:butt}\n"
)
CSS = palette.css() + _IN_A_PAGE
tell = telling.tell


@contextmanager
def context(**more):
    """Inside it, matplotlib draws as above whatever its user has configured.  A character that the
    font lacks is drawn as a box, and no more is said of it."""
    matplotlib.use("svg")
    own = {**matplotlib.rcParamsDefault, **_RC, "backend": "svg", **more}
    with matplotlib.rc_context(own), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from current font")
        yield


def looks(runtimes):
    """Runtime -> colour, marker and dashes, as words for plot()."""
    others = sorted(set(runtimes) - set(_OWN))
    chosen = {**_OWN, **{name: _FREE[i % len(_FREE)] for i, name in enumerate(others)}}
    return {name: _look(*chosen[name]) for name in runtimes}


def _look(hue, marker, dashes):
    return {
        "color": palette.HUES[hue].light,
        "marker": marker,
        "linestyle": dashes,
    }


def hue(name):
    """A colour by its name in the palette, for what is not a runtime."""
    return palette.HUES[name].light


def text_in(colour):
    """The colour of text that belongs to a line or area of this colour: dark enough to read."""
    return palette.text_in(colour)


def property_of(colour):
    """What a page writes for a colour, so that it follows light and dark: var(--hue-blue)."""
    return palette.property_of(colour)


def plain(value, _=None):
    """A number without powers of ten, in groups of three digits; also formats ticks."""
    return f"{value:,.7g}".replace(",", "\N{THIN SPACE}")


def rounded(value):
    """Three digits of a number that was measured."""
    return plain(float(f"{value:.3g}"))


def short(name, most=28):
    """A name that fits where so many usual letters do: the middle of a longer one is left out, and it
    is one line."""
    name = " ".join(str(name).split())
    if _width(name) <= most:
        return name
    half = (most - 1) / 2
    head, tail = _fits(name, half), _fits(name[::-1], half)
    return f"{name[:head]}\N{HORIZONTAL ELLIPSIS}{name[len(name) - tail:]}"


def _fits(name, most):
    """How many of the first letters fit."""
    return sum(
        _width(name[: i + 1]) <= most for i in range(min(len(name), int(2 * most)))
    )


def _width(name):
    """In usual letters, about."""
    wide = sum(0.6 for each in name if each in _WIDE or each > "\u2e80")
    return len(name) + wide - sum(0.4 for each in name if each in _NARROW)


def frame(figure, keys, caption):
    """Puts the legend above the panels and the caption below them; heights are in inches."""
    width, height = figure.get_size_inches()
    across = max(1, int(width / _KEY_WIDTH))
    above = 0.06 + 0.16 * ceil(len(keys) / across) if keys else 0
    lines = wrap(" ".join(caption.split()), int(width * _LETTERS), max_lines=4)
    below = 0.1 + 0.1 * len(lines)
    rect = (0, below / height, 1, 1 - (above + below) / height)
    figure.get_layout_engine().set(rect=rect, w_pad=0.05, h_pad=0.05)
    if keys:
        _legend(figure, keys, across)
    where = {"ha": "center", "va": "bottom", "linespacing": 1.15}
    figure.text(0.5, 0.05 / height, "\n".join(lines), **where, **SMALL)


def _legend(figure, keys, across):
    """Matplotlib leaves out what has a name with _ in front, so the names come later."""
    legend = figure.legend(
        keys,
        ["name"] * len(keys),
        loc="upper center",
        ncols=min(len(keys), across),
        columnspacing=1.4,
        handlelength=2.6,
    )
    most = int(27 * figure.get_figwidth() / across)
    for text, key in zip(legend.get_texts(), keys):
        text.set_text(short(key.get_label(), most))
