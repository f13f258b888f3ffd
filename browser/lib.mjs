// What every browser test needs: the demo, the browser, a watch over each page, and its faults.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
export const shots = path.join(root, "target", "pages");
const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const axeSource = readFileSync(axeFile, "utf8");

/** The two screens that every page must do on. */
export const sizes = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
};

const flags = [
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--lang=zh-CN",
];

/** Debian's Chromium; its sandbox does not work for root. */
export function launch() {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env.SONGHE_CHROMIUM ?? "/usr/bin/chromium",
    args: isRoot ? ["--no-sandbox", ...flags] : flags,
  });
}

/** The built program: `SONGHE_BIN`, or what `cargo build` made. */
export function program() {
  return process.env.SONGHE_BIN ?? path.join(root, "target", "debug", "songhe");
}

/** Runs the program to its end and gives its standard output. */
export function run(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program(), args, { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve(out) : reject(new Error(`songhe ${args.join(" ")}: exit ${code}`)),
    );
  });
}

/**
 * Starts `songhe demo` on a free port and waits for its line of JSON:
 * `{"url", "accounts": [{"name", "password", "post", "org"}]}`.
 * `stop()` ends it. `options` may lower `people`, `today` and the `seconds` to wait.
 */
export async function startDemo({ people = 2000, today = "2026-11-23", seconds = 120 } = {}) {
  const args = ["demo", "--people", people, "--today", today, "--listen", "127.0.0.1:0", "--json"];
  const child = spawn(program(), args.map(String), { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", resolve);
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
    });
  let late;
  const ready = new Promise((resolve, reject) => {
    const tell = (why) => reject(new Error(`songhe demo ${why}\n${err.slice(-2000)}`));
    late = setTimeout(() => tell(`was not ready in ${seconds} s`), seconds * 1000);
    const look = () => {
      const line = out.split("\n").find((text) => text.trim().startsWith("{"));
      const demo = line && out.includes("\n") ? parsed(line) : undefined;
      if (demo && /listening on http/.test(err)) resolve(demo);
    };
    child.stdout.on("data", (chunk) => ((out += chunk), look()));
    child.stderr.on("data", (chunk) => ((err += chunk), look()));
    child.on("error", (error) => tell(error.message));
    child.on("exit", (code) => tell(`ended with ${code}`));
  });
  try {
    const demo = await ready;
    return { ...demo, url: demo.url.replace(/\/$/, ""), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A window of its own (own cookies) on `origin`, with its watch. */
export async function openWindow(browser, origin, options = {}) {
  const context = await browser.newContext({
    viewport: sizes.desk,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    ...options,
  });
  context.setDefaultTimeout(15_000);
  await context.addInitScript({ content: axeSource });
  const page = await context.newPage();
  return { context, page, watch: watch(page, origin) };
}

/**
 * Collects what a page must never do: errors on the console, scripts that fail, breaches of the
 * content security policy, requests to another origin, answers of 500. `take()` empties it.
 */
export function watch(page, origin) {
  let faults = [];
  const add = (text) => faults.push(text.replace(/\s+/g, " ").slice(0, 300));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const isPolicy = /Content Security Policy/i.test(message.text());
    add(`${isPolicy ? "policy" : "console"}: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => add(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (/^(data|blob|about):/.test(url) || new URL(url).origin === origin) return;
    add(`external: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) add(`server: ${response.status()} ${response.url()}`);
  });
  return {
    take() {
      const taken = [...new Set(faults)];
      faults = [];
      return taken;
    },
  };
}

/** Signs in through the form, as a person does. */
export async function signIn(page, origin, account) {
  await page.goto(`${origin}/`);
  if ((await page.locator("input[type=password]").count()) === 0) {
    await page.getByRole("link", { name: /登录/ }).first().click();
  }
  const form = page.locator("form:has(input[type=password])").first();
  const name = 'input[autocomplete="username"], input[type="text"], input:not([type])';
  await form.locator(name).first().fill(account.name);
  await form.locator("input[type=password]").fill(account.password);
  await Promise.all([
    page.waitForLoadState("load"),
    form.locator("button[type=submit], button:not([type])").first().click(),
  ]);
  await page.waitForLoadState("load");
  if (await page.locator("input[type=password]").count()) {
    const says = (await page.locator("main, body").first().innerText()).slice(0, 200);
    throw new Error(`${account.name} (${account.post}) could not sign in: ${says}`);
  }
}

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

/** `target/pages/<name>-<size>.png`, the whole page; `of` says what it shows. */
export async function screenshot(page, name, size, of = undefined) {
  mkdirSync(shots, { recursive: true });
  const file = `${name}-${size}.png`;
  await page.screenshot({ path: path.join(shots, file), fullPage: true });
  if (of) pictures.push({ ...of, size, file });
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
 * Everything that is wrong with the page as it stands, at both sizes and at 320 px; leaves the
 * desk's size. `seen` holds the builds that were sound: they are not looked at again, but every
 * page is measured and, when `of` is given, has its picture taken.
 */
export async function inspect(page, name, watched, { seen = new Set(), of } = {}) {
  const faults = [...watched.take()];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    const key = `${size} ${await shape(page)}`;
    const found = await overflow(page);
    if (!seen.has(key)) {
      const isElder = (await page.locator(".elder").count()) > 0;
      found.push(...(await axe(page)));
      if (size === "phone") found.push(...(await smallTargets(page, isElder ? 60 : 44)));
      if (found.length === 0) seen.add(key);
    }
    faults.push(...found.map((fault) => `${size}: ${fault}`));
    await screenshot(page, name, size, of);
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
