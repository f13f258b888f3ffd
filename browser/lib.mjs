// What every browser test needs: the program, the browser, a watch over each page, signing in.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
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
  const isReady = (out, err) => {
    const line = out.split("\n").find((text) => text.trim().startsWith("{"));
    const demo = line && out.includes("\n") ? parsed(line) : undefined;
    return demo && /listening on http/.test(err) ? demo : undefined;
  };
  return started(args.map(String), isReady, seconds);
}

/** Starts `songhe serve` on a free port over a database. */
export function serve(database, today, seconds = 30) {
  const args = ["serve", "--database", database, "--today", today, "--listen", "127.0.0.1:0"];
  const isReady = (_, err) => {
    const url = err.match(/listening on (http:\S+)/)?.[1];
    return url && { url, accounts: [] };
  };
  return started(args, isReady, seconds);
}

/** Starts the program and waits until `isReady(out, err)` gives something. */
async function started(args, isReady, seconds) {
  const child = spawn(program(), args, { stdio: ["ignore", "pipe", "pipe"] });
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
    const tell = (why) => reject(new Error(`songhe ${args[0]} ${why}\n${err.slice(-2000)}`));
    late = setTimeout(() => tell(`was not ready in ${seconds} s`), seconds * 1000);
    const look = () => {
      const ready = isReady(out, err);
      if (ready) resolve(ready);
    };
    child.stdout.on("data", (chunk) => ((out += chunk), look()));
    child.stderr.on("data", (chunk) => ((err += chunk), look()));
    child.on("error", (error) => tell(error.message));
    child.on("exit", (code) => tell(`ended with ${code}`));
  });
  try {
    const it = await ready;
    return { ...it, url: it.url.replace(/\/$/, ""), sessions: new Map(), stop };
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
  context.setDefaultTimeout(30_000);
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
  // Whoever comes for the first time is led to a password of one's own.
  const isOwn = new URL(page.url()).pathname.startsWith("/me/");
  if (!isOwn && (await page.locator("input[type=password]").count())) {
    const says = (await page.locator("main, body").first().innerText()).slice(0, 200);
    throw new Error(`${account.name} (${account.post}) could not sign in: ${says}`);
  }
}

/** A window in which the account is signed in: through the form once, then by the same session. */
export async function enter(browser, demo, account) {
  const session = demo.sessions.get(account.name);
  const window = await openWindow(browser, demo.url, session ? { storageState: session } : {});
  if (session) {
    await window.page.goto(`${demo.url}/`);
  } else {
    await signIn(window.page, demo.url, account);
    demo.sessions.set(account.name, await window.context.storageState());
  }
  return window;
}

/** Does the jobs in their order, so many at once. */
export async function inParallel(jobs, nAtOnce = Number(process.env.SONGHE_BROWSER_JOBS ?? 2)) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: nAtOnce }, worker));
}
