// Filters hide rows, columns and marks of figures; tables sort; the address keeps both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./browser.mjs";

// Which values of data-<kind> are to be seen, in rows of tables and in marks of figures.
const shown = (page, kind) => page.evaluate((kind) => {
  const seen = (selector) => [...new Set([...document.querySelectorAll(`${selector}[data-${kind}]`)]
    .filter((each) => each.dataset[kind] !== "" && each.getClientRects().length).map((each) => each.dataset[kind]))].sort();
  return { rows: seen("tr"), marks: seen("svg g"), cells: seen("td") };
}, kind);

async function choose(page, kind, wanted) {
  await page.locator("#filters summary").click();
  for (const box of await page.locator(`#filters input[name=${kind}]`).all()) {
    await box.setChecked(wanted.includes(await box.getAttribute("value")));
  }
}

const cases = [
  ["runtime", ["biased", "gil"]],
  ["workload", ["words"]],
  ["threads", ["1"]],
];
for (const [kind, wanted] of cases) {
  test(`a filter by ${kind} shows what was chosen and nothing else`, async () => {
    const page = await open("usual");
    const before = await shown(page, kind);
    assert.ok(before.rows.length > wanted.length && before.marks.length > wanted.length);
    await choose(page, kind, wanted);
    const found = await shown(page, kind);
    assert.deepEqual(found.rows, wanted);
    assert.deepEqual(found.marks, wanted);
    assert.ok(found.cells.every((each) => wanted.includes(each)), found.cells.join());
    assert.match(await page.locator("#shown").textContent(), /\d+ of \d+ rows/);
    await page.locator("#filters button[type=reset]").click();
    await page.waitForTimeout(50);
    assert.deepEqual(await shown(page, kind), before);
    await page.close();
  });
}

test("a filter by tag shows the workloads that have it", async () => {
  const page = await open("usual");
  await choose(page, "tag", ["server"]);
  assert.deepEqual((await shown(page, "workload")).rows, ["kv_store"]);
  await page.close();
});

test("an address restores what was chosen", async () => {
  const page = await open("usual");
  await choose(page, "runtime", ["biased", "gil"]);
  const first = await page.locator("section.workload th[data-sorts=number] button").first();
  await first.click();
  const kept = new URL(page.url()).hash;
  const other = await open("usual", { fragment: kept });
  assert.deepEqual((await shown(other, "runtime")).rows, ["biased", "gil"]);
  assert.equal(await other.locator("[aria-sort=ascending]").count(), 1);
  assert.equal(await other.locator("#filters input[name=runtime]:checked").count(), 2);
  await page.close();
  await other.close();
});

test("a heading sorts its table, upwards and then downwards", async () => {
  const page = await open("usual");
  const table = page.locator("section.workload table").first();
  const heads = await table.locator("thead th").allTextContents();
  const column = heads.findIndex((head) => head.startsWith("speed"));
  const head = table.locator("thead th").nth(column);
  const values = () => table.locator(`tbody tr > :nth-child(${column + 1})`).evaluateAll((cells) =>
    cells.filter((cell) => cell.dataset.sort !== undefined).map((cell) => Number(cell.dataset.sort)));
  const before = await values();
  assert.equal(await head.getAttribute("aria-sort"), "none");
  await head.locator("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const ascending = [...before].sort((a, b) => a - b);
  assert.deepEqual(await values(), ascending);
  await head.locator("button").press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await values(), ascending.reverse());
  await page.close();
});

test("a filter that names nothing there is no fault", async () => {
  const page = await open("usual", { fragment: "#x?runtime=nobody&sort=no-table:99:d&threads=%E0%A4%A" });
  assert.deepEqual(page.faults, []);
  await page.close();
});
