import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger, type Logger } from "@craic/runtime/log.js";
import { exampleEvent } from "../../../../tests/fixtures/recommendable-events.js";
import { published, saveOf, smallTown, TrainerBed, town } from "../../../../tests/fixtures/trainer-bed.js";
import type { Event } from "../catalogue/event.js";
import { createMysqlMirrorStore } from "../catalogue/mirror-store.mysql.js";
import { driftFeatures } from "../drift/drift-features.js";
import { binsOf } from "../drift/drift-reference.js";
import type { Feedback } from "../feedback/feedback.js";
import type { TrainingData } from "./training-data.js";
import { createMysqlTrainingData } from "./training-data-store.mysql.js";

let bed: TrainerBed;

beforeEach(async () => {
  bed = await TrainerBed.open();
});
afterEach(() => bed.close());

const tooFew = { outcome: "skipped", reason: expect.stringContaining("too few") };
const areFinite = (numbers: Readonly<Record<string, number>>) =>
  Object.values(numbers).every(Number.isFinite);

/** What the database holds, with some of it spoilt on the way. */
function spoilt(
  spoilEvent: (event: Event, i: number) => Event,
  spoilInstant: (occurMs: number, i: number) => number,
): TrainingData {
  const data = createMysqlTrainingData(bed.database);
  return {
    atOneMoment: (read) =>
      data.atOneMoment((snapshot) =>
        read({
          countFeedback: snapshot.countFeedback,
          venues: snapshot.venues,
          async *events() {
            let i = 0;
            for await (const events of snapshot.events()) yield events.map((event) => spoilEvent(event, i++));
          },
          async *feedback() {
            let i = 0;
            for await (const rows of snapshot.feedback()) {
              yield rows.map((row) => ({ ...row, occurMs: spoilInstant(row.occurMs, i++) }));
            }
          },
        }),
      ),
  };
}

/** A log that keeps what it is warned of. */
function logOf(warned: unknown[]): Logger {
  const log = createLogger("silent", "train");
  log.warn = (what: unknown) => void warned.push(what);
  return log;
}

describe("train()", () => {
  it("publishes a model that beats popularity on what people discovered later, and makes it control", async () => {
    await bed.live(town);
    const manifest = published(await bed.train());
    const { metrics, parameters } = manifest;
    expect(metrics["ndcg@10"]!).toBeGreaterThan(1.5 * metrics["popularity.ndcg@10"]!);
    expect(metrics["hit_rate@10"]!).toBeGreaterThan(1.5 * metrics["popularity.hit_rate@10"]!);
    expect(parameters["weight.own.genre"]!).toBeGreaterThan(parameters["weight.own.hour"]!);
    expect(manifest).toMatchObject({
      version: "1.0.0",
      algorithm: "blend",
      users: 150,
      events: 350,
      feedbackRows: 4_000,
      pipelineGitSha: "abc",
    });
    expect(manifest.dataSnapshotId).toMatch(/^feedback-4000-to-\d+$/);
    expect(await bed.models.channels()).toEqual({ control: "1.0.0" });
    const { ranking } = await bed.models.load("1.0.0");
    expect(ranking.parameters.popularityHalfLifeDays).toBe(parameters.popularityHalfLifeDays);
    expect(ranking.rarities.get("genre:genre 0")).toBeGreaterThan(0);
  });

  it("keeps with the model what its lists were like on the test", async () => {
    await bed.live(smallTown);
    published(await bed.train());
    const { drift } = (await bed.models.load("1.0.0")).ranking;
    const lists = binsOf(drift!.counts, driftFeatures.indexOf("likes")).reduce(
      (sum, count) => sum + count,
      0,
    );
    expect(lists).toBeGreaterThan(50);
    expect(lists).toBeLessThanOrEqual(300);
    const scores = binsOf(drift!.counts, driftFeatures.indexOf("score")).reduce(
      (sum, count) => sum + count,
      0,
    );
    expect(scores).toBeGreaterThan(10 * lists);
  });

  it("gives the same model for the same data and seed", async () => {
    await bed.live(smallTown);
    const [first, second] = [bed.modelsIn("first"), bed.modelsIn("second")];
    const manifest = published(await bed.train({ models: first }));
    expect(published(await bed.train({ models: second }))).toEqual(manifest);
    const file = ({ path }: { path: string }) => readFileSync(join(path, "1.0.0", "model.safetensors"));
    expect(file(second).equals(file(first))).toBe(true);
    const next = published(await bed.train({ models: first, seed: 2, force: true }));
    expect(next.version).toBe("1.0.1");
    expect(next.sha256).not.toEqual(manifest.sha256);
    expect(next.dataSnapshotId).toBe(manifest.dataSnapshotId);
  });

  it.each<[string, (save: (user: number, event: number) => void) => void]>([
    ["nothing", () => undefined],
    ["one user and one event", (save) => save(1, 1)],
    ["too few saves", (save) => Array.from({ length: 199 }, (_, i) => save(i % 20, i))],
  ])("publishes nothing, and says why, when there is %s", async (_, fill) => {
    const rows: Feedback[] = [];
    fill((user, event) => rows.push(saveOf(user, event)));
    const events = rows.map(({ eventId }) => exampleEvent(Number.parseInt(eventId.slice(-12), 16)));
    await createMysqlMirrorStore(bed.database).save(events, "");
    await bed.store(rows);
    expect(await bed.train()).toEqual(tooFew);
    expect(await bed.models.channels()).toEqual({});
  });

  it("makes a model of finite numbers when all feedback is one person's, and when all is on one event", async () => {
    const events = Array.from({ length: 300 }, (_, i) => exampleEvent(i));
    await createMysqlMirrorStore(bed.database).save(events, "");
    await bed.store(events.map((_, event) => saveOf(1, event)));
    const ofOne = published(await bed.train({ models: bed.modelsIn("one person") }));
    expect(areFinite({ ...ofOne.metrics, ...ofOne.parameters })).toBe(true);
    expect(ofOne.gate?.reason).toContain("too few people");
    await bed.forgetFeedback();
    await bed.store(events.map((_, user) => saveOf(user, 7)));
    const onOne = published(await bed.train({ models: bed.modelsIn("one event") }));
    expect(areFinite({ ...onOne.metrics, ...onOne.parameters })).toBe(true);
    await expect(bed.modelsIn("one event").load("1.0.0")).resolves.toBeDefined();
  });

  it("passes over feedback on events that nobody has told of", async () => {
    await bed.store(Array.from({ length: 300 }, (_, event) => saveOf(event % 30, event)));
    expect(await bed.train()).toEqual(tooFew);
  });

  it("passes over numbers that are none, counts them, and makes a model of finite numbers of the rest", async () => {
    await bed.live(smallTown);
    const data = spoilt(
      (event, i) =>
        i % 20 === 0 ? { ...event, [["startMs", "minPriceCents"][(i / 20) % 2]!]: Number.NaN } : event,
      (occurMs, i) => (i % 50 === 0 ? Number.NaN : occurMs),
    );
    const warned: unknown[] = [];
    const manifest = published(await bed.train({ data, log: logOf(warned) }));
    expect(warned).toEqual([{ ignored: { events: 4, feedback: 30, choices: 0 } }]);
    expect(manifest).toMatchObject({ events: 76, feedbackRows: 1_500 });
    expect(areFinite({ ...manifest.metrics, ...manifest.parameters })).toBe(true);
  });
});
