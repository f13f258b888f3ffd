// The tasks with files and with figures: rosters in, lists out, what a place decides for itself.

import { roster, someStation } from "./prepare.mjs";

export const papers = [
  {
    name: "import an unknown workbook",
    who: "street_clerk",
    budget: { clicks: 5, fields: 0 },
    async steps(hand, page, demo) {
      const station = await someStation(page, demo.url);
      await page.goto(`${demo.url}/`);
      await hand.click("nav a[href='/imports']:visible");
      await page.setInputFiles("#file", roster(station));
      await hand.click("main button:has-text('上传')");
      await hand.click("main button:has-text('核对无误')");
      await hand.click("main button:has-text('只导入正确的')");
      const told = await page.textContent("main");
      return told.includes("新增 1 人") ? [] : [`not imported: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "undo an import",
    who: "street_clerk",
    budget: { clicks: 4, fields: 0 },
    async steps(hand, page) {
      await hand.click("nav a[href='/imports']:visible");
      await hand.click(page.locator("main tr:has-text('名册.csv') a").first());
      await hand.click("main a:has-text('撤销')");
      await hand.click(page.locator("main button:has-text('撤销')").first());
      const told = await page.textContent("main");
      return told.includes("已撤销") ? [] : [`not undone: ${told.slice(0, 300)}`];
    },
  },
  {
    name: "export a list for a purpose",
    who: "street_clerk",
    budget: { clicks: 3, fields: 2 },
    async steps(hand, page) {
      await hand.click("nav a[href='/people']:visible");
      await hand.click("main a:has-text('导出')");
      await hand.type("#purpose", "核对本月走访名单");
      await hand.type("#recipient", "本中心");
      const file = await hand.download("main button:has-text('导出')");
      return file.endsWith(".xlsx") ? [] : [`not a workbook: ${file}`];
    },
  },
];
