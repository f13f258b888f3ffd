// `node browser/run.mjs`: the demo, each post's pages as they are, sent wrongly and without anybody
// in them, and the tasks. `target/pages/index.html` shows every picture. The last line is the sum.

import { counted, overdrawn, tasks } from "./clicks.mjs";
import { misfill } from "./forms.mjs";
import { writeIndex } from "./index.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { inspect, launch, openWindow, run, signIn, startDemo } from "./lib.mjs";
import { fileName, onePerPost, routeFinder, walk } from "./pages.mjs";

let nPassed = 0;
let nFailed = 0;

/** Builds of pages that were sound: axe looks at each build once. */
const seen = new Set();
/** The forms that were sent wrongly, by route. */
const misfilled = new Set();

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
  const of = { post: "stranger", route: "/", state: "normal" };
  tell("stranger /", await inspect(page, fileName("stranger", "/"), watch, { seen, of }));
  await context.close();
}

/** Every page that a post reaches, in one state of the house; answers where it found them. */
async function postPages(browser, demo, { find, account, reached, state }) {
  const { context, page, watch } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, account);
  watch.take();
  const addresses = new Map();
  const visit = async ({ route, address }) => {
    addresses.set(route.path, address);
    const name = `${fileName(account.post, route.path)}${state === "normal" ? "" : `-${state}`}`;
    const of = { post: account.post, route: route.path, state };
    const faults = await inspect(page, name, watch, { seen, of });
    tell(`${account.post} ${address} (${state})`, faults);
  };
  const { faults, visited } = await walk({ page, origin: demo.url, find, visit });
  tell(`${account.post}: links (${state})`, faults);
  for (const path of visited) reached.add(path);
  await context.close();
  return addresses;
}

/** The forms of these pages sent with rubbish and with nothing, those of each route once. */
async function wrongForms(browser, demo, account, addresses) {
  const { context, page, watch } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, account);
  watch.take();
  for (const [route, address] of addresses) {
    if (misfilled.has(route)) continue;
    misfilled.add(route);
    await misfill(page, {
      address: demo.url + address,
      watch,
      seen,
      hows: ["empty", "rubbish"],
      name: fileName(account.post, route),
      of: { post: account.post, route },
      tell: (how, faults) => tell(`${account.post} ${address} sent ${how}`, faults),
    });
  }
  await context.close();
}

/** A task, by mouse or by keyboard alone. */
async function task(browser, demo, { name, post, budget, steps }, handOf = counted) {
  const account = demo.accounts.find((account) => account.post === post);
  if (!account) throw new Error(`the demo has no account with the post ${post}`);
  const { context, page, watch } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, account);
  const hand = handOf(page);
  const faults = (await steps(hand, page, demo)) ?? [];
  const { clicks, fields } = hand.count;
  const most = `${budget.clicks} clicks, ${budget.fields} typed at most`;
  console.log(`task: ${name}: ${clicks} clicks, ${fields} typed (${most})`);
  const own = [...faults, ...(hand.faults ?? []), ...overdrawn(hand.count, budget)];
  tell(`task: ${name}`, [...own, ...watch.take()]);
  await context.close();
}

async function all(browser, demo) {
  const routes = JSON.parse(await run("routes", "--json"));
  const find = routeFinder(routes);
  const reached = new Set();
  const found = new Map();
  const posts = onePerPost(demo.accounts);
  await part("stranger", () => strangers(browser, demo));
  for (const account of posts) {
    await part(account.post, async () => {
      const wish = { find, account, reached, state: "normal" };
      found.set(account, await postPages(browser, demo, wish));
    });
  }
  for (const each of tasks) {
    await part(`task: ${each.name}`, () => task(browser, demo, each));
  }
  for (const each of tasks.filter((one) => one.keyboard)) {
    const name = `${each.name}, by keyboard`;
    await part(`task: ${name}`, () => task(browser, demo, { ...each, name }, byKeyboard));
  }
  for (const [account, addresses] of found) {
    await part(`${account.post}: forms`, () => wrongForms(browser, demo, account, addresses));
  }
  const isPage = ({ method, kind }) => method === "GET" && (kind ?? "page") === "page";
  const unseen = routes.filter((route) => isPage(route) && !reached.has(route.path));
  for (const { path } of unseen) console.log(`note: no link of any post leads to ${path}`);
  return find;
}

/** The same pages in a house that serves nobody yet. */
async function nobody(browser, find) {
  const demo = await startDemo({ people: 0 });
  try {
    for (const account of onePerPost(demo.accounts)) {
      const wish = { find, account, reached: new Set(), state: "empty" };
      await part(`${account.post}: empty`, () => postPages(browser, demo, wish));
    }
  } finally {
    await demo.stop();
  }
}

let demo;
let browser;
await part("start", async () => {
  demo = await startDemo();
  browser = await launch();
  const find = await all(browser, demo);
  await nobody(browser, find);
  writeIndex();
});
await browser?.close();
await demo?.stop();
console.log(`browser: ${nPassed} passed, ${nFailed} failed`);
process.exitCode = nFailed > 0 || nPassed === 0 ? 1 : 0;
