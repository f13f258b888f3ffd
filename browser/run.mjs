// `node browser/run.mjs`: each post's pages as they are, filled in wrongly, and with nobody in the
// house; the first set-up; the tasks within their budgets, by mouse and by keyboard. The pictures
// stand in `target/pages/index.html`. The last line is the sum.

import { rmSync } from "node:fs";
import { counted, overdrawn, table, tasks } from "./clicks.mjs";
import { expected, fillable, misfill } from "./forms.mjs";
import { foundation } from "./founding.mjs";
import { writeIndex } from "./index.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { enter, inParallel, launch, openWindow, run, startDemo } from "./lib.mjs";
import { inspect, onPaper, shots } from "./look.mjs";
import { fileName, onePerPost, routeFinder, walk } from "./pages.mjs";
import { prepare } from "./prepare.mjs";

let nPassed = 0;
let nFailed = 0;
/** Builds of pages that were sound, in whatever state and whoever saw them. */
const seen = new Set();
/** Forms that no link leads to as such: a choice on a page of theirs does. */
const chosen = ["/duties?rule=base.certify"];
/** What each page says to each post while people are in the house. */
const said = new Map();

function tell(name, faults) {
  if (faults.length === 0) {
    nPassed += 1;
    return;
  }
  nFailed += 1;
  console.log(`FAIL ${name}`);
  for (const fault of faults) console.log(`     ${fault}`);
}

/** A part that stops with an error is one failure, and the next part goes on. */
async function part(name, body) {
  const began = Date.now();
  try {
    await body();
  } catch (error) {
    tell(name, [String(error.message ?? error)]);
  }
  if (process.env.SONGHE_BROWSER_TIMES) console.log(`${(Date.now() - began) / 1000} s ${name}`);
}

/** Whoever has not signed in, and what is not there or not theirs. */
async function strangers({ browser, demo }) {
  const { context, page, watch } = await openWindow(browser, demo.url);
  const post = "stranger";
  await page.goto(`${demo.url}/`);
  const of = { post, route: "/", state: "normal" };
  tell("stranger /", await inspect(page, fileName(post, "/"), watch, { seen, of }));
  await wrong({ browser, demo, page, watch, post }, { path: "/sign-in" }, "/sign-in");
  await context.close();
  const clerk = demo.accounts[0];
  const inside = await enter(browser, demo, clerk);
  for (const [address, status] of [["/nowhere", 404], ["/people/1", 404], ["/accounts/new", 403]]) {
    const answer = await inside.page.goto(demo.url + address);
    const off = answer.status() === status ? [] : [`answered with ${answer.status()}`];
    const shown = { post: clerk.post, route: address, state: "error" };
    const name = `${fileName(clerk.post, address)}-${status}`;
    const faults = await inspect(inside.page, name, inside.watch, { seen, of: shown });
    tell(`${address}: ${status}`, [...off, ...faults.filter((fault) => !expected(fault))]);
  }
  await inside.context.close();
}

/** Sends the forms of a page wrongly. */
async function wrong({ demo, page, watch, post }, route, address) {
  const name = `${fileName(post, route.path)}-error`;
  const of = { post, route: route.path };
  const told = (how, faults) => tell(`${post} ${address}, ${how}`, faults);
  await misfill(page, { address: demo.url + address, watch, seen, name, of, tell: told });
}

/** Whether a page without anybody says something else than it otherwise does. */
async function says(page, key, state) {
  const text = await page.innerText("body");
  if (state === "normal") said.set(key, text);
  return state === "normal" || said.get(key) !== text;
}

/** Every page that a post comes to; `forms` gets the first page with a form of each route. */
async function postPages(house, account, { state, forms, reached = new Set() }) {
  const { browser, demo, find, samples } = house;
  const { context, page, watch } = await enter(browser, demo, account);
  const { post } = account;
  watch.take();
  const visit = async ({ route, address, isFirst }) => {
    const isNews = await says(page, `${post} ${route.path}`, state);
    const of = isFirst && isNews ? { post, route: route.path, state } : undefined;
    const name = fileName(post, route.path) + (state === "normal" ? "" : `-${state}`);
    const faults = await inspect(page, name, watch, { seen, of });
    if (isFirst && (await page.locator("body.sheet-page").count()) > 0) {
      faults.push(...(await onPaper(page)));
    }
    tell(`${post} ${address} (${state})`, faults);
    if (forms && !forms.has(route.path) && (await fillable(page)).length > 0) {
      forms.set(route.path, { account, route, address });
    }
  };
  const { faults, visited } = await walk({ page, origin: demo.url, find, visit, samples, watch });
  tell(`${post}: links (${state})`, faults);
  for (const path of visited) reached.add(path);
  await context.close();
}

/** The forms that a post came to first. */
async function postForms({ browser, demo, find }, account, forms) {
  for (const address of account.name === "coordinator" ? chosen : []) {
    forms.set(address, { account, route: find(address.split("?")[0]), address });
  }
  const own = [...forms.values()].filter((form) => form.account === account);
  const { context, page, watch } = await enter(browser, demo, account);
  for (const { route, address } of own) {
    const name = `${account.post} ${address} (error)`;
    await part(name, () => wrong({ demo, page, watch, post: account.post }, route, address));
  }
  await context.close();
}

async function task(browser, demo, { name, who, budget, steps }, measured) {
  const account = demo.accounts.find((account) => account.name === who);
  if (!account) throw new Error(`the demo has no account ${who}`);
  const { context, page, watch } = await enter(browser, demo, account);
  const hand = measured ? counted(page) : byKeyboard(page);
  const faults = (await steps(hand, page, demo)) ?? [];
  const over = measured ? overdrawn(hand.count, budget) : (hand.faults ?? []);
  if (measured) measured.push({ name, budget, ...hand.count });
  const how = measured ? "" : " by keyboard";
  tell(`task: ${name}${how}`, [...faults, ...over, ...watch.take()]);
  await context.close();
}

/** The tasks one after another, in a house of their own. */
async function allTasks(browser, measured) {
  const demo = await startDemo();
  try {
    for (const each of tasks) {
      await part(`task: ${each.name}`, () => task(browser, demo, each, measured));
    }
  } finally {
    await demo.stop();
  }
}

/** Nobody is in the house yet, only organisations and accounts. */
async function empty(browser, find) {
  const demo = await startDemo({ people: 0 });
  const house = { browser, demo, find, samples: new Map() };
  try {
    for (const account of onePerPost(demo.accounts)) {
      await part(`${account.post} (empty)`, () => postPages(house, account, { state: "empty" }));
    }
  } finally {
    await demo.stop();
  }
}

async function all(browser, demo) {
  const routes = JSON.parse(await run("routes", "--json"));
  const find = routeFinder(routes);
  const house = { browser, demo, find, samples: new Map() };
  const [reached, forms, measured] = [new Set(), new Map(), []];
  const posts = onePerPost(demo.accounts);
  await part("prepare", () => prepare(browser, demo));
  const walks = posts.map((account) => () =>
    part(account.post, () => postPages(house, account, { state: "normal", forms, reached })));
  await inParallel([
    () => part("tasks", () => allTasks(browser, measured)),
    ...walks,
    () => part("empty", () => empty(browser, find)),
    () => part("tasks by keyboard", () => allTasks(browser)),
    () => part("foundation", () => foundation(browser, { seen, tell, find, fileName, reached })),
    () => part("strangers", () => strangers(house)),
  ]);
  // Afterwards, as rubbish is sometimes taken; an administrator may even end sessions.
  const after = posts.map((account) => () =>
    part(`${account.post} (error)`, () => postForms(house, account, forms)));
  await inParallel(after);
  const isPage = ({ method, kind }) => method === "GET" && (kind ?? "page") === "page";
  const unseen = routes.filter((route) => isPage(route) && !reached.has(route.path));
  for (const { path } of unseen) console.log(`note: no link of any post leads to ${path}`);
  console.log(table(measured));
}

const began = Date.now();
let demo;
let browser;
rmSync(shots, { recursive: true, force: true });
await part("start", async () => {
  demo = await startDemo();
  browser = await launch();
  await all(browser, demo);
  writeIndex();
});
await browser?.close();
await demo?.stop();
const seconds = Math.round((Date.now() - began) / 1000);
console.log(`browser: ${nPassed} passed, ${nFailed} failed, ${seconds} s`);
process.exitCode = nFailed > 0 || nPassed === 0 ? 1 : 0;
