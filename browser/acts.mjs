// The tasks on a person: moving one to another station, recording a death.

/** A person of the account's own place: name and address of the page. Looking is free. */
async function somebody(page, origin, nth) {
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
async function open(hand, page, { name, path }) {
  await hand.type("input[type=search]", name);
  await hand.enter();
  await hand.click(page.locator(`main a[href='${path}']`).first());
}

/** A roster of two: one who is new, one whose number cannot be. */
function roster(station) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const digits = "99880119510203047";
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

export const acts = [
  {
    name: "see today's due work",
    post: "社区劳动保障协理员",
    budget: { clicks: 0, fields: 0 },
    async steps(hand, page) {
      const told = await page.textContent("main");
      return told.includes("我的应办事项") ? [] : ["the home page is not what is owed"];
    },
  },
  {
    name: "find a person",
    post: "社区劳动保障协理员",
    keyboard: true,
    budget: { clicks: 2, fields: 1 },
    async steps(hand, page, demo) {
      const person = await somebody(page, demo.url, 2);
      await open(hand, page, person);
      const title = await page.textContent("h1");
      return title.includes(person.name) ? [] : [`${title} instead of ${person.name}`];
    },
  },
  {
    name: "record a visit",
    post: "社区劳动保障协理员",
    keyboard: true,
    budget: { clicks: 3, fields: 2 },
    async steps(hand, page) {
      await hand.click(page.locator("main a:has-text('登记走访')").first());
      await hand.click(page.locator("main button:has-text('保存')").first());
      const told = await page.textContent("main");
      return told.includes("已完成") ? [] : [`not recorded: ${told.slice(0, 200)}`];
    },
  },
  {
    name: "monthly ledger to print",
    post: "社区劳动保障协理员",
    budget: { clicks: 3, fields: 0 },
    async steps(hand, page) {
      await hand.click("nav a[href='/visits']:visible");
      await hand.click("main a:has-text('打印台账')");
      const told = await page.textContent("body");
      return told.includes("走访台账") ? [] : ["no ledger"];
    },
  },
  {
    name: "import an unknown workbook",
    post: "街道（乡镇）中心经办人",
    budget: { clicks: 5, fields: 0 },
    async steps(hand, page, demo) {
      await page.goto(`${demo.url}/people?limit=20`);
      const station = (await page.locator("main tbody tr td").last().innerText()).trim();
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
    name: "move a person to another station",
    post: "社区劳动保障协理员",
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
    post: "街道（乡镇）中心经办人",
    budget: { clicks: 2, fields: 0 },
    async steps(hand, page) {
      await hand.click("nav a[href='/moves']:visible");
      await hand.click(page.locator("main button:has-text('确认接收')").first());
      const told = await page.textContent("main");
      return told.includes("已接收") ? [] : ["the move is not confirmed"];
    },
  },
  {
    name: "record a death",
    post: "社区劳动保障协理员",
    budget: { clicks: 6, fields: 2 },
    async steps(hand, page, demo) {
      await open(hand, page, await somebody(page, demo.url, 1));
      await hand.click("main a:has-text('登记死亡')");
      const day = await page.locator("body").textContent();
      const [, year, month, date] = day.match(/(\d{4})年(\d{1,2})月(\d{1,2})日/);
      const two = (text) => text.padStart(2, "0");
      await hand.type("#died_on", `${year}-${two(month)}-${two(date)}`);
      await hand.tick("#source");
      await hand.click("main button:has-text('下一步')");
      await hand.click("main button:has-text('确认登记死亡')");
      const told = await page.textContent("main");
      return told.includes("亡故慰问") ? [] : ["the family's visit is not owed"];
    },
  },
];
