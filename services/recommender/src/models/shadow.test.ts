import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createLogger } from "@craic/runtime/log.js";
import { person, World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, HOUR_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { Ranker } from "../ranking/ranker.js";
import { defaultParameters, weightsOf } from "../ranking/ranking-model.js";
import { noPreferences } from "../ranking/taste.js";
import { CurrentModel } from "./current-model.js";
import { ModelDirectory } from "./model-directory.js";
import { quantile } from "./recent-numbers.js";
import { type RankingRequest, Shadow } from "./shadow.js";

const EVENTS = 24;
const byPopularity = weightsOf({ "crowd.event": 1 });
const byDate = weightsOf({ soon: 1 });

let folder: string;
let model: CurrentModel;
let world: World;
let warnings: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
  const models = new ModelDirectory(join(folder, "models"));
  const numbers = Array.from({ length: EVENTS }, (_, i) => i + 1);
  // The later an event, the more have saved it: the two models rank in reverse.
  world = new World(numbers.map((i) => exampleEvent(i, { startMs: nowMs + i * 26 * HOUR_MS })));
  for (const i of numbers) for (let user = 0; user < i; user++) world.act(100 + user, "save", i);
  const log = createLogger("silent", "recommender");
  model = new CurrentModel(world.state, models, () => new Date(nowMs), log);
  const plain = { ...defaultParameters, diversity: 0 };
  await publishModel(models, "1.0.0", { weights: byPopularity, parameters: plain });
  await publishModel(models, "1.1.0", { weights: byDate, parameters: plain });
  await publishModel(models, "1.2.0", { weights: byPopularity, parameters: plain });
  await model.load("1.0.0");
  warnings = [];
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function newShadow(share = 1, random = () => 0): Shadow {
  let ticks = 0;
  const log = createLogger("silent", "recommender");
  log.warn = (_: unknown, sentence?: string) => void warnings.push(String(sentence));
  const options = { share, random, now: () => new Date(nowMs), elapsedMs: () => ticks++, log };
  return new Shadow(world.state, model, options);
}

const request: RankingRequest = {
  userId: person(1),
  preferences: noPreferences,
  scope: { cityId: "dublin-ie", endingAfterMs: nowMs, startingBeforeMs: Number.POSITIVE_INFINITY },
  algorithm: "blend",
};

const putShadow = async (version: string) => model.put("shadow", await model.prepare(version));

async function rankedAll(shadow: Shadow, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    shadow.offer(request);
    await nextTurn();
  }
}

describe("Shadow", () => {
  it("finds that a model ranks as control does", async () => {
    await putShadow("1.2.0");
    const shadow = newShadow();
    await rankedAll(shadow, 3);
    expect(shadow.comparison).toMatchObject({ requests: 3, meanOverlap: 1, meanCorrelation: 1, failures: 0 });
  });

  it("finds that a model ranks in reverse", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    await rankedAll(shadow, 2);
    expect(shadow.comparison).toMatchObject({ requests: 2, meanOverlap: 0, meanCorrelation: -1 });
  });

  it("times both under the same conditions, each first in turn", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    const ranked = jest.spyOn(Ranker.prototype, "forPerson");
    await rankedAll(shadow, 2);
    const versions = (ranked.mock.contexts as Ranker[]).map((ranker) => ranker.model.version);
    expect(versions).toEqual(["1.1.0", "1.0.0", "1.0.0", "1.1.0"]);
    const { shadowMs, controlMs } = shadow.comparison!;
    expect([shadowMs, controlMs].map((ms) => quantile(ms.sorted(), 0.5))).toEqual([1, 1]);
  });

  it("ranks nothing before the turn of the answer is over", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    const ranked = jest.spyOn(Ranker.prototype, "forPerson");
    shadow.offer(request);
    expect(ranked).not.toHaveBeenCalled();
    await nextTurn();
    expect(ranked).toHaveBeenCalledTimes(2);
  });

  it("drops what comes when too many wait, and counts it", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    for (let i = 0; i < 40; i++) shadow.offer(request);
    while (shadow.comparison!.requests < 32) await nextTurn();
    await nextTurn();
    expect(shadow.comparison).toMatchObject({ requests: 32, dropped: 8 });
  });

  it("ranks as large a share as it is told", async () => {
    await putShadow("1.1.0");
    const draws = [0.1, 0.3, 0.24, 0.25];
    const shadow = newShadow(0.25, () => draws.shift()!);
    await rankedAll(shadow, 4);
    expect(shadow.comparison?.requests).toBe(2);
  });

  it("keeps its failures to itself, and logs the first", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    jest.spyOn(model.loadedIn("shadow")!.ranker, "forPerson").mockImplementation(() => {
      throw new Error("no");
    });
    await rankedAll(shadow, 3);
    expect(shadow.comparison).toMatchObject({ requests: 0, failures: 3 });
    expect(warnings).toEqual(["the shadow has failed at a request"]);
  });

  it("begins anew when either model changes", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    await rankedAll(shadow, 2);
    await model.load("1.2.0");
    expect(shadow.comparison).toMatchObject({ shadowVersion: "1.1.0", controlVersion: "1.2.0", requests: 0 });
  });

  it("compares nothing without a shadow, nor control with itself", async () => {
    const shadow = newShadow();
    const ranked = jest.spyOn(Ranker.prototype, "forPerson");
    await rankedAll(shadow, 1);
    await putShadow("1.0.0");
    await rankedAll(shadow, 1);
    expect([shadow.comparison, ranked.mock.calls.length]).toEqual([undefined, 0]);
  });

  it("lets go of what waits when the shadow is gone", async () => {
    await putShadow("1.1.0");
    const shadow = newShadow();
    shadow.offer(request);
    model.put("shadow", undefined);
    await nextTurn();
    expect(shadow.comparison).toBeUndefined();
  });
});
