// A little of everything that a demo does not have by itself, so that each page has a way to it:
// done through the pages, by the people whose work it is.

import { enter } from "./lib.mjs";

/** A roster of two: one who is new, one whose number cannot be. */
export function roster(station, digits = "99880119510203047") {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...digits].reduce((all, digit, at) => all + Number(digit) * weights[at], 0);
  const rows = [
    "示范市机床厂退休人员花名册",
    "序号,姓名,身份证号,性别,所属社区",
    `1,钱桂芳,${digits}${"10X98765432"[sum % 11]},男,${station}`,
    `2,孙玉梅,330106195003041235,女,${station}`,
    "合计,2人",
  ];
  return { name: "名册.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n")) };
}

/** The name of a station within the account's reach. */
export async function someStation(page, origin) {
  await page.goto(`${origin}/people?limit=20`);
  return (await page.locator("main tbody tr td").last().innerText()).trim();
}

async function imported(page, origin) {
  const file = roster(await someStation(page, origin), "99880119520304055");
  await page.goto(`${origin}/imports`);
  await page.setInputFiles("#file", file);
  for (const words of ["上传", "核对无误", "只导入正确的"]) {
    await page.click(`main button:has-text('${words}')`);
    await page.waitForLoadState("load");
  }
}

async function exported(page, origin) {
  await page.goto(`${origin}/people`);
  await page.click("main a:has-text('导出')");
  await page.fill("#purpose", "核对本月走访名单");
  await page.fill("#recipient", "本中心");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click("main button:has-text('导出')"),
  ]);
  await file.delete();
}

/** An import that can be undone, and an export. */
export async function prepare(browser, demo) {
  const account = demo.accounts.find(({ name }) => name === "street_clerk");
  const { context, page } = await enter(browser, demo, account);
  await imported(page, demo.url);
  await exported(page, demo.url);
  await context.close();
}
