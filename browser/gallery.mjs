// `node browser/gallery.mjs FOLDER`: looks at every page of the frame's gallery, under the same
// policy as the program's own pages. The last line is the sum.

import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { launch, openWindow } from "./lib.mjs";
import { inspect } from "./look.mjs";

const folder = path.resolve(process.argv[2] ?? "target/gallery");
const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

async function answer(request, response) {
  const name = decodeURIComponent(new URL(request.url, "http://any.test").pathname);
  // Browsers ask for it where a page names no icon; the program has one.
  if (name === "/favicon.ico") return response.writeHead(204).end();
  const file = path.join(folder, path.normalize(name));
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      "content-type": types[path.extname(file)] ?? "application/octet-stream",
      "content-security-policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

const server = createServer(answer);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await launch();
const names = (await readdir(folder)).filter((name) => name.endsWith(".html")).sort();
let nFailed = 0;
for (const name of names) {
  const { context, page, watch } = await openWindow(browser, origin);
  await page.goto(`${origin}/${encodeURIComponent(name)}`);
  const route = path.basename(name, ".html");
  const of = { post: "gallery", route, state: "normal" };
  const faults = await inspect(page, `gallery-${route}`, watch, { of });
  await context.close();
  if (faults.length === 0) continue;
  nFailed += 1;
  console.log(`FAIL ${name}`);
  for (const fault of faults) console.log(`     ${fault}`);
}
await browser.close();
server.closeAllConnections();
server.close();
console.log(`gallery: ${names.length - nFailed} passed, ${nFailed} failed`);
process.exitCode = nFailed > 0 || names.length === 0 ? 1 : 0;
