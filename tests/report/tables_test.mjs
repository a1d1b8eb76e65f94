// Numbers in tables are those of summary.json and compare.json; each leads to its trials.
import assert from "node:assert/strict";
import { test } from "node:test";
import { derived, open } from "./browser.mjs";

const units = { G: 1e9, M: 1e6, k: 1e3, s: 1e6, ms: 1e3, "µs": 1, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1, "%": 0.01 };

// What a text such as "? 4.21 Mop/s" says, and by how much it may be rounded; NaN if it says no number.
const read = (text) => {
  const found = /^\D*?(-?\d+\.?(\d*))\s*(GiB|MiB|KiB|[GMk]?op\/s|ms|µs|s|B|%)?/.exec(text.trim());
  if (!found) return [NaN, NaN];
  const unit = units[(found[3] || "").replace("op/s", "")] || 1;
  return [Number(found[1]) * unit, 0.5001 * 10 ** -found[2].length * unit];
};

const agree = (text, wanted, what) => {
  const [found, least] = read(text);
  assert.ok(Math.abs(found - wanted) <= least, `${what}: ${text} is not ${wanted}`);
};

// Workload tables: [{head: text, ...}] with the settings as the heading has them.
const tables = (page) => page.evaluate(() => [...document.querySelectorAll("section.workload")].map((section) => {
  const table = section.querySelector("table"), heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => ({
    runtime: row.dataset.runtime,
    threads: Number(row.dataset.threads),
    cells: [...row.cells].map((cell, place) => [
      heads[place], cell.firstChild ? cell.firstChild.textContent.trim() : "", cell.dataset.sort, cell.textContent,
    ]),
  }));
  return { workload: section.dataset.workload, title: section.querySelector("h3").textContent, rows };
}));

const titled = (row) => [row.workload, ...Object.entries(row.settings).map(([name, value]) => `${name}=${value}`)].join(" ");
const ratios = () => {
  const found = new Map();
  for (const each of derived("usual", "compare.json").comparisons) {
    for (const row of each.rows) found.set([each.b.side, titled(row), row.threads].join(), row);
  }
  return found;
};

test("a table of a workload says what summary.json does", async () => {
  const page = await open("usual");
  const { rows } = derived("usual"), beside = ratios();
  const wanted = new Map(rows.map((row) => [[row.runtime, titled(row), row.threads].join(), row]));
  let checked = 0;
  for (const table of await tables(page)) {
    for (const { runtime, threads, cells } of table.rows) {
      const key = [runtime, table.title.replace(" (control)", ""), threads].join(), row = wanted.get(key);
      const is = Object.fromEntries(cells.map(([head, text]) => [head, text]).reverse());
      if (!row) {
        assert.equal(runtime, "plain", `${key} is not in summary.json`);
        continue;
      }
      if (row.status !== "ok") {
        assert.ok(cells.some(([, , , all]) => all.includes(row.reason)), `${key}: why it failed`);
        continue;
      }
      agree(is.speed, row.ops_per_s, `${key} speed`);
      agree(is["pause p50"], row.pause_us.p50, `${key} p50`);
      agree(is.p99, row.pause_us.p99, `${key} p99`);
      agree(is.longest, row.pause_us.max, `${key} longest`);
      agree(is["peak RSS"], row.peak_rss_bytes, `${key} peak RSS`);
      assert.equal(Number(is.trials), row.trials, `${key} trials`);
      const [, , sorted] = cells.find(([head]) => head === "speed");
      assert.equal(Number(sorted), row.ops_per_s, `${key} is sorted by what it says`);
      const compared = beside.get(key);
      if (compared && compared.ratio !== null) {
        agree(is.ratio, compared.ratio, `${key} ratio`);
        assert.equal(is.verdict, compared.verdict, `${key} verdict`);
      }
      if (row.oversubscribed) assert.match(is.remarks, /oversubscribed/, key);
      if (row.contaminated) assert.match(is.remarks, /contaminated/, key);
      checked += 1;
    }
  }
  assert.ok(checked >= 0.9 * rows.length, `only ${checked} of ${rows.length} rows were found`);
  await page.close();
});

test("the overview says what compare.json does", async () => {
  const page = await open("usual");
  const seen = await page.evaluate(() => [...document.querySelectorAll("table[id*=heat-]")].flatMap((table) =>
    [...table.tBodies[0].rows].flatMap((row) => [...row.cells].filter((cell) => cell.dataset.runtime).map((cell) => [
      cell.dataset.runtime, row.cells[0].textContent.replace(" (control)", ""), row.dataset.threads,
      cell.firstChild.textContent, cell.textContent,
    ]))));
  const beside = ratios();
  let checked = 0;
  for (const [runtime, title, threads, text, all] of seen) {
    const row = beside.get([runtime, title, threads].join());
    if (!row || row.ratio === null) continue;
    agree(text, row.ratio, `${runtime} at ${title}`);
    if (row.low !== null) assert.ok(all.includes("["), `${runtime} at ${title}: no interval`);
    checked += 1;
  }
  assert.ok(checked >= 20, `${checked} cells`);
  await page.close();
});

test("a number leads to the trials that it was made of", async () => {
  const page = await open("usual");
  const row = derived("usual").rows.find((each) => each.contaminated === 0 && each.runtime === "biased");
  const own = page.locator(`section.workload[data-workload="${row.workload}"] tr[data-runtime="${row.runtime}"][data-threads="${row.threads}"]`);
  await own.first().locator("a[data-trials]").first().click();
  assert.match(page.url(), /#trials\/\d/);
  const heads = await page.locator("#trials-list th").allTextContents();
  const all = await page.locator("#trials-list tbody tr").evaluateAll((rows) =>
    rows.map((each) => [...each.cells].map((cell) => cell.textContent)));
  assert.equal(all.length, row.trials);
  const speeds = all.map((cells) => Number(cells[heads.indexOf("op/s")].replaceAll(",", ""))).sort((a, b) => a - b);
  const middle = (speeds[Math.floor((speeds.length - 1) / 2)] + speeds[Math.ceil((speeds.length - 1) / 2)]) / 2;
  assert.ok(Math.abs(middle / row.ops_per_s - 1) < 1e-5, `${middle} is not ${row.ops_per_s}`); // six digits are told
  assert.deepEqual(await page.evaluate(() => document.activeElement.id), "trials");
  await page.getByText("Back to where you were").click();
  await page.waitForTimeout(50);
  assert.doesNotMatch(page.url(), /trials\//);
  await page.close();
});
