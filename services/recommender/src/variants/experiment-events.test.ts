import { randomUUID } from "node:crypto";
import { Code, createClient } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { FakeExperiments } from "../../../../tests/fixtures/fake-experiments.js";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../../tests/fixtures/until.js";
import { ExperimentEvents } from "./experiment-events.js";

function setUp(capacity = 100) {
  const fake = new FakeExperiments();
  const events = new ExperimentEvents({
    client: createClient(ExperimentService, fake.transport),
    capacity,
    retryMs: { first: 1, most: 4 },
    random: () => 0.5,
    now: () => new Date(nowMs),
    log: createLogger("silent", "recommender"),
  });
  return { fake, events };
}

const exposure = () => ({ exposureId: randomUUID(), experimentId: "ranking", variant: "new" });
const conversion = () => ({ conversionId: randomUUID(), kind: ConversionKind.SAVE });
const saves = (count: number, authorization = "") => ({
  authorization,
  exposures: [],
  conversions: Array.from({ length: count }, conversion),
});

describe("ExperimentEvents", () => {
  it("tells what happened on the word of whoever told it", async () => {
    const { fake, events } = setUp();
    const batch = { ...saves(2, "Bearer a"), exposures: [exposure()] };
    events.offer(batch);
    events.offer(saves(1));
    expect(await events.close(1_000)).toBe(0);
    expect(fake.exposures).toMatchObject(batch.exposures);
    expect(fake.conversions.slice(0, 3).map(({ conversionId }) => conversionId)).toEqual(
      expect.arrayContaining(batch.conversions.map(({ conversionId }) => conversionId)),
    );
    expect(fake.tellers.toSorted()).toEqual(["Bearer a", "Bearer a", null]);
    expect(events.counts).toEqual({ told: 4, dropped: 0 });
  });

  it("keeps what happens while the experiments are away, and tells it when they are back", async () => {
    const { fake, events } = setUp();
    fake.failure = Code.Unavailable;
    events.offer(saves(2));
    events.offer(saves(1));
    await until(() => fake.tellers.length > 4);
    expect([fake.conversions.length, events.waiting]).toEqual([0, 3]);
    fake.failure = undefined;
    await until(() => events.waiting === 0);
    expect(fake.conversions).toHaveLength(3);
    expect(events.counts).toEqual({ told: 3, dropped: 0 });
    await events.close(0);
  });

  it("drops and counts what finds no room", async () => {
    const { fake, events } = setUp(3);
    fake.failure = Code.Unavailable;
    events.offer(saves(2));
    events.offer(saves(2));
    events.offer(saves(1));
    expect([events.waiting, events.counts.dropped]).toEqual([3, 2]);
    fake.failure = undefined;
    await until(() => events.counts.told === 3);
    events.offer(saves(3));
    expect(await events.close(1_000)).toBe(0);
    expect(events.counts).toEqual({ told: 6, dropped: 2 });
  });

  it("drops what will never be taken, and goes on with the rest", async () => {
    const { fake, events } = setUp();
    fake.failure = Code.InvalidArgument;
    events.offer(saves(2));
    await until(() => events.waiting === 0);
    fake.failure = undefined;
    events.offer(saves(1));
    await events.close(1_000);
    expect(events.counts).toEqual({ told: 1, dropped: 2 });
  });

  it("waits at the end for no longer than it may, and says what is lost", async () => {
    const { fake, events } = setUp();
    fake.failure = Code.Unavailable;
    events.offer(saves(2));
    expect(await events.close(5)).toBe(2);
  });

  it("tells nothing of nothing", async () => {
    const { fake, events } = setUp();
    events.offer(saves(0));
    await events.close(1_000);
    expect(fake.tellers).toEqual([]);
  });
});
