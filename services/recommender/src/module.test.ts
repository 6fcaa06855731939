import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Client,
  type ConnectRouter,
  createClient,
  createRouterTransport,
  type Transport,
} from "@connectrpc/connect";
import { EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import {
  GuardState,
  ModelService,
  SwitchTarget,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { createLogger } from "@craic/runtime/log.js";
import { createMetrics } from "@craic/runtime/metrics.js";
import { principalKey } from "@craic/runtime/principal.js";
import { Settings, SettingsError } from "@craic/runtime/settings.js";
import { person } from "../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs, uuid } from "../../../tests/fixtures/recommendable-events.js";
import { publishModel } from "../../../tests/fixtures/recommender-bed.js";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { until } from "../../../tests/fixtures/until.js";
import { ModelDirectory } from "./models/model-directory.js";
import { type RunningRecommender, recommenderModule } from "./module.js";

let database: TestDatabase;
let folder: string;
let clockMs: number;
const running: RunningRecommender[] = [];

beforeEach(async () => {
  clockMs = nowMs;
  database = await createTestDatabase("recommender");
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
});
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

/** An events service that knows these events, and nobody else. */
function eventsService(...numbers: number[]): Transport {
  return createRouterTransport(({ service }) => {
    service(EventService, {
      watchEvents: async function* (_, { signal }) {
        for (const number of numbers) {
          const { startMs, endMs, djIds, genres, ...rest } = exampleEvent(number);
          const event = {
            ...rest,
            djIds: [...djIds],
            genres: [...genres],
            startTime: timestampFromMs(startMs),
            endTime: timestampFromMs(endMs),
            status: EventStatus.SCHEDULED,
            minPriceCents: undefined,
          };
          yield { event, resumeToken: `${number}` };
        }
        yield { resumeToken: "caught up" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
  });
}

const nobodyElse = createRouterTransport(() => undefined);

async function start(transport: Transport): Promise<RunningRecommender> {
  const environment = {
    CRAIC_RECOMMENDER_MYSQL_URL: database.url,
    CRAIC_MODEL_DIR: join(folder, "models"),
    CRAIC_RECOMMENDER_POLL_MS: "20",
    CRAIC_MODEL_POLL_MS: "20",
    CRAIC_MODEL_SHADOW_SHARE: "1",
  };
  const replica = await recommenderModule.start(recommenderModule.configure(new Settings(environment)), {
    log: createLogger("silent", "recommender"),
    metrics: createMetrics(),
    transport,
    migrationsDir: join(__dirname, "../migrations"),
    now: () => new Date(clockMs),
  });
  running.push(replica);
  return replica;
}

function clientOf(replica: RunningRecommender): Client<typeof RecommenderService> {
  return createClient(RecommenderService, callersTo(replica));
}

function operatorOf(replica: RunningRecommender): Client<typeof ModelService> {
  return createClient(ModelService, callersTo(replica));
}

/** What a replica serves, called by one person. */
function callersTo({ registrations }: RunningRecommender): Transport {
  const serve = (router: ConnectRouter) => {
    for (const { service, implementation } of registrations) router.service(service, implementation);
  };
  return createRouterTransport(serve, {
    router: {
      interceptors: [
        (next) => (request) => {
          request.contextValues.set(principalKey, { userId: person(1), roles: [] });
          return next(request);
        },
      ],
    },
  });
}

const recommended = async (replica: RunningRecommender) => {
  const { items } = await clientOf(replica).recommend({ cityId: "dublin-ie" });
  return items.map(({ eventId }) => eventId).toSorted();
};

const act = (replica: RunningRecommender, kind: FeedbackKind, event: number) =>
  clientOf(replica).recordFeedback({ feedback: [{ feedbackId: randomUUID(), eventId: uuid(event), kind }] });

describe("recommenderModule", () => {
  it("is ready once it has heard of the events", async () => {
    const replica = await start(eventsService(1, 2));
    await until(() => replica.ready?.() === true);
    expect(await recommended(replica)).toEqual([uuid(1), uuid(2)]);
  });

  it("starts and is not ready where the events service was never reached", async () => {
    const replica = await start(nobodyElse);
    expect(replica.ready?.()).toBe(false);
    expect(await recommended(replica)).toEqual([]);
  });

  it("comes back with events, feedback and model, though no other service is there", async () => {
    const first = await start(eventsService(1, 2, 3));
    await until(async () => (await recommended(first)).length === 3);
    await act(first, FeedbackKind.SAVE, 1);
    await act(first, FeedbackKind.HIDE, 2);
    const models = new ModelDirectory(join(folder, "models"));
    await publishModel(models, "1.0.0");
    await models.setChannel("control", "1.0.0");
    await until(async () => {
      const [rows] = await database.pool.query("SELECT * FROM mirror_position");
      return (rows as object[]).length === 1;
    });
    await running.pop()!.close();
    const second = await start(nobodyElse);
    expect(second.ready?.()).toBe(true);
    expect(await recommended(second)).toEqual([uuid(3)]);
    const { saved } = await clientOf(second).listSavedEvents({});
    expect(saved.map(({ eventId }) => eventId)).toEqual([uuid(1)]);
    expect((await clientOf(second).getModelInfo({})).model?.version).toBe("1.0.0");
  });

  it("ranks with a newly trained model without a restart", async () => {
    const replica = await start(eventsService(1));
    await until(() => replica.ready?.() === true);
    expect(await replica.reloadModel()).toBeUndefined();
    const models = new ModelDirectory(join(folder, "models"));
    await publishModel(models, "1.0.0");
    await models.setChannel("control", "1.0.0");
    expect(await replica.reloadModel()).toBe("1.0.0");
    expect((await clientOf(replica).recommend({ cityId: "dublin-ie" })).modelVersion).toBe("1.0.0");
  });

  it("soon counts what another replica was told", async () => {
    const [first, second] = [await start(eventsService(1, 2)), await start(eventsService(1, 2))];
    await until(async () => (await recommended(first)).length + (await recommended(second)).length === 4);
    await act(first, FeedbackKind.HIDE, 1);
    expect(await recommended(first)).toEqual([uuid(2)]);
    await until(async () => (await recommended(second)).length === 1);
    await act(second, FeedbackKind.HIDE, 2);
    await until(async () => (await recommended(first)).length === 0);
  });

  it("tells where an answer came from, and keeps it over a restart", async () => {
    const first = await start(eventsService(1, 2));
    await until(async () => (await recommended(first)).length === 2);
    const headers = { "x-request-id": "the-request" };
    const { recommendationId, items } = await clientOf(first).recommend({ cityId: "dublin-ie" }, { headers });
    await running.pop()!.close();
    const replica = await start(eventsService(1, 2));
    await until(async () => (await recommended(replica)).length === 2);
    const second = clientOf(replica);
    const feedback = [
      { feedbackId: randomUUID(), eventId: uuid(2), kind: FeedbackKind.SAVE, recommendationId, position: 2 },
    ];
    await second.recordFeedback({ feedback });
    const told = await second.getTrace({ key: { case: "requestId", value: "the-request" } });
    expect(told.traces).toMatchObject([{ recommendationId, userId: person(1), items }]);
    expect(told.feedback).toMatchObject([{ eventId: uuid(2), kind: FeedbackKind.SAVE, position: 2 }]);
  });

  it("ranks with what an operator has switched to on another replica", async () => {
    const models = new ModelDirectory(join(folder, "models"));
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.0.0");
    const [first, second] = [await start(eventsService(1)), await start(eventsService(1))];
    await operatorOf(first).switchModel({ version: "1.1.0", target: SwitchTarget.CONTROL });
    const versionOf = async (replica: RunningRecommender) =>
      (await clientOf(replica).recommend({ cityId: "dublin-ie" })).modelVersion;
    expect(await versionOf(first)).toBe("1.1.0");
    await until(async () => (await versionOf(second)) === "1.1.0");
    const { guard } = await operatorOf(second).getModelStatus({});
    expect(guard).toMatchObject({ state: GuardState.WATCHING, before: { version: "1.0.0" } });
  });

  it("shows the guard what is answered and saved, and the shadow what is asked", async () => {
    const models = new ModelDirectory(join(folder, "models"));
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.0.0");
    const replica = await start(eventsService(1, 2));
    await until(() => replica.ready?.() === true);
    const operator = operatorOf(replica);
    await operator.switchModel({ version: "1.1.0", target: SwitchTarget.SHADOW });
    const { recommendationId } = await clientOf(replica).recommend({ cityId: "dublin-ie" });
    const save = { feedbackId: randomUUID(), eventId: uuid(1), kind: FeedbackKind.SAVE, recommendationId };
    await clientOf(replica).recordFeedback({ feedback: [save] });
    clockMs += 15 * 60_000;
    await until(async () => (await operator.getModelStatus({})).guard?.after?.recommendations === 1n);
    const { guard } = await operator.getModelStatus({});
    expect(guard?.after).toMatchObject({ version: "1.0.0", answers: 1n, failures: 0n, saved: 1n });
    await until(async () => (await operator.getShadowReport({})).requests === 1n);
  });

  it("says all that is wrong with its settings at once", () => {
    const settings = new Settings({ CRAIC_RECOMMENDER_POLL_MS: "soon" });
    recommenderModule.configure(settings);
    const check = () => settings.check();
    expect(check).toThrow(SettingsError);
    for (const name of ["MYSQL_URL", "POLL_MS"]) expect(check).toThrow(`CRAIC_RECOMMENDER_${name}`);
    expect(check).toThrow("CRAIC_MODEL_DIR");
  });
});
