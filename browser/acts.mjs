// The tasks on a person: a move, a mark, an entrusted visit, a death.

/** A person of the account's own place: name and address of the page. Looking is free. */
export async function somebody(page, origin, nth) {
  await page.goto(`${origin}/people`);
  const people = await page.$$eval("main a[href^='/people/']", (anchors) =>
    anchors
      .map((anchor) => ({ name: anchor.textContent.trim(), path: anchor.getAttribute("href") }))
      .filter(({ path }) => /^\/people\/\d+$/.test(path)),
  );
  await page.goto(`${origin}/`);
  return people[nth];
}

/** From the home page to the page of a person: the name is typed, then Enter and one click. */
export async function open(hand, page, { name, path }) {
  await hand.type("input[type=search]", name);
  await hand.enter();
  await hand.click(page.locator(`main a[href='${path}']`).first());
}

/** Today, as the header of the page says it, in digits. */
export async function dayOf(page) {
  const text = await page.locator("body").textContent();
  const [, year, month, date] = text.match(/(\d{4})年(\d{1,2})月(\d{1,2})日/);
  const two = (text) => text.padStart(2, "0");
  return `${year}-${two(month)}-${two(date)}`;
}

export const acts = [
  {
    name: "move a person to another station",
    who: "coordinator",
    budget: { clicks: 5, fields: 2 },
    async steps(hand, page, demo) {
      await open(hand, page, await somebody(page, demo.url, 0));
      await hand.click("main a:has-text('转移到其他社区')");
      await hand.tick("#to_station");
      await hand.type("#reason", "已搬家");
      await hand.click("main button:has-text('提出转移')");
      const told = await page.textContent("main");
      return told.includes("待接收方确认") ? [] : ["the move is not proposed"];
    },
  },
  {
    name: "confirm a move",
    who: "coordinator",
    budget: { clicks: 1, fields: 0 },
    async steps(hand, page) {
      await hand.click(page.locator("main button:has-text('确认接收')").first());
      const told = await page.textContent("main");
      return told.includes("已接收") ? [] : ["the move is not confirmed"];
    },
  },
  {
    name: "put a person into a special group",
    who: "coordinator",
    budget: { clicks: 5, fields: 2 },
    async steps(hand, page, demo) {
      await open(hand, page, await somebody(page, demo.url, 5));
      await hand.click("main a:has-text('特殊群体')");
      await hand.tick("input[name=mark][value=disabled]");
      await hand.type("#evidence", "残疾人证（虚构）");
      await hand.click(page.locator("main form[method=post] button[type=submit]").first());
      const told = await page.textContent("main");
      return told.includes("残疾人证") ? [] : [`no mark: ${told.slice(0, 200)}`];
    },
  },
  {
    name: "entrust a visit to another place",
    who: "street_clerk",
    budget: { clicks: 5, fields: 2 },
    async steps(hand, page, demo) {
      const person = await somebody(page, demo.url, 6);
      await open(hand, page, person);
      await hand.click("main a:has-text('登记走访')");
      await hand.click("main a:has-text('委托当地机构走访')");
      await hand.type("#to_name", "外省示范市社会保险中心（虚构）");
      await hand.click("main button:has-text('发出委托')");
      const told = await page.textContent("main");
      return told.includes("打印委托函") ? [] : [`not asked: ${told.slice(0, 200)}`];
    },
  },
  {
    name: "record a death",
    who: "coordinator",
    budget: { clicks: 6, fields: 2 },
    async steps(hand, page, demo) {
      await open(hand, page, await somebody(page, demo.url, 1));
      await hand.click("main a:has-text('登记死亡')");
      await hand.type("#died_on", await dayOf(page));
      await hand.tick("#source");
      await hand.click("main button:has-text('下一步')");
      await hand.click("main button:has-text('确认登记死亡')");
      const told = await page.textContent("main");
      return told.includes("亡故慰问") ? [] : ["the family's visit is not owed"];
    },
  },
];
