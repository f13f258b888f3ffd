// What can be wrong with a page as it stands, and its picture.

import { mkdirSync } from "node:fs";
import path from "node:path";
import { root, sizes } from "./lib.mjs";

export const shots = path.join(root, "target", "pages");

/** Findings of axe on the page as it stands: `rule: help (n): first element`. */
export async function axe(page) {
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `axe: ${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`,
  );
}

/** How far the page is wider than the window; tables may scroll in their own box. */
export async function overflow(page) {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const all = [...document.querySelectorAll("body *")];
    const past = all.find((element) => element.getBoundingClientRect().right > clientWidth + 1);
    return { by: scrollWidth - clientWidth, html: past?.outerHTML.slice(0, 120) ?? "" };
  });
  return wide ? [`overflow: ${wide.by} px too wide: ${wide.html}`] : [];
}

/** Controls lower than `least` pixels: buttons, fields, summaries; links in a text are none. */
export async function smallTargets(page, least) {
  const small = await page.evaluate((least) => {
    const fields = "button, select, summary, input:not([type=hidden])";
    const kinds = `${fields}, nav a, a.button, [role=button]`;
    const isBox = (element) => /^(checkbox|radio)$/.test(element.type);
    const target = (element) =>
      isBox(element) ? (element.closest("label") ?? element.labels?.[0]) : element;
    const tall = (element) => Math.round(element.getBoundingClientRect().height);
    return [...document.querySelectorAll(kinds)]
      .map((element) => target(element) ?? element)
      .filter((element) => element.checkVisibility?.() ?? true)
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && tall(element) < least;
      })
      .map((element) => `${tall(element)} px: ${element.outerHTML.slice(0, 120)}`);
  }, least);
  return small.length ? [`target: ${small.length} below ${least} px, first ${small[0]}`] : [];
}

/** Pictures taken in this run: `{post, route, state, size, file}`. */
export const pictures = [];

/**
 * `target/pages/<name>-<size>.jpg`, the whole page; `of` says what it shows. Chromium now and then
 * waits for a frame that never comes; when the window has changed its size it draws again.
 */
export async function screenshot(page, name, size, of) {
  mkdirSync(shots, { recursive: true });
  const file = `${name}-${size}.jpg`;
  const where = { path: path.join(shots, file), fullPage: true };
  const take = () => page.screenshot({ ...where, type: "jpeg", quality: 75 });
  await take().catch(async (error) => {
    if (error.name !== "TimeoutError") throw error;
    console.log(`note: ${file}: no picture came, asked again`);
    await page.setViewportSize({ width: 640, height: 640 });
    await page.setViewportSize(sizes[size]);
    await take();
  });
  pictures.push({ ...of, size, file });
}

/**
 * What a page is built of, whatever it says: two pages of the same build have the same faults of
 * accessibility, so that one of them is looked at. Repeated rows count once.
 */
export async function shape(page) {
  return page.evaluate(() => {
    const ids = new Map();
    const sign = (element) => {
      const { tagName, className, id } = element;
      if (id) ids.set(id, (ids.get(id) ?? 0) + 1);
      const told = /^(aria-|role|type|tabindex|hidden|open|lang|alt|scope|autofocus)/;
      const names = element.getAttributeNames().filter((name) => told.test(name));
      const role = element.getAttribute("role") ?? element.getAttribute("type") ?? "";
      const says = element.textContent.trim() ? "t" : "";
      return `${tagName}.${className?.baseVal ?? className}[${names}]${role}${says}`;
    };
    const pairs = new Set();
    for (const element of document.body.querySelectorAll("*")) {
      const above = element.parentElement;
      pairs.add(`${above.tagName}.${above.className}>${sign(element)}`);
    }
    const twice = [...ids].filter(([, n]) => n > 1).length;
    return [...pairs].sort().join("\n") + twice + (document.title ? "t" : "");
  });
}

/**
 * Goes through the page with Tab alone: everything that can be worked is come to, once, and shows
 * that it has the focus; nothing holds the focus fast.
 */
export async function unreached(page) {
  const n = await page.evaluate(() => {
    const kinds =
      "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const isMeant = (element) =>
      !element.disabled && element.tabIndex >= 0 && (element.checkVisibility?.() ?? true);
    // Of radio buttons with one name the chosen one is come to, or the first.
    const isFirst = (element) => {
      if (element.type !== "radio") return true;
      const all = [...(element.form ?? document).querySelectorAll("input[type=radio]")];
      const group = all.filter((one) => one.name === element.name);
      return element === (group.find((one) => one.checked) ?? group[0]);
    };
    const all = [...document.querySelectorAll(kinds)].filter(isMeant).filter(isFirst);
    const seen = new Set();
    const dull = [];
    const look = () => {
      const at = document.activeElement;
      seen.add(at);
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
      const isLit = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      if (!isLit) dull.push(at);
    };
    document.addEventListener("focusin", look);
    globalThis.songheTabs = { all, seen, dull };
    document.activeElement?.blur();
    window.getSelection()?.removeAllRanges();
    return all.length;
  });
  await page.evaluate(() => {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  });
  await Promise.all(Array.from({ length: n + 2 }, () => page.keyboard.press("Tab")));
  return page.evaluate(() => {
    const { all, seen, dull } = globalThis.songheTabs;
    document.activeElement?.blur();
    const says = (element) => element.outerHTML.slice(0, 120);
    const missed = all.filter((element) => !seen.has(element));
    const faults = [];
    if (missed.length) faults.push(`tab: ${missed.length} not come to, first ${says(missed[0])}`);
    if (dull.length) faults.push(`tab: no focus to be seen on ${says(dull[0])}`);
    return faults;
  });
}

/** Sentences that a person would miss, and words that not everybody reads. */
export async function wanting(page) {
  return page.evaluate(() => {
    const faults = [];
    const isSeen = (element) => element.checkVisibility?.() ?? true;
    for (const table of [...document.querySelectorAll("main table")].filter(isSeen)) {
      const rows = [...table.querySelectorAll("tbody tr, tr:has(td)")];
      if (!rows.some((row) => row.textContent.trim())) {
        faults.push(`empty: a table without rows and without a word: ${table.innerText}`);
      }
    }
    const main = document.querySelector("main, [role=main]");
    const said = main?.innerText.replace(/\s/g, "") ?? "";
    if (said.length < 8) faults.push("empty: nothing is said");
    const plain = main?.cloneNode(true);
    plain?.querySelectorAll("code, pre, kbd, input, textarea, option, script").forEach((one) =>
      one.remove(),
    );
    // Names of accounts and codes are single words; two of them are English.
    const english = plain?.textContent.match(/\b(?!songhe )[A-Za-z]{3,} [A-Za-z]{3,}/);
    if (english) faults.push(`words: ${english[0]}`);
    return faults;
  });
}

/**
 * Everything that is wrong with the page as it stands, at both sizes and at 320 px; leaves the
 * desk's size. `seen` holds the builds that were sound: they are not looked at again, but every
 * page is measured and, when `of` is given, has its picture taken under the name.
 */
export async function inspect(page, name, watched, { seen = new Set(), of } = {}) {
  const faults = [...watched.take(), ...(await wanting(page))];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    const key = `${size} ${await shape(page)}`;
    const found = await overflow(page);
    if (of) await screenshot(page, name, size, of);
    if (!seen.has(key)) {
      seen.add(key);
      const isElder = (await page.locator(".elder").count()) > 0;
      found.push(...(await axe(page)));
      if (size === "phone") found.push(...(await smallTargets(page, isElder ? 60 : 44)));
      if (size === "desk") found.push(...(await unreached(page)));
      if (found.length > 0) seen.delete(key);
    }
    faults.push(...found.map((fault) => `${size}: ${fault}`));
  }
  await page.setViewportSize({ width: 320, height: 640 });
  faults.push(...(await overflow(page)).map((fault) => `320 px: ${fault}`));
  await page.setViewportSize(sizes.desk);
  return [...faults, ...watched.take()];
}

/** What is wrong with a page on A4: columns past the edge, and more sheets than it has rows for. */
export async function onPaper(page) {
  const faults = [];
  const isFlat = (await page.locator("body.landscape").count()) > 0;
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: isFlat ? 1046 : 718, height: 1000 });
  faults.push(...(await overflow(page)).map((fault) => `paper: ${fault}`));
  const cut = await page.evaluate(() => {
    const isSeen = (element) => element.checkVisibility?.() ?? true;
    const tables = [...document.querySelectorAll("table")].filter(isSeen);
    const isCut = (t) => t.parentElement && t.scrollWidth > t.parentElement.clientWidth + 1;
    return tables.filter(isCut).map((t) => t.outerHTML.slice(0, 100));
  });
  if (cut.length) faults.push(`paper: a table is cut: ${cut[0]}`);
  const n = await page.evaluate(() => document.querySelectorAll("tbody tr").length);
  await page.emulateMedia({ media: null });
  await page.setViewportSize(sizes.desk);
  if ((await page.locator("body.sheet-page").count()) > 0) {
    const pdf = await page.pdf({ preferCSSPageSize: true, format: "A4" });
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    const most = 2 + Math.ceil(n / 8);
    if (sheets < 1 || sheets > most) faults.push(`paper: ${sheets} sheets for ${n} rows`);
  }
  return faults;
}
