"""The colours there are, on white paper and in the dark, and how far they stand out.

The hues begin with those of Okabe and Ito (Color universal design, 2008), made darker where a line
would be too faint on white: against the paper a line has a contrast of at least 3 to 1 and text one of
4.5 to 1, as the Web Content Accessibility Guidelines measure it.  A second shade of a hue is for a
second member of a family.  A figure is drawn in the light colours; within a page each of them is a
custom property of CSS, which the dark scheme sets anew, and so each of them is here once; matplotlib
does not write pure black, which is what SVG fills with by itself.
"""

from collections import namedtuple

Shade = namedtuple("Shade", "light dark")

HUES = {
    "blue": Shade("#0072b2", "#3f97dc"),
    "black": Shade("#010101", "#ffffff"),
    "grey": Shade("#7a7a7a", "#9e9e9e"),
    "vermillion": Shade("#d55e00", "#ff8533"),
    "rust": Shade("#8a3200", "#ffc199"),
    "ochre": Shade("#bf8700", "#e6ac00"),
    "purple": Shade("#8f3a86", "#f0b0e0"),
    "sky": Shade("#2f94cc", "#9ad7ff"),
    "green": Shade("#009e73", "#45dca8"),
    "pine": Shade("#00583f", "#a6ecd3"),
    "indigo": Shade("#5d4fb3", "#a99cf5"),
    "rose": Shade("#c2335f", "#ff7a9c"),
    "olive": Shade("#7c8000", "#c3c740"),
    "brown": Shade("#7a4b2a", "#c99a75"),
}
ROLES = {
    "paper": Shade("#ffffff", "#16181b"),
    "ink": Shade("#1b1b1b", "#e9e9e9"),
    "soft": Shade("#5e5e5e", "#a8a8a8"),
    "rule": Shade("#dddddd", "#3a3d42"),
    "shade": Shade("#efefef", "#25282d"),
}
# From much slower to much faster, for areas that ink stands on.
DIVERGING = (
    Shade("#e87f45", "#97520f"),
    Shade("#f0a275", "#7a4820"),
    Shade("#f6c4a5", "#5a3821"),
    Shade("#fbe3d4", "#3b2a20"),
    Shade("#f6f6f6", "#222427"),
    Shade("#dcebf7", "#1c2c3a"),
    Shade("#b6d6ee", "#21415a"),
    Shade("#8cbfe4", "#26567a"),
    Shade("#5fa6d8", "#26658f"),
)
_LINE, _TEXT = 3, 4.5


def contrast(one, other):
    """Of two colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))


def _legible(colour, paper):
    """The colour, made darker as long as text in it would be too faint on this paper."""
    while contrast(colour, paper) < _TEXT:
        parts = [int(colour[i : i + 2], 16) * 63 // 64 for i in (1, 3, 5)]
        colour = "#" + "".join(f"{part:02x}" for part in parts)
    return colour


def _texts():
    """Hue -> the shade of text in it."""
    return {
        name: Shade(_legible(hue.light, ROLES["paper"].light), hue.dark)
        for name, hue in HUES.items()
    }


TEXTS = _texts()


def _properties():
    """Custom property -> shade."""
    return {
        **{f"--{name}": shade for name, shade in ROLES.items()},
        **{f"--hue-{name}": shade for name, shade in HUES.items()},
        **{f"--text-{name}": shade for name, shade in TEXTS.items()},
        **{f"--diverging-{i}": shade for i, shade in enumerate(DIVERGING)},
    }


PROPERTIES = _properties()


def _by_light():
    """Light colour -> custom property; text in a colour that is dark enough is of that colour."""
    return {shade.light: name for name, shade in reversed(PROPERTIES.items())}


_PROPERTY = _by_light()


def property_of(colour):
    """The custom property of a light colour, `var(--hue-blue)`; None if it is none of these."""
    name = _PROPERTY.get(colour.lower())
    return name and f"var({name})"


def text_in(colour):
    """The colour of text that belongs to a line of this colour."""
    for name, hue in HUES.items():
        if hue.light == colour:
            return TEXTS[name].light
    return colour


def css():
    """The custom properties: light, and dark if the reader's system or the page asks for it."""
    light = _rules("light")
    dark = _rules("dark")
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
        f"@media print{{:root,:root[data-theme=dark],:root:not([data-theme=light]){{{light}}}}}\n"
    )


def _rules(scheme):
    return ";".join(f"{n}:{getattr(s, scheme)}" for n, s in PROPERTIES.items())
