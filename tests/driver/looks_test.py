"""How figures look: who can tell runtimes apart, and where names of lines go."""

import colorsys
import random
import unittest
from itertools import combinations, product

from pictures import drawn, run_of

from analysis import palette, panels, pauses, spread, style, throughput

TEN = (
    "none",
    "gil",
    "plain",
    "atomic",
    "atomic_locked",
    "hazard",
    "refcache",
    "deferred",
    "biased",
    "biased_deferred",
)
# Machado and others, A physiologically-based model for simulation of color vision deficiency, 2009
BLIND = {
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def _linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def _seen(colour, matrix):
    linear = _linear(colour)
    found = [sum(w * c for w, c in zip(row, linear)) for row in matrix]
    return [min(max(c, 0), 1) ** (1 / 2.4) for c in found]


def _apart(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5


class Runtimes(unittest.TestCase):
    def test_one_looks_the_same_beside_any_other(self):
        alone = {name: style.looks([name])[name] for name in TEN}
        self.assertEqual(style.looks([*TEN, "mine", "yours"])["gil"], alone["gil"])
        self.assertEqual(style.looks(TEN), alone)
        self.assertEqual(
            style.looks(["zeta", "gil", "mine"]), style.looks(["gil", "mine", "zeta"])
        )

    def test_colours_of_the_project_are_for_good(self):
        """Whoever changes one changes it in every paper."""
        looks = style.looks(TEN)
        self.assertEqual(looks["gil"]["color"], "#0072b2")
        self.assertEqual(looks["atomic"]["color"], "#d55e00")
        self.assertEqual(looks["biased"]["color"], "#009e73")

    def test_each_has_its_own_marker_and_colour(self):
        looks = style.looks([*TEN, "mine", "ours", "theirs", "yours"])
        for kind in ("color", "marker"):
            self.assertEqual(len({str(look[kind]) for look in looks.values()}), 14)

    def test_eight_of_others_differ_in_marker(self):
        looks = style.looks([f"mine{i}" for i in range(8)])
        self.assertEqual(len({str(look["marker"]) for look in looks.values()}), 8)

    def test_families_share_a_hue(self):
        looks = style.looks(TEN)

        def hue(name):
            return colorsys.rgb_to_hsv(*_linear(looks[name]["color"]))[0]

        for one, other in (("atomic", "atomic_locked"), ("biased", "biased_deferred")):
            self.assertLess(abs(hue(one) - hue(other)), 0.06)
            self.assertNotEqual(looks[one]["linestyle"], looks[other]["linestyle"])

    def test_whoever_sees_few_colours_tells_them_apart(self):
        """By colour, or by dashes where colours come near."""
        looks = style.looks(TEN)
        hues = {hue.light: hue for hue in palette.HUES.values()}
        for scheme, (kind, matrix) in product(("light", "dark"), BLIND.items()):
            seen = {
                name: _seen(getattr(hues[look["color"]], scheme), matrix)
                for name, look in looks.items()
            }
            for one, other in combinations(TEN, 2):
                if looks[one]["linestyle"] == looks[other]["linestyle"]:
                    far = _apart(seen[one], seen[other])
                    self.assertGreater(far, 0.1, f"{scheme}, {kind}: {one}, {other}")


class Contrast(unittest.TestCase):
    def test_known_contrasts(self):
        self.assertAlmostEqual(palette.contrast("#000000", "#ffffff"), 21)
        self.assertAlmostEqual(palette.contrast("#777777", "#ffffff"), 4.48, 2)

    def test_lines_and_text_stand_out_in_light_and_dark(self):
        for scheme in ("light", "dark"):
            paper = getattr(palette.ROLES["paper"], scheme)
            for name, hue in palette.HUES.items():
                line, text = (
                    getattr(shade, scheme) for shade in (hue, palette.TEXTS[name])
                )
                self.assertGreaterEqual(palette.contrast(line, paper), 3, name)
                self.assertGreaterEqual(palette.contrast(text, paper), 4.5, name)
            for role in ("ink", "soft"):
                for under in ("paper", "shade"):
                    colours = (
                        getattr(palette.ROLES[each], scheme) for each in (role, under)
                    )
                    self.assertGreaterEqual(palette.contrast(*colours), 4.5, role)
            ink = getattr(palette.ROLES["ink"], scheme)
            for shade in palette.DIVERGING:
                area = getattr(shade, scheme)
                self.assertGreaterEqual(palette.contrast(ink, area), 4.5, area)

    def test_every_colour_is_a_property_in_both_schemes(self):
        for name, shade in palette.PROPERTIES.items():
            self.assertIn(f"{name}:{shade.light}", style.CSS)
            self.assertIn(f"{name}:{shade.dark}", style.CSS)
        for look in style.looks([*TEN, "mine"]).values():
            self.assertRegex(style.property_of(look["color"]), r"^var\(--hue-\w+\)$")
        self.assertIsNone(style.property_of("#123456"))


class Short(unittest.TestCase):
    def test_what_fits_stays(self):
        self.assertEqual(style.short("biased_deferred"), "biased_deferred")
        self.assertEqual(style.short("a\nb\t c"), "a b c")

    def test_what_does_not_loses_its_middle(self):
        found = style.short("begin" + "x" * 200 + "end", 20)
        self.assertRegex(found, "^begin.*\N{HORIZONTAL ELLIPSIS}.*end$")
        self.assertLessEqual(len(found), 20)

    def test_wide_letters_count_for_more(self):
        wide, usual = (style.short(letter * 50, 20) for letter in "Wn")
        self.assertLess(len(wide), len(usual))


class Apart(unittest.TestCase):
    def test_what_has_room_stays(self):
        self.assertEqual(spread.apart([30, 10, 20], 5, 0, 40), [30, 10, 20])

    def test_what_is_at_one_place_is_spread_about_it(self):
        found = spread.apart([20, 20, 20], 4, 0, 40)
        self.assertEqual(sorted(found), [16, 20, 24])

    def test_edges_hold(self):
        self.assertEqual(sorted(spread.apart([0, 1], 5, 0, 40)), [0, 5])
        self.assertEqual(sorted(spread.apart([40, 39], 5, 0, 40)), [35, 40])

    def test_more_than_fit_stick_out_alike(self):
        found = spread.apart([5] * 5, 5, 0, 10)
        self.assertEqual(sorted(found), [-5, 0, 5, 10, 15])

    def test_any(self):
        chance = random.Random(3)
        for _ in range(200):
            wanted = [chance.uniform(0, 100) for _ in range(chance.randint(1, 12))]
            found = spread.apart(wanted, 6, 0, 100)
            order = sorted(range(len(wanted)), key=lambda i: wanted[i])
            places = [found[i] for i in order]
            for low, high in zip(places, places[1:]):
                self.assertGreaterEqual(high - low, 6 - 1e-9)
            self.assertTrue(all(-1e-9 <= place <= 100 + 1e-9 for place in found))

    def test_nobody_is_further_away_than_need_be(self):
        found = spread.apart([10, 11, 50], 4, 0, 100)
        self.assertEqual(found, [8.5, 12.5, 50])


class Names(unittest.TestCase):
    def test_are_beside_the_lines_and_none_over_another(self):
        run = run_of(self, runtimes=TEN, workloads=("words", "kv_store"))
        for module in (throughput, pauses):
            drawing = drawn(module, module.table(run), run)
            for panel in drawing.axes:
                boxes = [
                    text.get_window_extent()
                    for text in panel.texts
                    if text.get_text().split()[0] in TEN
                ]
                self.assertGreaterEqual(len(boxes), 9)
                right = panel.get_window_extent().x1
                boxes.sort(key=lambda box: box.y0)
                for low, high in zip(boxes, boxes[1:]):
                    self.assertGreater(low.x0, right)
                    self.assertGreater((high.y0 + high.y1) / 2, low.y1 - 2)

    def test_many_panels_have_a_legend_instead(self):
        run = run_of(self, workloads=tuple(f"w{i}" for i in range(20)), blocks=1)
        drawing = drawn(throughput, throughput.table(run), run)
        (legend,) = drawing.legends
        named = [text.get_text() for text in legend.get_texts()]
        self.assertEqual(named[:3], ["none", "gil", "biased"])
        self.assertFalse(
            [t for panel in drawing.axes for t in panel.texts if t.get_text() == "gil"]
        )


class Pages(unittest.TestCase):
    def test_any_number_of_panels_fits_a_page(self):
        with style.context():
            for count in (1, 2, 3, 4, 7, 18, 19, 35, 36, 41, 49, 54):
                grid = panels.grid(count)
                width, height = grid.figure.get_size_inches()
                self.assertLessEqual(height, style.TALLEST + 1e-9, count)
                wanted = style.ONE_COLUMN if count == 1 else style.TWO_COLUMNS
                self.assertEqual(width, wanted)
                self.assertEqual(len(grid.panels), count)


if __name__ == "__main__":
    unittest.main()
