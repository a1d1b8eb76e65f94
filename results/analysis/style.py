"""How figures look: one colour and one marker for a runtime everywhere, readable without colour.

Colours are those of Okabe and Ito, which people with any colour vision can tell apart.
"""

from math import ceil

import matplotlib

OKABE_ITO = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",
}
GREY = "#767676"
SHADE = "#EFEFEF"
RULE = "#DDDDDD"
SMALL = {"fontsize": 6, "color": GREY}
LEGEND_COLUMNS = 5

# Those of the project have theirs for good; others take what is left, in the order of their names.
_OWN = {
    "gil": "blue",
    "atomic": "vermillion",
    "atomic_locked": "purple",
    "biased": "green",
}
_MARKERS = "osD^vPX*"
_RC = {
    "svg.hashsalt": "refbench",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "lines.linewidth": 1.3,
    "lines.markersize": 3.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.dpi": 100,
}


def context():
    """Inside it, matplotlib draws as above whatever its user has configured."""
    matplotlib.use("svg")
    return matplotlib.rc_context(
        {**matplotlib.rcParamsDefault, **_RC, "backend": "svg"}
    )


def frame(figure, keys, caption):
    """Puts the legend above the panels and the caption below them; heights are in inches."""
    height = figure.get_figheight()
    above = 0.22 + 0.16 * ceil(len(keys) / LEGEND_COLUMNS)
    rect = (0, 0.2 / height, 1, 1 - (above + 0.2) / height)
    figure.get_layout_engine().set(rect=rect, w_pad=0.05, h_pad=0.05)
    figure.legend(
        handles=keys,
        loc="upper center",
        ncols=min(len(keys), LEGEND_COLUMNS),
        columnspacing=1.4,
        handlelength=2.2,
    )
    figure.text(0.5, 0.05 / height, caption, ha="center", va="bottom", **SMALL)


def looks(runtimes):
    """Runtime -> colour and marker for plot()."""
    others = sorted(set(runtimes) - set(_OWN))
    free = [name for name in OKABE_ITO if name not in _OWN.values()]
    chosen = {**_OWN, **{name: free[i % len(free)] for i, name in enumerate(others)}}
    order = [*_OWN, *others]
    return {
        name: {
            "color": OKABE_ITO[chosen[name]],
            "marker": _MARKERS[order.index(name) % len(_MARKERS)],
        }
        for name in runtimes
    }
