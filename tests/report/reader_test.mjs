// Keyboards and screen readers: one way in, headings in order, tables and figures that say what they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { given, open } from "./browser.mjs";

for (const name of Object.keys(given.runs)) {
  test(`the outline of ${name} has one top and leaves out no level`, async () => {
    const page = await open(name);
    const levels = await page.locator("h1, h2, h3, h4, h5, h6").evaluateAll((all) => all.map((each) => Number(each.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert.equal(levels[0], 1);
    levels.forEach((level, place) => assert.ok(place === 0 || level <= levels[place - 1] + 1, `h${level} after h${levels[place - 1]}`));
    await page.close();
  });

  test(`tables of ${name} have captions and headings with a scope`, async () => {
    const page = await open(name);
    const link = page.locator("a[data-trials]").first();
    if (await link.count()) await link.click();
    const bad = await page.locator("table").evaluateAll((all) => all.filter((table) =>
      !(table.caption && table.caption.textContent.trim()) || [...table.querySelectorAll("th")].some((head) => !head.scope) ||
      !table.querySelector("th")).map((table) => table.outerHTML.slice(0, 200)));
    assert.deepEqual(bad, []);
    await page.close();
  });
}

test("the language, landmarks and labels are there", async () => {
  const page = await open("usual");
  const found = await page.evaluate(() => ({
    language: document.documentElement.lang,
    main: document.querySelectorAll("main").length,
    unlabelled: [...document.querySelectorAll("nav, form, section, [role=region]")].filter((each) => {
      const by = each.getAttribute("aria-labelledby");
      return !(each.getAttribute("aria-label") || (by && document.getElementById(by)?.textContent.trim()));
    }).length,
    inputs: [...document.querySelectorAll("input")].filter((each) => !each.labels.length).length,
    dead: [...document.querySelectorAll('a[href^="#"]:not([data-trials])')].filter((each) =>
      !document.getElementById(decodeURIComponent(each.getAttribute("href").slice(1)))).map((each) => each.getAttribute("href")),
  }));
  assert.match(found.language, /^en/);
  assert.deepEqual({ ...found, language: "" }, { language: "", main: 1, unlabelled: 0, inputs: 0, dead: [] });
  await page.close();
});

test("the first stop skips the contents, and every stop is seen", async () => {
  const page = await open("usual");
  await page.keyboard.press("Tab");
  const skip = page.locator(".skip");
  assert.ok(await skip.evaluate((each) => each === document.activeElement && each.getBoundingClientRect().left >= 0));
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const each = document.activeElement, style = getComputedStyle(each);
      return { name: each.outerHTML.slice(0, 100), ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    });
    assert.ok(found.ring, `${found.name}: the focus is not seen`);
  }
  await page.close();
});

test("without its script the report can still be read", async () => {
  const page = await open("usual", { javaScriptEnabled: false });
  assert.ok(await page.locator("section.workload table").first().isVisible());
  assert.ok(!(await page.locator("#filters").isVisible()), "filters need the script");
  await page.close();
});
