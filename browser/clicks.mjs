// Counts what a person does: a click (also a choice in a list, a tick, Enter) and a typed field.

import { acts } from "./acts.mjs";
import { daily } from "./daily.mjs";
import { handing } from "./handing.mjs";
import { papers } from "./papers.mjs";

/** Drives `page` and counts. Going to an address is free: a task begins on the home page. */
export function counted(page) {
  const count = { clicks: 0, fields: 0 };
  const at = (target) => (typeof target === "string" ? page.locator(target) : target);
  return {
    count,
    async click(target) {
      count.clicks += 1;
      await at(target).click();
      await page.waitForLoadState("load");
    },
    /** A click that unfolds something. */
    async open(target) {
      count.clicks += 1;
      await at(target).click();
    },
    async type(target, text) {
      count.fields += 1;
      await at(target).fill(text);
    },
    async choose(target, option) {
      count.clicks += 1;
      await at(target).selectOption(option);
    },
    async tick(target) {
      count.clicks += 1;
      await at(target).check();
    },
    /** A click that brings a file; gives its name. */
    async download(target) {
      count.clicks += 1;
      const [file] = await Promise.all([page.waitForEvent("download"), at(target).click()]);
      await file.delete();
      return file.suggestedFilename();
    },
    async enter() {
      count.clicks += 1;
      await page.keyboard.press("Enter");
      await page.waitForLoadState("load");
    },
  };
}

/** What of a budget `{clicks, fields}` was overdrawn; what it does not name is not limited. */
export function overdrawn(count, budget) {
  return Object.entries(budget)
    .filter(([what, most]) => count[what] > most)
    .map(([what, most]) => `${count[what]} ${what}, ${most} at most`);
}

const says = (n) => (n === undefined ? "-" : String(n));

/** What each task took of what it may take, as a table. */
export function table(measured) {
  const head = ["task", "clicks", "of", "fields", "of", "more"];
  const rows = measured.map(({ name, budget, clicks, fields, ...more }) => [
    name,
    says(clicks),
    says(budget.clicks),
    says(fields),
    says(budget.fields),
    Object.entries(more).map(([what, n]) => `${n} ${what} of ${says(budget[what])}`).join(", "),
  ]);
  const wide = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at].length)));
  const line = (row) => row.map((text, at) => text.padEnd(wide[at])).join("  ").trimEnd();
  return [head, ...rows].map(line).join("\n");
}

/** The tasks of the design with their budgets: `{name, who, budget, steps(hand, page, demo)}`. */
export const tasks = [...daily, ...acts, ...papers, ...handing];
