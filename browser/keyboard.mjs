// A person without a mouse: Tab to what is wanted, then Enter, Space or the letters themselves.

/** As `counted`, by keyboard alone. `faults` holds what such a person could not do. */
export function byKeyboard(page, most = 120) {
  const count = { clicks: 0, fields: 0 };
  const faults = [];
  const at = (target) => (typeof target === "string" ? page.locator(target) : target).first();

  const isAt = (wanted) =>
    wanted.evaluate((element) => {
      const active = document.activeElement;
      const isRadio = element.type === "radio" && active?.name === element.name;
      return active === element || isRadio;
    });

  /** Past the menu, by the link that is there for it. */
  async function skip(wanted) {
    const isFar = await wanted.evaluate(
      (element) =>
        element.closest("main") !== null && document.activeElement?.closest("main") === null,
    );
    if (!isFar) return;
    await page.keyboard.press("Tab");
    const isSkip = await page.evaluate(() => document.activeElement?.matches("a.skip"));
    if (isSkip) await page.keyboard.press("Enter");
  }

  /** Tabs until `target` has the focus, and sees that the focus can be seen. */
  async function reach(target) {
    await at(target).waitFor();
    const wanted = await at(target).elementHandle();
    await skip(wanted);
    for (let tabs = 0; tabs <= most; tabs += 1) {
      if (await isAt(wanted)) {
        if (!(await isSeen(page))) faults.push(`the focus cannot be seen on ${target}`);
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error(`${target} is not reached with ${most} Tabs on ${page.url()}`);
  }

  async function onwards() {
    const loaded = page.waitForNavigation({ waitUntil: "load" });
    await Promise.all([loaded, page.keyboard.press("Enter")]);
  }

  return {
    count,
    faults,
    async click(target) {
      count.clicks += 1;
      await reach(target);
      await onwards();
    },
    async open(target) {
      count.clicks += 1;
      await reach(target);
      await page.keyboard.press("Enter");
    },
    async download(target) {
      count.clicks += 1;
      await reach(target);
      const coming = page.waitForEvent("download");
      const [file] = await Promise.all([coming, page.keyboard.press("Enter")]);
      await file.delete();
      return file.suggestedFilename();
    },
    async type(target, text) {
      count.fields += 1;
      if (target === "input[type=search]") await page.keyboard.press("/");
      await reach(target);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
    async choose(target, option) {
      count.clicks += 1;
      await reach(target);
      await at(target).selectOption(option);
    },
    async tick(target) {
      count.clicks += 1;
      await reach(target);
      await page.keyboard.press("Space");
    },
    async enter() {
      count.clicks += 1;
      await onwards();
    },
  };
}

/** Whether the element with the focus looks otherwise than without it. */
function isSeen(page) {
  return page.evaluate(() => {
    const active = document.activeElement;
    const look = (element) => {
      const { outlineStyle, outlineWidth, boxShadow, backgroundColor } = getComputedStyle(element);
      return [outlineStyle, outlineWidth, boxShadow, backgroundColor].join(" ");
    };
    const focused = look(active);
    active.blur();
    const plain = look(active);
    active.focus();
    return focused !== plain;
  });
}
