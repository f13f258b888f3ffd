// The tasks of handing over: people and files that are signed for, a file that is sought or comes
// back, a letter that was received.

/** Clicks through a part of the home page to the first row of a list, then a button. */
const through =
  (link, button, wanted) =>
  async (hand, page) => {
    await hand.click(`main a:has-text('${link}')`);
    await hand.click(page.locator("main tbody a").first());
    await hand.click(`main button:has-text('${button}')`);
    const told = await page.textContent("main, [role='status']");
    const all = `${told} ${await page.textContent("body")}`;
    return all.includes(wanted) ? [] : [`not done: ${told.slice(0, 300)}`];
  };

export const handing = [
  {
    name: "sign for people who are handed over",
    who: "street_clerk",
    budget: { clicks: 3, fields: 0 },
    steps: through("份移交单等您签收", "签收", "已签收"),
  },
  {
    name: "sign for personnel files",
    who: "street_clerk",
    budget: { clicks: 3, fields: 0 },
    steps: through("份档案移交单等您清点签收", "签收", "已签收"),
  },
  {
    name: "take a lent file back",
    who: "office_clerk",
    budget: { clicks: 3, fields: 0 },
    steps: through("份借出的档案逾期未还", "登记归还", "已登记：归还"),
  },
  {
    name: "find where a file is",
    who: "office_clerk",
    budget: { clicks: 3, fields: 1 },
    async steps(hand, page, demo) {
      await page.goto(`${demo.url}/archives`);
      const name = await page.locator("main tbody a").first().textContent();
      await page.goto(`${demo.url}/`);
      await hand.click("nav a[href='/archives']:visible");
      await hand.type("#find", name.trim());
      await hand.click("main button:has-text('查找')");
      const told = await page.textContent("main");
      return told.includes("现在哪里") ? [] : [`not found: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "note that a branch has received a letter",
    who: "coordinator",
    budget: { clicks: 3, fields: 0 },
    steps: through("封组织关系介绍信等待回执", "登记回执", "已登记接收"),
  },
];
