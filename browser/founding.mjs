// The first set-up, as whoever installs the program sees it: a database with nothing in it, the
// one-time code, two administrators, the second factor.

import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expected, misfill } from "./forms.mjs";
import { openWindow, run, serve, signIn } from "./lib.mjs";
import { inspect } from "./look.mjs";
import { walk } from "./pages.mjs";

const TODAY = "2026-11-23";

/** A program whose day is given runs through four hours after noon of that day (Shanghai). */
const now = () => Date.parse(`${TODAY}T12:00:00+08:00`) + (Date.now() % 14_400_000);

/** The six digits that an authenticator shows for the secret (RFC 6238). */
function digitsOf(secret, at = now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const letters = [...secret.replace(/[^A-Z2-7]/g, "")];
  const bits = letters.map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const word = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

async function send(page, words) {
  await page.click(`main button:has-text('${words}')`);
  await page.waitForLoadState("load");
}

export async function foundation(browser, { seen, tell, find, fileName, reached }) {
  const folder = mkdtempSync(path.join(tmpdir(), "songhe-founding-"));
  const database = `sqlite:${path.join(folder, "songhe.db")}`;
  const code = (await run("init", "--database", database, "--today", TODAY)).trim();
  const server = await serve(database, TODAY);
  const { context, page, watch } = await openWindow(browser, server.url);
  const post = "founder";
  const look = async (route, state = "normal") => {
    reached.add(route);
    const of = { post, route, state };
    const name = `${fileName(post, route)}${state === "normal" ? "" : `-${state}`}`;
    tell(`${post} ${route}`, await inspect(page, name, watch, { seen, of }));
  };
  const wrong = (route) =>
    misfill(page, {
      address: server.url + route,
      watch,
      seen,
      name: `${fileName(post, route)}-error`,
      of: { post, route },
      tell: (how, faults) => tell(`${post} ${route}, ${how}`, faults),
    });
  try {
    await page.goto(`${server.url}/setup`);
    await look("/setup");
    await wrong("/setup");
    await page.goto(`${server.url}/setup`);
    const fields = { code, org_code: "990101", org_name: "松涛示范区退管办" };
    const founders = { name0: "admin", person_name0: "林管理", name1: "guard", person_name1: "石安" };
    for (const [id, text] of Object.entries({ ...fields, ...founders })) {
      await page.fill(`#${id}`, text);
    }
    await send(page, "设立管理员");
    // The name of the account stands before it.
    const first = await page.locator("main dd code").nth(1).innerText();
    await look("/setup", "done");
    await signIn(page, server.url, { name: "admin", password: first, post });
    await look("/me/password");
    await wrong("/me/password");
    await page.goto(`${server.url}/me/password`);
    const own = "Songhe-2026-founder";
    const boxes = page.locator("main input[type=password]");
    await boxes.first().fill(first);
    for (let at = 1; at < (await boxes.count()); at += 1) await boxes.nth(at).fill(own);
    await page.locator("main form button[type=submit]").first().click();
    await page.waitForLoadState("load");
    await secondFactor(page, server.url, { own, look, wrong });
    watch.take();
    const visit = async ({ route, isFirst }) => {
      if (isFirst) await look(route.path, "empty");
    };
    const walked = await walk({ page, origin: server.url, find, visit, watch });
    tell(`${post}: links`, walked.faults.filter((fault) => !expected(fault)));
  } finally {
    await context.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sets the second factor up, leaves, and comes back in two steps. */
async function secondFactor(page, origin, { own, look, wrong }) {
  await page.goto(`${origin}/me/totp`);
  const secret = await page.innerText("main ol code");
  await page.fill("#code", digitsOf(secret));
  await send(page, "启用动态验证码");
  await look("/me/totp", "done");
  await page.click("header form button:has-text('退出')");
  await page.waitForLoadState("load");
  await signIn(page, origin, { name: "admin", password: own, post: "founder" });
  await look("/sign-in/totp");
  await wrong("/sign-in/totp");
  await page.goto(`${origin}/sign-in/totp`);
  // The number just used is not taken again: the next one is, within its leeway.
  await page.fill("#code", digitsOf(secret, now() + 30_000));
  await page.locator("main form button[type=submit]").first().click();
  await page.waitForLoadState("load");
}
