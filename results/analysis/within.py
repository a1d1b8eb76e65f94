"""The SVG that matplotlib writes, made fit to stand within a page.

Its texts are real text, its colours are the page's, it has no size of its own, and its ids and classes
begin with a prefix that no other figure of the page has.  It is small, since a page has many: numbers
are rounded to a hundredth of a point, styles that recur are classes, groups without a purpose are gone.
"""

import re
from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from . import palette, svg

_DROPPED = re.compile(
    r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style .*?</style>\s*</defs>", re.S
)
_STYLE = re.compile(r' style="([^"]*)"')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_REFERENCE = re.compile(r'(xlink:href="#|url\(#)([^")]*)')
_NUMBERS = re.compile(r'( (?:d|x|y|width|height|transform)=")([^"]*)"')
_LONG = re.compile(r"-?\d+\.\d{2,}")
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_FONT = re.compile(r"font: (?:(?:italic|oblique) )?(?:(\d+|bold) )?([\d.]+px) inherit")
_BLANK = re.compile(r">\s*\n\s*<")
_GROUP = re.compile(r"<g(?: [^<>]*)?>|</g>")
_EMPTY = re.compile(r"<g>\s*</g>|<g(?: [^<>]*)?/>")


def within(drawn, prefix, title, says):
    """As an element of a page."""
    drawn.patch.set_visible(False)
    text = _DROPPED.sub("", svg.written(drawn, svg.METADATA))
    head, body = text[text.index("<svg") :].split(">", 1)
    names = _names(body, prefix)
    body = svg.TAG.sub(lambda tag: _of_page(tag[0], names), body)
    body, classes = _classes(_unwrapped(_BLANK.sub("><", body)), prefix)
    box = re.search(r' viewBox="([^"]*)"', head)
    return f"{_head(prefix, box, title, says)}{classes}{body.strip()}"


def _head(prefix, box, title, says):
    names = [quoteattr(f"{prefix}-{part}") for part in ("title", "desc")]
    labels = quoteattr(f"{prefix}-title {prefix}-desc")
    width = float(box[1].split()[2])
    return (
        f'<svg class="figure"{box[0]} style="--width:{width:g}" role="img"'
        f" aria-labelledby={labels}>"
        f"<title id={names[0]}>{escape(title)}</title>"
        f"<desc id={names[1]}>{escape(says)}</desc>"
    )


def _names(body, prefix):
    """Id -> the one within the page, of those that are referred to."""
    used = dict.fromkeys(found[2] for found in _REFERENCE.finditer(body))
    return {name: f"{prefix}-{place}" for place, name in enumerate(used)}


def _of_page(tag, names):
    found = svg.ID.search(tag)
    if found and found[1] in names:
        tag = tag.replace(found[0], f" id={quoteattr(names[found[1]])}")
    elif found and svg.told(tag) == tag:
        tag = tag.replace(found[0], "")
    tag = _REFERENCE.sub(lambda at: at[1] + names[at[2]], tag)
    tag = _UNTURNED.sub("", tag.replace("xlink:href", "href"))
    tag = _NUMBERS.sub(lambda at: f'{at[1]}{_rounded(at[2])}"', tag)
    tag = _STYLE.sub(lambda style: f' style="{_of_page_style(style[1])}"', tag)
    return svg.told(tag)


def _rounded(numbers):
    short = _LONG.sub(lambda n: f"{float(n[0]):.2f}".rstrip("0").rstrip("."), numbers)
    return " ".join(short.split())


def _of_page_style(style):
    style = _FONT.sub(_font, style.replace("'DejaVu Sans'", "inherit"))
    style = style.replace("; ", ";").replace(": ", ":")
    return _COLOUR.sub(lambda c: palette.property_of(c[0]) or c[0], style)


def _font(found):
    """Matplotlib writes weight and size; the family is the page's."""
    weight = f"font-weight: {found[1]}; " if found[1] else ""
    return f"{weight}font-size: {found[2]}"


def _unwrapped(body):
    """Without groups that have no attributes."""
    opened = []

    def kept(tag):
        if tag[0] != "</g>":
            opened.append(tag[0] != "<g>")
            return tag[0] if opened[-1] else ""
        return "</g>" if opened.pop() else ""

    return _GROUP.sub(kept, _EMPTY.sub("", body))


def _classes(body, prefix):
    """(the drawing with a class for each style that recurs, the element that tells the classes)."""
    often = Counter(found[1] for found in _STYLE.finditer(body))
    names = {
        style: f"{prefix}-{place}"
        for place, (style, count) in enumerate(often.items())
        if count > 2
    }
    body = _STYLE.sub(
        lambda s: f' class="{names[s[1]]}"' if s[1] in names else s[0], body
    )
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    return body, f"<style>{rules}</style>" if rules else ""
