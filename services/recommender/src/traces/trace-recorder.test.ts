import { join } from "node:path";
import { Algorithm, ReasonKind } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { type Database, openDatabase } from "@craic/runtime/mysql.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { type Severable, severable } from "../../../../tests/fixtures/severable-database.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import type { ModelManifest } from "../models/model-manifest.js";
import { unpackTrace } from "./trace-payload.js";
import { type Answered, isSampled, TraceRecorder } from "./trace-recorder.js";
import { createMysqlTraceStore } from "./trace-store.mysql.js";

const log = createLogger("silent", "recommender");

let database: TestDatabase;
let way: Severable;
let replica: Database;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
  way = await severable(database.url);
  replica = await openDatabase(way.url, join(__dirname, "../../migrations"), log);
});
afterAll(async () => {
  await replica.close();
  await way.sever();
  await database.close();
});
beforeEach(() => database.pool.query("DELETE FROM traces"));

const manifest = {
  version: "1.4.0",
  dataSnapshotId: "feedback-to-12",
  pipelineGitSha: "9f8e",
  imageDigest: "sha256:0a0b",
} as ModelManifest;

const answered = (changes: Partial<Answered> = {}): Answered => ({
  requestId: "request-0001",
  userId: person(1),
  cityId: "dublin-ie",
  isNew: false,
  experimentId: "",
  recommendationId: uuidv7At(nowMs),
  modelVersion: "1.4.0",
  variant: "control",
  algorithm: Algorithm.BLEND,
  items: [
    {
      eventId: uuid(1),
      position: 1,
      score: 1.25,
      reasons: [
        {
          kind: ReasonKind.GENRE,
          text: "Because you like jazz",
          contribution: 0.7,
          genre: "jazz",
          evidenceEventIds: [uuid(2)],
        },
      ],
    },
    { eventId: uuid(3), position: 2, score: 0.5 },
  ],
  manifest,
  isCached: false,
  latencyMs: 1.234567,
  answeredMs: nowMs,
  ...changes,
});

const recorder = (sampledShare = 1) => new TraceRecorder(createMysqlTraceStore(replica), sampledShare, log);
const stored = (requestId = "request-0001") => createMysqlTraceStore(database).find({ requestId }, 2_000);

describe("TraceRecorder", () => {
  it("keeps all that is known of an answer", async () => {
    const traces = recorder();
    const offered = answered();
    traces.offer(offered);
    await traces.write();
    const [{ payload, ...row }] = (await stored()) as [Awaited<ReturnType<typeof stored>>[number]];
    expect(row).toEqual({
      recommendationId: offered.recommendationId,
      requestId: "request-0001",
      modelVersion: "1.4.0",
      variant: "control",
    });
    expect(await unpackTrace(payload)).toMatchObject({
      ...row,
      userId: person(1),
      cityId: "dublin-ie",
      dataSnapshotId: "feedback-to-12",
      pipelineGitSha: "9f8e",
      imageDigest: "sha256:0a0b",
      algorithm: Algorithm.BLEND,
      cached: false,
      latency: { seconds: 0n, nanos: 1_235_000 },
      createTime: { seconds: BigInt(nowMs / 1_000), nanos: 0 },
      items: offered.items,
    });
    expect(traces.counts).toEqual({ kept: 1, dropped: 0 });
  });

  it("says nothing of a model where none was loaded", async () => {
    const traces = recorder();
    traces.offer(answered({ manifest: undefined, isCached: true, latencyMs: 61_000 }));
    await traces.write();
    const [{ payload }] = (await stored()) as [Awaited<ReturnType<typeof stored>>[number]];
    const nothing = { dataSnapshotId: "", pipelineGitSha: "", imageDigest: "" };
    expect(await unpackTrace(payload)).toMatchObject({ ...nothing, cached: true, latency: { seconds: 61n } });
  });

  it("keeps what was answered while it was writing", async () => {
    const traces = recorder();
    traces.offer(answered());
    const writing = traces.write();
    traces.offer(answered());
    await writing;
    await traces.write();
    expect(await stored()).toHaveLength(2);
  });

  it("holds a bounded number while the database is away, counts the rest, and goes on when it is back", async () => {
    const traces = recorder();
    await way.sever();
    for (let i = 0; i < 300; i++) traces.offer(answered());
    await expect(traces.write()).rejects.toThrow();
    for (let i = 0; i < 300; i++) traces.offer(answered());
    await expect(traces.write()).rejects.toThrow();
    for (let i = 0; i < 300; i++) traces.offer(answered());
    expect(traces.counts).toEqual({ kept: 0, dropped: 172 + 172 + 300 });
    await way.mend();
    await traces.write();
    await traces.write();
    expect(traces.counts).toEqual({ kept: 256, dropped: 644 });
    expect(await stored()).toHaveLength(256);
  });

  it("does not try again what the database refuses", async () => {
    const traces = recorder();
    traces.offer(answered({ modelVersion: "9".repeat(33) }));
    await expect(traces.write()).rejects.toThrow();
    traces.offer(answered());
    await traces.write();
    expect(traces.counts).toEqual({ kept: 1, dropped: 1 });
  });

  it("writes what is left when it is closed, and closes though the database is away", async () => {
    const traces = recorder();
    traces.start();
    traces.offer(answered());
    await traces.close();
    expect(await stored()).toHaveLength(1);
    const late = recorder();
    late.start();
    late.offer(answered());
    await way.sever();
    await late.close();
    await way.mend();
    expect(await stored()).toHaveLength(1);
  });

  it("keeps the share that it is told, of a recommendation all pages or none", async () => {
    const pages = Array.from({ length: 1_000 }, (_, i) => uuidv7At(nowMs + i));
    const kept = pages.filter((id) => isSampled(id, 0.3));
    expect(kept.length).toBeGreaterThan(230);
    expect(kept.length).toBeLessThan(370);
    expect(pages.filter((id) => isSampled(id, 1))).toEqual(pages);
    expect(pages.filter((id) => isSampled(id, 0))).toEqual([]);
    const traces = recorder(0.3);
    const sampled = kept[0]!;
    const passedOver = pages.find((id) => !kept.includes(id))!;
    for (const recommendationId of [sampled, passedOver, sampled, passedOver]) {
      traces.offer(answered({ recommendationId }));
    }
    await traces.write();
    expect((await stored()).map(({ recommendationId }) => recommendationId)).toEqual([sampled, sampled]);
  });
});
