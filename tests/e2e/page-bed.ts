import type { Browser } from "playwright-core";
import { type RunningCraic, startCraic } from "../fixtures/running-craic.js";
import { launchBrowser, type Visitor, visit } from "./page-visitor.js";

/** What a test of the page stands on. */
export interface PageBed {
  readonly craic: RunningCraic;
  readonly browser: Browser;
  /** Somebody new, at a desk, for each test. */
  readonly visitor: Visitor;
}

/** Runs all of Craic and a browser for a test file. No test may leave a complaint of its visitor's behind. */
export function runPageBed(): PageBed {
  // A browser, MariaDB and all services share the machine with whatever else runs.
  jest.setTimeout(90_000);
  const bed: Partial<{ -readonly [Part in keyof PageBed]: PageBed[Part] }> = {};
  beforeAll(async () => {
    [bed.craic, bed.browser] = await Promise.all([startCraic(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await bed.browser?.close();
    await bed.craic?.stop();
  }, 60_000);
  beforeEach(async () => {
    bed.visitor = await visit(bed.browser!, bed.craic!.origin);
  });
  afterEach(async () => {
    await bed.visitor?.leave();
    expect(bed.visitor?.complaints).toEqual([]);
  });
  return bed as PageBed;
}
