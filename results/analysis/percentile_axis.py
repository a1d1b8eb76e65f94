"""An axis of percentiles, logarithmic in 1/(1-q): rare values take as much room as frequent ones."""

from matplotlib.ticker import FixedLocator, NullFormatter

_TICKS = (
    ("0", 1),
    ("50", 2),
    ("90", 10),
    ("99", 100),
    ("99.9", 1e3),
    ("99.99", 1e4),
    ("99.999", 1e5),
    ("99.9999", 1e6),
)
_FEW = ("50", "99", "99.99", "99.9999")  # where there is no room for more


def set_up(panel, most, narrow):
    """Up to the percentile that one in so many exceeds."""
    panel.set_xscale("log")
    panel.set_xlim(1, most)
    ticks = [(name, x) for name, x in _TICKS if x <= most]
    named = [(name, x) for name, x in ticks if not narrow or name in _FEW] or ticks
    panel.xaxis.set_major_locator(FixedLocator([x for _, x in named]))
    panel.xaxis.set_minor_locator(FixedLocator([x for _, x in ticks]))
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.set_xticklabels([name for name, _ in named])
