import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { type PopulationSize, personId, simulatePopulation } from "../../../tests/fixtures/population.js";
import { exampleEvent, nowMs, uuid } from "../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import type { Feedback } from "./feedback.js";
import { createMysqlFeedbackStore } from "./feedback-store.mysql.js";
import { createMysqlMirrorStore } from "./mirror-store.mysql.js";
import { ModelDirectory } from "./model-directory.js";
import type { ModelManifest } from "./model-manifest.js";
import { type TrainOptions, type TrainOutcome, train } from "./trainer.js";
import { createMysqlTrainingData } from "./training-data-store.mysql.js";
import type { TrainingRules } from "./training-due.js";
import { createMysqlTrainingLock } from "./training-lock-store.mysql.js";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase("recommender");
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

const rules: TrainingRules = { minNewRows: 50, minNewShare: 0.005, keepVersions: 10 };

const trainInto = (models: string, options: Partial<TrainOptions> = {}): Promise<TrainOutcome> =>
  train({
    data: createMysqlTrainingData(database),
    lock: createMysqlTrainingLock(database),
    models: new ModelDirectory(join(folder, models)),
    rules,
    now: () => new Date(nowMs),
    log: createLogger("silent", "train"),
    trainer: "process 17 on trainer-28",
    pipelineGitSha: "abc",
    seed: 1,
    ...options,
  });

/** Fills the database with what a simulated city did. */
async function live(size: PopulationSize): Promise<void> {
  const { events, acts } = simulatePopulation(size, 5);
  await createMysqlMirrorStore(database).save(events, "");
  const rows = [...acts].map((act) => ({
    ...feedbackOf(act.user, 0),
    eventId: events[act.event]!.eventId,
    kind: act.kind,
    occurMs: Math.floor(act.occurMs),
  }));
  for (let i = 0; i < rows.length; i += 500) {
    await createMysqlFeedbackStore(database).insert(rows.slice(i, i + 500));
  }
}

const feedbackOf = (user: number, event: number): Feedback => ({
  feedbackId: randomUUID(),
  userId: personId(user),
  eventId: uuid(event),
  kind: "save",
  occurMs: nowMs - 1_000 * (10_000 - event),
  recommendationId: "",
  position: 0,
});

function published(outcome: TrainOutcome): ModelManifest {
  if (outcome.outcome !== "published") throw new Error(`nothing was published: ${JSON.stringify(outcome)}`);
  return outcome.manifest;
}

const tooFew = { outcome: "skipped", reason: expect.stringContaining("too few") };

describe("train()", () => {
  it("publishes a model that beats popularity on what people discovered later, and makes it control", async () => {
    await live({ users: 150, eventsAhead: 250, pastEvents: 100, feedbackRows: 4_000 });
    const manifest = published(await trainInto("models"));
    const { metrics, parameters } = manifest;
    expect(metrics["ndcg@10"]!).toBeGreaterThan(1.5 * metrics["popularity.ndcg@10"]!);
    expect(metrics["hit_rate@10"]!).toBeGreaterThan(1.5 * metrics["popularity.hit_rate@10"]!);
    expect(parameters["weight.own.genre"]!).toBeGreaterThan(parameters["weight.own.hour"]!);
    expect(manifest).toMatchObject({
      version: "1.0.0",
      algorithm: "blend",
      users: 150,
      events: 350,
      pipelineGitSha: "abc",
    });
    const models = new ModelDirectory(join(folder, "models"));
    expect(await models.channels()).toEqual({ control: "1.0.0" });
    const { ranking } = await models.load("1.0.0");
    expect(ranking.parameters.popularityHalfLifeDays).toBe(parameters.popularityHalfLifeDays);
    expect(ranking.rarities.get("genre:genre 0")).toBeGreaterThan(0);
  });

  it("gives the same model for the same data and seed, and the next version the next time", async () => {
    await live({ users: 40, eventsAhead: 60, pastEvents: 20, feedbackRows: 1_500 });
    const first = published(await trainInto("first"));
    const twin = published(await trainInto("second"));
    expect(twin).toEqual(first);
    const file = (models: string) => readFileSync(join(folder, models, "1.0.0", "model.safetensors"));
    expect(file("second").equals(file("first"))).toBe(true);
    const next = published(await trainInto("first", { seed: 2, force: true }));
    expect(next.version).toBe("1.0.1");
    expect(next.sha256).not.toEqual(first.sha256);
    expect(next.dataSnapshotId).toBe(first.dataSnapshotId);
  });

  it.each<[string, (save: (user: number, event: number) => void) => void]>([
    ["nothing", () => undefined],
    ["one user and one event", (save) => save(1, 1)],
    ["too few saves", (save) => Array.from({ length: 199 }, (_, i) => save(i % 20, i))],
  ])("publishes nothing, and says why, when there is %s", async (_, fill) => {
    const rows: Feedback[] = [];
    fill((user, event) => rows.push(feedbackOf(user, event)));
    const events = rows.map(({ eventId }) => exampleEvent(Number.parseInt(eventId.slice(-12), 16)));
    await createMysqlMirrorStore(database).save(events, "");
    await createMysqlFeedbackStore(database).insert(rows);
    expect(await trainInto("models")).toEqual(tooFew);
    expect(await new ModelDirectory(join(folder, "models")).channels()).toEqual({});
  });

  it("makes a model of finite numbers when all feedback is one person's, and when all is on one event", async () => {
    const events = Array.from({ length: 300 }, (_, i) => exampleEvent(i));
    await createMysqlMirrorStore(database).save(events, "");
    const store = createMysqlFeedbackStore(database);
    await store.insert(events.map((_, event) => feedbackOf(1, event)));
    const ofOne = published(await trainInto("one person"));
    expect(Object.values({ ...ofOne.metrics, ...ofOne.parameters }).every(Number.isFinite)).toBe(true);
    await database.pool.query("DELETE FROM feedback");
    await store.insert(events.map((_, user) => feedbackOf(user, 7)));
    const onOne = published(await trainInto("one event"));
    expect(Object.values({ ...onOne.metrics, ...onOne.parameters }).every(Number.isFinite)).toBe(true);
    await expect(new ModelDirectory(join(folder, "one event")).load("1.0.0")).resolves.toBeDefined();
  });

  it("passes over feedback on events that nobody has told of", async () => {
    const store = createMysqlFeedbackStore(database);
    await store.insert(Array.from({ length: 300 }, (_, event) => feedbackOf(event % 30, event)));
    expect(await trainInto("models")).toEqual(tooFew);
  });
});
