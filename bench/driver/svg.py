"""Writing SVG by hand: a few shapes, text that is always escaped, no script and nothing from
elsewhere."""

import re
from xml.sax.saxutils import escape, quoteattr

_FONT = "font-family=\"system-ui, 'DejaVu Sans', sans-serif\""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PATTERNS = (
    '<defs><pattern id="waits" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
    '<rect width="1.6" height="5" fill="#404040"/></pattern>'
    '<pattern id="remote" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#ffffff"/>'
    '<circle cx="2" cy="2" r="0.9" fill="#404040"/></pattern></defs>'
)


def mixed(colour, share):
    """The colour, that much of it in white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)


def _said(text):
    """Text without what no XML may have."""
    return escape(_FORBIDDEN.sub("?", str(text)))


def _attributes(**given):
    named = ((name.replace("_", "-"), value) for name, value in given.items())
    return "".join(
        f" {name}={quoteattr(_number(value))}"
        for name, value in named
        if value is not None
    )


def _number(value):
    return (
        f"{value:.2f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else str(value)
    )


class Svg:
    """A picture; what is drawn later lies above."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.shapes = []

    def rect(self, x, y, width, height, fill, stroke=None, about=None):
        """`about` is shown by whoever points at it."""
        given = _attributes(
            x=float(x),
            y=float(y),
            width=float(width),
            height=float(height),
            fill=fill,
            stroke=stroke,
            stroke_width=0.5 if stroke else None,
        )
        inner = f"><title>{_said(about)}</title></rect>" if about else "/>"
        self.shapes.append(f"<rect{given}{inner}")

    def line(self, x1, y1, x2, y2, stroke, dashes=None, width=1):
        self.polyline([(x1, y1), (x2, y2)], stroke, dashes, width)

    def polyline(self, points, stroke, dashes=None, width=1.5):
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        given = _attributes(
            points=joined, stroke=stroke, stroke_width=width, stroke_dasharray=dashes
        )
        self.shapes.append(f'<polyline fill="none"{given}/>')

    def text(self, x, y, said, height, fill, anchor=None, weight=None):
        given = _attributes(
            x=float(x),
            y=float(y),
            font_size=float(height),
            fill=fill,
            text_anchor=anchor,
            font_weight=weight,
        )
        self.shapes.append(f"<text{given}>{_said(said)}</text>")

    def text_of(self):
        """The whole file."""
        size = f'width="{self.width:.0f}" height="{self.height:.0f}"'
        box = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {_FONT}>'
        ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
        return "\n".join([head, _PATTERNS, ground, *self.shapes, "</svg>", ""])
