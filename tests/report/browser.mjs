// What the tests of reports share: a browser, and pages that note whatever a report must not do.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

export const given = JSON.parse(process.env.REFBENCH_REPORT);
const { chromium } = createRequire(import.meta.url)(given.library);
const browser = await chromium.launch({ executablePath: given.browser, args: ["--no-sandbox"] });
after(() => browser.close());

// A file of the run that a report was made of.
export const derived = (name, file = "summary.json") =>
  JSON.parse(readFileSync(`${given.runs[name]}/${file}`, "utf-8"));

export const address = (name, fragment = "") => pathToFileURL(`${given.runs[name]}/report.html`).href + fragment;

// Opens the report of a run; `faults` of the page grows by every error, dialog, request and violation of its policy.
export async function open(name, { fragment = "", width = 1400, ...more } = {}) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, ...more });
  const own = address(name), faults = [];
  page.faults = faults;
  page.on("console", (said) => ["error", "warning"].includes(said.type()) && faults.push(`console: ${said.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("dialog", (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (asked) => asked.url().split("#")[0] !== own && faults.push(`request: ${asked.url()}`));
  await page.exposeFunction("violated", (what) => faults.push(`policy: ${what}`));
  await page.addInitScript(() => {
    const tell = (event) => window.violated(`${event.violatedDirective} ${event.blockedURI}`);
    document.addEventListener("securitypolicyviolation", tell);
  });
  await page.goto(address(name, fragment));
  return page;
}
