// `node browser/run.mjs`: the demo, each post's pages, the tasks. The last line is the sum.

import { counted, overdrawn, tasks } from "./clicks.mjs";
import { inspect, launch, openWindow, run, signIn, startDemo } from "./lib.mjs";
import { fileName, onePerPost, routeFinder, walk } from "./pages.mjs";

let nPassed = 0;
let nFailed = 0;

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
  try {
    await body();
  } catch (error) {
    tell(name, [String(error.message ?? error)]);
  }
}

/** A wrong door: the page of a person who has not signed in. */
async function strangers(browser, demo) {
  const { context, page, watch } = await openWindow(browser, demo.url);
  await page.goto(`${demo.url}/`);
  tell("stranger /", await inspect(page, fileName("stranger", "/"), watch));
  await context.close();
}

async function postPages(browser, demo, find, account, reached) {
  const { context, page, watch } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, account);
  watch.take();
  const visit = async ({ route, address }) => {
    const faults = await inspect(page, fileName(account.post, route.path), watch);
    tell(`${account.post} ${address}`, faults);
  };
  const { faults, visited } = await walk({ page, origin: demo.url, find, visit });
  tell(`${account.post}: links`, faults);
  for (const path of visited) reached.add(path);
  await context.close();
}

async function task(browser, demo, { name, post, budget, steps }) {
  const account = demo.accounts.find((account) => account.post === post);
  if (!account) throw new Error(`the demo has no account with the post ${post}`);
  const { context, page, watch } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, account);
  const hand = counted(page);
  const faults = (await steps(hand, page, demo)) ?? [];
  tell(`task: ${name}`, [...faults, ...overdrawn(hand.count, budget), ...watch.take()]);
  await context.close();
}

async function all(browser, demo) {
  const routes = JSON.parse(await run("routes", "--json"));
  const find = routeFinder(routes);
  const reached = new Set();
  await part("stranger", () => strangers(browser, demo));
  for (const account of onePerPost(demo.accounts)) {
    await part(account.post, () => postPages(browser, demo, find, account, reached));
  }
  for (const each of tasks) {
    await part(`task: ${each.name}`, () => task(browser, demo, each));
  }
  const isPage = ({ method, kind }) => method === "GET" && (kind ?? "page") === "page";
  const unseen = routes.filter((route) => isPage(route) && !reached.has(route.path));
  for (const { path } of unseen) console.log(`note: no link of any post leads to ${path}`);
}

let demo;
let browser;
await part("start", async () => {
  demo = await startDemo();
  browser = await launch();
  await all(browser, demo);
});
await browser?.close();
await demo?.stop();
console.log(`browser: ${nPassed} passed, ${nFailed} failed`);
process.exitCode = nFailed > 0 || nPassed === 0 ? 1 : 0;
