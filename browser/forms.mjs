// Every form sent wrongly: nothing filled in, and rubbish. What is wrong is said above the form,
// the summary takes the focus and leads to each field, and what was typed is still there.

import { inspect } from "./look.mjs";

const wrongly = {
  rubbish: { text: "<b>“甲”&'", date: "昨天", number: "许多" },
  empty: { text: "", date: "", number: "" },
  long: { text: "长".repeat(3000), date: "9".repeat(300), number: "9".repeat(300) },
};

const forms = "main form[method=post]";
const visible = "input:not([type=hidden]), select, textarea";

/** Which forms of the page have something to fill in. */
export function fillable(page) {
  return page.$$eval(
    forms,
    (all, visible) =>
      all.map((f, at) => (f.querySelector(visible) ? at : -1)).filter((at) => at >= 0),
    visible,
  );
}

/** Fills a form wrongly; gives what was typed into which field. */
function fill(page, at, values) {
  return page.evaluate(
    ({ at, values, forms, visible }) => {
      const typed = {};
      for (const field of document.querySelectorAll(forms)[at].querySelectorAll(visible)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = false;
        else if (field.tagName === "SELECT") field.selectedIndex = 0;
        else if (field.type !== "file") {
          const kind = { numeric: "date", decimal: "number" }[field.inputMode] ?? "text";
          field.value = values[kind];
          const once = !(field.name in typed) && field.type !== "password";
          if (once && !/select-all/.test(field.name)) typed[field.name] = field.value;
        }
      }
      return typed;
    },
    { at, values, forms, visible },
  );
}

/** Sends the form and waits for the page that answers; 0 when a file came instead. */
async function send(page, at) {
  const isPost = (response) =>
    response.request().isNavigationRequest() && response.request().method() === "POST";
  const answered = page.waitForResponse(isPost);
  await page.evaluate(
    ({ at, forms }) => {
      const form = document.querySelectorAll(forms)[at];
      globalThis.isBefore = true;
      // The page goes away with it: it must not take this call along.
      const button = form.querySelector("button[type=submit], button:not([type])");
      setTimeout(() => form.requestSubmit(button), 0);
    },
    { at, forms },
  );
  const response = await answered;
  if (/attachment/.test(response.headers()["content-disposition"] ?? "")) return 0;
  await page.waitForFunction(() => !globalThis.isBefore && document.readyState === "complete");
  return response.status();
}

/** What is wrong with the page that says what is wrong. */
async function answered(page, typed) {
  return page.evaluate((typed) => {
    const faults = [];
    const summary = document.querySelector(".error-summary");
    if (!summary) return ["no summary says what is wrong"];
    if (document.activeElement !== summary) faults.push("the summary has not the focus");
    if (!/有误/.test(document.title)) faults.push(`the title says nothing of it: ${document.title}`);
    for (const link of summary.querySelectorAll("a")) {
      const says = link.textContent.trim();
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) {
        faults.push(`“${says}” leads to no field (${link.hash})`);
        continue;
      }
      link.click();
      const at = document.activeElement;
      if (at !== field && !field.contains(at)) faults.push(`“${says}” does not go to its field`);
      const beside = field.closest(".faulty, fieldset, td, .field") ?? field.parentElement;
      const told = beside.textContent + (field.getAttribute("aria-label") ?? "");
      const isMarked = field.getAttribute("aria-invalid") === "true";
      if (!told.includes(says) && !isMarked) faults.push(`“${says}” is not said beside its field`);
    }
    const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
    for (const [name, value] of Object.entries(typed)) {
      const fields = [...document.querySelectorAll("main form[method=post] [name]")];
      const field = fields.find((field) => field.name === name && field.type !== "hidden");
      // Nothing typed may be filled in for the next try; a code that is good once is not kept.
      if (!field || value === "" || field.autocomplete === "one-time-code") continue;
      if (plain(field.value) !== plain(value)) {
        const [was, is] = [value.slice(0, 30), field.value.slice(0, 30)];
        faults.push(`${name}: “${was}” was typed, “${is}” is there`);
      }
    }
    summary.focus();
    return faults;
  }, typed);
}

/** What a browser says on its console of a page that answers with such a status. */
export const expected = (fault) => /status of 4(03|04|09|12|22)/.test(fault);

/**
 * Sends every form of the page at `address` wrongly, in each of the ways. `tell` gets the faults
 * of each; a form that takes it all is no fault.
 */
export async function misfill(page, { address, watch, seen, name, of, tell }) {
  await page.goto(address, { waitUntil: "load" });
  for (const at of await fillable(page)) {
    for (const how of Object.keys(wrongly)) {
      await page.goto(address, { waitUntil: "load" });
      // What was sent before may have taken the form away.
      if ((await page.locator(forms).count()) <= at) continue;
      const typed = await fill(page, at, wrongly[how]);
      const status = await send(page, at);
      const own = watch.take().filter((fault) => !expected(fault));
      if (status !== 422) {
        const isKnown = status < 400 || [409, 412].includes(status);
        tell(how, [...own, ...(isKnown ? [] : [`answered with ${status}`])]);
        continue;
      }
      const faults = await answered(page, how === "long" ? {} : typed);
      const picture = how === "rubbish" ? { ...of, state: "error" } : undefined;
      const looked = await inspect(page, name + (at || ""), watch, { seen, of: picture });
      tell(how, [...own, ...faults, ...looked.filter((fault) => !expected(fault))]);
    }
  }
}
