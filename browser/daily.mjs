// The tasks of every day: what is due, finding somebody, visits, the month's report.

import { dayOf, open, somebody } from "./acts.mjs";

export const daily = [
  {
    name: "see today's due work",
    who: "coordinator",
    budget: { clicks: 0, fields: 0 },
    async steps(hand, page, demo) {
      await page.goto(`${demo.url}/`);
      const n = await page.locator("main a:has-text('登记走访'):visible").count();
      return n > 0 ? [] : ["no duty on the home page"];
    },
  },
  {
    name: "find a person",
    who: "coordinator",
    budget: { clicks: 1, fields: 1, milliseconds: 300 },
    async steps(hand, page, demo) {
      const { name, path } = await somebody(page, demo.url, 3);
      const isAsked = (response) => response.url().includes("/people/suggest");
      const [answer] = await Promise.all([
        page.waitForResponse(isAsked),
        hand.type("input[type=search]", name),
      ]);
      await answer.finished();
      hand.count.milliseconds = Math.round(answer.request().timing().responseEnd);
      await hand.click(page.locator(`#found a[href='${path}']`));
      const told = await page.textContent("h1");
      return told.includes(name) ? [] : [`not the page of ${name}`];
    },
  },
  {
    name: "record a visit",
    who: "coordinator",
    budget: { clicks: 3, fields: 2 },
    async steps(hand, page) {
      await hand.click(page.locator("main a:has-text('登记走访')").first());
      await hand.click(page.locator("main button:has-text('保存')").first());
      const told = await page.textContent("main");
      const isDone = told.includes("走访已保存") && /(按期|逾期)办结/.test(told);
      return isDone ? [] : [`not recorded: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "enter visits from paper, three people",
    who: "coordinator",
    budget: { clicks: 7, fields: 1 },
    async steps(hand, page) {
      await hand.click("nav a[href='/visits']:visible");
      await hand.click("main a:has-text('批量补录')");
      await hand.type("#on", await dayOf(page));
      await hand.choose("#way", "home");
      const boxes = page.locator("main tbody input[type=checkbox]");
      const n = Math.min(3, await boxes.count());
      for (let at = 0; at < n; at += 1) await hand.tick(boxes.nth(at));
      await hand.click(page.locator("main button:has-text('保存勾选的走访')").first());
      const told = await page.textContent("main");
      return n > 0 && told.includes("已") ? [] : [`${n} entered: ${told.slice(0, 200)}`];
    },
  },
  {
    // The design allows a click for each person and two; all are ticked at once.
    name: "certify everybody in a list",
    who: "coordinator",
    budget: { clicks: 5, fields: 0 },
    async steps(hand, page) {
      await hand.click("nav a[href='/duties']:visible");
      await hand.choose("#rule", "base.certify");
      await hand.click("main button:has-text('查询')");
      const n = await page.locator("main tbody input[type=checkbox]").count();
      await hand.tick("main thead input[type=checkbox]");
      await hand.click(page.locator("main button[name=outcome]").first());
      const told = await page.textContent("main");
      return n > 2 && told.includes("已登记办理结果") ? [] : [`${n}: ${told.slice(0, 200)}`];
    },
  },
  {
    name: "print the visit list",
    who: "coordinator",
    budget: { clicks: 3, fields: 0 },
    async steps(hand, page) {
      await hand.click("nav a[href='/visits']:visible");
      await hand.click("main a:has-text('走访计划')");
      await hand.click(page.locator("main a:has-text('打印走访单')").first());
      const isSheet = (await page.locator("body.sheet-page").count()) > 0;
      return isSheet ? [] : ["not a sheet to print"];
    },
  },
  {
    name: "print the month's report",
    who: "coordinator",
    budget: { clicks: 3, fields: 0 },
    async steps(hand, page) {
      await hand.click(page.locator("main a[href^='/reports/']").first());
      await hand.click("main a:has-text('打印')");
      const isSheet = (await page.locator("body.sheet-page").count()) > 0;
      return isSheet ? [] : ["not a sheet to print"];
    },
  },
  {
    name: "the month's report as Excel",
    who: "street_clerk",
    budget: { clicks: 3, fields: 0 },
    async steps(hand, page) {
      await hand.click(page.locator("main a[href^='/reports/']").first());
      await hand.open(page.locator("main summary:has-text('下载')").first());
      const file = await hand.download("main button:has-text('下载'):visible");
      return file.endsWith(".xlsx") ? [] : [`not a workbook: ${file}`];
    },
  },
  {
    name: "hand in the month's report",
    who: "coordinator2",
    budget: { clicks: 3, fields: 0 },
    async steps(hand, page) {
      await hand.click(page.locator("main a[href^='/reports/']").first());
      await hand.click(page.locator("main button:has-text('上报')").first());
      const told = await page.textContent("main");
      return told.includes("已上报") ? [] : [`not handed in: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "accept a month's report",
    who: "street_clerk",
    budget: { clicks: 2, fields: 0 },
    async steps(hand, page) {
      await hand.click(page.locator("main .tallies a:has-text('待接受')"));
      await hand.click(page.locator("main button:has-text('接受')").first());
      const told = await page.textContent("main");
      return told.includes("已接受") ? [] : [`not accepted: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "note a call: one telephone number",
    who: "coordinator",
    budget: { clicks: 3, fields: 1 },
    async steps(hand, page, demo) {
      await open(hand, page, await somebody(page, demo.url, 4));
      await hand.click(page.locator("main button:has-text('查看电话')").first());
      const told = await page.textContent("main");
      return /1\d{10}/.test(told) ? [] : ["no telephone number is shown"];
    },
  },
];
