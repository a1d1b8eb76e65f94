// Readable on a phone and on a desk, in the light and in the dark; prints without cutting tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { given, open } from "./browser.mjs";

const widths = [360, 800, 1400];
const inches = { "A4": 8.27 - 28 / 25.4, "A4 landscape": 11.69 - 28 / 25.4 }; // within the margins of @page

for (const name of Object.keys(given.runs)) {
  test(`the page of ${name} is as wide as the window`, async () => {
    for (const width of widths) {
      const page = await open(name, { width });
      const found = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(found <= width, `${found} px at ${width}`);
      await page.close();
    }
  });
}

test("letters of figures can be read on a phone", async () => {
  const page = await open("usual", { width: 360 });
  const scales = await page.locator(".drawing svg").evaluateAll((all) =>
    all.filter((svg) => svg.checkVisibility()).map((svg) => svg.getScreenCTM().a));
  assert.ok(scales.length > 5 && Math.min(...scales) > 1.15, `a point has ${Math.min(...scales)} px`);
  await page.close();
});

// Of all text that is to be seen, that with the least contrast to what is behind it: WCAG 2.2, 1.4.3.
const contrast = () => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const numbers = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || node.closest("script, style, title, desc") || !node.checkVisibility()) continue;
    const style = getComputedStyle(node), colour = node.closest("svg") ? style.fill : style.color;
    if (colour === "none") continue;
    const [a, b] = [light(numbers(colour)), light(behind(node))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.tagName, colour, walk.currentNode.textContent.trim().slice(0, 40)]);
  }
  return found.sort((x, y) => x[0] - y[0]);
};

for (const colorScheme of ["light", "dark"]) {
  test(`text stands out, ${colorScheme}`, async () => {
    const page = await open("usual", { colorScheme });
    const found = (await page.evaluate(contrast)).filter(([, name]) => name !== "text" && name !== "tspan");
    assert.ok(found.length > 300, `${found.length} texts`);
    assert.ok(found[0][0] >= 4.5, `too faint: ${found.slice(0, 5).join(" | ")}`);
    const shade = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [sum] = [shade.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)];
    assert.ok(colorScheme === "dark" ? sum < 200 : sum > 600, shade);
    await page.close();
  });

  test(`text of figures stands out, ${colorScheme}`, async () => {
    const page = await open("usual", { colorScheme });
    const outside = (await page.evaluate(contrast)).filter(([, name]) => name === "text" || name === "tspan");
    const faint = outside.filter(([ratio]) => ratio < 3);
    assert.ok(outside.length > 100, `${outside.length} texts`);
    assert.ok(faint.length < outside.length / 10, `${faint.length} of ${outside.length}: ${faint.slice(0, 5).join(" | ")}`);
    await page.close();
  });
}

test("the button switches between light and dark", async () => {
  const page = await open("usual", { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.locator("#scheme").click();
  assert.notEqual(await paper(), before);
  await page.close();
});

for (const name of ["usual", "hostile"]) {
  test(`no table of ${name} is cut on paper`, async () => {
    const page = await open(name);
    await page.emulateMedia({ media: "print" });
    const wide = await page.evaluate((inches) => {
      const cut = [];
      for (const [paper, inch] of Object.entries(inches)) {
        document.body.style.width = `${inch * 96}px`;
        for (const each of document.querySelectorAll("table, svg, pre")) {
          if (!each.checkVisibility()) continue;
          const over = each.getBoundingClientRect().right - document.body.getBoundingClientRect().right;
          if (over > 1) cut.push(`${paper}: ${each.id || each.tagName} by ${Math.round(over)} px`);
        }
      }
      return cut;
    }, inches);
    assert.deepEqual(wide, []);
    await page.close();
  });
}

test("rows are kept whole on paper, and headings of tables come again", async () => {
  const page = await open("usual");
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => ({
    rows: [...document.querySelectorAll("tbody tr")].filter((row) => getComputedStyle(row).breakInside !== "avoid").length,
    heads: [...document.querySelectorAll("thead")].filter((head) => getComputedStyle(head).display !== "table-header-group").length,
    boxes: [...document.querySelectorAll(".box")].filter((box) => getComputedStyle(box).overflowX !== "visible").length,
  }));
  assert.deepEqual(found, { rows: 0, heads: 0, boxes: 0 });
  await page.close();
});

test("prints to a PDF", async () => {
  const page = await open("usual");
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
  assert.ok(pages > 5 && pages < 60, `${pages} pages`);
  assert.deepEqual(page.faults, []);
  await page.close();
});
