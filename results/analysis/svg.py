"""The SVG that matplotlib writes, made fit to stand alone: the same bytes whenever it is made.

What artists tell becomes titles and attributes.  Only what stands in tags is changed: matplotlib writes
every < and > of a text as an entity.
"""

import io
import re
from xml.sax.saxutils import escape, quoteattr

from . import telling

METADATA = {"Date": None, "Creator": None}
TAG = re.compile(r"<[A-Za-z][^<>]*>")
ID = re.compile(r' id="([^"]*)"')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def alone(drawn, title):
    text = written(drawn, {**METADATA, "Title": title})
    return TAG.sub(lambda tag: told(tag[0]), text).encode()


def written(drawn, metadata):
    out = io.BytesIO()
    drawn.savefig(out, format="svg", metadata=metadata)
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", out.getvalue().decode())


def told(tag):
    """A tag whose id tells something, with that instead."""
    found = ID.search(tag)
    if not found or not found[1].startswith(telling.MARK):
        return tag
    text, attributes = telling.told(found[1])
    own = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    tag = tag.replace(found[0], own)
    return f"{tag}<title>{escape(text)}</title>" if text and tag[-2] != "/" else tag
