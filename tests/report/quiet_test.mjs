// A report asks for nothing, does nothing wrong, and takes no name for markup.
import assert from "node:assert/strict";
import { test } from "node:test";
import { derived, given, open } from "./browser.mjs";

for (const name of Object.keys(given.runs)) {
  test(`the report of the run ${name} is quiet`, async () => {
    const page = await open(name);
    for (const details of await page.locator("summary").all()) if (await details.isVisible()) await details.click();
    const link = page.locator("a[data-trials]").first();
    if (await link.count()) await link.click();
    await page.waitForTimeout(100);
    assert.deepEqual(page.faults, []);
    assert.equal(await page.evaluate(() => performance.getEntriesByType("resource").length), 0);
    await page.close();
  });
}

test("what is asked for is noticed", async () => {
  const page = await open("usual");
  await page.evaluate(() => { document.body.append(Object.assign(new Image(), { src: "missing.png" })); });
  await page.waitForTimeout(200);
  assert.ok(page.faults.some((fault) => fault.startsWith("policy: img-src")), page.faults.join());
  await page.close();
});

test("names of a run are text", async () => {
  const page = await open("hostile");
  const title = await page.title();
  assert.match(title, /hostile/);
  const found = await page.evaluate(() => ({
    markup: document.querySelectorAll("img, svg[onload], iframe, object, [onerror], main script, svg script").length,
    text: document.body.textContent,
  }));
  assert.equal(found.markup, 0);
  const { rows } = derived("hostile");
  for (const row of rows) {
    for (const text of [row.runtime, row.workload.replaceAll("\n", " ")]) {
      assert.ok(found.text.replace(/\s+/g, " ").includes(text), `${text} is not told`);
    }
  }
  assert.ok(found.text.includes("no file & <img"), "why it failed");
  await page.close();
});

test("a host is not told", async () => {
  for (const name of Object.keys(given.runs)) {
    const page = await open(name);
    assert.ok(!(await page.content()).includes("hostthatis"), name);
    await page.close();
  }
});
