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

/** `target/pages/<name>-<size>.png`, the whole page. */
export async function screenshot(page, name, size) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}-${size}.png`), fullPage: true });
}

/** Everything that is wrong with the page as it stands, at both sizes; leaves the desk's size. */
export async function inspect(page, name, watched) {
  const faults = [...watched.take()];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    const isElder = (await page.locator(".elder").count()) > 0;
    const found = [
      ...(await axe(page)),
      ...(await overflow(page)),
      ...(size === "phone" ? await smallTargets(page, isElder ? 60 : 44) : []),
    ];
    faults.push(...found.map((fault) => `${size}: ${fault}`));
    await screenshot(page, name, size);
  }
  await page.setViewportSize(sizes.desk);
  return [...faults, ...watched.take()];
}
