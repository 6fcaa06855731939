import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { distFolder } from "../fixtures/running-craic.js";
import { runPageBed } from "./page-bed.js";
import { allTold, cardsOf, fillSignUp, newAccount, pathsOf, type Visitor, visit } from "./page-visitor.js";

const bed = runPageBed();

/** Cards and cities are all alike: the first of them stand for the others, which saves most of the time. */
const RUN_AXE = `axe.run({ exclude: ["svg", ".card:nth-child(n + 5)", ".city-list > :nth-child(n + 5)"] })`;

/** Names of the buttons that are smaller than WCAG 2.2 wants a target to be (2.5.8). */
const SMALL_BUTTONS = `[...document.querySelectorAll("button")].flatMap((button) => {
  const { width, height } = button.getBoundingClientRect();
  return width > 0 && Math.min(width, height) < 24 ? [button.ariaLabel ?? button.textContent] : [];
})`;

/** The sum of layout shifts that web.dev calls good is 0.1. */
const GOOD_SHIFT = 0.1;
const WATCH_SHIFTS = `
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value;
  }).observe({ type: "layout-shift", buffered: true });
`;

/** What the script of a first visit to the feed may weigh. */
const SCRIPT_BUDGET_BYTES = 130 * 1024;

describe("with the keyboard alone", () => {
  it("one can choose a city, sign up, save, hide, undo and open an event", async () => {
    const { page, goTo } = bed.visitor;
    const { keyboard } = page;
    await goTo("/");
    await page.locator("a.city").first().waitFor();
    await tabTo(page, "Skip to the content");
    await keyboard.press("Enter");
    await tabTo(page, "City or country");
    await keyboard.type("berlin ger");
    await tabTo(page, /^Berlin Germany/);
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "What is on in Berlin" }).waitFor();
    expect(await page.locator(":focus").textContent()).toBe("What is on in Berlin");

    const [wanted] = await pathsOf(page);
    await tabTo(page, /^Save /);
    await keyboard.press("Space");
    await page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await page.locator(":focus").getAttribute("aria-label")).toMatch(/^Save /);
    await keyboard.press("Space");
    await tabTo(page, "Create an account");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Make it yours" }).waitFor();
    const account = newAccount();
    for (const text of [account.name, account.email, account.password]) {
      await keyboard.press("Tab");
      await keyboard.type(text);
    }
    await keyboard.press("Enter");
    await page.getByText("Step 2 of 4").waitFor();
    await page.getByRole("checkbox").first().waitFor();
    await tabTo(page, "Skip the rest");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "For you in Berlin" }).waitFor();

    const [first, second] = await pathsOf(page);
    await tabTo(page, /^Hide /);
    await keyboard.press("Enter");
    expect((await pathsOf(page))[0]).toBe(second);
    expect(await page.locator(":focus").getAttribute("href")).toBe(second);
    await keyboard.press("Control+z");
    expect((await pathsOf(page))[0]).toBe(first);
    await allTold(page);
    await goTo("/saved");
    expect(await pathsOf(page)).toEqual([wanted]);
    await tabTo(page, (await cardsOf(page).getByRole("link").textContent()) ?? "");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "More like this" }).waitFor();
  }, 120_000);
});

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  it("no page has a serious fault that axe knows", async () => {
    await eachPage({ colorScheme }, async (page) => {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>(RUN_AXE);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
  }, 120_000);
});

describe.each([320, 390])("on a phone %i pixels wide", (width) => {
  it("no page is wider than the screen, and what is tapped is large enough", async () => {
    await eachPage({ viewport: { width, height: 700 }, hasTouch: true, isMobile: true }, async (page) => {
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      const small = await page.evaluate<string[]>(SMALL_BUTTONS);
      return [...(wide > width ? [`is ${wide} pixels wide`] : []), ...small];
    });
  }, 120_000);
});

describe("what is on its way", () => {
  it("has its place kept: nothing jumps when it comes", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const visitor = await visit(bed.browser, bed.craic.origin, phone);
    const { page, goTo } = visitor;
    await goTo("/cities");
    const city = (await page.locator("a.city").first().getAttribute("href")) ?? "";
    await page.addInitScript(WATCH_SHIFTS);
    for (const path of [city, `${city}/search`]) {
      await goTo(path);
      await pathsOf(page);
      expect(await page.evaluate<number>("shifted")).toBeLessThan(GOOD_SHIFT);
    }
    await visitor.leave();
  });
});

describe("a choice of colours", () => {
  it("outlasts the visit, until it is taken back", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    const theme = () => page.evaluate("document.documentElement.dataset.theme");
    await page.getByRole("button", { name: "Switch to dark colours" }).click();
    await page.reload();
    expect(await theme()).toBe("dark");
    await page.getByRole("button", { name: "Switch to light colours" }).click();
    expect(await theme()).toBeUndefined();
  });
});

describe("without scripts", () => {
  it("the page says why there is nothing to see", async () => {
    const visitor = await visit(bed.browser, bed.craic.origin, { javaScriptEnabled: false });
    await visitor.goTo("/");
    expect(await visitor.page.locator("noscript").textContent()).toContain(
      "JavaScript, which is switched off here",
    );
    await visitor.leave();
  });
});

describe("the page's script", () => {
  it(`weighs at most ${SCRIPT_BUDGET_BYTES / 1024} KiB for the first visit`, () => {
    const html = readFileSync(join(distFolder, "web/index.html"), "utf8");
    const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path ?? "");
    const weights = scripts.map((path) => gzipSync(readFileSync(join(distFolder, "web", path))).length);
    expect(scripts.length).toBeGreaterThan(1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
  });
});

/** Looks at every page there is, logged out and in, and expects no fault of any. */
async function eachPage(
  options: Parameters<typeof visit>[2],
  faultsOf: (page: Page) => Promise<string[]>,
): Promise<void> {
  const visitor = await visit(bed.browser, bed.craic.origin, options);
  const { page, goTo } = visitor;
  const faults: string[] = [];
  const look = async () => {
    const name = await page.getByRole("heading", { level: 1 }).textContent();
    faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
  };
  await goTo("/cities");
  await page.locator("a.city").first().waitFor();
  await look();
  await page.locator("a.city").first().click();
  await pathsOf(page);
  await look();
  await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").waitFor();
  await look();
  await page.getByRole("dialog").getByRole("link", { name: "Log in" }).click();
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  await look();
  await goTo("/signup");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("At least 10 characters.").waitFor();
  await look();
  await fillSignUp(page, newAccount());
  await page.getByText("Step 2 of 4").waitFor();
  await page.getByRole("checkbox").first().waitFor();
  await look();
  await lookAround(visitor, look);
  await visitor.leave();
  expect(faults).toEqual([]);
  expect(visitor.complaints).toEqual([]);
}

/** The pages of somebody who is logged in and has saved something. */
async function lookAround({ page, goTo }: Visitor, look: () => Promise<void>): Promise<void> {
  await goTo("/");
  await pathsOf(page);
  const save = cardsOf(page).nth(1).getByRole("button", { name: "Save" });
  await save.click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.getByRole("button", { name: "Refresh for what you just told us" }).waitFor();
  await look();
  await cardsOf(page).nth(1).getByRole("link").click();
  await page.getByRole("heading", { name: "More like this" }).waitFor();
  await look();
  await page.getByRole("link", { name: "Search" }).click();
  await pathsOf(page);
  await page.getByLabel("Dates …").check();
  await page.getByLabel("From", { exact: true }).waitFor();
  await look();
  await page.getByRole("link", { name: "Saved" }).click();
  await page.getByRole("heading", { level: 1, name: "Saved" }).waitFor();
  await pathsOf(page);
  await look();
  await goTo("/account");
  await page.getByRole("checkbox").first().waitFor();
  await look();
  await goTo("/nowhere");
  await look();
}

/** Presses Tab until what has this name or text has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    const focused = (await page.evaluate<string>(NAME_OF_FOCUSED)).replace(/\s+/g, " ").trim();
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${name}`);
}

const NAME_OF_FOCUSED = `(() => {
  const { ariaLabel, labels, innerText } = document.activeElement;
  return ariaLabel ?? labels?.[0]?.textContent ?? innerText;
})()`;
