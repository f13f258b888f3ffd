// A person without a mouse: Tab to what is wanted, then Enter, Space or the letters themselves.

/** As `counted`, by keyboard alone. `faults` holds what such a person could not do. */
export function byKeyboard(page, most = 80) {
  const count = { clicks: 0, fields: 0 };
  const faults = [];
  const at = (target) => (typeof target === "string" ? page.locator(target) : target).first();

  /** Tabs until `target` has the focus, and sees that the focus can be seen. */
  async function reach(target) {
    const wanted = await at(target).elementHandle();
    for (let tabs = 0; tabs <= most; tabs += 1) {
      const is = await wanted.evaluate((element) => {
        const active = document.activeElement;
        const isRadio = element.type === "radio" && active?.name === element.name;
        return active === element || isRadio;
      });
      if (is) {
        if (!(await isSeen(page))) faults.push(`the focus cannot be seen on ${target}`);
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error(`${target} is not reached with ${most} Tabs on ${page.url()}`);
  }

  return {
    count,
    faults,
    async click(target) {
      count.clicks += 1;
      await reach(target);
      const loaded = page.waitForNavigation({ waitUntil: "load" });
      await Promise.all([loaded, page.keyboard.press("Enter")]);
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
      const loaded = page.waitForNavigation({ waitUntil: "load" });
      await Promise.all([loaded, page.keyboard.press("Enter")]);
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
