// Every figure that has data is drawn, with marks, and named for who cannot see it.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { derived, given, open } from "./browser.mjs";

const shapes = "path, rect, circle, use, polygon, line";

test("every figure is drawn", async () => {
  const page = await open("usual");
  const seen = await page.evaluate((shapes) => [...document.querySelectorAll("svg")].map((svg) => {
    const box = svg.getBoundingClientRect();
    const own = (svg.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id));
    return {
      role: svg.getAttribute("role"),
      says: own.map((each) => each && each.closest("svg") === svg && each.textContent.trim()),
      named: own[0] ? own[0].id : "",
      size: [box.width, box.height],
      marks: svg.querySelectorAll("[data-runtime]").length,
      shapes: svg.querySelectorAll(shapes).length,
      texts: svg.querySelectorAll("text").length,
    };
  }), shapes);
  for (const name of given.figures) {
    const own = seen.filter((each) => each.named.endsWith(`-${name}-title`));
    assert.ok(own.length > 0, `${name} is not in the report`);
    for (const each of own) {
      assert.equal(each.role, "img", name);
      assert.ok(each.says.every((text) => text), `${each.named}: no title or description`);
      assert.ok(each.size.every((length) => length > 100), `${each.named} is ${each.size} large`);
      assert.ok(each.shapes > 5 && each.texts > 3, `${each.named} is empty`);
      if (!["allocator"].includes(name)) assert.ok(each.marks > 0, `${each.named} tells of no runtime`);
    }
  }
  await page.close();
});

test("every runtime that was measured is in throughput and pauses", async () => {
  const page = await open("usual");
  const { rows } = derived("usual");
  for (const name of ["throughput", "pauses"]) {
    const drawn = new Set(await page.locator(`svg[aria-labelledby*="-${name}-title"] [data-runtime]`)
      .evaluateAll((marks) => marks.map((mark) => mark.dataset.runtime)));
    for (const row of rows) assert.ok(drawn.has(row.runtime), `${row.runtime} is not in ${name}`);
  }
  await page.close();
});

test("a report is beside its figures", () => {
  const there = readdirSync(`${given.runs.usual}/figures`);
  for (const name of given.figures) for (const kind of ["svg", "pdf", "csv"]) assert.ok(there.includes(`${name}.${kind}`));
});

test("identifiers are unique", async () => {
  for (const name of ["usual", "hostile"]) {
    const page = await open(name);
    const twice = await page.evaluate(() => {
      const all = [...document.querySelectorAll("[id]")].map((each) => each.id);
      return all.filter((id, place) => all.indexOf(id) !== place);
    });
    assert.deepEqual(twice, []);
    await page.close();
  }
});

test("nothing is drawn of a run without figures' data but a line says why", async () => {
  const page = await open("single");
  const notes = await page.locator("p.note").allTextContents();
  assert.ok(notes.some((note) => note.includes("is not here") && note.includes("refbench explain")), notes.join("\n"));
  await page.close();
});
