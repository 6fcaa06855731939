import { randomUUID } from "node:crypto";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Debian's own, so that nothing is downloaded. */
const CHROMIUM = process.env.CRAIC_CHROMIUM || "/usr/bin/chromium";

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** Somebody with a browser of their own: nothing in it, or what another of their visits left there. */
export interface Visitor {
  readonly page: Page;
  /** What no page of ours may do: errors on the console, requests to other origins. */
  readonly complaints: readonly string[];
  /** The browser writes each answer that is not OK on the console: these were asked for by the test. */
  forgive(status: RegExp): void;
  /** A path of the page, opened as by typing it. */
  goTo(path: string): Promise<void>;
  leave(): Promise<void>;
}

export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    locale: "en-IE",
    timezoneId: "Europe/Dublin",
    viewport: { width: 1280, height: 900 },
    // What moves cannot be measured.
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  let complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`asked ${request.url()}`);
  });
  return {
    page,
    get complaints() {
      return complaints;
    },
    forgive(status) {
      complaints = complaints.filter((text) => !status.test(text));
    },
    goTo: async (path) => {
      await page.goto(origin + path);
    },
    leave: () => context.close(),
  };
}

/** What an account is made of. */
export interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function newAccount(): Account {
  return { name: "Aoife", email: `${randomUUID()}@example.org`, password: "a few words do well" };
}

/** Fills in the form that is open and sends it. */
export async function fillSignUp(page: Page, { name, email, password }: Account): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
}

/**
 * Makes an account, says yes to the most frequent genres and skips the other questions. Ends on the feed of
 * the city with most events.
 */
export async function signUp(
  { page, goTo }: Visitor,
  { account = newAccount(), genres = 0 }: { account?: Account; genres?: number } = {},
): Promise<Account> {
  await goTo("/cities");
  await page.locator("a.city").first().click();
  await cardsOf(page).first().waitFor();
  await page.getByRole("link", { name: "Make an account" }).click();
  await fillSignUp(page, account);
  await page.getByText("Step 2 of 4").waitFor();
  for (let i = 0; i < genres; i++) await page.getByRole("checkbox").nth(i).check();
  await page.getByRole("button", { name: "Skip the rest" }).click();
  await page.getByRole("heading", { level: 1, name: /^For you in / }).waitFor();
  await cardsOf(page).first().waitFor();
  return account;
}

export function cardsOf(page: Page) {
  return page.getByRole("article");
}

/** The paths of the events in the list, from the top, once there is one. */
export async function pathsOf(page: Page): Promise<string[]> {
  await cardsOf(page).first().waitFor();
  const links = await cardsOf(page).getByRole("heading").getByRole("link").all();
  return Promise.all(links.map(async (link) => (await link.getAttribute("href")) ?? ""));
}

/** Resolves once the server has heard of all that was done here. */
export function allTold(page: Page): Promise<void> {
  return until(page, "!Object.keys(localStorage).some((key) => key.startsWith('craic.feedback.'))");
}

const LONGEST_WAIT_MS = 20_000;

/**
 * Looks once a frame whether an expression holds in the page. Playwright's own waitForFunction would
 * evaluate it inside the page, which the page's Content-Security-Policy forbids.
 */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > deadline) throw new Error(`never came true: ${expression}`);
    await page.evaluate("new Promise(requestAnimationFrame)");
  }
}
