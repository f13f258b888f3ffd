// Counts what a person does: a click (also a choice in a list, a tick, Enter) and a typed field.

import { acts } from "./acts.mjs";

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

/** The tasks of the design with their budgets: `{name, post, budget, steps(hand, page)}`. */
export const tasks = [...acts];
