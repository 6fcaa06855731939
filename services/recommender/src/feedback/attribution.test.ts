import { randomUUID } from "node:crypto";
import { createLogger } from "@craic/runtime/log.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import { packTrace } from "../traces/trace-payload.js";
import type { Origin } from "../traces/trace-store.js";
import { createMysqlTraceStore } from "../traces/trace-store.mysql.js";
import { Attribution, type Teller } from "./attribution.js";
import type { Feedback } from "./feedback.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());

const log = createLogger("silent", "recommender");
const control: Origin = { modelVersion: "1.0.0", variant: "control" };
const treatment: Origin = { modelVersion: "1.1.0", variant: "treatment" };
const teller: Teller = { authorization: "Bearer token", anonymousId: "" };

const act = (recommendationId: string, kind: Feedback["kind"] = "save"): Feedback => ({
  feedbackId: randomUUID(),
  userId: randomUUID(),
  eventId: randomUUID(),
  kind,
  occurMs: nowMs,
  recommendationId,
  position: 1,
});

/** An attribution, and all that it tells. */
function listening(store = createMysqlTraceStore(database)) {
  const attribution = new Attribution(store, log);
  const told: string[] = [];
  const unsubscribe = attribution.subscribe(({ modelVersion, variant }, { kind }) => {
    told.push([modelVersion, variant, kind].join(" "));
  });
  return { attribution, told, unsubscribe };
}

const trace = (recommendationId: string, origin: Origin) => ({
  recommendationId,
  requestId: "request-0001",
  payload: Buffer.of(1),
  ...origin,
});

describe("Attribution", () => {
  it("knows at once what was answered here, and says nothing of feedback that names no recommendation", async () => {
    const { attribution, told } = listening();
    const [one, other] = [uuidv7At(nowMs), uuidv7At(nowMs)];
    attribution.remember(one, control);
    attribution.remember(other, treatment);
    attribution.take([act(other), act(""), act(one, "impression")], teller);
    for (const _ of [1, 2]) await attribution.look();
    expect(told).toEqual(["1.1.0 treatment save", "1.0.0 control impression"]);
  });

  it("finds in the traces what another replica answered, giving it time to write them", async () => {
    const { attribution, told } = listening();
    const recommendationId = uuidv7At(nowMs);
    attribution.take([act(recommendationId), act(recommendationId, "click")], teller);
    await attribution.look();
    await createMysqlTraceStore(database).insert([trace(recommendationId, treatment)]);
    expect(told).toEqual([]);
    await attribution.look();
    expect(told).toEqual(["1.1.0 treatment save", "1.1.0 treatment click"]);
    await attribution.look();
    expect(told).toHaveLength(2);
  });

  it("attributes nothing to what was made for another person, and anything to what was made for nobody", async () => {
    const { attribution, told } = listening();
    const [anna, ben] = [randomUUID(), randomUUID()];
    const [hers, anybodys, elsewhere] = [uuidv7At(nowMs), uuidv7At(nowMs), uuidv7At(nowMs)];
    attribution.remember(hers, { ...control, userId: anna });
    attribution.remember(anybodys, { ...control, userId: "" });
    const payload = packTrace({ userId: anna, experimentId: "ranking" });
    await createMysqlTraceStore(database).insert([{ ...trace(elsewhere, treatment), payload }]);
    for (const userId of [anna, ben]) {
      const acts = [hers, anybodys, elsewhere].map((id) => ({ ...act(id), userId }));
      attribution.take(acts, teller);
    }
    for (const _ of [1, 2]) await attribution.look();
    expect(told).toEqual([
      "1.0.0 control save",
      "1.0.0 control save",
      "unknown  save",
      "1.0.0 control save",
      "1.1.0 treatment save",
      "unknown  save",
    ]);
  });

  it("tells of feedback on a recommendation that nobody knows as such", async () => {
    const { attribution, told } = listening();
    attribution.take([act(uuidv7At(nowMs))], teller);
    await attribution.look();
    await attribution.look();
    expect(told).toEqual(["unknown  save"]);
  });

  it("looks again when the traces could not be read, and loses nothing", async () => {
    const recommendationId = uuidv7At(nowMs);
    let isAway = true;
    const { attribution, told } = listening({
      ...createMysqlTraceStore(database),
      originsOf: async (ids) => {
        if (isAway) throw new Error("away");
        return new Map(ids.map((id) => [id, control]));
      },
    });
    attribution.take([act(recommendationId)], teller);
    await attribution.look();
    await expect(attribution.look()).rejects.toThrow("away");
    attribution.take([act(recommendationId, "hide")], teller);
    isAway = false;
    await attribution.look();
    await attribution.look();
    expect(told).toEqual(["1.0.0 control save", "1.0.0 control hide"]);
  });

  it("holds no more than so much, and then tells of feedback as unknown rather than not at all", async () => {
    const { attribution, told } = listening();
    const ids = Array.from({ length: 10_001 }, (_, i) => uuidv7At(nowMs + i));
    for (const id of ids) attribution.remember(id, control);
    attribution.take(
      Array.from({ length: 5_001 }, () => act(ids[0]!)),
      teller,
    );
    expect(told).toEqual(["unknown  save"]);
    attribution.take([act(ids[1]!)], teller);
    expect(told).toEqual(["unknown  save", "1.0.0 control save"]);
  });

  it("tells nobody who does not listen any more", () => {
    const { attribution, told, unsubscribe } = listening();
    attribution.remember("a", control);
    unsubscribe();
    attribution.take([act("a")], teller);
    expect(told).toEqual([]);
  });
});
