import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startDynalite, type TestDynamo } from "../fixtures/dynalite.js";
import { type Group, keepPastRuns, type PastRun, tellPastRun } from "../fixtures/past-run.js";
import { as } from "../fixtures/people.js";
import { distFolder, type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { launchBrowser, signUp, type Visitor, visit } from "./page-visitor.js";

const DAY_MS = 24 * 3_600_000;
const nowMs = Date.now();

/** What the script and the styles of the pages of experiments may weigh, beyond what every visitor has. */
const EXPERIMENTS_BUDGET_BYTES = 24 * 1024;

function group(people: number, save: number): Group {
  return { people, save, click: 2 * save, attend: save / 4, hide: 0.05, latencyMs: 40, failing: 0.01 };
}

/** More people save with what is ranked by "blend" than by the control. */
const better: PastRun = {
  content: { experimentId: "ranking", description: "Which way of ranking makes people save more." },
  startMs: nowMs - 6 * DAY_MS,
  nowMs,
  groups: { control: group(165, 0.06), blend: group(160, 0.5) },
  seed: 1,
};

/** The same, but most of those who should have been in "blend" were never counted. */
const skewed: PastRun = {
  ...better,
  content: { experimentId: "skewed" },
  groups: { control: group(60, 0.1), blend: group(20, 0.4) },
  seed: 2,
};

jest.setTimeout(120_000);

let craic: RunningCraic;
let browser: Browser;
let dynamo: TestDynamo;

beforeAll(async () => {
  [browser, dynamo] = await Promise.all([launchBrowser(), startDynalite()]);
  await keepPastRuns(dynamo.config, [better, skewed]);
  craic = await startCraic({ environment: { CRAIC_DYNAMODB_ENDPOINT: dynamo.config.endpoint } });
  for (const run of [better, skewed]) await tellPastRun(craic, run);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await craic?.stop();
  await dynamo?.close();
}, 60_000);

/** An operator who has pasted a token, at a page of experiments. */
async function operatorAt(path: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const visitor = await visit(browser, craic.origin, options);
  await visitor.goTo(path);
  await visitor.page.getByLabel("Operator’s token").fill(craic.adminToken);
  await visitor.page.getByRole("button", { name: "Open the experiments" }).click();
  return visitor;
}

async function leave(visitor: Visitor): Promise<void> {
  expect(visitor.complaints).toEqual([]);
  await visitor.leave();
}

const verdictOf = (page: Page) =>
  page.getByRole("region", { name: /^(Ship|Roll back|Keep running|No verdict)/ });
const plot = (page: Page, name: RegExp) => page.getByRole("img", { name });

describe("who may see experiments", () => {
  it("is told to somebody else, logged in or not", async () => {
    const visitor = await visit(browser, craic.origin);
    await visitor.goTo("/experiments/ranking");
    const title = visitor.page.getByRole("heading", { level: 1, name: "Experiments are for staff" });
    await title.waitFor();
    const { name } = await signUp(visitor);
    await visitor.goTo("/experiments");
    await title.waitFor();
    expect(await visitor.page.locator("main").textContent()).toContain(`You are logged in as ${name}`);
    await leave(visitor);
  });

  it("is decided by the services: a token that nobody signed opens the page, and shows nothing", async () => {
    const visitor = await visit(browser, craic.origin);
    const { page } = visitor;
    await visitor.goTo("/experiments");
    const [head, body] = craic.adminToken.split(".");
    await page.getByLabel("Operator’s token").fill(`${head}.${body}.${"A".repeat(86)}`);
    await page.getByRole("button", { name: "Open the experiments" }).click();
    await page.getByText("That token is not taken any more").waitFor();
    visitor.forgive(/401/);
    await leave(visitor);
  });

  it("is kept for the tab: a reload stays, and what is forgotten is asked for again", async () => {
    const visitor = await operatorAt("/experiments");
    const { page } = visitor;
    await page.getByRole("heading", { level: 1, name: "Experiments" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "skewed" }).waitFor();
    await page.getByRole("button", { name: "Forget it" }).click();
    await page.getByLabel("Operator’s token").waitFor();
    expect(await page.evaluate("Object.keys(sessionStorage)")).toEqual([]);
    await leave(visitor);
  });
});

describe("the results of an experiment", () => {
  it("are a verdict with its reason, plots with names and in words, and every figure in tables", async () => {
    const visitor = await operatorAt("/experiments");
    const { page } = visitor;
    await page.getByRole("link", { name: "ranking", exact: true }).click();
    await verdictOf(page).waitFor();
    expect(await verdictOf(page).textContent()).toMatch(/Ship blend.*blend is better: save \+\d/);
    expect(await page.getByText("Sample ratio mismatch").count()).toBe(0);

    const rates = plot(page, /^Rates over time: people who saved an event, by variant/);
    expect(await rates.locator("desc").textContent()).toMatch(
      /control ends at \d.*, between .* blend ends at \d/,
    );
    const lifts = plot(page, /^Lift against the control/);
    expect(await lifts.locator("desc").textContent()).toMatch(
      /Saved, blend: \+\d.*at every look \+\d.*, better\./,
    );
    expect(
      await plot(page, /^Guardrails/)
        .locator("desc")
        .textContent(),
    ).toContain("Latency, blend");
    expect(await plot(page, /^Chance that blend is the best: /).count()).toBe(1);

    const variants = await page.getByRole("region", { name: "The variants, as a table" }).textContent();
    expect(variants).toMatch(/control50%165/);
    expect(variants).toMatch(/blend50%160/);
    const figures = await page.getByRole("region", { name: "All figures, as a table" }).textContent();
    for (const words of ["Holm", "Benjamini–Hochberg", "CUPED", "Latency", "Errors a person"]) {
      expect(figures).toContain(words);
    }
    expect(
      await page.getByRole("region", { name: "Among some of them, as a table" }).textContent(),
    ).toContain("Dublin");
    await page.getByText("The same as a table").click();
    await page.getByRole("region", { name: /^Rates over time.*as a table$/ }).waitFor();
    await leave(visitor);
  });

  it("are asked for by metric and time, which the address keeps", async () => {
    const visitor = await operatorAt("/experiments/ranking");
    const { page } = visitor;
    await page.getByText("Opened", { exact: true }).first().click();
    await plot(page, /people who opened an event’s page/).waitFor();
    await page.getByText("Last 24 hours", { exact: true }).click();
    await page.waitForURL(/\?metric=click&hours=24$/);
    await page.reload();
    expect(await page.getByRole("radio", { name: "Last 24 hours" }).isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: "Opened" }).isChecked()).toBe(true);
    await leave(visitor);
  });

  it("warn of a sample ratio mismatch before anything else, and give no verdict then", async () => {
    const visitor = await operatorAt("/experiments/skewed");
    const { page } = visitor;
    const warning = page.getByRole("alert");
    await warning.getByRole("heading", { name: /^Sample ratio mismatch/ }).waitFor();
    expect(await warning.textContent()).toMatch(/blend has 20 people, 25\.0% of all; it should have 50%/);
    expect(await verdictOf(page).textContent()).toMatch(/No verdict/);
    await leave(visitor);
  });

  it("are read at any instant with the keyboard, which reaches everything", async () => {
    const visitor = await operatorAt("/experiments/ranking");
    const { page } = visitor;
    await verdictOf(page).waitFor();
    const names = await namesByTab(page);
    const wanted = [
      "← All experiments",
      "Pause",
      "Stop",
      "Saved",
      "The whole run",
      "Refresh",
      "The variants, as a table",
      "Read it at",
      "The same as a table",
      "Among some of them, as a table",
      "All figures, as a table",
    ];
    expect(names.filter((name) => wanted.includes(name))).toEqual(wanted);

    const slider = page.getByRole("slider");
    await slider.focus();
    const atTheEnd = await slider.getAttribute("aria-valuetext");
    await page.keyboard.press("Home");
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/, control .*, blend /);
    expect(await slider.getAttribute("aria-valuetext")).not.toBe(atTheEnd);
    await leave(visitor);
  });
});

describe("while the store is away", () => {
  afterEach(() => {
    dynamo.isAway = false;
  });

  it("the page says so, and has what was asked for once it is back", async () => {
    const visitor = await operatorAt("/experiments/nothing");
    const { page } = visitor;
    await page.getByRole("alert").waitFor();
    dynamo.isAway = true;
    await page.getByRole("link", { name: "← All experiments" }).click();
    await page.getByRole("heading", { name: "The experiments could not be loaded" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("cannot be reached just now");
    dynamo.isAway = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "ranking", exact: true }).waitFor();
    visitor.forgive(/404|503/);
    await leave(visitor);
  });
});

describe("the life of an experiment", () => {
  it("goes on by buttons that ask first, is told when the service refuses, and is kept", async () => {
    const visitor = await operatorAt("/experiments/recommendation_algo_001");
    const { page } = visitor;
    const { origin } = craic;
    const state = page.locator(".badge");
    const confirm = (name: string) => page.getByRole("dialog").getByRole("button", { name }).click();
    await page.getByText("A draft has no results").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await page.keyboard.press("Escape");
    expect(await state.textContent()).toBe("draft");
    await page.getByRole("button", { name: "Start" }).click();
    await confirm("Start");
    await page.getByText("Nobody has been counted yet").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await confirm("Pause");
    await page.getByRole("button", { name: "Resume" }).waitFor();

    await page.getByRole("button", { name: "Resume" }).click();
    await fetch(`${origin}/craic.experiments.v1.ExperimentService/StopExperiment`, {
      method: "POST",
      headers: { ...as(craic.adminToken).headers, "content-type": "application/json" },
      body: JSON.stringify({ experimentId: "recommendation_algo_001" }),
    });
    await confirm("Resume");
    expect(await page.getByRole("dialog").getByRole("alert").textContent()).toMatch(/is stopped/);
    visitor.forgive(/400/);
    await page.getByRole("button", { name: "Leave it" }).click();
    await page.reload();
    await page.getByText("Stopped for good.").waitFor();
    expect(await state.textContent()).toBe("stopped");
    const changes = await page.getByRole("region", { name: "What was changed" }).textContent();
    expect(changes).toMatch(/Stopped for good\..*Paused\..*Started\..*Made, as a draft\./);
    expect(changes).toContain("an operator without an account");
    await leave(visitor);
  });

  it("is no life at all where there is no such experiment", async () => {
    const visitor = await operatorAt("/experiments/nothing");
    expect(await visitor.page.getByRole("alert").textContent()).toMatch(/nothing/);
    visitor.forgive(/404/);
    await leave(visitor);
  });
});

describe("a page of experiments", () => {
  const pages = ["/experiments", "/experiments/ranking", "/experiments/skewed"];

  it.each<["light" | "dark", number]>([
    ["light", 1280],
    ["dark", 320],
  ])("has no fault that axe knows, and fits, in %s colours %d pixels wide", async (colorScheme, width) => {
    const visitor = await operatorAt("/experiments", { colorScheme, viewport: { width, height: 800 } });
    const { page } = visitor;
    const faults: string[] = [];
    for (const path of pages) {
      await visitor.goTo(path);
      await (path === "/experiments" ? page.locator(".badge").first() : verdictOf(page)).waitFor();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>(RUN_AXE);
      faults.push(...violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ html }) => html)}`));
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      if (wide > width) faults.push(`${path} is ${wide} pixels wide`);
    }
    expect(faults).toEqual([]);
    await leave(visitor);
  });

  it(`weighs at most ${EXPERIMENTS_BUDGET_BYTES / 1024} KiB, and nothing for whoever does not go there`, () => {
    const assets = join(distFolder, "web/assets");
    const own = readdirSync(assets).filter((name) => name.startsWith("experiments-pages"));
    expect(own.map((name) => name.split(".").at(-1)).sort()).toEqual(["css", "js"]);
    const weights = own.map((name) => gzipSync(readFileSync(join(assets, name))).length);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(EXPERIMENTS_BUDGET_BYTES);
    expect(readFileSync(join(distFolder, "web/index.html"), "utf8")).not.toContain("experiments-pages");
  });
});

/** The rows of a table are all alike: the first of them stand for the others, which saves most of the time. */
const RUN_AXE = `axe.run({ exclude: [".figures tbody:nth-of-type(n + 2)", ".figures tr:nth-child(n + 4)"] })`;

/** Names of all that Tab comes to in the page's main part, in order. */
async function namesByTab(page: Page): Promise<string[]> {
  await page.getByRole("link", { name: "Skip to the content" }).focus();
  const names: string[] = [];
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate<string | null>(NAME_OF_FOCUSED_IN_MAIN);
    if (name !== null) names.push(name.replace(/\s+/g, " ").trim());
    else if (names.length > 0) break;
  }
  return names;
}

const NAME_OF_FOCUSED_IN_MAIN = `(() => {
  const { ariaLabel, labels, textContent } = document.activeElement;
  if (document.activeElement.closest("main") === null) return null;
  return ariaLabel || labels?.[0]?.firstElementChild?.textContent || labels?.[0]?.textContent || textContent;
})()`;
