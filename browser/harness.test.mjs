// The harness itself: it passes a sound page and catches each kind of fault.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { counted, overdrawn } from "./clicks.mjs";
import { launch, openWindow, signIn, startDemo } from "./lib.mjs";
import { inspect } from "./look.mjs";
import { fileName, links, onePerPost, routeFinder, walk } from "./pages.mjs";

const css = `body { font: 16px sans-serif; margin: 0 } main { padding: 16px }
button, input { min-height: 44px; font-size: 16px }`;

const frame = (body, head = "") => `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>松鹤</title>
<link rel="stylesheet" href="/own.css">${head}</head><body><main>${body}</main></body></html>`;

const wide = `<link rel="stylesheet" href="/wide.css">`;

const signInForm = `<h1>登录</h1><form method="post" action="/sign-in">
<label for="n">姓名</label><input id="n" name="name" autocomplete="username">
<label for="p">密码</label><input id="p" name="password" type="password"
 autocomplete="current-password"><button>登录</button></form>`;

const pages = {
  "/sound": frame(`<h1>今日应办</h1><p><a href="/people/7">退休人员</a></p><button>查询</button>`),
  "/people/7": frame(`<h1>人员</h1><a href="/people/8?x=1#a">下一位</a> <a href="/lost">走失</a>
<a href="/gone">没有了</a> <a href="https://example.test/">外站</a>`),
  "/people/8": frame("<h1>另一位退休人员</h1>"),
  "/inline": frame("<h1>题</h1>", "<script>window.x = 1</script>"),
  "/external": frame(`<h1>题</h1><img alt="图" src="http://127.0.0.1:9/a.png">`),
  "/alt": frame(`<h1>题</h1><p><img src="/own.css"></p>`),
  "/wide": frame(`<h1>题</h1><div class="wide">宽</div>`, wide),
  "/small": frame(`<h1>题</h1><button class="small">小</button>`, wide),
  "/throws": frame("<h1>题</h1>", `<script src="/throws.js"></script>`),
};

const assets = {
  "/own.css": ["text/css", css],
  "/wide.css": ["text/css", ".wide { width: 2000px } .small { min-height: 20px; height: 20px }"],
  "/favicon.ico": ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
  "/throws.js": ["text/javascript", "throw new Error('broken');"],
};

function answer(request, response) {
  const { pathname } = new URL(request.url, "http://any.test");
  const policy = { "content-security-policy": "default-src 'self'; img-src 'self' http:" };
  const send = (status, type, text, more = {}) => {
    response.writeHead(status, { "content-type": `${type}; charset=utf-8`, ...policy, ...more });
    response.end(text);
  };
  const isIn = /who=1/.test(request.headers.cookie ?? "");
  if (request.method === "POST" && pathname === "/sign-in") {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const fits = new URLSearchParams(body).get("password") === "right";
      const more = fits ? { location: "/", "set-cookie": "who=1" } : {};
      send(fits ? 303 : 200, "text/html", fits ? "" : frame(signInForm), more);
    });
  } else if (pathname === "/") {
    send(200, "text/html", isIn ? pages["/sound"] : frame(signInForm));
  } else if (pages[pathname]) {
    send(200, "text/html", pages[pathname]);
  } else if (assets[pathname]) {
    send(200, ...assets[pathname]);
  } else {
    send(404, "text/html", frame("<h1>没有此页</h1>"));
  }
}

const routes = [
  { method: "GET", path: "/people/new" },
  { method: "GET", path: "/people/{id}", kind: "page" },
  { method: "GET", path: "/gone", kind: "page" },
  { method: "GET", path: "/sound" },
  { method: "GET", path: "/" },
  { method: "POST", path: "/lost" },
];

let server;
let origin;
let browser;

before(async () => {
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

async function faultsOf(address) {
  const { context, page, watch } = await openWindow(browser, origin);
  await page.goto(origin + address);
  const faults = await inspect(page, `harness${address.replaceAll("/", "-")}`, watch);
  await context.close();
  return faults;
}

test("a sound page under a strict policy has no fault", async () => {
  assert.deepEqual(await faultsOf("/sound"), []);
});

const planted = [
  ["/inline", /^policy: /],
  ["/external", /^external: http:\/\/127\.0\.0\.1:9/],
  ["/alt", /^(desk|phone): axe: image-alt/],
  ["/wide", /^phone: overflow: /],
  ["/small", /^phone: target: 1 below 44 px/],
  ["/throws", /^script: broken/],
];
for (const [address, expected] of planted) {
  test(`the fault of ${address} is caught`, async () => {
    const faults = await faultsOf(address);
    assert.ok(faults.some((fault) => expected.test(fault)), faults.join("\n"));
  });
}

test("one signs in with the right password only", async () => {
  const { context, page } = await openWindow(browser, origin);
  const account = { name: "王芳", password: "wrong", post: "coordinator" };
  await assert.rejects(signIn(page, origin, account), /could not sign in/);
  await signIn(page, origin, { ...account, password: "right" });
  assert.deepEqual(await links(page, origin), ["/people/7"]);
  await context.close();
});

test("a walk sees each route once, more of those with a number, and names dead links", async () => {
  const { context, page } = await openWindow(browser, origin);
  const seen = [];
  const visit = async ({ address, isFirst }) => void seen.push([address, isFirst]);
  const find = routeFinder(routes);
  const { faults } = await walk({ page, origin, find, visit, start: "/sound" });
  assert.deepEqual(seen, [["/sound", true], ["/people/7", true], ["/people/8?x=1", false]]);
  assert.deepEqual(faults, [
    "/people/7 links to /lost, which is no route",
    "/people/7 links to /gone: 404",
  ]);
  // Enough of that route were seen by others: one sample more is none too many, a fifth is.
  seen.length = 0;
  const samples = new Map([["/people/{id}", 4]]);
  await walk({ page, origin, find, visit, start: "/sound", samples });
  assert.deepEqual(seen, [["/sound", true], ["/people/7", true]]);
  await context.close();
});

test("a path finds its route, the plain one first", () => {
  const find = routeFinder([...routes, { method: "GET", path: "/files/{*rest}" }]);
  assert.equal(find("/people/new").path, "/people/new");
  assert.equal(find("/people/9").path, "/people/{id}");
  assert.equal(find("/files/a/b.css").path, "/files/{*rest}");
  assert.equal(find("/people/9/edit"), undefined);
  assert.equal(find("/lost"), undefined);
});

test("one account of each post, and a file's name for each page", () => {
  const accounts = [{ post: "a", name: "1" }, { post: "a", name: "2" }, { post: "b", name: "3" }];
  assert.deepEqual(onePerPost(accounts).map((account) => account.name), ["1", "3"]);
  assert.equal(fileName("协理员", "/people/{id}/edit"), "协理员-people-id-edit");
  assert.equal(fileName("agency", "/"), "agency-home");
});

test("clicks and fields are counted against a budget", async () => {
  const { context, page } = await openWindow(browser, origin);
  await page.goto(`${origin}/`);
  const hand = counted(page);
  await hand.type("#n", "王芳");
  await hand.type("#p", "right");
  await hand.click("button");
  assert.equal(await page.locator("h1").innerText(), "今日应办");
  assert.deepEqual(hand.count, { clicks: 1, fields: 2 });
  assert.deepEqual(overdrawn(hand.count, { clicks: 1, fields: 2 }), []);
  assert.deepEqual(overdrawn(hand.count, { clicks: 0 }), ["1 clicks, 0 at most"]);
  await context.close();
});

/** A stand-in for the program, which keeps or breaks the contract of `demo --json`. */
function standIn(script) {
  const folder = mkdtempSync(path.join(tmpdir(), "songhe-"));
  const file = path.join(folder, "songhe");
  writeFileSync(file, `#!/bin/bash\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.SONGHE_BIN = file;
  return () => {
    delete process.env.SONGHE_BIN;
    rmSync(folder, { recursive: true });
  };
}

test("the demo is waited for and ended", async () => {
  const json = `{"url":"http://127.0.0.1:9/","accounts":[{"name":"王芳","post":"coordinator"}]}`;
  const line = "listening on http://127.0.0.1:9";
  const forget = standIn(`echo '${json}'; echo '${line}' >&2; exec sleep 60`);
  const demo = await startDemo({ seconds: 10 });
  assert.equal(demo.url, "http://127.0.0.1:9");
  assert.equal(demo.accounts[0].name, "王芳");
  await demo.stop();
  forget();
});

test("a demo that ends or stays silent is told", async () => {
  let forget = standIn("echo 没有这个命令 >&2; exit 2");
  await assert.rejects(startDemo({ seconds: 10 }), /ended with 2\n没有这个命令/);
  forget();
  forget = standIn("exec sleep 60");
  await assert.rejects(startDemo({ seconds: 1 }), /not ready in 1 s/);
  forget();
});
