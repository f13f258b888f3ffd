// Which pages are looked at: from the first page of each post, every link that leads on inside the
// program, breadth first, one sample of each route.

/** Tells which of the program's routes a path belongs to; `{id}` stands for one part, `{*rest}`
 * for all that follow. A route without parameters goes before one with. */
export function routeFinder(routes) {
  const known = routes
    .filter((route) => route.method === "GET")
    .map((route) => ({ ...route, pattern: pattern(route.path) }))
    .sort((a, b) => nParameters(a.path) - nParameters(b.path));
  return (pathname) => known.find((route) => route.pattern.test(pathname));
}

const nParameters = (path) => (path.match(/[{:]/g) ?? []).length;

function pattern(path) {
  const parts = path.split("/").map((part) => {
    if (/^(\{\*.+\}|\*.+)$/.test(part)) return ".+";
    if (/^:/.test(part)) return "[^/]+";
    return part
      .split(/(\{[^}]+\})/)
      .map((text) => (text.startsWith("{") ? "[^/]+" : text.replace(/[.*+?^$()|[\]\\]/g, "\\$&")))
      .join("");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

/** One account of each post, in the order of the list. */
export function onePerPost(accounts) {
  const seen = new Map();
  for (const account of accounts) {
    if (!seen.has(account.post)) seen.set(account.post, account);
  }
  return [...seen.values()];
}

/** The in-program links of a page to other pages, without fragments, in their order. */
export async function links(page, origin) {
  const to = "a[href]:not([download])";
  const all = await page.$$eval(to, (anchors) => anchors.map((anchor) => anchor.href));
  const inside = all.map((href) => new URL(href)).filter((url) => url.origin === origin);
  return [...new Set(inside.map((url) => url.pathname + url.search))];
}

/** A file's name for a route: `/people/{id}/edit` is `people-id-edit`. */
export function fileName(post, path) {
  const plain = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${plain(post)}-${plain(path) || "home"}`;
}

/** How many pages of a route with a number are looked at: a person may live, be dead, be gone. */
const MOST_SAMPLES = 4;

/**
 * Walks from `start` and calls `visit({route, address, isFirst})` with the page standing there: on
 * each route once, and on a few more pages of a route with parameters as long as `samples`, the
 * numbers looked at by all, allows. Gives what is wrong with the links themselves.
 */
export async function walk({ page, origin, find, visit, ...more }) {
  const { samples = new Map(), most = 200 } = more;
  const faults = [];
  const start = more.start ?? "/";
  const queue = [{ address: start, from: "the address bar" }];
  const visited = new Set();
  const known = new Set([start]);
  while (queue.length > 0 && visited.size < most) {
    const { address, from } = queue.shift();
    const route = find(new URL(address, origin).pathname);
    if (!route) {
      if (!visited.has(address)) faults.push(`${from} links to ${address}, which is no route`);
      visited.add(address);
      continue;
    }
    const isFirst = !visited.has(route.path);
    const n = samples.get(route.path) ?? 0;
    if (!isFirst && (nParameters(route.path) === 0 || n >= MOST_SAMPLES)) continue;
    visited.add(route.path);
    samples.set(route.path, n + 1);
    // A file is fetched, not opened.
    if ((route.kind ?? "page") !== "page" || /\.\w+$/.test(route.path)) {
      const answer = await page.request.get(origin + address);
      if (!answer.ok()) faults.push(`${from} links to ${address}: ${answer.status()}`);
      continue;
    }
    const response = await page.goto(origin + address, { waitUntil: "load" });
    const status = response?.status() ?? 0;
    if (status !== 200) {
      faults.push(`${from} links to ${address}: ${status}`);
      more.watch?.take();
      continue;
    }
    const onwards = await links(page, origin);
    await visit({ route, address, isFirst });
    for (const next of onwards.filter((next) => !known.has(next))) {
      known.add(next);
      queue.push({ address: next, from: address });
    }
  }
  if (queue.length > 0 && visited.size >= most) {
    faults.push(`more than ${most} routes: not all seen`);
  }
  return { faults, visited };
}
